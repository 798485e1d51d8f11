"""Agencies, the places where they receive people, and what they are asked for.

Frozen values of the catalogue. Every row carries its `source` and a `status`: found in the source,
derived from found figures, from memory (unverified), or assumed (editable).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

#: text in every language of the interface: {"vi": ..., "en": ...}
Text = dict[str, str]

#: a procedure's code as catalogues, portals and people write it
_PROCEDURE = re.compile(r"([0-9])[.,]([0-9]{6})(?:\.[Hh][0-9]{1,3})?", re.ASCII)

#: the target groups of fields that the reform plan pools into one target
PLAN_GROUPS = ("land", "construction", "investment")


def plain(text: str) -> str:
    """Lower case without diacritics: "Đất đai" -> "dat dai"."""
    return bare(text.casefold())


def bare(text: str) -> str:
    """Without diacritics: "Đất đai" -> "Dat dai"."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


class Status(StrEnum):
    """How far a row of the catalogue can be trusted."""

    FOUND = "found"
    DERIVED = "derived"
    MEMORY = "memory"
    ASSUMED = "assumed"
    MISSING = "missing"

    @property
    def verified(self) -> bool:
        """Whether the figure was read in a source or follows from figures that were."""
        return self in (Status.FOUND, Status.DERIVED)


def _within(day: date, first: date | None, last: date | None) -> bool:
    """Tell whether `day` is one of those from `first` to `last`; an open end is unbounded."""
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True)
class Agency:
    """A body that is rated. `parent` makes the tree; the province is its root.

    kind: province, department, office, inspectorate, board, centre, vertical (a body of a ministry),
    commune (xã), ward (phường), township (thị trấn) or district (huyện), the last two until 2025.
    """

    code: str
    name: Text
    kind: str
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    status: Status = Status.FOUND

    def valid_on(self, day: date) -> bool:
        """Tell whether the agency existed on `day`."""
        return _within(day, self.valid_from, self.valid_to)

    def valid_between(self, first: date, last: date | None) -> bool:
        """Tell whether the agency existed on some day from `first` to `last` (None is open)."""
        begins_in_time = last is None or self.valid_from is None or self.valid_from <= last
        return begins_in_time and (self.valid_to is None or first <= self.valid_to)


class Event(StrEnum):
    """What happened to an agency that others came after."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    TRANSFER = "transfer"
    ABOLISHED = "abolished"


@dataclass(frozen=True)
class Edge:
    """What one agency gave to another on a day, as a share of itself.

    successor: "" where a level was abolished and nobody came after it
    transfer: a part of an agency that goes on · on: the first day on which the successor has it
    """

    predecessor: str
    successor: str
    on: date
    share: Fraction
    event: Event
    document: str = ""
    source: str = ""
    status: Status = Status.FOUND


@dataclass(frozen=True)
class Counter:
    """A one-stop counter: `receiver` runs it, `agency` (if any) is the one it mostly serves."""

    code: str
    name: Text
    receiver: str
    agency: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    status: Status = Status.ASSUMED

    def valid_on(self, day: date) -> bool:
        """Tell whether people were received there on `day`."""
        return _within(day, self.valid_from, self.valid_to)


@dataclass(frozen=True)
class Field:
    """A field of administrative procedures; `group` ties it to a target (land, construction, investment)."""

    code: str
    name: Text
    ministry: str = ""
    group: str | None = None
    source: str = ""
    status: Status = Status.DERIVED


@dataclass(frozen=True)
class Procedure:
    """An administrative procedure. `name_official` is false where the name is a paraphrase.

    department: the provincial body that mirrors the `ministry`; assigned by that rule, edit where it errs.
    level: where it is decided, `;` separated: ministry, province, commune, tax-office, land-office, other.
    """

    code: str
    name: str
    field: str | None
    department: str | None
    level: str
    at_commune: bool
    group: str | None
    name_official: bool = True
    valid_from: date | None = None
    valid_to: date | None = None
    ministry: str = ""
    source: str = ""
    status: Status = Status.FOUND

    def valid_on(self, day: date) -> bool:
        """Tell whether the procedure was in force on `day`."""
        return _within(day, self.valid_from, self.valid_to)


def procedure_code(written: str) -> str:
    """The catalogue's code of a procedure as somebody wrote it: "1,000028.H56" is "1.000028".

    Text that has not the form of a code is given back as it came.
    """
    found = _PROCEDURE.fullmatch(written.strip())
    return f"{found[1]}.{found[2]}" if found else written


@dataclass(frozen=True)
class Target:
    """A reform plan's target: `value` in percent, reached when the figure is `operator` it.

    groups: () is everything; otherwise the target groups of fields that are pooled.
    year: None for a standing practice without a date.
    measure: satisfaction, timeliness (dossiers on time) or feedback (feedback answered on time).
    """

    code: str
    scope: str
    document: str
    name: Text
    groups: tuple[str, ...]
    year: int | None
    operator: str
    value: float
    measure: str = "satisfaction"
    source: str = ""
    status: Status = Status.FOUND

    @property
    def verified(self) -> bool:
        return self.status.verified


@dataclass(frozen=True)
class PublishedFigure:
    """A figure that somebody else published; `value` None means that none was found.

    indicator: `sipas:overall`, `sipas:factor:access`, `par:overall`, ...; `label` is its name.
    series: the method it follows; figures of two series are not compared (SIPAS breaks at 2022).
    unit: percent, or `rank/63` and `points/16.5` with the number of ranked or the highest points.
    """

    place: str
    year: int
    indicator: str
    value: float | None
    unit: str
    label: Text = field(default_factory=dict)
    series: str = ""
    note: str = ""
    source: str = ""
    status: Status = Status.FOUND


@dataclass(frozen=True)
class Reform:
    """One of the contents of the administrative reform plan (nội dung cải cách hành chính)."""

    code: str
    name: Text
    source: str = ""
    status: Status = Status.MEMORY


@dataclass(frozen=True)
class Catalogue:
    """Everything the service knows of the province before anyone has answered."""

    agencies: tuple[Agency, ...]
    counters: tuple[Counter, ...]
    fields: tuple[Field, ...]
    procedures: tuple[Procedure, ...]
    targets: tuple[Target, ...]
    published: tuple[PublishedFigure, ...]
    reforms: tuple[Reform, ...] = ()
    succession: tuple[Edge, ...] = ()
