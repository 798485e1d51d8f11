"""Products of answers are enough for reliability and drivers: the same figures as from the answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.counts import BlockSums
from survey.counts.products import GROUPS, block_products
from survey.drivers import importance, importance_of_covariance
from survey.reliability import alpha, alpha_of_covariance, covariances, omega, omega_of_covariance


def _answers(seed: int, columns: int = 4, people: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps with a common leaning, some missing; weights; the replicate group of each person."""
    rng = np.random.default_rng(seed)
    leaning = rng.normal(size=(people, 1))
    steps = np.clip(np.round(3.4 + leaning + rng.normal(size=(people, columns))), 1, 5)
    steps[rng.random(steps.shape) < 0.1] = np.nan
    return steps, rng.choice([1.0, 0.5, 3.0], people), rng.integers(0, GROUPS, people)


def _kept(steps: np.ndarray, weights: np.ndarray, group: np.ndarray) -> BlockSums:
    each = block_products(steps, np.isfinite(steps), weights)
    sums = np.stack([each[group == g].sum(axis=0) for g in range(GROUPS)])
    return BlockSums(tuple("abcdefgh"[: steps.shape[1]]), sums)


@given(st.integers(0, 1_000))
def test_products_give_the_covariances_of_complete_cases(seed: int) -> None:
    steps, weights, group = _answers(seed)
    matrix, n = _kept(steps, weights, group).covariance()
    expected, people = covariances(steps, weights)
    assert n == people
    assert np.allclose(matrix, expected, rtol=1e-12, atol=1e-12)


def test_alpha_and_omega_from_products_are_those_from_answers() -> None:
    steps, weights, group = _answers(7)
    matrix, n = _kept(steps, weights, group).covariance()
    mine, theirs = alpha_of_covariance(matrix, n), alpha(steps, weights)
    assert (mine.alpha, mine.low, *mine.if_deleted) == pytest.approx(
        (theirs.alpha, theirs.low, *theirs.if_deleted), rel=1e-12
    )
    assert omega_of_covariance(matrix, n).omega == pytest.approx(omega(steps, weights).omega, rel=1e-6)


@given(st.integers(0, 1_000))
def test_drivers_from_products_are_those_from_answers(seed: int) -> None:
    steps, weights, group = _answers(seed)
    kept = _kept(steps, weights, group)
    mine = importance_of_covariance(*kept.covariance())
    theirs = importance(steps[:, 0], steps[:, 1:], weights)
    assert (mine.n, mine.drivers, mine.dropped, mine.reason) == (
        theirs.n, theirs.drivers, theirs.dropped, theirs.reason,
    )  # fmt: skip
    assert mine.r2 == pytest.approx(theirs.r2, rel=1e-10)
    assert mine.johnson == pytest.approx(theirs.johnson, rel=1e-10)
    assert mine.lmg == pytest.approx(theirs.lmg, rel=1e-10)


def test_the_jackknife_leaves_out_a_group_at_a_time() -> None:
    steps, weights, group = _answers(11)
    ((value, error),) = _kept(steps, weights, group).jackknife(lambda c, n: [alpha_of_covariance(c, n).alpha])
    without = [alpha(steps[group != g], weights[group != g]).alpha for g in range(GROUPS)]
    told = [one for one in without if one is not None]
    assert value == pytest.approx(alpha(steps, weights).alpha, rel=1e-12)
    expected = math.sqrt((GROUPS - 1) / GROUPS * sum((one - np.mean(told)) ** 2 for one in told))
    assert error == pytest.approx(expected, rel=1e-9)


def test_the_jackknife_error_of_a_mean_is_near_that_of_simple_sampling() -> None:
    steps, _, group = _answers(3, columns=1, people=4_000)
    kept = _kept(steps, np.ones(4_000), group)
    ((variance, error),) = kept.jackknife(lambda c, n: [float(c[0, 0])])
    assert variance is not None and error is not None
    told = steps[np.isfinite(steps)]
    spread = np.var((told - told.mean()) ** 2) ** 0.5 / math.sqrt(len(told))
    assert error == pytest.approx(spread, rel=0.5)


def test_one_group_tells_no_error_and_nobody_no_figure() -> None:
    steps, weights, _ = _answers(2)
    kept = _kept(steps, weights, np.zeros(len(steps), dtype=int))
    assert kept.jackknife(lambda c, n: [alpha_of_covariance(c, n).alpha])[0][1] is None
    nobody = BlockSums(("a", "b"), np.zeros((GROUPS, 7)))
    assert nobody.n == 0 and nobody.means() is None
    assert alpha_of_covariance(*nobody.covariance()).reason == "no-answers"
    assert importance_of_covariance(*nobody.covariance()).reason == "no-answers"


def test_columns_can_be_chosen_by_name() -> None:
    steps, weights, group = _answers(5)
    kept = _kept(steps, weights, group)
    whole, _ = kept.covariance()
    some, _ = kept.covariance(["c", "a"])
    assert some.tolist() == whole[np.ix_([2, 0], [2, 0])].tolist()
    means = kept.means(["b"])
    complete = np.isfinite(steps).all(axis=1)
    assert means is not None
    assert means[0] == pytest.approx(np.average(steps[complete, 1], weights=weights[complete]))
