"""The three numbers as data: each shelf by itself, so that no program mixes them by mistake."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from survey.figure import Figure
from survey.shelves import ProcessScore, Shelves

#: changes whenever a name or a meaning here changes
FORMAT = "hai-long/shelves@1"

_COLUMNS = (
    *("shelf", "wave", "agency", "period", "domain", "code", "value", "low", "high"),
    *("people", "level", "method", "withheld"),
)


def as_json(shelves: Shelves) -> dict[str, Any]:
    """One object with a list for each shelf. Shares are parts of 1, points are points; null: there is none."""
    return {
        "format": FORMAT,
        "households": [_figure(each.index) for each in shelves.households],
        "ratings": [_figure(each) for each in (shelves.rating.index, *shelves.invited)],
        "process": [_score(each) for each in shelves.process],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    estimate, shown = figure.estimate, figure.withheld is None
    return {
        "wave": figure.wave,
        "period": figure.period,
        "domain": figure.domain,
        "code": figure.code,
        "value": estimate.value if shown else None,
        "low": estimate.low if shown else None,
        "high": estimate.high if shown else None,
        "people": estimate.n if shown else None,
        "level": estimate.level,
        "method": figure.method,
        "withheld": figure.withheld,
    }


def _score(score: ProcessScore) -> dict[str, Any]:
    return {
        "agency": score.agency.code,
        "year": score.year,
        "points": dict(score.points),
        "total": score.total,
        "class": score.band.code if score.band else None,
        "satisfaction766": score.satisfaction,
        "sources": list(score.sources),
        "verified": score.verified,
    }


def as_csv(shelves: Shelves) -> str:
    """The same as one table: a row for each number, with its shelf in front."""
    file = io.StringIO()
    writer = csv.DictWriter(file, _COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(_rows(shelves))
    return "\ufeff" + file.getvalue()


def _rows(shelves: Shelves) -> Iterator[dict[str, Any]]:
    told = as_json(shelves)
    for shelf in ("households", "ratings"):
        for row in told[shelf]:
            yield {"shelf": shelf, **{name: "" if each is None else each for name, each in row.items()}}
    for score in told["process"]:
        named = {f"decree61:{code}": points for code, points in score["points"].items()}
        named |= {"decree61:total": score["total"], "decision766:satisfaction": score["satisfaction766"]}
        for code, value in named.items():
            if value is not None:
                place = {"agency": score["agency"], "period": score["year"]}
                yield {"shelf": "process", **place, "code": code, "value": value}
