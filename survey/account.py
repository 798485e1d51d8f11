"""Accounts of the people who work with the service, and what they show to be let in.

A respondent has no account. An account holds a name to sign in with, what to call the person, and
the agency they belong to; nothing that they do with answers leads back to it but the audit's traces.
"""

from __future__ import annotations

import hmac
import json
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from survey import errors
from survey.roles import Grant

#: the fewest and the most characters of a password (NIST SP 800-63B-4, 3.1.1.2)
SHORTEST, LONGEST = 12, 128
#: the fewest letters, digits and signs a password holds that are not all the same
LEAST_DIFFERENT = 4

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{1,78}[a-z0-9])")
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+")


class Stage(StrEnum):
    """How far a person has come in: what a session may be used for."""

    SECOND = "second-factor"
    FIRST_PASSWORD = "first-password"  # noqa: S105 - the name of a stage
    OPEN = "open"


class Way(StrEnum):
    """What a session was begun with."""

    PASSWORD = "password"  # noqa: S105 - the name of a way
    CODE = "code"
    RECOVERY = "recovery"
    PASSKEY = "passkey"
    PROVIDER = "provider"

    @property
    def strong(self) -> bool:
        """Whether more than one secret was shown; a provider answers for its own."""
        return self is not Way.PASSWORD


@dataclass(frozen=True)
class Account:
    """A person who can sign in. `address` is the e-mail address that a provider may vouch for."""

    id: int
    name: str
    person: str
    agency: str
    address: str | None = None
    disabled: bool = False
    first_password: bool = True
    has_codes: bool = False
    passkeys: int = 0
    recovery_codes: int = 0
    grants: tuple[Grant, ...] = ()

    @property
    def has_second(self) -> bool:
        """Whether a password alone does not open this account."""
        return self.has_codes or self.passkeys > 0


@dataclass(frozen=True)
class Session:
    """One browser that is signed in. Moments are seconds since 1970.

    handle: names the session in lists; nobody gets in with it · proved: when the person last showed
    who they are · device: the browser and system, in words
    """

    handle: str
    account: int
    stage: Stage
    way: Way
    started: int
    seen: int
    proved: int
    device: str


@dataclass(frozen=True)
class Passkey:
    """A key pair of a person's device, of which the public half is kept."""

    id: bytes
    label: str
    made: int
    used: int | None


def read_name(text: str) -> str:
    """A name to sign in with, as it is kept. Raises `errors.BadName`."""
    name = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _NAME.fullmatch(name):
        raise errors.BadName
    return name


def sought_name(text: str) -> str:
    """What somebody typed as their name, as far as it can be one: never refused, for that would tell."""
    return unicodedata.normalize("NFKC", text[:200]).strip().casefold()[:80]


def read_person(text: str) -> str:
    """What to call a person, on one line. Raises `errors.BadName`."""
    person = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(person) <= 100 or not person.isprintable():
        raise errors.BadName
    return person


def read_address(text: str) -> str | None:
    """An e-mail address as it is kept, None for an empty text. Raises `errors.BadAddress`."""
    address = text.strip().casefold()
    if not address:
        return None
    if len(address) > 200 or not _ADDRESS.fullmatch(address):
        raise errors.BadAddress
    return address


def check_password(password: str, *, common: frozenset[str], name: str) -> None:
    """Refuse a password that is guessed first: too short, too common, or the name itself.

    common: the passwords people use most, in small letters. No rule asks for kinds of characters
    (NIST SP 800-63B-4, 3.1.1.2). Raises PasswordTooShort, PasswordTooLong, PasswordTooCommon.
    """
    if len(password) < SHORTEST:
        raise errors.PasswordTooShort(least=SHORTEST)
    if len(password) > LONGEST:
        raise errors.PasswordTooLong(most=LONGEST)
    plain = password.casefold()
    stem = plain.rstrip("0123456789!@#$%^&*.?")
    own = name.split("@", maxsplit=1)[0]
    if len(set(plain)) < LEAST_DIFFERENT or _counts(plain) or not common.isdisjoint({plain, stem}):
        raise errors.PasswordTooCommon
    if plain in (name, own * 2, own + own[::-1]) or stem in (name, own):
        raise errors.PasswordTooCommon


def _counts(text: str) -> bool:
    """Whether a text counts up or down in digits, over 9 or 0 to the next."""
    digits = [int(digit) for digit in text if digit.isdecimal()]
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    return len(digits) == len(text) and (steps <= {1} or steps <= {9})


def normal_password(password: str) -> str:
    """A password in the form it is hashed in, whatever keyboard it was typed with (NFC, as RFC 8265)."""
    return unicodedata.normalize("NFC", password)


class Deed(StrEnum):
    """What the audit tells of: one word for one thing that was done, or refused."""

    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    CONFIRMED = "confirmed"
    CONFIRM_REFUSED = "confirm-refused"
    ACCESS_REFUSED = "access-refused"
    SESSION_ENDED = "session-ended"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - the name of a deed
    CODES_SET = "codes-set"
    CODES_DROPPED = "codes-dropped"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_DROPPED = "passkey-dropped"
    PASSKEY_REFUSED = "passkey-refused"
    RECOVERY_MADE = "recovery-made"
    RECOVERY_USED = "recovery-used"
    IDENTITY_LINKED = "identity-linked"
    ACCOUNT_CREATED = "account-created"
    GRANTED = "granted"
    REVOKED = "revoked"
    RESET = "reset"
    DISABLED = "disabled"
    ENABLED = "enabled"
    KIOSK_ISSUED = "kiosk-issued"
    KIOSK_REVOKED = "kiosk-revoked"
    PHONE_ISSUED = "phone-issued"
    PHONE_REVOKED = "phone-revoked"
    ORIGINAL_SEEN = "original-seen"
    MASK_REVIEWED = "mask-reviewed"
    CASE_OPENED = "case-opened"
    CASE_MOVED = "case-moved"
    AUDIT_EXPORTED = "audit-exported"
    ALERTS_ORDERED = "alerts-ordered"
    ALERTS_ENDED = "alerts-ended"
    DISPUTE_OPENED = "dispute-opened"
    FLAG_LOOKED_AT = "flag-looked-at"
    DISPUTE_DECIDED = "dispute-decided"
    CATALOGUE_CHANGED = "catalogue-changed"
    INSTRUMENT_PUBLISHED = "instrument-published"
    VERSION_SET = "version-set"
    INVITATIONS_ISSUED = "invitations-issued"
    COMPLETED_TOLD = "completed-told"
    SENDER_ADDED = "sender-added"
    SENDER_REVOKED = "sender-revoked"
    EDITION_PROPOSED = "edition-proposed"
    EDITION_PUBLISHED = "edition-published"
    EDITION_REJECTED = "edition-rejected"
    WAVE_OPENED = "wave-opened"
    WAVE_CLOSED = "wave-closed"
    WAVE_WEIGHTED = "wave-weighted"


@dataclass(frozen=True)
class Entry:
    """One line of the audit. `account` is who did it: None at the command line, or for a stranger.

    thing: what it was done to, in codes and numbers · hash: over this entry and the one before it
    """

    number: int
    at: int
    account: int | None
    what: str
    thing: str
    hash: bytes


@dataclass(frozen=True)
class Sought:
    """Which entries of the audit somebody looks for; what is None or empty leaves none out.

    what: deeds · accounts: of whoever did it, None with strangers · thing: a part of it
    since, until: moments, the latter excluded
    """

    what: str = ""
    accounts: tuple[int, ...] | None = None
    thing: str = ""
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Provider:
    """Somebody else who may vouch for people of ours by OpenID Connect."""

    issuer: str
    client_id: str
    client_secret: str
    label: str


def derived(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose from the service's secret (32 bytes): what one key tells, tells of no other."""
    return hmac.digest(secret, b"staff\0" + purpose.encode(), "sha256")


def keyed(secret: bytes, purpose: str, *parts: str) -> bytes:
    """A hash (32 bytes) of texts under the key of a purpose; no text runs into the next."""
    text = "".join(f"{len(part.encode())}:{part}" for part in parts)
    return hmac.digest(derived(secret, purpose), text.encode(), "sha256")


def follow(secret: bytes, before: bytes, entry: Entry) -> bytes:
    """The hash of an entry of the audit, given the hash of the one before it (empty for the first)."""
    told = [entry.number, entry.at, entry.account, entry.what, entry.thing]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(derived(secret, "audit"), before + text.encode(), "sha256")
