"""The catalogue's CSV files, read and checked: every fault at once, each with its file and line.

Columns are named in English, codes are the keys and stay text (official codes begin with zeros). Every
row says its `source` and how far it can be trusted (`status`). An empty cell means unknown.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import pairwise

from survey.agency import (
    Agency,
    Catalogue,
    Counter,
    Field,
    Procedure,
    PublishedFigure,
    Reform,
    Status,
    Target,
)
from survey.formats.faults import Faults, untidy

_HEADERS = {
    "agencies.csv": "code name_vi name_en kind parent valid_from valid_to source status",
    "counters.csv": "code name_vi name_en receiver agency source status",
    "fields.csv": "code name_vi name_en ministry group source status",
    "procedures.csv": "code name_vi field ministry department level at_commune group name_official"
    " valid_from valid_to source status",
    "targets.csv": "code scope document measure name_vi name_en groups year operator value source status",
    "published.csv": "place year indicator indicator_vi indicator_en series value unit note source status",
    "reforms.csv": "code name_vi name_en source status",
}
#: file -> its columns, in any order
COLUMNS = {file: tuple(header.split()) for file, header in _HEADERS.items()}
KINDS = frozenset(
    {"province", "department", "office", "inspectorate", "board", "centre", "vertical"}
    | {"commune", "ward", "district"}
)
LEVELS = frozenset({"ministry", "province", "commune", "tax-office", "land-office", "other"})
#: groups of fields that a reform plan sets a target for; health and education have no field here
FIELD_GROUPS = frozenset({"land", "construction", "investment"})
TARGET_GROUPS = FIELD_GROUPS | {"health", "education"}
MEASURES = frozenset({"satisfaction", "timeliness", "feedback"})
OPERATORS = frozenset({">", ">=", "="})
SERIES = frozenset({"sipas-users", "sipas-population", "par"})

_CODE = re.compile(r"[0-9a-z]+(-[0-9a-z]+)*")
_INDICATOR = re.compile(r"[0-9a-z]+([-:][0-9a-z]+)*")
_PROCEDURE = re.compile(r"\d\.\d{6}(\.H\d{2})?")
_UNIT = re.compile(r"(rank|points)/(\d+(?:\.\d+)?)")


class _Row:
    """One row of one file: each method reads a cell, and tells the fault where there is one."""

    def __init__(self, file: str, line: int, cells: Mapping[str, str], faults: Faults) -> None:
        self.file, self.line, self.cells, self._faults = file, line, cells, faults

    def fault(self, sentence: str) -> None:
        self._faults.add(self.file, self.line, sentence)

    def text(self, column: str) -> str:
        """The cell, which may not be empty."""
        value = self.cells[column]
        if not value:
            self.fault(f"{column} is empty")
        return value

    def labels(self, stem: str) -> dict[str, str]:
        """The wording of `stem` in Vietnamese and English."""
        return {language: self.text(f"{stem}_{language}") for language in ("vi", "en")}

    def code(self, pattern: re.Pattern[str] = _CODE, column: str = "code") -> str:
        value = self.text(column)
        if value and not pattern.fullmatch(value):
            self.fault(f"{column} {value!r} is malformed")
        return value

    def choice(self, column: str, allowed: Collection[str]) -> str:
        value = self.text(column)
        if value and value not in allowed:
            self.fault(f"unknown {column} {value!r}")
        return value

    def choices(self, column: str, allowed: Collection[str]) -> tuple[str, ...]:
        """A `;` separated list; empty is ()."""
        values = tuple(self.cells[column].split(";")) if self.cells[column] else ()
        for value in values:
            if value not in allowed:
                self.fault(f"unknown {column} {value!r}")
        return values

    def known(self, column: str, allowed: Collection[str]) -> str | None:
        """A reference that may be empty (None)."""
        return self.choice(column, allowed) if self.cells[column] else None

    def flag(self, column: str) -> bool:
        return self.choice(column, ("0", "1")) == "1"

    def number(self, column: str, low: float, high: float) -> float | None:
        """A number from `low` to `high`; None where the cell is empty or broken."""
        if not self.cells[column]:
            return None
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if low <= value <= high:
            return value
        self.fault(f"{column} {self.cells[column]!r} is not a number from {low:g} to {high:g}")
        return None

    def year(self) -> int | None:
        value = self.number("year", 2000, 2100)
        if value is not None and value != int(value):
            self.fault(f"year {self.cells['year']!r} is not a whole number")
        return None if value is None else int(value)

    def day(self, column: str) -> date | None:
        value = self.cells[column]
        try:
            day = date.fromisoformat(value) if value else None
        except ValueError:
            day = None
        if value and (day is None or day.isoformat() != value):
            self.fault(f"{column} {value!r} is not a date like 2025-07-01")
        return day

    def validity(self) -> tuple[date | None, date | None]:
        """First and last day; None is open."""
        first, last = self.day("valid_from"), self.day("valid_to")
        if first and last and last < first:
            self.fault(f"valid_to {last} is before valid_from {first}")
        return first, last

    def status(self) -> Status:
        value = self.choice("status", tuple(Status))
        return Status(value) if value in tuple(Status) else Status.MISSING


def parse(files: Mapping[str, str]) -> Catalogue:
    """Read the catalogue from file name -> text. Raises `BadData` with every fault of all the files."""
    faults = Faults()
    for name in sorted(set(files) - set(COLUMNS)):
        faults.add(name, 1, "is no file of the catalogue")
    rows = {name: _rows(name, files.get(name), faults) for name in COLUMNS}
    agencies, fields = _codes(rows["agencies.csv"]), _codes(rows["fields.csv"])
    catalogue = Catalogue(
        agencies=tuple(_agency(row, agencies) for row in rows["agencies.csv"]),
        counters=tuple(_counter(row, agencies) for row in rows["counters.csv"]),
        fields=tuple(_field(row) for row in rows["fields.csv"]),
        procedures=tuple(_procedure(row, fields, agencies) for row in rows["procedures.csv"]),
        targets=tuple(_target(row) for row in rows["targets.csv"]),
        published=tuple(_published(row) for row in rows["published.csv"]),
        reforms=tuple(_reform(row) for row in rows["reforms.csv"]),
    )
    _check_unique(rows)
    _check_tree(rows["agencies.csv"])
    faults.refuse()
    return catalogue


def _rows(file: str, text: str | None, faults: Faults) -> list[_Row]:
    """The rows of one file whose header and number of cells are right."""
    reader = csv.reader(io.StringIO((text or "").removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[_Row] = []
    try:
        header = next(reader, None)
        if header is None:
            faults.add(file, 1, "is missing" if text is None else "is empty")
        elif _header_fits(file, header, faults):
            line = reader.line_num + 1
            for cells in reader:
                if cells and (row := _row(file, line, header, cells, faults)):
                    rows.append(row)
                line = reader.line_num + 1
    except csv.Error as error:
        faults.add(file, reader.line_num, f"is no CSV: {error}")
    return rows


def _header_fits(file: str, header: list[str], faults: Faults) -> bool:
    missing = [column for column in COLUMNS[file] if column not in header]
    unknown = [column for column in header if column not in COLUMNS[file]]
    for column in missing:
        faults.add(file, 1, f"column {column!r} is missing")
    for column in unknown:
        faults.add(file, 1, f"unknown column {column!r}")
    if len(set(header)) < len(header):
        faults.add(file, 1, "a column occurs twice")
    return not missing and not unknown and len(set(header)) == len(header)


def _row(file: str, line: int, header: list[str], cells: list[str], faults: Faults) -> _Row | None:
    if len(cells) != len(header):
        faults.add(file, line, f"{len(cells)} cells where the header has {len(header)}")
        return None
    row = _Row(file, line, dict(zip(header, cells, strict=True)), faults)
    for column, cell in row.cells.items():
        if reason := untidy(cell):
            row.fault(f"{column} {reason}")
    if file == "procedures.csv":
        row.cells = {**row.cells, "code": row.cells["code"].replace(",", ".")}
    row.text("source")
    return row


def _codes(rows: Iterable[_Row]) -> frozenset[str]:
    return frozenset(row.cells["code"] for row in rows)


def _check_unique(rows: Mapping[str, list[_Row]]) -> None:
    """Tell every row whose key an earlier row of its file has."""
    for all_rows in rows.values():
        first: dict[str, int] = {}
        for row in all_rows:
            if (line := first.setdefault(_key(row), row.line)) != row.line:
                row.fault(f"{_key(row)!r} is already on line {line}")


def _key(row: _Row) -> str:
    columns = ("place", "year", "indicator") if row.file == "published.csv" else ("code",)
    return " ".join(row.cells[column] for column in columns)


def _check_tree(rows: list[_Row]) -> None:
    """Tell each agency that is its own ancestor, and more or fewer roots than one."""
    parents = {row.cells["code"]: row.cells["parent"] for row in rows}
    for row in rows:
        seen, code = set[str](), row.cells["code"]
        while code in parents and code not in seen:
            seen.add(code)
            code = parents[code]
        if code == row.cells["code"]:
            row.fault(f"{code!r} is its own ancestor")
    for first, second in pairwise([row for row in rows if not row.cells["parent"]]):
        second.fault(f"a second root; the first is on line {first.line}")


def _agency(row: _Row, agencies: Collection[str]) -> Agency:
    first, last = row.validity()
    return Agency(
        code=row.code(),
        name=row.labels("name"),
        kind=row.choice("kind", KINDS),
        parent=row.known("parent", agencies),
        valid_from=first,
        valid_to=last,
        source=row.cells["source"],
        status=row.status(),
    )


def _counter(row: _Row, agencies: Collection[str]) -> Counter:
    return Counter(
        code=row.code(),
        name=row.labels("name"),
        receiver=row.choice("receiver", agencies),
        agency=row.known("agency", agencies),
        source=row.cells["source"],
        status=row.status(),
    )


def _field(row: _Row) -> Field:
    return Field(
        code=row.code(),
        name=row.labels("name"),
        ministry=row.cells["ministry"],
        group=row.known("group", FIELD_GROUPS),
        source=row.cells["source"],
        status=row.status(),
    )


def _procedure(row: _Row, fields: Collection[str], agencies: Collection[str]) -> Procedure:
    first, last = row.validity()
    return Procedure(
        code=row.code(_PROCEDURE),
        name=row.text("name_vi"),
        field=row.known("field", fields),
        department=row.known("department", agencies),
        level=";".join(row.choices("level", LEVELS)),
        at_commune=row.flag("at_commune"),
        group=row.known("group", FIELD_GROUPS),
        name_official=row.flag("name_official"),
        valid_from=first,
        valid_to=last,
        ministry=row.cells["ministry"],
        source=row.cells["source"],
        status=row.status(),
    )


def _target(row: _Row) -> Target:
    row.text("value")
    return Target(
        code=row.code(),
        scope=row.code(column="scope"),
        document=row.text("document"),
        name=row.labels("name"),
        groups=row.choices("groups", TARGET_GROUPS),
        year=row.year(),
        operator=row.choice("operator", OPERATORS),
        value=row.number("value", 0, 100) or 0.0,
        measure=row.choice("measure", MEASURES),
        source=row.cells["source"],
        status=row.status(),
    )


def _published(row: _Row) -> PublishedFigure:
    row.text("year")
    low, high = _limits(row)
    value, status = row.number("value", low, high), row.status()
    if not row.cells["value"] and status is not Status.MISSING:
        row.fault("value is empty, so status must be missing")
    return PublishedFigure(
        place=row.code(column="place"),
        year=row.year() or 0,
        indicator=row.code(_INDICATOR, "indicator"),
        value=value,
        unit=row.text("unit"),
        label=row.labels("indicator"),
        series=row.choice("series", SERIES),
        note=row.cells["note"],
        source=row.cells["source"],
        status=status,
    )


def _limits(row: _Row) -> tuple[float, float]:
    """The lowest and highest value that the row's unit allows."""
    unit = row.cells["unit"]
    parts = _UNIT.fullmatch(unit)
    if not parts and unit != "percent":
        row.fault(f"unknown unit {unit!r}")
    return (1.0 if unit.startswith("rank") else 0.0), (float(parts[2]) if parts else 100.0)


def _reform(row: _Row) -> Reform:
    return Reform(code=row.code(), name=row.labels("name"), source=row.cells["source"], status=row.status())
