"""The beta-binomial model: counts of satisfied people whose areas' true shares follow a beta law."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import column
from survey.small_area.area import AreaEstimate

Columns = NDArray[np.float64]

#: Newton's steps at most, and how small the last of them is
_STEPS, _STILL = 50, 1e-13


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """A fitted model: an area's true share ~ beta(a, b), its satisfied people ~ binomial.

    mean: a / (a + b) · correlation: 1 / (a + b + 1), of two people of one area, 0 where pooled
    pooled: the areas differ by no more than people of one area do; every value is the overall share
    reason: why there is no model: "no-answers"; "all-or-none" (everybody of an area agrees, in every
    area: the areas' shares have no common distribution inside 0..1).
    """

    areas: tuple[AreaEstimate, ...] = ()
    a: float | None = None
    b: float | None = None
    mean: float | None = None
    correlation: float | None = None
    pooled: bool = False
    level: float = 0.95
    reason: str | None = None
    method: str = "beta-binomial@1"


def beta_binomial(satisfied: ArrayLike, people: ArrayLike, *, level: float = 0.95) -> BetaBinomial:
    """Posterior means and intervals of area shares, from counts of people drawn without a design.

    satisfied, people: x and n, shape (areas,), whole numbers, 0 <= x <= n; n = 0 gets the prior.
    a and b maximise the likelihood; an area's posterior is beta(x + a, n - x + b), its interval from
    the quantiles of that, as if a and b were known. Raises ValueError for counts that are none.
    Source: Skellam 1948; Griffiths 1973. Not for weighted or clustered samples.
    """
    x, n = _counts(satisfied, people)
    if not n.any():
        return BetaBinomial(level=level, reason="no-answers")
    mean = float(x.sum() / n.sum())
    if _overdispersion(x, n, mean) <= 0:
        areas = tuple(_pooled(x, n, mean))
        return BetaBinomial(areas, mean=mean, correlation=0.0, pooled=True, level=level)
    if (x * (n - x) == 0).all():
        return BetaBinomial(mean=mean, level=level, reason="all-or-none")
    a, b = _most_likely(x, n, mean)
    return BetaBinomial(
        areas=tuple(_posterior(x, n, a, b, level)),
        a=a,
        b=b,
        mean=a / (a + b),
        correlation=1 / (a + b + 1),
        level=level,
    )


def _counts(satisfied: ArrayLike, people: ArrayLike) -> tuple[Columns, Columns]:
    n = np.asarray(people, dtype=float)
    x = column(satisfied, len(n), float, name="satisfied")
    wrong = np.flatnonzero(~((x >= 0) & (x <= n) & (x == np.round(x)) & (n == np.round(n))))
    if wrong.size:
        raise ValueError(f"row {wrong[0]}: {x[wrong[0]]} of {n[wrong[0]]}")
    return x, n


def _overdispersion(x: Columns, n: Columns, mean: float) -> float:
    """The derivative of the log-likelihood by 1 / (a + b) at 0, where areas do not differ.

    Not above 0: the binomial model with one share is the (locally) most likely. Source: Tarone 1979.
    """
    if mean in {0.0, 1.0}:
        return 0.0
    pairs = x * (x - 1) / mean + (n - x) * (n - x - 1) / (1 - mean) - n * (n - 1)
    return float(np.sum(pairs)) / 2


def _most_likely(x: Columns, n: Columns, mean: float) -> tuple[float, float]:
    """The shapes a and b: BFGS from the moments, then Newton to the last digits.

    Both climb on logit a / (a + b) and log (a + b), which hardly depend on one another.
    """

    def downhill(at: Columns) -> tuple[float, Columns]:
        a, b = _shapes(at)
        likelihood = float(np.sum(scipy.special.betaln(x + a, n - x + b) - scipy.special.betaln(a, b)))
        return -likelihood, -_slopes(x, n, at)[0]

    correlation = 2 * _overdispersion(x, n, mean) / float(np.sum(n * (n - 1)))
    start = np.array([math.log(mean / (1 - mean)), -math.log(min(correlation, 0.9))])
    at: Columns = scipy.optimize.minimize(downhill, start, jac=True, method="BFGS").x
    for _ in range(_STEPS):
        gradient, curvature = _slopes(x, n, at)
        step = np.linalg.solve(curvature, gradient)
        at = at - step
        if np.max(np.abs(step)) < _STILL:
            break
    return _shapes(at)


def _shapes(at: Columns) -> tuple[float, float]:
    """The shapes from logit a / (a + b) and log (a + b)."""
    mean, size = 1 / (1 + math.exp(-at[0])), math.exp(at[1])
    return size * mean, size * (1 - mean)


def _slopes(x: Columns, n: Columns, at: Columns) -> tuple[Columns, Columns]:
    """Gradient and matrix of second derivatives of the log-likelihood at `at`."""
    a, b = _shapes(at)
    mixed, size = a * b / (a + b), a + b
    both = scipy.special.digamma(size) * len(n) - np.sum(scipy.special.digamma(n + size))
    by_shape = both + np.array(
        [
            np.sum(scipy.special.digamma(x + a) - scipy.special.digamma(a)),
            np.sum(scipy.special.digamma(n - x + b) - scipy.special.digamma(b)),
        ]
    )
    pair = np.sum(scipy.special.polygamma(1, size) - scipy.special.polygamma(1, n + size))
    own = [
        np.sum(scipy.special.polygamma(1, x + a) - scipy.special.polygamma(1, a)),
        np.sum(scipy.special.polygamma(1, n - x + b) - scipy.special.polygamma(1, b)),
    ]
    inner = np.diag(own) + pair
    turn = np.array([[mixed, -mixed], [a, b]])
    twice = mixed * (by_shape[0] - by_shape[1])
    bend = np.array([[twice * (b - a) / size, twice], [twice, a * by_shape[0] + b * by_shape[1]]])
    return turn @ by_shape, turn @ inner @ turn.T + bend


def _pooled(x: Columns, n: Columns, mean: float) -> Iterator[AreaEstimate]:
    for satisfied, people in zip(x.tolist(), n.tolist(), strict=True):
        direct = satisfied / people if people else None
        yield AreaEstimate(direct, None, mean, mean, 1.0, reason="not-distinguishable")


def _posterior(x: Columns, n: Columns, a: float, b: float, level: float) -> Iterator[AreaEstimate]:
    tail = (1 - level) / 2
    for satisfied, people in zip(x.tolist(), n.tolist(), strict=True):
        yes, no = satisfied + a, people - satisfied + b
        variance = yes * no / ((yes + no) ** 2 * (yes + no + 1))
        yield AreaEstimate(
            direct=satisfied / people if people else None,
            variance=None,
            value=yes / (yes + no),
            synthetic=a / (a + b),
            shrinkage=(a + b) / (yes + no),
            mse=variance,
            se=math.sqrt(variance),
            low=float(scipy.special.betaincinv(yes, no, tail)),
            high=float(scipy.special.betaincinv(yes, no, 1 - tail)),
        )
