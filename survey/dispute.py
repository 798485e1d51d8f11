"""A dispute: an agency says that ratings should not count, and somebody of another agency decides.

An agency never sees a rating. It can dispute what it can know of: all ratings of one place and day
together, never the bad ones among them, or the one that a released comment came with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: ratings of a place and day that can be disputed together at the least
LEAST = 5


class Reason(StrEnum):
    """Why ratings should not count."""

    WRONG_OFFICE = "wrong-office"
    ABUSE = "abuse"
    TEST = "test"


class Ruling(StrEnum):
    """What was decided: nothing yet, that the agency is right, or that it is not."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Dispute:
    """One dispute. place and day, or the number of a comment: what it is about; ratings: how many that are."""

    number: int
    agency: str
    place: str | None
    day: date | None
    comment: int | None
    reason: Reason
    words: str
    opened: date
    account: int
    ratings: int
    ruling: Ruling = Ruling.OPEN
    decided: date | None = None
    decider: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Tally:
    """How many ratings were disputed, by what was decided."""

    open: int = 0
    upheld: int = 0
    rejected: int = 0

    @property
    def disputed(self) -> int:
        return self.open + self.decided

    @property
    def decided(self) -> int:
        return self.upheld + self.rejected

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.open + other.open, self.upheld + other.upheld, self.rejected + other.rejected)


@dataclass(frozen=True)
class Disputed:
    """What may be told of a tally.

    least, most: between which the number of disputed ratings is, equal where it is told · decided, upheld: of these
    held: why nothing of it is told, "" where something is · undecided: why nothing of the decisions is told
    """

    least: int = 0
    most: int = 0
    decided: int = 0
    upheld: int = 0
    held: str = ""
    undecided: str = ""

    @property
    def exact(self) -> bool:
        return not self.held and self.least == self.most
