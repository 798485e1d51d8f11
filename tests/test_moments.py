"""When presses happened: by ages and offsets, in the order they were numbered in, never by a clock alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.device import Clock, slot_of, start_of
from survey.moments import Moment, moments

RECEIVED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FLOOR = slot_of(RECEIVED - timedelta(days=60))
WEEKS = timedelta(days=21)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def moment(clock: Clock) -> Moment:
    (found,) = moments([clock], floor=FLOOR, received=RECEIVED)
    return found


def pressed(clock: Clock) -> datetime:
    return moment(clock).at


def test_a_wrong_clock_is_set_right_by_the_offset_of_its_last_contact() -> None:
    slow = Clock(RECEIVED - WEEKS - timedelta(days=900), timedelta(days=900), None, steady=True)
    assert pressed(slow) == RECEIVED - WEEKS


def test_of_two_clocks_that_disagree_the_one_that_only_goes_forward_counts() -> None:
    jumped = Clock(RECEIVED - timedelta(days=40), timedelta(0), WEEKS, steady=False)
    found = moment(jumped)
    assert found.at == RECEIVED - WEEKS
    assert not found.steady


def test_a_press_is_no_later_than_its_age_says() -> None:
    assert pressed(Clock(RECEIVED - HOUR, timedelta(0), 3 * HOUR, steady=True)) == RECEIVED - 3 * HOUR


def test_an_age_that_stood_still_while_the_device_slept_loses_to_its_clock() -> None:
    assert pressed(Clock(RECEIVED - WEEKS, timedelta(0), HOUR, steady=True)) == RECEIVED - WEEKS


def test_the_clock_of_a_device_alone_is_never_believed() -> None:
    found = moment(Clock(RECEIVED - WEEKS, None, None, steady=True))
    assert (found.at, found.steady) == (RECEIVED, False)


def test_an_age_alone_is_believed() -> None:
    found = moment(Clock(None, None, WEEKS, steady=True))
    assert (found.at, found.steady) == (RECEIVED - WEEKS, True)


@pytest.mark.parametrize("age", [timedelta(days=61), -HOUR])
def test_an_age_from_before_the_device_or_from_the_future_is_not_believed(age: timedelta) -> None:
    assert pressed(Clock(None, None, age, steady=True)) == RECEIVED


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)])
def test_no_press_is_before_the_device_or_in_the_future(at: datetime) -> None:
    found = moment(Clock(at, timedelta(0), None, steady=True))
    assert start_of(FLOOR) <= found.at <= RECEIVED
    assert not found.steady


times = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(milliseconds=-(10**13)), timedelta(milliseconds=10**13))


@given(st.none() | times, st.none() | spans, st.none() | spans, st.booleans())
def test_whatever_a_clock_says_the_press_lies_between_the_last_contact_and_now(
    at: datetime | None, offset: timedelta | None, age: timedelta | None, steady: bool
) -> None:
    found = moment(Clock(at, offset, age, steady))
    assert start_of(FLOOR) <= found.at <= RECEIVED
    assert found.at.date() in found.days


@pytest.mark.parametrize("days", [-9_000, -400, -1, 30, 2_000])
def test_what_was_pressed_on_which_day_survives_a_clock_that_jumps_between_restarts(days: int) -> None:
    """Four days without a network, two sessions each; before the sixth the clock jumps, and stays wrong."""
    told, true = offline(DAY * days, since=5)
    found = moments([*told, Clock(None, None, timedelta(0), steady=True)], floor=FLOOR, received=RECEIVED)
    assert [each.at.date() for each in found[:-1]] == [each.date() for each in true]
    assert all(each.at == time for each, time in zip(found[:15], true, strict=False))
    assert not any(each.steady or each.tied for each in found[:-1])


def offline(jump: timedelta, *, since: int) -> tuple[list[Clock], list[datetime]]:
    """What eight sessions of three presses tell, and when they were; from session `since` on under a wrong clock."""
    opened = [RECEIVED.replace(hour=hour, minute=0) - DAY * back for back in (4, 3, 2, 1) for hour in (1, 6)]
    true = [start + HOUR / 6 * press for start in opened for press in range(3)]
    clocks = [
        Clock(time + (jump if number >= 3 * since else 0 * DAY), timedelta(0))
        for number, time in enumerate(true)
    ]
    return clocks, true


def test_a_clock_that_never_met_the_service_again_but_is_in_order_is_believed() -> None:
    told, true = offline(0 * DAY, since=8)
    assert [each.at for each in moments(told, floor=FLOOR, received=RECEIVED)] == true


def test_presses_that_do_not_fit_at_all_are_spread_over_what_is_left() -> None:
    """A clock that runs wild by years: still in order, and after what came before."""
    wild = [Clock(RECEIVED - DAY * n, timedelta(0)) for n in (9_000, 8_000, 7_000)]
    first = Clock(RECEIVED - 2 * DAY, timedelta(0), None, steady=True)
    at = [each.at for each in moments([first, *wild], floor=FLOOR, received=RECEIVED)]
    assert at == sorted(at) and at[0] == RECEIVED - 2 * DAY < at[1] and at[-1] < RECEIVED


clocks = st.builds(Clock, st.none() | times, st.none() | spans, st.none() | spans, st.booleans())


@given(st.lists(clocks, max_size=12))
def test_whatever_many_clocks_say_no_press_leaves_its_bounds_and_tied_ones_do_not_move(
    some: list[Clock],
) -> None:
    found = moments(some, floor=FLOOR, received=RECEIVED)
    assert all(start_of(FLOOR) <= each.at <= RECEIVED for each in found)
    assert all(each.at == moment(clock).at for clock, each in zip(some, found, strict=True) if each.tied)
