"""Weighted linear regression with the errors that the sampling design gives its coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import column, positive_weights
from survey.intervals import t_quantile
from survey.stats import linearised_variance, of_arrays

Matrix = NDArray[np.float64]
Rows = NDArray[np.bool_]


class Sample(TypedDict, total=False):
    """How the people were drawn, a value each, as in `survey.stats.of_arrays`.

    people: where people were drawn from their PSU, how many it has in the population (second stage).
    """

    weights: ArrayLike | None
    strata: ArrayLike | None
    psu: ArrayLike | None
    population: ArrayLike | None
    people: ArrayLike | None


@dataclass(frozen=True, slots=True)
class Regression:
    """Coefficients, the intercept first, each with its design standard error and t interval.

    errors, low, high: None per coefficient where the design tells no error (an exact fit, no degrees of
    freedom) · df: PSUs - strata + 1 - coefficients, over people with every answer · r2: weighted
    reason: "no-answers", "too-few-answers" (not more people than coefficients), "collinear", "one-psu"
    (no degrees of freedom).
    """

    coefficients: tuple[float, ...] = ()
    errors: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    df: int = 0
    n: int = 0
    r2: float | None = None
    level: float = 0.95
    reason: str | None = None


def regression(
    outcome: ArrayLike, drivers: ArrayLike, *, level: float = 0.95, **sample: Unpack[Sample]
) -> Regression:
    """The weighted least-squares regression of an outcome (N,) on drivers (N, k) and an intercept.

    The variance of a coefficient is the design variance of the total of its influences
    w e x (X'WX)^-1, over PSUs in strata; people with a missing answer stay in the sample as zeros.
    Raises what `survey.stats.of_arrays` raises. Source: Binder 1983; Fuller 1975.
    """
    x = np.asarray(drivers, dtype=float)
    x = np.column_stack([np.ones(len(x)), x])
    y, w = column(outcome, len(x), float, name="outcome"), positive_weights(sample.get("weights"), len(x))
    told = np.isfinite(y) & np.isfinite(x).all(axis=1)
    n, size = int(told.sum()), x.shape[1]
    if n <= size:
        return Regression(n=n, level=level, reason="too-few-answers" if n else "no-answers")
    weighted = x[told] * np.sqrt(w[told])[:, None]
    if np.linalg.matrix_rank(weighted) < size:
        return Regression(n=n, level=level, reason="collinear")
    beta = np.linalg.lstsq(weighted, y[told] * np.sqrt(w[told]), rcond=None)[0]
    residuals = y[told] - x[told] @ beta
    influences = residuals[:, None] * (x[told] @ np.linalg.inv(weighted.T @ weighted))
    variances, df = total_variances(influences, told, **sample)
    spread = w[told] @ (y[told] - np.average(y[told], weights=w[told])) ** 2
    fitted = Regression(
        coefficients=tuple(beta.tolist()),
        df=df + 1 - size,
        n=n,
        r2=1 - float(w[told] @ residuals**2) / float(spread) if spread > 0 else None,
        level=level,
    )
    return _with_errors(fitted, variances)


def _with_errors(fitted: Regression, variances: list[float]) -> Regression:
    if fitted.df <= 0:
        nothing = (None,) * len(variances)
        return replace(fitted, errors=nothing, low=nothing, high=nothing, reason="one-psu")
    errors = tuple(math.sqrt(variance) if variance > 0 else None for variance in variances)
    t = t_quantile(fitted.level, fitted.df)
    low, high = (
        tuple(
            None if error is None else value + side * t * error
            for value, error in zip(fitted.coefficients, errors, strict=True)
        )
        for side in (-1, 1)
    )
    return replace(fitted, errors=errors, low=low, high=high)


def total_variances(values: Matrix, told: Rows, **sample: Unpack[Sample]) -> tuple[list[float], int]:
    """The design variance of the weighted total of each column of values; and PSUs - strata.

    values: (rows of told, columns), each column's weighted total being 0 · told: (N,), who they are of
    """
    variances = []
    for influence in values.T:
        everyone = np.full(len(told), np.nan)
        everyone[told] = influence
        strata = of_arrays(everyone, **sample)
        weight = sum(stratum.moments.w for stratum in strata)
        variances.append(linearised_variance(strata, 0.0, of="s") * weight**2)
    return variances, freedom(told, **sample)


def freedom(told: Rows, **sample: Unpack[Sample]) -> int:
    """PSUs - strata, of those that hold any of the people `told` (N,)."""
    strata = of_arrays(np.where(told, 0.0, np.nan), **sample)
    return sum(stratum.moments.psus - (stratum.moments.psus > 0) for stratum in strata)
