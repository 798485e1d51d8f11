"""What an estimate says about a target: from its interval, never from the value alone.

verdict(share(strata), 0.95, ">=")      # -> Verdict.MET, NOT_MET or INSUFFICIENT
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from survey.disclosure import FEW
from survey.figure import Verdict
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
