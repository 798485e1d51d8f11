"""What is taken away from a dashboard: what its files are called, and what stands around its charts."""

from __future__ import annotations

import re

from flask_babel import gettext

from survey.charts import Caption
from survey.dashboard import Dashboard
from survey.web.agency import filters
from survey.web.context import words
from survey.web.numbers import day, number, period
from survey.web.numbers import shown as is_shown


def file_name(shown: Dashboard, name: str) -> str:
    """The name of a file, which tells selections apart: survey, agency, period, what is chosen, and whose series."""
    wave, selection = shown.report.wave, shown.selection
    said = [
        "hai-long",
        *([] if wave.headline else [wave.code]),
        shown.report.agency.code,
        selection.period,
        *(f"{dimension}-{value}" for dimension, value in selection.chosen),
        *(["as-today"] if selection.as_today else []),
        *(["all-parts"] if selection.every else []),
        name,
    ]
    return re.sub(r"[^\w.-]", "-", "-".join(said), flags=re.ASCII)


def caption(shown: Dashboard, row: filters.Row, name: str) -> Caption:
    """What stands around a chart: its title, whose answers of when and how many, and where they come from."""
    report = shown.report
    index = words(report.index.label)
    titles = {
        "trend": gettext("%(index)s by month", index=index),
        "criteria": gettext("Factors and criteria"),
        "drivers": gettext("What to mend first"),
        "agencies": gettext("Index and interval of each agency"),
    }
    by = str(filters.DIMENSIONS.get(name, "")).lower()  # type: ignore[call-overload]
    title = titles.get(name) or gettext(
        "%(index)s, %(period)s: %(by)s", index=index, period=period(report.period), by=by
    )
    return Caption(title, under(shown, row, name), gettext("Source: %(source)s", source=source(shown)))


def under(shown: Dashboard, row: filters.Row, name: str) -> str:
    """Whose answers they are, of when, what is chosen of them, and how many people are behind a chart."""
    said = [words(shown.report.agency.name), *_said(shown, row, name)]
    if shown.report.as_of:
        said.append(gettext("As today"))
    return " · ".join([*said, *_people(shown, name)])


def source(shown: Dashboard) -> str:
    """The survey that figures come from, by which method, until when, and whether nobody said it."""
    report = shown.report
    told = [f"Hài lòng, {words(report.wave.title)}"]
    told.append(f"{report.index.code.removeprefix('index:')} · {report.index.method}")
    if report.through:
        told.append(gettext("counted through %(day)s", day=day(report.through)))
    if report.simulated:
        told.append(gettext("Simulated data"))
    return " · ".join(told)


def _said(shown: Dashboard, row: filters.Row, name: str) -> list[str]:
    """The period that is drawn and what is chosen, in words; the survey stands in the source."""
    chosen = {choice.name: choice for choice in row.choices}
    said = [f"{chosen[d].label.lower()} {chosen[d].said}" for d, _ in shown.selection.chosen if d in chosen]
    drawn = shown.selection.period
    if name == "trend" and shown.report.trend:
        drawn = f"{shown.report.trend[0].period}..{shown.report.trend[-1].period}"
    return [period(drawn), *said]


def _people(shown: Dashboard, name: str) -> list[str]:
    """How many people are behind a chart that does not say it row by row."""
    report = shown.report
    drawn = {"trend": report.trend, "drivers": report.drivers[:1]}.get(name)
    if drawn is None:
        return []
    people = sum(figure.estimate.n for figure in drawn if is_shown(figure))
    return [gettext("%(count)s people in what is drawn", count=number(people))]
