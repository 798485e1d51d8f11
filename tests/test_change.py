"""A change between two periods: its error, and its test among many."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.comparison import (
    Change,
    Design,
    Direction,
    adjust,
    adjusted,
    change,
    change_between,
    changes,
    contrast,
    counts_change,
    joint,
    periods,
    totals_of,
)
from survey.stats import Estimate, mean, of_arrays, share
from tests.golden.reading import DESIGNS, RTOL, expected
from tests.golden.reading import Design as Drawn
from tests.mistakes import mistaken
from tests.test_contrast import _by_definition, sample, stacked

COUNTS = expected("change")["two_proportions"]
ADJUSTED = expected("change")["padjust"]
PANEL = expected("covariance")
by_design = pytest.mark.parametrize("drawn", DESIGNS, ids=lambda drawn: drawn.name)


# With a design.


@by_design
def test_the_same_people_asked_twice_have_the_error_of_their_differences(drawn: Drawn) -> None:
    totals = stacked(drawn, ["api99", "api00"])
    found, reference = change_between(totals, "api99", "api00", of="s", scale=None), PANEL[drawn.name]
    assert found.value == pytest.approx(reference["panel_change"]["est"], rel=RTOL)
    assert found.se == pytest.approx(reference["panel_change"]["se"], rel=RTOL)
    assert found.df == reference["degf"]
    ttest = reference["panel_ttest"]
    tested = contrast(joint(totals, of="s"), {"api00": 1.0, "api99": -1.0}, df=ttest["df"])
    assert tested.t == pytest.approx(ttest["t"], rel=RTOL)
    assert tested.p == pytest.approx(ttest["p"], rel=1e-8)
    assert (tested.low, tested.high) == pytest.approx(ttest["ci"], rel=RTOL)


def _waves(data: dict[str, Any]) -> Any:
    design = Design(weights=data["weights"], strata=data["strata"], psu=data["psu"])
    return totals_of(data["values"], data["agency"], data["wave"], design=design)


def test_villages_visited_twice_give_their_covariance() -> None:
    data = sample()
    found = changes(_waves(data), 0, 1)
    assert list(found) == list(range(75))
    for agency in (0, 17, 40):
        one = found[agency]
        v = _by_definition(data, [(agency, 0), (agency, 1)], two_stages=False)
        assert one.covariance == pytest.approx(v[0, 1], rel=1e-10)
        assert one.se == pytest.approx(np.sqrt(v[0, 0] + v[1, 1] - 2 * v[0, 1]), rel=1e-10)
        inside = (data["agency"] == agency) & ~np.isnan(data["values"])
        units = {*zip(data["strata"][inside], data["psu"][inside], strict=True)}
        assert one.df == len(units) - len({stratum for stratum, _ in units})
    q = adjusted([one.p for one in found.values()])
    assert [one.q for one in found.values()] == list(q)
    assert sum(one.q is not None for one in found.values()) > 10


def test_the_interval_and_the_test_are_students() -> None:
    before = Estimate(value=0.70, se=0.03, low=0.64, high=0.76, n=300, df=10)
    half = 2.1788128296672284 * np.sqrt(0.0013)
    after = Estimate(value=0.70 + half, se=0.04, low=0.71, high=0.87, n=300, df=12)
    found = change(before, after, covariance=0.0006, df=12)
    assert found.se == pytest.approx(np.sqrt(0.0009 + 0.0016 - 0.0012))
    assert (found.low, found.high) == pytest.approx((0.0, 2 * half), abs=1e-12)
    assert found.p == pytest.approx(0.05, rel=1e-10)
    assert (found.reason, found.model_based, found.method) == (None, False, "change/t@1")
    assert change(before, after).df == 22


def test_periods_drawn_from_scratch_share_nothing() -> None:
    data = sample()
    apart = data | {"strata": data["strata"] + 100 * data["wave"]}
    found = changes(_waves(apart), 0, 1)[17]
    arrays = {name: apart[name] for name in ("weights", "strata", "psu")}
    ends = [
        share(of_arrays(data["values"], domain=(data["agency"] == 17) & (data["wave"] == wave), **arrays))
        for wave in (0, 1)
    ]
    assert found.covariance == 0
    alone = change(*ends)
    assert (found.value, found.df) == (pytest.approx(alone.value, rel=1e-12), alone.df)
    assert (found.se, found.p) == pytest.approx((alone.se, alone.p), rel=1e-12)


def test_visiting_the_same_villages_makes_a_change_easier_to_see() -> None:
    rng = np.random.default_rng(3)
    village = np.tile(np.repeat(np.arange(40), 20), 2)
    wave = np.repeat([2025, 2026], 800)
    rate = np.clip(rng.normal(0.7, 0.2, 40), 0.05, 0.95)[village] + np.where(wave == 2026, 0.04, 0)
    values = rng.random(1600) < rate
    same = change_between(totals_of(values, wave, design=Design(psu=village)), 2025, 2026)
    fresh = change_between(totals_of(values, wave, design=Design(psu=village, strata=wave)), 2025, 2026)
    assert same.value == fresh.value
    assert same.covariance > 0 and same.se is not None and fresh.se is not None
    assert same.se < 0.7 * fresh.se


def test_a_change_that_is_not_there_is_seen_in_one_sample_of_twenty() -> None:
    rng = np.random.default_rng(2025)
    village, wave = np.tile(np.repeat(np.arange(20), 15), 2), np.repeat([0, 1], 300)
    seen = 0
    for _ in range(400):
        rate = rng.beta(8, 3, 20)[village]
        totals = totals_of(rng.random(600) < rate, wave, design=Design(psu=village))
        p = change_between(totals, 0, 1).p
        seen += p is not None and p < 0.05
    assert 0.025 <= seen / 400 <= 0.08


def test_a_mean_changes_on_its_own_scale() -> None:
    steps, wave = [5, 4, 2, 5, 3, 5, 5, 4, 5, 4], np.repeat(["a", "b"], 5)
    found = change_between(totals_of(steps, wave), "a", "b", of="s", scale=(1, 5))
    assert found.value == pytest.approx(4.6 - 3.8)
    alone = mean(of_arrays(steps, domain=wave == "b"), bounds=(1, 5))
    assert (found.after.low, found.after.method) == (pytest.approx(alone.low, rel=1e-12), "mean/t@1")


# Many at once.


def test_few_answers_are_not_tested_and_count_for_nothing() -> None:
    rng = np.random.default_rng(1)
    agency = np.repeat(["large", "small", "other"], [400, 40, 400])
    wave = np.arange(840) % 2
    totals = totals_of(rng.random(840) < 0.6 + 0.2 * wave, agency, wave)
    found = changes(totals, 0, 1)
    small = found["small"]
    assert small.reason == "few-answers" and small.value is not None
    assert (small.p, small.q, small.low, small.se) == (None, None, None, None)
    assert small.direction() is Direction.NOT_SHOWN
    two = adjusted([found["large"].p, found["other"].p])
    assert (found["large"].q, found["other"].q) == two
    assert changes(totals, 0, 1, fewest=0)["small"].p is not None
    flat = changes(totals_of(np.ones(40), ["a"] * 40, np.arange(40) % 2), 0, 1)["a"]
    assert (flat.reason, flat.model_based, flat.low) == ("few-answers", False, None)


def test_one_agency_that_was_not_asked_before_has_no_change() -> None:
    values, agency = [1.0, 0, 1, 0, 1.0, 1, 0], ["a"] * 4 + ["b"] * 3
    wave = [0, 0, 1, 1, 1, 1, 1]
    found = changes(totals_of(values, agency, wave), 0, 1, fewest=0)
    assert found["b"].reason == "no-answers" and found["b"].value is None
    assert found["b"].after.n == 3 and found["b"].before.n == 0
    assert found["a"].q == found["a"].p


@pytest.mark.parametrize(
    ("value", "p", "q", "direction"),
    [
        (0.1, 0.01, None, Direction.UP),
        (-0.1, 0.01, 0.04, Direction.DOWN),
        (0.1, 0.01, 0.06, Direction.NOT_SHOWN),
        (0.1, None, None, Direction.NOT_SHOWN),
        (0.0, 0.01, None, Direction.NOT_SHOWN),
    ],
)
def test_only_the_adjusted_test_says_up_or_down(
    value: float, p: float | None, q: float | None, direction: Direction
) -> None:
    assert Change(Estimate(), Estimate(), value, p=p, q=q).direction() is direction


@pytest.mark.parametrize("method", [name for name in ADJUSTED if name != "p"])
def test_p_values_are_adjusted_as_in_r(method: Any) -> None:
    found = adjusted(ADJUSTED["p"], method.lower())
    assert found[-1] is None is ADJUSTED["p"][-1]
    assert found[:-1] == pytest.approx(ADJUSTED[method][:-1], rel=RTOL)


@given(p=st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=12))
def test_an_adjusted_p_is_never_smaller_and_keeps_the_order(p: list[float | None]) -> None:
    for method in ("bh", "by", "holm", "hochberg", "bonferroni"):
        found = adjusted(p, method)
        assert [one is None for one in found] == [one is None for one in p]
        pairs = sorted((one, q) for one, q in zip(p, found, strict=True) if one is not None and q is not None)
        assert all(one <= q + 1e-12 and q <= 1 for one, q in pairs)
        assert all(one[1] <= other[1] for one, other in pairwise(pairs))


def test_what_is_no_p_value_is_refused() -> None:
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            adjusted([0.5, wrong])
    with pytest.raises(ValueError, match="is called"):
        adjusted([0.5], "none")  # type: ignore[arg-type]
    assert adjusted([]) == ()


# Plain counts.


@pytest.mark.parametrize("numbers", COUNTS, ids=lambda n: f"{n['x2']}/{n['n2']} to {n['x1']}/{n['n1']}")
def test_two_counts_have_the_interval_and_the_tests_they_have_in_r(numbers: dict[str, Any]) -> None:
    before, after = (numbers["x2"], numbers["n2"]), (numbers["x1"], numbers["n1"])
    found, wald = counts_change(before, after), counts_change(before, after, kind="wald")
    assert found.value == pytest.approx(numbers["diff"], rel=RTOL, abs=1e-15)
    assert (found.low, found.high) == pytest.approx(numbers["newcombe10"], rel=RTOL, abs=1e-14)
    assert (wald.low, wald.high) == pytest.approx(numbers["wald"], rel=RTOL, abs=1e-14)
    assert found.exact_p == pytest.approx(numbers["fisher_p"], rel=RTOL)
    if numbers["chisq"] is None:
        assert (found.chi2, found.p, found.reason) == (None, None, "no-variance")
    else:
        assert (found.chi2, found.p) == pytest.approx((numbers["chisq"], numbers["p"]), rel=RTOL)
        assert found.reason is None


def test_counts_of_nobody_have_no_change() -> None:
    assert counts_change((0, 0), (1, 2)).reason == "no-answers"
    for before, after in (((3, 2), (1, 2)), ((1, 2), (-1, 2))):
        with pytest.raises(ValueError, match="of"):
            counts_change(before, after)


# Edges.


def test_from_everyone_to_some_is_tested_without_a_variance() -> None:
    """50 of 50, then 30 of 50: the interval of counts and the score test, marked as model-based."""
    before, after = share(of_arrays([1.0] * 50)), share(of_arrays([1.0] * 30 + [0.0] * 20))
    found, counts = change(before, after), counts_change((50, 50), (30, 50))
    assert (found.reason, found.model_based, found.se) == ("no-variance", True, None)
    assert found.method == "change/joined@1"
    assert found.low is not None and found.high is not None and counts.low is not None
    assert found.low == pytest.approx(counts.low, abs=0.01) and found.high < 0
    assert found.p == pytest.approx(counts.p, rel=0.1)
    assert found.direction() is Direction.DOWN
    assert change(before, before).p is None
    assert change(before, before).high == pytest.approx(counts_change((50, 50), (50, 50)).high)


def test_a_usual_design_effect_makes_what_is_model_based_more_careful() -> None:
    values, wave = [1.0] * 50 + [1.0] * 40 + [0.0] * 10, [0] * 50 + [1] * 50
    plain, clustered = (
        change_between(totals_of(values, wave), 0, 1, median_deff=deff) for deff in (1.0, 2.0)
    )
    assert plain.low is not None and clustered.low is not None
    assert (plain.p or 0) < (clustered.p or 0)
    assert clustered.before.n_eff == 25


def test_a_change_without_error_says_why() -> None:
    one, none = share(of_arrays([1.0])), share(())
    some = share(of_arrays([1.0, 0.0] * 20))
    assert change(none, some).reason == "no-answers" and change(none, some).value is None
    lonely = change(one, some)
    assert (lonely.value, lonely.low, lonely.p, lonely.reason) == (-0.5, None, None, "one-answer")
    one_day = change(share(of_arrays([1.0, 0.0] * 20, psu=[1] * 40)), some)
    assert (one_day.reason, one_day.model_based) == ("one-psu", True)
    assert one_day.p == 1.0
    assert change(some, some, df=0).reason == "one-psu"


def test_the_same_answers_twice_are_no_proof_of_no_change() -> None:
    answers, person = [1.0, 0, 1, 1, 0, 1] * 10, np.arange(60)
    totals = totals_of(answers * 2, np.repeat([0, 1], 60), design=Design(psu=np.tile(person, 2)))
    found = change_between(totals, 0, 1)
    assert (found.value, found.se, found.reason) == (0.0, None, "no-variance")
    assert found.low is not None and found.low < -0.1 and found.p == 1.0


def test_a_mean_without_variance_is_tested_only_on_a_scale() -> None:
    all_five = mean(of_arrays([5.0] * 40), bounds=(1, 5))
    mixed = mean(of_arrays([3.0, 4.0] * 20), bounds=(1, 5))
    found = change(all_five, mixed, scale=(1, 5))
    assert found.p is not None and found.p < 0.01 and found.high is not None and found.high < 0
    assert change(all_five, mixed, scale=None).p is None
    open_scale = mean(of_arrays([5.0] * 40))
    unknown = change(open_scale, mixed, scale=(1, 5))
    assert (unknown.value, unknown.low, unknown.p) == (-1.5, None, None)
    assert not unknown.model_based
    imported = Estimate(value=5.0, low=4.8, high=5.0, n=40, reason="no-variance")
    assert change(imported, mixed, scale=(1, 5)).p is None


def test_two_levels_are_not_mixed() -> None:
    some = share(of_arrays([1.0, 0.0] * 20))
    with pytest.raises(ValueError, match="two levels"):
        change(some, replace(some, level=0.9))


# Mistakes.

MISTAKES = {
    "covariance left out": (periods, "- 2 * covariance", "- 0 * covariance"),
    "covariance once": (periods, "- 2 * covariance", "- covariance"),
    "errors added": (periods, "before.se**2 + after.se**2", "(before.se + after.se) ** 2"),
    "z for t": (periods, "t_quantile(found.level, found.df) * se", "1.959963984540054 * se"),
    "ends joined the wrong way": (
        periods,
        "math.hypot(p2 - low2, high1 - p1)",
        "math.hypot(p2 - low2, p1 - low1)",
    ),
    "shares not pooled": (periods, "(n1 * p1 + n2 * p2) / (n1 + n2)", "(p1 + p2) / 2"),
    "no step back in the adjustment": (adjust, "np.minimum.accumulate(p[::-1])[::-1]", "p"),
    "tests that were not made counted": (adjust, "p * len(p) / np.arange(1", "p * 16 / np.arange(1"),
}


def _found(modules: dict[Any, Any]) -> list[bool]:
    drawn = next(one for one in DESIGNS if one.name == "clus2")
    reference = PANEL["clus2"]["panel_change"]["se"]
    panel = modules[periods].change_between(stacked(drawn, ["api99", "api00"]), "api99", "api00", of="s")
    half = panel.high - panel.value
    agree = [panel.se == pytest.approx(reference, rel=RTOL), half == pytest.approx(2.0226909117 * reference)]
    for numbers in COUNTS[:3]:
        counts = modules[periods].counts_change(
            (numbers["x2"], numbers["n2"]), (numbers["x1"], numbers["n1"])
        )
        agree.append((counts.low, counts.high) == pytest.approx(numbers["newcombe10"], rel=RTOL))
        agree.append(counts.chi2 == pytest.approx(numbers["chisq"], rel=RTOL))
    q = modules[adjust].adjusted(ADJUSTED["p"])
    agree.append(q[:-1] == pytest.approx(ADJUSTED["BH"][:-1], rel=RTOL))
    return agree


def test_the_changes_as_they_stand_agree() -> None:
    assert all(_found({module: module for module in (periods, adjust)}))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_change_is_noticed(mistake: str) -> None:
    module, right, wrong = MISTAKES[mistake]
    modules = {one: one for one in (periods, adjust)}
    assert not all(_found(modules | {module: mistaken(module, right, wrong)}))
