"""Paper: serial numbers of sheets, and how an instrument is keyed: digits alone, column by column.

A sheet's serial is the number of its batch, its own number within it, and a check digit. Clerks key the last
four digits, for the batch is open before them. What respondents tear off bears another code, which leads to the
receipt and to no serial.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey import errors
from survey.device import CODE_LETTERS, letters
from survey.instrument import Instrument, Item, Kind, Missing
from survey.response import Answer, Assistance, Respondent

#: the most sheets of a batch, and the highest number of a batch
MOST_SHEETS, MOST_BATCHES = 999, 9999
#: digits that a clerk keys of a serial: the sheet's number and the check digit
SERIAL_KEYS = 4
#: shares of a batch that is entered a second time, in percent
VERIFIED = (100, 10)
#: steps up to which one digit is enough: 8, 9 and 0 say why there is none
ONE_DIGIT = 7

#: what a key may mean: a step, a reason for none, who came, who helped, or that an option is ticked
Meaning = int | Missing | Respondent | Assistance | bool

#: the keys for no answer, however many digits a column has
_REASONS = {"8": Missing.NOT_APPLICABLE, "9": Missing.DONT_KNOW, "0": Missing.REFUSED}
RESPONDENTS = {"1": Respondent.CITIZEN, "2": Respondent.BUSINESS, "0": Respondent.UNSTATED}
HELPERS = {
    "0": Assistance.NONE,
    "1": Assistance.RELATIVE,
    "2": Assistance.STAFF,
    "3": Assistance.OTHER,
}


class Progress(StrEnum):
    """How far a sheet is: entered once and waiting for a second clerk, entered twice and not alike, ready, or handed on."""

    FIRST = "first"
    DIFFERS = "differs"
    READY = "ready"
    HANDED = "handed"


@dataclass(frozen=True)
class Batch:
    """Sheets that were printed together for one counter.

    sheets: how many were issued · percent: how many of a hundred are entered a second time
    spoiled, missing: what did not come back to be entered; None until somebody accounted for it
    compared, alike: what two clerks keyed ("5/4"), column by column, and sheets that were keyed alike
    late: sheets that came after the batch was closed, or after their wave was over
    """

    number: int
    agency: str
    counter: str
    wave: str
    instrument: str
    language: str
    sheets: int
    percent: int
    day: date
    spoiled: int | None = None
    missing: int | None = None
    closed: date | None = None
    compared: tuple[Mapping[str, int], ...] = ()
    alike: int = 0
    late: int = 0

    @property
    def pairs(self) -> tuple[Mapping[tuple[str, str], int], ...]:
        """What two clerks keyed in each column -> on how many sheets."""
        return tuple(
            {(a, b): often for key, often in column.items() for a, _, b in [key.partition("/")]}
            for column in self.compared
        )


@dataclass(frozen=True)
class Entered:
    """A sheet that was entered: the digits of the first and the second clerk, until it is handed on."""

    batch: int
    sheet: int
    progress: Progress
    day: date | None = None
    first: str | None = None
    first_by: int | None = None
    second: str | None = None
    second_by: int | None = None
    settled: str | None = None
    comment: str | None = None

    @property
    def digits(self) -> str:
        """What is handed on: what was settled, or what the first clerk keyed."""
        return self.settled or self.first or ""


@dataclass(frozen=True)
class Typed:
    """What a clerk keys of a sheet. day: when it was filled in."""

    serial: str
    digits: str
    day: date
    comment: str = ""


@dataclass(frozen=True)
class Column:
    """One or two digits of a sheet. keys: what may stand there, and what it means.

    item: None for what is asked beside the items: "respondent" and "assisted"
    option: of an item with several choices, the one that is ticked (1) or not (0)
    """

    name: str
    item: Item | None
    width: int
    keys: Mapping[str, Meaning]
    option: int | None = None


@dataclass(frozen=True)
class Keyed:
    """What a row of digits says."""

    answers: tuple[Answer, ...]
    respondent: Respondent
    assisted: Assistance


def columns(instrument: Instrument) -> tuple[Column, ...]:
    """The columns of a sheet in the order of its questions; respondent and helper come last."""
    found: list[Column] = []
    for item in instrument.items:
        steps = instrument.scale_of(item).steps
        if item.kind is Kind.CHOICES:
            found += [Column(item.code, item, 1, {"1": True, "0": False}, step.value) for step in steps]
            continue
        width = 1 if len(steps) <= ONE_DIGIT else 2
        reasons = {
            key * width: reason
            for key, reason in _REASONS.items()
            if reason in item.missing or reason is Missing.REFUSED
        }
        keys: dict[str, Meaning] = {f"{at:0{width}}": step.value for at, step in enumerate(steps, 1)}
        found.append(Column(item.code, item, width, {**keys, **reasons}))
    return (
        *found,
        Column("respondent", None, 1, RESPONDENTS),
        Column("assisted", None, 1, HELPERS),
    )


def length(instrument: Instrument) -> int:
    """How many digits a sheet takes beside its serial."""
    return sum(column.width for column in columns(instrument))


def split(instrument: Instrument, digits: str) -> tuple[tuple[Column, str], ...]:
    """The digits of each column. Raises WrongKeys, with the first column that they do not fit."""
    at = 0
    found: list[tuple[Column, str]] = []
    for column in columns(instrument):
        key = digits[at : at + column.width]
        if key not in column.keys:
            raise errors.WrongKeys(column=len(found) + 1, keyed=len(digits), wanted=length(instrument))
        found.append((column, key))
        at += column.width
    if at != len(digits):
        raise errors.WrongKeys(column=len(found), keyed=len(digits), wanted=at)
    return tuple(found)


def read(instrument: Instrument, digits: str) -> Keyed:
    """What the digits say. Raises WrongKeys."""
    told = split(instrument, digits)
    answers: dict[str, Answer] = {}
    for column, key in told:
        meaning = column.keys[key]
        if column.item is None:
            continue
        if column.option is not None:
            ticked = answers.get(column.name, Answer(column.name, missing=Missing.REFUSED)).values
            ticked += (column.option,) if meaning is True else ()
            answers[column.name] = Answer(column.name, ticked, None if ticked else Missing.REFUSED)
        elif isinstance(meaning, Missing):
            answers[column.name] = Answer(column.name, missing=meaning)
        elif isinstance(meaning, int):
            answers[column.name] = Answer(column.name, (meaning,))
    by_name = {column.name: key for column, key in told}
    return Keyed(tuple(answers.values()), RESPONDENTS[by_name["respondent"]], HELPERS[by_name["assisted"]])


# Serials.


def serial(batch: int, sheet: int) -> str:
    """The eight digits of a sheet: 4 of its batch, 3 of its own, and the check digit."""
    digits = f"{batch:04}{sheet:03}"
    return digits + check_digit(digits)


def sheet_of(batch: Batch, typed: str) -> int:
    """The number of a sheet from its serial, or from its last four digits. Raises WrongSerial, ForeignSheet."""
    digits = "".join(typed.split()).replace("-", "")
    if len(digits) == SERIAL_KEYS:
        digits = f"{batch.number:04}{digits}"
    if len(digits) != 8 or not (digits.isascii() and digits.isdecimal()):
        raise errors.WrongSerial
    if int(digits[:4]) != batch.number:
        raise errors.ForeignSheet(batch=int(digits[:4]))
    if check_digit(digits[:7]) != digits[7] or not 1 <= int(digits[4:7]) <= batch.sheets:
        raise errors.WrongSerial
    return int(digits[4:7])


def check_digit(digits: str) -> str:
    """The check digit of ISO/IEC 7064, MOD 11,10: it finds every single wrong digit."""
    product = 10
    for digit in digits:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def is_verified(secret: bytes, batch: Batch, sheet: int) -> bool:
    """Whether a sheet is entered a second time. Nobody can know before which ones are."""
    drawn = hmac.digest(secret, b"verify\0" + serial(batch.number, sheet).encode(), "sha256")
    return int.from_bytes(drawn[:4]) % 100 < batch.percent


def code_of(secret: bytes, batch: int, sheet: int) -> str:
    """The code that the respondent tears off: only the service's secret leads from it to the serial."""
    return letters(hmac.digest(secret, b"sheet\0" + serial(batch, sheet).encode(), "sha256")[:CODE_LETTERS])


def response_id(code: str) -> str:
    """The id of a sheet's response: a sheet counts once, however often it is entered."""
    return f"paper-sheet-{code}"


def unlike(instrument: Instrument, first: str, second: str) -> tuple[int, ...]:
    """The places of the columns that two clerks keyed otherwise."""
    pairs = zip(split(instrument, first), split(instrument, second), strict=True)
    return tuple(place for place, ((_, a), (_, b)) in enumerate(pairs) if a != b)
