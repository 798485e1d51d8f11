"""Weights of a household wave: design weights, then those who did not answer, then what is known of the population.

    made = weighted(answers, units, margins, How(calibration="rake"))
    made.weights, made.record["steps"]

Three steps, each recorded with figures before and after it. A design weight is the inverse of the
probability that this person is asked. In classes of the sample the people who answered stand for those
who did not (Särndal, Swensson & Wretman 1992, section 15.6). Calibration brings the weights to known
numbers of the population (`survey.weighting`).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from survey.disposition import KINDS, Disposition, Group
from survey.errors import BadMargins, NobodyAnswered, WeightsDoNotConverge
from survey.household import METHOD
from survey.weighting import Margin, Weighted, calibrate, indicators, kish, rake

Columns = NDArray[np.float64]
Calibration = Literal["none", "rake", "logit"]
Classes = Literal["stratum", "psu"]

#: the category of those who gave no answer to the question of a margin
UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class How:
    """classes: of adjustment for those who did not answer · low, high: limits of a factor of calibration."""

    classes: Classes = "stratum"
    calibration: Calibration = "rake"
    low: float = 0.3
    high: float = 3.0


@dataclass(frozen=True, slots=True)
class Answered:
    """Of a response: where in the sample, its design weight, and the categories of the margins' items."""

    layer: str
    psu: str | None
    weight: float
    categories: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A drawn unit that was to be asked, itself or as a substitute, and how it stands."""

    layer: str
    psu: str | None
    weight: float
    standing: Disposition


@dataclass(frozen=True, slots=True)
class Made:
    """weights: shape (responses,) · record: how they were made, as it is kept and shown."""

    weights: Columns
    record: Mapping[str, Any]


def weighted(
    answers: Sequence[Answered], units: Sequence[Asked], margins: Mapping[str, Mapping[str, float]], how: How
) -> Made:
    """The weights of the responses of a wave.

    units: all that were to be asked; those whose substitute stands in for them are left out.
    margins: item -> category -> people. Raises NobodyAnswered, BadMargins, WeightsDoNotConverge.
    """
    design = np.array([answer.weight for answer in answers], dtype=float)
    adjusted, classes, eligible = _adjusted(answers, units, design, how)
    fitted, calibration = _calibrated(answers, adjusted, margins, how)
    steps = [("design", design), ("nonresponse", adjusted), ("calibration", fitted)]
    return Made(
        fitted,
        {
            "method": METHOD,
            "responses": len(answers),
            "classes": how.classes,
            "eligible": eligible,
            "nonresponse": classes,
            **calibration,
            "steps": [_step(name, w) for name, w in steps],
            "margins": _margins(answers, margins, steps),
        },
    )


def class_of(layer: str, psu: str | None, classes: Classes) -> str:
    """The class of a unit or a response: its stratum, or its sampling unit (its layer, where persons are units)."""
    if classes == "stratum":
        return layer.partition("/")[0]
    return layer if psu is None else f"{layer} {psu}"


# Those who did not answer.


def _adjusted(
    answers: Sequence[Answered], units: Sequence[Asked], design: Columns, how: How
) -> tuple[Columns, list[dict[str, Any]], float | None]:
    """Weights times the factor of each class: the eligible people that were asked, over those who answered.

    Of units that nobody knows to be eligible, the share e counts that is eligible among the known.
    """
    known, good = 0.0, 0.0
    for unit in units:
        group = KINDS[unit.standing].group
        if group not in (Group.UNKNOWN_HOUSEHOLD, Group.UNKNOWN_OTHER):
            known += unit.weight
            good += unit.weight * (group is not Group.NOT_ELIGIBLE)
    e = good / known if known else None
    asked: defaultdict[str, float] = defaultdict(float)
    counted: Counter[str] = Counter()
    for unit in units:
        name = class_of(unit.layer, unit.psu, how.classes)
        counted[name] += 1
        asked[name] += unit.weight * _eligible(KINDS[unit.standing].group, e)
    found: defaultdict[str, float] = defaultdict(float)
    of = [class_of(answer.layer, answer.psu, how.classes) for answer in answers]
    for name, weight in zip(of, design.tolist(), strict=True):
        found[name] += weight
    silent = sorted(name for name, people in asked.items() if people > 0 and not found[name])
    if silent or not answers:
        raise NobodyAnswered(classes=silent)
    factors = {name: max(1.0, asked[name] / people) for name, people in found.items() if people}
    told = [
        {
            "class": name,
            "units": counted[name],
            "answered": of.count(name),
            "people": asked[name],
            "factor": factors[name],
        }
        for name in sorted(factors)
    ]
    return design * np.array([factors[name] for name in of]), told, e


def _eligible(group: Group, e: float | None) -> float:
    if group is Group.NOT_ELIGIBLE:
        return 0.0
    return (e or 0.0) if group in (Group.UNKNOWN_HOUSEHOLD, Group.UNKNOWN_OTHER) else 1.0


# Known numbers of the population.


def _calibrated(
    answers: Sequence[Answered], before: Columns, margins: Mapping[str, Mapping[str, float]], how: How
) -> tuple[Columns, dict[str, Any]]:
    if how.calibration == "none" or not margins:
        return before, {"calibration": "none"}
    total = math.fsum(next(iter(margins.values())).values())
    scaled = before * (total / before.sum())
    made = _fitted([_margin(answers, name, people, scaled) for name, people in margins.items()], scaled, how)
    if not made.converged or not (made.weights > 0).all():
        raise WeightsDoNotConverge(error=made.error, rounds=made.rounds)
    told = {"calibration": how.calibration, "limits": [how.low, how.high]}
    return made.weights, told | {"rounds": made.rounds, "error": made.error, "trimmed": made.trimmed}


def _fitted(margins: Sequence[Margin], before: Columns, how: How) -> Weighted:
    if how.calibration == "rake":
        return rake(margins, weights=before, trim=(how.low, how.high))
    auxiliary, totals = indicators(margins)
    return calibrate(auxiliary, totals, weights=before, kind="logit", bounds=(how.low, how.high))


def _margin(answers: Sequence[Answered], name: str, people: Mapping[str, float], weights: Columns) -> Margin:
    """A margin, in which those who did not say where they belong keep their part of the population."""
    labels = [answer.categories.get(name, UNKNOWN) for answer in answers]
    silent = float(weights[[label == UNKNOWN for label in labels]].sum() / weights.sum())
    total = math.fsum(people.values())
    held = {category: n * (1 - silent) for category, n in people.items()} if silent else dict(people)
    if silent:
        held[UNKNOWN] = total * silent
    empty = sorted(set(held) - set(labels))
    if empty:
        raise BadMargins([f":0: margin {name}: nobody who answered is in {', '.join(empty)}"])
    return Margin(labels, held)


# What is recorded.


def _step(name: str, weights: Columns) -> dict[str, Any]:
    """A step of the weighting: what its weights add up to, how far they differ, and what that costs."""
    return {
        "step": name,
        "people": float(weights.sum()),
        "least": float(weights.min()),
        "most": float(weights.max()),
        "deff": kish(weights).deff,
        "n_eff": kish(weights).n_eff,
    }


def _margins(
    answers: Sequence[Answered],
    margins: Mapping[str, Mapping[str, float]],
    steps: Sequence[tuple[str, Columns]],
) -> list[dict[str, Any]]:
    """The share of each category in the population, and among the answers under the weights of each step."""
    told = []
    for name, people in margins.items():
        labels = np.array([answer.categories.get(name, UNKNOWN) for answer in answers])
        total = math.fsum(people.values())
        said = labels != UNKNOWN
        for category, known in people.items():
            row = {"margin": name, "category": category, "population": known / total}
            for step, weights in steps:
                base = float(weights[said].sum())
                row[step] = float(weights[labels == category].sum() / base) if base else None
            told.append(row)
    return told
