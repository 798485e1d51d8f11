"""The questionnaire as a form, and a posted form as a response; and the form of a plan.

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
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote_to_bytes

from flask_babel import format_decimal, gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of 3.2
from wtforms.validators import StopValidation

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
from survey.planning import Part, Question
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


# The plan.

#: the most strata that a plan is typed for, and the letters of one's name
MOST_STRATA, LONGEST_NAME = 400, 80

_DECIMAL = re.compile(r"[0-9]{1,12}([.,][0-9]{1,9})?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,3}([., \u00a0]?[0-9]{3}){0,4}|[0-9]{1,15}", re.ASCII)


class NumberField(Field):
    """A number as people type it, with a comma or a point; empty is None.

    least, most: what it may be · needed: whether it may be empty · whole: people, so that a comma or a
    point stands between thousands · per: what it is divided by to become a part of 1
    """

    def __init__(
        self,
        label: str,
        *,
        least: float,
        most: float,
        default: float | None = None,
        whole: bool = False,
        per: float = 1.0,
        **wiring: Any,
    ) -> None:
        super().__init__(label, default=default, **wiring)
        self.least, self.most, self.whole, self.per = least, most, whole, per
        self.needed = default is not None

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = None
            text = valuelist[0].strip()
            if text:
                self.data = self._number(text)

    def _number(self, text: str) -> float:
        if not (_WHOLE if self.whole else _DECIMAL).fullmatch(text):
            raise ValueError(gettext("Please type a number, as 5 or 2.5."))
        return float(re.sub(r"\D", "", text) if self.whole else text.replace(",", "."))

    def pre_validate(self, form: Any) -> None:
        if self.data is None and not self.errors and self.needed:
            raise StopValidation(gettext("Please type a number here."))
        if self.data is not None and not self.least <= self.data <= self.most:
            told = gettext("Please type a number from %(least)s to %(most)s.", **self.range)
            raise StopValidation(told)

    @property
    def range(self) -> dict[str, str]:
        return {"least": format_decimal(self.least), "most": format_decimal(self.most)}

    @property
    def part(self) -> Any:
        """The number as the formulas take it, percent and points as parts of 1; None where there is none."""
        return None if self.data is None else self.data / self.per

    @property
    def typed(self) -> str:
        """What stands in the box: what was typed, or what is reckoned with when nothing was."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_decimal(self.data)


class PlanForm(FlaskForm):  # type: ignore[misc]
    """What somebody wants to know. Read from the address, so that a plan can be passed on."""

    class Meta:
        """Nothing is changed by asking, so nobody has to show where the request comes from."""

        csrf = False

    margin = NumberField(
        lazy_gettext("Margin of error wanted, ± points"), least=0.1, most=49, default=5, per=100
    )
    level = NumberField(lazy_gettext("Confidence, percent"), least=50, most=99.9, default=95, per=100)
    share = NumberField(lazy_gettext("Share expected, percent"), least=1, most=99, default=50, per=100)
    response_rate = NumberField(
        lazy_gettext("Of those invited, how many answer, percent"), least=1, most=100, default=70, per=100
    )
    population = NumberField(
        lazy_gettext("People in the population"), least=1, most=10_000_000_000, whole=True
    )
    deff = NumberField(lazy_gettext("Design effect"), least=0.1, most=100, default=1.8)
    people_per_unit = NumberField(
        lazy_gettext("People from each village or counter day"), least=1, most=10_000, whole=True
    )
    icc = NumberField(lazy_gettext("How alike they are (icc), 0 to 1"), least=0, most=1)
    change = NumberField(
        lazy_gettext("Change between two surveys to be seen, points"), least=0.1, most=99, default=5, per=100
    )
    strata = TextAreaField(lazy_gettext("Strata, one a line: name; people; share expected (may be left out)"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every number can be used; each fault stands at its field, in the reader's language."""
        fits = bool(super().validate(extra_validators))
        together = (self.people_per_unit, self.icc)
        for field in together:
            if field.data is None and not field.errors and any(other.data is not None for other in together):
                field.errors = [gettext("The two belong together: please give both, or neither.")]
                fits = False
        return fits

    def validate_strata(self, field: Field) -> None:
        _parts(field.data or "")

    def validate_population(self, field: Field) -> None:
        if field.data is not None and (self.strata.data or "").strip():
            raise StopValidation(gettext("Leave this empty: the strata below say how many people there are."))

    @property
    def question(self) -> Question:
        """The question, once it was validated."""
        return Question(**{each.name: each.part for each in self if isinstance(each, NumberField)})

    @property
    def parts(self) -> tuple[Part, ...]:
        """The strata that were typed, once they were validated."""
        return _parts(self.strata.data or "")


def _parts(text: str) -> tuple[Part, ...]:
    """The strata of a text; raises StopValidation with the number of the line that is none."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_STRATA:
        raise StopValidation(gettext("Please give at most %(most)s strata.", most=MOST_STRATA))
    return tuple(_part(number, line) for number, line in lines)


def _part(number: int, line: str) -> Part:
    name, *given = (field.strip() for field in line.split(";"))
    share = given[1].rstrip("%").rstrip() if len(given) > 1 else ""
    fits = (
        0 < len(name) <= LONGEST_NAME
        and 0 < len(given) <= 2
        and _WHOLE.fullmatch(given[0])
        and int(re.sub(r"\D", "", given[0])) > 0
        and (not share or (_DECIMAL.fullmatch(share) and 1 <= float(share.replace(",", ".")) <= 99))
    )
    if not fits:
        told = gettext("Line %(line)s: a name, the number of people, and perhaps a share from 1 to 99, with ; between.", line=number)  # fmt: skip
        raise StopValidation(told)
    part = float(share.replace(",", ".")) / 100 if share else None
    return Part(name, float(re.sub(r"\D", "", given[0])), part)
