"""Calibration: weights close to the design weights that reproduce known totals of any variables."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import column, positive_weights
from survey.weighting.margins import Weighted, regression_residuals

Columns = NDArray[np.float64]
Kind = Literal["linear", "exp", "logit"]

#: a factor and its derivative, as functions of x'lambda; both are 1 at 0
_Factor = Callable[[Columns], tuple[Columns, Columns]]

#: of the squared condition number: columns that depend on each other are told from near ones
_DEPENDENT = 1e-11


def calibrate(
    auxiliary: ArrayLike,
    totals: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    kind: Kind = "linear",
    bounds: tuple[float, float] = (0.3, 3.0),
    tolerance: float = 1e-12,
    most: int = 100,
) -> Weighted:
    """Weights d F(x'lambda) with sum(w x) = totals, lambda by Newton's method.

    auxiliary: shape (rows, variables), with a column of 1 for the number of people; categories by
    `indicators` · totals: shape (variables,), of the population · weights: design weights d, which
    should add up to about the population.
    kind: "linear" (F = 1 + u; its estimates are the generalised regression estimator; weights may
    fall below 0, which estimates refuse), "exp" (F = e^u: raking) or "logit" (between `bounds`,
    low < 1 < high). tolerance: of the largest difference from a total, as a part of the total of the
    absolute values. Totals that no such weights reach come back with converged=False.
    Raises WeightNotPositive with the row; ValueError for arrays that do not fit each other, for
    numbers that are none and for bounds that do not hold 1 between them; for an unknown
    kind. Source: Deville & Särndal 1992.
    """
    x = np.asarray(auxiliary, dtype=float)
    if x.ndim != 2:
        raise ValueError(f"auxiliary variables of shape {x.shape}, not (rows, variables)")
    before = positive_weights(weights, len(x))
    known = column(totals, x.shape[1], float, name="totals")
    if not (np.isfinite(x).all() and np.isfinite(known).all()):
        raise ValueError("an auxiliary variable or a total is no number")
    if not 0 <= bounds[0] < 1 < bounds[1] < math.inf:
        raise ValueError(f"bounds {bounds} do not hold 1 between them")
    factors: dict[Kind, _Factor] = {
        "linear": _linear,
        "exp": _exponential,
        "logit": partial(_logit, bounds=bounds),
    }
    if kind not in factors:
        raise ValueError(f"no kind of calibration is called {kind!r}")
    scale = np.maximum(np.abs(known), before @ np.abs(x))
    scale = np.where(scale > 0, scale, 1.0)
    fitted, error, rounds = _newton(x / scale, known / scale, before, factors[kind], tolerance, most)
    residuals = partial(regression_residuals, on=x, weights=before)
    return Weighted(fitted, before, residuals, error < tolerance, error, rounds=rounds)


def _newton(
    x: Columns, totals: Columns, before: Columns, factor: _Factor, tolerance: float, most: int
) -> tuple[Columns, float, int]:
    """The weights, the largest difference from a total, and the steps; a step that leads away is halved."""
    multipliers, rounds = np.zeros(len(totals)), 0
    factors, slopes = factor(x @ multipliers)
    gap = totals - (before * factors) @ x
    while np.abs(gap).max() >= tolerance and rounds < most:
        rounds += 1
        slope = x.T @ ((before * slopes)[:, None] * x)
        step = np.linalg.lstsq(slope, gap, rcond=_DEPENDENT)[0]
        for _ in range(40):
            factors_there, slopes_there = factor(x @ (multipliers + step))
            gap_there = totals - (before * factors_there) @ x
            if np.linalg.norm(gap_there) < np.linalg.norm(gap):
                break
            step = step / 2
        else:
            break
        multipliers, factors, slopes, gap = multipliers + step, factors_there, slopes_there, gap_there
    return before * factors, float(np.abs(gap).max()), rounds


def _linear(u: Columns) -> tuple[Columns, Columns]:
    return 1 + u, np.ones(len(u))


def _exponential(u: Columns) -> tuple[Columns, Columns]:
    """A step too far gives a factor too large to be nearer, not an overflow."""
    factors = np.exp(np.minimum(u, 300.0))
    return factors, factors


def _logit(u: Columns, *, bounds: tuple[float, float]) -> tuple[Columns, Columns]:
    low, high = bounds
    width = high - low
    pace = width / ((1 - low) * (high - 1))
    part = scipy.special.expit(pace * u + math.log((1 - low) / (high - 1)))
    return low + width * part, width * pace * part * (1 - part)
