"""Tables as others export them: CSV, XLSX and SAV read into named columns and rows of raw cells.

`read` takes an open, seekable binary stream and its name; it never opens anything itself. Rows are
read again on every call of `Table.rows`, a piece at a time, so that a large file needs little
memory. Everything that cannot be read is a `BadData` whose faults say `file:line: sentence`.
"""

from __future__ import annotations

from typing import BinaryIO

from survey.formats import delimited, spss, workbook
from survey.formats.cells import SUPPORTED, Options, Table, fault

#: how the files begin that people try and that are not read
_REFUSED = {
    b"\xd0\xcf\x11\xe0": "an Excel 97-2003 workbook (.xls), or a workbook with a password",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"<?xml": "an XML document, as a LimeSurvey .lss is one",
}
_REFUSED_ENDINGS = (".json", ".jsonl", ".dta", ".sas7bdat", ".por", ".ods")


def read(stream: BinaryIO, name: str, options: Options | None = None) -> Table:
    """Read a table's columns; the content, not the file's name, tells its format.

    A byte order mark decides a CSV's encoding; without one it is `options.encoding`, or UTF-8, and
    nothing is guessed. The delimiter is the one that cuts the first lines into equally many cells.
    A workbook with several sheets needs `options.sheet`. Raises BadData.
    """
    options = options or Options()
    head = stream.read(8)
    stream.seek(0)
    if head[:4] in (b"$FL2", b"$FL3"):
        return spss.read(stream, name, options)
    if head.startswith(b"PK\3\4"):
        return workbook.read(stream, name, options)
    _refuse_others(head, name)
    return delimited.read(stream, name, options)


def _refuse_others(head: bytes, name: str) -> None:
    """Name the formats that are not read; anything else may be text."""
    if not head:
        raise fault(name, 1, "the file is empty")
    told = next((told for magic, told in _REFUSED.items() if head.startswith(magic)), None)
    if told is None and name.lower().endswith(_REFUSED_ENDINGS):
        told = f"a .{name.rsplit('.', 1)[1].lower()} file"
    if told:
        raise fault(name, 1, f"this is {told}; the service reads {SUPPORTED}")
