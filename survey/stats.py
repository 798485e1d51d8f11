"""Shares, means and ratios with the variance that their sampling design gives them.

Everything starts from `Stratum` (see `survey.counts`), whose moments over primary sampling units
(PSUs) are all that the linearised variance needs. Plain arrays become the same thing:

    drawn = dict(weights=w, strata=region, psu=village, population=villages, people=inhabitants)
    strata = of_arrays(steps, satisfied_from=4, domain=agency == "tax", **drawn)
    share(strata)                                  # -> Estimate(value, se, low, high, n, df, deff, ...)
    rescaled(mean(strata, bounds=(1, 5)), 1, 5)    # the mean on 0..100
    share(strata, interval="beta", population=share(strata).weight_total)    # deff as R's deff=TRUE

A row is a person; whatever of the design is not known is left out. Answers to several items are rows
of people and columns of items, and become the pooled index:

    share(of_arrays([[5, 4, nan], [2, 5, 4]], satisfied_from=4))     # 4 of 5 answers of 2 people

A sample size in these formulas is always a number of people. People who answer several criteria of
a pooled index are one cluster; their answers never count as that many people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey import intervals
from survey.counts import Moments, Stratum, total
from survey.counts.arrays import answers_of, column, populations_of, positive_weights, units_of
from survey.errors import PopulationBelowSample
from survey.intervals import Bounds, Interval, beta, proportion_interval, t_quantile, wilson, within

Column = NDArray[Any]
Columns = NDArray[np.float64]

#: what a stratum with a single sampled PSU adds to the variance
Lonely = Literal["adjust", "remove", "average", "fail"]

#: a variance below this part of the sum that it is the difference of is rounding, not variation
_ROUNDING = 1e-13

#: powers of the weights in each field of `Moments`; as parts of the largest, equal ones are exactly none
_POWERS = np.array([0, 0, 0, 1, 2, 1, 1, 1, 2, 2, 2, 2, 2])


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with what is known of its error. There is no `+`: counts add, estimates do not.

    value, low, high: a share in 0..1, or a mean on its own scale. None where there is none.
    se: the design standard error; None where the data carry no information on it (never 0).
    n: people who answered · answers: their answers · psus: PSUs with an answer · df: PSUs - strata
    deff: design variance over that of a simple random sample of n people · n_eff: the number of people
    of a simple random sample that the interval takes these to tell as much as · weight_total: sum of weights
    reason: why something is missing: "no-answers", "one-answer" (one person answered), "one-psu"
    (no degrees of freedom), "no-variance"; or the code of disclosure control.
    model_based: the interval rests on an assumed design effect alone.
    """

    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    n: int = 0
    answers: int = 0
    psus: int = 0
    df: int = 0
    deff: float | None = None
    n_eff: float | None = None
    weight_total: float = 0.0
    reason: str | None = None
    model_based: bool = False
    method: str = ""


# Estimators.


def share(
    strata: Sequence[Stratum],
    *,
    level: float = 0.95,
    interval: Interval = "wilson",
    median_deff: float = 1.0,
    population: float | None = None,
    lonely: Lonely = "adjust",
) -> Estimate:
    """The weighted share of satisfied answers, sum(w y) / sum(w), over all strata of a domain.

    One measure, a factor's ratio and the pooled index are the same function of different moments.
    median_deff: the question's usual design effect, for domains without variance and for "wilson-usual".
    population: people in the population, for `deff` against sampling without replacement.
    lonely: a stratum with one sampled PSU, as in `linearised_variance`.
    Source: Binder 1983 (variance); Franco et al. 2019 (interval); docs/method.md.
    """
    sums = total(stratum.moments for stratum in strata)
    if not sums.people:
        return Estimate(level=level, reason="no-answers", method=f"share/{interval}@1")
    p = sums.y / sums.w
    if not -_ROUNDING <= p <= 1 + _ROUNDING:
        raise ValueError(f"values: a share of {p:g}; steps need satisfied_from, others lie within 0 and base")
    p = _snapped(p)
    variance = linearised_variance(strata, p, of="y", lonely=lonely)
    estimate = _valued(_counted(strata, sums, level, f"share/{interval}@1"), p, variance)
    if estimate.reason is None:
        deff = design_effect(variance, p * (1 - p), sums.people, population)
        taken = intervals.taken_variance(interval, variance, p, estimate.n, estimate.df, deff, median_deff)
        low, high = proportion_interval(p, taken, estimate.n, estimate.df, level=level, kind=interval)
        return replace(estimate, low=low, high=high, n_eff=p * (1 - p) / taken, deff=deff)
    return _with_model_interval(estimate, (0.0, 1.0), median_deff, interval)


def mean(
    strata: Sequence[Stratum],
    *,
    level: float = 0.95,
    bounds: Bounds | None = None,
    median_deff: float = 1.0,
    population: float | None = None,
    lonely: Lonely = "adjust",
) -> Estimate:
    """The weighted mean of the values, sum(w x) / sum(w), with a t interval.

    bounds: lowest and highest value of the scale. The interval stays within them, and they allow
    one where there is no variance: a mean within bounds varies at most as the share that is as far
    up between 0 and 1. Without them, such a mean has no interval.
    """
    if bounds is not None and not bounds[0] < bounds[1]:
        raise ValueError(f"bounds {bounds} are no ends of a scale")
    sums = total(stratum.moments for stratum in strata)
    if not sums.people:
        return Estimate(level=level, reason="no-answers", method="mean/t@1")
    value = sums.s / sums.w
    variance = linearised_variance(strata, value, of="s", lonely=lonely)
    estimate = _valued(_counted(strata, sums, level, "mean/t@1"), value, variance)
    if estimate.reason is None and estimate.se is not None:
        spread = max(0.0, sums.q / sums.w - value * value)
        deff = design_effect(variance, spread, sums.people, population)
        half = t_quantile(level, estimate.df) * estimate.se
        low, high = within((value - half, value + half), bounds or (-math.inf, math.inf))
        return replace(estimate, low=low, high=high, deff=deff, n_eff=sums.people / deff if deff else None)
    return _with_model_interval(estimate, bounds, median_deff, "wilson")


def rescaled(estimate: Estimate, low: float, high: float) -> Estimate:
    """A mean on a scale from `low` to `high`, moved to 0..100: (mean - low) / (high - low) * 100."""
    if not low < high:
        raise ValueError(f"a scale from {low} to {high}")
    factor = 100.0 / (high - low)

    def moved(value: float | None) -> float | None:
        return None if value is None else (value - low) * factor

    return replace(
        estimate,
        value=moved(estimate.value),
        se=None if estimate.se is None else estimate.se * factor,
        low=moved(estimate.low),
        high=moved(estimate.high),
        method=estimate.method.replace("mean/", "mean100/", 1),
    )


def kish(strata: Sequence[Stratum]) -> float | None:
    """Kish's effective number of answers, (sum w)^2 / sum w^2: what unequal weights alone cost."""
    sums = total(stratum.moments for stratum in strata)
    return sums.w**2 / sums.w2 if sums.answers else None


# Variance.


def linearised_variance(
    strata: Sequence[Stratum], ratio: float, *, of: Literal["y", "s"], lonely: Lonely = "adjust"
) -> float:
    """The design variance of the ratio sum(y) / sum(w), or sum(s) / sum(w), by linearisation.

    With z_c = (y_c - ratio w_c) / sum(w) per PSU and f = n_h / N_h (0 where N_h is unknown):
    V = sum over strata of (1 - f) n_h / (n_h - 1) [sum z_c^2 - (sum z_c)^2 / n_h]. n_h counts every
    sampled PSU: one without members of the domain is a zero, not absent. Of a second stage, each
    PSU adds f times the same expression over its people. What is no more than rounding is 0.
    lonely: a stratum with a single sampled PSU, of more than it has, is centred at the mean of all
    PSUs, which for a ratio is 0 ("adjust": more than the truth rather than less); "remove" lets it add
    nothing, "average" what the other strata add on average; "fail" raises ValueError.
    Raises PopulationBelowSample where N_h < n_h. Source: Cochran 1977; Binder 1983; Lumley 2010.
    """
    weight = sum(stratum.moments.w for stratum in strata)
    told = [stratum for stratum in strata if lonely == "adjust" or not _lonely(stratum)]
    if lonely == "fail" and len(told) < len(strata):
        number = next(number for number, stratum in enumerate(strata) if _lonely(stratum))
        raise ValueError(f"stratum {number} has a single sampling unit")
    parts = [_stratum_variance(stratum, ratio, of) for stratum in told]
    variance, scale = (math.fsum(column) for column in zip((0.0, 0.0), *parts, strict=True))
    if lonely == "average" and told:
        variance *= len(strata) / len(told)
    return variance / weight**2 if variance > _ROUNDING * scale else 0.0


def _lonely(stratum: Stratum) -> bool:
    """Whether a stratum has a single sampled PSU that stands for others too."""
    return stratum.sampled == 1 and _fraction(stratum) < 1


def _stratum_variance(stratum: Stratum, ratio: float, of: Literal["y", "s"]) -> tuple[float, float]:
    """A stratum's variance of sum(z), z not yet divided by the weights; and its rounding scale."""
    m, sampled = stratum.moments, stratum.sampled
    fraction = _fraction(stratum)
    first, cross, square = (m.y, m.wy, m.yy) if of == "y" else (m.s, m.ws, m.ss)
    z = first - ratio * m.w
    zz = square - 2 * ratio * cross + ratio * ratio * m.ww
    scale = (1 - fraction) * (square + 2 * abs(ratio * cross) + ratio * ratio * m.ww)
    if sampled > 1:
        zz = (zz - z * z / sampled) * sampled / (sampled - 1)
    variance = (1 - fraction) * max(0.0, zz)
    for psu in stratum.within:
        inner, inner_scale = _stratum_variance(psu, ratio, of)
        variance, scale = variance + fraction * inner, scale + fraction * inner_scale
    return variance, scale


def _fraction(stratum: Stratum) -> float:
    """The part of the stratum's PSUs that was sampled, f = n_h / N_h; 0 where N_h is unknown."""
    if stratum.population is None:
        return 0.0
    if stratum.population < stratum.sampled:
        raise PopulationBelowSample(sampled=stratum.sampled, population=stratum.population)
    return stratum.sampled / stratum.population


def design_effect(variance: float, spread: float, n: int, population: float | None = None) -> float | None:
    """The design variance over that of a simple random sample of n people, (1 - n/N) S^2 / n.

    spread: the weighted mean squared deviation; S^2 = n / (n - 1) spread. population: N, or None
    for sampling with replacement. None where such a sample has no variance. Source: Kish 1965.
    """
    finite = 1.0 if population is None else max(0.0, 1.0 - n / population)
    simple = finite * spread / (n - 1)
    return variance / simple if simple > 0 else None


# Edges: what is said where the data carry no variance.


def _snapped(p: float) -> float:
    """p, or exactly 0 or 1 where only rounding keeps it from there."""
    if p < _ROUNDING:
        return 0.0
    return 1.0 if p > 1 - _ROUNDING else p


def _counted(strata: Sequence[Stratum], sums: Moments, level: float, method: str) -> Estimate:
    """What is known of the sample before any value is: people, answers, PSUs, degrees of freedom."""
    df = sums.psus - sum(stratum.strata for stratum in strata if stratum.moments.psus)
    return Estimate(
        level=level,
        n=sums.people,
        answers=sums.answers,
        psus=sums.psus,
        df=df,
        weight_total=sums.w,
        method=method,
    )


def _valued(counted: Estimate, value: float, variance: float) -> Estimate:
    """The estimate without its interval; `reason` tells which edge it stands on, if any."""
    edges = {"one-answer": counted.n == 1, "one-psu": counted.df == 0, "no-variance": variance == 0}
    reason = next((code for code, holds in edges.items() if holds), None)
    return replace(counted, value=value, se=math.sqrt(variance) if reason is None else None, reason=reason)


def _with_model_interval(
    estimate: Estimate, bounds: Bounds | None, median_deff: float, kind: Interval
) -> Estimate:
    """The interval of n / max(1, median_deff) people of a simple random sample, marked as such."""
    if estimate.value is None or estimate.n < 2 or bounds is None:
        return estimate
    n_eff = estimate.n / max(1.0, median_deff)
    p = _snapped((estimate.value - bounds[0]) / (bounds[1] - bounds[0]))
    if kind in ("beta", "beta_trunc"):
        low, high = beta(p, n_eff, estimate.level)
    else:
        low, high = wilson(p, n_eff, t_quantile(estimate.level, math.inf))
        kind = "wilson-usual" if kind == "wilson-usual" else "wilson"
    width = bounds[1] - bounds[0]
    return replace(
        estimate,
        low=bounds[0] + width * low,
        high=bounds[0] + width * high,
        n_eff=n_eff,
        model_based=True,
        method=f"{estimate.method.split('/')[0]}/{kind}@1",
    )


# Arrays.


def of_arrays(  # noqa: PLR0913 - a column of the sample each
    values: ArrayLike,
    *,
    base: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    psu: ArrayLike | None = None,
    population: ArrayLike | None = None,
    people: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    satisfied_from: float | None = None,
) -> tuple[Stratum, ...]:
    """The strata of plain arrays, one row per person; NaN values are missing answers.

    values: (N,) the steps, with `satisfied_from`; or 0/1; or, with `base`, a person's satisfied answers;
    or (N, I) the steps of I items, pooled · base: (N,) a person's valid answers · psu: within its stratum; None: each person
    population: PSUs of the row's stratum in the population · people: people of the row's PSU in the
    population, of whom the rows were drawn (the second stage); without it the PSUs alone carry the
    variance · domain: which rows are meant; the others keep their PSU in the sample.
    Raises WeightNotPositive and PopulationBelowSample with the row, ValueError for arrays of unequal
    length or several populations in one stratum or PSU.
    """
    if people is not None and psu is None:
        raise ValueError("people: of which psu?")
    held, satisfied, steps, squares = answers_of(values, base, satisfied_from)
    w = positive_weights(weights, len(held))
    meant = np.ones(len(held), bool) if domain is None else column(domain, len(held), bool, name="domain")
    inside = meant & (held > 0)
    in_stratum, in_unit, stratum_of_unit = units_of(strata, psu, len(held))
    sampled = np.bincount(stratum_of_unit)
    totals = populations_of(population, in_stratum, sampled)
    largest = w.max(initial=0.0) or 1.0
    part = w / largest
    per_answer = [part * held, part * part * held, part * satisfied, part * steps, part * squares]
    per_person = np.stack([np.ones(len(held)), held, *per_answer])
    per_unit = _summed(per_person[:, inside], in_unit[inside], len(stratum_of_unit))
    sums = _summed(_with_products(per_unit), stratum_of_unit, len(sampled)).T * largest**_POWERS
    strata_found = _strata(sums, sampled, totals)
    if people is None:
        return strata_found
    rows = np.bincount(in_unit)
    of_people = _summed(_with_products(per_person[:, inside]), in_unit[inside], len(rows)).T
    units = _strata(of_people * largest**_POWERS, rows, populations_of(people, in_unit, rows))
    return tuple(
        replace(stratum, within=tuple(units[unit] for unit in np.flatnonzero(stratum_of_unit == number)))
        for number, stratum in enumerate(strata_found)
    )


def _strata(sums: Columns, sampled: Column, populations: Sequence[float | None]) -> tuple[Stratum, ...]:
    """Strata from the sums of each: shape (strata, 13)."""
    return tuple(
        Stratum(Moments.of(row), int(n), size)
        for row, n, size in zip(sums.tolist(), sampled, populations, strict=True)
    )


def of_levels(
    levels: ArrayLike,
    people: ArrayLike,
    weights: ArrayLike | None = None,
    squares: ArrayLike | None = None,
    *,
    satisfied_from: float | None = None,
) -> tuple[Stratum, ...]:
    """The stratum of a distribution in which everybody is a unit, from its sums per level: all (K,).

    levels: the values · people: who gave them · weights, squares: sums of their weights and of squared
    weights; both or neither. V = n / (n - 1) sum_k squares_k (level_k - mean)^2 / (sum weights)^2, what
    `of_arrays` gives for the people themselves. Not where people were drawn in groups.
    """
    x = np.asarray(levels, dtype=float)
    if (weights is None) != (squares is None):
        raise ValueError("weights and squares belong together")
    given = {"people": people, "weights": weights, "squares": squares}
    n, w, ww = (
        column(people if sums is None else sums, len(x), float, name=name) for name, sums in given.items()
    )
    if not (np.isfinite([n, w, ww]).all() and (np.stack([n, w, ww]) >= 0).all()):
        raise ValueError("people, weights or squares of a level are below 0 or no number")
    y = x if satisfied_from is None else (x >= satisfied_from).astype(float)
    products = (ww, ww * y, ww * y * y, ww * x, ww * x * x)
    sums = [float(terms.sum()) for terms in (w, ww, w * y, w * x, w * x * x, *products)]
    size = int(n.sum())
    return (Stratum(Moments(size, size, size, *sums), size),)


def _summed(columns: Columns, groups: Column, size: int) -> Columns:
    """Each column of shape (columns, rows) summed by group: shape (columns, size)."""
    return np.stack([np.bincount(groups, weights=column, minlength=size) for column in columns])


def _with_products(per_unit: Columns) -> Columns:
    """The fields of `Moments` per PSU, from those of `Cell`: shape (13, PSUs)."""
    people, _, w, _, y, s, _ = per_unit
    products = np.stack([w * w, w * y, y * y, w * s, s * s])
    return np.concatenate([(people > 0)[None].astype(float), per_unit, products])
