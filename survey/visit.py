"""Visits to the households of a sample, as an interviewer's phone tells them.

A visit says of which unit it is and how it ended; an interview says what was answered, and keeps nothing
that leads to its unit but the village it lies in.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from survey.device import Clock
from survey.disposition import Disposition
from survey.response import Answer, Assistance


@dataclass(frozen=True)
class Interview:
    """What was answered at a visit. id: the response's own, made apart from the visit's."""

    id: str
    instrument: str
    language: str
    answers: tuple[Answer, ...]
    assisted: Assistance = Assistance.NONE
    comment: str = ""


@dataclass(frozen=True)
class Call:
    """One visit as a phone sends it. raw: all that was sent, for review."""

    id: str
    seq: int
    unit: str
    disposition: Disposition
    clock: Clock
    interview: Interview | None = None
    raw: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Conflict:
    """A visit to a unit that was done with already: kept, and no part of any count.

    answered: whether it brought answers along; they lie with what was refused, for whoever decides.
    """

    unit: str
    village: str
    day: date
    account: int
    disposition: Disposition
    answered: bool


def kept_day(day: date, starts: date) -> date:
    """The day that an interview is kept under: the Monday of its week, or the wave's first day.

    A visit is kept with its day. In a village where one household was asked on a day, that day would lead
    from the household to its answers.
    """
    return max(starts, day - timedelta(days=day.weekday()))


def vault_of(secret: bytes, device: str) -> bytes:
    """What a phone's vault can be opened with when its PIN was forgotten (32 bytes), told at its activation alone."""
    return hmac.digest(secret, b"vault\0" + device.encode(), "sha256")
