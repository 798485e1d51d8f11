"""Import maps: what the columns of somebody else's file mean, as a TOML file beside it.

`parse` reads the map alone, `fit` holds it against its instrument. Both collect every fault and raise
`BadData` with `file:line: sentence`. docs/import.md tells how to write one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from survey.agency import Agency
from survey.errors import BadData
from survey.formats.cells import DELIMITERS, ENCODINGS, Options, clean
from survey.formats.faults import Faults
from survey.formats.located import Source, Table
from survey.frame import Wave, WaveKind
from survey.instrument import Instrument, Item, Kind, Missing
from survey.response import Mode, Respondent

T = TypeVar("T", str, int)

#: agency and wave codes
CODE = re.compile(r"[0-9a-z]+([-.][0-9a-z]+)*")
COLUMNS = ("id", "weight", "psu", "stratum")

#: at most so many figures that a float tells any two of them apart
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")
_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class ItemMap:
    """Where an item's answers stand, and what its values mean.

    valid: lowest and highest value that is an answer, or None where `steps` tells value by value.
    reverse: the file's highest value is the scale's lowest step.
    steps: value -> step; missing: value -> reason; "" is the empty cell. Values are `code_of` texts.
    """

    item: str
    variable: str
    valid: tuple[int, int] | None = None
    reverse: bool = False
    steps: Mapping[str, int] = field(default_factory=dict)
    missing: Mapping[str, Missing] = field(default_factory=dict)
    line: int = field(default=0, compare=False)

    def step_of(self, code: str) -> int | None:
        """The step that a value means, or None where it is no answer on the scale."""
        if self.valid is None:
            return self.steps.get(code)
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", code):
            return None
        low, high = self.valid
        value = int(code)
        if not low <= value <= high:
            return None
        return low + high - value if self.reverse else value


@dataclass(frozen=True)
class Domain:
    """Which agency a row rates: by the value of `column`, or always the root where it is None.

    agencies: the ones that the map brings, the root first if it is one of them.
    of_value: value -> agency code.
    """

    root: str
    column: str | None = None
    of_value: Mapping[str, str] = field(default_factory=dict)
    agencies: tuple[Agency, ...] = ()


@dataclass(frozen=True)
class Dates:
    """Where the day stands. `fallback` is taken, and counted, where a row's day is no day of the wave."""

    column: str | None = None
    format: str | None = None
    fallback: date | None = None


@dataclass(frozen=True)
class Columns:
    """Headings of the columns that tell a row's identity, its weight and where it was sampled."""

    id: str | None = None
    weight: str | None = None
    psu: str | None = None
    stratum: str | None = None


@dataclass(frozen=True)
class ImportMap:
    """What a file's columns mean.

    wave: its `instrument` is what the map says, a path relative to the map or `code@version`, until
    `fit` has put the instrument's own name.
    decimal: the character between whole and fraction in weights.
    """

    name: str
    wave: Wave
    domain: Domain
    dates: Dates
    items: tuple[ItemMap, ...]
    options: Options = field(default_factory=Options)
    decimal: str = "."
    columns: Columns = field(default_factory=Columns)
    mode: Mode = Mode.INTERVIEWER
    respondent: Respondent = Respondent.UNSTATED
    language: str = "vi"
    source: str = ""

    @property
    def instrument_is_file(self) -> bool:
        """Whether the instrument is told by a path, and not by `code@version` of an instrument already loaded."""
        return self.wave.instrument.endswith(".toml")


def code_of(text: str) -> str:
    """A value as maps and cells are compared: case folded, and 7, 7.0 and 07 are the same code."""
    folded = clean(text).casefold()
    if not _NUMBER.fullmatch(folded):
        return folded
    number = float(folded)
    return str(int(number)) if number.is_integer() else repr(number)


def parse(name: str, text: str) -> ImportMap:
    """Read a map. Raises BadData with every fault that can be seen without the instrument."""
    faults = Faults()
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        raise BadData([f"{name}:{at[1] if at else 1}: is no TOML: {error}"]) from None
    plan = _map(Table(Source(name, text, faults, ("vi", "en")), (), data))
    faults.refuse()
    return plan


def fit(plan: ImportMap, instrument: Instrument) -> ImportMap:
    """The map with its wave tied to the instrument. Raises BadData where the two disagree."""
    faults = Faults()
    for mapped in plan.items:
        for sentence in _misfits(mapped, instrument):
            faults.add(plan.name, mapped.line, f"{mapped.item}: {sentence}")
    if plan.language not in instrument.languages:
        faults.add(plan.name, 1, f"response.language {plan.language!r} is no language of {instrument.ref}")
    faults.refuse()
    return replace(plan, wave=replace(plan.wave, instrument=instrument.ref))


def _misfits(mapped: ItemMap, instrument: Instrument) -> Iterator[str]:
    """What an item's map says that the instrument does not know."""
    item = instrument.by_code.get(mapped.item)
    if item is None:
        yield f"{instrument.ref} has no such item"
        return
    if item.kind is Kind.CHOICES:
        yield "an item of several choices needs several columns, which imports do not read"
    known = instrument.scale_of(item).values
    meant = set(range(mapped.valid[0], mapped.valid[1] + 1)) if mapped.valid else set(mapped.steps.values())
    if meant - known:
        strange = ", ".join(map(str, sorted(meant - known)))
        yield f"the scale {item.scale!r} has no step {strange}; map the file's values with `steps`"
    for reason in sorted(set(mapped.missing.values()) - _reasons(item)):
        yield f"the item does not know the reason {reason.value!r}"


def _reasons(item: Item) -> set[Missing]:
    return {*item.missing, Missing.NOT_ASKED, Missing.REFUSED}


# Reading the tables; `Table` tells what is missing, malformed or unknown, and on which line.


def _map(root: Table) -> ImportMap:
    source = root.value("source", "")
    domain = _domain(root, source or root.source.name)
    wave = _wave(root.table("wave"), root.text("instrument"), domain.root)
    file, columns, setting = root.table("file"), root.table("columns"), root.table("response")
    plan = ImportMap(
        name=root.source.name,
        wave=wave,
        domain=domain,
        dates=_dates(root.table("date"), wave),
        items=_items(root),
        options=Options(
            encoding=_optional(file, "encoding", ENCODINGS),
            delimiter=_optional(file, "delimiter", DELIMITERS),
            sheet=file.value("sheet", "") or None,
        ),
        decimal=_optional(file, "decimal", (".", ",")) or ".",
        columns=Columns(**{key: columns.value(key, "") or None for key in COLUMNS}),
        mode=Mode(_optional(setting, "mode", tuple(Mode)) or Mode.INTERVIEWER),
        respondent=Respondent(_optional(setting, "respondent", tuple(Respondent)) or Respondent.UNSTATED),
        language=setting.value("language", "vi"),
        source=source,
    )
    for table in (root, file, columns, setting):
        table.done()
    return plan


def _optional(table: Table, key: str, allowed: Collection[str]) -> str | None:
    """One of a list, or None where the key is absent or wrong."""
    if key not in table:
        return None
    found = table.choice(key, allowed)
    return found if found in allowed else None


def _day(table: Table, key: str) -> date | None:
    """A date written as text, like "2023-12-31", or None where the key is absent or wrong."""
    if key not in table:
        return None
    text = table.text(key)
    try:
        return date.fromisoformat(text)
    except ValueError:
        table.fault(f"{key} {text!r} is not a date like 2023-12-31", key)
        return None


def _wave(table: Table, instrument: str, root: str) -> Wave:
    """The wave. It has ended: what a late file may still hold does not depend on today."""
    for key in ("starts", "ends"):
        if key not in table:
            table.fault(f"{key} is missing", key)
    starts, ends = _day(table, "starts") or date.min, _day(table, "ends") or date.max
    if ends < starts:
        table.fault("ends lies before starts", "ends")
    title = table.table("title")
    wave = Wave(
        code=table.code(pattern=CODE),
        title=title.wording(),
        kind=WaveKind(_optional(table, "kind", tuple(WaveKind)) or WaveKind.IMPORTED),
        instrument=instrument,
        root=root,
        starts=starts,
        ends=ends,
    )
    title.done()
    table.done()
    return wave


def _dates(table: Table, wave: Wave) -> Dates:
    column, form = table.value("column", "") or None, table.value("format", "") or None
    fallback = _day(table, "fallback")
    if column is None and fallback is None:
        table.fault("needs a column, a fallback, or both")
    if fallback is not None and not wave.covers(fallback):
        table.fault("fallback is no day of the wave", "fallback")
    if form is not None and not _is_day_format(form):
        table.fault("format must tell year, month and day in figures, as %d/%m/%Y does", "format")
    table.done()
    return Dates(column, form, fallback)


def _is_day_format(form: str) -> bool:
    """Tell whether the format gives a day back as it was. Names of months would depend on the machine."""
    day = datetime(2024, 2, 29)  # noqa: DTZ001 -- any day
    try:
        return not re.search("%[aAbBcxX]", form) and datetime.strptime(day.strftime(form), form) == day  # noqa: DTZ007
    except (ValueError, re.error):
        return False


def _domain(whole: Table, source: str) -> Domain:
    """The agencies that are rated: the root, and one for each value of the column."""
    table, brings_root = whole.table("domain"), isinstance(whole.value("domain", {}).get("parent"), dict)
    root, brought = _root(table, source) if brings_root else (table.text("parent"), [])
    column = table.value("column", "") or None
    prefix, kind = table.value("prefix", ""), table.value("kind", "district")
    values = table.table("values")
    of_value: dict[str, str] = {}
    for value, meant in table.value("values", {}).items():
        _tell_double(values, value, of_value)
        if isinstance(meant, str):
            of_value[code_of(value)] = values.text(value)
            continue
        code = of_value[code_of(value)] = f"{prefix}{value}".lower()
        if not CODE.fullmatch(code):
            values.fault(f"the agency code {code!r} is malformed", value)
        brought.append(_agency(values.table(value), code, kind, source, parent=root))
    if (column is None) != (not of_value):
        table.fault("column and values go together: values tell which agency a value of the column is")
    table.done()
    return Domain(root, column, of_value, tuple(brought))


def _root(table: Table, source: str) -> tuple[str, list[Agency]]:
    """The wave's root, where the map brings it and does not only name an agency that is there."""
    parent = table.table("parent")
    code = parent.code(pattern=CODE)
    return code, [_agency(parent, code, parent.text("kind"), source)]


def _agency(table: Table, code: str, kind: str, source: str, parent: str | None = None) -> Agency:
    agency = Agency(code, table.wording(), kind, parent, source=source)
    table.done()
    return agency


def _items(root: Table) -> tuple[ItemMap, ...]:
    items, codes = root.table("items"), tuple(root.value("items", {}))
    if not codes:
        root.fault("no item is mapped", "items")
    return tuple(_item(items.table(code), code) for code in codes)


def _item(table: Table, code: str) -> ItemMap:
    if ("valid" in table) == ("steps" in table):
        table.fault("needs either valid (lowest and highest value) or steps (value by value)")
    if "reverse" in table and "steps" in table:
        table.fault("reverse goes with valid; steps tell the order themselves", "reverse")
    steps = _coded(table.table("steps"), table.value("steps", {}), 0)
    reasons = _coded(table.table("missing"), table.value("missing", {}), "")
    for value, reason in reasons.items():
        if reason not in tuple(Missing):
            table.fault(f"unknown reason {reason!r} for {value!r}; one of {', '.join(Missing)}", "missing")
        if value in steps:
            table.fault(f"{value!r} is a step as well", "missing")
    item = ItemMap(
        item=code,
        variable=table.text("variable"),
        valid=_valid(table) if "valid" in table else None,
        reverse=table.value("reverse", False),
        steps=steps,
        missing={value: Missing(reason) for value, reason in reasons.items() if reason in tuple(Missing)},
        line=table.source.lines.get(table.path, 1),
    )
    table.done()
    return item


def _coded(table: Table, values: Mapping[str, Any], default: T) -> dict[str, T]:
    """A table of values, by the code that they are compared as."""
    coded: dict[str, T] = {}
    for value in values:
        _tell_double(table, value, coded)
        coded[code_of(value)] = table.value(value, default)
    return coded


def _tell_double(table: Table, value: str, known: Collection[str]) -> None:
    if code_of(value) in known:
        table.fault(f"{value!r} is the same value as another one here", value)


def _valid(table: Table) -> tuple[int, int] | None:
    found = table.value("valid", [])
    if [type(bound) for bound in found] == [int, int] and found[0] < found[1]:
        return (found[0], found[1])
    table.fault("valid must be the lowest and the highest value, as [1, 10]", "valid")
    return None
