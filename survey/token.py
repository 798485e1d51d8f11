"""One-time invitations: what a dossier's token is bound to, and how it is kept so that nothing leads from it to an answer.

A token's code is made of its dossier's number under the key of a period (a month), so that the same
dossier gets the same code and nothing has to be remembered. What it is bound to lies sealed under the
code itself. Two hashes that only the period's key connects are kept: one when it is issued, another
when it is spent. Without the key, which is destroyed when its tokens have run out, neither leads to
the other, to the code, or to the dossier.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey.device import CODE_LETTERS, letters

#: days that a token can be used, its day of issue included
LIFETIME = 60
#: bytes of a period's key
KEY = 32
#: what a token is bound to is filled up to so many bytes, so that its length tells nothing
PADDED = 256
#: bytes of the nonce of AES-GCM
NONCE = 12
#: the longest number of a dossier that is looked at
LONGEST_DOSSIER = 60


class Outcome(StrEnum):
    """How a dossier ended. It is never kept with an answer."""

    GRANTED = "granted"
    REFUSED = "refused"
    LATE = "late"


@dataclass(frozen=True)
class Dossier:
    """A completed dossier that one invitation is issued for. Its number is kept nowhere.

    agency: the body that decided, where it is not the one its counter is for
    """

    number: str
    counter: str
    outcome: Outcome
    procedure: str | None = None
    agency: str | None = None

    @property
    def plain(self) -> str:
        """Its number, however it was spaced and written."""
        return "".join(self.number.split()).upper()


@dataclass(frozen=True)
class Told:
    """So many dossiers of a counter ended so in a month ("2026-11")."""

    counter: str
    month: str
    outcome: Outcome
    completed: int


@dataclass(frozen=True)
class Bound:
    """What a token is bound to. until: the last day it can be used."""

    agency: str
    counter: str
    outcome: Outcome
    until: date
    procedure: str | None = None


@dataclass(frozen=True)
class Token:
    """A token as it is kept: nothing of it can be read without its code."""

    hash: bytes
    period: str
    sealed: bytes


@dataclass(frozen=True)
class Spent:
    """That some token of a period was used: another hash than the one it was issued under."""

    hash: bytes
    period: str


def period_of(day: date) -> str:
    """The period whose key a token is made with: the month in which it is issued ("2026-11")."""
    return f"{day:%Y-%m}"


def is_over(period: str, on: date) -> bool:
    """Whether no token of a period can be used any more, so that its key must be destroyed."""
    year, month = map(int, period.split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return on > following + timedelta(days=LIFETIME - 2)


def last_day(issued: date) -> date:
    return issued + timedelta(days=LIFETIME - 1)


def code_of(key: bytes, dossier: Dossier) -> str:
    """The twelve letters and digits of a dossier's token, without spaces (60 bits)."""
    return letters(_keyed(key, b"code", dossier.plain)[:CODE_LETTERS])


def issued_hash(key: bytes, code: str) -> bytes:
    """What a token is known by when it is opened."""
    return _keyed(key, b"issued", code)


def spent_hash(key: bytes, code: str) -> bytes:
    """What is kept when a token is used."""
    return _keyed(key, b"spent", code)


def close(key: bytes, code: str, bound: Bound) -> bytes:
    """Seal what a token is bound to under its code. Always the same length.

    The nonce follows from key and content, as in SIV: each key seals one content.
    """
    told = [bound.agency, bound.counter, bound.outcome, bound.until.isoformat(), bound.procedure]
    plain = json.dumps(told, separators=(",", ":")).encode().ljust(PADDED)
    if len(plain) > PADDED:
        raise ValueError("what a token is bound to is too long to be kept")
    own = _keyed(key, b"seal", code)
    nonce = hmac.digest(own, plain, "sha256")[:NONCE]
    return nonce + AESGCM(own).encrypt(nonce, plain, None)


def open_(key: bytes, code: str, sealed: bytes) -> Bound:
    """What a token is bound to. Raises ValueError where it was not sealed under this code."""
    try:
        plain = AESGCM(_keyed(key, b"seal", code)).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except InvalidTag:
        raise ValueError("sealed under another code") from None
    agency, counter, outcome, until, procedure = json.loads(plain)
    return Bound(agency, counter, Outcome(outcome), date.fromisoformat(until), procedure)


def wrapped(secret: bytes, key: bytes, nonce: bytes) -> bytes:
    """A period's key as it is kept: whoever has the database alone can't use it. nonce: 12 random bytes."""
    return nonce + AESGCM(_keyed(secret, b"period", "")).encrypt(nonce, key, None)


def unwrapped(secret: bytes, kept: bytes) -> bytes:
    return AESGCM(_keyed(secret, b"period", "")).decrypt(kept[:NONCE], kept[NONCE:], None)


def sender_hash(secret: bytes, key: bytes) -> bytes:
    """What is kept of a sender's key."""
    return hmac.digest(secret, b"sender\0" + key, "sha256")


def _keyed(key: bytes, purpose: bytes, text: str) -> bytes:
    return hmac.digest(key, b"token " + purpose + b"\0" + text.encode(), "sha256")


@dataclass(frozen=True)
class Sender:
    """A dossier system that may have invitations issued for the counters of an agency.

    since, revoked: seconds since 1970 · key_hash: of the key that it shows
    """

    id: str
    agency: str
    name: str
    key_hash: bytes
    since: int
    revoked: int | None = None
