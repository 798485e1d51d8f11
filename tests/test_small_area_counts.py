"""Counts of small areas: posterior shares, pooled where the areas differ by no more than chance."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import root
from scipy.stats import beta, betabinom, binom

from survey.small_area import beta_binomial, counts
from tests.mistakes import mistaken


def _column(fit: Any, name: str) -> np.ndarray:
    return np.array([getattr(area, name) for area in fit.areas], dtype=float)


SATISFIED = np.array([12, 30, 7, 0, 44, 18, 9, 25, 3, 51])
PEOPLE = np.array([15, 50, 7, 0, 60, 19, 20, 31, 4, 55])


def _rising(x: np.ndarray, start: float) -> float:
    """The sum over areas of 1 / (start + j) for j below x."""
    return float(sum(np.sum(1 / (start + np.arange(count))) for count in x))


def test_the_shapes_are_the_ones_another_method_finds() -> None:
    """No reference: the derivatives of the likelihood as plain sums, set to 0 by another solver."""
    fit = beta_binomial(SATISFIED, PEOPLE)

    def derivatives(shapes: np.ndarray) -> list[float]:
        a, b = shapes
        size = _rising(PEOPLE, a + b)
        return [_rising(SATISFIED, a) - size, _rising(PEOPLE - SATISFIED, b) - size]

    best = root(derivatives, [5.0, 2.0], tol=1e-13)
    assert best.success
    assert (fit.a, fit.b) == pytest.approx(tuple(best.x), rel=1e-8)
    assert fit.mean == pytest.approx(best.x[0] / best.x.sum(), rel=1e-8)
    assert fit.correlation == pytest.approx(1 / (best.x.sum() + 1), rel=1e-8)


def _log_likelihood(a: float, b: float) -> float:
    return float(betabinom.logpmf(SATISFIED, PEOPLE, a, b).sum())


def test_no_other_shapes_are_likelier() -> None:
    fit = beta_binomial(SATISFIED, PEOPLE)
    assert fit.a is not None and fit.b is not None
    top = _log_likelihood(fit.a, fit.b)
    for factor in (0.5, 0.9, 0.99, 1.01, 1.1, 2):
        assert _log_likelihood(factor * fit.a, fit.b) < top
        assert _log_likelihood(fit.a, factor * fit.b) < top
        assert _log_likelihood(factor * fit.a, factor * fit.b) < top


@pytest.mark.parametrize("row", [1, 6, 8])
def test_an_areas_estimate_is_its_posterior(row: int) -> None:
    """By Bayes' rule on the integral itself, without knowing that beta and binomial go together."""
    fit = beta_binomial(SATISFIED, PEOPLE)
    x, n, area = SATISFIED[row], PEOPLE[row], fit.areas[row]

    def mass(low: float, high: float, moment: int = 0) -> float:
        return quad(lambda p: p**moment * beta.pdf(p, fit.a, fit.b) * binom.pmf(x, n, p), low, high)[0]

    whole = mass(0, 1)
    middle, square = mass(0, 1, 1) / whole, mass(0, 1, 2) / whole
    assert area.low is not None and area.high is not None
    assert mass(0, area.low) / whole == pytest.approx(0.025, rel=1e-7)
    assert mass(area.low, area.high) / whole == pytest.approx(0.95, rel=1e-7)
    assert area.value == pytest.approx(middle, rel=1e-9)
    assert area.se == pytest.approx(np.sqrt(square - middle**2), rel=1e-7)
    own = (1 - area.shrinkage) * (area.direct or 0)
    assert area.value == pytest.approx(area.shrinkage * area.synthetic + own)


def test_an_area_where_nobody_was_asked_gets_the_distribution_of_the_areas() -> None:
    fit = beta_binomial(SATISFIED, PEOPLE)
    unasked = fit.areas[3]
    assert (unasked.direct, unasked.shrinkage) == (None, 1.0)
    assert unasked.value == pytest.approx(fit.mean)
    assert (unasked.low, unasked.high) == pytest.approx(beta(fit.a, fit.b).interval(0.95))


def test_seven_of_seven_is_not_certainty() -> None:
    full = beta_binomial(SATISFIED, PEOPLE).areas[2]
    assert full.direct == 1.0
    assert full.value < 0.95 and (full.low or 0) < 0.75 and (full.high or 0) < 1


@pytest.mark.parametrize(
    ("satisfied", "people"),
    [
        ([8, 16, 24, 40], [10, 20, 30, 50]),
        ([1, 0, 1, 1], [1, 1, 1, 1]),
        ([10, 20, 30], [10, 20, 30]),
        ([0, 0], [4, 9]),
    ],
    ids=["equal shares", "one person each", "everyone", "nobody"],
)
def test_counts_that_differ_by_no_more_than_chance_are_pooled_and_say_so(
    satisfied: list[int], people: list[int]
) -> None:
    fit = beta_binomial(satisfied, people)
    assert fit.pooled and (fit.a, fit.b, fit.correlation) == (None, None, 0.0)
    assert fit.mean == sum(satisfied) / sum(people)
    for area in fit.areas:
        assert (area.value, area.reason, area.low, area.high) == (fit.mean, "not-distinguishable", None, None)


def test_areas_are_pooled_exactly_where_no_spread_is_likelier_than_none() -> None:
    """No reference: the likelihood of a tiny spread against the binomial one, on counts of either kind."""
    rng = np.random.default_rng(17)
    pooled = 0
    for _ in range(40):
        people = rng.integers(2, 30, 8)
        satisfied = rng.binomial(people, 0.7)
        mean, size = satisfied.sum() / people.sum(), 1e5
        spread = betabinom.logpmf(satisfied, people, size * mean, size * (1 - mean)).sum()
        none = binom.logpmf(satisfied, people, mean).sum()
        assert beta_binomial(satisfied, people).pooled == (spread < none)
        pooled += spread < none
    assert 5 < pooled < 35


def test_areas_that_are_each_of_one_mind_have_no_distribution_of_shares() -> None:
    fit = beta_binomial([5, 0, 7], [5, 6, 7])
    assert (fit.reason, fit.areas, fit.a) == ("all-or-none", (), None)
    assert fit.mean == pytest.approx(12 / 18)


def test_no_answers_make_no_model() -> None:
    assert beta_binomial([0, 0], [0, 0]).reason == "no-answers"
    assert beta_binomial([], []).reason == "no-answers"


@pytest.mark.parametrize("satisfied", [[1, 6], [1, -1], [1, 2.5], [1, np.nan]])
def test_what_is_no_count_is_refused_with_its_row(satisfied: list[float]) -> None:
    with pytest.raises(ValueError, match="row 1"):
        beta_binomial(satisfied, [5, 5])


@given(rows=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=12))
@settings(max_examples=60, deadline=None)
def test_the_dissatisfied_are_the_mirror_of_the_satisfied(rows: list[tuple[int, int]]) -> None:
    yes, no = (np.array(column) for column in zip(*rows, strict=True))
    one, other = beta_binomial(yes, yes + no), beta_binomial(no, yes + no)
    assert (one.reason, one.pooled) == (other.reason, other.pooled)
    for area, mirror in zip(one.areas, other.areas, strict=True):
        assert area.value == pytest.approx(1 - mirror.value, abs=1e-6)
        if area.low is not None:
            assert 0 <= area.low < area.value < (area.high or 0) <= 1


def test_borrowed_strength_is_nearer_to_the_truth_than_the_areas_own_share() -> None:
    """No reference: shares of small agencies drawn from a known beta distribution."""
    rng = np.random.default_rng(18)
    own, borrowed, covered = [], [], []
    for _ in range(60):
        truth, people = rng.beta(16, 4, 40), rng.integers(3, 15, 40)
        satisfied = rng.binomial(people, truth)
        fit = beta_binomial(satisfied, people)
        own.append(np.mean((satisfied / people - truth) ** 2))
        if not fit.pooled:
            borrowed.append(np.mean((_column(fit, "value") - truth) ** 2))
            covered.append(np.mean((_column(fit, "low") <= truth) & (truth <= _column(fit, "high"))))
    assert np.sqrt(np.mean(borrowed)) < 0.65 * np.sqrt(np.mean(own))
    assert len(covered) > 40 and 0.85 < np.mean(covered) < 0.97


MISTAKES = {
    "a likelihood without its constant": ("digamma(x + a) - scipy.special.digamma(a)", "digamma(x + a)"),
    "areas counted once": ("digamma(size) * len(n)", "digamma(size)"),
    "a curvature that leaves out how the shapes bend": ("turn @ inner @ turn.T + bend", "inner"),
    "the prior forgotten": ("satisfied + a, people - satisfied + b", "satisfied + 1, people - satisfied + 1"),
    "never pooled": ("_overdispersion(x, n, mean) <= 0", "_overdispersion(x, n, mean) <= -1e9"),
}


def _known(module: ModuleType) -> bool:
    """What another solver found for the ten areas above, and that equal shares are pooled."""
    try:
        fit = module.beta_binomial(SATISFIED, PEOPLE)
        pooled = module.beta_binomial([8, 16, 24, 40], [10, 20, 30, 50]).pooled
    except (ArithmeticError, ValueError, np.linalg.LinAlgError):
        return False
    known = (fit.a, fit.b, fit.areas[8].value)
    return pooled and np.allclose(known, (6.63277799, 1.97518013, 0.7640236345), rtol=1e-8, atol=0)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_model_of_counts_is_noticed(mistake: str) -> None:
    assert _known(counts)
    with np.errstate(all="ignore"):
        assert not _known(mistaken(counts, *MISTAKES[mistake]))
