"""Numbers as people read them: percent with one decimal, means with two, and never a lonely value."""

from __future__ import annotations

from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext, ngettext

from survey.figure import Distribution, Figure
from survey.web.context import language

#: Vietnamese writes a comma, and a space before the sign; what must not break apart is glued
_PERCENT = {"vi": "{}\u00a0%", "en": "{}%"}
_DASH = "–"


@lru_cache(maxsize=16384)
def _decimal(value: float, digits: int, locale: str) -> str:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return format_decimal(value, pattern, locale=locale)


def number(value: float | None, digits: int = 0) -> str:
    """A number with this many decimals, or a dash where there is none."""
    return _DASH if value is None else _decimal(round(value, digits), digits, language())


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 1 in percent."""
    if share is None:
        return _DASH
    return _PERCENT[language()].format(number(100 * share, digits))


def amount(figure: Figure, value: float | None) -> str:
    """A value in the unit of its figure."""
    if figure.kind == "share":
        return percent(value)
    return number(value, 2 if figure.kind == "mean" else 0)


def shown(figure: Figure) -> bool:
    """Whether the figure has a value that may be shown."""
    return figure.withheld is None and figure.estimate.value is not None


def value(figure: Figure) -> str:
    """The figure's value, or a dash where there is none to show."""
    return amount(figure, figure.estimate.value) if shown(figure) else _DASH


def interval(figure: Figure) -> str:
    """ "from 91.2% to 93.5%", or a dash where there is no interval to show."""
    low, high = figure.estimate.low, figure.estimate.high
    if not shown(figure) or low is None or high is None:
        return _DASH
    return gettext("from %(low)s to %(high)s", low=amount(figure, low), high=amount(figure, high))


def reason(figure: Figure) -> str:
    """Why a figure has no value: in words a reader understands. Empty where it has one."""
    if shown(figure):
        return ""
    code = figure.withheld or figure.estimate.reason or "no-answers"
    if code == "no-answers":
        return gettext("no answers yet")
    if code == "few-answers":
        return gettext("too few answers (fewer than 10)")
    return gettext("not shown, to protect those who answered")


def people(figure: Figure) -> str:
    """ "1,234 people"; fewer than the gate lets through are not counted aloud."""
    if figure.withheld is not None:
        return gettext("fewer than 10 people")
    n = figure.estimate.n
    return ngettext("%(count)s person", "%(count)s people", n, count=number(n))


def shares(distribution: Distribution) -> list[float]:
    """Each step's share of the answers, of 1."""
    counts, total = distribution.counts or (), distribution.total or 0
    return [count / total if total else 0.0 for count in counts]


def day(text: str) -> str:
    """A date as written in the reader's language, from its ISO form."""
    from datetime import date

    return format_date(date.fromisoformat(text), "d/M/y" if language() == "vi" else "d MMMM y", locale=language())


def period(text: str) -> str:
    """ "2026" or "2026-11" in words."""
    year, _, month = text.partition("-")
    if not month:
        return year
    return f"{int(month)}/{year}" if language() == "vi" else f"{year}-{month}"


def hang(app: Flask) -> None:
    """Offer the words for numbers to every template."""
    app.jinja_env.filters.update(
        number=number, percent=percent, value=value, interval=interval, reason=reason, people=people,
        shares=shares, day=day, period=period,
    )
    app.jinja_env.tests["shown"] = shown
