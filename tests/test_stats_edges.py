"""What is answered where there is little or nothing to compute from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.counts import Cell, Moments, Stratum
from survey.errors import PopulationBelowSample, WeightNotPositive
from survey.stats import Estimate, linearised_variance, mean, of_arrays, share

KINDS = ("wilson", "wilson-usual", "logit", "beta", "beta_trunc", "wald", "asin")


def _bounds(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


@pytest.mark.parametrize(
    "strata",
    [
        (),
        of_arrays([]),
        of_arrays([float("nan")] * 3),
        of_arrays([1, 0], domain=[False, False]),
        (Stratum(Moments(), sampled=5),),
    ],
    ids=["no strata", "no rows", "all missing", "empty domain", "no members in five units"],
)
def test_no_answers_are_no_estimate_and_not_zero(strata: tuple[Stratum, ...]) -> None:
    for estimate in (share(strata), mean(strata, bounds=(1, 5))):
        assert estimate.reason == "no-answers"
        assert (estimate.value, estimate.se, estimate.low, estimate.high) == (None,) * 4
        assert (estimate.n, estimate.deff, estimate.n_eff) == (0, None, None)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_one_answer_has_a_value_and_no_error(value: float) -> None:
    estimate = share(of_arrays([value]))
    assert (estimate.value, estimate.reason) == (value, "one-answer")
    assert (estimate.se, estimate.low, estimate.high, estimate.n_eff) == (None,) * 4
    assert not estimate.model_based


def test_one_person_who_answers_everything_is_one_person() -> None:
    estimate = share([Stratum(Cell(people=1, answers=16, w=16, w2=16, y=12).moments(), sampled=1)])
    assert (estimate.value, estimate.n, estimate.answers) == (0.75, 1, 16)
    assert (estimate.reason, estimate.low, estimate.high) == ("one-answer", None, None)


def test_a_single_unit_says_nothing_of_the_spread_between_units() -> None:
    estimate = share(of_arrays([1, 1, 1, 0] * 10, psu=["monday"] * 40), median_deff=2.0)
    assert (estimate.reason, estimate.df, estimate.se) == ("one-psu", 0, None)
    assert estimate.model_based
    assert estimate.n_eff == 20
    assert _bounds(estimate) == pytest.approx(_bounds(_plain(0.75, 20)), rel=1e-12)


def _plain(p: float, n: int) -> Estimate:
    """Wilson's interval for n people without a design, from its textbook form."""
    z = 1.959963984540054
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Estimate(low=(middle - half) / (1 + z * z / n), high=(middle + half) / (1 + z * z / n))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("everyone", [0.0, 1.0])
def test_everyone_satisfied_is_not_certainty(everyone: float, kind: str) -> None:
    estimate = share(of_arrays([everyone] * 50, psu=list(range(10)) * 5), interval=kind)
    assert (estimate.value, estimate.reason) == (everyone, "no-variance")
    assert estimate.se is None
    assert estimate.model_based
    low, high = _bounds(estimate)
    assert low <= everyone <= high
    assert 0.05 < high - low < 0.15
    assert estimate.method == f"share/{kind if kind.startswith(('beta', 'wilson')) else 'wilson'}@1"


def test_units_that_all_agree_on_a_share_are_not_certainty() -> None:
    estimate = share(of_arrays([1, 0] * 20, psu=np.repeat(range(20), 2)))
    assert (estimate.value, estimate.reason, estimate.se) == (0.5, "no-variance", None)
    assert _bounds(estimate) == pytest.approx(_bounds(_plain(0.5, 40)), rel=1e-12)


def test_rounding_is_not_variation() -> None:
    weights = np.tile([0.1, 0.2, 0.7, 1 / 3], 25)
    estimate = share(of_arrays([1.0] * 100, weights=weights, psu=np.repeat(range(25), 4)))
    assert (estimate.value, estimate.reason) == (1.0, "no-variance")
    same = mean(of_arrays([3.0] * 100, weights=weights), bounds=(1, 5))
    assert same.reason == "no-variance"


def test_one_dissatisfied_person_in_ten_million_is_variation() -> None:
    units = 100_000
    satisfied = Cell(people=100, answers=100, w=100, w2=100, y=100).moments()
    other = Cell(people=100, answers=100, w=100, w2=100, y=99).moments()
    moments = Moments(*(round(v * (units - 1)) for v in _fields(satisfied))) + other
    estimate = share([Stratum(moments, sampled=units)])
    assert estimate.reason is None
    assert estimate.se == pytest.approx(1e-7, rel=1e-3)


def _fields(moments: Moments) -> list[float]:
    return [getattr(moments, name) for name in Moments.__slots__]


def test_a_usual_design_effect_below_one_is_not_believed() -> None:
    strata = of_arrays([1.0] * 50)
    assert share(strata, median_deff=0.4) == share(strata)
    assert _bounds(share(strata, median_deff=2.0))[0] < _bounds(share(strata))[0]


def test_people_and_not_their_answers_are_the_sample_where_nothing_varies() -> None:
    """Thirty people answer sixteen criteria each, all satisfied: that is thirty people."""
    pooled = Cell(people=30, answers=480, w=480, w2=480, y=480)
    single = Cell(people=30, answers=30, w=30, w2=30, y=30)
    one, other = (share([Stratum(cell.moments(), sampled=1)]) for cell in (pooled, single))
    assert one.n_eff == 30
    assert _bounds(one) == _bounds(other)


def test_answers_of_one_person_that_move_together_are_one_answer() -> None:
    rng = np.random.default_rng(5)
    person = rng.integers(0, 2, 400).astype(float)
    pooled = share(of_arrays(16 * person, base=np.full(400, 16.0)))
    single = share(of_arrays(person))
    for name in ("value", "se", "low", "high", "deff", "n_eff"):
        assert getattr(pooled, name) == pytest.approx(getattr(single, name), rel=1e-12)
    assert (pooled.n, pooled.answers) == (400, 6400)


def test_a_mean_without_variance_has_an_interval_only_within_a_scale() -> None:
    strata = of_arrays([5.0] * 40)
    low, high = _bounds(_plain(1.0, 40))
    assert _bounds(mean(strata, bounds=(1, 5))) == pytest.approx((1 + 4 * low, 1 + 4 * high), rel=1e-12)
    free = mean(strata)
    assert (free.value, free.se, free.low, free.high) == (5.0, None, None, None)


def test_the_interval_of_a_mean_stays_on_its_scale() -> None:
    low, high = _bounds(mean(of_arrays([5, 5, 5, 5, 5, 3]), bounds=(1, 5)))
    assert (low > 1, high) == (True, 5)


def test_a_stratum_that_was_taken_whole_does_not_vary() -> None:
    some = of_arrays([1, 0, 1, 1, 0, 1], population=[60] * 6)
    whole = of_arrays([1, 0, 1], population=[3] * 3)
    assert linearised_variance(whole, 0.5, of="y") == 0
    both = (*some, *whole)
    ratio = share(both).value or 0
    assert linearised_variance(both, ratio, of="y") == pytest.approx(
        linearised_variance(some, ratio, of="y") * (6 / 9) ** 2, rel=1e-12
    )


def test_a_lonely_unit_makes_the_interval_wider_not_narrower() -> None:
    answers = [1, 0, 1, 1, 0, 1, 0]
    stratified = share(of_arrays(answers, strata=["a"] * 6 + ["b"]))
    taken_whole = share(of_arrays(answers, strata=["a"] * 6 + ["b"], population=[1e12] * 6 + [1]))
    assert (stratified.se or 0) > (taken_whole.se or 0)


@given(
    units=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=30),
    kind=st.sampled_from([kind for kind in KINDS if kind not in ("wald", "asin")]),
    level=st.sampled_from([0.5, 0.9, 0.95, 0.99]),
)
def test_an_interval_holds_its_value_and_is_never_a_point(
    units: list[tuple[int, int]], kind: str, level: float
) -> None:
    cells = [Cell(a + b, a + b, a + b, a + b, a) for a, b in units if a + b]
    moments = sum((cell.moments() for cell in cells), Moments())
    estimate = share([Stratum(moments, sampled=len(units))], level=level, interval=kind)
    if estimate.low is None:
        assert estimate.n < 2
        return
    low, high = _bounds(estimate)
    assert 0 <= low <= (estimate.value or 0) + 1e-12
    assert (estimate.value or 0) - 1e-12 <= high <= 1
    assert low < high
    assert estimate.se is None or estimate.se > 0


# What is refused.


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_that_is_not_positive_is_refused_with_its_row(weight: float) -> None:
    with pytest.raises(WeightNotPositive) as refused:
        of_arrays([1, 1, 0], weights=[1.0, 1.0, weight])
    assert refused.value.detail["row"] == 2


@pytest.mark.parametrize("population", [2, float("nan")])
def test_a_population_smaller_than_its_sample_is_refused_with_its_row(population: float) -> None:
    with pytest.raises(PopulationBelowSample) as refused:
        of_arrays([1, 1, 0, 1, 1], strata=[1, 1, 2, 2, 2], population=[2, 2, *[population] * 3])
    assert refused.value.detail["row"] == 2


def test_a_population_smaller_than_its_sample_is_refused_in_counts_too() -> None:
    (stratum,) = of_arrays([1, 0, 1])
    with pytest.raises(PopulationBelowSample):
        share([Stratum(stratum.moments, sampled=3, population=2)])


@pytest.mark.parametrize(
    "columns",
    [
        {"weights": [1.0]},
        {"psu": [1, 2]},
        {"domain": [True]},
        {"base": [1.0, 1.0]},
        {"population": [9, 9, 8]},
    ],
)
def test_columns_that_do_not_fit_their_rows_are_refused(columns: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError, match=r"rows|sizes"):
        of_arrays([1, 0, 1], **columns)
