"""Kiosks as values: when a press happened, which numbers are missing, and what a code is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.device import (
    CODE_LETTERS,
    SLOT,
    Clock,
    Device,
    Pin,
    gaps,
    grouped,
    letters,
    merged,
    moment,
    read,
    read_code,
    slot_of,
    start_of,
    written,
)

RECEIVED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FLOOR = slot_of(RECEIVED - timedelta(days=60))
WEEKS = timedelta(days=21)
HOUR = timedelta(hours=1)


def pressed(clock: Clock) -> datetime:
    return moment(clock, floor=FLOOR, received=RECEIVED).at


def test_a_wrong_clock_is_set_right_by_the_offset_of_its_last_contact() -> None:
    slow = Clock(RECEIVED - WEEKS - timedelta(days=900), timedelta(days=900), None, steady=True)
    assert pressed(slow) == RECEIVED - WEEKS


def test_of_two_clocks_that_disagree_the_one_that_only_goes_forward_counts() -> None:
    jumped = Clock(RECEIVED - timedelta(days=40), timedelta(0), WEEKS, steady=False)
    found = moment(jumped, floor=FLOOR, received=RECEIVED)
    assert found.at == RECEIVED - WEEKS
    assert not found.steady


def test_a_press_is_no_later_than_its_age_says() -> None:
    assert pressed(Clock(RECEIVED - HOUR, timedelta(0), 3 * HOUR, steady=True)) == RECEIVED - 3 * HOUR


def test_an_age_that_stood_still_while_the_device_slept_loses_to_its_clock() -> None:
    assert pressed(Clock(RECEIVED - WEEKS, timedelta(0), HOUR, steady=True)) == RECEIVED - WEEKS


def test_the_clock_of_a_device_alone_is_never_believed() -> None:
    found = moment(Clock(RECEIVED - WEEKS, None, None, steady=True), floor=FLOOR, received=RECEIVED)
    assert (found.at, found.steady) == (RECEIVED, False)


def test_an_age_alone_is_believed() -> None:
    found = moment(Clock(None, None, WEEKS, steady=True), floor=FLOOR, received=RECEIVED)
    assert (found.at, found.steady) == (RECEIVED - WEEKS, True)


@pytest.mark.parametrize("age", [timedelta(days=61), -HOUR])
def test_an_age_from_before_the_device_or_from_the_future_is_not_believed(age: timedelta) -> None:
    assert pressed(Clock(None, None, age, steady=True)) == RECEIVED


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)])
def test_no_press_is_before_the_device_or_in_the_future(at: datetime) -> None:
    found = moment(Clock(at, timedelta(0), None, steady=True), floor=FLOOR, received=RECEIVED)
    assert start_of(FLOOR) <= found.at <= RECEIVED
    assert not found.steady


times = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(milliseconds=-(10**13)), timedelta(milliseconds=10**13))


@given(st.none() | times, st.none() | spans, st.none() | spans, st.booleans())
def test_whatever_a_clock_says_the_press_lies_between_the_last_contact_and_now(
    at: datetime | None, offset: timedelta | None, age: timedelta | None, steady: bool
) -> None:
    found = moment(Clock(at, offset, age, steady), floor=FLOOR, received=RECEIVED)
    assert start_of(FLOOR) <= found.at <= RECEIVED
    assert found.at.date() in found.days


def test_an_empty_queue_tells_that_what_comes_was_pressed_later() -> None:
    cleared = Device("A", "c", since=100, cleared=200)
    assert cleared.floor == 199
    assert Device("A", "c", since=100, cleared=200, cloned=1).floor == 100
    assert Device("A", "c", since=100, cleared=100).floor == 100


@given(st.sets(st.integers(1, 60)))
def test_numbers_and_gaps_together_are_all_up_to_the_highest(numbers: set[int]) -> None:
    ranges = merged((n, n) for n in numbers)
    inside = {n for first, last in ranges for n in range(first, last + 1)}
    missing = {n for first, last in gaps(ranges) for n in range(first, last + 1)}
    assert inside == numbers
    assert missing == set(range(1, max(numbers, default=0) + 1)) - numbers
    assert all(left[1] + 1 < right[0] for left, right in pairwise(ranges))


def test_a_code_is_read_as_people_type_it() -> None:
    code = letters(bytes(range(CODE_LETTERS)))
    assert read_code(grouped(code)) == read_code(f"  {code.lower()} ") == code
    assert read_code("OIL0-1234-5678") == read_code("0110 1234 5678")


@pytest.mark.parametrize(
    "typed", ["", "0123", "0123-4567-89AB-C", "0123-4567-89A!", "0123-4567-89AU", "٣" * 12]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.binary(max_size=40))
def test_a_key_is_read_as_it_was_written(key: bytes) -> None:
    assert read(written(key)) == key


@pytest.mark.parametrize("text", ["a", "ä", "a b c d", "====", "\0"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert read(text) is None


def test_a_pin_is_kept_as_a_slow_hash_with_a_salt() -> None:
    assert Pin.of("1234", b"a" * 16) == Pin.of("1234", b"a" * 16)
    assert len({Pin.of(pin, salt).hash for pin in ("1234", "1235") for salt in (b"a" * 16, b"b" * 16)}) == 4


@pytest.mark.parametrize(
    ("device", "told"),
    [
        (Device("A", "c", code_until=1001), ("not activated",)),
        (Device("A", "c", code_until=999), ("code expired",)),
        (Device("A", "c", since=1, heard=999), ("well",)),
        (Device("A", "c", since=1, heard=1000 - 3 * 6), ("SILENT for 3 h",)),
        (Device("A", "c", since=1, heard=1000 - 3 * 144), ("SILENT for 3 days",)),
        (Device("A", "c", since=1, heard=1000, revoked=7), ("revoked",)),
        (
            Device("A", "c", since=1, heard=1000, waiting=7, oldest=6),
            ("well", "waiting 7 since 1970-01-01 01:00"),
        ),
        (
            Device(
                "A",
                "c",
                since=1,
                heard=1000,
                persisted=False,
                free=2**20,
                cloned=2,
                unsteady=3,
                refused=4,
                dead=5,
            ),
            (
                "well",
                "no storage of its own",
                "little room (1 MB)",
                "CLONED? 2",
                "clock not steady 3",
                "refused 4",
                "its own refused 5",
            ),
        ),
    ],
)
def test_an_operator_is_told_what_is_unusual_of_a_device(device: Device, told: tuple[str, ...]) -> None:
    assert device.told(1000, UTC) == told


def test_a_slot_is_ten_minutes() -> None:
    assert slot_of(RECEIVED) == slot_of(RECEIVED + timedelta(seconds=SLOT - 1))
    assert start_of(slot_of(RECEIVED)) == RECEIVED
