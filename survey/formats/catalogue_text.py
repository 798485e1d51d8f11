"""The catalogue written as the files that it is read from: what is downloaded can be uploaded."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from survey.agency import (
    Agency,
    Catalogue,
    Counter,
    Edge,
    Field,
    Procedure,
    PublishedFigure,
    Reform,
    Target,
)
from survey.formats.catalogue import COLUMNS

#: one row: column -> cell
Cells = dict[str, str]


def tables(catalogue: Catalogue) -> dict[str, list[Cells]]:
    """Every file's rows, in the order of the catalogue."""
    writers: dict[str, tuple[Iterable[Any], Callable[[Any], Cells]]] = {
        "agencies.csv": (catalogue.agencies, _agency),
        "counters.csv": (catalogue.counters, _counter),
        "fields.csv": (catalogue.fields, _field),
        "procedures.csv": (catalogue.procedures, _procedure),
        "targets.csv": (catalogue.targets, _target),
        "published.csv": (catalogue.published, _published),
        "reforms.csv": (catalogue.reforms, _reform),
        "succession.csv": (catalogue.succession, _edge),
    }
    return {file: [write(noun) for noun in nouns] for file, (nouns, write) in writers.items()}


def text(file: str, rows: Iterable[Mapping[str, str]]) -> str:
    """One file's text (RFC 4180, UTF-8), its columns in the order of the format."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS[file], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _labels(stem: str, words: Mapping[str, str]) -> Cells:
    return {f"{stem}_{language}": words[language] for language in ("vi", "en")}


def _sourced(noun: Any) -> Cells:
    return {"source": noun.source, "status": noun.status.value}


def _validity(noun: Any) -> Cells:
    return {"valid_from": _day(noun.valid_from), "valid_to": _day(noun.valid_to)}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _number(value: float | None) -> str:
    return "" if value is None else format(value, ".12g")


def _agency(a: Agency) -> Cells:
    own = {"code": a.code, "kind": a.kind, "parent": a.parent or ""}
    return own | _labels("name", a.name) | _validity(a) | _sourced(a)


def _counter(c: Counter) -> Cells:
    own = {"code": c.code, "receiver": c.receiver, "agency": c.agency or ""}
    return own | _labels("name", c.name) | _validity(c) | _sourced(c)


def _field(f: Field) -> Cells:
    own = {"code": f.code, "ministry": f.ministry, "group": f.group or ""}
    return own | _labels("name", f.name) | _sourced(f)


def _procedure(p: Procedure) -> Cells:
    own = {
        "code": p.code,
        "name_vi": p.name,
        "field": p.field or "",
        "ministry": p.ministry,
        "department": p.department or "",
        "level": p.level,
        "at_commune": str(int(p.at_commune)),
        "group": p.group or "",
        "name_official": str(int(p.name_official)),
    }
    return own | _validity(p) | _sourced(p)


def _target(t: Target) -> Cells:
    own = {
        "code": t.code,
        "scope": t.scope,
        "document": t.document,
        "measure": t.measure,
        "groups": ";".join(t.groups),
        "year": "" if t.year is None else str(t.year),
        "operator": t.operator,
        "value": _number(t.value),
    }
    return own | _labels("name", t.name) | _sourced(t)


def _published(p: PublishedFigure) -> Cells:
    own = {
        "place": p.place,
        "year": str(p.year),
        "indicator": p.indicator,
        "series": p.series,
        "value": _number(p.value),
        "unit": p.unit,
        "note": p.note,
    }
    return own | _labels("indicator", p.label) | _sourced(p)


def _reform(r: Reform) -> Cells:
    return {"code": r.code} | _labels("name", r.name) | _sourced(r)


def _edge(e: Edge) -> Cells:
    own = {
        "predecessor": e.predecessor,
        "successor": e.successor,
        "date": e.on.isoformat(),
        "share": str(e.share),
        "event": e.event.value,
        "document": e.document,
    }
    return own | _sourced(e)
