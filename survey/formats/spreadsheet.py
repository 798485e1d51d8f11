"""A dashboard as an Excel workbook (.xlsx): a sheet to read and to print, and a sheet with every column of the CSV."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from survey.formats.figures import as_text

#: how a spreadsheet shows a number of each kind
_FORMATS = {
    "share": "0.0%",
    "importance": "0.0%",
    "count": "#,##0",
    "difference": "+0.0;-0.0;0.0",
}
_OTHERS = "0.00"
#: how wide the columns to read are, in letters
_WIDTHS = (26, 54, 30, 11, 11, 11, 16, 11, 58)


@dataclass(frozen=True)
class Number:
    """A number with all its digits, and the kind of figure that it belongs to; a difference in points."""

    value: float
    kind: str


@dataclass(frozen=True)
class Reading:
    """The sheet to read. head: what it is of, as pairs · rows: a cell for each of the columns"""

    name: str
    title: str
    head: Sequence[tuple[str, str]]
    columns: Sequence[str]
    rows: Sequence[Sequence[str | Number | None]]


def written(reading: Reading, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The workbook. columns, rows: of the sheet "figures", numbers as numbers with all their digits"""
    # Slow to import, and few answers need it.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    _read(book.create_sheet(reading.name), reading)
    sheet = book.create_sheet("figures")
    sheet.freeze_panes = "A2"
    for row in [list(columns), *rows]:
        sheet.append([_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _read(sheet: Any, reading: Reading) -> None:
    """The sheet to read: what it is of, then a table that stays in sight, filters, and fits a page's width."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    bold, first = Font(bold=True), len(reading.head) + 3
    for place, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"A{first + 1}"
    sheet.print_title_rows = f"{first}:{first}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_cell(sheet, reading.title, font=Font(bold=True, size=14))])
    for label, value in reading.head:
        sheet.append([_cell(sheet, label, font=bold), _cell(sheet, value)])
    sheet.append([])
    filled = PatternFill("solid", fgColor="FFE7EFF5")
    sheet.append([_cell(sheet, text, font=bold, fill=filled) for text in reading.columns])
    wrapped = Alignment(wrap_text=True, vertical="top")
    for row in reading.rows:
        sheet.append([_cell(sheet, value, alignment=wrapped) for value in row])
    sheet.auto_filter.ref = f"A{first}:{get_column_letter(len(reading.columns))}{first + len(reading.rows)}"


def _cell(sheet: Any, value: object, **style: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    if isinstance(value, Number):
        cell = _cell(sheet, value.value, **style)
        cell.number_format = _FORMATS.get(value.kind, _OTHERS)
        return cell
    cell = WriteOnlyCell(sheet, as_text(value))
    # a number is written as the text has it, since the library's own writing drops a digit; a text is no formula
    cell.data_type = "n" if isinstance(value, float | int) and not isinstance(value, bool) else "s"
    for name, look in style.items():
        setattr(cell, name, look)
    return cell
