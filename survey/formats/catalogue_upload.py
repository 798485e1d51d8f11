"""A file of the catalogue as somebody sends it: CSV or a workbook, read into rows with their lines.

What it says is checked by `formats.catalogue`; here stands what only a file can get wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, BinaryIO, cast

from survey.agency import procedure_code
from survey.formats import table
from survey.formats.catalogue import COLUMNS
from survey.formats.cells import Formula, Table, text_of
from survey.formats.faults import Faults

#: rows that one file may bring
MOST_ROWS = 20_000
#: how a cell begins that a spreadsheet would compute
_COMPUTED = ("=", "+", "@", "\t")

#: a row's line and its cells by column
Line = tuple[int, dict[str, str]]


def read(stream: IO[bytes], name: str, file: str) -> list[Line]:
    """The rows of a sent file that has the columns of `file`. Raises `BadData` with every fault."""
    rows = read_columns(stream, name, COLUMNS[file])
    if file == "procedures.csv":
        for _, cells in rows:
            cells["code"] = procedure_code(cells["code"])
    return rows


def read_columns(
    stream: IO[bytes], name: str, columns: Sequence[str], *, most: int = MOST_ROWS
) -> list[Line]:
    """The rows of a sent file with just these columns, `most` of them. Raises `BadData` with every fault."""
    sheet, faults = table.read(cast(BinaryIO, stream), name), Faults()
    _check_columns(sheet, columns, faults)
    faults.refuse()
    rows = list(_rows(sheet, columns, faults, most))
    if not rows:
        faults.add(name, sheet.heading_line, "there is no row under the heading")
    faults.refuse()
    return rows


def _check_columns(sheet: Table, columns: Sequence[str], faults: Faults) -> None:
    given = [column.name for column in sheet.columns]
    for column in columns:
        if column not in given:
            faults.add(sheet.name, sheet.heading_line, f"column {column!r} is missing")
    for column in sorted(set(given) - set(columns)):
        faults.add(sheet.name, sheet.heading_line, f"unknown column {column!r}")
    if len(set(given)) < len(given):
        faults.add(sheet.name, sheet.heading_line, "a column occurs twice")


def _rows(sheet: Table, columns: Sequence[str], faults: Faults, most: int) -> Iterator[Line]:
    places = [sheet.positions(column)[0] for column in columns]
    for number, row in enumerate(sheet.rows(places)):
        if number == most:
            faults.add(sheet.name, row.line, f"there are more than {most} rows")
            return
        cells = dict(zip(columns, map(text_of, row.cells), strict=True))
        for column, cell in zip(columns, row.cells, strict=True):
            if isinstance(cell, Formula) or (len(cells[column]) > 2 and cells[column].startswith(_COMPUTED)):
                faults.add(sheet.name, row.line, f"{column} holds a formula; only values are taken")
        if any(cells.values()):
            yield row.line, cells
