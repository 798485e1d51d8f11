"""Exact tests of a count, and the tests for runs and for even counts.

    poisson_test(40, 20.0).p_greater        # 40 answers where 20 are usual
    runs_test([1, 1, 1, 0, 0, 0, 1, 1])     # do equal outcomes follow each other too often?

A p-value that there is none of is None, with a reason.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from survey.intervals import Bounds, counts_interval

Column = NDArray[Any]

#: two probabilities this close count as equal: as R does
_SAME = 1 + 1e-7

#: no count is higher
_HIGHEST = 2**53


@dataclass(frozen=True, slots=True)
class CountTest:
    """A count against what was expected.

    p_greater: of a count as high or higher · p_two: of one as improbable or more, on both sides
    low, high: exact interval of the mean count (Poisson) or of the share (binomial)
    """

    p_greater: float
    p_two: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RunsTest:
    """Runs of equal outcomes in a sequence of two, against any order being as likely.

    z below 0: too few runs, equal outcomes stick together · reason: "one-outcome", "too-short"
    """

    runs: int
    mean: float | None = None
    variance: float | None = None
    z: float | None = None
    p: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """Pearson's test · reason: "no-answers", "one-class"."""

    statistic: float | None = None
    df: int = 0
    p: float | None = None
    reason: str | None = None


def poisson_test(x: int, expected: float, *, level: float = 0.95) -> CountTest:
    """A Poisson count x against a known expected count.

    Raises ValueError for x below 0 or an expected count not above 0. Source: Garwood 1936 (interval).
    """
    if x < 0 or not 0 < expected < math.inf:
        raise ValueError(f"{x} where {expected} are expected")

    def mass(k: int) -> float:
        return float(np.exp(scipy.special.xlogy(k, expected) - expected - scipy.special.gammaln(k + 1)))

    tails = _Tails(
        mass,
        lambda k: float(scipy.special.gammaincc(k + 1, expected)),
        lambda k: float(scipy.special.gammainc(k, expected)),
        _HIGHEST,
    )
    low = float(scipy.special.gammaincinv(x, (1 - level) / 2)) if x else 0.0
    high = float(scipy.special.gammainccinv(x + 1, (1 - level) / 2))
    return CountTest(tails.above(x), tails.two_sided(x, expected), low, high)


def binomial_test(x: int, n: int, share: float, *, level: float = 0.95) -> CountTest:
    """A count x of n people against a known share between 0 and 1; with the Clopper-Pearson interval.

    Raises ValueError for x outside of 0..n, n below 1, or a share outside of it.
    """
    if not (0 <= x <= n and n > 0 and 0 < share < 1):
        raise ValueError(f"{x} of {n} at {share}")

    def mass(k: int) -> float:
        ways = scipy.special.gammaln(n + 1) - scipy.special.gammaln(k + 1) - scipy.special.gammaln(n - k + 1)
        return float(np.exp(ways + scipy.special.xlogy(k, share) + scipy.special.xlogy(n - k, 1 - share)))

    tails = _Tails(
        mass,
        lambda k: float(binomial_tail(n - k, n, 1 - share)),
        lambda k: float(binomial_tail(k, n, share)),
        n,
    )
    low, high = _clopper_pearson(x, n, level)
    return CountTest(tails.above(x), tails.two_sided(x, n * share), low, high)


def _clopper_pearson(x: int, n: int, level: float) -> Bounds:
    interval = counts_interval(x, n, level=level, kind="clopper-pearson")
    assert interval is not None  # n > 0
    return interval


@dataclass(frozen=True, slots=True)
class _Tails:
    """A distribution of counts 0..highest with one mode: P(X = k), P(X <= k), P(X >= k)."""

    mass: Callable[[int], float]
    below: Callable[[int], float]
    above: Callable[[int], float]
    highest: int

    def two_sided(self, x: int, mean: float) -> float:
        """P of all counts that are no more probable than x."""
        if x == mean:
            return 1.0
        bound = self.mass(x) * _SAME
        if x < mean:
            others = range(math.ceil(mean), self.highest + 1)
            first = others.start + bisect_left(others, True, key=lambda k: self.mass(k) <= bound)
            return min(1.0, self.below(x) + (self.above(first) if first <= self.highest else 0.0))
        last = bisect_left(range(math.floor(mean) + 1), True, key=lambda k: self.mass(k) > bound) - 1
        return min(1.0, self.above(x) + (self.below(last) if last >= 0 else 0.0))


def binomial_tail(x: ArrayLike, n: ArrayLike, share: ArrayLike) -> Column:
    """P(X >= x) of a binomial count of n; arrays that fit each other, whole 0 <= x <= n."""
    count, size, part = (np.asarray(each, dtype=float) for each in (x, n, share))
    some = np.maximum(count, 1.0)
    return np.where(count > 0, scipy.special.betainc(some, size - some + 1, part), 1.0)


def hypergeometric_tail(x: int, n: int, marked: int, total: int) -> float:
    """P(X >= x) of the marked among n that are drawn from `total`, of which `marked` are: Fisher 1935."""
    k = np.arange(x, min(n, marked) + 1)
    log = _log_ways(marked, k) + _log_ways(total - marked, n - k) - _log_ways(total, np.array(n))
    possible = n - k <= total - marked
    return min(1.0, float(np.exp(log[possible]).sum()))


def _log_ways(n: int, k: Column) -> Column:
    return np.asarray(
        scipy.special.gammaln(n + 1)
        - scipy.special.gammaln(k + 1)
        - scipy.special.gammaln(np.maximum(n - k, 0) + 1)
    )


def runs_test(outcomes: ArrayLike) -> RunsTest:
    """Whether two outcomes (N,), in the order they came, alternate as chance would have it; two-sided.

    Source: Wald & Wolfowitz 1940, the normal approximation. Raises ValueError for others than 0 and 1.
    """
    x = np.asarray(outcomes, dtype=float)
    if not np.isin(x, (0, 1)).all():
        raise ValueError("outcomes are 0 or 1")
    n, ones = len(x), int(x.sum())
    runs = int((np.diff(x) != 0).sum()) + (n > 0)
    if ones in (0, n):
        return RunsTest(runs, reason="one-outcome")
    product = 2 * ones * (n - ones)
    mean = product / n + 1
    variance = product * (product - n) / (n * n * (n - 1))
    if variance <= 0:
        return RunsTest(runs, mean, reason="too-short")
    z = (runs - mean) / math.sqrt(variance)
    return RunsTest(runs, mean, variance, z, float(2 * scipy.special.ndtr(-abs(z))))


def uniform_test(counts: ArrayLike) -> ChiSquare:
    """Whether counts (K,) of K classes are even. Expected counts of 5 and more make it fit to use."""
    x = np.asarray(counts, dtype=float)
    if len(x) < 2 or not x.sum() > 0:
        return ChiSquare(reason="one-class" if len(x) == 1 else "no-answers")
    expected = x.sum() / len(x)
    statistic = float(((x - expected) ** 2).sum() / expected)
    return ChiSquare(statistic, len(x) - 1, float(scipy.special.chdtrc(len(x) - 1, statistic)))
