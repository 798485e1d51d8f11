"""What browsers are told of every answer: load nothing from elsewhere, run nothing, tell nobody."""

from __future__ import annotations

from flask import Flask, Response

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: a chart opened by itself brings its own style sheet, and nothing else
CHART_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}


def protect(response: Response) -> Response:
    """Set the headers that the answer does not already carry."""
    chart = response.mimetype == "image/svg+xml"
    response.headers.setdefault("Content-Security-Policy", CHART_POLICY if chart else POLICY)
    for name, text in HEADERS.items():
        response.headers.setdefault(name, text)
    return response


def hang(app: Flask) -> None:
    app.after_request(protect)
