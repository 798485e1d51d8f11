"""The jackknife: the error of anything that can be computed again without one sampling unit.

    again = jackknife(design_weights, Sample(strata=district, psu=village))
    replicated(lambda rows, w: weighted_median(values[rows], w), again)     # -> stats.Estimate

For shares, means and totals the linearised variance is exact enough and much cheaper.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import populations_of, positive_weights, units_of
from survey.intervals import t_quantile
from survey.stats import Estimate
from survey.weighting.sample import Sample

Column = NDArray[Any]
Columns = NDArray[np.float64]

#: takes rows and their weights; None where nothing can be computed from them
Estimator = Callable[[Column, Columns], float | None]

#: replicates that differ by less than this part of the value differ by rounding
_ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """Weights of the sample, and again with one sampling unit after the other left out.

    full: shape (rows,) · weights: shape (replicates, rows), 0 for the rows left out · scale: shape
    (replicates,), of each squared deviation in the variance · psus, df: PSUs, and PSUs - strata
    lonely: a stratum has a single PSU, whose spread no replicate shows: there is no variance
    """

    full: Columns
    weights: Columns
    scale: Columns
    psus: int
    df: int
    lonely: bool


def jackknife(weights: ArrayLike, sample: Sample) -> Replicates:
    """Replicate weights JKn, which without strata are JK1.

    Without unit c of stratum h, the others of h weigh n_h / (n_h - 1) as much; the scale is
    (1 - n_h / N_h) (n_h - 1) / n_h. A stratum taken whole needs no replicates. Memory: 8 bytes times
    PSUs times rows. Raises as `stats.of_arrays`. Source: Wolter 2007, chapter 4.
    """
    size = np.size(weights)
    full = positive_weights(weights, size)
    in_stratum, in_unit, stratum_of_unit = units_of(sample.strata, sample.psu, size)
    sampled = np.bincount(stratum_of_unit)
    populations = populations_of(sample.population, in_stratum, sampled)
    finite = np.array([1.0 - n / (N or math.inf) for n, N in zip(sampled, populations, strict=True)])
    left_out = np.flatnonzero((sampled > 1)[stratum_of_unit] & (finite > 0)[stratum_of_unit])
    stratum = stratum_of_unit[left_out]
    n = sampled[stratum].astype(float)
    lifted = np.where(in_stratum == stratum[:, None], (n / (n - 1))[:, None], 1.0)
    return Replicates(
        full=full,
        weights=full * np.where(in_unit == left_out[:, None], 0.0, lifted),
        scale=finite[stratum] * (n - 1) / n,
        psus=len(stratum_of_unit),
        df=len(stratum_of_unit) - len(sampled),
        lonely=bool(((sampled == 1) & (finite > 0)).any()),
    )


def replicated(estimator: Estimator, replicates: Replicates, *, level: float = 0.95) -> Estimate:
    """What the estimator says of the sample, with the spread of what it says of the replicates.

    V = sum of scale (theta_r - mean of theta)^2, and a t interval. The estimator sees only the rows
    of a replicate, so it may weight them anew. No error ("one-psu") with a single PSU in a stratum
    or where a replicate has no value, ("no-variance") where all replicates say the same.
    """
    size = len(replicates.full)
    value = estimator(np.arange(size), replicates.full) if size else None
    told = Estimate(value, level=level, method="jackknife@1")
    if value is None:
        return replace(told, reason="no-answers")
    told = replace(told, n=size, answers=size, psus=replicates.psus, df=replicates.df)
    told = replace(told, weight_total=float(replicates.full.sum()))
    again = [estimator(rows, w[rows]) for w in replicates.weights for rows in [np.flatnonzero(w)]]
    found = np.array([theta for theta in again if theta is not None])
    if replicates.lonely or replicates.df < 1 or len(found) < len(again):
        return replace(told, reason="one-answer" if size == 1 else "one-psu")
    if not len(found) or np.ptp(found) <= _ROUNDING * abs(value):
        return replace(told, reason="no-variance")
    se = math.sqrt(replicates.scale @ (found - found.mean()) ** 2)
    half = t_quantile(level, replicates.df) * se
    return replace(told, se=se, low=value - half, high=value + half)
