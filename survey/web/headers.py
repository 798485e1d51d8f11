"""What browsers are told of every answer: load nothing from elsewhere, run nothing, tell nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from survey.web.tokens import Tokens

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: a page that needs a script runs our own, which speaks with nobody
SCRIPT_POLICY = f"script-src 'self'; {POLICY}"
#: a chart opened by itself brings its own style sheet, and nothing else
CHART_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}

_TOLD = tuple((name.lower(), (name, value)) for name, value in HEADERS.items())


def protect(response: Response) -> Response:
    """Add what caches have to know, and the policy where a page has none of its own.

    Every page speaks the language of a cookie, so every page varies with cookies, but private ones: no
    shared cache keeps them, and their own browser asks for them anew at every visit but the way back.
    With `Vary: Cookie` it would ask then, too, because the form has set a cookie since; a form that is
    sent a second time would have another id, and be counted twice.
    """
    headers = response.headers
    private = "private" in headers.get("Cache-Control", "")
    headers["Vary"] = "Accept-Encoding" if private else "Accept-Encoding, Cookie"
    chart = response.mimetype == "image/svg+xml"
    headers.setdefault("Content-Security-Policy", CHART_POLICY if chart else POLICY)
    return response


def with_script(answer: Response) -> Response:
    """Let a page run our own script."""
    answer.headers["Content-Security-Policy"] = SCRIPT_POLICY
    return answer


class Answer(Response):
    """An answer that is given to the server whole where it is whole: piece by piece costs a turn each.

    What is told of every answer is added as the last thing, and not looked at again.
    """

    def get_wsgi_response(
        self, environ: WSGIEnvironment
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        body, status, headers = super().get_wsgi_response(environ)
        own = {name.lower() for name, _ in headers}
        return body, status, [*headers, *(told for name, told in _TOLD if name not in own)]

    def get_app_iter(self, environ: WSGIEnvironment) -> Iterable[bytes]:
        pieces = super().get_app_iter(environ)
        if not self.is_sequence:
            return pieces
        whole = list(pieces)
        self.close()
        return whole


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions, with one serializer for good, and without a `Vary` of their own: `protect` tells it."""

    def __init__(self, app: Flask) -> None:
        assert app.secret_key, "no service starts without a key"
        self._serializer = Tokens(app.secret_key, self.salt, derivation=self.key_derivation)

    def get_signing_serializer(self, _app: Flask) -> Tokens:
        return self._serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not session:  # it was emptied: its cookie is taken back
            super().save_session(app, session, response)
        elif self.should_set_cookie(app, session):
            response.set_cookie(
                self.get_cookie_name(app),
                str(self._serializer.dumps(dict(session))),
                expires=self.get_expiration_time(app, session),
                path=self.get_cookie_path(app),
                secure=request.is_secure,
                httponly=True,
                samesite=self.get_cookie_samesite(app),
            )


def hang(app: Flask) -> None:
    app.response_class = Answer
    app.session_interface = Sessions(app)
    app.after_request(protect)
