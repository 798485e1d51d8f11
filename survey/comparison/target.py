"""What an estimate says about a target: from its interval, never from the value alone.

verdict(share(strata), 0.95, ">=")      # -> Verdict.MET, NOT_MET or INSUFFICIENT
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from survey.disclosure import FEW
from survey.figure import Verdict
from survey.intervals import t_quantile
from survey.stats import Estimate

_MEETS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}


def verdict(estimate: Estimate, target: float, comparison: str = ">=") -> Verdict:
    """Whether the target is met by every value of the interval, by none of them, or open.

    target: on the scale of the estimate; 95 % of a share is 0.95. comparison: ">=", ">", "<=", "<",
    or "=", which a sample can refute and never establish. Open ("insufficient") too for fewer than
    30 people, without an interval (withheld figures have none), and where all answers come from one
    sampling unit per stratum. Raises KeyError for an unknown comparison.
    """
    low, high = estimate.low, estimate.high
    if comparison != "=" and comparison not in _MEETS:
        raise KeyError(comparison)
    if estimate.n < FEW or estimate.reason == "one-psu" or low is None or high is None:
        return Verdict.INSUFFICIENT
    if comparison == "=":
        return Verdict.INSUFFICIENT if low <= target <= high else Verdict.NOT_MET
    low_meets, high_meets = (_MEETS[comparison](end, target) for end in (low, high))
    if low_meets != high_meets:
        return Verdict.INSUFFICIENT
    return Verdict.MET if low_meets else Verdict.NOT_MET


#: more answers than this are said of no service: the figure lies on the target
MOST_NEEDED = 1_000_000


def needed(estimate: Estimate, target: float) -> int | None:
    """How many more people must answer for the target to leave the interval, all else being as it is.

    The share, the design effect and the degrees of freedom are taken to stay. A target lies outside of
    Wilson's interval as soon as n_eff (p - T)^2 > t^2 T (1 - T), of which the smallest n follows; at
    least the 30 people that a verdict takes. None where the interval decides already, where the share lies
    on the target, and where nothing is known of the design. Source: Wilson 1927; docs/method.md.
    """
    p, n, n_eff = estimate.value, estimate.n, estimate.n_eff
    if p is None or not n or verdict(estimate, target) is not Verdict.INSUFFICIENT:
        return None
    if not n_eff or estimate.df <= 0 or p == target:
        return max(0, FEW - n) or None
    t = t_quantile(estimate.level, estimate.df)
    wanted = math.floor(t**2 * target * (1 - target) / (p - target) ** 2 * n / n_eff) + 1
    more = max(wanted, FEW) - n
    return more if 0 < more <= MOST_NEEDED else None
