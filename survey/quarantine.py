"""Responses that a person should look at before they count: sealed like all others, counted when released.

Doubt is about how a response came, never about what it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Doubt(StrEnum):
    """Why a response waits for review.

    TRAP: a field was filled in that people neither see nor hear. SPEED: sent sooner after opening than
    anybody reads. BROWSER: one of them sent many in a short time. PLACE: one place had more than usual.
    """

    TRAP = "trap"
    SPEED = "speed"
    BROWSER = "browser"
    PLACE = "place"


class Review(StrEnum):
    """What became of a response in quarantine: it waits, it counts, or it is in the ledger without counting."""

    WAITING = "waiting"
    RELEASED = "released"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A response that was acknowledged in doubt. place: where it came from; received: its day."""

    commitment: bytes
    wave: str
    agency: str
    place: str
    received: date
    doubt: Doubt


@dataclass(frozen=True)
class Group:
    """Responses of one place, day and doubt: they are decided together, and nobody reads them one by one.

    alike: how many of the sealed ones have the most frequent answers.
    """

    place: str
    received: date
    doubt: Doubt
    review: Review
    responses: int
    alike: int = 0
