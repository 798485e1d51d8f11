"""What browsers are told of every answer: load nothing from elsewhere, run nothing, tell nobody."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

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
    """Add the headers that no page sets for itself, and the policy where a page has none of its own."""
    chart = response.mimetype == "image/svg+xml"
    response.headers.setdefault("Content-Security-Policy", CHART_POLICY if chart else POLICY)
    response.headers.extend(HEADERS)
    return response


class Sessions(SecureCookieSessionInterface):
    """Sessions that do not part a form from its way back.

    No shared cache keeps a private page, and its own browser asks for it anew at every visit but the
    way back. With `Vary: Cookie` it would ask then, too, because the form has set a cookie since; a
    form that is sent a second time would have another id, and be counted twice.
    """

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        super().save_session(app, session, response)
        if response.cache_control.private:
            response.vary.discard("cookie")  # in small letters: Werkzeug finds no other


def hang(app: Flask) -> None:
    app.session_interface = Sessions()
    app.after_request(protect)
