"""Three numbers on three shelves: what a sample of households says, what people rate, what cases were scored.

Each is about something else. They stand side by side and are never added, averaged or ranked together.
Process scores come from catalogues as published figures: `decree61:<index>` in points of 2, and
`decision766:satisfaction` in points of 18, a row for each body and year.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.agency import Agency, PublishedFigure
from survey.figure import Figure
from survey.instrument import Band, Instrument
from survey.report import Report

#: series of the catalogue -> what its indicators begin with
DECREE61, DECISION766 = "decree61", "decision766"

#: the points that satisfaction is worth in Decision 766/QĐ-TTg, of 100
SATISFACTION_POINTS = 18


@dataclass(frozen=True)
class ProcessScore:
    """What a body's cases were scored with in a year.

    points: index of Decree 61 -> 0, 1 or 2 · total, band: of all indices; None where one was not
    scored: what was not scored is never counted as best · satisfaction: of 18 points, None without one
    sources: where the numbers were read · verified: whether all of them were
    """

    agency: Agency
    year: int
    points: Mapping[str, float]
    total: float | None
    band: Band | None
    satisfaction: float | None
    sources: tuple[str, ...]
    verified: bool


@dataclass(frozen=True)
class Shelves:
    """households: reports of waves that are weighted, the newest first · rating: of the continuous rating

    invited: the rating of those who came with a dossier's code and of those who came without one, within
    answers online · process: the newest year of each body · instrument: of Decree 61, whose indices are scored
    """

    households: tuple[Report, ...]
    rating: Report
    invited: tuple[Figure, ...]
    process: tuple[ProcessScore, ...]
    instrument: Instrument | None


def process_scores(
    published: Iterable[PublishedFigure], agencies: Mapping[str, Agency], instrument: Instrument | None
) -> tuple[ProcessScore, ...]:
    """The newest scores of each body, in the order of the agencies; those of unknown bodies are left out."""
    found: defaultdict[tuple[str, int], list[PublishedFigure]] = defaultdict(list)
    for figure in published:
        if figure.series in (DECREE61, DECISION766) and figure.value is not None and figure.place in agencies:
            found[figure.place, figure.year].append(figure)
    newest = dict(sorted(found))
    order = {code: number for number, code in enumerate(agencies)}
    return tuple(
        _score(agencies[place], newest[place], found[place, newest[place]], instrument)
        for place in sorted(newest, key=order.__getitem__)
    )


def _score(
    agency: Agency, year: int, figures: Iterable[PublishedFigure], instrument: Instrument | None
) -> ProcessScore:
    rows = list(figures)
    values = {row.indicator: row.value for row in rows}
    points = {
        item.code: value
        for item in (instrument.items if instrument else ())
        if (value := values.get(f"{DECREE61}:{item.code}")) is not None
    }
    whole = instrument is not None and len(points) == len(instrument.items)
    total = math.fsum(points.values()) if whole else None
    return ProcessScore(
        agency=agency,
        year=year,
        points=points,
        total=total,
        band=band_of(instrument, total) if instrument and total is not None else None,
        satisfaction=values.get(f"{DECISION766}:satisfaction"),
        sources=tuple(sorted({row.source for row in rows if row.source})),
        verified=all(row.status.verified for row in rows),
    )


def band_of(instrument: Instrument, total: float) -> Band | None:
    """The class of a total: it holds its lower limit, and not its upper one."""
    return next(
        (band for band in instrument.bands if band.low <= total and (band.high is None or total < band.high)),
        None,
    )
