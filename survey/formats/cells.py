"""What a table holds: named columns, rows of raw cells, and each cell's canonical text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from survey.errors import BadData

#: what is read, for the sentence that refuses everything else
SUPPORTED = "CSV (.csv, .tsv, .txt), Excel workbooks (.xlsx) and SPSS data (.sav, .zsav)"

#: the encoding that a map may declare -> Python's codec
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1252": "cp1252",
    "windows-1258": "cp1258",
}

#: what may stand between the cells of a CSV
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Formula:
    """A cell that would have to be computed. It is never evaluated, so it has no value."""

    text: str


Cell = None | bool | int | float | str | date | time | timedelta | Formula


@dataclass(frozen=True)
class Options:
    """What a file does not say of itself. None is found out: see `read`."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Column:
    """A column's heading, cleaned. `missing` are ranges (low, high) that the file declares missing."""

    name: str
    missing: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Row:
    """One record; `line` is where it begins (CSV), its sheet row (XLSX) or its case number (SAV)."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A file's columns; `rows` reads the columns at the given positions.

    Every call of `rows` reads the stream from its start, so one has to end before the next begins.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Sequence[int]], Iterator[Row]]
    heading_line: int = 1

    def positions(self, name: str) -> tuple[int, ...]:
        """Where the columns with this heading stand: none, one, or several of the same name."""
        wanted = clean(name)
        return tuple(place for place, column in enumerate(self.columns) if column.name == wanted)


def clean(text: str) -> str:
    """Text as it reads: composed (NFC), no invisible or control characters, single spaces."""
    composed = unicodedata.normalize("NFC", text)
    kept = (
        " " if unicodedata.category(c) == "Cc" else c for c in composed if unicodedata.category(c) != "Cf"
    )
    return " ".join("".join(kept).split())


def text_of(cell: Cell) -> str:
    """A cell's canonical text: the same for a number or date in CSV, XLSX and SAV; "" is empty."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, date | time):
        return cell.isoformat().removesuffix("T00:00:00")
    if isinstance(cell, Formula):
        return clean(cell.text)
    return clean(str(cell))


def fault(name: str, line: int, sentence: str) -> BadData:
    """A refusal of one place in a file."""
    return BadData([f"{name}:{line}: {sentence}"])
