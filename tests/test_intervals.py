"""Intervals of a proportion agree with R, from plain counts and from a design variance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.counts import Moments, Stratum
from survey.intervals import (
    CountsInterval,
    Interval,
    counts_interval,
    proportion_interval,
    t_quantile,
    taken_variance,
)
from survey.stats import Estimate, share
from tests.golden.reading import RTOL, expected

BINOMIAL = expected("intervals")["binomial"]


KINDS = ("wilson", "wilson-cc", "clopper-pearson", "jeffreys", "agresti-coull", "logit")
KINDS_OF_SHARES: tuple[Interval, ...] = ("wilson", "logit", "beta", "beta_trunc", "wald", "asin")


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


# The interval that leans on the question's usual design effect.


def leaning(p: float, variance: float, n: int, df: int, deff: float | None, usual: float) -> float:
    return taken_variance("wilson-usual", variance, p, n, df, deff, usual)


@pytest.mark.parametrize(
    ("p", "n", "df", "deff", "usual", "expected"),
    [
        # 10 rare answers, each worth a fifth: e = 2, d = (2 · 2 + 20 · 5) / 22
        (0.99, 1_000, 19, 2.0, 5.0, 104 / 22),
        # as few units as rare answers count: e = 4, d = (4 · 1 + 20 · 1.5) / 24
        (0.5, 500, 4, 1.0, 1.5, 34 / 24),
        # more than is usual stays
        (0.9, 200, 9, 3.0, 2.0, 3.0),
        # what each person says sixteen times may be surer than one answer a person: e = 50 / 0.8
        (0.5, 100, 99, 0.4, 0.8, (62.5 * 0.4 + 20 * 0.8) / 82.5),
    ],
)
def test_a_design_effect_that_rests_on_few_leans_on_the_usual_one(
    p: float, n: int, df: int, deff: float, usual: float, expected: float
) -> None:
    for part in (p, 1 - p):
        assert leaning(part, 0.001, n, df, deff, usual) == pytest.approx(0.001 * expected / deff)


@given(
    p=st.floats(0.001, 0.999),
    n=st.integers(2, 100_000),
    df=st.integers(1, 5_000),
    deff=st.floats(0.01, 50),
    usual=st.floats(0.01, 50),
)
def test_leaning_never_makes_an_interval_narrower(
    p: float, n: int, df: int, deff: float, usual: float
) -> None:
    variance = deff * p * (1 - p) / n
    taken = leaning(p, variance, n, df, deff, usual)
    assert variance <= taken <= variance * max(1.0, usual / deff) * (1 + 1e-12)
    (low, high), (least, most) = (
        proportion_interval(p, each, n, df, kind=kind)
        for each, kind in ((variance, "wilson"), (taken, "wilson-usual"))
    )
    assert least <= low + 1e-12 and high <= most + 1e-12


def test_many_answers_of_both_kinds_in_many_units_lean_on_nothing() -> None:
    taken = [leaning(0.8, 0.001, n, n // 10, 1.0, 2.0) for n in (100, 10_000, 1_000_000)]
    assert taken[0] > taken[1] > taken[2] > 0.001
    assert taken[2] == pytest.approx(0.001, rel=1e-3)


def test_only_the_interval_that_is_called_so_leans() -> None:
    for kind in KINDS_OF_SHARES:
        assert taken_variance(kind, 0.001, 0.99, 100, 9, 2.0, 50.0) == 0.001
    assert leaning(0.99, 0.001, 100, 9, None, 50.0) == 0.001


@pytest.mark.parametrize("usual", [0.0, -1.0, math.nan, math.inf])
def test_what_is_no_design_effect_is_refused(usual: float) -> None:
    with pytest.raises(ValueError, match="design effect"):
        leaning(0.9, 0.001, 100, 9, 2.0, usual)


def test_the_interval_of_the_pages_holds_shares_near_one_of_few_alike_units() -> None:
    """20 units of 50 people with icc 0.1 and 99 % satisfied: Wilson's interval misses one in eight."""
    rng, units, people, truth = np.random.default_rng(20), 20, 50, 0.99
    shares = rng.beta(truth * 9, (1 - truth) * 9, (600, units))
    drawn = [of_cells([(people, int(y)) for y in sample]) for sample in rng.binomial(people, shares).tolist()]
    usual = float(np.median([deff for one in drawn if (deff := share(one).deff) is not None]))
    held = {
        kind: np.mean([_holds(share(one, interval=kind, median_deff=usual), truth) for one in drawn])
        for kind in ("wilson", "wilson-usual")
    }
    assert held["wilson"] < 0.91 and held["wilson-usual"] > 0.94


def of_cells(units: list[tuple[int, int]]) -> tuple[Stratum, ...]:
    """Units of (people, satisfied) in one stratum."""
    n, y = np.array(units, dtype=float).T
    sums = [float(each.sum()) for each in (n, n, n, y, y, y, n * n, n * y, y * y, n * y, y * y)]
    return (Stratum(Moments(len(units), int(sums[0]), int(sums[0]), *sums[1:]), len(units)),)


def _holds(estimate: Estimate, truth: float) -> bool:
    return (estimate.low or 0.0) <= truth <= (estimate.high or 0.0)
