"""How much of the variance of overall satisfaction each driver accounts for, however they overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import mean

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import column, positive_weights

Matrix = NDArray[np.float64]

#: up to how many drivers LMG is computed: it takes a regression for every subset of them
LMG_LIMIT = 10

#: an eigenvalue of a correlation matrix, or a part of a variance, below this is rounding
_ROUNDING = 1e-10

#: a variance of steps below this is rounding of their products, not variation
_VARIATION = 1e-12


@dataclass(frozen=True, slots=True)
class Importance:
    """Shares of R squared. Per driver in the order of `drivers`.

    r2: the part of the outcome's variance that the drivers explain together · johnson: relative
    weights, sum r2 · lmg: R squared that the driver adds, averaged over all orders, sum r2; empty above
    ten drivers · correlations: with the outcome · vif: variance inflation, None where a driver follows
    from others · n: complete cases · drivers: columns used · dropped: columns without variance
    reason: "no-answers", "too-few-answers" (not more people than coefficients), "no-variance" (of the
    outcome), "no-drivers" (none varies).
    """

    r2: float | None = None
    johnson: tuple[float, ...] = ()
    lmg: tuple[float, ...] = ()
    correlations: tuple[float, ...] = ()
    vif: tuple[float | None, ...] = ()
    n: int = 0
    drivers: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    reason: str | None = None


class Quadrant(StrEnum):
    """Where a driver stands in the plane of importance and performance."""

    FIX_FIRST = "fix-first"  # important, and worse than the others
    KEEP_UP = "keep-up"  # important, and better
    LATER = "later"  # neither important nor good
    ENOUGH = "enough"  # good, and not important


def importance(outcome: ArrayLike, drivers: ArrayLike, weights: ArrayLike | None = None) -> Importance:
    """Johnson's relative weights, LMG and variance inflation of the drivers (N, k) of an outcome (N,).

    People with every answer count; NaN is missing. Where drivers overlap wholly, they share their part.
    Raises WeightNotPositive with the row, ValueError for arrays of other shapes.
    Source: Johnson 2000; Lindeman, Merenda & Gold 1980; Gromping 2007.
    """
    x = np.asarray(drivers, dtype=float)
    if x.ndim != 2:
        raise ValueError("rows of people and columns of drivers are needed")
    y = column(outcome, len(x), float, name="outcome")
    w = positive_weights(weights, len(x))
    complete = np.isfinite(y) & np.isfinite(x).all(axis=1)
    n = int(complete.sum())
    if n <= x.shape[1] + 1:
        return Importance(n=n, reason="too-few-answers" if n else "no-answers")
    together = _standardised(np.column_stack([y, x])[complete], w[complete])
    return _of_correlations(together.T @ together, (together != 0).any(axis=0), n)


def importance_of_covariance(covariance: ArrayLike, n: int) -> Importance:
    """The same from a covariance matrix (k + 1, k + 1) of the outcome, first, and the drivers, of n people.

    What was kept of the answers is enough: `survey.counts.BlockSums.covariance` of the block "persons".
    Raises ValueError for an array that is no matrix.
    """
    matrix = np.asarray(covariance, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"{matrix.shape} is no covariance matrix")
    if n <= len(matrix):
        return Importance(n=n, reason="too-few-answers" if n else "no-answers")
    variances = np.diag(matrix)
    varies = variances > _VARIATION
    sd = np.where(varies, np.sqrt(np.where(varies, variances, 1.0)), np.inf)
    return _of_correlations(matrix / np.outer(sd, sd), varies, n)


def _of_correlations(correlations: Matrix, varies: NDArray[np.bool_], n: int) -> Importance:
    """Importance from the correlations of the outcome, first, and the drivers; and which of them vary."""
    kept, dropped = (tuple(np.flatnonzero(which).tolist()) for which in (varies[1:], ~varies[1:]))
    empty = Importance(n=n, drivers=kept, dropped=dropped)
    if not varies[0] or not kept:
        return replace(empty, reason="no-drivers" if varies[0] else "no-variance")
    places = [driver + 1 for driver in kept]
    between, outer = correlations[np.ix_(places, places)], correlations[places, 0]
    return replace(
        empty,
        r2=_explained(between, outer),
        johnson=tuple(_johnson(between, outer).tolist()),
        lmg=tuple(_lmg(between, outer).tolist()) if len(kept) <= LMG_LIMIT else (),
        correlations=tuple(outer.tolist()),
        vif=tuple(_inflation(between, driver) for driver in range(len(kept))),
    )


def _standardised(x: Matrix, w: Matrix) -> Matrix:
    """Columns times sqrt(w), centred, of length 1; of zeros where a column does not vary."""
    from_first = x - x[0]
    centred = (from_first - w @ from_first / w.sum()) * np.sqrt(w)[:, None]
    length = np.sqrt(np.sum(centred**2, axis=0))
    return np.where(length > 0, centred / np.where(length > 0, length, 1.0), 0.0)


def _johnson(between: Matrix, outer: Matrix) -> Matrix:
    """L^2 (L^-1 r)^2 with L the symmetric root of the correlations R; of their range where R is singular."""
    values, vectors = np.linalg.eigh(between)
    inside = values > _ROUNDING
    roots = np.where(inside, np.sqrt(np.where(inside, values, 0.0)), 0.0)
    inverse = np.where(inside, 1 / np.where(inside, roots, 1.0), 0.0)
    root = (vectors * roots) @ vectors.T
    slopes = (vectors * inverse) @ vectors.T @ outer
    weights: Matrix = root**2 @ slopes**2
    return weights


def _explained(between: Matrix, outer: Matrix) -> float:
    """R squared of the outcome on drivers, from their correlations."""
    if not len(outer):
        return 0.0
    slopes = np.linalg.lstsq(between, outer, rcond=_ROUNDING)[0]
    return float(outer @ slopes)


def _lmg(between: Matrix, outer: Matrix) -> Matrix:
    """What each driver adds to R squared, over all orders of entry: by subsets, weighted by their orders."""
    k = len(outer)
    members = [[driver for driver in range(k) if subset >> driver & 1] for subset in range(2**k)]
    explained = [_explained(between[np.ix_(inside, inside)], outer[inside]) for inside in members]
    orders = [math.factorial(size) * math.factorial(k - size - 1) for size in range(k)]
    shares = np.zeros(k)
    for subset, inside in enumerate(members):
        for driver in range(k):
            if not subset >> driver & 1:
                gain = explained[subset | 1 << driver] - explained[subset]
                shares[driver] += orders[len(inside)] * gain
    return shares / math.factorial(k)


def _inflation(between: Matrix, driver: int) -> float | None:
    """1 / (1 - R squared of a driver on the others)."""
    others = [other for other in range(len(between)) if other != driver]
    own = 1 - _explained(between[np.ix_(others, others)], between[others, driver])
    return 1 / own if own > _ROUNDING else None


def quadrants(
    shares: Sequence[float | None],
    performance: Sequence[float | None],
    *,
    cut: tuple[float, float] | None = None,
) -> tuple[Quadrant | None, ...]:
    """The quadrant of each driver; None where its importance or performance is not known.

    shares: importance, as `Importance.johnson` · performance: on any scale, more is better · cut: where
    important and good begin; without it the means of the drivers that have both. Source: Martilla & James 1977.
    """
    if len(shares) != len(performance):
        raise ValueError(f"{len(performance)} performances of {len(shares)} drivers")
    pairs = [
        None if share is None or level is None else (share, level)
        for share, level in zip(shares, performance, strict=True)
    ]
    known = [pair for pair in pairs if pair is not None]
    if not known:
        return (None,) * len(pairs)
    important, good = cut or (mean(share for share, _ in known), mean(level for _, level in known))
    return tuple(
        None if pair is None else _QUADRANTS[pair[0] >= important, pair[1] >= good] for pair in pairs
    )


#: important, good -> quadrant
_QUADRANTS = {
    (True, False): Quadrant.FIX_FIRST,
    (True, True): Quadrant.KEEP_UP,
    (False, False): Quadrant.LATER,
    (False, True): Quadrant.ENOUGH,
}
