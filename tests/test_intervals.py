"""Intervals of a proportion agree with R, from plain counts and from a design variance."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.intervals import CountsInterval, counts_interval, proportion_interval, t_quantile
from tests.golden.reading import RTOL, expected

BINOMIAL = expected("intervals")["binomial"]


KINDS = ("wilson", "wilson-cc", "clopper-pearson", "jeffreys", "agresti-coull", "logit")


@pytest.mark.parametrize("kind", KINDS)
def test_intervals_of_plain_counts_are_those_of_r(kind: CountsInterval) -> None:
    for case in BINOMIAL:
        interval = counts_interval(case["x"], case["n"], level=case["level"], kind=kind)
        if (reference := case[kind.replace("-", "_")]) is None:
            assert interval is None
            continue
        # an end that is 0 or 1 in theory is one rounding away from it in R
        assert interval == pytest.approx(reference, rel=RTOL, abs=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_no_people_have_no_interval(kind: CountsInterval) -> None:
    assert counts_interval(0, 0, kind=kind) is None


@pytest.mark.parametrize("kind", KINDS)
@given(n=st.integers(1, 3000), part=st.floats(0, 1))
def test_satisfied_and_dissatisfied_are_mirror_images(kind: CountsInterval, n: int, part: float) -> None:
    x = round(n * part)
    one, other = counts_interval(x, n, kind=kind), counts_interval(n - x, n, kind=kind)
    if one is None or other is None:
        assert one is other and x in (0, n)
        return
    assert one == pytest.approx((1 - other[1], 1 - other[0]), rel=1e-9, abs=1e-12)
    assert one[0] <= (x / n) + 1e-12 and x / n - 1e-12 <= one[1]


def test_an_unknown_kind_of_interval_is_an_error() -> None:
    with pytest.raises(ValueError, match="is called"):
        counts_interval(3, 10, kind="exact")  # type: ignore[arg-type]


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
