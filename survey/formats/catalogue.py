"""The catalogue's CSV files, read and checked: every fault at once, each with its file and line.

Columns are named in English, codes are the keys and stay text (official codes begin with zeros). Every
row says its `source` and how far it can be trusted (`status`). An empty cell means unknown.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
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
from survey.formats import succession
from survey.formats.faults import Faults, untidy
from survey.formats.rows import Row

_HEADERS = {
    "agencies.csv": "code name_vi name_en kind parent valid_from valid_to source status",
    "counters.csv": "code name_vi name_en receiver agency valid_from valid_to source status",
    "fields.csv": "code name_vi name_en ministry group source status",
    "procedures.csv": "code name_vi field ministry department level at_commune group name_official"
    " valid_from valid_to source status",
    "targets.csv": "code scope document measure name_vi name_en groups year operator value source status",
    "published.csv": "place year indicator indicator_vi indicator_en series value unit note source status",
    "reforms.csv": "code name_vi name_en source status",
    "succession.csv": "predecessor successor date share event document source status",
}
#: file -> its columns, in any order
COLUMNS = {file: tuple(header.split()) for file, header in _HEADERS.items()}
#: file -> the columns that tell its rows apart
KEYS = dict.fromkeys(COLUMNS, ("code",)) | {
    "published.csv": ("place", "year", "indicator"),
    "succession.csv": ("predecessor", "successor", "date"),
}
KINDS = frozenset(
    {"province", "department", "office", "inspectorate", "board", "centre", "vertical"}
    | {"commune", "ward", "township", "district"}
)
LEVELS = frozenset({"ministry", "province", "commune", "tax-office", "land-office", "other"})
#: groups of fields that a reform plan sets a target for; health and education have no field here
FIELD_GROUPS = frozenset({"land", "construction", "investment"})
TARGET_GROUPS = FIELD_GROUPS | {"health", "education"}
MEASURES = frozenset({"satisfaction", "timeliness", "feedback"})
OPERATORS = frozenset({">", ">=", "="})
SERIES = frozenset({"sipas-users", "sipas-population", "par", "decree61", "decision766"})

#: letters of a cell; the longest name of a procedure has half as many
LONGEST = 2000

_INDICATOR = re.compile(r"[0-9a-z]+([-:_][0-9a-z]+)*")
_PROCEDURE = re.compile(r"\d\.\d{6}(\.H\d{2})?")
_UNIT = re.compile(r"(rank|points)/(\d+(?:\.\d+)?)")


def parse(files: Mapping[str, str]) -> Catalogue:
    """Read the catalogue from file name -> text. Raises `BadData` with every fault of all the files."""
    faults = Faults()
    for name in sorted(set(files) - set(COLUMNS)):
        faults.add(name, 1, "is no file of the catalogue")
    return _catalogue({name: _rows(name, files.get(name), faults) for name in COLUMNS}, faults)


def parse_rows(tables: Mapping[str, Sequence[tuple[int, Mapping[str, str]]]]) -> Catalogue:
    """Read the catalogue from file name -> rows, each with its line. Raises as `parse` does."""
    faults = Faults()
    found = {
        name: [_checked(name, line, cells, faults) for line, cells in tables.get(name, ())]
        for name in COLUMNS
    }
    return _catalogue(found, faults)


def _catalogue(rows: Mapping[str, list[Row]], faults: Faults) -> Catalogue:
    agencies, fields = _codes(rows["agencies.csv"]), _codes(rows["fields.csv"])
    bodies = tuple(_agency(row, agencies) for row in rows["agencies.csv"])
    catalogue = Catalogue(
        agencies=bodies,
        counters=tuple(_counter(row, agencies) for row in rows["counters.csv"]),
        fields=tuple(_field(row) for row in rows["fields.csv"]),
        procedures=tuple(_procedure(row, fields, agencies) for row in rows["procedures.csv"]),
        targets=tuple(_target(row) for row in rows["targets.csv"]),
        published=tuple(_published(row) for row in rows["published.csv"]),
        reforms=tuple(_reform(row) for row in rows["reforms.csv"]),
        succession=succession.edges(rows["succession.csv"], {body.code: body for body in bodies}),
    )
    _check_unique(rows)
    _check_tree(rows["agencies.csv"])
    faults.refuse()
    return catalogue


def _rows(file: str, text: str | None, faults: Faults) -> list[Row]:
    """The rows of one file whose header and number of cells are right."""
    reader = csv.reader(io.StringIO((text or "").removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[Row] = []
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


def _row(file: str, line: int, header: list[str], cells: list[str], faults: Faults) -> Row | None:
    if len(cells) != len(header):
        faults.add(file, line, f"{len(cells)} cells where the header has {len(header)}")
        return None
    return _checked(file, line, dict(zip(header, cells, strict=True)), faults)


def _checked(file: str, line: int, cells: Mapping[str, str], faults: Faults) -> Row:
    """A row whose cells are tidy and whose source is told."""
    row = Row(file, line, cells, faults)
    for column, cell in row.cells.items():
        if reason := untidy(cell):
            row.fault(f"{column} {reason}")
        if len(cell) > LONGEST:
            row.fault(f"{column} is longer than {LONGEST} characters")
    if file == "procedures.csv":
        row.cells = {**row.cells, "code": row.cells["code"].replace(",", ".")}
    row.text("source")
    return row


def _codes(rows: Iterable[Row]) -> frozenset[str]:
    return frozenset(row.cells["code"] for row in rows)


def _check_unique(rows: Mapping[str, list[Row]]) -> None:
    """Tell every row whose key an earlier row of its file has."""
    for all_rows in rows.values():
        first: dict[str, int] = {}
        for row in all_rows:
            if (line := first.setdefault(_key(row), row.line)) != row.line:
                row.fault(f"{_key(row)!r} is already on line {line}")


def _key(row: Row) -> str:
    return key_of(row.file, row.cells)


def key_of(file: str, cells: Mapping[str, str]) -> str:
    """What tells a row of a file from all others, as one word or a few."""
    return " ".join(cells[column] for column in KEYS[file])


def _check_tree(rows: list[Row]) -> None:
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


def _agency(row: Row, agencies: Collection[str]) -> Agency:
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


def _counter(row: Row, agencies: Collection[str]) -> Counter:
    first, last = row.validity()
    return Counter(
        code=row.code(),
        name=row.labels("name"),
        receiver=row.choice("receiver", agencies),
        agency=row.known("agency", agencies),
        valid_from=first,
        valid_to=last,
        source=row.cells["source"],
        status=row.status(),
    )


def _field(row: Row) -> Field:
    return Field(
        code=row.code(),
        name=row.labels("name"),
        ministry=row.cells["ministry"],
        group=row.known("group", FIELD_GROUPS),
        source=row.cells["source"],
        status=row.status(),
    )


def _procedure(row: Row, fields: Collection[str], agencies: Collection[str]) -> Procedure:
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


def _target(row: Row) -> Target:
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


def _published(row: Row) -> PublishedFigure:
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


def _limits(row: Row) -> tuple[float, float]:
    """The lowest and highest value that the row's unit allows."""
    unit = row.cells["unit"]
    parts = _UNIT.fullmatch(unit)
    if not parts and unit != "percent":
        row.fault(f"unknown unit {unit!r}")
    return (1.0 if unit.startswith("rank") else 0.0), (float(parts[2]) if parts else 100.0)


def _reform(row: Row) -> Reform:
    return Reform(code=row.code(), name=row.labels("name"), source=row.cells["source"], status=row.status())
