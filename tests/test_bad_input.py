"""What no formula computes from: it says which row, or which argument, and never gives a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from survey import (
    comparison,
    drivers,
    intervals,
    ranking,
    reliability,
    scores,
    screening,
    small_area,
    stats,
    weighting,
)
from survey.comparison import Design, totals_of
from survey.errors import PopulationBelowSample, Refusal, WeightNotPositive
from survey.weighting import Margin, Sample

N = 12
STEPS = np.array([5.0, 4, 2, 3, 5, 1, 4, 4, 3, 5, 2, 4])
ITEMS = np.random.default_rng(1).integers(1, 7, (N, 3)).astype(float)
HALF = np.repeat(["a", "b"], N // 2)
WEIGHTED = weighting.calibrate(np.ones((N, 1)), [24.0])
PEOPLE = Margin(HALF.tolist(), {"a": 10.0, "b": 20.0})

#: every function that takes the weights of rows, called with some
WITH_WEIGHTS: dict[str, Callable[[Any], Any]] = {
    "stats.of_arrays": lambda w: stats.of_arrays(STEPS, weights=w),
    "scores.factor_score": lambda w: scores.factor_score(ITEMS, (1, 6), weights=w),
    "scores.factor_mean": lambda w: scores.factor_mean([ITEMS] * 3, (1, 6), weights=w),
    "scores.factor_percent": lambda w: scores.factor_percent(ITEMS, satisfied_from=4, weights=w),
    "scores.mean100": lambda w: scores.mean100(ITEMS, (1, 6), weights=w),
    "scores.top_box": lambda w: scores.top_box(ITEMS, highest=5, weights=w),
    "weighting.poststratify": lambda w: weighting.poststratify(PEOPLE, weights=w),
    "weighting.rake": lambda w: weighting.rake([PEOPLE], weights=w),
    "weighting.calibrate": lambda w: weighting.calibrate(np.ones((N, 1)), [30.0], weights=w),
    "weighting.trimmed": lambda w: weighting.trimmed(w, low=0.5, high=3.0),
    "weighting.jackknife": lambda w: weighting.jackknife(w, Sample()),
    "comparison.totals_of": lambda w: totals_of(STEPS, HALF, design=Design(weights=w)),
    "reliability.alpha": lambda w: reliability.alpha(ITEMS, w),
    "reliability.omega": lambda w: reliability.omega(ITEMS, w),
    "reliability.covariances": lambda w: reliability.covariances(ITEMS, w),
    "drivers.importance": lambda w: drivers.importance(STEPS, ITEMS, w),
    "drivers.regression": lambda w: drivers.regression(STEPS, ITEMS, weights=w),
    "drivers.case_mix": lambda w: drivers.case_mix(STEPS, HALF, ITEMS[:, :1], weights=w),
}
with_weights = pytest.mark.parametrize("name", WITH_WEIGHTS)


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
@with_weights
def test_a_weight_that_is_none_is_refused_with_its_row(name: str, wrong: float) -> None:
    weights = np.ones(N)
    weights[7] = wrong
    with pytest.raises(ValueError, match="row=7") as refusal:
        WITH_WEIGHTS[name](weights)
    assert isinstance(refusal.value, WeightNotPositive)


@pytest.mark.parametrize(
    "name", sorted(WITH_WEIGHTS.keys() - {"weighting.trimmed"})
)  # it is given weights alone
def test_weights_of_other_people_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="weights"):
        WITH_WEIGHTS[name](np.ones(N if name == "weighting.jackknife" else N + 1).reshape(1, -1))


#: every function that takes how rows were drawn
WITH_DESIGN: dict[str, Callable[..., Any]] = {
    "stats.of_arrays": lambda **drawn: stats.of_arrays(STEPS, **drawn),
    "scores.factor_score": lambda **drawn: scores.factor_score(ITEMS, (1, 6), **drawn),
    "weighting.share": lambda **drawn: weighting.share(STEPS > 3, WEIGHTED, Sample(**drawn)),
    "weighting.mean": lambda **drawn: weighting.mean(STEPS, WEIGHTED, Sample(**drawn)),
    "weighting.total": lambda **drawn: weighting.total(STEPS, WEIGHTED, Sample(**drawn)),
    "weighting.jackknife": lambda **drawn: weighting.jackknife(np.ones(N), Sample(**drawn)),
    "comparison.totals_of": lambda **drawn: totals_of(STEPS, HALF, design=Design(**drawn)),
    "drivers.regression": lambda **drawn: drivers.regression(STEPS, ITEMS, **drawn),
    "drivers.case_mix": lambda **drawn: drivers.case_mix(STEPS, HALF, ITEMS[:, :1], **drawn),
}


@pytest.mark.parametrize("column", ["strata", "psu", "population"])
@pytest.mark.parametrize("name", WITH_DESIGN)
def test_a_column_of_another_length_is_refused_by_name(name: str, column: str) -> None:
    with pytest.raises(ValueError, match=rf"{column}.*11.*12"):
        WITH_DESIGN[name](**{column: np.full(N - 1, 50.0)})


@pytest.mark.parametrize("population", [5.0, float("nan"), -3.0])
@pytest.mark.parametrize("name", WITH_DESIGN)
def test_a_population_below_its_sample_is_refused_with_its_row(name: str, population: float) -> None:
    sizes = np.where(HALF == "a", 50.0, population)
    with pytest.raises(ValueError, match="row=6") as refusal:
        WITH_DESIGN[name](strata=HALF, population=sizes)
    assert isinstance(refusal.value, PopulationBelowSample)


@pytest.mark.parametrize("name", WITH_DESIGN)
def test_a_stratum_with_two_populations_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="several population sizes"):
        WITH_DESIGN[name](population=np.arange(N) + 50.0)


@pytest.mark.parametrize("name", WITH_DESIGN)
def test_a_stratum_that_is_not_known_is_refused_with_its_row(name: str) -> None:
    strata = np.where(np.arange(N) == 4, np.nan, 1.0)
    with pytest.raises(ValueError, match=r"strata.*row 4"):
        WITH_DESIGN[name](strata=strata)
    named: list[Any] = ["a"] * N
    named[4] = None
    with pytest.raises(ValueError, match=r"strata.*row 4"):
        WITH_DESIGN[name](strata=named)


ELSE: dict[str, tuple[Callable[[], Any], str]] = {
    "weights that are no number": (lambda: weighting.kish([1.0, np.nan]), "row 1"),
    "values of three dimensions": (lambda: stats.of_arrays(np.ones((2, 2, 2))), "values"),
    "values that are a number": (lambda: stats.of_arrays(5.0), "values"),
    "values that are infinite": (lambda: stats.of_arrays([1.0, np.inf]), "row 1"),
    "a base of several items": (lambda: stats.of_arrays(ITEMS, base=np.ones(N)), "base"),
    "more satisfied answers than base": (
        lambda: stats.share(stats.of_arrays([3.0, 3.0], base=[2.0, 2.0])),
        "base",
    ),
    "a negative base": (lambda: stats.of_arrays([0.0, 1.0], base=[1.0, -2.0]), "row 1"),
    "a domain of other rows": (lambda: stats.of_arrays(STEPS, domain=[True]), "domain"),
    "people without psu": (lambda: stats.of_arrays(STEPS, people=np.full(N, 50.0)), "people"),
    "levels of other lengths": (lambda: stats.of_levels([1, 2], [3, 4, 5]), "people"),
    "levels with half of the weights": (lambda: stats.of_levels([1, 2], [3, 4], [3, 4]), "squares"),
    "people that are negative": (lambda: stats.of_levels([1, 2], [3, -4]), "people"),
    "a level of confidence": (lambda: stats.share(stats.of_arrays(STEPS > 3), level=1.2), "level"),
    "a kind of interval": (lambda: stats.share(stats.of_arrays(STEPS > 3), interval="exact"), "exact"),
    "ends that are turned round": (lambda: stats.mean(stats.of_arrays(STEPS), bounds=(5, 1)), "bounds"),
    "a scale of one step": (lambda: stats.rescaled(stats.mean(stats.of_arrays(STEPS)), 3, 3), "scale"),
    "items that are a column": (lambda: scores.person_means(STEPS), "columns of items"),
    "published weights": (lambda: scores.person_indices(ITEMS, published=[0.5, 0.5, 0.5]), "sum to 1"),
    "groups of other rows": (lambda: scores.icc_anova(STEPS, HALF[:-1]), "groups"),
    "a share above 1": (lambda: intervals.proportion_interval(1.2, 0.1, 20, 10), "p=1.2"),
    "more successes than people": (lambda: intervals.counts_interval(5, 4), "5 of 4"),
    "a category that is not known": (lambda: Margin(["a", "z"], {"a": 3.0}).codes, "row 1"),
    "a population of nobody": (lambda: Margin(["a"], {"a": 0.0}), "nobody"),
    "a negative population": (lambda: Margin(["a"], {"a": -1.0}), "population"),
    "margins of other rows": (
        lambda: weighting.rake([PEOPLE, Margin(["a"] * 5, {"a": 30.0})]),
        "rows",
    ),
    "margins of other people": (
        lambda: weighting.rake([PEOPLE, Margin(HALF.tolist(), {"a": 1.0, "b": 2.0})]),
        "different populations",
    ),
    "no margin": (lambda: weighting.rake([]), "margin"),
    "totals of other variables": (lambda: weighting.calibrate(np.ones((N, 1)), [1.0, 2.0]), "totals"),
    "an auxiliary column": (lambda: weighting.calibrate(np.ones(N), [1.0]), "auxiliary"),
    "an auxiliary that is missing": (lambda: weighting.calibrate([[np.nan]], [1.0]), "auxiliary"),
    "bounds without 1": (
        lambda: weighting.calibrate(np.ones((N, 1)), [9.0], kind="logit", bounds=(2, 3)),
        "bounds",
    ),
    "a way of calibrating": (lambda: weighting.calibrate(np.ones((N, 1)), [9.0], kind="log"), "kind"),
    "values of other rows": (lambda: weighting.share(STEPS[:-1], WEIGHTED), "values"),
    "no label": (lambda: totals_of(STEPS), "label"),
    "labels of other rows": (lambda: totals_of(STEPS, HALF[:-1]), "label"),
    "a change of x above n": (lambda: comparison.counts_change((5, 4), (1, 2)), "5 of 4"),
    "a change of the wrong kind": (lambda: comparison.adjusted([0.2], "nobody"), "nobody"),
    "a p that is none": (lambda: comparison.adjusted([0.2, 1.4]), "p"),
    "a p that is NaN": (lambda: comparison.adjusted([0.2, float("nan")]), "p"),
    "keys that are no pairs": (lambda: comparison.table_test(totals_of(STEPS, HALF)), "pairs"),
    "a value that is missing": (lambda: ranking.rank_sets([1.0, np.nan], [1.0, 1.0]), "values"),
    "a negative variance": (lambda: ranking.rank_sets([1.0, 2.0], [1.0, -1.0]), "covariance"),
    "a covariance of others": (lambda: ranking.rank_sets([1.0, 2.0], np.eye(3)), "covariance"),
    "a covariance that is not symmetric": (
        lambda: ranking.rank_sets([1.0, 2.0], [[1, 0.5], [0, 1]]),
        "covariance",
    ),
    "weights of others in bands": (lambda: ranking.bands([1.0, 2.0], [1.0, 1.0], weights=[1.0]), "weights"),
    "variances of others": (lambda: small_area.fay_herriot([1.0, 2.0, 3.0], [1.0, 2.0]), "variances"),
    "a variance of 0": (lambda: small_area.fay_herriot([1.0, 2.0, 3.0], [1.0, 0.0, 2.0]), "row 1"),
    "covariates of others": (lambda: small_area.fay_herriot([1.0] * 4, [1.0] * 4, [1.0] * 3), "covariates"),
    "a covariate that is missing": (
        lambda: small_area.fay_herriot([1.0] * 4, [1.0] * 4, [1, 2, 3, np.nan]),
        "row 3",
    ),
    "more satisfied than people": (lambda: small_area.beta_binomial([1, 5], [3, 4]), "row 1"),
    "half a person": (lambda: small_area.beta_binomial([1, 0.5], [3, 4]), "row 1"),
    "people of others": (lambda: small_area.beta_binomial([1, 1], [3, 4, 5]), "satisfied"),
    "negative sizes": (lambda: small_area.smoothed_variances([1.0, 1.0], [3, -4]), "sizes"),
    "benchmarks of others": (
        lambda: small_area.benchmarked(small_area.fay_herriot([1.0, 2, 4, 3], [0.1] * 4), [1.0]),
        "weights",
    ),
    "answers that are a column": (lambda: reliability.alpha(STEPS), "columns of items"),
    "a covariance that is not square": (
        lambda: reliability.alpha_of_covariance(np.ones((2, 3))),
        "covariance",
    ),
    "a covariance that holds NaN": (
        lambda: reliability.alpha_of_covariance([[1.0, np.nan], [np.nan, 1.0]]),
        "covariance",
    ),
    "drivers that are a column": (lambda: drivers.importance(STEPS, STEPS), "columns of drivers"),
    "an outcome of others": (lambda: drivers.importance(STEPS[:-1], ITEMS), "outcome"),
    "an outcome of other people": (lambda: drivers.regression(STEPS[:-1], ITEMS), "outcome"),
    "agencies of others": (lambda: drivers.case_mix(STEPS, HALF[:-1], ITEMS), "agency"),
    "covariates that are a column": (lambda: drivers.case_mix(STEPS, HALF, STEPS), "covariates"),
    "performances of others": (lambda: drivers.quadrants([0.1], [0.2, 0.3]), "performances"),
    "counts that are none": (lambda: screening.poisson_test(-1, 3.0), "-1"),
}


@pytest.mark.parametrize("case", ELSE)
def test_what_cannot_be_is_refused_and_says_what_it_is(case: str) -> None:
    call, told = ELSE[case]
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - what it says is looked at below
        call()
    assert told in str(refusal.value)


EMPTY: dict[str, tuple[Callable[[], Any], str]] = {
    "share": (lambda: stats.share(stats.of_arrays([])), "no-answers"),
    "mean": (lambda: stats.mean(stats.of_arrays([np.nan])), "no-answers"),
    "factor_score": (lambda: scores.factor_score(np.empty((0, 3)), (1, 5)), "no-answers"),
    "icc": (lambda: scores.icc_anova([], []), "one-group"),
    "alpha": (lambda: reliability.alpha(np.empty((0, 3))), "no-answers"),
    "omega": (lambda: reliability.omega(np.full((3, 3), np.nan)), "no-answers"),
    "importance": (lambda: drivers.importance([], np.empty((0, 2))), "no-answers"),
    "regression": (lambda: drivers.regression([], np.empty((0, 2))), "no-answers"),
    "case_mix": (lambda: drivers.case_mix([], [], np.empty((0, 1))), "no-answers"),
    "fay_herriot": (lambda: small_area.fay_herriot([], []), "too-few-areas"),
    "beta_binomial": (lambda: small_area.beta_binomial([], []), "no-answers"),
    "table_test": (lambda: comparison.table_test(totals_of([], [], [])), "no-answers"),
    "jackknife": (
        lambda: weighting.replicated(lambda _rows, _w: 1.0, weighting.jackknife([], Sample())),
        "no-answers",
    ),
}


@pytest.mark.parametrize("case", EMPTY)
def test_nobody_is_no_error_and_no_number(case: str) -> None:
    call, reason = EMPTY[case]
    assert call().reason == reason


def test_what_the_formulas_refuse_is_a_refusal_and_a_value_error() -> None:
    assert issubclass(WeightNotPositive, Refusal) and issubclass(WeightNotPositive, ValueError)
    assert issubclass(PopulationBelowSample, Refusal) and issubclass(PopulationBelowSample, ValueError)
