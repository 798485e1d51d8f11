"""The main series as SDMX-CSV 2.0: one row for each observation, for statistical offices.

Source: SDMX Technical Working Group, SDMX-CSV 2.0.0 (field guide).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from survey.figure import Figure
from survey.report import Report

#: the dataflow that the observations are of
FLOW = "HAILONG:SATISFACTION(1.0)"

COLUMNS = (
    *("STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "AGENCY", "INDICATOR", "TIME_PERIOD", "OBS_VALUE"),
    *("OBS_STATUS", "UNIT_MEASURE", "STD_ERROR", "LOWER", "UPPER", "CONF_LEVEL", "RESPONDENTS", "METHOD"),
)

#: codes of SDMX's list CL_OBS_STATUS: a normal value, one that is kept back, one that is missing
_NORMAL, _WITHHELD, _MISSING = "A", "Q", "M"


def rows(reports: Iterable[Report]) -> Iterator[tuple[Any, ...]]:
    """The observations of every report: index, factors and criteria, and the index by quarter and year."""
    for report in reports:
        seen: set[tuple[str, str]] = set()
        series = (report.index, *report.overall, *report.factors, *report.criteria)
        for figure in (*series, *report.quarters, *report.years):
            if (figure.code, figure.period) not in seen:
                seen.add((figure.code, figure.period))
                yield _row(report.agency.code, figure)


def _row(agency: str, figure: Figure) -> tuple[Any, ...]:
    estimate, period = figure.estimate, figure.period
    told = figure.withheld is None and estimate.value is not None
    status = _NORMAL if told else _WITHHELD if figure.withheld or estimate.n else _MISSING
    numbers = [_percent(v) if told else None for v in (estimate.se, estimate.low, estimate.high)]
    return (
        "dataflow",
        FLOW,
        "I",
        "Q" if "-Q" in period else "A",
        agency,
        figure.code,
        period.partition("/")[0],
        _percent(estimate.value) if told else None,
        status,
        "PT",
        *numbers,
        estimate.level if told else None,
        None if figure.withheld else estimate.n,
        figure.method,
    )


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value
