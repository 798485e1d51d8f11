"""Periods of a series by name: a month "2026-11", a quarter "2026-Q4", a half "2026-H2", a year "2026".

Beside these stand twelve months, "2025-12..2026-11". Quarters divide a year and months a quarter; halves
and twelve months lie across that, and are told only as sums of what is told anyway (`Series.held`).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

#: between the first and the last month of twelve
_TO = ".."
#: periods whose months are remembered: each is asked for thousands of times for one dashboard
MANY = 1024
_NAME = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12])|-(0[1-9]|1[0-2])\.\.[0-9]{4}-(0[1-9]|1[0-2]))?")


def quarter_of(month: str) -> str:
    """The quarter that a month lies in."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


@lru_cache(MANY)
def months_of(period: str) -> tuple[str, ...]:
    """The months of a period, in order."""
    if _TO in period:
        first, last = map(_number, period.split(_TO))
        return tuple(map(_month, range(first, last + 1)))
    year, _, part = period.partition("-")
    if not part:
        return tuple(f"{year}-{month:02}" for month in range(1, 13))
    if part[0] not in _LENGTHS:
        return (period,)
    length = _LENGTHS[part[0]]
    last = length * int(part[1:])
    return tuple(f"{year}-{month:02}" for month in range(last - length + 1, last + 1))


#: months of what a letter stands for
_LENGTHS = {"Q": 3, "H": 6}


def _number(month: str) -> int:
    """A month's place in time: neighbours are one apart."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def is_name(text: str) -> bool:
    """Whether a text names a period, and if twelve months then twelve."""
    return _NAME.fullmatch(text) is not None and (_TO not in text or len(months_of(text)) == 12)


def is_across(period: str) -> bool:
    """Whether a period lies across the division of years into quarters and of quarters into months."""
    return _TO in period or "-H" in period


def twelve_until(month: str) -> str:
    """The twelve months that end with a month."""
    return f"{_month(_number(month) - 11)}{_TO}{month}"


def half_of(month: str) -> str:
    """The half of the year that a month lies in."""
    return f"{month[:4]}-H{(int(month[5:]) + 5) // 6}"


def before(period: str) -> str:
    """The period of the same length that ends where this one begins."""
    if _TO in period:
        return twelve_until(_month(_number(months_of(period)[0]) - 1))
    if "-" not in period:
        return a_year_before(period)
    month = _month(_number(months_of(period)[0]) - 1)
    return {"Q": quarter_of, "H": half_of}.get(period[5], str)(month)


@lru_cache(MANY)
def pieces_of(period: str) -> tuple[str, ...]:
    """The years, quarters and months that a period is the sum of, each as long as can be."""
    months, found = list(months_of(period)), list[str]()
    while months:
        year, quarter = months[0][:4], quarter_of(months[0])
        whole = next(
            (name for name in (year, quarter) if months_of(name) == tuple(months[: len(months_of(name))])),
            months[0],
        )
        found.append(whole)
        del months[: len(months_of(whole))]
    return tuple(found)


def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def parts_of(period: str) -> tuple[str, ...]:
    """The quarters of a year, or the months of a quarter."""
    if "-" in period:
        return months_of(period)
    return tuple(f"{period}-Q{number}" for number in range(1, 5))


def whole_of(period: str) -> str | None:
    """The quarter that a month is a part of, the year that a quarter is; None for a year, and across."""
    if "-" not in period or is_across(period):
        return None
    return period[:4] if "-Q" in period else quarter_of(period)


def a_year_before(period: str) -> str:
    """The same period of the year before."""
    if _TO in period:
        return twelve_until(a_year_before(months_of(period)[-1]))
    return f"{int(period[:4]) - 1:04}{period[4:]}"


def last_day(month: str) -> date:
    """The last day of a month."""
    after = _month(_number(month) + 1)
    return date.fromisoformat(after + "-01") - timedelta(days=1)


def is_over(period: str, day: date) -> bool:
    """Whether a period's last day is past."""
    return day.isoformat()[:7] > months_of(period)[-1]
