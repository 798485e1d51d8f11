"""Dispositions: what may follow what, what a unit counts as, and AAPOR's rates."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.disposition import (
    ANSWERED,
    KINDS,
    Disposition,
    Group,
    following,
    grouped,
    of_answers,
    rates,
    standing,
)

D = Disposition
EVERY = st.sampled_from(list(Disposition))


def test_every_disposition_has_a_code_and_a_group_of_its_number() -> None:
    first = {"1": "I P", "2": "R NC O", "3": "UH UO", "4": "NE"}
    assert set(KINDS) == set(Disposition)
    for kind in KINDS.values():
        assert kind.group.value in first[kind.code[0]].split()


def test_nothing_follows_an_interview_or_a_refusal_for_good() -> None:
    assert {one for one in Disposition if not following(one)} == {one for one in D if KINDS[one].final}
    assert ANSWERED | {D.REFUSED, D.VACANT} <= {one for one in D if KINDS[one].final}


def test_a_house_where_somebody_was_met_is_neither_vacant_nor_lost() -> None:
    for met in (D.AWAY, D.PUT_OFF, D.BROKEN_OFF, D.APPOINTMENT):
        assert not following(met) & {D.VACANT, D.NOT_FOUND, D.NOT_A_HOME, D.NOT_SCREENED}
        assert {D.COMPLETE, D.NOBODY_HOME, D.REFUSED} <= following(met)
    assert {D.VACANT, D.COMPLETE, D.NOT_FOUND} <= following(D.NOBODY_HOME)


@given(EVERY)
def test_no_visit_makes_a_unit_unvisited(now: Disposition) -> None:
    assert D.NOT_ATTEMPTED not in following(now)


@pytest.mark.parametrize(
    ("answered", "asked", "ended"),
    [
        (39, 39, D.COMPLETE),
        (32, 39, D.COMPLETE),
        (31, 39, D.PARTIAL),
        (20, 39, D.PARTIAL),
        (19, 39, D.BROKEN_OFF),
        (0, 39, D.BROKEN_OFF),
        (0, 0, D.BROKEN_OFF),
    ],
)
def test_four_fifths_are_a_whole_interview_and_half_of_them_a_part(
    answered: int, asked: int, ended: Disposition
) -> None:
    assert of_answers(answered, asked) is ended


@given(st.lists(EVERY.filter(lambda one: not KINDS[one].final), max_size=6))
def test_a_refusal_outweighs_a_locked_door_in_whatever_order(visits: list[Disposition]) -> None:
    assert standing([*visits, D.NOBODY_HOME]) is standing([D.NOBODY_HOME, *visits])
    if D.PUT_OFF in visits and D.BROKEN_OFF not in visits:
        assert standing([*visits, D.NOBODY_HOME]) is D.PUT_OFF


def test_a_final_disposition_is_what_a_unit_counts_as() -> None:
    assert standing([]) is D.NOT_ATTEMPTED
    assert standing([D.NOBODY_HOME, D.PUT_OFF, D.COMPLETE]) is D.COMPLETE


def test_rates_are_those_of_aapors_definitions() -> None:
    """By hand: I 50, P 10, R 15, NC 15, O 10, unknown 20 (UH 12, UO 8), not eligible 25; e = 100/125."""
    counts = {
        D.COMPLETE: 50,
        D.PARTIAL: 10,
        D.REFUSED: 10,
        D.BROKEN_OFF: 5,
        D.NOBODY_HOME: 15,
        D.UNABLE: 10,
        D.NOT_FOUND: 12,
        D.NOT_SCREENED: 8,
        D.VACANT: 25,
    }
    found = rates(counts)
    assert grouped(counts)[Group.REFUSAL] == 15
    assert found.eligible == 0.8
    assert found.response == pytest.approx((50 / 120, 60 / 120, 50 / 116, 60 / 116))
    assert found.cooperation == pytest.approx((50 / 85, 60 / 85, 50 / 75, 60 / 75))
    assert found.refusal == pytest.approx((15 / 120, 15 / 116))
    assert found.contact == pytest.approx((85 / 120, 85 / 116))


def test_rates_of_nothing_are_none_and_not_zero() -> None:
    empty = rates({})
    assert {*empty.response, *empty.cooperation, *empty.refusal, *empty.contact, empty.eligible} == {None}
    assert rates({D.VACANT: 3}).response == (None,) * 4


@given(st.dictionaries(EVERY, st.integers(0, 50)))
def test_rates_lie_between_nothing_and_all(counts: dict[Disposition, int]) -> None:
    found = rates(counts)
    values = [*found.response, *found.cooperation, *found.refusal, *found.contact]
    assert all(value is None or (0 <= value <= 1 and math.isfinite(value)) for value in values)
    whole, _, likely, _ = found.response
    assert whole is None or likely is None or likely >= whole - 1e-12
