"""The filter row of a dashboard: what the address asks for, what may be chosen, and what it says in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from survey.dashboard import FILTERS, MOST, Dashboard, Dimension
from survey.errors import ContradictoryFilters, Refusal, TooManyFilters, UnknownSelection
from survey.store.agencies import Reference
from survey.web.context import words
from survey.web.numbers import period, when_read

#: what is called what: kinds of periods, and the dimensions, in the order of the row
PERIODS = {
    "twelve": lazy_gettext("Twelve months"),
    "year": lazy_gettext("Year"),
    "half": lazy_gettext("Half-year"),
    "quarter": lazy_gettext("Quarter"),
    "month": lazy_gettext("Month"),
}
DIMENSIONS = {
    Dimension.FIELD: lazy_gettext("Field"),
    Dimension.PROCEDURE: lazy_gettext("Procedure"),
    Dimension.MODE: lazy_gettext("Way of answering"),
    Dimension.INVITATION: lazy_gettext("Invitation"),
    Dimension.KIND: lazy_gettext("Who answered"),
    Dimension.COUNTER: lazy_gettext("Counter"),
}

#: every filter by its name in the address
NAMES: dict[str, Any] = {
    "wave": lazy_gettext("Survey"),
    "period": lazy_gettext("Period"),
    **{str(dimension): label for dimension, label in DIMENSIONS.items()},
}
#: letters of the longest value that is looked for
LONGEST = 80

#: what the address says of figures of the agencies there are, with their predecessors' answers
TODAY = "today"
#: what it says of tables with every value
ALL = "all"


@dataclass(frozen=True)
class Asked:
    """What an address asks for; None and () where it asks for nothing."""

    wave: str | None
    period: str | None
    chosen: tuple[tuple[Dimension, str], ...]
    as_today: bool = False
    every: bool = False


@dataclass(frozen=True)
class Choice:
    """One list of the row. groups: (what it is called, (value, what it is called)) in order."""

    name: str
    label: str
    value: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    @property
    def said(self) -> str:
        """What is chosen, in words."""
        return next((label for _, group in self.groups for value, label in group if value == self.value), "")


@dataclass(frozen=True)
class Row:
    """The row: its lists, what is shown in words, and whether there is anything to reset.

    apart: whether there are predecessors whose answers are left out because answers are told apart
    query: what every address of the dashboard bears so that it shows the same
    """

    choices: tuple[Choice, ...]
    said: tuple[tuple[str, str], ...]
    filtered: bool
    apart: bool
    query: Mapping[str, str]


def asked(query: MultiDict[str, str]) -> Asked:
    """Read an address. An empty value asks for nothing; a procedure has a field, and both are one filter.

    Raises UnknownSelection for one that is far too long, TooManyFilters for more than may be set at once,
    ContradictoryFilters for two values of one filter.
    """
    values = {name: set(filter(None, query.getlist(name))) for name in (*NAMES, "series", "parts")}
    if twice := [name for name, several in values.items() if len(several) > 1]:
        raise ContradictoryFilters(fields=twice)
    found = {name: value for name, several in values.items() for value in several}
    if long := [name for name, value in found.items() if len(value) > LONGEST]:
        raise UnknownSelection(fields=long)
    chosen = [(each, found[each.value]) for each in FILTERS if each.value in found]
    fields = [each for each, _ in chosen if each is not Dimension.FIELD or Dimension.PROCEDURE not in found]
    if len(fields) > MOST:
        raise TooManyFilters(most=MOST, fields=fields)
    as_today = found.get("series") == TODAY and not chosen
    every = found.get("parts") == ALL
    return Asked(found.get("wave"), found.get("period"), tuple(chosen), as_today, every)


def row(shown: Dashboard, known: Reference) -> Row:
    """The row of a dashboard, with what is chosen in it."""
    choices = [*_waves(shown, known), *_periods(shown)]
    for dimension, options in shown.offered.items():
        value = shown.selection.value(dimension) or ""
        every = (("", gettext("all")), *((each.value, words(each.label)) for each in options))
        choices.append(Choice(dimension.value, str(DIMENSIONS[dimension]), value, (("", every),)))
    said = [(choice.label, choice.said) for choice in choices if choice.value]
    query = {choice.name: choice.value for choice in choices if choice.value}
    if shown.selection.as_today:
        query["series"] = TODAY
    if shown.selection.every:
        query["parts"] = ALL
    filtered, own = bool(shown.selection.chosen), shown.report.agency.code
    return Row(tuple(choices), tuple(said), filtered, filtered and bool(known.succession.before(own)), query)


def refused(refusal: Refusal) -> list[tuple[str, str, str, dict[str, str]]]:
    """Of each filter that a refusal is about: its name, what it is called, what was asked for, and the address without it."""
    asked_for = {name: value for name, value in request.args.items() if name in NAMES and value}
    fields: Any = refusal.detail.get("fields", ())
    return [
        (name, str(NAMES[name]), asked_for[name][:LONGEST], _without(asked_for, name))
        for name in fields
        if name in asked_for
    ]


def _without(asked_for: Mapping[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in asked_for.items() if each != name}


def _waves(shown: Dashboard, known: Reference) -> list[Choice]:
    """The surveys of the same kind; no list where there is one alone."""
    wave = shown.report.wave
    same = [each for each in known.waves.values() if (each.root, each.kind) == (wave.root, wave.kind)]
    if len(same) < 2:
        return []
    options = tuple((each.code, words(each.title)) for each in same)
    return [Choice("wave", gettext("Survey"), wave.code, (("", options),))]


def _periods(shown: Dashboard) -> list[Choice]:
    groups = tuple(
        (str(PERIODS[kind]), tuple((name, period(name)) for name in names))
        for kind, names in shown.periods.items()
    )
    return [Choice("period", gettext("Period"), shown.selection.period, groups)] if groups else []


def dimension(which: Dimension) -> str:
    """What a dimension is called."""
    return str(DIMENSIONS[which])


def hang(app: Flask) -> None:
    """Offer the words of the row to every template."""
    app.jinja_env.filters["dimension"] = when_read(dimension)
    app.jinja_env.filters["refused_filters"] = when_read(refused)
