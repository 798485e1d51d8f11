"""The signed tokens that a form and its cookie carry: as Flask-WTF and Flask make and read them, in a fraction of the time.

Both make a signer for each token, and derive its key anew. A visitor who sends one form has five tokens made or
read, which took a third of all that a visit costs the processor; here each kind has one signer for good.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any, cast

import orjson
from flask import Flask, current_app, g, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import same_origin
from itsdangerous import BadData, BadSignature, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.signer import SigningAlgorithm

#: what flask_wtf signs a form's token with, so that its own forms read ours
_SALT = "wtf-csrf-token"
#: the name of a form's token: in the form, and in the session that it has to agree with
NAME = "csrf_token"


class _InOneCall(SigningAlgorithm):
    """HMAC-SHA1 as itsdangerous' own, without its objects."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class _Signer(TimestampSigner):
    """A signer of one key, that derives it once."""

    def __init__(self, *given: Any, **wiring: Any) -> None:
        super().__init__(*given, **wiring)
        self._derived = super().derive_key()

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        return self._derived


class _Json:
    """Small values as JSON, in text."""

    @staticmethod
    def dumps(value: Any) -> str:
        return orjson.dumps(value).decode()

    loads = staticmethod(orjson.loads)


class Tokens(URLSafeTimedSerializer):
    """Values with their moment, signed with `key`. They are small, so nothing tries to compress them."""

    def __init__(self, key: str | bytes, salt: str, *, derivation: str = "django-concat") -> None:
        kept = {"key_derivation": derivation, "algorithm": _InOneCall()}
        super().__init__(key, salt=salt, serializer=_Json, signer=_Signer, signer_kwargs=kept)
        self._signer = super().make_signer()

    def make_signer(self, _salt: str | bytes | None = None) -> TimestampSigner:
        return cast(TimestampSigner, self._signer)

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(_Json.dumps(obj))


class FormGuard(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF's guard on what is sent: the form's token has to be fresh, and that of the browser's session.

    When a form has passed, `g.opened` is the moment at which its token was made, in seconds since 1970.
    """

    def protect(self, apply_exemptions: bool = False) -> None:
        if request.method not in current_app.config["WTF_CSRF_METHODS"]:
            return
        if apply_exemptions and (not request.endpoint or self._is_exempt()):
            return
        try:
            held, made = _tokens().loads(
                self._get_csrf_token() or "",
                max_age=current_app.config["WTF_CSRF_TIME_LIMIT"],
                return_timestamp=True,
            )
        except BadData as fault:
            self._error_response(type(fault).__name__)
        if not hmac.compare_digest(str(held).encode(), str(session.get(NAME, "")).encode()):
            self._error_response("The form's token is of another session.")
        if request.is_secure and not same_origin(request.referrer or "", f"https://{request.host}/"):
            self._error_response("The form comes from elsewhere.")
        g.opened = made.timestamp()
        g.csrf_valid = True


def of_form() -> str:
    """The token of the form that is being shown; its session is begun where there is none."""
    if NAME not in g:
        if NAME not in session:
            session[NAME] = secrets.token_hex(20)
        g.csrf_token = _tokens().dumps(session[NAME])
    return cast(str, g.csrf_token)


def made_at(token: str) -> float | None:
    """The moment at which a form's token was made, None if it is none."""
    try:
        return cast(float, _tokens().loads(token, return_timestamp=True)[1].timestamp())
    except BadSignature:
        return None


def _tokens() -> Tokens:
    return cast(Tokens, current_app.extensions["form_tokens"])


def hang(app: Flask) -> FormGuard:
    """Guard every form; the guard is given back, to exempt what comes without cookies."""
    app.extensions["form_tokens"] = Tokens(app.secret_key or "", _SALT)
    return FormGuard(app)
