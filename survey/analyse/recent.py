"""The last weeks, as they are screened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from survey.coverage import Tally
from survey.device import SLOT
from survey.response import Sealed
from survey.screening import Flag
from survey.store import deliveries, responses, tokens
from survey.store.agencies import Reference
from survey.store.database import Connection

#: days that are looked at
DAYS = 56


class About(NamedTuple):
    """A flag and what it is about. fits: tells the responses that it is about, None where those can't be told"""

    flag: Flag
    agency: str
    place: str
    day: date | None
    fits: Callable[[Sealed], bool] | None


class Recent(NamedTuple):
    """Sealed responses of one wave with their commitments, arrivals at kiosks, and the months' invitations.

    tallies: completed and invited dossiers · answered: counter -> invited dossiers that answered
    """

    on: date
    rows: list[tuple[bytes, Sealed]]
    arrivals: list[tuple[str, int, int]]
    tallies: Sequence[Tally]
    answered: Counter[str]


def recent(connection: Connection, known: Reference, wave: str, on: date, zone: tzinfo) -> Recent:
    since = on - timedelta(days=DAYS)
    found = [
        (commitment, sealed)
        for some in responses.sealed_since(connection, since)
        for commitment, _, content in some
        if (sealed := Sealed.parse(content)).wave == wave and sealed.day >= since.isoformat()
    ]
    begins = datetime(since.year, since.month, since.day, tzinfo=zone)
    counters, months = sorted(known.counters), (f"{since:%Y-%m}", f"{on:%Y-%m}")
    return Recent(
        on,
        found,
        deliveries.arrivals(connection, int(begins.timestamp()) // SLOT),
        tokens.coverage(connection, counters, months),
        tokens.answered(connection, wave, counters, months),
    )


def agency_at(known: Reference, counter: str) -> str:
    """The agency that is rated at a counter."""
    found = known.counters[counter]
    return found.agency or found.receiver


def step_of(sealed: Sealed) -> int:
    """The first step that was given: the overall rating; 0 where there is none."""
    return next((step for step in sealed.answers.values() if isinstance(step, int)), 0)
