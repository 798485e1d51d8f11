"""Excel workbooks (.xlsx), read row by row. Formulas are never evaluated."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

from survey.formats.cells import SUPPORTED, Cell, Column, Formula, Options, Row, Table, clean, fault, text_of


def read(stream: BinaryIO, name: str, options: Options) -> Table:
    """The columns under the first row that holds anything; cells without a heading are left out."""
    if not _is_workbook(stream):
        raise fault(name, 1, f"this archive is damaged or no Excel workbook; the service reads {SUPPORTED}")
    sheet = _chosen_sheet(_open_workbook(stream, name), name, options.sheet)
    found = _sheet_rows(sheet)
    line, heading = next(found, (1, ()))
    if not heading:
        raise fault(name, 1, f"the sheet {sheet.title!r} is empty")
    columns = tuple(Column(clean(text_of(cell))) for cell in heading)

    def rows(wanted: Sequence[int]) -> Iterator[Row]:
        for number, cells in islice(_sheet_rows(sheet), 1, None):
            yield Row(number, tuple(cells[place] if place < len(cells) else None for place in wanted))

    return Table(name, columns, rows, line)


def _is_workbook(stream: BinaryIO) -> bool:
    try:
        with zipfile.ZipFile(stream) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def _open_workbook(stream: BinaryIO, name: str) -> Any:
    import openpyxl  # noqa: PLC0415 -- slow to import, and few commands need it

    stream.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that hold no data
        try:
            return openpyxl.load_workbook(stream, read_only=True)
        except Exception as error:  # openpyxl lets through whatever it stumbles on
            raise fault(name, 1, f"the workbook is damaged ({error})") from None


def _chosen_sheet(workbook: Any, name: str, wanted: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in workbook.worksheets}
    if wanted is None and len(sheets) == 1:
        wanted = next(iter(sheets))
    if wanted not in sheets:
        there = ", ".join(sheets)
        raise fault(name, 1, f"declare [file] sheet in the map, one of: {there}")
    sheet = sheets[wanted]
    sheet.reset_dimensions()  # some writers declare them wrong, and rows would be cut off
    return sheet


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """The rows that hold anything, with their number, without the empty cells at their end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells = [Formula(str(c.value)) if c.data_type == "f" else c.value for c in row]
            while cells and cells[-1] in (None, ""):
                cells.pop()
            if cells:
                yield number, tuple(cells)
