"""Tables of a bundle as text: RFC 4180, UTF-8, a header row, floats in full."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from survey.errors import BadBundle

#: rows that are written at once
_ROWS = 2_000


def encoded(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A table as pieces of text, some thousand rows each."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([_cell(value) for value in row])
        if number % _ROWS == 0:
            yield file.getvalue().encode()
            file.seek(0)
            file.truncate()
    yield file.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return float.__repr__(value) if isinstance(value, float) else str(value)


def rows(name: str, file: IO[bytes], columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a table that `encoded` wrote. Raises BadBundle for other columns, or for no text."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        reader = csv.reader(text, strict=True)
        if tuple(next(reader, ())) != tuple(columns):
            raise BadBundle(file=name, fault="columns")
        for number, row in enumerate(reader, 2):
            if len(row) != len(columns):
                raise BadBundle(file=name, line=number, fault="cells")
            yield dict(zip(columns, row, strict=True))
    except (csv.Error, UnicodeDecodeError) as fault:
        raise BadBundle(file=name, fault=str(fault)) from fault
