"""Codes of six digits from an app (TOTP, RFC 6238), and recovery codes for when the telephone is gone."""

from __future__ import annotations

import hmac
import re
import secrets

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey import errors
from survey.account import Deed, derived, keyed
from survey.admit.sessions import Entered
from survey.store import accounts, audit, sessions
from survey.store.database import Connection, Database

#: seconds of a time step, and steps that a telephone's clock may be early or late
STEP, SKEW = 30, 1
#: recovery codes of an account
RECOVERY = 10

#: digits and letters without those that look alike (Crockford's base 32)
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})

ISSUER = "Hài lòng"
_SECRET = re.compile(r"[A-Z2-7]{32}")


def new_secret() -> str:
    """A secret for an app (160 bits, base 32)."""
    return pyotp.random_base32()


def enrolment(secret: str, name: str) -> tuple[str, str]:
    """What an app is told of a secret: the QR code as SVG, and the letters to type without a camera."""
    import segno  # noqa: PLC0415 - slow to import, and only this needs it

    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)
    drawing = segno.make(address, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return drawing, " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def step_of(secret: str, code: str, *, at: int) -> int | None:
    """The time step that a code is of, within the allowed skew; None if it is of none."""
    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isascii() or not typed.isdecimal():
        return None
    totp = pyotp.TOTP(secret, interval=STEP)
    steps = range(at // STEP - SKEW, at // STEP + SKEW + 1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), typed)), None)


def check_code(connection: Connection, db: Database, account: int, code: str, *, at: int) -> None:
    """Take a code of the account's app. Raises WrongCode, CodeAlreadyUsed."""
    held = accounts.secrets(connection, account)
    secret = _opened(db, held.code_secret, account)
    step = step_of(secret, code, at=at) if secret else None
    if step is None:
        raise errors.WrongCode
    if not accounts.spend_step(connection, account, step):
        raise errors.CodeAlreadyUsed


def spend_recovery(connection: Connection, db: Database, account: int, code: str) -> None:
    """Take a recovery code. Raises `errors.WrongCode` for one that is unknown or was taken before."""
    if not accounts.spend_recovery(connection, account, _recovery_hash(db, account, code)):
        raise errors.WrongCode


def set_codes(db: Database, entered: Entered, secret: str, code: str, *, at: int) -> tuple[str, ...]:
    """Set up an app by its secret and a first code of it; recovery codes if there were none.

    Raises `errors.WrongCode`.
    """
    step = step_of(secret, code, at=at) if _SECRET.fullmatch(secret) else None
    if step is None:
        raise errors.WrongCode
    account = entered.account.id
    with db.write() as connection:
        accounts.change(connection, account, code_secret=_sealed(db, secret, account), code_step=step)
        sessions.end_all(connection, account, but=entered.session.handle)
        audit.record(connection, db.keys.salt, at=at, account=account, what=Deed.CODES_SET)
        if entered.account.recovery_codes:
            return ()
        return _make_recovery(connection, db, account, at)


def drop_codes(db: Database, entered: Entered, *, at: int) -> None:
    """Forget the app."""
    with db.write() as connection:
        accounts.change(connection, entered.account.id, code_secret=None)
        audit.record(connection, db.keys.salt, at=at, account=entered.account.id, what=Deed.CODES_DROPPED)


def make_recovery(db: Database, entered: Entered, *, at: int) -> tuple[str, ...]:
    """New recovery codes in the place of the old ones; they are told here, and never again."""
    with db.write() as connection:
        return _make_recovery(connection, db, entered.account.id, at)


def _make_recovery(connection: Connection, db: Database, account: int, at: int) -> tuple[str, ...]:
    codes = tuple("".join(secrets.choice(_LETTERS) for _ in range(12)) for _ in range(RECOVERY))
    accounts.put_recovery(connection, account, [_recovery_hash(db, account, code) for code in codes])
    audit.record(connection, db.keys.salt, at=at, account=account, what=Deed.RECOVERY_MADE)
    return tuple("-".join((code[:4], code[4:8], code[8:])) for code in codes)


def _recovery_hash(db: Database, account: int, code: str) -> bytes:
    letters = "".join(code.split()).replace("-", "").upper().translate(_ALIKE)
    return keyed(db.keys.salt, "recovery", str(account), letters[:40])


def _sealed(db: Database, secret: str, account: int) -> bytes:
    """A secret as it is kept: a thief of the database alone can make no code."""
    nonce = secrets.token_bytes(12)
    box = AESGCM(derived(db.keys.salt, "codes"))
    return nonce + box.encrypt(nonce, secret.encode(), str(account).encode())


def _opened(db: Database, kept: bytes | None, account: int) -> str | None:
    if kept is None:
        return None
    box = AESGCM(derived(db.keys.salt, "codes"))
    try:
        return box.decrypt(kept[:12], kept[12:], str(account).encode()).decode()
    except InvalidTag:
        return None
