"""Periods of a series by name: a month "2026-11", a quarter "2026-Q4", a year "2026"."""

from __future__ import annotations

from datetime import date


def quarter_of(month: str) -> str:
    """The quarter that a month lies in."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def months_of(period: str) -> tuple[str, ...]:
    """The months of a period, in order."""
    year, _, part = period.partition("-")
    if not part:
        return tuple(f"{year}-{month:02}" for month in range(1, 13))
    if part[0] != "Q":
        return (period,)
    last = 3 * int(part[1:])
    return tuple(f"{year}-{month:02}" for month in range(last - 2, last + 1))


def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def parts_of(period: str) -> tuple[str, ...]:
    """The quarters of a year, or the months of a quarter."""
    if "-" in period:
        return months_of(period)
    return tuple(f"{period}-Q{number}" for number in range(1, 5))


def whole_of(period: str) -> str | None:
    """The quarter that a month is a part of, the year that a quarter is; None for a year."""
    if "-Q" in period:
        return period[:4]
    return quarter_of(period) if "-" in period else None


def a_year_before(period: str) -> str:
    """The same period of the year before."""
    return f"{int(period[:4]) - 1:04}{period[4:]}"


def quarter_before(quarter: str) -> str:
    """The quarter before a quarter."""
    year, number = int(quarter[:4]), int(quarter[6:])
    return f"{year:04}-Q{number - 1}" if number > 1 else f"{year - 1:04}-Q4"


def is_over(period: str, day: date) -> bool:
    """Whether a period's last day is past."""
    return day.isoformat()[:7] > months_of(period)[-1]
