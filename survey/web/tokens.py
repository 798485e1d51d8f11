"""The signed tokens that a form and its cookie carry: as Flask-WTF and Flask make and read them, in a fraction of the time.

Both make a signer for each token, and derive its key anew. A visitor who sends one form has five tokens made or
read, which took a third of all that a visit costs the processor; here each kind has one signer for good.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64encode
from typing import Any, cast

import orjson
from flask import Flask, current_app, g, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import same_origin
from itsdangerous import BadData, BadSignature, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, bytes_to_int, int_to_bytes, want_bytes
from itsdangerous.signer import SigningAlgorithm

#: what flask_wtf signs a form's token with, so that its own forms read ours
_SALT = "wtf-csrf-token"
#: the last two letters of base64 in addresses
_LETTERS = b"-_"
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

    def signature(self, signed: bytes) -> bytes:
        return b64encode(hmac.digest(self._derived, signed, "sha1"), _LETTERS).rstrip(b"=")


class _Json:
    """Small values as JSON, in text."""

    @staticmethod
    def dumps(value: Any) -> str:
        return orjson.dumps(value).decode()

    loads = staticmethod(orjson.loads)


class Tokens(URLSafeTimedSerializer):
    """Values with their moment, signed with `key`. They are small, so nothing tries to compress them.

    A token is its value, its moment and their signature, in base64 with points between. Those that are good are
    read here in one go; what is wrong with the others is for itsdangerous to tell.
    """

    def __init__(self, key: str | bytes, salt: str, *, derivation: str = "django-concat") -> None:
        kept = {"key_derivation": derivation, "algorithm": _InOneCall()}
        super().__init__(key, salt=salt, serializer=_Json, signer=_Signer, signer_kwargs=kept)
        self._signer = cast(_Signer, super().make_signer())

    def make_signer(self, _salt: str | bytes | None = None) -> TimestampSigner:
        return self._signer

    def dumps(self, obj: Any, salt: str | bytes | None = None) -> str:
        at = int_to_bytes(self._signer.get_timestamp())
        signed = b".".join(b64encode(part, _LETTERS).rstrip(b"=") for part in (orjson.dumps(obj), at))
        return (signed + b"." + self._signer.signature(signed)).decode()

    def loads(  # type: ignore[override]
        self,
        s: str | bytes,
        max_age: int | None = None,
        return_timestamp: bool = False,
        salt: str | bytes | None = None,
    ) -> Any:
        value, made = self.read(s, max_age)
        return (value, self._signer.timestamp_to_datetime(made)) if return_timestamp else value

    def read(self, token: str | bytes, max_age: int | None = None) -> tuple[Any, int]:
        """A token's value, and the moment that it was made at (seconds since 1970). Raises `BadData`."""
        signed, _, signature = want_bytes(token).rpartition(b".")
        payload, _, moment = signed.rpartition(b".")
        if payload and b"." not in payload and hmac.compare_digest(signature, self._signer.signature(signed)):
            made = bytes_to_int(base64_decode(moment))
            if max_age is None or 0 <= self._signer.get_timestamp() - made <= max_age:
                return orjson.loads(base64_decode(payload)), made
        value, at = super().loads(token, max_age, return_timestamp=True)
        return value, int(at.timestamp())


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
            lasting = current_app.config["WTF_CSRF_TIME_LIMIT"]
            held, made = _tokens().read(self._get_csrf_token() or "", lasting)
        except BadData as fault:
            self._error_response(type(fault).__name__)
        if not hmac.compare_digest(str(held).encode(), str(session.get(NAME, "")).encode()):
            self._error_response("The form's token is of another session.")
        if request.is_secure and not same_origin(request.referrer or "", f"https://{request.host}/"):
            self._error_response("The form comes from elsewhere.")
        g.opened = made
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
        return _tokens().read(token)[1]
    except BadSignature:
        return None


def _tokens() -> Tokens:
    return cast(Tokens, current_app.extensions["form_tokens"])


def hang(app: Flask) -> FormGuard:
    """Guard every form; the guard is given back, to exempt what comes without cookies."""
    app.extensions["form_tokens"] = Tokens(app.secret_key or "", _SALT)
    return FormGuard(app)
