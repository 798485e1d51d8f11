"""Weights where cells are small, margins cannot be met or nothing varies; trimming and replicates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey import stats
from survey.errors import WeightNotPositive
from survey.weighting import (
    Margin,
    Sample,
    calibrate,
    indicators,
    jackknife,
    kish,
    mean,
    poststratify,
    rake,
    replicated,
    share,
    total,
    trimmed,
)
from tests.golden.reading import table
from tests.test_weighting import SEX, by_way, margins, weighted

# Weights.


def test_raking_and_exponential_calibration_are_one() -> None:
    made, other = weighted("apisrs", "rake"), weighted("apisrs", "calibrate_raking")
    assert made.weights == pytest.approx(other.weights, rel=1e-10)


@by_way
def test_a_sample_that_agrees_already_keeps_its_weights_to_the_last_digit(way: str) -> None:
    margin = Margin(["a"] * 20 + ["b"] * 20, {"a": 80, "b": 80})
    columns, totals = indicators([margin])
    kind = {"calibrate_raking": "exp", "calibrate_logit": "logit"}.get(way, "linear")
    weights = np.full(40, 4.0)
    made = {
        "postStratify": poststratify(margin, weights=weights),
        "rake": rake([margin], weights=weights),
    }.get(way) or calibrate(columns, totals, weights=weights, kind=kind)
    assert made.weights == pytest.approx(weights, rel=1e-15)
    values = (np.arange(40) % 3 == 0).astype(float)
    plain = stats.share(stats.of_arrays(values, strata=np.repeat([0, 1], 20)))
    mine = share(values, made, Sample(strata=np.repeat([0, 1], 20)))
    assert mine.value == pytest.approx(plain.value, rel=1e-15)
    assert mine.se == pytest.approx(plain.se, rel=1e-12)
    assert (mine.low, mine.high) == pytest.approx((plain.low, plain.high), rel=1e-12)


def test_a_cell_of_fewer_than_ten_is_taken_with_its_smaller_neighbour() -> None:
    ages = ["18"] * 20 + ["30"] * 12 + ["45"] * 9 + ["60"] * 30
    people = {"18": 100, "30": 90, "45": 80, "60": 70}
    made = poststratify(Margin(ages, people))
    assert made.merged == (("30", "45"),)
    assert made.weights[:20].sum() == pytest.approx(100, rel=1e-12)
    assert made.weights[20:41] == pytest.approx(170 / 21, rel=1e-12)
    assert poststratify(Margin(ages, people), smallest=9).merged == ()


def test_a_cell_that_nobody_was_drawn_from_is_taken_with_its_neighbour() -> None:
    made = poststratify(Margin(["a"] * 15 + ["c"] * 20, {"a": 10, "b": 5, "c": 10}), smallest=1)
    assert made.merged == (("a", "b"),)
    assert made.weights.sum() == pytest.approx(25, rel=1e-12)
    assert made.converged


def test_small_cells_are_taken_together_until_none_is_small() -> None:
    made = poststratify(Margin(list("abcdef") * 2, dict.fromkeys("abcdef", 10.0)))
    assert made.merged == (tuple("abcdef"),)
    assert made.weights == pytest.approx(np.full(12, 5.0), rel=1e-12)


def test_a_sample_of_nobody_agrees_with_no_population() -> None:
    made = poststratify(Margin([], SEX))
    assert (made.converged, made.weights.size, made.deff_weights) == (False, 0, None)
    assert rake([Margin([], SEX)]).converged is False
    assert share([], made).reason == "no-answers"


@pytest.mark.parametrize("label", ["x", None, float("nan")])
def test_a_row_of_a_category_without_population_is_refused_by_its_number(label: object) -> None:
    with pytest.raises(ValueError, match="row 2"):
        poststratify(Margin(["m", "f", label], SEX | {"x": 0}))


@pytest.mark.parametrize("people", [{}, {"m": 0}, {"m": -1, "f": 2}, {"m": float("nan")}])
def test_a_population_that_is_none_is_refused(people: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="population"):
        Margin(["m"], people)


def test_margins_of_different_populations_are_refused() -> None:
    with pytest.raises(ValueError, match="different populations"):
        rake([Margin(["m", "f"], SEX), Margin(["y", "o"], {"y": 50, "o": 51})])


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_a_weight_that_is_not_positive_is_refused_by_every_way(weight: float) -> None:
    weights, margin = [1.0, weight], Margin(["m", "f"], SEX)
    columns, totals = indicators([margin])
    for made in (
        lambda: poststratify(margin, weights=weights),
        lambda: rake([margin], weights=weights),
        lambda: calibrate(columns, totals, weights=weights),
        lambda: trimmed(weights),
        lambda: jackknife(weights, Sample()),
    ):
        with pytest.raises(WeightNotPositive) as refused:
            made()
        assert refused.value.detail["row"] == 1


def test_an_empty_margin_cell_never_passes_for_convergence() -> None:
    sex, age = Margin(["m", "f", "f", "m"], SEX), Margin(["y", "o", "y", "o"], {"y": 40, "o": 50, "x": 10})
    made = rake([sex, age], most=20)
    assert (made.converged, made.rounds) == (False, 20)
    assert made.error >= 0.1 - 1e-12
    assert made.weights.shape == (4,) and (made.weights > 0).all()


def test_too_few_rounds_are_not_convergence() -> None:
    assert not rake(margins("apisrs"), weights=table("apisrs")["pw"], most=2).converged
    columns, totals = indicators(margins("apisrs"))
    assert not calibrate(columns, totals, weights=table("apisrs")["pw"], kind="exp", most=1).converged


def test_factors_are_cut_between_three_tenths_and_three_and_the_margins_still_agree() -> None:
    rng = np.random.default_rng(4)
    sex, age = rng.choice(["m", "f"], 600, p=[0.9, 0.1]), rng.choice(["y", "o"], 600, p=[0.85, 0.15])
    known = [Margin(sex, {"m": 500, "f": 500}), Margin(age, {"y": 500, "o": 500})]
    free, cut = rake(known, trim=None), rake(known)
    assert free.trimmed == 0 < cut.trimmed
    assert cut.converged
    usual = 1000 / 600
    assert free.factors.max() / usual > 3
    assert cut.factors.max() < free.factors.max()
    assert (cut.deff_weights or 0) < (free.deff_weights or 0)
    for margin in known:
        assert np.bincount(margin.codes, cut.weights) == pytest.approx([500, 500], rel=1e-10)


def test_limits_of_factors_do_not_depend_on_the_unit_of_the_design_weights() -> None:
    known = margins("apisrs")
    small, large = rake(known), rake(known, weights=np.full(200, 30.97))
    assert small.weights == pytest.approx(large.weights, rel=1e-10)
    assert (small.trimmed, large.trimmed) == (0, 0)


def test_bounded_calibration_stays_within_its_bounds_or_says_that_it_cannot() -> None:
    columns, totals = indicators(margins("apiclus1"))
    weights = table("apiclus1")["pw"]
    tight = calibrate(columns, totals, weights=weights, kind="logit", bounds=(0.85, 1.96))
    assert tight.converged
    assert 0.85 < tight.factors.min() < tight.factors.max() < 1.96
    impossible = calibrate(columns, totals, weights=weights, kind="logit", bounds=(0.95, 1.05))
    assert not impossible.converged
    assert impossible.error > 0.01
    assert 0.95 <= impossible.factors.min() <= impossible.factors.max() <= 1.05


@pytest.mark.parametrize("kind", ["linear", "exp", "logit"])
def test_totals_that_contradict_each_other_are_not_reached(kind: Any) -> None:
    x = np.column_stack([np.ones(10), np.ones(10)])
    made = calibrate(x, [10.0, 12.0], kind=kind)
    assert not made.converged
    assert np.isfinite(made.weights).all()


def test_a_linear_weight_below_zero_is_not_estimated_with() -> None:
    x = np.column_stack([np.ones(11), np.arange(11.0)])
    made = calibrate(x, [11.0, 99.0])
    assert made.converged
    assert made.weights.min() < 0
    with pytest.raises(WeightNotPositive, match="weight-not-positive"):
        mean(np.arange(11.0), made)


@pytest.mark.parametrize(
    ("auxiliary", "totals", "more"),
    [
        ([1.0, 1.0], [2.0], {}),
        ([[1.0], [1.0]], [2.0, 3.0], {}),
        ([[1.0], [np.nan]], [2.0], {}),
        ([[1.0], [1.0]], [np.inf], {}),
        ([[1.0], [1.0]], [2.0], {"bounds": (1.0, 2.0)}),
        ([[1.0], [1.0]], [2.0], {"weights": [1.0]}),
    ],
)
def test_what_cannot_be_calibrated_is_refused(auxiliary: Any, totals: Any, more: Any) -> None:
    with pytest.raises(ValueError, match=r"shape|number|bounds|rows"):
        calibrate(auxiliary, totals, **more)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(["linear", "exp"]), unit=st.floats(1e-3, 1e3))
def test_calibrated_weights_reproduce_what_they_were_calibrated_on(seed: int, kind: Any, unit: float) -> None:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(60), rng.normal(2, 1, 60), rng.integers(0, 2, 60)]) * [1, unit, 1]
    weights = rng.uniform(1, 3, 60)
    totals = (weights * rng.uniform(0.8, 1.25, 60)) @ x
    made = calibrate(x, totals, weights=weights, kind=kind)
    assert made.converged
    assert made.weights @ x == pytest.approx(totals, rel=1e-9, abs=1e-9 * unit)


# Trimming and replicates.


def test_trimming_keeps_the_sum_and_strict_trimming_the_limits() -> None:
    weights = [1.0, 1.0, 2.9, 3.0, 9.0]
    once, strict = trimmed(weights, high=4.0), trimmed(weights, high=4.0, strict=True)
    assert once.max() > 4.0 >= strict.max()
    assert once.sum() == pytest.approx(16.9, rel=1e-12)
    assert strict.sum() == pytest.approx(16.9, rel=1e-12)
    assert trimmed(weights) == pytest.approx(weights, rel=0)


def test_limits_that_cannot_keep_the_sum_are_refused() -> None:
    with pytest.raises(ValueError, match="keep the sum"):
        trimmed([1.0, 5.0, 9.0], high=2.0, strict=True)
    with pytest.raises(ValueError, match="keep the sum"):
        trimmed([5.0, 9.0], high=2.0)


def test_equal_weights_cost_nothing() -> None:
    assert kish([0.1] * 7).deff == pytest.approx(1.0, rel=1e-15)
    assert (kish([]).n_eff, kish([]).deff) == (None, None)


@pytest.mark.parametrize("population", [None, "fpc"])
def test_the_jackknife_of_a_total_is_its_linearised_variance(population: str | None) -> None:
    """Of a total both are exact, in every stratum (Wolter 2007)."""
    data = table("apistrat")
    sample = Sample(strata=data["stype"], population=None if population is None else data["fpc"])
    nothing = calibrate(np.zeros((200, 1)), [0.0], weights=data["pw"])
    estimate = replicated(lambda rows, w: float(data["api00"][rows] @ w), jackknife(data["pw"], sample))
    linear = total(data["api00"], nothing, sample)
    for field in ("value", "se", "low", "high", "df", "n"):
        assert getattr(estimate, field) == pytest.approx(getattr(linear, field), rel=1e-10)


def test_a_stratum_taken_whole_needs_no_replicates() -> None:
    sample = Sample(strata=[1, 1, 1, 2, 2], population=[9, 9, 9, 2, 2])
    again = jackknife(np.ones(5), sample)
    assert again.weights.shape == (3, 5)
    assert again.weights[0] == pytest.approx([0, 1.5, 1.5, 1, 1])
    assert again.scale == pytest.approx([2 / 3 * 2 / 3] * 3)
    assert not jackknife(np.ones(4), Sample(strata=[1, 1, 1, 2], population=[9, 9, 9, 1])).lonely


def test_replicates_that_show_no_spread_are_no_error_of_zero() -> None:
    lonely = jackknife(np.ones(4), Sample(strata=[1, 1, 1, 2]))
    whole = jackknife(np.ones(3), Sample(population=[3, 3, 3]))
    nothing, one = jackknife([], Sample()), jackknife([1.0], Sample())
    empty = jackknife(np.ones(4), Sample(psu=[1, 1, 2, 2]))

    def first_row(rows: np.ndarray, _: np.ndarray) -> float | None:
        return 1.0 if 0 in rows else None

    found = [replicated(lambda rows, w: float(w.mean()), each) for each in (lonely, whole, nothing, one)]
    found.append(replicated(first_row, empty))
    assert [each.reason for each in found] == [
        "one-psu",
        "no-variance",
        "no-answers",
        "one-answer",
        "one-psu",
    ]
    assert all((each.se, each.low, each.high) == (None, None, None) for each in found)
