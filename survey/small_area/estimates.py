"""The Fay-Herriot model: direct estimates of areas, each drawn towards what the others let expect."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import column
from survey.intervals import Bounds, t_quantile, within
from survey.small_area.area import AreaEstimate

Columns = NDArray[np.float64]
Fitting = Literal["REML", "ML", "FH"]

#: how finely the range of the variance between areas is searched for several roots of a score
_GRID = 64


@dataclass(frozen=True, slots=True)
class FayHerriot:
    """A fitted model: direct = x b + area + error, area ~ (0, between), error ~ (0, variance).

    between: the variance between areas that the covariates leave, A · coefficients: intercept first
    errors: their standard errors · pooled: A = 0, every value is synthetic and none has an interval
    factor: what benchmarking multiplied the values with
    reason: why there is no model: "too-few-areas", "no-variance".
    """

    areas: tuple[AreaEstimate, ...] = ()
    between: float | None = None
    coefficients: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()
    pooled: bool = False
    factor: float = 1.0
    level: float = 0.95
    reason: str | None = None
    method: str = ""


def smoothed_variances(variances: ArrayLike, sizes: ArrayLike) -> Columns:
    """Sampling variances c / n, with c the mean of n v over the areas that tell it, weighted with n - 1.

    variances: v of each area, None or NaN where it has none; 0 counts · sizes: people n, >= 0
    Shape (areas,); NaN where n = 0, and 0 everywhere where nothing varies. An area's own variance is
    as uncertain as its estimate, and small where the estimate is extreme: weighting by it draws
    towards the areas that are certain by chance. Source: Rao & Molina 2015, 6.4.
    """
    n = np.asarray(sizes, dtype=float)
    v = column(variances, len(n), float, name="variances")
    if not (n >= 0).all():
        raise ValueError(f"sizes: row {np.flatnonzero(~(n >= 0))[0]} is below 0 or no number")
    told = np.isfinite(v) & (n > 1)
    freedom = n[told] - 1
    unit = float(np.sum(freedom * n[told] * v[told]) / np.sum(freedom)) if told.any() else 0.0
    smooth = np.full(len(n), np.nan)
    smooth[n > 0] = unit / n[n > 0]
    return smooth


def fay_herriot(
    direct: ArrayLike,
    variances: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    fitting: Fitting = "REML",
    level: float = 0.95,
    bounds: Bounds | None = None,
) -> FayHerriot:
    """Empirical best linear unbiased predictors of area means, with their mean squared errors.

    direct, variances: shape (areas,); None or NaN in `direct` for an area without answers
    covariates: shape (areas, p) or (areas,), known of every area; the intercept is always added
    fitting: A is the root >= 0 of the score of the restricted ("REML") or plain ("ML") likelihood,
    or of the moment equation sum (y - x b)^2 / (A + v) = m - p ("FH") · bounds: ends of the scale
    The mean squared error is g1 + g2 + 2 g3, less the bias of A for "ML" and "FH"; of an area without
    answers it is A + g2. Raises ValueError for a variance that is not positive, covariates that are
    missing or collinear. Source: Fay & Herriot 1979; Prasad & Rao 1990; Datta & Lahiri 2000; Datta,
    Rao & Smith 2005.
    """
    y = np.asarray(direct, dtype=float)
    v, x = column(variances, len(y), float, name="variances"), _design(covariates, len(y))
    told = np.isfinite(y)
    method = f"fay-herriot-{fitting.lower()}@1"
    if told.sum() <= x.shape[1] + 1:
        return FayHerriot(level=level, reason="too-few-areas", method=method)
    if not (np.nan_to_num(v[told]) > 0).any():
        return FayHerriot(level=level, reason="no-variance", method=method)
    _refuse(v, told)
    if np.linalg.matrix_rank(x[told]) < x.shape[1]:
        raise ValueError("covariates are collinear")
    between = _between(y[told], v[told], x[told], fitting)
    fitted = _Weighted(y[told], v[told], x[told], between)
    beta, spread = fitted.coefficients()
    g2 = np.einsum("ij,jk,ik->i", x, spread, x)
    mse = between + g2
    mse[told] = _mse(fitted, g2[told], fitting)
    return FayHerriot(
        areas=tuple(_predicted(y, v, x @ beta, mse, between, (level, bounds))),
        between=between,
        coefficients=tuple(beta.tolist()),
        errors=tuple(np.sqrt(np.diag(spread)).tolist()),
        pooled=between == 0,
        level=level,
        method=method,
    )


def benchmarked(fit: FayHerriot, weights: ArrayLike, total: float | None = None) -> FayHerriot:
    """The same estimates times one factor, so that their weighted sum is the direct total.

    weights: shape (areas,), the population of each (on any scale) · total: the sum over all areas of
    weight times true value as it is estimated directly; without it, the sum over the areas with
    answers of weight times direct estimate, which these areas' values then meet.
    A value may so leave the ends of its scale. Source: Rao & Molina 2015, 6.4.6.
    """
    if not fit.areas:
        return fit
    w = column(weights, len(fit.areas), float, name="weights")
    value = np.array([area.value for area in fit.areas])
    if total is None:
        direct = np.array([area.direct for area in fit.areas], dtype=float)
        w = np.where(np.isfinite(direct), w, 0.0)
        total = float(w @ np.nan_to_num(direct))
    factor = total / float(w @ value)
    areas = tuple(_times(area, factor) for area in fit.areas)
    return replace(fit, areas=areas, factor=fit.factor * factor)


def _times(area: AreaEstimate, factor: float) -> AreaEstimate:
    def times(value: float | None) -> float | None:
        return None if value is None else value * factor

    return replace(
        area,
        value=area.value * factor,
        mse=None if area.mse is None else area.mse * factor**2,
        se=times(area.se),
        low=times(area.low),
        high=times(area.high),
    )


def _design(covariates: ArrayLike | None, size: int) -> Columns:
    """The covariates behind a column of ones: shape (areas, p + 1)."""
    if covariates is None:
        return np.ones((size, 1))
    given = np.asarray(covariates, dtype=float)
    given = given[:, None] if given.ndim == 1 else given
    if given.ndim != 2 or len(given) != size:
        raise ValueError(f"covariates of shape {given.shape}, where {size} areas are")
    wrong = np.flatnonzero(~np.isfinite(given).all(axis=1))
    if wrong.size:
        raise ValueError(f"row {wrong[0]}: a covariate is missing")
    return np.column_stack([np.ones(size), given])


def _refuse(v: Columns, told: NDArray[np.bool_]) -> None:
    wrong = np.flatnonzero(told & ~(np.isfinite(v) & (v > 0)))
    if wrong.size:
        raise ValueError(f"row {wrong[0]}: variance {v[wrong[0]]}; smooth the variances first")


class _Weighted:
    """Weighted least squares with weights s = 1 / (A + v), through one QR decomposition.

    s: the weights · z: sqrt(s) times the residuals · leverage: the diagonal of the hat matrix
    """

    def __init__(self, y: Columns, v: Columns, x: Columns, between: float) -> None:
        self.v, self.between = v, between
        self.s = 1 / (between + v)
        root = np.sqrt(self.s)
        q, self._r = np.linalg.qr(root[:, None] * x)
        self._along = q.T @ (root * y)
        self.z = root * y - q @ self._along
        self.leverage: Columns = np.sum(q * q, axis=1)

    def coefficients(self) -> tuple[Columns, Columns]:
        """The coefficients b, and their covariance matrix (x' s x)^-1."""
        inverse = np.linalg.inv(self._r)
        return inverse @ self._along, inverse @ inverse.T

    def score(self, fitting: Fitting) -> float:
        """Twice the derivative of the log-likelihood by A, or the moment equation; 0 at the estimate."""
        if fitting == "FH":
            return float(self.z @ self.z) - (len(self.z) - np.sum(self.leverage))
        expected = self.s * (1 - self.leverage) if fitting == "REML" else self.s
        return float(np.sum(self.s * self.z**2) - np.sum(expected))

    def likelihood(self, fitting: Fitting) -> float:
        """Twice the log-likelihood of A (restricted for "REML"), up to a constant."""
        likelihood = float(np.sum(np.log(self.s)) - self.z @ self.z)
        if fitting == "REML":
            likelihood -= 2 * float(np.sum(np.log(np.abs(np.diag(self._r)))))
        return likelihood


def _between(y: Columns, v: Columns, x: Columns, fitting: Fitting) -> float:
    """A >= 0: where the score falls through 0, the likeliest such place; 0 where it starts below.

    No root lies beyond the residual variance plus the largest v.
    """

    def score(between: float) -> float:
        return _Weighted(y, v, x, between).score(fitting)

    residuals = _Weighted(y, np.ones_like(v), x, 0.0).z
    top = float(residuals @ residuals) / (len(y) - x.shape[1]) + float(v.max())
    grid = np.concatenate([[0.0], np.geomspace(1e-6 * top, top, _GRID)])
    signs = [score(between) > 0 for between in grid]
    falls = [i for i in range(_GRID) if signs[i] and not signs[i + 1]]
    roots = [
        float(scipy.optimize.brentq(score, grid[i], grid[i + 1], xtol=1e-16 * top, rtol=1e-15)) for i in falls
    ]
    if not signs[0]:
        roots.append(0.0)
    return max(roots, key=lambda between: _Weighted(y, v, x, between).likelihood(fitting))


def _mse(fitted: _Weighted, g2_unshrunk: Columns, fitting: Fitting) -> Columns:
    """g1 + g2 + 2 g3 of the areas with answers; for "ML" and "FH" less B^2 times the bias of A."""
    s, m = fitted.s, len(fitted.s)
    shrinkage = fitted.v * s
    information = float(np.sum(s * s))
    variance = 2 / information if fitting != "FH" else 2 * m / float(np.sum(s)) ** 2
    g1 = fitted.between * shrinkage
    g3 = shrinkage**2 * s * variance
    return g1 + shrinkage**2 * g2_unshrunk + 2 * g3 - shrinkage**2 * _bias(fitted, fitting)


def _bias(fitted: _Weighted, fitting: Fitting) -> float:
    """The bias of the estimated A, to the order of 1 / areas."""
    s, m = fitted.s, len(fitted.s)
    first, second = float(np.sum(s)), float(np.sum(s * s))
    if fitting == "ML":
        return -float(np.sum(s * fitted.leverage)) / second
    return 0.0 if fitting == "REML" else 2 * (m * second - first**2) / first**3


def _predicted(
    y: Columns,
    v: Columns,
    synthetic: Columns,
    mse: Columns,
    between: float,
    kind: tuple[float, Bounds | None],
) -> Iterator[AreaEstimate]:
    """Each area's estimate: its own drawn towards the synthetic one by B = v / (A + v)."""
    level, bounds = kind
    half = t_quantile(level, math.inf)
    for own, variance, expected, error in zip(
        y.tolist(), v.tolist(), synthetic.tolist(), mse.tolist(), strict=True
    ):
        told = math.isfinite(own)
        shrinkage = variance / (between + variance) if told else 1.0
        area = AreaEstimate(
            direct=own if told else None,
            variance=variance if told else None,
            value=expected + (1 - shrinkage) * (own - expected) if told else expected,
            synthetic=expected,
            shrinkage=shrinkage,
        )
        yield _with_error(area, error, half, bounds, pooled=between == 0)


def _with_error(
    area: AreaEstimate, mse: float, quantile: float, bounds: Bounds | None, *, pooled: bool
) -> AreaEstimate:
    if mse <= 0:
        return replace(area, reason="not-distinguishable" if pooled else "mse-not-positive")
    area = replace(area, mse=mse, se=math.sqrt(mse))
    if pooled:
        return replace(area, reason="not-distinguishable")
    half = quantile * math.sqrt(mse)
    low, high = within((area.value - half, area.value + half), bounds or (-math.inf, math.inf))
    return replace(area, low=low, high=high)
