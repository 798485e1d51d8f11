"""The pictures of a report, drawn for paper: letters as outlines, kinds told apart by shape and lightness."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from survey import charts
from survey.agency import Target
from survey.report import Line, Report
from survey.web.topics import draw_years

#: kinds of agencies that are drawn by themselves
COMMUNES = ("commune", "ward")

Draw = Callable[[Report, str], bytes]


def _factors(report: Report, language: str) -> bytes:
    return charts.criteria_chart(
        report.criteria, report.factors, instrument=report.instrument, language=language, form="paper"
    )


def _spread(report: Report, language: str) -> bytes:
    return charts.spread_chart(report.distributions, language=language, form="paper")


def _departments(report: Report, language: str) -> bytes:
    return charts.bands_chart(_bodies(report, False), target=_target(report), language=language, form="paper")


def _communes(report: Report, language: str) -> bytes:
    return charts.bands_chart(_bodies(report, True), target=_target(report), language=language, form="paper")


def _trend(report: Report, language: str) -> bytes:
    return charts.trend_chart(report.trend, language=language, form="paper")


def _drivers(report: Report, language: str) -> bytes:
    return charts.drivers_chart(report.drivers, report.factors, language=language, form="paper")


def _years(report: Report, language: str) -> bytes:
    return draw_years(report, language, form="paper")


#: name -> how it is drawn, and whether there is something to draw
_PICTURES: Mapping[str, tuple[Draw, Callable[[Report], object]]] = {
    "trend": (_trend, lambda report: report.trend),
    "factors": (_factors, lambda report: report.factors),
    "spread": (_spread, lambda report: report.distributions),
    "departments": (_departments, lambda report: _bodies(report, False)),
    "communes": (_communes, lambda report: _bodies(report, True)),
    "drivers": (_drivers, lambda report: report.drivers),
    "years": (_years, lambda report: report.published or report.years),
}


def names_of(report: Report) -> tuple[str, ...]:
    """The pictures that a report has."""
    return tuple(name for name, (_, there) in _PICTURES.items() if there(report))


def drawn(name: str, report: Report, language: str) -> bytes:
    """One picture as SVG."""
    draw, _ = _PICTURES[name]
    return draw(report, language)


def _bodies(report: Report, communes: bool) -> list[Line]:
    return [line for line in report.lines if (line.agency.kind in COMMUNES) is communes]


def _target(report: Report) -> Target | None:
    return next((line.target for line in report.lines if line.target), None)
