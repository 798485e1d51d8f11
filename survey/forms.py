"""The questionnaire as a form, and a posted form as a response.

There is no class per questionnaire: `form_of` makes the form from an instrument. `to_response` reads
the posted fields themselves, because the form's own parsing would forgive what must be refused: two
answers in one group, a name that is no item, a step that is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Protocol, TypeVar
from urllib.parse import unquote_to_bytes

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of 3.2

from survey.agency import Agency, Counter, Procedure
from survey.errors import (
    BrokenEncoding,
    NothingAnswered,
    TooManyFields,
    UnknownChoice,
    UnknownItem,
    UnknownStep,
    UnknownWave,
    WrongVersion,
)
from survey.frame import Wave
from survey.instrument import Instrument, Item, Kind, Missing
from survey.response import Answer, Assistance, Invitation, Mode, Respondent, Response

#: what the names of item fields begin with, so that a code can never meet another field's name
PREFIX = "item-"
#: the most fields that a form may carry; the longest questionnaire has a fifth of them
MOST_FIELDS = 400

MISSING_LABELS = {
    Missing.REFUSED: lazy_gettext("I'd rather not answer"),
    Missing.DONT_KNOW: lazy_gettext("I don't know"),
    Missing.NOT_APPLICABLE: lazy_gettext("Doesn't apply to me"),
}
RESPONDENT_LABELS = {
    Respondent.CITIZEN: lazy_gettext("As a citizen"),
    Respondent.BUSINESS: lazy_gettext("For a business or an organisation"),
}

ASSISTED_LABELS = {
    Assistance.NONE: lazy_gettext("Nobody"),
    Assistance.RELATIVE: lazy_gettext("A relative or a friend"),
    Assistance.STAFF: lazy_gettext("Staff of this place"),
    Assistance.OTHER: lazy_gettext("Somebody else"),
}

E = TypeVar("E", bound=StrEnum)

_STEP = re.compile(r"-?[0-9]{1,4}", re.ASCII)
_BROKEN_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Asked(Protocol):
    """What a person is asked about, as `design.questionnaire` found it."""

    @property
    def wave(self) -> Wave: ...
    @property
    def instrument(self) -> Instrument: ...
    @property
    def agency(self) -> Agency: ...
    @property
    def counter(self) -> Counter | None: ...
    @property
    def procedure(self) -> Procedure | None: ...
    @property
    def invitation(self) -> Invitation: ...


class Questionnaire(FlaskForm):  # type: ignore[misc]
    """What every questionnaire carries beside its items."""

    response = HiddenField()
    instrument = HiddenField()
    wave = HiddenField()
    respondent = RadioField(
        choices=[SelectChoice(kind.value, label) for kind, label in RESPONDENT_LABELS.items()]
    )
    assisted = RadioField(choices=[SelectChoice(who.value, label) for who, label in ASSISTED_LABELS.items()])
    comment = TextAreaField()
    #: people neither see nor hear it; programs that fill in every field do
    subject = StringField()


@dataclass(frozen=True)
class Section:
    """Items that are asked under one heading, or without one."""

    heading: str | None
    items: tuple[Item, ...]

    def fields(self, form: Questionnaire) -> Iterator[Field]:
        return (form[PREFIX + item.code] for item in self.items)


#: (instrument, its digest, language) -> its form; instruments are few and never change
_made: dict[tuple[str, str, str], type[Questionnaire]] = {}


def form_of(instrument: Instrument, language: str) -> type[Questionnaire]:
    """The form of an instrument in one language, made on first use."""
    key = (instrument.ref, instrument.digest, language)
    if key not in _made:
        _made[key] = new_form(instrument, language)
    return _made[key]


def new_form(instrument: Instrument, language: str) -> type[Questionnaire]:
    """The form of an instrument that may still change, made anew and not kept."""
    fields = {PREFIX + item.code: _field(instrument, item, language) for item in instrument.items}
    return type("Questionnaire", (Questionnaire,), fields)


def _field(instrument: Instrument, item: Item, language: str) -> Field:
    """A group of radio buttons (check boxes for several choices): the steps, then the reasons for none."""
    kind = SelectMultipleField if item.kind is Kind.CHOICES else RadioField
    steps = [
        SelectChoice(str(step.value), instrument.text_in(step.label, language), {"face": step.face})
        for step in instrument.scale_of(item).steps
    ]
    reasons = [
        SelectChoice(reason.value, label, {"reason": True})
        for reason, label in MISSING_LABELS.items()
        if reason in item.missing
    ]
    return kind(instrument.text_in(item.text, language), choices=steps + reasons)


def sections(instrument: Instrument, language: str) -> tuple[Section, ...]:
    """The items in the order they are asked, split where the heading changes.

    The heading is the item's group, or its factor where factors have several criteria.
    """
    labels = {factor.code: instrument.text_in(factor.label, language) for factor in instrument.factors}
    grouped = any(len(instrument.criteria(code)) > 1 for code in labels)

    def heading(item: Item) -> str | None:
        if item.group is not None:
            return instrument.text_in(item.group, language)
        return labels.get(item.factor or "") if grouped else None

    return tuple(Section(text, tuple(items)) for text, items in groupby(instrument.items, key=heading))


# In: the response.


def check_encoding(raw: bytes) -> None:
    """Refuse a query or a body whose percent signs or bytes do not spell text."""
    if _BROKEN_PERCENT.search(raw):
        raise BrokenEncoding
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise BrokenEncoding from None
    check_text(text)


def check_text(text: str) -> None:
    """Refuse text that was lost on its way: the replacement character, or a NUL."""
    if "\ufffd" in text or "\0" in text:
        raise BrokenEncoding


def check_fields(fields: MultiDict[str, str]) -> None:
    """Refuse more fields than a form can have, and text that is none."""
    given = list(fields.items(multi=True))
    if len(given) > MOST_FIELDS:
        raise TooManyFields(most=MOST_FIELDS)
    check_text("".join(map("".join, given)))


def is_trapped(fields: MultiDict[str, str]) -> bool:
    """Tell whether the field was filled in that no person meets."""
    return bool(fields.get("subject"))


def to_response(
    fields: MultiDict[str, str], asked: Asked, *, on: date, mode: Mode, language: str
) -> Response:
    """The posted fields as a response to what was asked; an item without an answer is refused.

    An item with both a step and a reason keeps both: `collect.submit` refuses that. Raises
    UnknownWave, WrongVersion, UnknownItem, UnknownStep, UnknownChoice, NothingAnswered,
    TooManyFields and BrokenEncoding.
    """
    check_fields(fields)
    _check_asked(fields, asked)
    items = asked.instrument.items
    given = [list(filter(None, fields.getlist(PREFIX + item.code))) for item in items]
    if not any(given):
        raise NothingAnswered
    return Response(
        id=fields.get("response", ""),
        wave=asked.wave.code,
        instrument=asked.instrument.ref,
        agency=asked.agency.code,
        day=on,
        answers=tuple(map(_answer, items, given)),
        mode=mode,
        respondent=_chosen(fields, "respondent", Respondent.UNSTATED),
        language=language,
        counter=asked.counter.code if asked.counter else None,
        procedure=asked.procedure.code if asked.procedure else None,
        invitation=asked.invitation,
        assisted=_chosen(fields, "assisted", Assistance.NONE),
    )


def _check_asked(fields: MultiDict[str, str], asked: Asked) -> None:
    """Refuse answers to another wave, to another version, or to items that are not asked."""
    if fields.get("wave", asked.wave.code) != asked.wave.code:
        raise UnknownWave
    if fields.get("instrument") != asked.instrument.ref:
        raise WrongVersion(current=asked.instrument.ref)
    for name in fields:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in asked.instrument.by_code:
            raise UnknownItem


def _answer(item: Item, given: list[str]) -> Answer:
    if not given:
        return Answer(item.code, missing=Missing.REFUSED)
    reasons = [Missing(value) for value in given if value in _REASONS]
    steps = [value for value in given if value not in _REASONS]
    if not all(map(_STEP.fullmatch, steps)):
        raise UnknownStep(item=item.code)
    return Answer(item.code, tuple(map(int, steps)), reasons[0] if reasons else None)


def _chosen(fields: MultiDict[str, str], name: str, without: E) -> E:
    """What was chosen beside the items, `without` where nothing was. Raises UnknownChoice."""
    try:
        return type(without)(fields.get(name) or without)
    except ValueError:
        raise UnknownChoice(field=name) from None


_REASONS = frozenset(MISSING_LABELS)
