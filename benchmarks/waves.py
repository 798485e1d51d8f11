"""Household waves over and over: a synthetic province whose truth is known, drawn, asked, weighted, estimated.

Each wave goes through the functions of the service: `drawing.drawn`, `wave_weights.weighted`, and the
shares of `stats` and `weighting`. What people would answer, whether they are reached, and who they are is
made once and stays; only the seed of the drawing, and who happens to be in, differ from wave to wave.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Options, Table, tell
from survey import stats
from survey.disposition import Disposition
from survey.drawing import Listing, communes_for, drawn, listed
from survey.household import FrameUnit, Part, SampleUnit, Stages
from survey.sampling import clustered_in_stages, margin_of_strata
from survey.wave_weights import Answered, Asked, How, Made, weighted
from survey.weighting import Margin, Sample, calibrate, indicators
from survey.weighting import share as calibrated_share

Array = NDArray[Any]

#: communes, villages of each and households of each village, at least and at most, of each stratum
STRATA = {
    "wards": (14, (8, 20), (60, 160)),
    "valleys": (33, (8, 24), (30, 120)),
    "hills": (28, (6, 18), (15, 60)),
}

#: logits: of satisfaction by stratum, and how far communes, villages and people differ
LEVELS = {"wards": 1.1, "valleys": 1.5, "hills": 1.9}
COMMUNE, VILLAGE, WOMEN = 0.28, 0.36, 0.35

#: chance of an answer: women are reached more often, and people of the hills
REACHED = {"wards": 0.66, "valleys": 0.78, "hills": 0.86}
MORE_WOMEN = 0.12

STAGES = Stages(villages=3, people=12, substitutes=0)
WAVES = 1_000


@dataclass(frozen=True)
class Province:
    """frame: of all households · at: label of a household -> its place in the arrays

    satisfied, reached: of the adult who is asked in each household: (H,) · sex: "1" or "2" · truth: the
    share of satisfied adults · margins: people by sex and by stratum
    """

    frame: Listing
    size: Array
    satisfied: Array
    reached: Array
    sex: Array
    stratum: Array
    truth: float
    margins: dict[str, dict[str, float]]
    icc: tuple[float, float]


def run(options: Options) -> list[Table]:
    rng = np.random.default_rng(options.seed)
    province = _province(rng)
    waves = 20 if options.quick else WAVES
    communes = communes_for({"wards": 330, "valleys": 400, "hills": 180}, province.frame, STAGES)
    found = []
    for number in range(waves):
        if number % 100 == 0:
            tell(f"  wave {number} of {waves}")
        found.append(_wave(province, communes, f"{options.seed}-{number}", rng))
    return [_table(province, communes, found, options.seed)]


def _province(rng: np.random.Generator) -> Province:
    units: list[FrameUnit] = []
    columns: dict[str, list[Any]] = {name: [] for name in ("size", "p", "reached", "sex", "stratum", "place")}
    commune = 0
    for stratum, (communes, villages, households) in STRATA.items():
        for _ in range(communes):
            commune += 1
            level = LEVELS[stratum] + rng.normal(0, COMMUNE)
            for village in range(rng.integers(*villages)):
                here = level + rng.normal(0, VILLAGE)
                many = int(rng.integers(*households))
                sizes, women = rng.integers(1, 6, many), rng.random(many) < 0.52
                for household in range(many):
                    label = str(len(units))
                    units.append(
                        FrameUnit(
                            len(units), stratum, f"{commune:05}", f"{village}", label, int(sizes[household])
                        )
                    )
                columns["size"] += sizes.tolist()
                columns["p"] += (1 / (1 + np.exp(-(here + WOMEN * (women - 0.5))))).tolist()
                columns["reached"] += (REACHED[stratum] + MORE_WOMEN * (women - 0.5)).tolist()
                columns["sex"] += np.where(women, "2", "1").tolist()
                columns["stratum"] += [stratum] * many
                columns["place"] += [f"{commune} {village}"] * many
    arrays = {name: np.array(values) for name, values in columns.items()}
    satisfied = rng.random(len(units)) < arrays["p"]
    size = arrays["size"].astype(float)
    margins = {
        name: {str(each): float(size[arrays[name] == each].sum()) for each in np.unique(arrays[name])}
        for name in ("sex", "stratum")
    }
    place = np.unique(arrays["place"], return_inverse=True)[1]
    icc = _likeness(satisfied.astype(float), size, arrays["stratum"], place, [u.commune for u in units])
    truth = float((size * satisfied).sum() / size.sum())
    return Province(
        listed(units),
        size,
        satisfied,
        arrays["reached"],
        arrays["sex"],
        arrays["stratum"],
        truth,
        margins,
        icc,
    )


def _likeness(
    y: Array, size: Array, stratum: Array, village: Array, commune: Sequence[str]
) -> tuple[float, float]:
    """How alike people of a village, and of two villages of a commune, are within strata: parts of the variance."""
    mean = np.zeros(len(y))
    for each in np.unique(stratum):
        inside = stratum == each
        mean[inside] = np.average(y[inside], weights=size[inside])
    rest = y - mean
    in_village, in_commune = (
        _between(rest, size, village),
        _between(rest, size, np.unique(commune, return_inverse=True)[1]),
    )
    total = float(np.average(rest**2, weights=size))
    return in_village / total, in_commune / total


def _between(rest: Array, size: Array, group: Array) -> float:
    """The variance between the true levels of groups: that of their means, without what chance adds to them."""
    weight = np.bincount(group, size)
    means = np.bincount(group, size * rest) / weight
    within = np.bincount(group, size * (rest - means[group]) ** 2) / weight
    noise = within * np.bincount(group, size**2) / weight**2
    return max(0.0, float(np.average(means**2 - noise, weights=weight)))


# One wave.


@dataclass(frozen=True)
class Wave:
    """What one wave said: (value, low, high) by step of the weighting. deff: of the design weights alone."""

    by: dict[str, tuple[float, float, float]]
    se: dict[str, float]
    deff: float
    n: int
    invited: int
    spread: float


def _wave(province: Province, communes: dict[str, int], seed: str, rng: np.random.Generator) -> Wave:
    sample = drawn("benchmark", seed, province.frame, communes, STAGES)
    units = [unit for unit in sample.units if unit.part is Part.MAIN]
    at = np.array([int(unit.label or 0) for unit in units])
    answers = rng.random(len(units)) < province.reached[at]
    full = _estimate([units[place] for place in range(len(units))], at, province, None)
    told = [unit for unit, answered in zip(units, answers, strict=True) if answered]
    there = at[answers]
    by, se = {"everybody answers": full[0]}, {"everybody answers": full[1]}
    by["design"], se["design"], _ = _estimate(told, there, province, None)
    made = _weighted(units, answers, there, province)
    for name, weights in (("nonresponse", made["none"].weights), ("rake", made["rake"].weights)):
        by[name], se[name], _ = _estimate(told, there, province, weights)
    by["rake, residuals"], se["rake, residuals"] = _calibrated(told, there, province, made["none"].weights)
    return Wave(by, se, full[2], len(told), len(units), float(made["rake"].record["steps"][-1]["deff"]))


def _estimate(
    units: Sequence[SampleUnit], at: Array, province: Province, weights: Array | None
) -> tuple[tuple[float, float, float], float, float]:
    """The share and its interval as the pages show them, its standard error, and the design effect."""
    w = np.array([unit.weight for unit in units]) if weights is None else weights
    layers, psus = [unit.layer for unit in units], [f"{unit.layer} {unit.psu}" for unit in units]
    found = stats.share(
        stats.of_arrays(province.satisfied[at].astype(float), weights=w, strata=layers, psu=psus)
    )
    assert found.value is not None and found.low is not None and found.high is not None and found.se
    return (found.value, found.low, found.high), found.se, found.deff or 1.0


def _weighted(
    units: Sequence[SampleUnit], answers: Array, there: Array, province: Province
) -> dict[str, Made]:
    asked = [
        Asked(unit.layer, unit.psu, unit.weight, Disposition.COMPLETE if answered else Disposition.REFUSED)
        for unit, answered in zip(units, answers, strict=True)
    ]
    told = [unit for unit, answered in zip(units, answers, strict=True) if answered]
    given = [
        Answered(
            unit.layer,
            unit.psu,
            unit.weight,
            {"sex": str(province.sex[place]), "stratum": str(province.stratum[place])},
        )
        for unit, place in zip(told, there, strict=True)
    ]
    return {
        "none": weighted(given, asked, {}, How(calibration="none")),
        "rake": weighted(given, asked, province.margins, How(calibration="rake")),
    }


def _calibrated(
    units: Sequence[SampleUnit], at: Array, province: Province, weights: Array
) -> tuple[tuple[float, float, float], float]:
    """The same with the variance of residuals, which sees what calibration saves."""
    margins = [
        Margin(getattr(province, name)[at].tolist(), people) for name, people in province.margins.items()
    ]
    auxiliary, totals = indicators(margins)
    scaled = weights * (province.size.sum() / weights.sum())
    made = calibrate(auxiliary, totals, weights=scaled, kind="exp")
    drawing = Sample([unit.layer for unit in units], [f"{unit.layer} {unit.psu}" for unit in units])
    found = calibrated_share(province.satisfied[at].astype(float), made, drawing)
    assert found.value is not None and found.low is not None and found.high is not None and found.se
    return (found.value, found.low, found.high), found.se


# What is told.


def _table(province: Province, communes: dict[str, int], found: Sequence[Wave], seed: int) -> Table:
    rows = tuple(_row(name, province.truth, found) for name in found[0].by)
    people = STAGES.people * STAGES.villages
    planned = clustered_in_stages(STAGES.people, STAGES.villages, *province.icc)
    deff = float(np.mean([wave.deff for wave in found]))
    answers = float(np.mean([wave.n for wave in found]))
    sizes = [province.margins["stratum"][stratum] for stratum in communes]
    asked = [n * people for n in communes.values()]
    margin = margin_of_strata(asked, sizes, p=province.truth, deff=planned)
    spread = float(np.std([wave.by["everybody answers"][0] for wave in found], ddof=1))
    error = math.sqrt(0.95 * 0.05 / len(found))
    return Table(
        f"{len(found):,} household waves of a province whose truth is known",
        (
            "weights",
            "mean estimate",
            "bias, points",
            "± (Monte Carlo)",
            "spread, points",
            "mean standard error",
            "95% intervals that hold the truth",
        ),
        rows,
        (
            (
                f"seed {seed}; {sum(map(len, province.frame.values()))} communes, {province.size.sum():,.0f} adults; "
                f"true share {100 * province.truth:.2f}%"
            ),
            (
                f"each wave asks {sum(asked)} people in {sum(communes.values())} communes ({STAGES.villages} villages of "
                f"each, {STAGES.people} people of each village), and {answers:.0f} answer; women and people of the hills more often"
            ),
            (
                f"likeness {province.icc[0]:.3f} in a village, {province.icc[1]:.3f} in a commune: planned design effect "
                f"{planned:.2f}, mean of the estimated ones {deff:.2f} (everybody answers)"
            ),
            (
                f"planned margin where everybody answers ±{100 * (margin or 0):.2f} points; 1.96 times the spread is "
                f"±{196 * spread:.2f} points"
            ),
            (
                f"coverage is known to ±{196 * error:.1f} points; the last row takes the variance of what calibration leaves, "
                "the row before it is what the pages show"
            ),
            f"raking makes a design effect of the weights of {np.mean([wave.spread for wave in found]):.3f}",
        ),
    )


def _row(name: str, truth: float, found: Sequence[Wave]) -> tuple[str, ...]:
    values = np.array([wave.by[name] for wave in found])
    bias, spread = values[:, 0].mean() - truth, values[:, 0].std(ddof=1)
    held = ((values[:, 1] <= truth) & (truth <= values[:, 2])).mean()
    error = np.mean([wave.se[name] for wave in found])
    return (
        name,
        f"{100 * values[:, 0].mean():.2f}%",
        f"{100 * bias:+.2f}",
        f"{196 * spread / math.sqrt(len(found)):.2f}",
        f"{100 * spread:.2f}",
        f"{100 * error:.2f}",
        f"{100 * held:.1f}%",
    )
