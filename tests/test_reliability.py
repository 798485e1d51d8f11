"""Alpha and omega are those of R, and say so where there is nothing to be consistent about."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import f as f_distribution

from survey import reliability
from survey.errors import WeightNotPositive
from survey.reliability import (
    HEYWOOD,
    alpha,
    alpha_of_covariance,
    covariances,
    feldt_interval,
    omega,
    omega_of_covariance,
)
from tests.golden.reading import RTOL, expected, table
from tests.mistakes import mistaken

GOLDEN = expected("reliability")
FACTORS = ("access", "proc")
by_factor = pytest.mark.parametrize("factor", FACTORS)


def _answers(seed: int = 22, n: int = 200, k: int = 4, alike: float = 0.8) -> np.ndarray:
    """Answers in five steps to k items that share one cause."""
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=(n, 1))
    return np.clip(np.rint(3.5 + alike * cause + rng.normal(scale=0.7, size=(n, k))), 1, 5)


# Alpha.


@by_factor
def test_alpha_and_its_company_are_those_of_r(factor: str) -> None:
    reference = GOLDEN[factor]
    found = alpha_of_covariance(reference["cov"], reference["n"])
    assert found.alpha == pytest.approx(reference["alpha_raw"], rel=RTOL)
    assert found.standardised == pytest.approx(reference["alpha_std"], rel=RTOL)
    assert (found.low, found.high) == pytest.approx(tuple(reference["alpha_feldt95"]), rel=RTOL)
    assert found.if_deleted == pytest.approx(reference["alpha_if_deleted"], rel=RTOL)
    assert found.item_total == pytest.approx(reference["item_total_r_corrected"], rel=RTOL)
    assert found.lambda6 == pytest.approx(reference["guttman_lambda6"], rel=RTOL)
    assert found.mean_r == pytest.approx(reference["mean_r"], rel=RTOL)
    assert (found.reason, found.negative, found.items) == (None, False, (0, 1, 2, 3))


def test_alpha_of_pairwise_covariances_is_that_of_r() -> None:
    reference = GOLDEN["feedback_pairwise"]
    found = alpha_of_covariance(reference["cov"])
    assert found.alpha == pytest.approx(reference["alpha"], rel=RTOL)
    assert (found.low, found.high, found.reason) == (None, None, "unknown-n")


def test_items_that_point_in_different_directions_have_a_negative_alpha_and_say_so() -> None:
    reference = GOLDEN["negative"]
    found = alpha(reference["X"])
    assert found.alpha == pytest.approx(reference["alpha"], rel=RTOL)
    assert found.negative
    assert found.low is not None and found.high is not None and found.low < found.alpha < found.high


@pytest.mark.parametrize("sample", ["srs", "strat", "clus1", "clus2"])
def test_weighted_alpha_of_complete_cases_is_that_of_r(sample: str) -> None:
    reference, name = GOLDEN["weighted"][sample], f"api{sample}"
    data, more = table(name), table("predictors")
    rows = more["sample"] == name
    items = np.column_stack([data["ell"], *(more[item][rows] for item in ("mobility", "meals", "emer"))])
    found = alpha(items, data["pw"])
    assert found.alpha == pytest.approx(reference["alpha"], rel=RTOL)
    assert found.n == reference["n"]


def test_alpha_from_answers_follows_its_definition() -> None:
    """No reference: the variances of the columns and of their sum, and the correlations, by numpy."""
    answers = _answers()
    found, total = alpha(answers), answers.sum(axis=1)
    parts = answers.var(axis=0, ddof=1).sum() / total.var(ddof=1)
    assert found.alpha == pytest.approx(4 / 3 * (1 - parts), rel=1e-12)
    for item in range(4):
        rest = total - answers[:, item]
        others = np.delete(answers, item, axis=1)
        assert found.item_total[item] == pytest.approx(np.corrcoef(answers[:, item], rest)[0, 1], rel=1e-12)
        assert found.if_deleted[item] == pytest.approx(alpha(others).alpha, rel=1e-12)
    assert found.n == 200


def test_lambda_6_is_what_regressions_on_the_other_items_explain() -> None:
    """No reference: each item regressed on the others by least squares."""
    answers = _answers()
    z = (answers - answers.mean(axis=0)) / answers.std(axis=0)
    left = 0.0
    for item in range(4):
        others = np.delete(z, item, axis=1)
        fitted = others @ np.linalg.lstsq(others, z[:, item], rcond=None)[0]
        left += float(np.mean((z[:, item] - fitted) ** 2))
    assert alpha(answers).lambda6 == pytest.approx(1 - left / np.corrcoef(answers.T).sum(), rel=1e-12)


def test_feldts_interval_is_made_of_quantiles_of_f() -> None:
    low, high = feldt_interval(0.8, 50, 6, level=0.9)
    freedom = (49, 245)
    assert low == pytest.approx(1 - 0.2 * f_distribution.ppf(0.95, *freedom), rel=1e-10)
    assert high == pytest.approx(1 - 0.2 * f_distribution.ppf(0.05, *freedom), rel=1e-10)


def test_feldts_interval_covers_the_alpha_of_the_population() -> None:
    """No reference: items of one cause with loading 1 and own variance 1; alpha is k / (k + 1)."""
    rng = np.random.default_rng(23)
    covered = 0
    for _ in range(400):
        items = rng.normal(size=(40, 1)) + rng.normal(size=(40, 5))
        found = alpha(items)
        covered += (found.low or 0) <= 5 / 6 <= (found.high or 0)
    assert 0.92 < covered / 400 < 0.98


def test_one_item_is_consistent_with_nothing() -> None:
    assert alpha([[1.0], [2.0], [4.0]]).reason == "one-item"
    two = alpha([[1, 2], [2, 2], [4, 2], [3, 2]])
    assert (two.alpha, two.reason, two.items, two.dropped) == (None, "one-item", (0,), (1,))
    assert alpha(np.full((5, 3), 4.1)).reason == "one-item"


def test_an_item_without_variance_is_left_out_and_named() -> None:
    answers = _answers()
    with_constant = np.insert(answers, 2, 4.1, axis=1)
    found, without = alpha(with_constant), alpha(answers)
    assert (found.items, found.dropped) == ((0, 1, 3, 4), (2,))
    assert found.alpha == pytest.approx(without.alpha, rel=1e-12)
    assert len(found.if_deleted) == len(found.item_total) == 4


def test_a_sum_that_does_not_vary_has_no_alpha() -> None:
    found = alpha([[1, 5], [2, 4], [3, 3], [5, 1]])
    assert (found.alpha, found.low, found.reason) == (None, None, "no-variance")


def test_too_few_people_make_no_alpha() -> None:
    assert alpha(np.empty((0, 4))).reason == "no-answers"
    assert alpha([[np.nan, 1], [2, np.nan]]).reason == "no-answers"
    assert alpha([[1, 2, 3]]).reason == "one-answer"
    assert omega([[1, 2, 3]]).reason == "one-answer"
    assert omega(np.empty((0, 4))).reason == "no-answers"


def test_one_of_two_items_leaves_nothing_to_compute() -> None:
    found = alpha(_answers(k=2))
    assert found.alpha is not None
    assert found.if_deleted == (None, None)
    assert found.item_total[0] == pytest.approx(found.mean_r)


def test_an_item_counted_twice_has_no_lambda_6() -> None:
    answers = _answers()
    doubled = alpha(np.column_stack([answers, answers[:, 0]]))
    assert doubled.alpha is not None and doubled.lambda6 is None


def test_a_missing_answer_drops_the_person_or_only_the_pair() -> None:
    answers = _answers()
    answers[:30, 0] = np.nan
    complete, pairs = alpha(answers), alpha(answers, pairwise=True)
    assert complete.n == pairs.n == 170
    assert complete.alpha == pytest.approx(alpha(answers[30:]).alpha, rel=1e-12)
    matrix, _ = covariances(answers, pairwise=True)
    assert matrix[1:, 1:] == pytest.approx(np.cov(answers[:, 1:].T), rel=1e-12)
    assert matrix[0, 1] == pytest.approx(np.cov(answers[30:, :2].T)[0, 1], rel=1e-12)
    assert (pairs.low, pairs.reason) == (None, "pairwise")


def test_pairwise_and_complete_are_the_same_where_nothing_is_missing() -> None:
    answers, w = _answers(), np.random.default_rng(1).uniform(0.5, 2, 200)
    one, other = covariances(answers, w), covariances(answers, w, pairwise=True)
    assert one[0] == pytest.approx(other[0], rel=1e-12)
    assert one[1] == other[1]


@given(weight=st.floats(1e-3, 1e3), scale=st.floats(1e-3, 1e3), shift=st.floats(-100, 100))
@settings(max_examples=30, deadline=None)
def test_equal_weights_and_another_scale_change_nothing(weight: float, scale: float, shift: float) -> None:
    answers = _answers(n=40)
    one, other = alpha(answers), alpha(scale * answers + shift, np.full(40, weight))
    assert other.alpha == pytest.approx(one.alpha, rel=1e-9)
    assert other.item_total == pytest.approx(one.item_total, rel=1e-9)


def test_what_is_no_table_of_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="columns of items"):
        alpha([1, 2, 3])
    with pytest.raises(ValueError, match="no covariance matrix"):
        alpha_of_covariance([[1, 2, 3]])
    with pytest.raises(WeightNotPositive) as refusal:
        alpha([[1, 2], [2, 1]], [1, 0])
    assert refusal.value.detail["row"] == 1


# Omega.


@by_factor
def test_omega_and_the_one_factor_model_are_those_of_r(factor: str) -> None:
    """To 1e-6: R's own optimiser stops there."""
    reference = GOLDEN[factor]
    found = omega_of_covariance(reference["cov"], reference["n"])
    assert found.standardised == pytest.approx(reference["omega_total_std_ml"], rel=1e-8)
    assert found.omega == pytest.approx(reference["omega_cov_cfa"], rel=1e-8)
    assert found.loadings == pytest.approx(reference["loadings_std_ml"], rel=1e-6)
    assert found.uniquenesses == pytest.approx(reference["uniq_ml"], rel=1e-6)
    assert found.objective == pytest.approx(reference["ml_objective"], rel=1e-6)
    variances = np.diag(reference["cov"]) * (reference["n"] - 1) / reference["n"]
    in_units = np.sqrt(variances) * found.loadings, variances * found.uniquenesses
    assert in_units[0] == pytest.approx(reference["loadings_cov_cfa"], rel=1e-6)
    assert in_units[1] == pytest.approx(reference["theta_cov_cfa"], rel=1e-6)
    assert not found.heywood


def _discrepancy(matrix: np.ndarray, loadings: np.ndarray, own: np.ndarray) -> float:
    implied = np.outer(loadings, loadings) + np.diag(own)
    sign, log = np.linalg.slogdet(implied)
    assert sign > 0
    return float(log + np.trace(matrix @ np.linalg.inv(implied)) - np.linalg.slogdet(matrix)[1] - len(matrix))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_other_loadings_fit_better(seed: int) -> None:
    """No reference: the discrepancy of the whole model, minimised over loadings by another optimiser."""
    answers = _answers(seed=seed, n=60, k=5)
    matrix = np.corrcoef(answers.T)
    found = omega(answers)

    def whole(parameters: np.ndarray) -> float:
        return _discrepancy(matrix, parameters[:5], np.exp(parameters[5:]))

    best = minimize(
        whole, np.r_[np.full(5, 0.6), np.log(np.full(5, 0.5))], method="BFGS", options={"gtol": 1e-7}
    )
    assert found.objective == pytest.approx(best.fun, abs=1e-8)
    assert found.loadings == pytest.approx(best.x[:5], abs=1e-4)
    mine = _discrepancy(matrix, np.array(found.loadings), np.array(found.uniquenesses))
    assert mine == pytest.approx(found.objective, abs=1e-12)


def test_loadings_that_are_known_come_back() -> None:
    """No reference: a covariance matrix made of one factor has an exact solution."""
    loadings, own = np.array([0.9, 0.7, 0.6, -0.2, 0.5]), np.array([0.3, 0.5, 0.9, 0.8, 0.4])
    matrix = np.outer(loadings, loadings) + np.diag(own)
    found = omega_of_covariance(matrix)
    sd = np.sqrt(np.diag(matrix))
    assert sd * found.loadings == pytest.approx(loadings, rel=1e-6)
    assert found.objective == pytest.approx(0, abs=1e-11)
    assert found.omega == pytest.approx(loadings.sum() ** 2 / (loadings.sum() ** 2 + own.sum()), rel=1e-7)


def test_items_that_measure_equally_well_have_an_omega_of_alpha() -> None:
    matrix = np.full((4, 4), 0.5) + 0.3 * np.eye(4)
    assert omega_of_covariance(matrix).omega == pytest.approx(alpha_of_covariance(matrix).alpha, rel=1e-8)


def test_a_model_that_does_not_fit_is_flagged() -> None:
    """The first item would need a loading of sqrt(0.8 * 0.8 / 0.5) > 1 to explain the correlations."""
    found = omega_of_covariance([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
    assert found.heywood
    assert found.uniquenesses[0] == pytest.approx(HEYWOOD)
    assert min(found.uniquenesses[1:]) > 0.2
    assert found.omega is not None and found.omega < 1


def test_two_items_do_not_determine_a_factor() -> None:
    assert omega(_answers(k=2)).reason == "too-few-items"
    constant = np.insert(_answers(k=2), 0, 3.0, axis=1)
    found = omega(constant)
    assert (found.omega, found.reason, found.dropped) == (None, "too-few-items", (0,))


def test_an_item_that_follows_from_others_leaves_no_model() -> None:
    answers = _answers()
    sum_of_two = answers[:, 0] + answers[:, 1]
    assert omega(np.column_stack([answers, sum_of_two])).reason == "singular"


def test_answers_weights_and_units_reach_omega() -> None:
    answers, w = _answers(), np.random.default_rng(4).uniform(0.2, 3, 200)
    found = omega(answers, w)
    assert found == omega_of_covariance(*covariances(answers, w))
    assert omega(10 * answers, w).omega == pytest.approx(found.omega, rel=1e-9)
    assert omega(answers).omega != pytest.approx(found.omega, rel=1e-6)


MISTAKES = {
    "alpha without its factor": ("return k / (k - 1) * (", "return 1.0 * ("),
    "alpha of as many items as were asked": ("k, total = len(matrix)", "k, total = 1 + len(matrix)"),
    "normal freedom in Feldt's interval": ("(n - 1) * (k - 1)", "(n - 1) * k"),
    "the ends of Feldt's interval exchanged": ("(1 - tail, tail)", "(tail, 1 - tail)"),
    "an item correlated with a sum that holds it": (
        "matrix[item].sum() - matrix[item, item]",
        "matrix[item].sum()",
    ),
    "lambda 6 of what is explained": ("1 - float(own.sum()", "float(own.sum()"),
    "omega of sums of squares": ("float(loadings.sum()) ** 2", "float((loadings**2).sum())"),
    "omega in the wrong units": ("sd * loadings, sd**2 * own", "loadings, sd**2 * own"),
    "principal components for factors": ("max(values[-1] - 1, 0.0)", "values[-1]"),
}


def _agrees(module: ModuleType) -> bool:
    for factor in FACTORS:
        reference: dict[str, Any] = GOLDEN[factor]
        a = module.alpha_of_covariance(reference["cov"], reference["n"])
        o = module.omega_of_covariance(reference["cov"], reference["n"])
        alphas = (a.alpha, a.low, a.high, a.lambda6, *a.item_total, *a.if_deleted)
        names = (
            "alpha_raw",
            "alpha_feldt95",
            "guttman_lambda6",
            "item_total_r_corrected",
            "alpha_if_deleted",
        )
        right = np.hstack([reference[name] for name in names])
        omegas = (reference["omega_total_std_ml"], reference["omega_cov_cfa"])
        if not np.allclose(alphas, right, rtol=RTOL, atol=0):
            return False
        if not np.allclose((o.standardised, o.omega), omegas, rtol=1e-7, atol=0):
            return False
    return True


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_reliability_is_noticed(mistake: str) -> None:
    assert _agrees(reliability)
    assert not _agrees(mistaken(reliability, *MISTAKES[mistake]))
