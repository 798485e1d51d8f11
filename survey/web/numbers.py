"""Figures as people read them: percent with one decimal, means with two, and never a lonely value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from jinja2 import pass_context
from markupsafe import Markup, escape

from survey import disclosure
from survey.agency import Agency, Target
from survey.drivers import Quadrant
from survey.figure import Distribution, Figure
from survey.forms import MISSING_LABELS
from survey.instrument import Missing
from survey.report import Rates, Report
from survey.web.context import language

#: why a driver or a reliability is not there, although there are answers
NO_FIGURE = {
    "few-complete": lazy_gettext("too few complete answers (fewer than 30)"),
    "one-item": lazy_gettext("a single question: nothing to compare it with"),
    "too-few-items": lazy_gettext("needs three questions or more"),
    "no-variance": lazy_gettext("everybody answered alike"),
    "singular": lazy_gettext("one question follows from the others"),
}

_QUADRANTS = {
    Quadrant.FIX_FIRST.value: lazy_gettext("mend first"),
    Quadrant.KEEP_UP.value: lazy_gettext("keep up"),
    Quadrant.LATER.value: lazy_gettext("mend later"),
    Quadrant.ENOUGH.value: lazy_gettext("good enough"),
}

#: Vietnamese leaves a space before the sign; it may not break there
_PERCENT = {"vi": "{}\u00a0%", "en": "{}%"}
_DAY = {"vi": "d/M/y", "en": "d MMMM y"}
_MONTH = {"vi": "'tháng' M/y", "en": "MMMM y"}
_DASH = "–"


@lru_cache(maxsize=16384)
def _decimal(value: float, digits: int, locale: str) -> str:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return format_decimal(value, pattern, locale=locale)


@lru_cache(maxsize=16384)
def _percent(value: float, digits: int, locale: str) -> str:
    return _PERCENT[locale].format(_decimal(value, digits, locale))


def number(value: float | None, digits: int = 0) -> str:
    """A number with this many decimals, or a dash where there is none."""
    return _DASH if value is None else _decimal(round(value, digits), digits, language())


def exactly(count: int) -> Markup:
    """A count, with its digits behind it."""
    return Markup('<data value="{}">{}</data>').format(count, number(count))


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 1 in percent."""
    return _DASH if share is None else _percent(round(100 * share, digits), digits, language())


def aim(target: Target) -> str:
    """A target's threshold; it is written with no more digits than its document has."""
    digits = 0 if target.value == int(target.value) else 1
    return percent(target.value / 100, digits)


def amount(figure: Figure, value: float | None) -> str:
    """A value in the unit of its figure."""
    if figure.kind in ("share", "importance"):
        return percent(value)
    return number(value, 0 if figure.kind == "count" else 2)


def shown(figure: Figure) -> bool:
    """Whether the figure has a value that may be shown."""
    return figure.withheld is None and figure.estimate.value is not None


def bound(flags: Sequence[str]) -> str:
    """What stands in place of the value of a few people who agree; empty where nothing does."""
    if disclosure.ABOVE_90 in flags:
        return gettext("more than %(bound)s", bound=percent(0.9, 0))
    if disclosure.BELOW_10 in flags:
        return gettext("less than %(bound)s", bound=percent(0.1, 0))
    return ""


def coarse(figure: Figure) -> bool:
    """Whether a bound stands in place of the value."""
    return bool(bound(figure.flags))


def told(figure: Figure) -> bool:
    """Whether there is a value, or a bound in its place."""
    return shown(figure) or coarse(figure)


def value(figure: Figure) -> str:
    """The figure's value; a bound where only that may be told; a dash where there is nothing to show.

    The page carries the value with all its digits behind the rounded one.
    """
    if told := bound(figure.flags):
        return told
    exact = figure.estimate.value
    if not shown(figure) or exact is None:
        return _DASH
    return Markup(f'<data value="{exact!r}">{escape(amount(figure, exact))}</data>')  # noqa: S704 - a number's digits


def interval(figure: Figure) -> str:
    """Both ends of the interval in words, or a dash where there is none to show."""
    low, high = figure.estimate.low, figure.estimate.high
    if not shown(figure) or low is None or high is None:
        return _DASH
    return gettext("from %(low)s to %(high)s", low=amount(figure, low), high=amount(figure, high))


def reason(figure: Figure | Distribution) -> str:
    """Why there is nothing to show, in words; empty where there is."""
    code = figure.withheld
    if isinstance(figure, Figure):
        if shown(figure):
            return ""
        if coarse(figure):
            return gettext("few people, who all agree: no closer figure, to protect them")
        code = code or figure.estimate.reason
    return reason_of(code)


def reason_of(code: str | None) -> str:
    """What a code of a missing value means."""
    if code in NO_FIGURE:
        return str(NO_FIGURE[code])
    if code == disclosure.TOO_FEW:
        return gettext("too few answers (fewer than 10)")
    if code in (disclosure.SECONDARY, disclosure.ONE_STEP):
        return gettext("not shown, to protect those who answered")
    return gettext("no answers yet")


def people(figure: Figure) -> str:
    """How many people answered, as '1,234 people'."""
    n = figure.estimate.n
    return ngettext("%(count)s person", "%(count)s people", n, count=number(n))


def shares(distribution: Distribution) -> list[float]:
    """Each step's share of the answers, of 1."""
    total = distribution.total or 0
    return [count / total for count in distribution.counts or ()] if total else []


def missing(code: str) -> str:
    """The reason for a missing answer, as the form words it."""
    if code == Missing.NOT_ASKED:
        return gettext("not asked")
    return str(MISSING_LABELS[Missing(code)])


def day(text: str) -> str:
    """A date as written in the reader's language, from its ISO form."""
    return str(format_date(date.fromisoformat(text), _DAY[language()], locale=language()))


def period(text: str) -> str:
    """A year, a half, a quarter, a month, twelve months, a day, or two days, in words."""
    if "/" in text:
        first, last = text.split("/")
        return gettext("from %(low)s to %(high)s", low=day(first), high=day(last))
    if ".." in text:
        first, last = map(period, text.split(".."))
        return gettext("from %(low)s to %(high)s", low=first, high=last)
    year, _, part = text.partition("-")
    if part[:1] == "Q":
        return gettext("Q%(quarter)s %(year)s", quarter=part[1:], year=year)
    if part[:1] == "H":
        return gettext("half %(half)s of %(year)s", half=part[1:], year=year)
    return _date(text)


def _date(text: str) -> str:
    """A day, a month or a year in words."""
    if len(text) == len("2026-11-23"):
        return day(text)
    if len(text) == len("2026-11"):
        return str(format_date(date.fromisoformat(text + "-01"), _MONTH[language()], locale=language()))
    return text


def decimal(value: float) -> str:
    """A number with one digit after its point, or none."""
    return str(format_decimal(value, format="0.#", locale=language()))


def criteria_of(report: Report, factor: Figure) -> list[Figure]:
    """The figures of a factor's criteria."""
    return list(report.criteria_of(factor.code.removeprefix("factor:")))


def factor_of(report: Report, driver: Figure) -> Figure:
    """The share of satisfied answers of a driver's factor."""
    code = driver.code.replace("driver:", "factor:")
    return next(figure for figure in report.factors if figure.code == code)


def quadrant(driver: Figure) -> str:
    """Where a driver stands by importance and performance, in words."""
    return quadrant_of(driver.flags) or _DASH


def quadrant_of(flags: Sequence[str]) -> str:
    """The quadrant among the flags of a figure, in words; empty where there is none."""
    return next((str(told) for which, told in _QUADRANTS.items() if which in flags), "")


def by_priority(report: Report) -> list[Figure]:
    """The drivers in the order in which they are to be mended, the more important ones first."""
    order = [each.value for each in Quadrant]

    def place(driver: Figure) -> tuple[int, float]:
        found = (order.index(which) for which in order if which in driver.flags)
        return next(found, len(order)), -(driver.estimate.value or 0)

    return sorted(report.drivers[1:], key=place)


def to_mend(report: Report) -> list[Figure]:
    """The drivers that are important and satisfy less than the others, the most important first."""
    return [each for each in by_priority(report) if shown(each) and Quadrant.FIX_FIRST.value in each.flags]


def least_satisfying(report: Report) -> Figure | None:
    """The factor, or the criterion of a questionnaire without factors, that the fewest are satisfied with."""
    told = [each for each in report.factors or report.criteria if shown(each)]
    return min(told, key=lambda each: each.estimate.value or 0, default=None)


def scale(report: Report) -> str:
    """The ends of the scale that a report's means are on; of each scale where there are several."""
    scales = map(report.instrument.scale_of, report.instrument.ratings)
    return ", ".join(dict.fromkeys(f"{each.low}–{each.high}" for each in scales))


def by_agency(report: Report) -> list[tuple[Agency, list[Figure]]]:
    """Each agency with its figures of the breakdown, in the order of the questions."""
    of: dict[str, list[Figure]] = {}
    for figure in report.breakdown:
        of.setdefault(figure.domain, []).append(figure)
    return [(line.agency, of[line.figure.domain]) for line in report.lines]


def most_disputed(rates: Sequence[tuple[Agency, Rates]]) -> list[tuple[Agency, Rates]]:
    """Agencies with their dispute rates, the highest first, by what it is at least."""

    def rate(one: tuple[Agency, Rates]) -> float:
        _, rates = one
        return rates.told.least / rates.disputed.estimate.n

    return sorted(rates, key=rate, reverse=True)


def agency_page(report: Report, agency: Agency) -> str:
    """The address of an agency's page in the wave of a report."""
    if report.wave.headline:
        return url_for("public.agency", agency=agency.code)
    return url_for("public.wave_agency", wave=report.wave.code, agency=agency.code)


def data_file(report: Report, kind: str) -> str:
    """The address of a report's own figures as "json" or "csv"."""
    year = report.period if report.trend else None
    wave, agency = report.wave.code, report.agency.code
    series = "today" if report.as_of else None
    return url_for(f"public.wave_agency_{kind}", wave=wave, agency=agency, year=year, series=series)


def when_read(word: Callable[..., Any]) -> Callable[..., Any]:
    """The same filter, kept from constants: Jinja would fold those once, in its first reader's language."""

    @pass_context
    def filtered(_context: object, *arguments: Any) -> Any:
        return word(*arguments)

    return filtered


def hang(app: Flask) -> None:
    """Offer the words for figures to every template."""
    for word in (
        *(
            number,
            exactly,
            percent,
            aim,
            value,
            interval,
            reason,
            people,
            shares,
            missing,
            day,
            period,
            decimal,
        ),
        *(
            criteria_of,
            by_agency,
            most_disputed,
            factor_of,
            quadrant,
            by_priority,
            to_mend,
            least_satisfying,
            scale,
            agency_page,
            data_file,
        ),
    ):
        app.jinja_env.filters[word.__name__] = when_read(word)
    app.jinja_env.tests.update(shown=shown, coarse=coarse, told=told)
