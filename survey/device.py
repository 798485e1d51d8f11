"""Kiosks: what the service knows of a device, and what the device sends; `moments` says when it was.

No time finer than a *slot* of ten minutes is kept of a device, and none at all beside an answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Generic, TypeVar

from survey.errors import Refusal
from survey.response import Answer, Assistance

#: seconds of a slot
SLOT = 600
#: how long an activation code can be used
CODE_LIFETIME = timedelta(hours=24)
#: letters and digits of an activation code (60 bits): without those that look alike
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 12
#: letters of a device's id
ID_LETTERS = 8
#: rounds of PBKDF2 over a PIN: half a second on a cheap tablet
PIN_ROUNDS = 100_000
#: the highest sequence number: the largest whole number that JavaScript counts to
HIGHEST = 2**53 - 1

#: slots after which a device that says nothing is silent, and bytes of storage that are few
SILENT, LITTLE_ROOM = 6, 20 * 2**20

Range = tuple[int, int]
Pressed = TypeVar("Pressed")


class State(StrEnum):
    """How a device stands: whether it may send, and whether it does."""

    REVOKED = "revoked"
    WAITING = "not activated"
    EXPIRED = "code expired"
    WELL = "well"
    SILENT = "silent"


@dataclass(frozen=True)
class Pin:
    """What a kiosk's hidden exit is checked with, also while the service is out of reach."""

    salt: bytes
    hash: bytes

    @classmethod
    def of(cls, digits: str, salt: bytes) -> Pin:
        return cls(salt, hashlib.pbkdf2_hmac("sha256", digits.encode(), salt, PIN_ROUNDS))


@dataclass(frozen=True)
class Device:
    """A kiosk or a phone as the service knows it. Times are slots; None where there was none yet.

    counter: where a kiosk stands, empty for a phone · account: of the interviewer whose phone it is
    since: its first activation · revoked: since when its key opens nothing · heard: its last contact
    cleared: the last contact at which nothing waited in it · oldest: the press that waits longest
    cloned, unsteady, refused: how many of its answers came under a number that was taken, with a clock
    that can't be relied on, or could not be accepted
    waiting, dead: answers in its queue and in its own list of refused ones, as it says
    """

    id: str
    counter: str
    key_hash: bytes | None = None
    pin: Pin | None = None
    code_until: int | None = None
    since: int | None = None
    revoked: int | None = None
    heard: int | None = None
    cleared: int | None = None
    waiting: int | None = None
    oldest: int | None = None
    dead: int | None = None
    persisted: bool | None = None
    free: int | None = None
    app: str | None = None
    cloned: int = 0
    unsteady: int = 0
    refused: int = 0
    account: int | None = None

    @property
    def floor(self) -> int:
        """The slot that no press still to come can lie before.

        A copy of a device may report an empty queue while the other one's is full.
        """
        first = self.since or 0
        return first if self.cleared is None or self.cloned else max(first, self.cleared - 1)

    def told(self, slot: int, zone: tzinfo | None) -> tuple[str, ...]:
        """What an operator should know of it in this slot: its state first, then whatever is unusual."""
        notes = {
            "no storage of its own": self.persisted is False,
            f"little room ({(self.free or 0) // 2**20} MB)": self.free is not None
            and self.free < LITTLE_ROOM,
            f"CLONED? {self.cloned}": self.cloned > 0,
            f"clock not steady {self.unsteady}": self.unsteady > 0,
            f"refused {self.refused}": self.refused > 0,
            f"its own refused {self.dead}": bool(self.dead),
        }
        return (self._state(slot), *self._queue(zone), *(note for note, holds in notes.items() if holds))

    def state(self, slot: int) -> State:
        """How it stands in this slot."""
        if self.revoked is not None:
            return State.REVOKED
        if self.since is None or self.heard is None:
            return State.WAITING if self.code_until and self.code_until > slot else State.EXPIRED
        return State.WELL if slot - self.heard <= SILENT else State.SILENT

    def _state(self, slot: int) -> str:
        state = self.state(slot)
        if state is not State.SILENT:
            return state.value
        hours = (slot - (self.heard or 0)) * SLOT // 3600
        return f"SILENT for {hours // 24} days" if hours >= 48 else f"SILENT for {hours} h"

    def _queue(self, zone: tzinfo | None) -> tuple[str, ...]:
        if not self.waiting:
            return ()
        since = "" if self.oldest is None else f" since {start_of(self.oldest, zone or UTC):%Y-%m-%d %H:%M}"
        return (f"waiting {self.waiting}{since}",)


@dataclass(frozen=True)
class Clock:
    """When a press happened, as a device can tell.

    at: its clock's time · offset: server's time less the device's, at the last contact before the press
    age: time since the press by a clock that only goes forward, None after a restart
    steady: whether its two clocks have gone alike since that contact
    """

    at: datetime | None = None
    offset: timedelta | None = None
    age: timedelta | None = None
    steady: bool = False


@dataclass(frozen=True)
class Entry:
    """One press as a kiosk sends it.

    counter: where it was pressed, if the kiosk says so · raw: all that was sent, for review
    """

    id: str
    seq: int
    wave: str
    instrument: str
    answers: tuple[Answer, ...]
    clock: Clock
    language: str
    partial: bool = False
    assisted: Assistance = Assistance.NONE
    comment: str = ""
    counter: str | None = None
    raw: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Spoiled:
    """An entry of a delivery that can't be read, with as much of it as can."""

    id: str | None
    seq: int | None
    refusal: Refusal
    raw: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Queue:
    """What a device says of the answers it holds; None where it says nothing that can be read."""

    waiting: int | None = None
    oldest: datetime | None = None
    dead: int | None = None


@dataclass(frozen=True)
class Delivery(Generic[Pressed]):
    """Presses that a device sends together, and what waits in it.

    around: clocks of other presses by their numbers, where the app was started and stopped: those of the
    entries are read among them
    """

    entries: tuple[Pressed | Spoiled, ...]
    queue: Queue
    around: Mapping[int, Clock] = field(default_factory=dict)


@dataclass(frozen=True)
class Heartbeat:
    """What a device tells between presses. free: bytes it may still store."""

    queue: Queue
    app: str | None = None
    persisted: bool | None = None
    free: int | None = None


@dataclass(frozen=True)
class DeadLetter:
    """An entry that was refused for good: kept for review, without its id, number or time."""

    device: str
    key: bytes
    code: str
    received: date
    content: str


# Time.


def slot_of(at: datetime) -> int:
    """The number of the ten minutes that a moment lies in, counted since 1970."""
    return int(at.timestamp()) // SLOT


def start_of(slot: int, zone: tzinfo = UTC) -> datetime:
    """The moment that a slot begins at."""
    return datetime.fromtimestamp(slot * SLOT, zone)


# Sequences.


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The same numbers in as few ranges as can be, from the lowest on."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def gaps(ranges: Iterable[Range]) -> list[Range]:
    """The numbers from 1 to the highest that are in none of the ranges."""
    missing, following = [], 1
    for first, last in merged(ranges):
        if first > following:
            missing.append((following, first - 1))
        following = last + 1
    return missing


# Secrets.


def letters(random: bytes) -> str:
    """Letters and digits from random bytes, one for each."""
    return "".join(ALPHABET[byte % 32] for byte in random)


def grouped(code: str) -> str:
    """A code as people read it out: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(typed: str) -> str | None:
    """An activation code from what somebody typed; None if it is none."""
    code = "".join(typed.split()).replace("-", "").upper()
    code = code.replace("O", "0").replace("I", "1").replace("L", "1")
    return code if len(code) == CODE_LETTERS and set(code) <= set(ALPHABET) else None


def hash_of_code(secret: bytes, code: str) -> bytes:
    """What is kept of an activation code (32 bytes)."""
    return hmac.digest(secret, b"activation\0" + code.encode(), "sha256")


def hash_of_key(secret: bytes, key: bytes) -> bytes:
    """What is kept of a device's key (32 bytes)."""
    return hmac.digest(secret, b"device\0" + key, "sha256")


def written(secret: bytes) -> str:
    """Bytes as a device keeps them: base64url without padding."""
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def read(text: str) -> bytes | None:
    """Bytes from base64url, None if it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
