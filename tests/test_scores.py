"""Scores of persons, indices over factors, and how alike the people of one agency answer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import scores
from survey.counts import Cell, Stratum, total
from survey.scores import (
    factor_mean,
    factor_percent,
    factor_score,
    icc_anova,
    icc_of_sums,
    intraclass,
    mean100,
    person_indices,
    person_means,
    top_box,
)
from survey.stats import kish, mean, of_arrays, of_levels, rescaled, share
from tests.golden.reading import RTOL, expected, table
from tests.mistakes import mistaken

NAN = math.nan
SCALE = (1.0, 5.0)


def _answers(seed: int, people: int = 200, items: int = 6, missing: float = 0.2) -> dict[str, np.ndarray]:
    """Steps with gaps, weights, strata and villages."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(1, 6, (people, items)).astype(float)
    steps[rng.random(steps.shape) < missing] = NAN
    return {
        "steps": steps,
        "weights": rng.uniform(0.5, 3.0, people),
        "strata": rng.integers(0, 3, people),
        "psu": rng.integers(0, 15, people),
    }


def _sample(data: dict[str, np.ndarray]) -> dict[str, Any]:
    return {name: data[name] for name in ("weights", "strata", "psu")}


# Scores of persons.


def test_half_of_the_items_are_enough_and_fewer_are_not() -> None:
    answers = [[5, 4, NAN, NAN], [5, NAN, NAN, NAN], [NAN] * 4, [1, 2, 3, 4]]
    np.testing.assert_array_equal(person_means(answers), [4.5, NAN, NAN, 2.5])
    np.testing.assert_array_equal(person_means([[5, 4, NAN, NAN, NAN]]), [NAN])
    np.testing.assert_array_equal(person_means([[5, 4, 3, NAN, NAN]]), [4.0])


def test_nobody_has_a_score_from_no_answer_even_if_none_is_asked_for() -> None:
    np.testing.assert_array_equal(person_means([[NAN, NAN], [2, NAN]], least=0.0), [NAN, 2.0])


def test_three_of_five_factors_make_an_index() -> None:
    factors = [[1, 2, 3, NAN, NAN], [1, 2, NAN, NAN, NAN], [1, 2, 3, 4, 5]]
    np.testing.assert_allclose(person_indices(factors), [2.0, NAN, 3.0], rtol=1e-15)


def test_published_weights_are_shared_among_the_factors_a_person_has() -> None:
    v = [0.4, 0.3, 0.1, 0.1, 0.1]
    index = person_indices([[5, 1, 1, 1, 1], [5, 1, 1, NAN, NAN]], published=v)
    assert index == pytest.approx([2.6, (0.4 * 5 + 0.3 + 0.1) / 0.8], rel=1e-15)


def test_factors_of_no_weight_make_no_index() -> None:
    assert np.isnan(person_indices([[5, 5, 5, NAN, NAN]], published=[0, 0, 0, 0.5, 0.5])).all()


@pytest.mark.parametrize("wrong", [[0.5, 0.3, 0.3], [1.2, -0.1, -0.1], [0.5, 0.5]])
def test_weights_that_are_none_are_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match=r"sum to 1|rows"):
        person_indices(np.ones((2, 3)), published=wrong)


def test_one_item_of_many_people_is_not_many_items_of_one_person() -> None:
    with pytest.raises(ValueError, match="rows of persons"):
        person_means([5, 4, 3])


# Figures.


def test_the_two_definitions_of_a_factor_differ_and_both_are_named() -> None:
    answers = [[5, 5, 5, 5], [1, NAN, NAN, NAN], [4, 2, NAN, NAN]]
    score = factor_score(answers, SCALE)
    percent = factor_percent(answers, satisfied_from=4)
    assert score.value == pytest.approx(((5 + 3) / 2 - 1) / 4 * 100)
    assert percent.value == pytest.approx(5 / 7)
    assert (score.n, percent.n, percent.answers) == (2, 3, 7)
    assert (score.method, percent.method) == ("factor-score/t@1", "factor-percent/wilson@1")


@pytest.mark.parametrize("seed", range(3))
def test_a_factor_score_is_the_weighted_mean_of_the_persons_with_their_design(seed: int) -> None:
    data = _answers(seed)
    score = factor_score(data["steps"], SCALE, **_sample(data))
    half = np.isfinite(data["steps"]).sum(axis=1) >= 3
    each, w = np.nanmean(data["steps"][half], axis=1), data["weights"][half]
    assert score.value == pytest.approx((np.average(each, weights=w) - 1) * 25, rel=1e-12)
    same = mean(of_arrays(np.where(half, person_means(data["steps"]), NAN), **_sample(data)))
    assert score.se == pytest.approx(25 * (same.se or 0), rel=1e-12)
    assert (score.n, score.df) == (half.sum(), same.df)


def test_each_factor_counts_as_much_however_many_items_it_has() -> None:
    rng = np.random.default_rng(4)
    many, few = rng.integers(1, 6, (50, 7)), rng.integers(1, 6, (50, 2))
    third = rng.integers(1, 6, (50, 4))
    index = factor_mean([many, few, third], SCALE)
    by_hand = (many.mean(axis=1) + few.mean(axis=1) + third.mean(axis=1)) / 3
    assert index.value == pytest.approx((by_hand.mean() - 1) * 25, rel=1e-12)
    assert index.se == pytest.approx(25 * by_hand.std(ddof=1) / math.sqrt(50), rel=1e-12)
    assert index.method == "factor-mean/t@1"
    pooled = mean100(np.concatenate([many, few, third], axis=1), SCALE)
    assert pooled.value != pytest.approx(index.value, rel=1e-3)


def test_published_weights_move_the_index() -> None:
    factors = [np.full((4, 2), step) for step in (5.0, 1.0, 1.0)]
    assert factor_mean(factors, SCALE, published=[0.6, 0.2, 0.2]).value == pytest.approx(60.0)
    assert factor_mean(factors, SCALE).value == pytest.approx(100 / 3)


def test_the_top_box_counts_only_the_highest_step() -> None:
    answers = [5, 5, 4, 3, NAN]
    box = top_box(answers, highest=5)
    assert (box.value, box.n, box.method) == (0.5, 4, "top-box/wilson@1")
    assert top_box([[5, 4], [5, NAN]], highest=5).value == pytest.approx(2 / 3)


def test_the_mean_on_a_hundred_of_one_item_is_the_rescaled_mean() -> None:
    steps = [5, 4, 2, 5, 3, NAN]
    assert mean100(steps, SCALE) == rescaled(mean(of_arrays(steps), bounds=SCALE), *SCALE)


@pytest.mark.parametrize("nobody", [np.empty((0, 3)), np.full((4, 3), NAN)])
def test_no_answers_are_not_a_score_of_nothing(nobody: np.ndarray) -> None:
    figures = (
        factor_score(nobody, SCALE),
        factor_mean([nobody] * 5, SCALE),
        factor_percent(nobody, satisfied_from=4),
        mean100(nobody, SCALE),
        top_box(nobody, highest=5),
    )
    for figure in figures:
        assert (figure.value, figure.se, figure.low, figure.reason) == (None, None, None, "no-answers")


def test_everyone_at_the_top_is_not_certainty() -> None:
    for figure in (factor_score(np.full((50, 4), 5.0), SCALE), factor_mean([np.full((50, 3), 5)] * 5, SCALE)):
        assert (figure.value, figure.se, figure.high) == (100.0, None, 100.0)
        assert figure.low is not None and 90 < figure.low < 95 and figure.model_based


def test_a_domain_is_a_part_of_the_sample_for_scores_too() -> None:
    data = _answers(8)
    inside = data["strata"] == 1
    whole = factor_score(data["steps"], SCALE, domain=data["psu"] < 5, **_sample(data))
    alone = factor_score(data["steps"], SCALE, domain=inside, **_sample(data))
    cut = {name: column[inside] for name, column in _sample(data).items()}
    assert alone.se == pytest.approx(factor_score(data["steps"][inside], SCALE, **cut).se, rel=1e-12)
    assert whole.se is not None and whole.n < 200


# Pooled items, and sums per level, lead to the same strata as people do.


@pytest.mark.parametrize("seed", range(3))
def test_items_pooled_by_arrays_are_the_cells_of_their_people(seed: int) -> None:
    data = _answers(seed, missing=0.3)
    by_unit: dict[tuple[int, int], Cell] = {}
    for steps, w, h, c in zip(data["steps"], data["weights"], data["strata"], data["psu"], strict=True):
        x = steps[np.isfinite(steps)]
        k = len(x)
        sums = (w * k, w * w * k, w * (x >= 4).sum(), w * x.sum(), w * (x * x).sum())
        by_unit[h, c] = by_unit.get((h, c), Cell()) + Cell(int(k > 0), k, *sums)
    cells = [
        Stratum(total(cell.moments() for (k, _), cell in by_unit.items() if k == h), units)
        for h, units in ((h, sum(1 for k, _ in by_unit if k == h)) for h in range(3))
    ]
    arrays = of_arrays(data["steps"], satisfied_from=4, **_sample(data))
    for estimator in (share, mean):
        one, other = estimator(arrays), estimator(cells)
        assert (one.n, one.answers, one.psus, one.df) == (other.n, other.answers, other.psus, other.df)
        for name in ("value", "se", "low", "high", "deff", "n_eff", "weight_total"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12)


def test_pooled_items_have_no_other_base() -> None:
    with pytest.raises(ValueError, match="own base"):
        of_arrays([[1, 0], [1, 1]], base=[2, 2])


people = st.lists(st.tuples(st.integers(1, 5), st.floats(0.1, 50)), min_size=2, max_size=80)


@given(rows=people, weighted=st.booleans())
def test_sums_per_level_tell_as_much_as_the_people_themselves(
    rows: list[tuple[int, float]], weighted: bool
) -> None:
    x, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    w = w if weighted else np.ones(len(x))
    levels, of = np.unique(x, return_inverse=True)
    sums = [np.bincount(of, weights=part) for part in (w, w * w)]
    rolled = of_levels(levels, np.bincount(of), *(sums if weighted else ()), satisfied_from=4)
    each = of_arrays(x, weights=w, satisfied_from=4)
    for estimator in (share, mean):
        one, other = estimator(rolled), estimator(each)
        assert (one.n, one.df, one.reason) == (other.n, other.df, other.reason)
        for name in ("value", "se", "low", "high", "weight_total"):
            numbers = (getattr(one, name), getattr(other, name))
            assert numbers[0] == numbers[1] or numbers[0] == pytest.approx(numbers[1], rel=1e-9, abs=1e-12)


def test_the_variance_of_levels_is_the_formula_written_out() -> None:
    y, n = np.array([1.0, 2, 3, 4, 5]), np.array([3, 0, 4, 9, 6])
    w, q = n * 1.5, n * 2.5
    strata = of_levels(y, n, w, q)
    centre = (w * y).sum() / w.sum()
    variance = 22 / 21 * (q * (y - centre) ** 2).sum() / w.sum() ** 2
    assert mean(strata).se == pytest.approx(math.sqrt(variance), rel=1e-12)


def test_half_of_the_sums_of_levels_is_refused() -> None:
    with pytest.raises(ValueError, match="belong together"):
        of_levels([1, 2], [3, 4], [3.0, 4.0])
    assert share(of_levels([], [])).reason == "no-answers"


def test_what_unequal_weights_cost_is_a_factor_of_the_sample_size() -> None:
    reference = expected("intervals")["kish"]
    n_eff = kish(of_arrays(np.ones(8), weights=reference["w"]))
    assert n_eff is not None
    assert 8 / n_eff == pytest.approx(reference["deff_w"], rel=RTOL)


# Likeness.


def test_likeness_within_agencies_is_that_of_the_analysis_of_variance() -> None:
    reference = expected("scores")["icc_anova"]
    between, within, size = (reference[name] for name in ("msb", "msw", "n0"))
    assert intraclass(between, within, size) == pytest.approx(reference["icc"], rel=RTOL)
    assert between / within == pytest.approx(reference["F"], rel=RTOL)


def test_likeness_of_schools_in_a_district_by_hand() -> None:
    data = table("apiclus1")
    x, g = data["api00"], data["dnum"]
    groups = [x[g == name] for name in np.unique(g)]
    msb = sum(len(v) * (v.mean() - x.mean()) ** 2 for v in groups) / (len(groups) - 1)
    msw = sum(((v - v.mean()) ** 2).sum() for v in groups) / (len(x) - len(groups))
    n0 = (len(x) - sum(len(v) ** 2 for v in groups) / len(x)) / (len(groups) - 1)
    found = icc_anova(x, g)
    assert (found.between, found.within, found.size, found.f) == pytest.approx(
        (msb, msw, n0, msb / msw), rel=1e-11
    )
    assert found.icc == pytest.approx((msb - msw) / (msb + (n0 - 1) * msw), rel=1e-11)
    sums = [[f(v) for v in groups] for f in (len, np.sum, lambda v: np.sum(v * v))]
    assert icc_of_sums(*sums).icc == pytest.approx(found.icc, rel=1e-10)


def test_likeness_is_that_which_the_data_were_made_with() -> None:
    rng = np.random.default_rng(11)
    group = np.repeat(np.arange(400), 20)
    values = rng.normal(0, math.sqrt(0.1), 400)[group] + rng.normal(0, math.sqrt(0.9), len(group))
    assert icc_anova(values, group).icc == pytest.approx(0.1, abs=0.02)
    assert icc_anova(values, rng.permutation(group)).icc == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("values", "groups", "reason"),
    [
        ([], [], "one-group"),
        ([1, 2, 3], ["a"] * 3, "one-group"),
        ([1, 2, NAN], ["a", "a", "b"], "one-group"),
        ([1, 2, 3], ["a", "b", "c"], "no-repeats"),
        ([0.1] * 6, ["a", "b"] * 3, "no-variance"),
    ],
)
def test_likeness_is_not_known_without_groups_repeats_or_variance(
    values: list[float], groups: list[str], reason: str
) -> None:
    found = icc_anova(values, groups)
    assert (found.icc, found.reason) == (None, reason)


def test_groups_that_agree_within_are_wholly_alike() -> None:
    found = icc_anova([1, 1, 5, 5], ["a", "a", "b", "b"])
    assert (found.icc, found.f, found.reason) == (1.0, None, None)


def test_groups_more_alike_than_chance_have_a_likeness_below_zero() -> None:
    found = icc_anova([1, 5, 1, 5], ["a", "a", "b", "b"])
    assert found.icc == pytest.approx(-1.0)


MISTAKES = {
    "more than half of the items": ("answered >= max(1.0,", "answered > max(1.0,"),
    "missing items as zeros": ("np.maximum(answered, 1)", "items.shape[1]"),
    "missing factors as zeros": ("np.where(enough, there, 1.0)", "1.0"),
    "two factors are enough": ("LEAST_FACTORS = 3", "LEAST_FACTORS = 2"),
    "groups of the mean size": ("float((count * count).sum()) / total", "total / groups"),
    "likeness without the size of groups": ("(size - 1) * within", "size * within"),
}


def _all_right(module: Any) -> bool:
    answers = [[5, 4, NAN, NAN], [5, NAN, NAN, NAN]]
    factors = [[1, 2, 3, NAN, NAN], [1, 2, NAN, NAN, NAN]]
    likeness = module.icc_anova([1, 2, 2, 3, 5, 4, 4], ["a", "a", "a", "a", "b", "b", "c"])
    pairs = (
        (module.person_means(answers), [4.5, NAN]),
        (module.person_indices(factors), [2.0, NAN]),
        (likeness.size, (7 - 21 / 7) / 2),
        (likeness.icc, 33 / 43),
    )
    return all(np.allclose(got, right, rtol=RTOL, equal_nan=True) for got, right in pairs)


def test_the_scores_as_they_stand_agree() -> None:
    assert _all_right(scores)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_score_is_noticed(mistake: str) -> None:
    assert not _all_right(mistaken(scores, *MISTAKES[mistake]))
