"""The change between two periods, and whether it is more than the samples' own restlessness.

    change(share(strata_2025), share(strata_2026))              # samples without a common unit
    changes(totals_of(steps, agency, year, design=design, satisfied_from=4), 2025, 2026)
    counts_change((56, 70), (48, 80))                           # plain counts: Newcombe's interval

Where the same villages or counters are visited again, both periods share their luck; the covariance
of the common units is taken off, and the change is known better than its two ends.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from survey.comparison.adjust import adjusted
from survey.comparison.contrasts import ROUNDING, two_sided_p
from survey.comparison.covariance import Joint, Of, Totals, joint
from survey.counts import Parts
from survey.disclosure import FEW
from survey.intervals import Bounds, t_quantile, wilson
from survey.stats import Estimate, mean, share


class Direction(StrEnum):
    """What may be said of a change."""

    UP = "up"
    DOWN = "down"
    NOT_SHOWN = "not-shown"


@dataclass(frozen=True, slots=True)
class Change:
    """after - before, with what is known of its error.

    covariance: of the two estimates, from PSUs in both · df: of the t test and interval
    p: two-sided, as it is · q: adjusted for all that were tested with it
    reason: why something is missing: "no-answers", "one-answer", "one-psu", "no-variance" (as in
    `Estimate`), "few-answers" (not tested) · model_based: interval and p rest on an assumed design
    effect, because one of the two periods has no error of its own
    """

    before: Estimate
    after: Estimate
    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    covariance: float = 0.0
    df: float = 0
    p: float | None = None
    q: float | None = None
    reason: str | None = None
    model_based: bool = False
    method: str = "change/t@1"

    def direction(self, rate: float = 0.05) -> Direction:
        """Up or down where the adjusted p (without one, the p) is at most `rate`."""
        p = self.p if self.q is None else self.q
        if p is None or p > rate or not self.value:
            return Direction.NOT_SHOWN
        return Direction.UP if self.value > 0 else Direction.DOWN


def change(
    before: Estimate,
    after: Estimate,
    *,
    covariance: float = 0.0,
    df: float | None = None,
    scale: Bounds | None = (0.0, 1.0),
) -> Change:
    """The difference after - before, V = V1 + V2 - 2 Cov, Student's t; at the level of both estimates.

    covariance, df: of samples with common PSUs; by default there are none, and the df of both add.
    scale: ends of the scale of both. Where one has no variance (all satisfied, one PSU), the interval
    joins the two estimates' own intervals, which are model-based, and p is that of the score test with
    their effective sizes; without a scale there is no such p. Raises ValueError for two levels.
    Source: Kish 1965, ch. 12; Newcombe 1998, method 10 (joining intervals).
    """
    if before.level != after.level:
        raise ValueError(f"estimates at two levels, {before.level} and {after.level}")
    freedom = before.df + after.df if df is None else df
    found = Change(before, after, level=before.level, covariance=covariance, df=freedom)
    if before.value is None or after.value is None:
        return replace(found, reason="no-answers")
    found = replace(found, value=after.value - before.value)
    if before.n < 2 or after.n < 2:
        return replace(found, reason="one-answer")
    if before.se is None or after.se is None or freedom <= 0:
        return _model_based(found, scale)
    parts = before.se**2 + after.se**2
    variance = parts - 2 * covariance
    return _tested(found, math.sqrt(variance)) if variance > ROUNDING * parts else _model_based(found, scale)


def change_between(
    totals: Totals | Parts,
    before: Hashable,
    after: Hashable,
    *,
    of: Of = "y",
    level: float = 0.95,
    median_deff: float = 1.0,
    scale: Bounds | None = (0.0, 1.0),
) -> Change:
    """The change between two keys of one stacked sample, with the covariance of their common PSUs.

    Stack the periods' rows and let the period be a label: a PSU is the same one where stratum and name
    are, and n_h counts those of either period. Periods drawn from scratch are different strata.
    df: PSUs with an answer in either, minus strata · of, scale: "s" and its ends for means.
    """
    return _between(joint(totals, of=of), before, after, _Reading(of, level, median_deff, scale))


def changes(
    totals: Totals | Parts,
    before: Hashable,
    after: Hashable,
    *,
    of: Of = "y",
    level: float = 0.95,
    median_deff: float = 1.0,
    scale: Bounds | None = (0.0, 1.0),
    fewest: int = FEW,
) -> dict[Hashable, Change]:
    """The change of every domain between two periods, q adjusted over all that are tested.

    totals: with keys (domain, period) · fewest: people in each period below which nothing is tested
    Source: Benjamini & Hochberg 1995; otherwise as `change_between`.
    """
    together, reading = joint(totals, of=of), _Reading(of, level, median_deff, scale)
    domains = dict.fromkeys(key[0] for key in totals.keys if isinstance(key, tuple))
    found = {
        domain: _gated(_between(together, (domain, before), (domain, after), reading), fewest)
        for domain in domains
    }
    q = adjusted([one.p for one in found.values()])
    return {domain: replace(one, q=value) for (domain, one), value in zip(found.items(), q, strict=True)}


class _Reading(NamedTuple):
    """How totals are read as estimates."""

    of: Of
    level: float
    median_deff: float
    scale: Bounds | None

    def estimate(self, totals: Totals | Parts, key: Hashable) -> Estimate:
        strata = totals.strata(key)
        if self.of == "y":
            return share(strata, level=self.level, median_deff=self.median_deff)
        return mean(strata, level=self.level, bounds=self.scale, median_deff=self.median_deff)


def _between(together: Joint, before: Hashable, after: Hashable, reading: _Reading) -> Change:
    totals = together.totals
    one, other = (together.coefficients({key: 1.0}) for key in (before, after))
    covariance = 0.0 if one is None or other is None else float(one @ together.covariance @ other)
    return change(
        reading.estimate(totals, before),
        reading.estimate(totals, after),
        covariance=covariance,
        df=totals.df((before, after)),
        scale=reading.scale,
    )


def _gated(found: Change, fewest: int) -> Change:
    """Without test and interval where too few people answered in one of the periods."""
    if found.value is None or min(found.before.n, found.after.n) >= fewest:
        return found
    return Change(
        found.before,
        found.after,
        found.value,
        level=found.level,
        covariance=found.covariance,
        df=found.df,
        reason="few-answers",
    )


def _tested(found: Change, se: float) -> Change:
    assert found.value is not None
    half = t_quantile(found.level, found.df) * se
    p = two_sided_p(found.value / se, found.df)
    return replace(found, se=se, low=found.value - half, high=found.value + half, p=p)


def _model_based(found: Change, scale: Bounds | None) -> Change:
    """The interval and the test that need no variance between PSUs, marked as such."""
    before, after = found.before, found.after
    reason = "one-psu" if "one-psu" in (before.reason, after.reason) or found.df <= 0 else "no-variance"
    one, other = _interval(before), _interval(after)
    if before.value is None or after.value is None or one is None or other is None:
        return replace(found, reason=reason)
    low, high = joined(before.value, one, after.value, other)
    p = None if scale is None else _score_p(before, after, scale)
    return replace(found, low=low, high=high, p=p, reason=reason, model_based=True, method="change/joined@1")


def joined(p1: float, interval1: Bounds, p2: float, interval2: Bounds) -> Bounds:
    """The interval of p2 - p1 from those of two independent estimates. Source: Newcombe 1998, method 10."""
    (low1, high1), (low2, high2) = interval1, interval2
    return p2 - p1 - math.hypot(p2 - low2, high1 - p1), p2 - p1 + math.hypot(high2 - p2, p1 - low1)


def _interval(estimate: Estimate) -> Bounds | None:
    return None if estimate.low is None or estimate.high is None else (estimate.low, estimate.high)


def _score_p(before: Estimate, after: Estimate, scale: Bounds) -> float | None:
    """The score test of two shares (or means, moved to 0..1) with their effective sizes."""
    if before.value is None or after.value is None or not before.n_eff or not after.n_eff:
        return None
    p1, p2 = ((value - scale[0]) / (scale[1] - scale[0]) for value in (before.value, after.value))
    chi2 = _chi2(p1, before.n_eff, p2, after.n_eff)
    return None if chi2 is None else two_sided_p(math.sqrt(chi2), math.inf)


def _chi2(p1: float, n1: float, p2: float, n2: float) -> float | None:
    """Pearson's statistic of two shares; None where all or none are satisfied in both."""
    pooled = (n1 * p1 + n2 * p2) / (n1 + n2)
    if not ROUNDING < pooled < 1 - ROUNDING:
        return None
    return (p2 - p1) ** 2 / (pooled * (1 - pooled) * (1 / n1 + 1 / n2))


# Counts without a design.


@dataclass(frozen=True, slots=True)
class CountsChange:
    """after - before of plain counts. p: of Pearson's chi2, without correction · exact_p: Fisher's.

    reason: "no-answers" (in one of the two), "no-variance" (all or none satisfied in both: no chi2)
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    chi2: float | None = None
    p: float | None = None
    exact_p: float | None = None
    reason: str | None = None


def counts_change(
    before: tuple[int, int],
    after: tuple[int, int],
    *,
    level: float = 0.95,
    kind: Literal["newcombe", "wald"] = "newcombe",
) -> CountsChange:
    """The change of x satisfied of n people, given as (x, n), drawn without a design.

    kind: "newcombe" joins two Wilson intervals; "wald" for comparison with other software, without
    width where all or none are satisfied. Raises ValueError for counts that are none.
    Source: Newcombe 1998, method 10; Fisher 1935 (two-sided: all tables at most as likely).
    """
    (x1, n1), (x2, n2) = before, after
    if not (0 <= x1 <= n1 and 0 <= x2 <= n2):
        raise ValueError(f"{x1} of {n1}, {x2} of {n2}")
    if not (n1 and n2):
        return CountsChange(level=level, reason="no-answers")
    p1, p2 = x1 / n1, x2 / n2
    z = t_quantile(level, math.inf)
    if kind == "newcombe":
        low, high = joined(p1, wilson(p1, n1, z), p2, wilson(p2, n2, z))
    else:
        half = z * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        low, high = p2 - p1 - half, p2 - p1 + half
    chi2 = _chi2(p1, n1, p2, n2)
    p = None if chi2 is None else two_sided_p(math.sqrt(chi2), math.inf)
    reason = None if chi2 is not None else "no-variance"
    return CountsChange(p2 - p1, low, high, level, chi2, p, _fisher(x1, n1, x2, n2), reason)


def _fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """Fisher's exact p: all tables with these margins that are at most as likely as this one."""
    satisfied = x1 + x2
    x = np.arange(max(0, satisfied - n2), min(n1, satisfied) + 1)
    ways = _log_choose(n1, x) + _log_choose(n2, satisfied - x) - _log_choose(n1 + n2, satisfied)
    chance = np.exp(ways)
    return min(1.0, float(chance[chance <= chance[x == x1] * (1 + 1e-7)].sum()))


def _log_choose(n: int, k: ArrayLike) -> NDArray[np.float64]:
    taken = np.asarray(k, dtype=float)
    return np.asarray(
        scipy.special.gammaln(n + 1)
        - scipy.special.gammaln(taken + 1)
        - scipy.special.gammaln(n - taken + 1),
        dtype=float,
    )
