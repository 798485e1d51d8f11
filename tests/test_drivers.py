"""What goes with satisfaction: shares that add up, and errors that know how people were drawn."""

from __future__ import annotations

from itertools import permutations
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.drivers import Quadrant, case_mix, importance, linear, mix, quadrants, regression, shares
from survey.errors import WeightNotPositive
from survey.stats import mean, of_arrays
from tests.golden.reading import DESIGNS, Design, expected, table
from tests.mistakes import mistaken

GOLDEN = expected("drivers")
by_design = pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.name)


def _schools(design: Design) -> dict[str, Any]:
    """The regression of R's reference: its columns, and how the schools were drawn."""
    more = table("predictors")
    rows = more["sample"] == design.table
    drivers = np.column_stack([design.column("ell"), more["meals"][rows], more["mobility"][rows]])
    people = {"people": table(design.table)["fpc2"]} if design.nested else {}
    return {"outcome": design.column("api00"), "drivers": drivers, **design.arguments(), **people}


def _answers(seed: int, n: int = 300, k: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """An outcome, drivers that overlap, and weights."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, k)) + 0.8 * rng.normal(size=(n, 1))
    y = x @ np.linspace(0.1, 1, k) + rng.normal(size=n)
    return y, x, rng.uniform(0.5, 3, n)


def _r2(y: np.ndarray, x: np.ndarray, w: np.ndarray) -> float:
    """Weighted R squared by least squares on the people themselves."""
    root = np.sqrt(w)
    full = np.column_stack([np.ones(len(y)), x]) * root[:, None]
    left = y * root - full @ np.linalg.lstsq(full, y * root, rcond=None)[0]
    return 1 - float(left @ left) / float(w @ (y - np.average(y, weights=w)) ** 2)


# Regression.


@by_design
def test_coefficients_have_the_error_that_the_design_gives_them(design: Design) -> None:
    found, reference = regression(**_schools(design)), GOLDEN[design.name]
    assert found.coefficients == pytest.approx(reference["coef"], rel=1e-9)
    assert found.errors == pytest.approx(reference["se"], rel=1e-9)
    assert found.df == reference["df"]


@by_design
def test_a_regression_on_groups_is_that_of_r(design: Design) -> None:
    reference = GOLDEN["sw_on_stype"][design.name]
    groups = np.column_stack([design.column("stypeH"), design.column("stypeM")])
    people = {"people": table(design.table)["fpc2"]} if design.nested else {}
    found = regression(design.column("sw"), groups, **design.arguments(), **people)
    assert found.coefficients == pytest.approx(reference["coef"], rel=1e-10)
    assert found.errors == pytest.approx(reference["se"], rel=1e-10)
    assert found.df == reference["df"]


def test_a_regression_on_nothing_is_the_mean() -> None:
    design = next(design for design in DESIGNS if design.name == "strat")
    values = design.column("enroll").copy()
    values[::7] = np.nan
    found = regression(values, np.empty((len(values), 0)), **design.arguments())
    estimate = mean(design.strata_of(values))
    assert found.coefficients[0] == pytest.approx(estimate.value, rel=1e-12)
    assert found.errors[0] == pytest.approx(estimate.se, rel=1e-12)
    assert (found.low[0], found.high[0]) == pytest.approx((estimate.low, estimate.high), rel=1e-12)
    assert (found.n, found.df) == (estimate.n, estimate.df)


def test_people_drawn_simply_have_the_sandwich_error() -> None:
    """No reference: White's estimator in dense matrices, times n / (n - 1)."""
    y, x, _ = _answers(1)
    full = np.column_stack([np.ones(300), x])
    bread = np.linalg.inv(full.T @ full)
    residuals = y - full @ (bread @ full.T @ y)
    sandwich = bread @ (full.T * residuals**2) @ full @ bread * 300 / 299
    found = regression(y, x)
    assert found.errors == pytest.approx(np.sqrt(np.diag(sandwich)), rel=1e-10)
    assert found.r2 == pytest.approx(_r2(y, x, np.ones(300)), rel=1e-12)
    assert found.df == 300 - 5


def test_people_who_queue_together_widen_the_errors() -> None:
    rng = np.random.default_rng(2)
    day = np.repeat(np.arange(20), 15)
    x = rng.normal(size=20)[day, None]
    y = x[:, 0] + rng.normal(size=20)[day] + rng.normal(size=300)
    alone, queued = regression(y, x), regression(y, x, psu=day)
    assert alone.coefficients == queued.coefficients
    assert (queued.errors[1] or 0) > 2 * (alone.errors[1] or 1)
    assert queued.df == 18


def test_a_second_stage_in_several_strata_is_that_of_each() -> None:
    """Two copies of a two-stage sample are two strata: half the variance, the same coefficients."""
    design = next(design for design in DESIGNS if design.name == "clus2")
    one = _schools(design)
    two = {name: np.concatenate([column, column]) for name, column in one.items()}
    two["strata"] = np.repeat(["a", "b"], len(one["outcome"]))
    single, double = regression(**one), regression(**two)
    assert double.coefficients == pytest.approx(single.coefficients, rel=1e-9)
    assert double.errors == pytest.approx(np.array(single.errors) / np.sqrt(2), rel=1e-9)


def test_a_second_stage_needs_no_weights() -> None:
    """No reference: of equal weights and of none the same error."""
    design = next(design for design in DESIGNS if design.name == "clus2")
    one = {**_schools(design), "weights": np.full(126, 3.0)}
    without = {name: column for name, column in one.items() if name != "weights"}
    assert regression(**without).errors == pytest.approx(regression(**one).errors, rel=1e-10)


def test_a_regression_that_cannot_be_says_why() -> None:
    y, x, _ = _answers(3, n=12, k=2)
    assert regression(y[:3], x[:3]).reason == "too-few-answers"
    assert regression(np.full(12, np.nan), x).reason == "no-answers"
    assert regression(y, np.column_stack([x, x[:, 0]])).reason == "collinear"
    lonely = regression(y, x, psu=np.zeros(12))
    assert (lonely.reason, lonely.errors, lonely.low) == ("one-psu", (None,) * 3, (None,) * 3)
    assert len(lonely.coefficients) == 3
    exact = regression(np.zeros(12), x)
    assert (exact.errors, exact.r2) == ((None,) * 3, None)
    with pytest.raises(WeightNotPositive):
        regression(y, x, weights=np.zeros(12))


# Importance.


def test_lmg_is_what_a_driver_adds_averaged_over_all_orders() -> None:
    """No reference: every order of entry, every R squared by least squares on the people."""
    y, x, w = _answers(4)
    added, orders = np.zeros(4), list(permutations(range(4)))
    for order in orders:
        for place, driver in enumerate(order):
            added[driver] += _r2(y, x[:, order[: place + 1]], w) - _r2(y, x[:, order[:place]], w)
    assert importance(y, x, w).lmg == pytest.approx(added / len(orders), rel=1e-9)


def test_relative_weights_go_through_the_nearest_drivers_that_do_not_overlap() -> None:
    """No reference: Johnson's own way, by the singular value decomposition of the drivers."""
    y, x, _ = _answers(5)
    z, outcome = ((part - part.mean(axis=0)) / part.std(axis=0) / np.sqrt(300) for part in (x, y))
    left, _, right = np.linalg.svd(z, full_matrices=False)
    nearest = left @ right
    weights = (nearest.T @ z).T ** 2 @ (nearest.T @ outcome) ** 2
    assert importance(y, x).johnson == pytest.approx(weights, rel=1e-10)


@given(seed=st.integers(0, 10**6), k=st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_the_shares_of_the_drivers_add_up_to_what_they_explain_together(seed: int, k: int) -> None:
    y, x, w = _answers(seed, n=30, k=k)
    found = importance(y, x, w)
    assert found.r2 == pytest.approx(_r2(y, x, w), rel=1e-9)
    assert sum(found.johnson) == pytest.approx(found.r2, rel=1e-10)
    assert sum(found.lmg) == pytest.approx(found.r2, rel=1e-10)
    assert min(found.johnson) >= 0 and min(found.lmg) >= -1e-12
    assert min(value or 0 for value in found.vif) >= 1


def test_two_drivers_have_the_same_share_by_both_rules() -> None:
    y, x, w = _answers(6, k=2)
    found = importance(y, x, w)
    assert found.johnson == pytest.approx(found.lmg, rel=1e-10)


def test_drivers_that_do_not_overlap_have_their_squared_correlation() -> None:
    a, b = (column.ravel() for column in np.meshgrid([-1.0, 1.0], [-1.0, 1.0] * 4))
    y = 2 * a + b + np.array([1.0, -1, -1, 1] * 4)
    found = importance(y, np.column_stack([a, b]))
    assert found.vif == pytest.approx((1, 1))
    assert found.johnson == pytest.approx(np.square(found.correlations))
    assert found.lmg == pytest.approx(np.square(found.correlations))


def test_variance_inflation_is_that_of_the_regression_on_the_other_drivers() -> None:
    y, x, w = _answers(7)
    for driver, value in enumerate(importance(y, x, w).vif):
        others = np.delete(x, driver, axis=1)
        assert value == pytest.approx(1 / (1 - _r2(x[:, driver], others, w)), rel=1e-10)


def test_a_driver_asked_twice_shares_its_part() -> None:
    y, x, _ = _answers(8, k=2)
    once, twice = importance(y, x), importance(y, np.column_stack([x, x[:, 1]]))
    assert twice.r2 == pytest.approx(once.r2)
    assert twice.vif == (pytest.approx(once.vif[0]), None, None)
    for rule in (twice.johnson, twice.lmg):
        assert rule[1] == pytest.approx(rule[2])
        assert sum(rule) == pytest.approx(once.r2)


def test_eleven_drivers_have_relative_weights_only() -> None:
    y, x, _ = _answers(9, k=11)
    found = importance(y, x)
    assert found.lmg == ()
    assert sum(found.johnson) == pytest.approx(found.r2)


def test_a_driver_without_variance_is_left_out_and_named() -> None:
    y, x, _ = _answers(10, k=2)
    found = importance(y, np.insert(x, 1, 4.1, axis=1))
    assert (found.drivers, found.dropped) == ((0, 2), (1,))
    assert found.johnson == pytest.approx(importance(y, x).johnson)


def test_importance_that_cannot_be_says_why() -> None:
    y, x, _ = _answers(11, n=10, k=2)
    assert importance(np.full(10, np.nan), x).reason == "no-answers"
    assert importance(y[:3], x[:3]).reason == "too-few-answers"
    assert importance(np.full(10, 4.1), x).reason == "no-variance"
    assert importance(y, np.full((10, 2), 4.1)).reason == "no-drivers"
    with pytest.raises(ValueError, match="columns of drivers"):
        importance(y, x[:, 0])
    missing = x.copy()
    missing[0, 0] = np.nan
    assert importance(y, missing).johnson == pytest.approx(importance(y[1:], x[1:]).johnson)


def test_what_is_important_and_bad_comes_first() -> None:
    found = quadrants([0.3, 0.3, 0.1, 0.1, None], [70, 90, 70, 90, 60])
    assert found == (Quadrant.FIX_FIRST, Quadrant.KEEP_UP, Quadrant.LATER, Quadrant.ENOUGH, None)
    assert quadrants([0.3, 0.1], [70, 90], cut=(0.05, 95)) == (Quadrant.FIX_FIRST,) * 2
    assert quadrants([0.1] * 3, [70.1] * 3) == (Quadrant.KEEP_UP,) * 3
    assert quadrants([None], [3]) == (None,)
    with pytest.raises(ValueError, match="1 performances of 2"):
        quadrants([0.1, 0.2], [70])


# Case mix.


def _agencies(seed: int = 25) -> dict[str, Any]:
    """Three agencies that are equally good; the second's people are older, and the old are content."""
    rng = np.random.default_rng(seed)
    agency = np.repeat(["a", "b", "c"], [80, 60, 100])
    age = rng.normal(40, 10, 240) + 20 * (agency == "b")
    outcome = 50 + 0.5 * age + rng.normal(0, 5, 240)
    return {"outcome": outcome, "agency": agency, "covariates": age[:, None]}


def test_agencies_of_the_same_quality_are_equal_once_their_people_are() -> None:
    found = case_mix(**_agencies())
    a, b, c = found.agencies
    assert b.own - a.own > 8 and b.own - c.own > 8
    assert abs(b.value - a.value) < 2.5 and abs(b.value - c.value) < 2.5
    assert found.coefficients[0] == pytest.approx(0.5, abs=0.05)
    assert [mean.agency for mean in found.agencies] == ["a", "b", "c"]
    assert [mean.own - mean.adjustment for mean in found.agencies] == pytest.approx(
        [mean.value for mean in found.agencies]
    )


@pytest.mark.parametrize("psu", [None, np.arange(240) % 17 + 100 * (np.arange(240) >= 140)])
def test_an_adjusted_mean_is_a_regressions_intercept(psu: np.ndarray | None) -> None:
    """No reference: dummies for the other agencies, covariates from their mean, errors as in R's svyglm."""
    data, w = _agencies(), np.random.default_rng(1).uniform(0.5, 2, 240)
    data["covariates"] = np.column_stack([data["covariates"][:, 0], np.arange(240) % 5])
    found = case_mix(**data, weights=w, psu=psu)
    centred = data["covariates"] - np.average(data["covariates"], axis=0, weights=w)
    for one in found.agencies:
        others = [data["agency"] == other for other in "abc" if other != one.agency]
        known = regression(data["outcome"], np.column_stack([*others, centred]), weights=w, psu=psu)
        assert one.value == pytest.approx(known.coefficients[0], rel=1e-10)
        assert one.se == pytest.approx(known.errors[0], rel=1e-8)
        assert found.coefficients == pytest.approx(known.coefficients[-2:], rel=1e-9)


def test_covariates_that_do_not_matter_leave_the_means_as_they_are() -> None:
    outcome = np.array([1.0, 2, 3, 1, 2, 3, 3, 4, 5, 3, 4, 5])
    agency, covariate = np.repeat([7, 8], 6), np.tile([0, 0, 0, 1, 1, 1], 2)
    found = case_mix(outcome, agency, covariate[:, None])
    assert found.coefficients == pytest.approx((0.0,), abs=1e-12)
    assert [mean.value for mean in found.agencies] == pytest.approx([2, 4])
    own = [mean(of_arrays(outcome, domain=agency == label)) for label in (7, 8)]
    assert [one.df for one in found.agencies] == [one.df for one in own]


def test_people_with_a_missing_covariate_are_left_out() -> None:
    data = _agencies()
    rest = {name: column[10:] for name, column in data.items()}
    data["covariates"][:10] = np.nan
    found, without = case_mix(**data), case_mix(**rest)
    assert found.n == 230
    assert [one.value for one in found.agencies] == pytest.approx([one.value for one in without.agencies])


def test_a_case_mix_that_cannot_be_says_why() -> None:
    data = _agencies()
    constant = {**data, "covariates": (data["agency"] == "b")[:, None].astype(float)}
    assert case_mix(**constant).reason == "collinear"
    assert case_mix([1.0, 2], ["a", "b"], [[1.0], [2]]).reason == "too-few-answers"
    assert case_mix([np.nan], ["a"], [[1.0]]).reason == "no-answers"
    with pytest.raises(ValueError, match="columns of covariates"):
        case_mix([1.0], ["a"], [1.0])
    alone = case_mix(**{**data, "agency": np.where(np.arange(240) == 0, "z", data["agency"])}).agencies[-1]
    assert (alone.agency, alone.n, alone.se, alone.reason) == ("z", 1, None, "one-answer")
    one_day = case_mix(**data, psu=data["agency"]).agencies[0]
    assert (one_day.se, one_day.low, one_day.reason) == (None, None, "one-psu")


MISTAKES = {
    "a degree of freedom for every coefficient": (linear, "df=df + 1 - size", "df=df - size"),
    "residuals weighted twice": (linear, "residuals[:, None] * (x[told]", "residuals[:, None] * (weighted"),
    "the sum over subsets without their orders": (shares, "orders[len(inside)] * gain", "gain"),
    "relative weights of the slopes alone": (shares, "root**2 @ slopes**2", "slopes**2"),
    "weights forgotten": (shares, "* np.sqrt(w)[:, None]", ""),
    "an adjustment the wrong way": (mix, "self.from_all = self.means", "self.from_all = -self.means"),
    "agencies compared with one another for b": (mix, "self.means[codes]", "self.means.mean(axis=0)"),
    "b taken for known": (mix, "own - slopes @ self.from_all.T", "own"),
}


def _agrees(module: ModuleType) -> bool:
    """Whether the module still says what the tests above have shown to be right."""
    if module.__name__.endswith("linear"):
        pairs = [(module.regression(**_schools(design)), GOLDEN[design.name]) for design in DESIGNS]
        return all(
            found.df == known["df"] and np.allclose(found.errors, known["se"], rtol=1e-9)
            for found, known in pairs
        )
    if module.__name__.endswith("shares"):
        y, x, w = _answers(4)
        found = module.importance(y, x, w)
        right = importance(y, x, w)
        return np.allclose((found.johnson, found.lmg), (right.johnson, right.lmg), rtol=1e-9)
    found, right = (case.case_mix(**_agencies()) for case in (module, mix))
    values = [[(one.value, one.se or 0) for one in each.agencies] for each in (found, right)]
    return np.allclose(*values, rtol=1e-9)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_drivers_is_noticed(mistake: str) -> None:
    module, right, wrong = MISTAKES[mistake]
    assert _agrees(module)
    assert not _agrees(mistaken(module, right, wrong))
