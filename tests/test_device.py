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
    Device,
    Pin,
    gaps,
    grouped,
    letters,
    merged,
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
