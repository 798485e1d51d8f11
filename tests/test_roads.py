"""Two roads, one figure: from plain arrays of people, and from what was kept of them per sampling unit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import astuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import reliability, scores
from survey.comparison import (
    Design,
    Totals,
    UnitCell,
    change_between,
    contrast,
    decomposed,
    joint,
    table_test,
    totals_of,
    totals_of_cells,
)
from survey.counts import Cell, Stratum, total
from survey.intervals import Interval
from survey.stats import kish, mean, of_arrays, of_levels, share

KINDS: tuple[Interval, ...] = ("wilson", "logit", "beta", "beta_trunc", "wald", "asin")


class People:
    """A sample of some seed: 1 to 3 strata, villages in them, steps of four items with gaps, weights."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        n = int(rng.integers(12, 90))
        self.stratum = rng.integers(0, rng.integers(1, 4), n)
        self.psu = rng.integers(0, 6, n)
        self.weights = rng.uniform(0.2, 5, n) if seed % 3 else np.ones(n)
        self.agency = rng.integers(0, 2, n)
        self.year = rng.integers(2025, 2027, n)
        steps = rng.integers(1, 6, (n, 4)).astype(float)
        self.steps = np.where(rng.random((n, 4)) < 0.15, np.nan, steps)
        self.sampled = {
            int(h): len(np.unique(self.psu[self.stratum == h])) for h in np.unique(self.stratum).tolist()
        }
        self.population = {h: float(size + seed % 4) for h, size in self.sampled.items()}

    @property
    def arrays(self) -> dict[str, Any]:
        sizes = np.array([self.population[int(h)] for h in self.stratum])
        return {
            "weights": self.weights,
            "strata": self.stratum,
            "psu": self.psu,
            "population": sizes,
        }

    def kept(self, *labels: np.ndarray) -> list[UnitCell]:
        """What is kept of these people: the pooled cell of each unit and label."""
        cells: defaultdict[tuple[int, int, Any], Cell] = defaultdict(Cell)
        valid = np.isfinite(self.steps)
        for row, w in enumerate(self.weights.tolist()):
            steps = self.steps[row][valid[row]]
            if not len(steps):
                continue
            key = tuple(int(label[row]) for label in labels)
            n, good = len(steps), float((steps >= 4).sum())
            sums = Cell(1, n, w * n, w * w * n, w * good, w * steps.sum(), w * (steps**2).sum())
            cells[int(self.stratum[row]), int(self.psu[row]), key if len(key) > 1 else key[0]] += sums
        return [UnitCell(*where, cell) for where, cell in cells.items()]

    def strata(self, agency: int) -> tuple[Stratum, ...]:
        """The strata of an agency, from what is kept."""
        mine = [unit for unit in self.kept(self.agency) if unit.key == agency]
        return tuple(
            Stratum(
                total(unit.cell.moments() for unit in mine if unit.stratum == h), size, self.population[h]
            )
            for h, size in self.sampled.items()
        )

    def totals(self, *labels: np.ndarray) -> tuple[Totals, Totals]:
        """The totals of both roads, with the keys in one order."""
        design = Design(**self.arrays)
        rows = totals_of(self.steps, *labels, design=design, satisfied_from=4)
        units = totals_of_cells(self.kept(*labels), self.sampled, self.population)
        return rows, units


def same(one: Any, other: Any) -> None:
    """Every number of two values is the same to twelve digits, and everything else is equal."""
    flat, again = _flat(one), _flat(other)
    assert len(flat) == len(again)
    for left, right in zip(flat, again, strict=True):
        if isinstance(left, float) and isinstance(right, float | int):
            assert left == pytest.approx(right, rel=1e-12, abs=1e-14)
        else:
            assert left == right


def _flat(value: Any) -> list[Any]:
    if hasattr(value, "__dataclass_fields__"):
        return _flat(astuple(value))
    if isinstance(value, tuple | list | np.ndarray):
        return [leaf for part in value for leaf in _flat(part)]
    return [float(value)] if isinstance(value, float | np.floating) else [value]


people = st.integers(0, 10_000).map(People)


@given(people, st.sampled_from(KINDS))
def test_a_share_is_the_same_on_both_roads(sample: People, kind: Interval) -> None:
    for agency in (0, 1):
        rows = of_arrays(sample.steps, domain=sample.agency == agency, satisfied_from=4, **sample.arrays)
        same(share(rows, interval=kind), share(sample.strata(agency), interval=kind))


@given(people)
def test_a_mean_and_what_weights_cost_are_the_same_on_both_roads(sample: People) -> None:
    for agency in (0, 1):
        rows = of_arrays(sample.steps, domain=sample.agency == agency, satisfied_from=4, **sample.arrays)
        units = sample.strata(agency)
        same(mean(rows, bounds=(1, 5)), mean(units, bounds=(1, 5)))
        same(kish(rows), kish(units))


@given(people)
def test_a_distribution_is_enough_where_everybody_is_a_unit(sample: People) -> None:
    there = np.isfinite(sample.steps[:, 0])
    steps, w = sample.steps[there, 0], sample.weights[there]
    levels = np.arange(1.0, 6.0)
    sums = [[float(part[steps == level].sum()) for level in levels] for part in (np.ones(len(w)), w, w * w)]
    rows = of_arrays(steps, weights=w, satisfied_from=4)
    kept = of_levels(levels, *sums, satisfied_from=4)
    same(share(rows), share(kept))
    same(mean(rows, bounds=(1, 5)), mean(kept, bounds=(1, 5)))


@given(people)
def test_comparisons_are_the_same_on_both_roads(sample: People) -> None:
    rows, units = sample.totals(sample.agency, sample.year)
    one, other = joint(rows), joint(units)
    order = [other.keys.index(key) for key in one.keys]
    same(one.value, other.value[order])
    assert one.covariance == pytest.approx(other.covariance[np.ix_(order, order)], rel=1e-12, abs=1e-16)
    for agency in (0, 1):
        keys = (agency, 2025), (agency, 2026)
        if all(key in one.keys for key in keys):
            same(change_between(rows, *keys), change_between(units, *keys))
            same(contrast(one, dict(zip(keys, (1, -1), strict=True))), contrast(other, dict(zip(keys, (1, -1), strict=True))))  # fmt: skip
    left, right = decomposed(rows, 2025, 2026), decomposed(units, 2025, 2026)
    same((left.change, left.level, left.mix, left.level_se, left.mix_se), (right.change, right.level, right.mix, right.level_se, right.mix_se))  # fmt: skip
    same(table_test(rows), table_test(units))


@given(people)
def test_reliability_and_likeness_are_the_same_from_what_is_kept(sample: People) -> None:
    matrix, n = reliability.covariances(sample.steps, sample.weights)
    same(reliability.alpha(sample.steps, sample.weights), reliability.alpha_of_covariance(matrix, n))
    same(reliability.omega(sample.steps, sample.weights), reliability.omega_of_covariance(matrix, n))
    steps = sample.steps[:, 0]
    groups = [steps[(sample.psu == psu) & np.isfinite(steps)] - 3 for psu in range(6)]
    sums = [[float(part(group)) for group in groups] for part in (len, np.sum, lambda x: (x**2).sum())]
    kept, rows = scores.icc_of_sums(*sums), scores.icc_anova(steps, sample.psu)
    assert (kept.icc, kept.reason) == (pytest.approx(rows.icc, rel=1e-10, abs=1e-12), rows.reason)
