"""How often intervals hold the true share, and sets of ranks the true rank, over simulated samples.

Every sample goes through the functions that the service publishes with, and is one agency of a province
of 75: the usual design effect is the median over the province's samples, as it is on pages. Samples with
the same sums have the same interval, so each distinct one is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Options, Table, tell, whole
from survey.counts import Moments, Stratum
from survey.intervals import Bounds, Interval, counts_interval
from survey.ranking import RankSets, bootstrap_rank_sets, rank_sets
from survey.stats import Estimate, share

Array = NDArray[Any]

#: (sampling units, people in each)
SHAPES = ((5, 1), (5, 2), (6, 5), (10, 10), (10, 30), (20, 50), (30, 100), (60, 50), (250, 12))
SHARES = (0.5, 0.8, 0.9, 0.95, 0.99)
LIKENESS = (0.0, 0.02, 0.05, 0.1)
NAIVE = "wilson, units ignored"
KINDS = (*get_args(Interval), NAIVE)
#: agencies of a province; those with fewer people say nothing of the usual design effect
PROVINCE, ENOUGH = 75, 30
#: units, people in each, and likeness of agencies that differ
UNLIKE = ((5, 8, 10, 15, 20, 30, 60, 120, 250), (5, 10, 20, 50, 100), LIKENESS)

#: agencies whose true values lie this many standard errors apart, on average
APART = (0.1, 0.5, 2.0)
AGENCIES = 20


@dataclass(frozen=True)
class Case:
    """Samples of one kind: equal units, whose own shares differ as a beta distribution with this icc."""

    units: int
    people: int
    share: float
    icc: float

    @property
    def n(self) -> int:
        return self.units * self.people

    def drawn(self, samples: int, rng: np.random.Generator) -> Array:
        """The satisfied people of each unit: (samples, units)."""
        size, p = (samples, self.units), self.share
        if self.icc:
            odds = (1 - self.icc) / self.icc
            return rng.binomial(self.people, rng.beta(p * odds, (1 - p) * odds, size))
        return rng.binomial(self.people, p, size)


@dataclass(frozen=True)
class Held:
    """How often the interval of one kind held the true share, or lay above it, and its width: parts of 1."""

    case: Case
    kind: str
    coverage: float
    above: float
    width: float


def run(options: Options) -> list[Table]:
    rng = np.random.default_rng(options.seed)
    samples, shapes = (PROVINCE, SHAPES[:4]) if options.quick else (30 * PROVINCE, SHAPES)
    found = []
    for units, people in shapes:
        tell(f"  {units} units of {people}")
        cases = [Case(units, people, p, icc) for icc in LIKENESS for p in SHARES]
        found += [held for case in cases for held in _held(case, samples, rng)]
    tell("  agencies that differ")
    unlike = _unlike(2 if options.quick else 400, rng)
    tell("  ranks")
    ranks = _ranks(4 if options.quick else 500, 50 if options.quick else 1_000, rng)
    return [_default(found, samples), _kinds(found, samples), unlike, ranks]


# Intervals.


def _held(case: Case, samples: int, rng: np.random.Generator) -> Iterator[Held]:
    satisfied = case.drawn(samples, rng)
    sums = np.stack([satisfied.sum(axis=1), (satisfied**2).sum(axis=1)], axis=1)
    provinces = sums.reshape(-1, PROVINCE, 2).tolist()
    usual = np.repeat([_usual([(case, *pair) for pair in each]) for each in provinces], PROVINCE)
    distinct, times = np.unique(np.column_stack([sums, usual]), axis=0, return_counts=True)
    for kind in KINDS:
        ends = np.array([_interval((case, int(y), int(yy)), kind, u) for y, yy, u in distinct.tolist()])
        above, below = ends[:, 0] > case.share, ends[:, 1] < case.share
        measured = np.stack([~(above | below), above, ends[:, 1] - ends[:, 0]])
        yield Held(case, kind, *np.average(measured, axis=1, weights=times).tolist())


#: a case, the satisfied people of a sample, and the sum of squares over its units
Drawn = tuple[Case, int, int]


def _estimate(drawn: Drawn, **how: Any) -> Estimate:
    case, y, squares = drawn
    n, m = case.n, case.people
    moments = Moments(case.units, n, n, n, n, y, y, y, n * m, m * y, squares, m * y, squares)
    return share([Stratum(moments, case.units)], **how)


def _usual(province: list[Drawn]) -> float:
    """The median design effect of the agencies with enough people; 1 where none has one."""
    known = {drawn: _estimate(drawn) for drawn in set(province) if drawn[0].n >= ENOUGH}
    deffs = [known[drawn].deff for drawn in province if drawn in known]
    told = [deff for deff in deffs if deff is not None]
    return float(np.median(told)) if told else 1.0


def _interval(drawn: Drawn, kind: Any, usual: float) -> Bounds:
    """The published interval of a sample."""
    case, y, _ = drawn
    if kind == NAIVE:
        return counts_interval(y, case.n) or (0.0, 1.0)
    estimate = _estimate(drawn, interval=kind, median_deff=usual)
    assert estimate.low is not None and estimate.high is not None
    return estimate.low, estimate.high


def _default(found: list[Held], samples: int) -> Table:
    known = {(held.case, held.kind): held.coverage for held in found}
    error = 100 * (0.95 * 0.05 / samples) ** 0.5
    shapes = dict.fromkeys((held.case.units, held.case.people) for held in found)
    rows = tuple(
        (
            str(units * people),
            f"{units} × {people}",
            f"{icc:.2f}",
            *(percent(known[Case(units, people, p, icc), "wilson-usual"]) for p in SHARES),
            *(percent(known[Case(units, people, p, icc), "wilson"]) for p in SHARES[3:]),
            *(percent(known[Case(units, people, p, icc), NAIVE]) for p in SHARES[3:]),
        )
        for units, people in shapes
        for icc in LIKENESS
    )
    return Table(
        "The interval of a share that pages show (`wilson-usual`): how often it holds the truth, %",
        ("n", "units × people", "icc", *(f"p = {p}" for p in SHARES),
         *(f"`wilson`, p = {p}" for p in SHARES[3:]), *(f"units ignored, p = {p}" for p in SHARES[3:])),
        rows,
        (
            f"{samples} samples each, nominal 95 %; simulated itself with a standard error of {error:.1f} points",
            "units differ as a beta distribution with this intraclass correlation",
            "the usual design effect is the median over the 75 samples of a province, each with its own estimate",
            "few people have few outcomes: whether one of them is held can move a figure by many points",
        ),
    )  # fmt: skip


def _kinds(found: list[Held], samples: int) -> Table:
    return Table(
        "Every kind of interval, over all samples of 30 people and more",
        (
            "kind",
            "mean coverage, %",
            "lowest, %",
            "where",
            "cells below 93 %",
            "above the truth at most, %",
            "mean width, points",
        ),
        tuple(_kind(kind, [held for held in found if held.kind == kind]) for kind in KINDS),
        (
            f"{samples} samples in each cell of units, icc and share; width says what the coverage costs",
            "an interval above the truth calls a target met that is not: nominal 2.5 %",
            "where nothing varies, `beta` and `beta_trunc` are Clopper-Pearson's, all others Wilson's",
        ),
    )


def _kind(kind: str, found: list[Held]) -> tuple[str, ...]:
    cells = [held for held in found if held.case.n >= 30]
    worst = min(cells, key=lambda held: held.coverage)
    case = worst.case
    return (
        kind,
        percent(sum(held.coverage for held in cells) / len(cells)),
        percent(worst.coverage),
        f"n = {case.n} in {case.units}, icc {case.icc}, p = {case.share}",
        f"{sum(held.coverage < 0.93 for held in cells)} of {len(cells)}",
        percent(max(held.above for held in cells)),
        f"{100 * sum(held.width for held in cells) / len(cells):.1f}",
    )


# Provinces whose agencies differ.


def _unlike(provinces: int, rng: np.random.Generator) -> Table:
    """Agencies of other sizes, likeness and shares in each province, under one usual design effect."""
    groups: dict[str, list[tuple[float, ...]]] = {name: [] for name, _ in _GROUPS}
    for _ in range(provinces):
        drawn = [_agency(rng) for _ in range(PROVINCE)]
        usual = _usual(drawn)
        for one in drawn:
            row = tuple(number for kind in _BESIDE for number in _told(one, _interval(one, kind, usual)))
            for name, meant in _GROUPS:
                if one[0].n >= ENOUGH and meant(one[0]):
                    groups[name].append(row)
    rows = tuple((name, whole(len(found)), *_means(found)) for name, found in groups.items() if found)
    columns = [column for kind in _BESIDE for column in (f"`{kind}`, %", "above, %", "width, points")]
    return Table(
        "Agencies that differ from each other, 30 people and more: how often intervals hold the truth",
        ("agencies", "number", *columns),
        rows,
        (
            f"{provinces} provinces of {PROVINCE} agencies; units, people in each and icc drawn from {UNLIKE}",
            "shares from a beta distribution with mean 0.95; above: intervals that lie above the truth",
            "an agency that is far less usual than its question is helped least: see docs/method.md",
        ),
    )


_BESIDE = ("wilson-usual", "wilson")
_GROUPS: tuple[tuple[str, Callable[[Case], bool]], ...] = (
    ("all", lambda case: True),
    ("up to 30 units, p ≥ 0.95", lambda case: case.units <= 30 and case.share >= 0.95),
    ("the same, icc 0.1", lambda case: case.units <= 30 and case.share >= 0.95 and case.icc == 0.1),
    ("120 units and more", lambda case: case.units >= 120),
    ("the same, icc 0", lambda case: case.units >= 120 and case.icc == 0),
)


def _agency(rng: np.random.Generator) -> Drawn:
    units, people, icc = (rng.choice(each) for each in UNLIKE)
    case = Case(int(units), int(people), float(np.clip(rng.beta(38, 2), 0.5, 0.995)), float(icc))
    satisfied = case.drawn(1, rng)
    return case, int(satisfied.sum()), int((satisfied**2).sum())


def _told(drawn: Drawn, ends: Bounds) -> tuple[float, float, float]:
    """Whether the interval holds the truth, whether it lies above, and its width."""
    truth, (low, high) = drawn[0].share, ends
    return float(low <= truth <= high), float(low > truth), high - low


def _means(rows: list[tuple[float, ...]]) -> Iterator[str]:
    return (percent(mean) for mean in np.mean(rows, axis=0).tolist())


# Ranks.


def _ranks(samples: int, draws: int, rng: np.random.Generator) -> Table:
    rows = []
    for apart in APART:
        truth = np.sort(rng.normal(0, apart * AGENCIES / 4, AGENCIES))[::-1]
        se = rng.uniform(0.5, 1.5, AGENCIES)
        values = truth + se * rng.standard_normal((samples, AGENCIES))
        rows += [(f"{apart}", *row) for row in _ways(values, se**2, draws, rng)]
    return Table(
        f"Sets of ranks of {AGENCIES} agencies: how often they hold the true rank, %",
        ("apart, standard errors", "sets", "each agency's", "all together", "mean number of ranks"),
        tuple(rows),
        (
            f"{samples} samples, nominal 95 %; {draws} draws in each bootstrap",
            "marginal sets promise to hold each agency's rank, simultaneous ones all ranks together",
            "simulated ranks: 2.5–97.5 % of the ranks of values drawn around the estimates; not published",
        ),
    )


def _ways(
    values: Array, variances: Array, draws: int, rng: np.random.Generator
) -> Iterator[tuple[str, str, str, str]]:
    def percentiles(x: Array) -> tuple[Array, Array]:
        again = x + np.sqrt(variances) * rng.standard_normal((draws, len(x)))
        ranks = 1 + np.argsort(np.argsort(-again, axis=1), axis=1)
        low, high = np.quantile(ranks, (0.025, 0.975), axis=0)
        return np.floor(low), np.ceil(high)

    def sets(found: RankSets) -> tuple[Array, Array]:
        return np.array(found.best), np.array(found.worst)

    ways: dict[str, tuple[Callable[[Array], tuple[Array, Array]], int]] = {
        "Holm, marginal": (lambda x: sets(rank_sets(x, variances)), 1),
        "Holm, simultaneous": (lambda x: sets(rank_sets(x, variances, scope="simultaneous")), 1),
        "bootstrap, marginal": (lambda x: sets(bootstrap_rank_sets(x, variances, rng, draws=draws)), 10),
        "simulated ranks": (percentiles, 1),
    }
    truth = np.arange(1, values.shape[1] + 1)
    for name, (way, every) in ways.items():
        best, worst = np.array([way(x) for x in values[::every]]).swapaxes(0, 1)
        holds = (best <= truth) & (truth <= worst)
        together = percent(float(holds.all(axis=1).mean()))
        yield name, percent(float(holds.mean())), together, f"{(worst - best + 1).mean():.1f}"


def percent(part: float) -> str:
    return f"{100 * part:.1f}"
