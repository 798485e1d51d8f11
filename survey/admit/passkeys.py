"""Passkeys (WebAuthn): a key of a person's device, bound to this service's address, shown by face, finger or PIN.

A passkey is two factors by itself, for its device asks who holds it. Which account it opens follows
from the key; nobody types a name, and nothing tells which accounts there are.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from survey import errors
from survey.account import Account, Deed, Passkey, Stage, Way, keyed
from survey.admit import codes, limits
from survey.admit.sessions import Entered, begin, token_hash
from survey.admit.signin import confirmed, signed_in
from survey.store import accounts, audit, sessions
from survey.store.accounts import KeyHalf
from survey.store.database import Connection, Database

#: seconds in which a question is answered
PATIENCE = 300
NAME = "Hài lòng"
_NEW, _IN, _AGAIN = "passkey-new", "passkey-in", "passkey-again"


@dataclass(frozen=True)
class Question:
    """What the browser asks its device, as JSON, and the token under which the answer is awaited."""

    token: str
    options: str


def host_of(origin: str) -> str:
    """The host of an origin, to which keys are bound."""
    return urlsplit(origin).hostname or ""


def listed(db: Database, account: int) -> tuple[Passkey, ...]:
    """The account's passkeys, the oldest first."""
    with db.read() as connection:
        return accounts.passkeys(connection, account)


def ask_new(db: Database, entered: Entered, *, origin: str, at: int) -> Question:
    """Ask for a new passkey of one's own account."""
    import webauthn  # noqa: PLC0415 - slow to import, and few requests need it
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    account = entered.account
    known = [PublicKeyCredentialDescriptor(id=each.id) for each in listed(db, account.id)]
    options = webauthn.generate_registration_options(
        rp_id=host_of(origin),
        rp_name=NAME,
        user_name=account.name,
        user_display_name=account.person,
        user_id=keyed(db.keys.salt, "passkey", str(account.id)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=known,
    )
    return _asked(db, _NEW, options.challenge, webauthn.options_to_json(options), account.id, at)


def add(
    db: Database, entered: Entered, token: str, answer: str, *, origin: str, label: str, at: int
) -> tuple[str, ...]:
    """Keep a new passkey; recovery codes if there were none.

    Raises SignInExpired, PasskeyRefused, PasskeyKnown.
    """
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    account = entered.account.id
    challenge = _awaited(db, token, _NEW, account, at)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host_of(origin),
            expected_origin=origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as fault:
        with db.write() as connection:
            _note(connection, db, account, Deed.PASSKEY_REFUSED, type(fault).__name__, at)
        raise errors.PasskeyRefused(fault=type(fault).__name__) from None
    half = KeyHalf(made.credential_id, account, made.credential_public_key, made.sign_count)
    with db.write() as connection:
        accounts.add_passkey(connection, half, label=" ".join(label.split())[:60], made=at)
        sessions.end_all(connection, account, but=entered.session.handle)
        _note(connection, db, account, Deed.PASSKEY_ADDED, _short(half.id), at)
    return () if entered.account.recovery_codes else codes.make_recovery(db, entered, at=at)


def drop(db: Database, entered: Entered, key: str, *, at: int) -> None:
    """Forget a passkey of one's own; one that is gone already is no fault."""
    raw = _bytes(key)
    with db.write() as connection:
        if accounts.drop_passkey(connection, entered.account.id, raw):
            _note(connection, db, entered.account.id, Deed.PASSKEY_DROPPED, _short(raw), at)


def ask(db: Database, *, origin: str, at: int, entered: Entered | None = None) -> Question:
    """Ask for a passkey: any one to sign in with, or one of `entered` to show who one is once more."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.structs import (  # noqa: PLC0415
        PublicKeyCredentialDescriptor,
        UserVerificationRequirement,
    )

    own = listed(db, entered.account.id) if entered else ()
    options = webauthn.generate_authentication_options(
        rp_id=host_of(origin),
        allow_credentials=[PublicKeyCredentialDescriptor(id=each.id) for each in own],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    kind, account = (_AGAIN, entered.account.id) if entered else (_IN, None)
    return _asked(db, kind, options.challenge, webauthn.options_to_json(options), account, at)


def enter(db: Database, token: str, answer: str, *, origin: str, device: str, at: int) -> Entered:
    """Begin an open session with a passkey. Raises SignInExpired, PasskeyRefused."""
    challenge = _awaited(db, token, _IN, None, at)
    with db.write() as connection:
        account = _verified(connection, answer, challenge, origin, at)
        if account is not None and not account.disabled:
            entered = begin(connection, account, stage=Stage.OPEN, way=Way.PASSKEY, device=device, at=at)
            signed_in(connection, db, entered, at)
            return entered
        who = account.id if account else None
        _note(connection, db, who, Deed.SIGN_IN_REFUSED, errors.PasskeyRefused.code, at)
    raise errors.PasskeyRefused


def confirm(db: Database, entered: Entered, token: str, answer: str, *, origin: str, at: int) -> Entered:
    """Show once more who one is, by a passkey of this very account. Raises SignInExpired, PasskeyRefused."""
    own = entered.account.id
    challenge = _awaited(db, token, _AGAIN, own, at)
    with db.write() as connection:
        account = _verified(connection, answer, challenge, origin, at)
        if account is not None and account.id == own:
            return confirmed(connection, db, entered, at)
        _note(connection, db, own, Deed.CONFIRM_REFUSED, errors.PasskeyRefused.code, at)
    raise errors.PasskeyRefused


def _verified(connection: Connection, answer: str, challenge: bytes, origin: str, at: int) -> Account | None:
    """The account whose passkey has signed the challenge for this address, None if none has."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    half = accounts.key_half(connection, _key_in(answer))
    if half is None:
        return None
    try:
        seen = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host_of(origin),
            expected_origin=origin,
            credential_public_key=half.public_key,
            credential_current_sign_count=half.signs,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None
    if not accounts.use_passkey(connection, half, signs=seen.new_sign_count, at=at):
        return None
    return accounts.account(connection, half.account)


def _asked(db: Database, kind: str, challenge: bytes, options: str, account: int | None, at: int) -> Question:
    token = secrets.token_urlsafe(32)
    content = {"challenge": _text(challenge), "account": account}
    with db.write() as connection:
        limits.reserve_question(connection, db.keys.salt, account, at=at)
        sessions.ask(connection, token_hash(token), kind, content, at + PATIENCE)
    return Question(token, options)


def _awaited(db: Database, token: str, kind: str, account: int | None, at: int) -> bytes:
    """The challenge that an answer has come to; whatever the answer is, no other comes to it."""
    with db.write() as connection:
        content = sessions.answered(connection, token_hash(token), kind, at)
    if content is None or content["account"] != account:
        raise errors.SignInExpired
    return _bytes(content["challenge"])


def _key_in(answer: str) -> bytes:
    """The id of the key that an answer says it is of; nothing if it is no answer."""
    try:
        told: Any = json.loads(answer)
    except ValueError:
        return b""
    return _bytes(told.get("id")) if isinstance(told, dict) else b""


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: object) -> bytes:
    try:
        return base64.urlsafe_b64decode(f"{text}==") if isinstance(text, str) else b""
    except (ValueError, binascii.Error):
        return b""


def key_text(key: Passkey) -> str:
    """A passkey's id as pages carry it."""
    return _text(key.id)


def _short(key: bytes) -> str:
    return key.hex()[:16]


def _note(connection: Connection, db: Database, account: int | None, what: Deed, thing: str, at: int) -> None:
    audit.record(connection, db.keys.salt, at=at, account=account, what=what, thing=thing)
