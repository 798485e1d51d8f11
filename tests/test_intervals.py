"""Intervals of a proportion agree with R, from plain counts and from a design variance."""

from __future__ import annotations

import math

import pytest

from survey.intervals import counts_interval, proportion_interval, t_quantile
from tests.golden.reading import RTOL, expected

BINOMIAL = expected("intervals")["binomial"]


@pytest.mark.parametrize("kind", ["wilson", "clopper-pearson", "jeffreys"])
def test_intervals_of_plain_counts_are_those_of_r(kind: str) -> None:
    for case in BINOMIAL:
        interval = counts_interval(case["x"], case["n"], level=case["level"], kind=kind)
        # an end that is 0 or 1 in theory is one rounding away from it in R
        assert interval == pytest.approx(case[kind.replace("-", "_")], rel=RTOL, abs=1e-15)


def test_no_people_have_no_interval() -> None:
    assert counts_interval(0, 0) is None


@pytest.mark.parametrize(("x", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_more_successes_than_people_are_refused(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="of"):
        counts_interval(x, n)


def test_a_simple_random_sample_has_the_plain_wilson_interval() -> None:
    variance = 0.3 * 0.7 / 200
    assert proportion_interval(0.3, variance, 200, math.inf) == pytest.approx(counts_interval(60, 200))


def test_truncation_never_lets_a_design_beat_a_simple_random_sample() -> None:
    lucky = 0.3 * 0.7 / 2000
    truncated = proportion_interval(0.3, lucky, 200, 199, kind="beta_trunc")
    assert truncated == pytest.approx(counts_interval(60, 200, kind="clopper-pearson"), rel=1e-12)
    free = proportion_interval(0.3, lucky, 200, 199, kind="beta")
    assert free[1] - free[0] < truncated[1] - truncated[0]
    unlucky = 0.3 * 0.7 / 50
    assert proportion_interval(0.3, unlucky, 200, 9, kind="beta_trunc") == proportion_interval(
        0.3, unlucky, 200, 9, kind="beta"
    )


def test_few_sampling_units_make_a_wide_interval() -> None:
    few, many = (proportion_interval(0.8, 0.001, 400, df) for df in (3, 300))
    assert few[0] < many[0] < 0.8 < many[1] < few[1]


@pytest.mark.parametrize(("p", "variance", "df"), [(0, 0.1, 5), (1, 0.1, 5), (0.5, 0, 5), (0.5, 0.1, 0)])
def test_an_interval_is_refused_where_the_variance_says_nothing(p: float, variance: float, df: int) -> None:
    with pytest.raises(ValueError, match="no design-based interval"):
        proportion_interval(p, variance, 100, df)


def test_a_logit_interval_far_out_does_not_overflow() -> None:
    low, high = proportion_interval(0.001, 0.01, 40, 2, kind="logit")
    assert 0 <= low < 0.001 < high <= 1


def test_infinite_degrees_of_freedom_are_the_normal_distribution() -> None:
    assert t_quantile(0.95, math.inf) == pytest.approx(1.959963984540054, rel=1e-15)
