"""Scores of persons: means over a factor's items, indices over factors; and how alike a group's are.

Arrays hold a row per person and a column per item; NaN is a missing answer. A sample's columns
(weights, strata, psu, population, people, domain) are those of `survey.stats.of_arrays`:

    factor_score(access, bounds=(1, 5), weights=w, psu=village)        # -> Estimate on 0..100
    factor_mean([access, procedure, officials, result, feedback], bounds=(1, 5), psu=village)
    icc_anova(scores, agency).icc

What is asked of each person (half of the items, three of the factors) needs the person's answers:
these figures come from responses, not from kept counts. `factor_percent`, `mean100` and `top_box` ask
nothing of persons, and are `share` and `mean` of `survey.stats` on pooled answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import codes_of, column
from survey.intervals import Bounds, Interval
from survey.stats import Estimate, mean, of_arrays, rescaled, share

Column = NDArray[Any]

#: the factors that a person must have a score of for the index `factor-mean@1`, out of five
LEAST_FACTORS = 3


class Sample(TypedDict, total=False):
    """How the persons were drawn, a value each; as in `survey.stats.of_arrays`."""

    weights: ArrayLike | None
    strata: ArrayLike | None
    psu: ArrayLike | None
    population: ArrayLike | None
    people: ArrayLike | None
    domain: ArrayLike | None


# Scores.


def person_means(answers: ArrayLike, *, least: float = 0.5) -> Column:
    """Each person's mean over the items (N, I) of a factor: (N,), NaN where too few were answered.

    least: the part of the items that must be answered; half of them is enough.
    Source: the half rule of scale scoring, Fayers & Machin 2016.
    """
    items = items_of(answers)
    valid = np.isfinite(items)
    answered = valid.sum(axis=1)
    enough = answered >= max(1.0, least * items.shape[1])
    sums = np.where(valid, items, 0.0).sum(axis=1)
    return np.where(enough, sums / np.maximum(answered, 1), np.nan)


def person_indices(
    factors: ArrayLike, *, published: ArrayLike | None = None, least: int = LEAST_FACTORS
) -> Column:
    """Each person's mean over factor scores (N, F): (N,), NaN where fewer than `least` are there.

    published: the weights v_f of the factors, equal without; those of the factors that a person has
    are brought to the sum 1 again. Raises ValueError for weights that are negative or do not sum to 1.
    """
    scores = items_of(factors)
    size = scores.shape[1]
    v = np.full(size, 1 / size) if published is None else column(published, size, float, name="published")
    if not ((v >= 0).all() and math.isclose(v.sum(), 1.0, abs_tol=1e-9)):
        raise ValueError("the weights of the factors are not negative and sum to 1")
    valid = np.isfinite(scores)
    there = valid @ v
    enough = (valid.sum(axis=1) >= least) & (there > 0)
    return np.where(enough, (np.where(valid, scores, 0.0) @ v) / np.where(enough, there, 1.0), np.nan)


def items_of(answers: ArrayLike) -> Column:
    """Answers as rows of persons and columns of items (N, I); raises ValueError where they are not."""
    items = np.asarray(answers, dtype=float)
    if items.ndim != 2:
        raise ValueError("rows of persons and columns of items are needed")
    return items


# Figures.


def factor_score(
    answers: ArrayLike,
    bounds: Bounds,
    *,
    least: float = 0.5,
    level: float = 0.95,
    median_deff: float = 1.0,
    **sample: Unpack[Sample],
) -> Estimate:
    """The weighted mean on 0..100 of the persons' means over a factor's items (N, I).

    bounds: lowest and highest step of the scale. Persons with fewer than half of the items are not in it.
    """
    strata = of_arrays(person_means(answers, least=least), **sample)
    estimate = mean(strata, bounds=bounds, level=level, median_deff=median_deff)
    return _named(rescaled(estimate, *bounds), "factor-score")


def factor_mean(
    factors: Sequence[ArrayLike],
    bounds: Bounds,
    *,
    published: ArrayLike | None = None,
    level: float = 0.95,
    median_deff: float = 1.0,
    **sample: Unpack[Sample],
) -> Estimate:
    """The index `factor-mean@1`, 0..100: the weighted mean of the persons' means over their factor scores.

    factors: the answers (N, I_f) to the items of each · published: as in `person_indices`
    Each factor counts as much as the others, however many items it has; `sipas@2024`, in which each
    item does, is `survey.stats.share`. Persons need three factor scores.
    """
    scores = np.stack([person_means(answers) for answers in factors], axis=1)
    strata = of_arrays(person_indices(scores, published=published), **sample)
    estimate = mean(strata, bounds=bounds, level=level, median_deff=median_deff)
    return _named(rescaled(estimate, *bounds), "factor-mean")


def mean100(
    answers: ArrayLike,
    bounds: Bounds,
    *,
    level: float = 0.95,
    median_deff: float = 1.0,
    **sample: Unpack[Sample],
) -> Estimate:
    """The index `mean100@1`: the mean of all valid answers, (mean - low) / (high - low) * 100.

    answers: (N,) to one item, or (N, I) pooled.
    """
    estimate = mean(of_arrays(answers, **sample), bounds=bounds, level=level, median_deff=median_deff)
    return rescaled(estimate, *bounds)


def factor_percent(
    answers: ArrayLike,
    *,
    satisfied_from: float,
    level: float = 0.95,
    interval: Interval = "wilson",
    median_deff: float = 1.0,
    **sample: Unpack[Sample],
) -> Estimate:
    """The share of satisfied among the valid answers to a factor's items (N, I), as a ratio of the two."""
    strata = of_arrays(answers, satisfied_from=satisfied_from, **sample)
    estimate = share(strata, level=level, interval=interval, median_deff=median_deff)
    return _named(estimate, "factor-percent")


def top_box(
    answers: ArrayLike,
    *,
    highest: float,
    level: float = 0.95,
    interval: Interval = "wilson",
    median_deff: float = 1.0,
    **sample: Unpack[Sample],
) -> Estimate:
    """The index `top-box@1`: the share of valid answers (N,) or (N, I) at the highest step."""
    strata = of_arrays(answers, satisfied_from=highest, **sample)
    return _named(share(strata, level=level, interval=interval, median_deff=median_deff), "top-box")


def _named(estimate: Estimate, name: str) -> Estimate:
    return replace(estimate, method=f"{name}/{estimate.method.partition('/')[2]}")


# Likeness.


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike the values within groups are, from a one-way analysis of variance.

    between, within: mean squares · size: n0, the group size that unequal ones amount to
    f: between / within · icc: the intraclass correlation ICC(1); below 0 where groups differ less than
    by chance · reason: why there is none: "one-group", "no-repeats" (nobody shares a group),
    "no-variance"
    """

    between: float | None = None
    within: float | None = None
    size: float | None = None
    f: float | None = None
    icc: float | None = None
    reason: str | None = None


def icc_anova(values: ArrayLike, groups: ArrayLike) -> Likeness:
    """The likeness of values (N,) within groups (N,); NaN values are missing.

    Source: Donner 1986; Shrout & Fleiss 1979, ICC(1).
    """
    x = np.asarray(values, dtype=float)
    there = np.isfinite(x)
    group = codes_of(column(groups, len(x), name="groups")[there], int(there.sum()))
    near = x[there] - x[there][:1]  # squares of what is far from 0 would cancel
    sums = (np.bincount(group, weights=part) for part in (near, near * near))
    return icc_of_sums(np.bincount(group), *sums)


def icc_of_sums(n: ArrayLike, sums: ArrayLike, squares: ArrayLike) -> Likeness:
    """The same from each group's number of values, their sum, and the sum of their squares: all (G,)."""
    count, s, q = (np.asarray(part, dtype=float) for part in (n, sums, squares))
    count, s, q = count[count > 0], s[count > 0], q[count > 0]
    groups, total = len(count), float(count.sum())
    if groups < 2:
        return Likeness(reason="one-group")
    if total == groups:
        return Likeness(reason="no-repeats")
    means = s / count
    between = float((count * (means - s.sum() / total) ** 2).sum()) / (groups - 1)
    within = max(0.0, float((q - s * means).sum())) / (total - groups)
    size = (total - float((count * count).sum()) / total) / (groups - 1)
    if between + within == 0:
        return Likeness(between, within, size, reason="no-variance")
    f = between / within if within > 0 else None
    return Likeness(between, within, size, f, intraclass(between, within, size))


def intraclass(between: float, within: float, size: float) -> float:
    """ICC(1) = (MSB - MSW) / (MSB + (n0 - 1) MSW), from mean squares and group size."""
    return (between - within) / (between + (size - 1) * within)
