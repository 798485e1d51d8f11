"""Means of agencies as if each had the same mix of people: internal, and never in place of the figures."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import column, positive_weights
from survey.drivers.linear import Sample, freedom, total_variances
from survey.intervals import t_quantile

Matrix = NDArray[np.float64]
Codes = NDArray[np.intp]

#: what varies by less than this part of a covariate's size, per person, does not vary
_ROUNDING = 1e-13


@dataclass(frozen=True, slots=True)
class AdjustedMean:
    """One agency: its own mean, and what it would be with the mix of all people.

    value = own - adjustment · se, low, high: from the design, of `value`
    reason: why there is no error: "one-answer", "one-psu", "no-variance".
    """

    agency: Any
    n: int
    own: float
    adjustment: float
    value: float
    se: float | None = None
    low: float | None = None
    high: float | None = None
    df: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CaseMix:
    """coefficients: what one unit of each covariate goes with, between people of one agency.

    agencies: in the order of their labels · reason: "no-answers", "too-few-answers", "collinear" (a
    covariate does not vary within agencies, or follows from others).
    """

    coefficients: tuple[float, ...] = ()
    agencies: tuple[AdjustedMean, ...] = ()
    n: int = 0
    level: float = 0.95
    reason: str | None = None


def case_mix(
    outcome: ArrayLike,
    agency: ArrayLike,
    covariates: ArrayLike,
    *,
    level: float = 0.95,
    **sample: Unpack[Sample],
) -> CaseMix:
    """Agency means less (mean covariates of the agency - those of all) times b.

    outcome: (N,) · agency: (N,) labels · covariates: (N, q), 0/1 for categories. b comes from weighted
    least squares with an effect for each agency, so that differences between agencies do not enter it.
    People with every answer count. Never for what the agency itself decides: adjusting for waiting time
    would excuse it. Source: O'Malley et al. 2005.
    """
    x = np.asarray(covariates, dtype=float)
    if x.ndim != 2:
        raise ValueError("rows of people and columns of covariates are needed")
    y, w = column(outcome, len(x), float, name="outcome"), positive_weights(sample.get("weights"), len(x))
    told = np.isfinite(y) & np.isfinite(x).all(axis=1)
    labels, codes = np.unique(column(agency, len(x), name="agency")[told], return_inverse=True)
    if len(codes) <= len(labels) + x.shape[1]:
        return CaseMix(n=len(codes), level=level, reason="too-few-answers" if len(codes) else "no-answers")
    fit = _Within(np.column_stack([y, x])[told], w[told], codes)
    if not fit.determined:
        return CaseMix(n=len(codes), level=level, reason="collinear")
    variances, _ = total_variances(fit.influences(), told, **sample)
    agencies = []
    for code, label in enumerate(labels.tolist()):
        inside = told.copy()
        inside[told] = codes == code
        mean = AdjustedMean(
            agency=label,
            n=int(inside.sum()),
            own=float(fit.means[code, 0]),
            adjustment=float(fit.from_all[code] @ fit.b),
            value=float(fit.means[code, 0] - fit.from_all[code] @ fit.b),
            df=freedom(inside, **sample),
        )
        agencies.append(_with_error(mean, variances[code], level))
    return CaseMix(tuple(fit.b.tolist()), tuple(agencies), len(codes), level)


class _Within:
    """Weighted least squares of the first column on the others, within groups.

    means: of the columns in each group · from_all: of the covariates, less those of all people
    b: the slopes, of which there are several where they are not determined
    """

    def __init__(self, columns: Matrix, w: Matrix, codes: Codes) -> None:
        self.w, self.codes = w, codes
        self.sums = np.bincount(codes, weights=w)
        totals = [np.bincount(codes, weights=w * values) for values in columns.T]
        self.means = np.stack(totals, axis=1) / self.sums[:, None]
        self.from_all = self.means[:, 1:] - w @ columns[:, 1:] / w.sum()
        centred = columns - self.means[codes]
        self.x, root = centred[:, 1:], np.sqrt(w)[:, None]
        scale = np.abs(columns[:, 1:]).max(axis=0, initial=1.0)
        rank = np.linalg.matrix_rank(root * self.x / scale, tol=_ROUNDING * float(w.sum()))
        self.determined = bool(rank == self.x.shape[1])
        self.b = np.linalg.lstsq(root * self.x, root[:, 0] * centred[:, 0], rcond=None)[0]
        self.residuals = centred[:, 0] - self.x @ self.b

    def influences(self) -> Matrix:
        """What each person's answer adds to each group's adjusted mean, per unit of weight."""
        moments = (self.x * self.w[:, None]).T @ self.x
        slopes = self.residuals[:, None] * np.linalg.solve(moments, self.x.T).T
        own = np.zeros((len(self.w), len(self.sums)))
        own[np.arange(len(self.w)), self.codes] = self.residuals / self.sums[self.codes]
        influences: Matrix = own - slopes @ self.from_all.T
        return influences


def _with_error(mean: AdjustedMean, variance: float, level: float) -> AdjustedMean:
    edges = {"one-answer": mean.n == 1, "one-psu": mean.df <= 0, "no-variance": variance <= 0}
    reason = next((code for code, holds in edges.items() if holds), None)
    if reason is not None:
        return replace(mean, reason=reason)
    se = math.sqrt(variance)
    half = t_quantile(level, mean.df) * se
    return replace(mean, se=se, low=mean.value - half, high=mean.value + half)
