"""The form of a plan: numbers as people type them, and what the formulas take of them."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import format_decimal, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, TextAreaField
from wtforms.validators import StopValidation

from survey.planning import Part, Question

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
