"""Shares, means and totals from weights that agree with a population, and what that saves in error.

The residual technique: what the population's known numbers explain of a variable no longer varies.
The linearised variable u is regressed on them with the design weights; the design variance of the
total of its residuals, times the new weights, is that of the estimate. Where nothing is left, the
value is a known number of the population and no estimate: reason "calibrated", error 0.
Source: Deville & Särndal 1992; Deville, Särndal & Sautory 1993.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey import stats
from survey.counts import Stratum
from survey.counts import total as sum_of
from survey.counts.arrays import column
from survey.intervals import Bounds, Interval, proportion_interval, t_quantile, taken_variance, within
from survey.stats import Estimate, design_effect, linearised_variance
from survey.weighting.margins import Weighted
from survey.weighting.sample import Sample

Columns = NDArray[np.float64]

#: of a sum of squares: what is less than this part of it is rounding
_ROUNDING = 1e-24

#: drawn one by one, with replacement, from one stratum
_SIMPLE = Sample()

CALIBRATED = "calibrated"


def share(
    values: ArrayLike,
    weighted: Weighted,
    sample: Sample = _SIMPLE,
    *,
    base: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    level: float = 0.95,
    interval: Interval = "wilson",
    median_deff: float = 1.0,
) -> Estimate:
    """The share of satisfied answers, or with `base` a pooled index, as `stats.share`.

    values: 0/1, or satisfied answers of each person's `base` valid ones, NaN where missing; domain:
    which rows are meant. Raises as `stats.of_arrays`, also for a calibrated weight that is not
    positive.
    """
    rows = _rows(values, weighted, sample, base, domain)
    plain = stats.share(rows.strata, level=level, interval=interval, median_deff=median_deff)
    p = plain.value
    if p is None or plain.reason in ("one-answer", "one-psu"):
        return plain
    variance = _variance(rows.deviations(p) / plain.weight_total, weighted, sample)
    if variance is None:
        return _known(plain)
    if variance == 0:
        model = stats.share(rows.as_one_unit, level=level, interval=interval, median_deff=median_deff)
        return _without_variance(plain, model)
    deff = design_effect(variance, p * (1 - p), plain.n)
    taken = taken_variance(interval, variance, p, plain.n, plain.df, deff, median_deff)
    ends = proportion_interval(p, taken, plain.n, plain.df, level=level, kind=interval)
    found = replace(plain, deff=deff, n_eff=p * (1 - p) / taken, method=f"share/{interval}@1")
    return _design_based(found, variance, ends)


def mean(
    values: ArrayLike,
    weighted: Weighted,
    sample: Sample = _SIMPLE,
    *,
    domain: ArrayLike | None = None,
    level: float = 0.95,
    bounds: Bounds | None = None,
    median_deff: float = 1.0,
) -> Estimate:
    """The mean of the values, NaN where missing, with a t interval within `bounds`, as `stats.mean`."""
    rows = _rows(values, weighted, sample, None, domain)
    plain = stats.mean(rows.strata, level=level, bounds=bounds, median_deff=median_deff)
    value = plain.value
    if value is None or plain.reason in ("one-answer", "one-psu"):
        return plain
    variance = _variance(rows.deviations(value) / plain.weight_total, weighted, sample)
    if variance is None:
        return _known(plain)
    if variance == 0:
        model = stats.mean(rows.as_one_unit, level=level, bounds=bounds, median_deff=median_deff)
        return _without_variance(plain, model)
    sums = sum_of(stratum.moments for stratum in rows.strata)
    deff = design_effect(variance, max(0.0, sums.q / sums.w - value * value), plain.n)
    ends = within(_t_interval(value, variance, plain), bounds or (-math.inf, math.inf))
    found = replace(plain, deff=deff, n_eff=plain.n / deff if deff else None, method="mean/t@1")
    return _design_based(found, variance, ends)


def total(
    values: ArrayLike,
    weighted: Weighted,
    sample: Sample = _SIMPLE,
    *,
    domain: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """The total of the values in the population, sum(w y), with a t interval. NaN counts as nothing."""
    rows = _rows(values, weighted, sample, None, domain)
    plain = replace(stats.mean(rows.strata, level=level), method="total/t@1", deff=None, n_eff=None)
    if plain.value is None:
        return plain
    value = float(sum_of(stratum.moments for stratum in rows.strata).s)
    plain = replace(plain, value=value, se=None, low=None, high=None)
    if plain.reason in ("one-answer", "one-psu"):
        return plain
    variance = _variance(rows.deviations(0.0), weighted, sample)
    if variance is None:
        return _known(plain)
    if variance == 0:
        return _without_variance(plain, plain)
    return _design_based(plain, variance, _t_interval(value, variance, plain))


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The rows that a figure is of: values and base, which are 0 in all other rows; and their strata."""

    values: Columns
    base: Columns
    strata: tuple[Stratum, ...]

    def deviations(self, ratio: float) -> Columns:
        return self.values - ratio * self.base

    @property
    def as_one_unit(self) -> tuple[Stratum, ...]:
        """The same people as if one unit held them all: `stats` then tells what a model says."""
        return (Stratum(replace(sum_of(stratum.moments for stratum in self.strata), psus=1), 1),)


def _rows(
    values: ArrayLike, weighted: Weighted, sample: Sample, base: ArrayLike | None, domain: ArrayLike | None
) -> _Rows:
    size = len(weighted.weights)
    y = column(values, size, float, name="values")
    held = np.ones(size) if base is None else column(base, size, float, name="base")
    meant = np.ones(size, bool) if domain is None else column(domain, size, bool, name="domain")
    inside = meant & np.isfinite(y) & (held > 0)
    columns = {"values": y, "weights": weighted.weights, "base": base, "domain": domain}
    return _Rows(np.where(inside, y, 0.0), np.where(inside, held, 0.0), sample.counted(columns))


def _variance(linearised: Columns, weighted: Weighted, sample: Sample) -> float | None:
    """The design variance of sum(w u); None where the population's known numbers explain all of u.

    Rounding is judged by the rows: residuals that cancel within every unit leave no total to judge by.
    """
    residuals = weighted.residuals(linearised)
    left = float(weighted.before @ (residuals * residuals))
    there = float(weighted.before @ (linearised * linearised))
    if there > 0 and left <= _ROUNDING * there:
        return None
    parts = weighted.weights * residuals
    variance = linearised_variance(sample.counted({"values": parts}), 0.0, of="s") * len(parts) ** 2
    return variance if variance > _ROUNDING * float(parts @ parts) else 0.0


def _known(plain: Estimate) -> Estimate:
    """A known number of the population, which another sample would not change."""
    value, method = plain.value, f"{plain.method.split('/')[0]}/known@1"
    told = replace(plain, se=0.0, low=value, high=value, reason=CALIBRATED, method=method)
    return replace(told, deff=None, n_eff=None, model_based=False)


def _without_variance(plain: Estimate, model: Estimate) -> Estimate:
    """Nothing varies between units, which is not certainty: the interval of the model, if it has one."""
    return replace(model, reason="no-variance", psus=plain.psus, df=plain.df)


def _design_based(plain: Estimate, variance: float, ends: Bounds) -> Estimate:
    low, high = ends
    return replace(plain, se=math.sqrt(variance), low=low, high=high, reason=None, model_based=False)


def _t_interval(value: float, variance: float, plain: Estimate) -> Bounds:
    half = t_quantile(plain.level, plain.df) * math.sqrt(variance)
    return value - half, value + half
