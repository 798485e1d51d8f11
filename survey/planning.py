"""A plan of whom to ask: how many invitations a wanted margin takes, where they go, what they will show.

    plan = planned(Question(margin=0.03, people_per_unit=20, icc=0.04), [Part("Mai Sơn", 140_000)])
    plan.size.invitations, plan.simple.answers, plan.yamane.margin
    plan.ways[0].margin, plan.parts[0].by["neyman"].answers

Sizes and margins are those of `survey.sampling`; this puts together what one decision needs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.sampling import (
    USUAL_DEFF,
    Size,
    Yamane,
    allocated,
    clustered,
    for_change_of_share,
    for_share,
    in_whole_people,
    margin_of_share,
    margin_of_strata,
    power_for_change_of_share,
    smallest_change_of_share,
    yamane,
)

Columns = NDArray[Any]

#: the chance with which a change should be seen
POWER = 0.8

#: margins that are shown beside the one that was asked for
LADDER = (0.02, 0.03, 0.04, 0.05, 0.07, 0.10)

#: people of a stratum of which nobody said how many it has: so many that none of it is used up
_MANY = 1e9

#: how invitations can be given out, the best for the whole first
WAYS = ("neyman", "power", "equal")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know, and what is known before anybody is asked.

    margin, level, share, response_rate: of 1 · deff: replaced by 1 + (people_per_unit - 1) icc where
    both of these are given · population: of all strata, None: large · change: that two waves should
    tell apart, of 1.
    """

    margin: float = 0.05
    level: float = 0.95
    share: float = 0.5
    deff: float = USUAL_DEFF
    people_per_unit: float | None = None
    icc: float | None = None
    population: float | None = None
    response_rate: float = 0.7
    change: float = 0.05

    @property
    def design_effect(self) -> float:
        """The design effect that the plan reckons with."""
        if self.people_per_unit is None or self.icc is None:
            return self.deff
        return clustered(self.people_per_unit, self.icc)


@dataclass(frozen=True, slots=True)
class Part:
    """A stratum: its name (a text, or one in each language), its people (None: not known), its share."""

    name: str | Mapping[str, str]
    people: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a stratum is given. margin: of its own figure, None where nobody or a single person answers."""

    answers: int
    invitations: int
    margin: float | None


@dataclass(frozen=True, slots=True)
class PartPlan:
    """A stratum's plan. alone: what a figure of its own takes for the wanted margin · by: way -> given."""

    part: Part
    alone: Size
    by: Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Way:
    """A way of giving out the same answers. margin: of the figure of all strata; None where one has none.

    widest: the widest margin of a stratum's own figure, None where one has none
    """

    code: str
    answers: int
    invitations: int
    margin: float | None
    widest: float | None


@dataclass(frozen=True, slots=True)
class Rung:
    """What another margin would take."""

    margin: float
    size: Size


@dataclass(frozen=True, slots=True)
class Seen:
    """A change between two waves of this size. power: the chance that it is seen, None: impossible.

    size: what POWER would take in each wave · smallest: the change that is seen with POWER
    """

    change: float
    power: float | None
    size: Size | None
    smallest: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to a question.

    share: that was reckoned with: of the strata where they bring their own, weighted with their people
    units: sampling units that so many people come from, None: not known · simple: the size if people
    were drawn one by one · apart: what a figure of its own for each stratum takes in all
    """

    question: Question
    share: float
    deff: float
    population: float | None
    size: Size
    simple: Size
    margin: float
    units: int | None
    yamane: Yamane
    seen: Seen
    ladder: tuple[Rung, ...]
    ways: tuple[Way, ...] = ()
    parts: tuple[PartPlan, ...] = ()
    apart: Size | None = None
    assumed_equal: bool = False


def planned(question: Question, parts: Sequence[Part] = (), *, assumed_equal: bool = False) -> Plan:
    """The plan for a question, with the strata that answers come from.

    The population is that of the strata, where they know theirs. assumed_equal: that the sizes of the
    strata are a supposition, which must travel with the plan. Raises ValueError for a number
    outside of its range, as `survey.sampling`, for strata of which only some know their people, and
    for a population that is not the sum of its strata.
    """
    asked, population = question, _population(question, parts)
    question = replace(asked, share=_share(asked, parts))
    deff = question.design_effect
    common: dict[str, Any] = {"p": question.share, "level": question.level, "population": population}
    size = for_share(question.margin, deff=deff, response_rate=question.response_rate, **common)
    ways, planned_parts = _given_out(asked, deff, size, parts, population)
    return Plan(
        question=asked,
        share=question.share,
        deff=deff,
        population=population,
        size=size,
        simple=for_share(question.margin, deff=1.0, response_rate=question.response_rate, **common),
        margin=margin_of_share(min(size.answers, population or math.inf), deff=deff, **common),
        units=None
        if question.people_per_unit is None
        else math.ceil(size.answers / question.people_per_unit),
        yamane=_yamane(question, deff, population),
        seen=_seen(question, deff, size.answers),
        ladder=tuple(
            Rung(margin, for_share(margin, deff=deff, response_rate=question.response_rate, **common))
            for margin in sorted({*LADDER, question.margin})
        ),
        ways=ways,
        parts=planned_parts,
        apart=_together([part.alone for part in planned_parts]),
        assumed_equal=assumed_equal,
    )


def _population(question: Question, parts: Sequence[Part]) -> float | None:
    known = [part.people for part in parts if part.people is not None]
    if known and len(known) < len(parts):
        raise ValueError("some strata know their people, and some do not")
    if not known:
        return question.population
    total = math.fsum(known)
    if question.population is not None and not math.isclose(question.population, total, rel_tol=1e-9):
        raise ValueError(f"a population of {question.population:g}, and strata of {total:g} people")
    return total


def _share(question: Question, parts: Sequence[Part]) -> float:
    """The share of all strata, each with its own or the one that is expected everywhere."""
    weights = [1.0 if part.people is None else part.people for part in parts]
    shares = [question.share if part.share is None else part.share for part in parts]
    return float(np.average(shares, weights=weights)) if parts else question.share


def _yamane(question: Question, deff: float, population: float | None) -> Yamane:
    return yamane(
        population,
        question.margin,
        p=question.share,
        level=question.level,
        deff=deff,
        response_rate=question.response_rate,
    )


def _seen(question: Question, deff: float, n: int) -> Seen:
    """Up where the share has room for the change, otherwise down."""
    p, change, common = question.share, abs(question.change), {"level": question.level, "deff": deff}
    smallest = smallest_change_of_share(p, n, power=POWER, **common)
    to = p + change if p + change <= 1 else p - change
    if not 0 <= to <= 1 or change == 0:
        return Seen(change, None, None, smallest)
    size = for_change_of_share(p, to, power=POWER, response_rate=question.response_rate, **common)
    return Seen(change, power_for_change_of_share(p, to, n, **common), size, smallest)


def _given_out(
    question: Question, deff: float, size: Size, parts: Sequence[Part], population: float | None
) -> tuple[tuple[Way, ...], tuple[PartPlan, ...]]:
    """The answers given out in every way, and what each stratum gets."""
    if not parts:
        return (), ()
    equal = _MANY if population is None else population / len(parts)
    people = np.array([equal if part.people is None else part.people for part in parts], dtype=float)
    share = np.array([question.share if part.share is None else part.share for part in parts], dtype=float)
    shape = {
        "neyman": {"spread": np.sqrt(share * (1 - share))},
        "power": {"spread": np.sqrt((1 - share) / share), "power": 0.5},
        "equal": {"power": 0.0},
    }
    finite = (people if population is not None else np.full(len(parts), math.inf)).tolist()
    given: dict[str, list[Given]] = {}
    ways = []
    for way in WAYS:
        whole = in_whole_people(allocated(size.answers, people, **shape[way]), people)
        given[way] = [_given(*row, question, deff) for row in zip(whole, finite, share.tolist(), strict=True)]
        margins = [each.margin for each in given[way]]
        ways.append(
            Way(
                way,
                sum(whole),
                sum(each.invitations for each in given[way]),
                margin_of_strata(whole, people, p=share, level=question.level, deff=deff),
                None if None in margins else max(margin for margin in margins if margin is not None),
            )
        )
    rows = enumerate(zip(parts, finite, share.tolist(), strict=True))
    return tuple(ways), tuple(
        PartPlan(part, _alone(question, deff, size_h, p), {way: given[way][at] for way in WAYS})
        for at, (part, size_h, p) in rows
    )


def _given(answers: int, people: float, share: float, question: Question, deff: float) -> Given:
    invitations = min(math.ceil(round(answers / question.response_rate, 9)), people)
    margin = None
    if answers > 1:
        population = people if math.isfinite(people) else None
        margin = min(
            1.0, margin_of_share(answers, p=share, level=question.level, deff=deff, population=population)
        )
    return Given(answers, int(invitations), margin)


def _alone(question: Question, deff: float, people: float, share: float) -> Size:
    population = people if math.isfinite(people) else None
    return for_share(
        question.margin,
        p=share,
        level=question.level,
        deff=deff,
        population=population,
        response_rate=question.response_rate,
    )


def _together(sizes: Sequence[Size]) -> Size | None:
    """The sum of sizes; None of none."""
    if not sizes:
        return None
    return Size(
        math.fsum(size.exact for size in sizes),
        sum(size.answers for size in sizes),
        sum(size.invitations for size in sizes),
        all(size.attainable for size in sizes),
    )
