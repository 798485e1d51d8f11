"""Dossiers as files and messages say them: a table with a heading, or JSON; and what is handed back of them.

Names of columns and of outcomes are read in Vietnamese too, with or without diacritics. Each row is read by
itself: one that can't be read spoils no other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey import errors
from survey.agency import bare, plain
from survey.device import grouped
from survey.errors import Refusal
from survey.formats.figures import inert
from survey.token import Bound, Dossier, Outcome, Told

#: the most dossiers in one file or message
MOST = 1_000

_COLUMNS = {
    "dossier": ("dossier", "ma ho so", "so ho so"),
    "counter": ("counter", "ma quay", "quay"),
    "procedure": ("procedure", "ma thu tuc", "thu tuc"),
    "outcome": ("outcome", "ket qua"),
    "agency": ("agency", "ma co quan", "co quan"),
    "month": ("month", "thang"),
    "completed": ("completed", "so ho so hoan thanh", "hoan thanh"),
}
_OUTCOMES = {
    **{outcome.value: outcome for outcome in Outcome},
    "giai quyet": Outcome.GRANTED,
    "da giai quyet": Outcome.GRANTED,
    "dung han": Outcome.GRANTED,
    "tu choi": Outcome.REFUSED,
    "tre han": Outcome.LATE,
    "qua han": Outcome.LATE,
}

#: names of a row -> what stands there, as text
Row = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """A row that was read: what it says of a dossier, or why it can't be read. number: its line, from 1."""

    number: int
    dossier: Dossier | None
    refusal: Refusal | None = None


def text_of(raw: bytes) -> str:
    """The text of a table: UTF-8, or UTF-16 as Excel saves "Unicode text". Raises `errors.BadData`."""
    codec = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        raise errors.BadData(["this is not utf-8 text; declare [file] encoding in the map: utf-8"]) from None


def rows_of_csv(text: str) -> dict[int, Row]:
    """The rows of a table by their number (the heading is the first), separated by commas, semicolons or tabs.

    Empty ones are left out.

    Raises `errors.BadData` where there is no heading that names a dossier's columns, no row, or too many.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines:
        raise errors.BadData(["the file is empty"])
    separator = max(",;\t", key=lines[0].count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    heading = [_column(name) for name in next(reader)]
    if "counter" not in heading:
        raise errors.BadData([":1: column 'counter' is missing"])
    cells = {number: [cell.strip() for cell in row] for number, row in enumerate(reader, 2)}
    rows: dict[int, Row] = {
        number: dict(zip(heading, row, strict=False)) for number, row in cells.items() if any(row)
    }
    if len(rows) > MOST:
        raise errors.BadData([f"there are more than {MOST} rows"])
    if not rows:
        raise errors.BadData(["there is no row under the heading"])
    return rows


def rows_of_json(told: object, name: str) -> list[Row]:
    """The objects in the list `name` of a message. Raises MalformedEntry, BatchTooLarge."""
    found = told.get(name) if isinstance(told, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise errors.MalformedEntry(name=name)
    if len(found) > MOST:
        raise errors.BatchTooLarge(most=MOST)
    return [{str(key): "" if value is None else str(value) for key, value in each.items()} for each in found]


def lines(rows: Mapping[int, Row]) -> list[Line]:
    """The dossiers of numbered rows."""
    return [_line(number, row) for number, row in rows.items()]


def _line(number: int, row: Row) -> Line:
    try:
        return Line(number, dossier(row))
    except Refusal as refusal:
        return Line(number, None, refusal)


def dossier(row: Row) -> Dossier:
    """The dossier of a row. Raises UnknownOutcome, MalformedDossier."""
    if not row.get("dossier", "").isprintable():
        raise errors.MalformedDossier
    return Dossier(
        row.get("dossier", ""),
        row.get("counter", ""),
        outcome(row.get("outcome", "")),
        row.get("procedure") or None,
        row.get("agency") or None,
    )


def outcome(text: str) -> Outcome:
    """Raises UnknownOutcome."""
    found = _OUTCOMES.get(plain(text.strip()))
    if found is None:
        raise errors.UnknownOutcome
    return found


def number(text: str) -> int:
    """A number of dossiers. Raises BadNumber."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise errors.BadNumber
    return int(text)


def completed(row: Row) -> Told:
    """How many dossiers were completed, as a row says. Raises UnknownOutcome, BadNumber."""
    return Told(
        row.get("counter", ""),
        row.get("month", ""),
        outcome(row.get("outcome", "")),
        number(row.get("completed", "")),
    )


def all_completed(rows: Mapping[int, Row]) -> list[Told]:
    """What numbered rows say, each of something else. Raises UnknownOutcome, BadNumber, BadData."""
    told, first, faults = [completed(row) for row in rows.values()], dict[tuple[str, ...], int](), list[str]()
    for number_, each in zip(rows, told, strict=True):
        key = (each.counter, each.month, each.outcome.value)
        if (line := first.setdefault(key, number_)) != number_:
            faults.append(f":{number_}: {' '.join(key)!r} is already on line {line}")
    if faults:
        raise errors.BadData(faults)
    return told


def _column(name: str) -> str:
    written = plain(name.strip()).replace("_", " ")
    return next((column for column, names in _COLUMNS.items() if written in names), written)


# Out.


@dataclass(frozen=True)
class Slip:
    """One invitation as its holder gets it. link: the whole address · agency, procedure: in words."""

    code: str
    link: str
    bound: Bound
    agency: Mapping[str, str]
    counter: Mapping[str, str]
    procedure: str | None = None

    @property
    def typed(self) -> str:
        """The code as people read and type it."""
        return grouped(self.code)

    @property
    def message(self) -> str:
        """One short message (SMS), without diacritics: they would make it three."""
        body = bare(self.agency["vi"])
        room = 160 - len(_MESSAGE.format(body="", link=self.link, until=f"{self.bound.until:%d/%m/%Y}"))
        return _MESSAGE.format(
            body=body[: max(0, room)], link=self.link, until=f"{self.bound.until:%d/%m/%Y}"
        )


_MESSAGE = "{body}: moi ong/ba danh gia viec giai quyet ho so tai {link} den {until}. Khong hoi ten."


def as_csv(slips: Iterable[tuple[Dossier, Slip]]) -> str:
    """The invitations beside the dossiers they were asked for: for whoever sends the messages."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("dossier", "counter", "code", "link", "until", "message"))
    for dossier_, slip in slips:
        told = (slip.bound.counter, slip.typed, slip.link, slip.bound.until.isoformat(), slip.message)
        writer.writerow([inert(text) for text in (dossier_.number, *told)])
    return "\ufeff" + file.getvalue()


def as_record(slip: Slip) -> dict[str, Any]:
    """An invitation as the API hands it back."""
    return {
        "code": slip.typed,
        "link": slip.link,
        "until": slip.bound.until.isoformat(),
        "message": slip.message,
    }
