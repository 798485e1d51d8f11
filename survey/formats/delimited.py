"""CSV tables (RFC 4180, any of four delimiters), read line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from survey.errors import BadData
from survey.formats.cells import DELIMITERS, ENCODINGS, Column, Options, Row, Table, clean, fault

LONGEST_LINE = 4_000_000  # characters; more is no table, or a quotation mark that was left open
SNIFFED_LINES = 50
MOST_FAULTS = 20


def read(stream: BinaryIO, name: str, options: Options) -> Table:
    codec = _codec(stream, name, options)
    declared = _declared_delimiter(stream, name, codec)
    delimiter = options.delimiter or declared or _sniff(_lines(stream, name, codec))

    def records() -> Iterator[tuple[int, list[str]]]:
        found = _records(_lines(stream, name, codec), name, delimiter)
        return islice(found, 1, None) if declared else found

    line, heading = next(records(), (1, []))
    if not heading:
        raise fault(name, 1, "the file has no heading line")
    columns = tuple(Column(clean(title)) for title in heading)
    return Table(name, columns, lambda wanted: _csv_rows(records(), name, len(columns), wanted), line)


def _codec(stream: BinaryIO, name: str, options: Options) -> str:
    """Python's codec: by byte order mark, else as declared, else UTF-8."""
    head = stream.read(3)
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    wanted = (options.encoding or "utf-8").lower()
    if wanted not in ENCODINGS:
        raise fault(name, 1, f"the encoding {wanted!r} is not one of {', '.join(ENCODINGS)}")
    return ENCODINGS[wanted]


def _lines(stream: BinaryIO, name: str, codec: str) -> Iterator[str]:
    """The lines of the text with their ends, from the start of the stream."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, codec, newline="")
    try:
        for number, line in enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), 1):
            if "\0" in line:
                raise fault(name, number, "a NUL byte stands here: the file is damaged, or it is UTF-16")
            if len(line) == LONGEST_LINE:
                raise fault(name, number, f"a line of more than {LONGEST_LINE} characters is no table")
            yield line
    except UnicodeError:
        raise _undecodable(stream, name, codec) from None
    finally:
        if not stream.closed:
            text.detach()  # or the wrapper would close a stream that is the caller's


def _undecodable(stream: BinaryIO, name: str, codec: str) -> BadData:
    """Find the line that is not in its encoding: decoding runs ahead of the lines it gives."""
    advice = "declare [file] encoding in the map: " + ", ".join(ENCODINGS)
    line = 1
    if codec != "utf-16":
        stream.seek(0)
        for line, raw in enumerate(stream, 1):  # noqa: B007 -- the line is what is looked for
            try:
                raw.decode(codec)
            except UnicodeDecodeError:
                break
    return fault(name, line, f"this is not {codec.removesuffix('-sig')} text; {advice}")


def _declared_delimiter(stream: BinaryIO, name: str, codec: str) -> str | None:
    """The delimiter of a first line `sep=;`, which Excel reads and writes."""
    first = next(_lines(stream, name, codec), "").strip("\r\n")
    said = re.fullmatch(r'"?sep=([,;\t|])"?', first, re.IGNORECASE)
    return said.group(1) if said else None


def _sniff(lines: Iterator[str]) -> str:
    """The delimiter that cuts most of the first lines into as many cells (two at least) as the heading."""
    sample = list(islice(lines, SNIFFED_LINES))

    def fit(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(record) for record in csv.reader(sample, delimiter=delimiter) if record]
        except csv.Error:
            return (0, 0)
        if not widths or widths[0] == 1:
            return (0, 0)
        return (widths.count(widths[0]) / len(widths), widths[0])

    return max(DELIMITERS, key=fit)


def _records(lines: Iterator[str], name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV (RFC 4180), each with the line it begins on; empty lines are none."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            said = f"the quotation marks or the length of a cell are wrong ({error})"
            raise fault(name, begins, said) from None
        if record:
            yield begins, record
        begins = reader.line_num + 1


def _csv_rows(
    records: Iterator[tuple[int, list[str]]], name: str, width: int, wanted: Sequence[int]
) -> Iterator[Row]:
    """The records under the heading; after the first one of a wrong width only faults are gathered."""
    faults: list[str] = []
    for line, record in islice(records, 1, None):
        if len(record) != width:
            faults.append(f"{name}:{line}: {len(record)} cells under a heading of {width}")
            if len(faults) == MOST_FAULTS:
                break
        elif not faults:
            yield Row(line, tuple(record[place] or None for place in wanted))
    if faults:
        raise BadData(faults)
