"""From a table and its map to responses; everything that is left out is counted, with its reason.

A value that is not on the scale never becomes a rating: the item gets the reason that the map gives
the value, or `not_asked`. A row that rates nobody, has no usable weight, day or id, or holds no answer
at all becomes no response. docs/import.md argues the choices.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import chain

from survey.errors import BadData
from survey.formats.cells import Cell, Column, Formula, Table, fault, text_of
from survey.formats.importmap import ImportMap, ItemMap, code_of
from survey.instrument import Missing
from survey.response import Answer, Response

#: namespace of the ids; changing it would make every file import twice
NAMESPACE = b"hai-long import v1"

#: distinct values that a report holds for one item and reason, and their longest length
MOST_VALUES = 20
LONGEST_VALUE = 40


class Reason(StrEnum):
    """Why a row or an item's value was left out, or what a row took from elsewhere (the last three).

    The reasons of coded missing values are those of `Missing`.
    """

    AGENCY_UNKNOWN = "agency-unknown"
    WEIGHT_NOT_POSITIVE = "weight-not-positive"
    DATE_ABSURD = "date-absurd"
    ID_MISSING = "id-missing"
    NOTHING_ANSWERED = "nothing-answered"
    SYSTEM_MISSING = "system-missing"
    DECLARED_MISSING = "declared-missing"
    OUT_OF_RANGE = "out-of-range"
    NOT_A_NUMBER = "not-a-number"
    DATE_FROM_MAP = "date-from-map"
    PSU_MISSING = "psu-missing"
    STRATUM_MISSING = "stratum-missing"


@dataclass(frozen=True)
class Exclusion:
    """One value that was left out; `item` is None where it concerns the row."""

    item: str | None
    reason: str
    value: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one row: a response, or None; and what was left out of it on the way.

    A row without a response has one exclusion, the first rule that it broke: its items are not
    counted, so that for every item answers and exclusions add up to the responses.
    """

    line: int
    response: Response | None
    excluded: tuple[Exclusion, ...] = ()


@dataclass
class Exclusions:
    """The tally of an import: rows, responses, and per item and reason how often and which values."""

    rows: int = 0
    responses: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    counts: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    values: dict[tuple[str | None, str], Counter[str]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Count one row's outcome. The report keeps a bounded number of values, each shortened."""
        self.rows += 1
        if outcome.response:
            self.responses += 1
            for answer in outcome.response.answers:
                self.answers[answer.item] += bool(answer.values)
        for one in outcome.excluded:
            key = (one.item, one.reason)
            self.counts[key] += 1
            seen = self.values.setdefault(key, Counter())
            value = one.value[:LONGEST_VALUE]
            if value and (value in seen or len(seen) < MOST_VALUES):
                seen[value] += 1

    def of(self, item: str | None) -> dict[str, int]:
        """Reason -> count, of an item or (None) of whole rows."""
        return {reason: count for (about, reason), count in self.counts.items() if about == item}

    def report(self) -> list[str]:
        """Lines for the operator: the rows, then each item in the order of the map."""
        lines = [f"{self.rows} rows, {self.responses} responses"]
        lines += [f"  rows: {self._told(None, reason)}" for reason in self.of(None)]
        for item in self.answers:
            left_out = "".join(f"; {self._told(item, reason)}" for reason in self.of(item))
            lines.append(f"  {item}: {self.answers[item]} answers{left_out}")
        return lines

    def _told(self, item: str | None, reason: str) -> str:
        """`out-of-range 3 (0: 2, 12: 1)`; values that did not fit into the report are summed up."""
        count, seen = self.counts[item, reason], self.values[item, reason]
        told = [f"{value}: {often}" for value, often in sorted(seen.items(), key=_by_number)]
        rest = count - seen.total()
        if told and rest:
            told.append(f"other: {rest}")
        return f"{reason} {count}" + (f" ({', '.join(told)})" if told else "")


def outcomes(table: Table, plan: ImportMap) -> Iterator[Outcome]:
    """What becomes of each row of the table, in its order; the map must be one that `fit` its instrument.

    The same file gives the same ids, whatever its name or format: from the id column, or without one
    from the mapped cells and how many rows with the same cells came before. Raises BadData where the
    table lacks a column, has it twice, or cannot be read to its end.
    """
    places = _places(table, plan)
    names = list(places)
    columns = {name: table.columns[place] for name, place in places.items()}
    repeated: Counter[bytes] = Counter()
    for row in table.rows(list(places.values())):
        cells = dict(zip(names, row.cells, strict=True))
        _refuse_formulas(table.name, row.line, cells)
        identity = _identity(plan, cells, repeated)
        response, excluded = _response(plan, cells, columns, identity)
        yield Outcome(row.line, response, excluded)


def tallied(found: Iterator[Outcome], tally: Exclusions) -> Iterator[Response]:
    """The responses alone, while `tally` counts every row."""
    for outcome in found:
        tally.add(outcome)
        if outcome.response:
            yield outcome.response


def _places(table: Table, plan: ImportMap) -> dict[str, int]:
    """Mapped heading -> position. Raises BadData with every heading that is absent or ambiguous."""
    mapped = [(item.variable, item.line) for item in plan.items]
    others = (plan.domain.column, plan.dates.column, *vars(plan.columns).values())
    mapped += [(name, 1) for name in others if name is not None]
    places, faults = {}, []
    for name, line in mapped:
        found = table.positions(name)
        if len(found) == 1:
            places[name] = found[0]
            continue
        told = f"{len(found)} columns are headed" if found else "no column is headed"
        faults.append(f"{plan.name}:{line}: {told} {name!r} in {table.name}:{table.heading_line}")
    if faults:
        raise BadData(faults)
    return places


def _refuse_formulas(name: str, line: int, cells: Mapping[str, Cell]) -> None:
    for column, cell in cells.items():
        if isinstance(cell, Formula):
            raise fault(name, line, f"{column!r} holds a formula ({cell.text}); save it as a value")


def _identity(plan: ImportMap, cells: Mapping[str, Cell], repeated: Counter[bytes]) -> str | None:
    """The response's id (a UUID of version 8), or None for an empty cell in the id column.

    The n-th of several equal rows has its own id, wherever in the file it stands.
    """
    if plan.columns.id is not None:
        own = text_of(cells[plan.columns.id])
        return _uuid(plan.wave.code, "id", own) if own else None
    content = _digest(*chain.from_iterable((name, text_of(cell)) for name, cell in sorted(cells.items())))
    repeated[content] += 1
    return _uuid(plan.wave.code, "content", content.hex(), str(repeated[content]))


def _digest(*parts: str) -> bytes:
    """16 bytes; the length before each part keeps ("ab", "c") and ("a", "bc") apart."""
    hashed = hashlib.sha256(NAMESPACE)
    for part in parts:
        encoded = part.encode()
        hashed.update(len(encoded).to_bytes(8) + encoded)
    return hashed.digest()[:16]


def _uuid(*parts: str) -> str:
    """A UUID of version 8 (RFC 9562 section 5.8) over the parts."""
    raw = bytearray(_digest(*parts))
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    letters = raw.hex()
    return "-".join((letters[:8], letters[8:12], letters[12:16], letters[16:20], letters[20:]))


class _Left(Exception):
    """The row becomes no response."""

    def __init__(self, reason: Reason, value: str = "") -> None:
        self.excluded = Exclusion(None, reason, value)


def _response(
    plan: ImportMap, cells: Mapping[str, Cell], columns: Mapping[str, Column], identity: str | None
) -> tuple[Response | None, tuple[Exclusion, ...]]:
    """The row's response and what it lacks, or None and the first rule that the row broke."""
    excluded: list[Exclusion] = []
    try:
        if identity is None:
            raise _Left(Reason.ID_MISSING)
        response = Response(
            id=identity,
            wave=plan.wave.code,
            instrument=plan.wave.instrument,
            agency=_agency(plan, cells),
            weight=_weight(plan, cells),
            day=_day(plan, cells, excluded),
            psu=_unit(plan.columns.psu, cells, Reason.PSU_MISSING, excluded),
            stratum=_unit(plan.columns.stratum, cells, Reason.STRATUM_MISSING, excluded),
            answers=tuple(_answer(item, cells, columns, excluded) for item in plan.items),
            mode=plan.mode,
            respondent=plan.respondent,
            language=plan.language,
        )
        if not any(answer.values for answer in response.answers):
            raise _Left(Reason.NOTHING_ANSWERED)
    except _Left as left:
        return None, (left.excluded,)
    return response, tuple(excluded)


def _agency(plan: ImportMap, cells: Mapping[str, Cell]) -> str:
    if plan.domain.column is None:
        return plan.domain.root
    value = code_of(text_of(cells[plan.domain.column]))
    if value not in plan.domain.of_value:
        raise _Left(Reason.AGENCY_UNKNOWN, value)
    return plan.domain.of_value[value]


def _weight(plan: ImportMap, cells: Mapping[str, Cell]) -> float:
    if plan.columns.weight is None:
        return 1.0
    text = text_of(cells[plan.columns.weight])
    number = text.replace(",", ".") if plan.decimal == "," else text
    if not re.fullmatch(r"\+?[0-9]{1,15}(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?", number) or float(number) <= 0:
        raise _Left(Reason.WEIGHT_NOT_POSITIVE, text)
    return float(number)


def _day(plan: ImportMap, cells: Mapping[str, Cell], excluded: list[Exclusion]) -> date:
    """The row's day if it is one of the wave, else the map's, which is counted."""
    if plan.dates.column is None and plan.dates.fallback is not None:
        return plan.dates.fallback
    cell = cells[plan.dates.column or ""]
    day = _as_day(cell, plan.dates.format)
    if day is not None and plan.wave.covers(day):
        return day
    if plan.dates.fallback is None:
        raise _Left(Reason.DATE_ABSURD, text_of(cell))
    excluded.append(Exclusion(None, Reason.DATE_FROM_MAP, text_of(cell)))
    return plan.dates.fallback


def _as_day(cell: Cell, form: str | None) -> date | None:
    """A date, or the text of one: in the map's format, or ISO 8601 (a time after it is dropped)."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    text = text_of(cell)
    try:
        return _parser(form)(text)
    except ValueError:
        return None


def _parser(form: str | None) -> Callable[[str], date]:
    if form is None:
        return lambda text: date.fromisoformat(re.split("[ T]", text, maxsplit=1)[0])
    return lambda text: datetime.strptime(text, form).date()  # noqa: DTZ007 -- the day as it was written


def _unit(
    column: str | None, cells: Mapping[str, Cell], reason: Reason, excluded: list[Exclusion]
) -> str | None:
    """A sampling unit's code; a row without one stays, and stands for itself."""
    if column is None:
        return None
    unit = text_of(cells[column])
    if not unit:
        excluded.append(Exclusion(None, reason))
    return unit or None


def _answer(
    mapped: ItemMap, cells: Mapping[str, Cell], columns: Mapping[str, Column], excluded: list[Exclusion]
) -> Answer:
    """The item's step, or why there is none: a reason of the map, else `not_asked`, always counted."""
    cell, column = cells[mapped.variable], columns[mapped.variable]
    code = code_of(text_of(cell))
    if code in mapped.missing:
        missing = mapped.missing[code]
        excluded.append(Exclusion(mapped.item, missing, code))
        return Answer(mapped.item, missing=missing)
    step = None if _declared_missing(cell, column) else mapped.step_of(code)
    if step is not None:
        return Answer(mapped.item, (step,))
    excluded.append(Exclusion(mapped.item, _why(cell, column, code), code))
    return Answer(mapped.item, missing=Missing.NOT_ASKED)


def _declared_missing(cell: Cell, column: Column) -> bool:
    return isinstance(cell, int | float) and any(low <= cell <= high for low, high in column.missing)


def _why(cell: Cell, column: Column, code: str) -> Reason:
    """Why a cell that the map gives no meaning is no answer."""
    if not code:
        return Reason.SYSTEM_MISSING
    if _declared_missing(cell, column):
        return Reason.DECLARED_MISSING
    return Reason.OUT_OF_RANGE if re.fullmatch(r"[+-]?[0-9.]+", code) else Reason.NOT_A_NUMBER


def _by_number(seen: tuple[str, int]) -> tuple[bool, float, str]:
    """Numbers by size before texts by letter."""
    numeric = re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", seen[0])
    return (not numeric, float(seen[0]) if numeric else 0.0, seen[0])
