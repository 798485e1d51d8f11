"""Which ranks the data allow each agency, and who stands apart from the mean of the others.

    sets = rank_sets([82.1, 79.4, 66.0], [1.2, 2.5, 9.0])     # values, and variances or a matrix
    sets.rank, sets.best, sets.worst                          # (1, 2, 3), (1, 1, 3), (2, 2, 3)
    bands([82.1, 79.4, 66.0], [1.2, 2.5, 9.0])[2].band        # Band.BELOW

A higher value is better: give costs and waiting times with a minus. A position without its set is
never published: agencies that are close change places by chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from survey.comparison import adjusted
from survey.disclosure import FEW
from survey.stats import Estimate

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Scope = Literal["marginal", "simultaneous"]
Correction = Literal["holm", "bonferroni"]

#: a difference below this part of the values, or its variance of the two variances, is rounding
_ROUNDING = 1e-13

#: a z that no test rejects
_NEVER = -math.inf


@dataclass(frozen=True, slots=True)
class RankSets:
    """The ranks that are compatible with the data, one entry per agency; rank 1 is the highest value.

    rank: by value alone, equal values share the best place (1, 2, 2, 4) · best, worst: ends of the set
    scope: "marginal": each agency's own set holds its rank with probability `level`;
    "simultaneous": all sets together do · method: how the many tests were corrected
    seed, draws: of the bootstrap, so that anybody can repeat it; None for the others
    """

    rank: tuple[int, ...]
    best: tuple[int, ...]
    worst: tuple[int, ...]
    level: float
    scope: Scope
    method: str
    seed: int | None = None
    draws: int | None = None


@dataclass(frozen=True, slots=True)
class OverlapIntervals:
    """Intervals of which two that do not overlap differ, on average over all pairs, at `level`.

    z: half their width in standard errors · best, worst: the ranks that follow from overlaps
    """

    z: float
    low: tuple[float, ...]
    high: tuple[float, ...]
    best: tuple[int, ...]
    worst: tuple[int, ...]
    level: float


class Band(StrEnum):
    """Where an agency stands against the mean of the others."""

    ABOVE = "above"
    SIMILAR = "not-different"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Standing:
    """An agency against the mean of the others.

    difference: its value minus theirs · p: two-sided, as it is · q: adjusted for all agencies
    reason: why there is no test: "no-others", "no-variance", "one-psu" (no degrees of freedom)
    """

    band: Band
    difference: float | None = None
    se: float | None = None
    p: float | None = None
    q: float | None = None
    reason: str | None = None


def rankable(estimate: Estimate) -> bool:
    """Whether an estimate may enter a ranking: 30 people, 30 effective people, an error of its own."""
    enough = estimate.n_eff is not None and estimate.n_eff >= FEW
    return enough and estimate.n >= FEW and estimate.se is not None


# Sets of ranks.


def rank_sets(
    values: ArrayLike,
    covariance: ArrayLike,
    *,
    level: float = 0.95,
    scope: Scope = "marginal",
    correction: Correction = "holm",
) -> RankSets:
    """The set of ranks of each agency, from one-sided z tests of all pairs.

    values: (n,) · covariance: (n, n), or (n,) variances of independent values
    An agency's best rank is 1 + the agencies that are shown to be better, its worst n - those shown
    to be worse. "marginal" corrects for the 2 (n - 1) tests of one agency, "simultaneous" for all
    n (n - 1). Two agencies whose difference has no variance are not told apart if they are equal;
    raises ValueError if they are not, or for shapes that do not fit.
    Source: Mogstad, Romano, Shaikh & Wilhelm 2024; Holm 1979; Bonferroni for `correction`.
    """
    x, z, _ = _pairwise(values, covariance)
    p = scipy.special.ndtr(-z)
    if scope == "marginal" and correction == "holm":
        better, worse = _holm_of_each(p, 1 - level)
        return _found_sets(x, better, worse, level, scope, correction)
    cut = _holm if correction == "holm" else _bonferroni
    rejected = _tested(lambda tests: cut(p, tests, 1 - level), len(x), scope)
    return _sets(x, rejected, level, scope, correction)


def bootstrap_rank_sets(
    values: ArrayLike,
    covariance: ArrayLike,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    scope: Scope = "marginal",
    stepdown: bool = True,
    draws: int = 10_000,
) -> RankSets:
    """The same from the distribution of the largest z, simulated with the covariance: 2-6 % narrower.

    rng: a fresh generator, `numpy.random.default_rng(seed)`: its seed is kept in the result.
    stepdown: test again without what is already rejected, until nothing more is.
    Source: Mogstad, Romano, Shaikh & Wilhelm 2024, algorithms 1 and 2; errors as in `rank_sets`.
    """
    x, z, se = _pairwise(values, covariance)
    normal = _draws(_given(values, covariance)[1], draws, rng)

    def cut(tests: Flags) -> Flags:
        return _stepped(z, tests, lambda open_: _largest_quantile(normal, se, open_, level), stepdown)

    rejected = _tested(cut, len(x), scope)
    method = "bootstrap-stepdown" if stepdown else "bootstrap"
    return _sets(x, rejected, level, scope, method, seed=_seed(rng), draws=draws)


def tau_best(sets: RankSets, tau: int) -> tuple[bool, ...]:
    """Whether each agency may be among the `tau` best; of all that are, none is missing at `level`.

    Raises ValueError for marginal sets, which do not hold together.
    """
    return tuple(best <= tau for best in _together(sets).best)


def tau_worst(sets: RankSets, tau: int) -> tuple[bool, ...]:
    """Whether each agency may be among the `tau` worst; errors as in `tau_best`."""
    return tuple(worst > len(sets.rank) - tau for worst in _together(sets).worst)


def overlap_intervals(values: ArrayLike, covariance: ArrayLike, *, level: float = 0.95) -> OverlapIntervals:
    """Intervals to be compared by eye: x -+ z se, z the mean over pairs of z0 se(x_j - x_k) / (se_j + se_k).

    Ordinary intervals overlap too often to show differences: with equal errors z is 1.39 and not 1.96.
    Right on average over pairs and not for each: for a drawing, not for a claim. Raises ValueError
    for fewer than two agencies, or a standard error of 0.
    Source: Goldstein & Healy 1995; Goldstein & Spiegelhalter 1996.
    """
    x, _, pair_se = _pairwise(values, covariance)
    se = np.sqrt(np.diag(_given(values, covariance)[1]))
    if len(x) < 2 or not (se > 0).all():
        raise ValueError("two values with errors are needed")
    one, other = np.triu_indices(len(x), 1)
    z = float(scipy.special.ndtri((1 + level) / 2) * np.mean(pair_se[one, other] / (se[one] + se[other])))
    low, high = x - z * se, x + z * se
    best = 1 + (low[None, :] > high[:, None]).sum(axis=1)
    worst = len(x) - (high[None, :] < low[:, None]).sum(axis=1)
    return OverlapIntervals(z, _floats(low), _floats(high), _ints(best), _ints(worst), level)


def _pairwise(values: ArrayLike, covariance: ArrayLike) -> tuple[Array, Array, Array]:
    """Values (n,), z (n, n) of each row above each column, standard errors of the differences (n, n).

    z is -inf, and the test never rejects, where a difference is 0 without variance, as on the diagonal.
    """
    x, v = _given(values, covariance)
    both = np.diag(v)[:, None] + np.diag(v)[None, :]
    variance = both - v - v.T
    known = variance > _ROUNDING * both
    difference = x[:, None] - x[None, :]
    apart = ~known & (np.abs(difference) > _ROUNDING * np.abs(x).max(initial=0.0))
    if apart.any():
        j, k = (int(place[0]) for place in np.nonzero(apart))
        raise ValueError(f"values {j} and {k} differ, and their difference has no variance")
    se = np.sqrt(np.where(known, variance, 0.0))
    return x, np.where(known, difference / np.where(known, se, 1.0), _NEVER), se


def _given(values: ArrayLike, covariance: ArrayLike) -> tuple[Array, Array]:
    """Values (n,) and their covariance (n, n), checked."""
    x, v = np.asarray(values, dtype=float), np.asarray(covariance, dtype=float)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ValueError("values are numbers, one for each agency")
    v = np.diag(v) if v.ndim == 1 else v
    fits = v.shape == (len(x), len(x)) and bool(np.isfinite(v).all() and (np.diag(v) >= 0).all())
    if not fits or not np.allclose(v, v.T, rtol=1e-8, atol=0.0):
        raise ValueError(f"no covariance matrix of {len(x)} values")
    return x, v


def _tested(cut: Callable[[Flags], Flags], size: int, scope: Scope) -> Iterator[Flags]:
    """For each agency which tests are rejected (n, n); row above column."""
    pairs = ~np.eye(size, dtype=bool)
    if scope == "simultaneous":
        together = cut(pairs)
        yield from (together for _ in range(size))
        return
    for agency in range(size):
        own = np.zeros_like(pairs)
        own[agency] = own[:, agency] = True
        yield cut(own & pairs)


def _holm(p: Array, tests: Flags, alpha: float) -> Flags:
    """Which of the tests are rejected: the smallest p at alpha / m, the next at alpha / (m - 1), ..."""
    chosen = np.flatnonzero(tests)
    order = chosen[np.argsort(p.flat[chosen], kind="stable")]
    passed = p.flat[order] <= alpha / np.arange(len(order), 0, -1)
    rejected = np.zeros(p.size, dtype=bool)
    rejected[order[np.logical_and.accumulate(passed)]] = True
    return rejected.reshape(p.shape)


def _holm_of_each(p: Array, alpha: float) -> tuple[Array, Array]:
    """How many are shown to be better than each agency, and how many worse: (n,) each.

    `_holm` for all agencies at once. Of its own tests, row j holds those above the others and column j
    those below them.
    """
    size = len(p)
    others = ~np.eye(size, dtype=bool)
    own = np.concatenate([one[others].reshape(size, max(0, size - 1)) for one in (p, p.T)], axis=1)
    order = np.argsort(own, axis=1, kind="stable")
    passed = np.take_along_axis(own, order, axis=1) <= alpha / np.arange(own.shape[1], 0, -1)
    rejected = np.zeros(own.shape, dtype=bool)
    np.put_along_axis(rejected, order, np.logical_and.accumulate(passed, axis=1), axis=1)
    worse, better = rejected[:, : size - 1], rejected[:, size - 1 :]
    return better.sum(axis=1), worse.sum(axis=1)


def _bonferroni(p: Array, tests: Flags, alpha: float) -> Flags:
    return tests & (p <= alpha / max(1, int(tests.sum())))


def _sets(
    x: Array, rejected: Iterator[Flags], level: float, scope: Scope, method: str, **of_chance: Any
) -> RankSets:
    """Ranks and sets, from the tests that are rejected for each agency."""
    shown = np.array([(found[:, j].sum(), found[j].sum()) for j, found in enumerate(rejected)]).reshape(-1, 2)
    return _found_sets(x, shown[:, 0], shown[:, 1], level, scope, method, **of_chance)


def _found_sets(
    x: Array, better: Array, worse: Array, level: float, scope: Scope, method: str, **of_chance: Any
) -> RankSets:
    """Ranks and sets, from how many are shown to be better and worse than each agency."""
    rank = _ints(1 + (x[None, :] > x[:, None]).sum(axis=1))
    return RankSets(rank, _ints(1 + better), _ints(len(x) - worse), level, scope, method, **of_chance)


def _together(sets: RankSets) -> RankSets:
    if sets.scope != "simultaneous":
        raise ValueError("sets that hold together are needed: scope='simultaneous'")
    return sets


# Bootstrap.


def _draws(covariance: Array, draws: int, rng: np.random.Generator) -> Array:
    """Normal errors with the covariance of the values: (n, draws)."""
    strength, direction = np.linalg.eigh(covariance)
    root: Array = direction * np.sqrt(np.maximum(strength, 0.0))
    return root @ rng.standard_normal((len(covariance), draws))


def _stepped(z: Array, tests: Flags, critical: Callable[[Flags], float], stepdown: bool) -> Flags:
    """The rejected tests; each further step leaves out of the largest z what is rejected already."""
    rejected = np.zeros_like(tests)
    while (tests & ~rejected).any():
        more = tests & ~rejected & (z > critical(tests & ~rejected))
        rejected |= more
        if not (stepdown and more.any()):
            break
    return rejected


def _largest_quantile(normal: Array, se: Array, tests: Flags, level: float) -> float:
    """The quantile of the largest error of the tested differences, in standard errors."""
    largest = np.full(normal.shape[1], _NEVER)
    for j in np.flatnonzero(tests.any(axis=1)):
        others = np.flatnonzero(tests[j] & (se[j] > 0))
        if others.size:
            errors = (normal[j] - normal[others]) / se[j, others, None]
            np.maximum(largest, errors.max(axis=0), out=largest)
    return float(np.quantile(largest, level)) if largest[0] > _NEVER else math.inf


def _seed(rng: np.random.Generator) -> int | None:
    """The seed of a generator that was made from one number."""
    sequence = rng.bit_generator.seed_seq
    entropy = sequence.entropy if isinstance(sequence, np.random.SeedSequence) else None
    return entropy if isinstance(entropy, int) else None


# Bands.


def bands(
    values: ArrayLike,
    covariance: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    df: ArrayLike = math.inf,
    rate: float = 0.05,
) -> tuple[Standing, ...]:
    """Each agency above, below, or not different from the mean of the others.

    d_j = x_j - sum_{k != j} a_k x_k / sum_{k != j} a_k, with the variance c'Vc of that contrast;
    t tests with `df` (one for all, or (n,)), q of Benjamini & Hochberg, a band where q <= rate.
    weights: a_k, equal by default: the mean of agencies; numbers of people give that of people.
    Raises ValueError for shapes that do not fit, and weights that are negative or all 0.
    Source: the star ratings of the hospital surveys of CAHPS; Benjamini & Hochberg 1995.
    """
    x, v = _given(values, covariance)
    if len(x) < 2:
        return tuple(Standing(Band.SIMILAR, reason="no-others") for _ in x)
    contrasts = _against_others(weights, len(x))
    variance = np.einsum("jk,kl,jl->j", contrasts, v, contrasts)
    parts = np.einsum("jk,k->j", contrasts**2, np.diag(v))
    se = np.sqrt(np.where(variance > _ROUNDING * parts, variance, 0.0))
    freedom = np.broadcast_to(np.asarray(df, dtype=float), x.shape)
    tested = [_tested_standing(*row) for row in np.stack([contrasts @ x, se, freedom], axis=1).tolist()]
    q = adjusted([standing.p for standing in tested])
    return tuple(_banded(standing, value, rate) for standing, value in zip(tested, q, strict=True))


def _against_others(weights: ArrayLike | None, size: int) -> Array:
    """A contrast in each row: the agency 1, the others with minus their part of the others' weight."""
    a = np.ones(size) if weights is None else np.asarray(weights, dtype=float)
    if a.shape != (size,) or not (np.isfinite(a) & (a >= 0)).all():
        raise ValueError(f"no weights of {size} agencies")
    others = np.broadcast_to(a, (size, size)) * (1 - np.eye(size))
    sums = others.sum(axis=1, keepdims=True)
    if not (sums > 0).all():
        raise ValueError("the others of an agency weigh nothing")
    return np.asarray(np.eye(size) - others / sums)


def _tested_standing(difference: float, se: float, df: float) -> Standing:
    if not se > 0 or not df > 0:
        reason = "no-variance" if df > 0 else "one-psu"
        return Standing(Band.SIMILAR, difference, reason=reason)
    return Standing(Band.SIMILAR, difference, se, float(2 * scipy.special.stdtr(df, -abs(difference / se))))


def _banded(standing: Standing, q: float | None, rate: float) -> Standing:
    if q is None or q > rate or not standing.difference:
        return replace(standing, q=q)
    return replace(standing, q=q, band=Band.ABOVE if standing.difference > 0 else Band.BELOW)


def _floats(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _ints(values: ArrayLike) -> tuple[int, ...]:
    return tuple(int(value) for value in np.asarray(values))
