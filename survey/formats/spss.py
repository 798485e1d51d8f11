"""SPSS data (.sav, .zsav), read some thousand cases at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, BinaryIO

from survey.formats.cells import Cell, Column, Options, Row, Table, fault

CASES_AT_ONCE = 20_000

EPOCH = datetime(1582, 10, 14)  # noqa: DTZ001 -- SPSS counts seconds of local time from here
DATES = re.compile(r"(DATE|ADATE|EDATE|JDATE|SDATE|DATETIME|YMDHMS|QYR|MOYR|WKYR)\d")


def read(stream: BinaryIO, name: str, options: Options) -> Table:
    _, about = _cases(stream, name, options, metadataonly=True)
    ranges: Mapping[str, list[dict[str, Any]]] = about.missing_ranges
    columns = tuple(Column(title, _numbers(ranges.get(title, ()))) for title in about.column_names)
    formats: Mapping[str, str] = about.original_variable_types
    dated = {place for place, column in enumerate(columns) if DATES.match(formats[column.name])}

    def rows(wanted: Sequence[int]) -> Iterator[Row]:
        titles = [columns[place].name for place in wanted]
        pieces = _pieces(stream, name, options, list(dict.fromkeys(titles)))
        for number, cells in enumerate(chain.from_iterable(pieces), 1):
            by_title = dict(zip(dict.fromkeys(titles), cells, strict=True))
            yield Row(
                number,
                tuple(_sav_cell(by_title[columns[place].name], dated=place in dated) for place in wanted),
            )

    return Table(name, columns, rows)


def _pieces(
    stream: BinaryIO, name: str, options: Options, titles: list[str]
) -> Iterator[Iterator[tuple[Any, ...]]]:
    """The cases of the titled variables, some thousands at a time."""
    start = 0
    while True:
        found, _ = _cases(stream, name, options, usecols=titles, row_offset=start, row_limit=CASES_AT_ONCE)
        length = len(found[titles[0]])
        yield zip(*(found[title] for title in titles), strict=True)
        if length < CASES_AT_ONCE:
            return
        start += length


def _cases(stream: BinaryIO, name: str, options: Options, **choice: Any) -> tuple[Any, Any]:
    """Call the SAV reader; codes that the file declares missing stay visible, dates stay seconds."""
    import pyreadstat  # noqa: PLC0415 -- slow to import, and few commands need it

    read_sav: Any = pyreadstat.read_sav  # its declared overloads know no keywords handed through
    stream.seek(0)
    try:
        found, about = read_sav(
            stream,
            encoding=options.encoding,
            user_missing=True,
            disable_datetime_conversion=True,
            output_format="dict",
            **choice,
        )
    except pyreadstat.ReadstatError as error:
        said = f"the SPSS file cannot be read ({error}); if it is the encoding, declare [file] encoding"
        raise fault(name, 1, said) from None
    return found, about


def _numbers(ranges: Sequence[Mapping[str, Any]]) -> tuple[tuple[float, float], ...]:
    """The declared missing ranges of a numeric variable; those of texts are left to the map."""
    return tuple((float(span["lo"]), float(span["hi"])) for span in ranges if not isinstance(span["lo"], str))


def _sav_cell(value: Any, *, dated: bool) -> Cell:
    """A case's value: NaN is system-missing; a date that Python's calendar cannot hold stays a number."""
    if value is None or value == "" or (isinstance(value, float) and value != value):  # noqa: PLR0124
        return None
    if dated and isinstance(value, float):
        try:
            return EPOCH + timedelta(seconds=value)
        except OverflowError:
            return value
    return value  # type: ignore[no-any-return]
