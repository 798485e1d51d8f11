"""Waves: when, with which instrument and about which agencies people are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class WaveKind(StrEnum):
    """Three numbers that are never mixed: a wave holds exactly one of them."""

    CONTINUOUS = "continuous"
    HOUSEHOLD = "household"
    IMPORTED = "imported"


@dataclass(frozen=True)
class Wave:
    """A collecting period with one instrument version.

    root: the agency whose subtree is rated · headline: whether the home page shows it
    ends: the last day on which an event may be rated, None while it is open
    """

    code: str
    title: Mapping[str, str]
    kind: WaveKind
    instrument: str
    root: str
    starts: date
    ends: date | None = None
    headline: bool = False

    def covers(self, day: date) -> bool:
        """Tell whether an event on `day` belongs to the wave."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class Turn:
    """From the day `since` on a wave asks this version of its questionnaire, as somebody set it.

    account: who, by number · at: when, in seconds since 1970
    """

    wave: str
    since: date
    instrument: str
    account: int
    at: int
