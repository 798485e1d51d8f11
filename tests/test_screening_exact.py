"""The tests that screening rests on agree with R, and with sums over all counts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from survey.screening import binomial_test, exact, poisson_test, runs_test, uniform_test
from survey.screening.exact import hypergeometric_tail
from tests.golden.reading import RTOL, expected
from tests.mistakes import mistaken

EXACT = expected("exact_tests")


@pytest.mark.parametrize("case", EXACT["poisson"], ids=lambda case: f"{case['x']}-of-{case['expected']}")
def test_a_poisson_count_is_tested_as_in_r(case: dict[str, Any]) -> None:
    found = poisson_test(case["x"], case["expected"])
    assert found.p_greater == pytest.approx(case["p_greater"], rel=RTOL)
    assert found.p_two == pytest.approx(case["p_two"], rel=RTOL)
    assert (found.low, found.high) == pytest.approx(case["ci"], rel=RTOL)


@pytest.mark.parametrize("case", EXACT["binom_test"], ids=lambda case: f"{case['x']}-of-{case['n']}")
def test_a_share_is_tested_as_in_r(case: dict[str, Any]) -> None:
    found = binomial_test(case["x"], case["n"], case["p0"])
    assert found.p_greater == pytest.approx(case["p_greater"], rel=RTOL)
    assert found.p_two == pytest.approx(case["p_two"], rel=RTOL)
    assert found.low <= case["x"] / case["n"] <= found.high


@given(x=st.integers(0, 60), expected_=st.floats(0.05, 50))
def test_both_sides_of_a_poisson_count_are_what_summing_gives(x: int, expected_: float) -> None:
    mass = scipy_stats.poisson.pmf(np.arange(400), expected_)
    by_hand = mass[mass <= mass[x] * (1 + 1e-7)].sum()
    found = poisson_test(x, expected_)
    assert found.p_two == pytest.approx(1.0 if x == expected_ else by_hand, rel=1e-8)
    assert found.p_greater == pytest.approx(scipy_stats.poisson.sf(x - 1, expected_), rel=1e-9)


@given(n=st.integers(1, 80), part=st.floats(0, 1), share=st.floats(0.01, 0.99))
def test_both_sides_of_a_share_are_what_summing_gives(n: int, part: float, share: float) -> None:
    x = round(n * part)
    found, reference = binomial_test(x, n, share), scipy_stats.binomtest(x, n, share)
    assert found.p_two == pytest.approx(reference.pvalue, rel=1e-8)
    assert (found.low, found.high) == pytest.approx(tuple(reference.proportion_ci()), rel=1e-9, abs=1e-12)


@given(total=st.integers(2, 200), marked=st.floats(0, 1), drawn=st.floats(0, 1), found=st.floats(0, 1))
def test_the_tail_of_marks_among_some_is_fishers(
    total: int, marked: float, drawn: float, found: float
) -> None:
    marks, n = round(total * marked), round(total * drawn)
    lowest, highest = max(0, n - (total - marks)), min(n, marks)
    x = lowest + round((highest - lowest) * found)
    reference = scipy_stats.hypergeom.sf(x - 1, total, marks, n)
    assert hypergeometric_tail(x, n, marks, total) == pytest.approx(reference, rel=1e-8)


@pytest.mark.parametrize("name", ["random", "clumped", "alternating"])
def test_runs_are_counted_and_tested(name: str) -> None:
    reference = EXACT["runs_test"][name]
    found = runs_test(reference["seq"])
    assert found.runs == reference["runs"]
    numbers = (found.mean, found.variance, found.z, found.p)
    assert numbers == pytest.approx([reference[k] for k in ("mu", "var", "z", "p_two")], rel=RTOL)


@pytest.mark.parametrize(
    ("outcomes", "runs", "reason"),
    [([], 0, "one-outcome"), ([1, 1, 1], 1, "one-outcome"), ([0, 1], 2, "too-short")],
)
def test_a_sequence_of_one_outcome_has_no_runs_test(outcomes: list[int], runs: int, reason: str) -> None:
    found = runs_test(outcomes)
    assert (found.runs, found.p, found.reason) == (runs, None, reason)


def test_other_outcomes_than_two_have_no_runs() -> None:
    with pytest.raises(ValueError, match="0 or 1"):
        runs_test([0, 1, 2])


def test_digits_and_hours_are_held_against_even_counts() -> None:
    for name in ("digit_uniform", "hourly_burst"):
        reference = EXACT[name]
        found = uniform_test(reference["counts"])
        assert (found.statistic, found.p) == pytest.approx((reference["stat"], reference["p"]), rel=RTOL)
        assert found.df == 9
    assert (uniform_test([7]).reason, uniform_test([0, 0]).reason) == ("one-class", "no-answers")


@pytest.mark.parametrize("arguments", [(-1, 2.0), (3, 0.0), (3, math.inf)])
def test_a_count_that_cannot_be_is_refused(arguments: tuple[int, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        poisson_test(*arguments)


@pytest.mark.parametrize("arguments", [(-1, 2, 0.5), (3, 2, 0.5), (0, 0, 0.5), (1, 2, 1.0)])
def test_a_share_that_cannot_be_is_refused(arguments: tuple[int, int, float]) -> None:
    with pytest.raises(ValueError, match="of"):
        binomial_test(*arguments)


MISTAKES = {
    "a tail without the count itself": ("size - some + 1, part", "size - some, part"),
    "one side for both": ("self.below(x) + (self.above(first)", "self.below(x) + 0 * (self.above(first)"),
    "equal probabilities left out": ("_SAME = 1 + 1e-7", "_SAME = 1 - 1e-7"),
    "a run too few": ("!= 0).sum()) + (n > 0)", "!= 0).sum())"),
    "runs with n for n - 1": ("(n * n * (n - 1))", "(n * n * n)"),
    "one side of the runs": ("float(2 * scipy.special.ndtr(", "float(scipy.special.ndtr("),
    "as many degrees of freedom as classes": ("chdtrc(len(x) - 1,", "chdtrc(len(x),"),
    "an interval of the wrong shape": ("gammainccinv(x + 1,", "gammainccinv(x,"),
}


def _all_right(module: Any) -> bool:
    pairs = [(module.poisson_test(c["x"], c["expected"]), c) for c in EXACT["poisson"]]
    pairs += [(module.binomial_test(c["x"], c["n"], c["p0"]), c) for c in EXACT["binom_test"]]
    close = [np.allclose([f.p_greater, f.p_two], [c["p_greater"], c["p_two"]], rtol=RTOL) for f, c in pairs]
    close += [np.allclose([f.low, f.high], c["ci"], rtol=RTOL) for f, c in pairs if "ci" in c]
    for reference in EXACT["runs_test"].values():
        found = module.runs_test(reference["seq"])
        close.append(np.allclose([found.z, found.p], [reference["z"], reference["p_two"]], rtol=RTOL, atol=0))
    digits = EXACT["digit_uniform"]
    return all(close) and np.isclose(module.uniform_test(digits["counts"]).p, digits["p"], rtol=RTOL)


def test_the_tests_as_they_stand_agree() -> None:
    assert _all_right(exact)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_test_is_noticed(mistake: str) -> None:
    assert not _all_right(mistaken(exact, *MISTAKES[mistake]))
