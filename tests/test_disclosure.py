"""Small groups are not pointed at, neither by themselves nor by subtraction."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.disclosure import (
    ABOVE_90,
    BELOW_10,
    FEW_ANSWERS,
    MODEL_BASED,
    ONE_STEP,
    SECONDARY,
    TOO_FEW,
    comparable,
    gate,
    gate_distribution,
    release_siblings,
    suppressed,
    too_small,
    withhold,
)
from survey.figure import Distribution, Figure
from survey.instrument import Step
from survey.stats import Estimate, mean, of_arrays, share

STEPS = tuple(Step(value, {"vi": f"bậc {value}"}) for value in range(1, 6))


def _figure(estimate: Estimate, kind: str = "share") -> Figure:
    return Figure(
        code="index:sipas-service@2024",
        kind=kind,
        label={"vi": "Chỉ số hài lòng", "en": "Satisfaction index"},
        domain="agency:1",
        wave="2026",
        instrument="sipas-service@2024",
        period="2026",
        method=estimate.method,
        estimate=estimate,
        missing={"refused": 3},
    )


def _of(satisfied: int, n: int) -> Figure:
    return _figure(share(of_arrays([1.0] * satisfied + [0.0] * (n - satisfied))))


@pytest.mark.parametrize("n", range(1, 10))
def test_fewer_than_ten_people_have_no_result(n: int) -> None:
    shown = gate(_of(n // 2, n))
    assert shown.withheld == TOO_FEW


def test_a_withheld_figure_carries_no_number_anywhere() -> None:
    figure = replace(_of(4, 9), flags=(MODEL_BASED,))
    shown = gate(figure)
    assert shown.estimate == Estimate(level=0.95, reason=TOO_FEW, method="share/wilson@1")
    assert (shown.missing, shown.flags) == ({}, ())
    assert (shown.code, shown.label, shown.domain) == (figure.code, figure.label, figure.domain)


@pytest.mark.parametrize(("n", "flags"), [(10, (FEW_ANSWERS,)), (29, (FEW_ANSWERS,)), (30, ())])
def test_ten_to_twenty_nine_people_are_marked(n: int, flags: tuple[str, ...]) -> None:
    figure = _of(n // 2, n)
    shown = gate(figure)
    assert shown.flags == flags
    assert shown.withheld is None
    assert shown.estimate == figure.estimate


def test_no_answers_are_told_as_such() -> None:
    figure = _of(0, 0)
    assert gate(figure) == figure
    assert figure.estimate.reason == "no-answers"


def test_a_model_based_interval_says_so() -> None:
    assert gate(_of(40, 40)).flags == (MODEL_BASED,)


@pytest.mark.parametrize(
    ("satisfied", "flag", "low", "high"), [(12, ABOVE_90, 0.9, 1.0), (0, BELOW_10, 0.0, 0.1)]
)
def test_a_small_group_of_one_mind_is_only_told_roughly(
    satisfied: int, flag: str, low: float, high: float
) -> None:
    shown = gate(_of(satisfied, 12))
    assert flag in shown.flags
    assert (shown.estimate.value, shown.estimate.se, shown.estimate.n_eff) == (None, None, None)
    assert (shown.estimate.low, shown.estimate.high, shown.estimate.reason) == (low, high, ONE_STEP)
    assert shown.estimate.n == 12
    assert shown.withheld is None


def test_thirty_people_of_one_mind_are_told_exactly() -> None:
    assert gate(_of(30, 30)).estimate.value == 1


@pytest.mark.parametrize("psu", [None, [1] * 12])
def test_the_mean_does_not_give_away_what_the_share_hides(psu: list[int] | None) -> None:
    shown = gate(_figure(mean(of_arrays([5.0] * 12, psu=psu), bounds=(1, 5)), "mean"))
    assert (shown.estimate.value, shown.estimate.low, shown.estimate.high) == (None, None, None)
    assert shown.estimate.reason == ONE_STEP


def test_a_mean_that_varies_is_shown_for_few_people() -> None:
    figure = _figure(mean(of_arrays([5.0, 4.0] * 6), bounds=(1, 5)), "mean")
    assert gate(figure).estimate == figure.estimate
    one_day = _figure(mean(of_arrays([5.0] * 11 + [4.0], psu=[1] * 12), bounds=(1, 5)), "mean")
    assert gate(one_day).estimate == one_day.estimate


@given(satisfied=st.integers(0, 60), more=st.integers(0, 60))
def test_a_gate_passed_twice_is_a_gate_passed_once(satisfied: int, more: int) -> None:
    once = gate(_of(satisfied, satisfied + more))
    assert gate(once) == once


# Siblings.


def _hidden(figures: tuple[Figure, ...]) -> list[str | None]:
    return [figure.withheld for figure in figures]


def test_a_single_hidden_sibling_takes_the_next_smallest_with_it() -> None:
    released = release_siblings([_of(50, 100), _of(4, 8), _of(20, 40), _of(30, 60)])
    assert _hidden(released) == [None, TOO_FEW, SECONDARY, None]
    assert released[2].estimate.n == 0


def test_nothing_hidden_hides_nothing() -> None:
    assert _hidden(release_siblings([_of(50, 100), _of(20, 40)])) == [None, None]
    assert release_siblings([]) == ()


def test_two_hidden_siblings_protect_each_other_if_they_are_ten_people() -> None:
    assert _hidden(release_siblings([_of(3, 6), _of(2, 5), _of(20, 40)])) == [TOO_FEW, TOO_FEW, None]


def test_two_hidden_siblings_of_fewer_than_ten_people_need_a_third() -> None:
    """The total minus the others would give a result of four people."""
    released = release_siblings([_of(1, 2), _of(1, 2), _of(20, 40), _of(30, 60)])
    assert _hidden(released) == [TOO_FEW, TOO_FEW, SECONDARY, None]


def test_a_sibling_without_answers_protects_nobody() -> None:
    released = release_siblings([_of(4, 8), _of(0, 0), _of(20, 40), _of(30, 60)])
    assert _hidden(released) == [TOO_FEW, None, SECONDARY, None]


def test_a_hidden_figure_without_siblings_stays_hidden() -> None:
    assert _hidden(release_siblings([_of(4, 8)])) == [TOO_FEW]
    assert _hidden(release_siblings([_of(4, 8), _of(20, 40)])) == [TOO_FEW, SECONDARY]


@given(sizes=st.lists(st.integers(0, 60), max_size=12))
def test_no_hidden_group_follows_from_the_total(sizes: list[int]) -> None:
    released = release_siblings([_of(n // 2, n) for n in sizes])
    hidden = [n for n, figure in zip(sizes, released, strict=True) if figure.withheld]
    exposed = [n for n, figure in zip(sizes, released, strict=True) if n and not figure.withheld]
    if hidden and exposed:
        assert len(hidden) >= 2
        assert sum(hidden) >= 10
    assert all(n >= 10 for n in exposed)


def test_what_was_withheld_for_another_reason_stays_withheld() -> None:
    held = replace(_of(50, 100), withheld="disputed")
    assert gate(held).withheld == "disputed"
    assert gate(held).estimate.value is None
    assert _hidden(release_siblings([held, _of(50, 100)])) == ["disputed", SECONDARY]


# Tables.


def lines(table: list[list[Any]]) -> list[list[Any]]:
    """Rows, then columns."""
    return [*table, *(list(column) for column in zip(*table, strict=True))]


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 60), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@given(people=TABLES)
def test_no_hidden_cell_of_a_table_follows_from_its_row_or_its_column(people: list[list[int]]) -> None:
    held = suppressed(people)
    for counts, codes in zip(lines(people), lines(held), strict=True):
        hidden = [n for n, code in zip(counts, codes, strict=True) if code]
        shown = [n for n, code in zip(counts, codes, strict=True) if not code and n]
        assert not hidden or not shown or (len(hidden) > 1 and sum(hidden) >= 10)
        assert all(n >= 10 for n in shown)


def test_a_hidden_cell_takes_one_of_its_row_and_one_of_its_column_with_it() -> None:
    held = suppressed([[4, 20, 90], [30, 25, 70], [50, 60, 40]])
    assert held == [["too-few", "secondary", None], ["secondary", "secondary", None], [None, None, None]]


def test_the_parts_of_a_hidden_whole_are_hidden_too() -> None:
    held = suppressed([[20, 0, 30], [40, 50, 60]], below=[True, False])
    assert held[0] == ["secondary", None, "secondary"]
    assert held[1] == ["secondary", None, "secondary"]


def test_columns_that_add_up_to_nothing_published_hide_nobody() -> None:
    assert suppressed([[4, 20, 90], [30, 80, 70]], columns=False) == [
        ["too-few", "secondary", None],
        [None, None, None],
    ]


@given(sizes=st.lists(st.integers(0, 60), max_size=12))
def test_one_row_is_hidden_as_siblings_are(sizes: list[int]) -> None:
    siblings = release_siblings([_of(n, n) for n in sizes])
    (row,) = suppressed([sizes], columns=False)
    assert [figure.withheld for figure in siblings] == row


def test_small_groups_are_told_of_together_and_with_a_larger_one_if_they_must() -> None:
    assert too_small({"a": 50, "b": 40}, {"a": 30, "b": 60}) == ()
    assert too_small({"a": 50, "b": 9, "c": 4}, {"a": 30, "b": 60, "c": 9}) == ("c", "b")
    assert too_small({"a": 50, "b": 40, "c": 4}, {"a": 30, "b": 60, "c": 20}) == ("c", "a")
    assert too_small({"a": 50}, {"a": 30, "new": 12}) == ()


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ((20, 40), (30, 40), None),
        ((20, 40), (15, 29), "few-answers"),
        ((20, 40), (3, 9), "too-few"),
        ((20, 20), (30, 40), "all-in-one-step"),
        ((0, 0), (30, 40), "no-answers"),
    ],
)
def test_only_what_is_shown_of_thirty_people_is_compared(
    before: tuple[int, int], after: tuple[int, int], reason: str | None
) -> None:
    assert comparable(gate(_of(*before)), gate(_of(*after))) == reason
    assert comparable(gate(_of(*after)), gate(_of(*before))) == reason


def test_withholding_leaves_only_words() -> None:
    numbers = [v for v in asdict(withhold(_of(50, 100), TOO_FEW).estimate).values() if v]
    assert numbers == [0.95, TOO_FEW, "share/wilson@1"]


# Distributions.


def _distribution(*counts: int) -> Distribution:
    return Distribution("S1", {"vi": "Tiếp cận"}, STEPS, counts, {"refused": 2})


def test_a_distribution_of_fewer_than_ten_answers_is_withheld() -> None:
    shown = gate_distribution(_distribution(1, 0, 2, 3, 3))
    assert (shown.counts, shown.total, shown.withheld, shown.missing) == (None, None, TOO_FEW, {})


def test_a_small_distribution_on_one_step_is_withheld() -> None:
    shown = gate_distribution(_distribution(0, 0, 0, 0, 20))
    assert (shown.counts, shown.withheld) == (None, ONE_STEP)


@pytest.mark.parametrize("counts", [(0, 0, 0, 1, 19), (0, 0, 0, 0, 30), (0, 0, 0, 0, 0), (5, 5, 5, 5, 5)])
def test_other_distributions_are_shown(counts: tuple[int, ...]) -> None:
    assert gate_distribution(_distribution(*counts)) == _distribution(*counts)


def test_a_withheld_distribution_stays_without_counts() -> None:
    held = replace(_distribution(10, 10, 10, 10, 10), withheld="disputed")
    assert gate_distribution(held).counts is None
    assert gate_distribution(held).missing == {}
