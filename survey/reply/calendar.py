"""The calendar that the service brings along, and how many working days a kind of case has."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

from survey import workdays
from survey.reply.lexicons import lexicons


@cache
def holidays() -> frozenset[date]:
    """The days of `survey/calendar/holidays.csv`."""
    text = (resources.files("survey") / "calendar" / "holidays.csv").read_text(encoding="utf-8")
    return frozenset(date.fromisoformat(row["date"]) for row in csv.DictReader(io.StringIO(text)))


def due(kind: str, opened: date, days: Mapping[str, int]) -> date:
    """The last day to answer a case of a kind that was opened on a day. days: what an operator has set."""
    allowed = days.get(kind) or lexicons().routes[kind].days
    return workdays.after(opened, allowed, holidays())
