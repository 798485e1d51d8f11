"""Working days: Monday to Friday without public holidays. Which days those are is data."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

_SATURDAY = 5


def works(day: date, holidays: Collection[date]) -> bool:
    """Tell whether offices work on a day."""
    return day.weekday() < _SATURDAY and day not in holidays


def after(day: date, days: int, holidays: Collection[date]) -> date:
    """The last day of a period of so many working days that begins the day after `day`."""
    at = day
    while days > 0:
        at += timedelta(days=1)
        days -= works(at, holidays)
    return at
