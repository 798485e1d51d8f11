"""A report as data: the same figures as its page, to the last digit, as JSON and as one tidy CSV table.

Both are made from the same records, one for each figure, for each target that a figure is held
against, and for each count of a distribution. Floats are written in full (the shortest text that
reads back as the same number). What is withheld has no number at all, not even how many answered.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from survey.agency import PublishedFigure
from survey.dashboard import Dashboard
from survey.formats.records import (
    CHANGE,
    COVERAGE,
    ESTIMATE,
    PLACING,
    TARGET,
    Record,
    agency_record,
    compared,
    of_dashboard,
    records,
    succession_record,
)
from survey.instrument import Missing
from survey.report import Changes, Rates, Report

#: changes whenever a name or a meaning in these files changes
FORMAT = "hai-long/figures@1"
#: under which anyone may use the figures (SPDX)
LICENCE = "CC-BY-4.0"

COLUMNS = (
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
    *ESTIMATE,
    *["withheld", "flags", "verdict"],
    *(f"target_{name}" for name in TARGET),
    *(f"missing_{reason.value}" for reason in Missing),
    *(f"placing_{name}" for name in PLACING),
    *(f"change_{name}" for name in CHANGE),
    *(f"coverage_{name}" for name in COVERAGE),
    "needed",
)

#: how a cell begins that a spreadsheet would compute instead of show
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(report: Report) -> dict[str, Any]:
    """The report as one JSON object; `figures` holds the records that are the rows of `as_csv`."""
    return _json(report, _name(report), list(records(report))) | {
        "published": [_published(figure) for figure in report.published]
    }


def changes_as_json(changes: Changes) -> dict[str, Any]:
    """The changes of every agency as one JSON object, of the same form as a report's."""
    return _json(changes.report, _name(changes.report) + "/changes", list(_of_changes(changes)))


def _json(report: Report, name: str, found: list[Record]) -> dict[str, Any]:
    wave, instrument = report.wave, report.instrument
    return {
        "format": FORMAT,
        "licence": LICENCE,
        "report": name,
        "simulated": report.simulated,
        "period": report.period,
        "through": report.through,
        "ledger": {"size": report.sealed, "root": report.root},
        "quarantine": {"waiting": report.in_review, "set_aside": report.set_aside},
        "disputes": report.disputes and rates_record(report.disputes),
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
        "agency": agency_record(report.agency) | {"kind": report.agency.kind},
        "succession": succession_record(report),
        "methods": sorted({record[name] for record in found for name in ("method", "estimator")} - {""}),
        "figures": found,
    }


def rates_record(rates: Rates) -> dict[str, Any]:
    """The numbers that dispute rates are made from, and the rates; a range where no closer one may be told."""
    told, disputed, upheld = rates.told, rates.disputed, rates.upheld
    kept, decided = not disputed.withheld, not upheld.withheld
    return {
        "least": told.least if kept else None,
        "most": told.most if kept else None,
        "of": disputed.estimate.n if kept else None,
        "rate": disputed.estimate.value,
        "decided": told.decided if decided else None,
        "upheld": told.upheld if decided else None,
        "upheld_rate": upheld.estimate.value,
        "withheld": disputed.withheld or upheld.withheld,
    }


def as_csv(report: Report) -> str:
    """The report's records as RFC 4180 text with a header row, for UTF-8.

    It begins with a byte order mark, without which spreadsheets misread Vietnamese letters. Text
    that a spreadsheet would take for a formula is led by an apostrophe.
    """
    return _csv(report, _name(report), records(report))


def changes_as_csv(changes: Changes) -> str:
    """The changes of every agency as text, in the form and with the columns of `as_csv`."""
    return _csv(changes.report, _name(changes.report) + "/changes", _of_changes(changes))


def dashboard_as_csv(dashboard: Dashboard) -> str:
    """What a desk shows as text, in the form and with the columns of `as_csv`."""
    return _as_csv(dashboard_rows(dashboard))


def dashboard_rows(dashboard: Dashboard) -> Iterator[list[Any]]:
    """The same as values, in the order of `COLUMNS`."""
    return _rows(dashboard.report, _name(dashboard.report) + "/desk", of_dashboard(dashboard))


def _of_changes(changes: Changes) -> Iterable[Record]:
    return (record for each in changes.comparisons for record in compared(changes.report, each))


def _csv(report: Report, name: str, found: Iterable[Record]) -> str:
    return _as_csv(_rows(report, name, found))


def _as_csv(rows: Iterable[list[Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(map(as_text, row))
    return "\ufeff" + file.getvalue()


def _rows(report: Report, name: str, found: Iterable[Record]) -> Iterator[list[Any]]:
    """The values of each record in the order of the columns."""
    of_report = {
        "report": name,
        "simulated": report.simulated,
        "ledger_size": report.sealed,
        "ledger_root": report.root,
    }
    for record in found:
        row = of_report | _flat(record)
        yield [row.get(column) for column in COLUMNS]


def _name(report: Report) -> str:
    return f"{report.wave.code}/{report.agency.code}" + ("/as-today" if report.as_of else "")


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
    agency, label = record["agency"], record["label"]
    return {
        **record,
        "agency": agency["code"],
        "agency_vi": agency["name"].get("vi"),
        "agency_en": agency["name"].get("en"),
        "label_vi": label.get("vi"),
        "label_en": label.get("en"),
        "flags": " ".join(record["flags"]),
        **{
            f"{prefix}_{name}": (record[prefix] or {}).get(name)
            for prefix, names in (
                ("target", TARGET),
                ("placing", PLACING),
                ("change", CHANGE),
                ("coverage", COVERAGE),
            )
            for name in names
        },
        **{f"missing_{reason}": count for reason, count in record["missing"].items()},
    }


def as_text(value: object) -> str:
    """A value as text: empty for none, floats in full, true and false as in JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return inert(value)
    return float.__repr__(value) if isinstance(value, float) else str(value)


def inert(text: str) -> str:
    """Text as a cell that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text
