"""How many more people a verdict takes: with them the target leaves the interval, with fewer it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey.comparison import needed, verdict
from survey.figure import Verdict
from survey.intervals import t_quantile, wilson
from survey.stats import Estimate


def estimate(p: float, n: int, deff: float = 1.5, df: int = 40) -> Estimate:
    n_eff = n / deff
    low, high = wilson(p, n_eff, t_quantile(0.95, df))
    return Estimate(value=p, se=0.01, low=low, high=high, n=n, answers=n, df=df, deff=deff, n_eff=n_eff)


@pytest.mark.parametrize(
    ("p", "target"), [(0.93, 0.95), (0.96, 0.95), (0.88, 0.9), (0.905, 0.9), (0.5, 0.51)]
)
def test_so_many_more_decide_and_one_fewer_does_not(p: float, target: float) -> None:
    now = estimate(p, 100)
    more = needed(now, target)
    assert more is not None
    assert verdict(estimate(p, now.n + more), target) is not Verdict.INSUFFICIENT
    assert verdict(estimate(p, now.n + more - 1), target) is Verdict.INSUFFICIENT


def test_a_verdict_needs_nobody_more() -> None:
    assert needed(estimate(0.7, 500), 0.95) is None


def test_fewer_than_thirty_people_are_too_few_however_far_the_target_is() -> None:
    assert needed(estimate(0.2, 12), 0.95) == 18


def test_on_the_target_nobody_can_tell() -> None:
    assert needed(estimate(0.95, 200), 0.95) is None
    assert needed(estimate(0.95 + 1e-9, 200), 0.95) is None


def test_without_a_design_there_is_only_the_least_number() -> None:
    nothing = Estimate(value=0.9, n=10, answers=10, reason="one-psu")
    assert needed(nothing, 0.95) == 20
    assert needed(replace(nothing, n=0, value=None), 0.95) is None
