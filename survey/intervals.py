"""Confidence intervals of a proportion, with a design variance or from plain counts.

    proportion_interval(0.83, variance=0.0004, n=420, df=17)      # -> (low, high), Wilson
    counts_interval(30, 40, kind="clopper-pearson")

The default is Wilson's interval with the effective sample size and Student's t: in simulations with
4-10 clusters it covers 95-99 % where the interval that ignores the clusters covers 79-89 %. Where few
units hold the few who are not satisfied, their design effect comes out too small just when the share
comes out too high; "wilson-usual" leans on that of the whole question, and is what pages show.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import scipy

Interval = Literal["wilson", "wilson-usual", "logit", "beta", "beta_trunc", "wald", "asin"]
CountsInterval = Literal["wilson", "wilson-cc", "clopper-pearson", "jeffreys", "agresti-coull", "logit"]
Bounds = tuple[float, float]

#: independent answers of the rarer kind on which a design effect rests where it counts as much as the usual one
BORROWED = 20


def t_quantile(level: float, df: float) -> float:
    """The two-sided quantile of Student's t; `df` may be infinite (the normal distribution)."""
    if not 0 < level < 1:
        raise ValueError(f"level {level} is no part of 1")
    return float(scipy.special.stdtrit(df, (1 + level) / 2))


def proportion_interval(
    p: float, variance: float, n: int, df: float, *, level: float = 0.95, kind: Interval = "wilson"
) -> Bounds:
    """The confidence interval of a share 0 < p < 1 with design variance > 0.

    n: people · df: degrees of freedom of the variance · kind: "wilson" with the effective sample
    size (default), "wilson-usual" (the same, of a `taken_variance`), "logit", "asin", "wald" (as
    it is, also beyond 0 and 1), "beta" (Korn-Graubard) or "beta_trunc" (with at most n people: never
    narrower than a simple random sample).
    Raises ValueError for p or variance outside of their range, and for an unknown kind.
    Source: Wilson 1927; Korn & Graubard 1998; Franco et al. 2019.
    """
    if not (0 < p < 1 and variance > 0 and df > 0):
        raise ValueError(f"no design-based interval for p={p}, variance={variance}, df={df}")
    if kind in ("beta", "beta_trunc"):
        n_star = p * (1 - p) / variance * (t_quantile(level, n - 1) / t_quantile(level, df)) ** 2
        return beta(p, min(n_star, n) if kind == "beta_trunc" else n_star, level)
    if kind not in _BY_QUANTILE:
        raise ValueError(f"no interval is called {kind!r}")
    return _BY_QUANTILE[kind](p, variance, t_quantile(level, df))


def taken_variance(
    kind: Interval, variance: float, p: float, n: int, df: int, deff: float | None, usual: float
) -> float:
    """The variance that an interval of this kind takes: as it is, but for "wilson-usual".

    That one takes the variance of a design effect d that leans on the question's usual one, u. With deff
    as it was estimated, and e = min(df, n min(p, 1 - p) / max(deff, u)), the independent answers of the
    rarer kind that it rests on: d = max(deff, (e deff + 20 u) / (e + 20)). So the variance is never made
    smaller, and hardly larger where many units hold many answers of either kind. Without a deff (None)
    it stays. Raises ValueError for a usual design effect that is not positive. Source: docs/method.md.
    """
    if not 0 < usual < math.inf:
        raise ValueError(f"a usual design effect of {usual}")
    if kind != "wilson-usual" or deff is None:
        return variance
    rests = min(df, n * min(p, 1 - p) / max(deff, usual))
    return variance * max(1.0, (rests + BORROWED * usual / deff) / (rests + BORROWED))


def _wilson(p: float, variance: float, t: float) -> Bounds:
    return wilson(p, p * (1 - p) / variance, t)


def wilson(p: float, n: float, t: float) -> Bounds:
    """Wilson's interval for a share of n (effective) people; defined for p = 0 and p = 1."""
    tt = t * t / n
    middle, half = p + tt / 2, t * math.sqrt(p * (1 - p) / n + tt / (4 * n))
    return within(((middle - half) / (1 + tt), (middle + half) / (1 + tt)), (0.0, 1.0))


def _logit(p: float, variance: float, t: float) -> Bounds:
    middle, half = math.log(p / (1 - p)), t * math.sqrt(variance) / (p * (1 - p))
    return _expit(middle - half), _expit(middle + half)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _asin(p: float, variance: float, t: float) -> Bounds:
    """As R does it: an angle that falls below 0 is mirrored, so it is no interval for rare answers."""
    middle, half = math.asin(math.sqrt(p)), t * math.sqrt(variance / (4 * p * (1 - p)))
    return math.sin(middle - half) ** 2, math.sin(middle + half) ** 2


def _wald(p: float, variance: float, t: float) -> Bounds:
    half = t * math.sqrt(variance)
    return p - half, p + half


_BY_QUANTILE: dict[str, Callable[[float, float, float], Bounds]] = {
    "wilson": _wilson,
    "wilson-usual": _wilson,
    "logit": _logit,
    "asin": _asin,
    "wald": _wald,
}


def beta(p: float, n: float, level: float) -> Bounds:
    """The Clopper-Pearson interval of x = n p successes, n and x not necessarily whole."""
    alpha, x = 1 - level, n * p
    low = float(scipy.special.betaincinv(x, n - x + 1, alpha / 2)) if p > 0 else 0.0
    high = float(scipy.special.betaincinv(x + 1, n - x, 1 - alpha / 2)) if p < 1 else 1.0
    return low, high


def counts_interval(
    x: int,
    n: int,
    *,
    level: float = 0.95,
    kind: CountsInterval = "wilson",
) -> Bounds | None:
    """The interval of x successes among n people drawn without a design; None where there is none.

    kind: "wilson" (default); "wilson-cc" (moved out by half a person, as R's prop.test: not for x = n/2);
    "clopper-pearson"; "jeffreys"; "agresti-coull" (as it is, also beyond 0 and 1); "logit" (Wald's on
    the logit, which x = 0 and x = n do not have). Nobody asked, n = 0, has none of them.
    Raises ValueError for x outside of 0..n, and for an unknown kind.
    Source: Wilson 1927; Clopper & Pearson 1934; Agresti & Coull 1998; Brown, Cai & DasGupta 2001.
    """
    if not 0 <= x <= n:
        raise ValueError(f"{x} of {n}")
    if kind not in _OF_COUNTS:
        raise ValueError(f"no interval is called {kind!r}")
    interval = _OF_COUNTS[kind]
    return interval(x, n, level) if n else None


def _wilson_of_counts(x: int, n: int, level: float) -> Bounds:
    return wilson(x / n, n, t_quantile(level, math.inf))


def _wilson_cc(x: int, n: int, level: float) -> Bounds:
    z, moved = t_quantile(level, math.inf), 0.0 if 2 * x == n else 0.5
    low = wilson((x - moved) / n, n, z)[0] if x > 0 else 0.0
    high = wilson((x + moved) / n, n, z)[1] if x < n else 1.0
    return low, high


def _clopper_pearson(x: int, n: int, level: float) -> Bounds:
    return beta(x / n, n, level)


def _jeffreys(x: int, n: int, level: float) -> Bounds:
    low, high = (1 - level) / 2, (1 + level) / 2
    return (
        float(scipy.special.betaincinv(x + 0.5, n - x + 0.5, low)) if x > 0 else 0.0,
        float(scipy.special.betaincinv(x + 0.5, n - x + 0.5, high)) if x < n else 1.0,
    )


def _agresti_coull(x: int, n: int, level: float) -> Bounds:
    z = t_quantile(level, math.inf)
    people = n + z * z
    p = (x + z * z / 2) / people
    return _wald(p, p * (1 - p) / people, z)


def _logit_of_counts(x: int, n: int, level: float) -> Bounds | None:
    p = x / n
    return _logit(p, p * (1 - p) / n, t_quantile(level, math.inf)) if 0 < x < n else None


_OF_COUNTS: dict[str, Callable[[int, int, float], Bounds | None]] = {
    "wilson": _wilson_of_counts,
    "wilson-cc": _wilson_cc,
    "clopper-pearson": _clopper_pearson,
    "jeffreys": _jeffreys,
    "agresti-coull": _agresti_coull,
    "logit": _logit_of_counts,
}


def within(interval: Bounds, bounds: Bounds) -> Bounds:
    """The part of an interval that lies within bounds."""
    low, high = interval
    return max(bounds[0], low), min(bounds[1], high)
