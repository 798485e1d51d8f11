"""A report as data: the same figures as its page, to the last digit, as JSON and as one tidy CSV table.

Both are made from the same records, one for each figure, for each target that a figure is held
against, and for each count of a distribution. Floats are written in full (the shortest text that
reads back as the same number). What is withheld has no number at all, not even how many answered.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from survey.agency import Agency, PublishedFigure, Target
from survey.figure import Distribution, Figure, Report
from survey.instrument import Missing
from survey.stats import Estimate

#: changes whenever a name or a meaning in these files changes
FORMAT = "hai-long/figures@1"
#: under which anyone may use the figures (SPDX)
LICENCE = "CC-BY-4.0"

Record = dict[str, Any]

_ESTIMATE = [
    "value",
    "se",
    "low",
    "high",
    "level",
    "n",
    "answers",
    "psus",
    "df",
    "deff",
    "n_eff",
    "weight_total",
    "model_based",
    "reason",
]
_TARGET = ["code", "operator", "value", "year", "document", "status"]
_COLUMNS = (
    *[
        "report",
        "simulated",
        "ledger_size",
        "ledger_root",
        "part",
        "wave",
        "instrument",
        "agency",
        "agency_vi",
        "agency_en",
    ],
    *["code", "kind", "domain", "period", "label_vi", "label_en"],
    "method",
    "estimator",
    *_ESTIMATE,
    *["withheld", "flags", "verdict"],
    *(f"target_{name}" for name in _TARGET),
    *(f"missing_{reason.value}" for reason in Missing),
)
#: how a cell begins that a spreadsheet would compute instead of show
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(report: Report) -> dict[str, Any]:
    """The report as one JSON object; `figures` holds the records that are the rows of `as_csv`."""
    wave, instrument = report.wave, report.instrument
    records = list(_records(report))
    return {
        "format": FORMAT,
        "licence": LICENCE,
        "report": _name(report),
        "simulated": report.simulated,
        "period": report.period,
        "through": report.through,
        "ledger": {"size": report.sealed, "root": report.root},
        "quarantine": {"waiting": report.in_review, "set_aside": report.set_aside},
        "wave": {
            "code": wave.code,
            "title": dict(wave.title),
            "kind": wave.kind.value,
            "starts": wave.starts.isoformat(),
            "ends": wave.ends and wave.ends.isoformat(),
        },
        "instrument": {
            "ref": instrument.ref,
            "title": dict(instrument.title),
            "index": instrument.index and instrument.index.code,
            "digest": instrument.digest,
            "source": instrument.source,
            "status": instrument.status,
        },
        "agency": _agency(report.agency) | {"kind": report.agency.kind},
        "methods": sorted({record[name] for record in records for name in ("method", "estimator")} - {""}),
        "figures": records,
        "published": [_published(figure) for figure in report.published],
    }


def as_csv(report: Report) -> str:
    """The report's records as RFC 4180 text with a header row, for UTF-8.

    It begins with a byte order mark, without which spreadsheets misread Vietnamese letters. Text
    that a spreadsheet would take for a formula is led by an apostrophe.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    of_report = {
        "report": _name(report),
        "simulated": report.simulated,
        "ledger_size": report.sealed,
        "ledger_root": report.root,
    }
    for record in _records(report):
        row = of_report | _flat(record)
        writer.writerow([_cell(row.get(column)) for column in _COLUMNS])
    return "\ufeff" + file.getvalue()


def _name(report: Report) -> str:
    return f"{report.wave.code}/{report.agency.code}"


# Records.


def _records(report: Report) -> Iterator[Record]:
    """Every figure in the order of the page, with its part of the report."""
    parts = (
        ("index", (report.index,)),
        ("overall", report.overall),
        ("factor", report.factors),
        ("criterion", report.criteria),
        ("mean", report.means),
        ("breakdown", report.breakdown),
        ("responses", (report.responses,)),
        ("mode", report.modes),
        ("trend", report.trend),
    )
    bodies = {f"agency:{line.agency.code}": line.agency for line in report.lines}
    for part, figures in parts:
        for figure in figures:
            yield _record(part, bodies.get(figure.domain, report.agency), figure)
    for goal in report.goals:
        target = _target(goal.target)
        yield _record("goal", report.agency, goal.figure) | {"verdict": goal.verdict.value, "target": target}
    for line in report.lines:
        aim = _target(line.target) if line.target else None
        yield _record("agency", line.agency, line.figure) | {"verdict": line.verdict.value, "target": aim}
    for distribution in report.distributions:
        yield from _counts(report, distribution)


def _record(part: str, agency: Agency, figure: Figure) -> Record:
    return {
        "part": part,
        "wave": figure.wave,
        "instrument": figure.instrument,
        "agency": _agency(agency),
        "code": figure.code,
        "kind": figure.kind,
        "domain": figure.domain,
        "period": figure.period,
        "label": dict(figure.label),
        "method": figure.method,
        "estimator": figure.estimate.method,
        **_estimate(figure.estimate, figure.withheld),
        "withheld": figure.withheld,
        "flags": list(figure.flags),
        "verdict": None,
        "target": None,
        "missing": dict(figure.missing),
    }


def _estimate(estimate: Estimate, withheld: str | None) -> Record:
    """The estimate's fields; of a withheld figure only the level and the reason."""
    kept = ("level", "reason") if withheld else _ESTIMATE
    return {name: getattr(estimate, name) if name in kept else None for name in _ESTIMATE}


def _counts(report: Report, distribution: Distribution) -> Iterator[Record]:
    """A record for each step, and for each reason why answers are missing."""
    counts: tuple[int | None, ...] = distribution.counts or (None,) * len(distribution.steps)
    for step, count in zip(distribution.steps, counts, strict=True):
        yield _count(report, distribution, f"step:{step.value}", step.label, count)
    for reason, count in distribution.missing.items():
        yield _count(report, distribution, f"missing:{reason}", {}, count)


def _count(
    report: Report, distribution: Distribution, of: str, label: Mapping[str, str], count: int | None
) -> Record:
    figure = Figure(
        code=f"item:{distribution.item}:{of}",
        kind="count",
        label=label,
        domain=report.index.domain,
        wave=report.wave.code,
        instrument=report.instrument.ref,
        period=report.period,
        method="count@1",
        estimate=Estimate(value=count, n=distribution.total or 0),
        withheld=distribution.withheld,
    )
    return _record("distribution", report.agency, figure) | {"level": None}


def _agency(agency: Agency) -> Record:
    return {"code": agency.code, "name": dict(agency.name)}


def _target(target: Target) -> Record:
    return {name: getattr(target, name) for name in _TARGET} | {
        "name": dict(target.name),
        "groups": list(target.groups),
    }


def _published(figure: PublishedFigure) -> Record:
    """What somebody else published, in the unit it was published in."""
    return {
        "place": figure.place,
        "year": figure.year,
        "indicator": figure.indicator,
        "label": dict(figure.label),
        "series": figure.series,
        "value": figure.value,
        "unit": figure.unit,
        "note": figure.note,
        "source": figure.source,
        "status": figure.status.value,
    }


# Cells.


def _flat(record: Record) -> Record:
    """A record with one cell for each column."""
    agency, label, target = record["agency"], record["label"], record["target"] or {}
    return {
        **record,
        "agency": agency["code"],
        "agency_vi": agency["name"].get("vi"),
        "agency_en": agency["name"].get("en"),
        "label_vi": label.get("vi"),
        "label_en": label.get("en"),
        "flags": " ".join(record["flags"]),
        **{f"target_{name}": target.get(name) for name in _TARGET},
        **{f"missing_{reason}": count for reason, count in record["missing"].items()},
    }


def _cell(value: object) -> str:
    """A value as text: empty for none, floats in full, true and false as in JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA) else value
    return float.__repr__(value) if isinstance(value, float) else str(value)
