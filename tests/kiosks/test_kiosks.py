"""Kiosks and their batches: whatever comes, and however often, every answer counts once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from survey import collect, process
from survey.comment import LONGEST
from survey.device import Device
from survey.formats import devices
from survey.store import deliveries
from survey.store.database import Database
from tests.conftest import TODAY
from tests.kiosk import (
    COUNTER,
    DAY,
    SENT,
    activated,
    again,
    deliver,
    entry,
    outcomes,
    rows_of,
    sealed,
)

# What is kept.


def test_an_answer_is_kept_with_its_counter_and_day_and_gets_a_receipt(
    province: Database, device: Device
) -> None:
    delivered = deliver(province, device, entry(1, at=SENT - 21 * DAY))
    (result,) = delivered.results
    assert (result.outcome, result.seq, delivered.acknowledged) == ("kept", 1, ((1, 1),))
    assert result.receipt is not None and collect.trace(province, result.receipt).position is None
    (kept,) = sealed(province)
    assert (kept.mode, kept.counter, kept.agency, kept.day) == ("kiosk", COUNTER, "03646", "2026-11-02")
    assert collect.trace(province, result.receipt).position == 0


def test_an_answer_of_the_first_question_alone_counts_and_is_marked(
    province: Database, device: Device
) -> None:
    told = {"answers": {"overall": 4}, "partial": True}
    assert outcomes(deliver(province, device, entry(1, **told), entry(2))) == ["kept", "kept"]
    partial, whole = sorted(sealed(province), key=lambda each: each.partial is None)
    assert partial.partial is True and partial.answers["access"] == "not_asked"
    assert (
        whole.partial is None and b"partial" not in whole.canonical() and b"assisted" not in whole.canonical()
    )


def test_help_is_recorded_where_there_was_any(province: Database, device: Device) -> None:
    deliver(province, device, entry(1, assisted="relative"), entry(2, assisted="none"), entry(3))
    assert sorted(str(each.assisted) for each in sealed(province)) == ["None", "None", "relative"]


def test_a_comment_too_long_is_cut_because_nobody_can_shorten_it(province: Database, device: Device) -> None:
    told = deliver(
        province, device, entry(1, comment="😀" * (LONGEST + 1)), entry(2, comment="tốt"), entry(3)
    )
    assert [(each.commented, each.cut) for each in told.results] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    assert sorted(len(row[4]) for row in rows_of(province, "comment")) == [3, LONGEST]


def test_the_counts_of_what_kiosks_sent_follow_from_the_ledger(province: Database, device: Device) -> None:
    deliver(province, device, *(entry(n, 1 + n % 5, at=SENT - n * DAY) for n in range(1, 60)))
    assert len(sealed(province)) == 59
    assert process.rebuild(province).equal


# Once.


def test_a_batch_sent_again_is_known_and_gets_the_same_receipts(province: Database, device: Device) -> None:
    presses = [entry(n) for n in range(1, 6)]
    first = deliver(province, device, *presses)
    second = deliver(province, device, *presses, at=SENT + timedelta(hours=30))
    assert outcomes(first) == ["kept"] * 5 and outcomes(second) == ["known"] * 5
    assert [one.receipt for one in first.results] == [one.receipt for one in second.results]
    assert process.waiting(province) == 5
    assert sum(row[2] for row in rows_of(province, "arrival")) == 5


def test_answers_in_any_order_and_number_of_times_are_kept_once(province: Database, device: Device) -> None:
    rng = random.Random(4)
    presses = [entry(n) for n in range(1, 41)]
    sent = presses * 3
    rng.shuffle(sent)
    for start in range(0, len(sent), 7):
        deliver(province, device, *sent[start : start + 7])
    assert process.waiting(province) == 40
    assert collect.missing(province) == []
    assert rows_of(province, "sequence") == [(device.id, 1, 40)]
    assert again(province, device).cloned == 0


def test_two_threads_that_send_the_same_batch_at_once_keep_it_once(
    province: Database, device: Device
) -> None:
    presses = [entry(n) for n in range(1, 51)]
    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(lambda _: deliver(province, device, *presses), range(6)))
    assert sum(outcomes(each).count("kept") for each in told) == 50
    assert sum(outcomes(each).count("known") for each in told) == 250
    assert len({tuple(one.receipt for one in each.results) for each in told}) == 1
    assert process.waiting(province) == 50
    assert sum(row[2] for row in rows_of(province, "arrival")) == 50


def test_two_devices_that_send_the_same_answers_at_once_keep_them_once(province: Database) -> None:
    """The storage of one tablet was copied to another, which was activated by itself."""
    kiosks = [activated(province, seed=n) for n in (1, 2)]
    presses = [entry(n) for n in range(1, 51)]
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda n: deliver(province, kiosks[n % 2], *presses), range(8)))
    assert sum(outcomes(each).count("kept") for each in told) == 50
    assert process.waiting(province) == 50


def test_a_press_that_seems_to_be_of_another_day_when_sent_again_is_the_same(
    province: Database, device: Device
) -> None:
    """Its age was forgotten in a restart, and the clock is wrong by a month."""
    wrong = SENT - 30 * DAY
    before = {"offset_ms": 0, "age_ms": 3_600_000, "steady": False}
    press = entry(1, at=wrong, clock=before)
    assert outcomes(deliver(province, device, press)) == ["kept"]
    assert outcomes(deliver(province, device, press | {"clock": before | {"age_ms": None}})) == ["known"]
    assert [each.day for each in sealed(province)] == [TODAY.isoformat()]


def test_other_answers_under_a_known_id_are_kept_aside(province: Database, device: Device) -> None:
    press = entry(1)
    deliver(province, device, press)
    changed = entry(1, 1) | {"id": press["id"]}
    assert outcomes(deliver(province, device, changed)) == ["same-id-other-content"]
    assert [letter.code for letter in collect.dead_letters(province)] == ["same-id-other-content"]
    assert process.waiting(province) == 1


def test_an_interrupted_batch_leaves_nothing_and_is_taken_whole_the_next_time(
    province: Database, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    presses = [entry(n) for n in range(1, 6)]

    def fail(*_: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(deliveries, "bury", fail)
        with pytest.raises(RuntimeError):
            deliver(province, device, *presses)
    assert process.waiting(province) == 0 and rows_of(province, "sequence") == []
    assert outcomes(deliver(province, device, *presses)) == ["kept"] * 5


# Gaps and clones.


def test_numbers_that_never_arrived_are_reported_until_they_do(province: Database, device: Device) -> None:
    deliver(province, device, entry(2), entry(3), entry(7))
    (found,) = collect.missing(province)
    assert (found.ranges, found.answers) == (((1, 1), (4, 6)), 4)
    late = deliver(province, device, *(entry(n) for n in (6, 1, 5, 4)))
    assert late.acknowledged == ((1, 7),)
    assert collect.missing(province) == []


def test_a_device_that_forgot_its_numbers_goes_on_after_the_highest(
    province: Database, device: Device
) -> None:
    assert collect.next_number(province, device) == 1
    deliver(province, device, entry(5), entry(2))
    assert collect.next_number(province, device) == 6


def test_new_answers_under_a_taken_number_are_kept_and_the_device_is_marked(
    province: Database, device: Device
) -> None:
    assert outcomes(deliver(province, device, entry(1), entry(2))) == ["kept", "kept"]
    assert outcomes(deliver(province, device, entry(2), entry(1))) == ["kept", "kept"]
    assert outcomes(deliver(province, device, entry(3), entry(3))) == ["kept", "kept"]
    assert process.waiting(province) == 6
    assert again(province, device).cloned == 3


def test_a_refused_answer_leaves_no_gap(province: Database, device: Device) -> None:
    deliver(province, device, entry(1), entry(2, answers={"nothing-of-ours": 1}), entry(3))
    assert collect.missing(province) == []
    assert again(province, device).refused == 1


def test_the_highest_number_there_can_be_is_taken(province: Database, device: Device) -> None:
    assert outcomes(deliver(province, device, entry(2**53 - 1), entry(2**53))) == [
        "kept",
        "sequence-out-of-range",
    ]
    assert collect.missing(province)[0].answers == 2**53 - 2


# What is refused.


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"id": "short"}, "malformed-id"),
        ({"id": None}, "malformed-id"),
        ({"id": "x" * 10_000}, "malformed-id"),
        ({"seq": 0}, "sequence-out-of-range"),
        ({"seq": -1}, "sequence-out-of-range"),
        ({"seq": 2**63}, "sequence-out-of-range"),
        ({"seq": "1"}, "sequence-out-of-range"),
        ({"seq": 1.0}, "sequence-out-of-range"),
        ({"seq": True}, "sequence-out-of-range"),
        ({"wave": "nowhere"}, "unknown-wave"),
        ({"wave": 7}, "unknown-wave"),
        ({"instrument": "nothing@1"}, "wrong-version"),
        ({"language": "xx"}, "unknown-choice"),
        ({"language": "vi\n"}, "unknown-choice"),
        ({"counter": "03664-1"}, "unknown-counter"),
        ({"counter": 5}, "unknown-counter"),
        ({"assisted": "a ghost"}, "unknown-choice"),
        ({"partial": "yes"}, "malformed-entry"),
        ({"comment": 7}, "malformed-entry"),
        ({"answers": None}, "malformed-entry"),
        ({"answers": [5]}, "malformed-entry"),
        ({"answers": {}}, "nothing-answered"),
        ({"answers": {"overall": "refused"}}, "nothing-answered"),
        ({"answers": {"overall": 6}}, "unknown-step"),
        ({"answers": {"overall": 10**400}}, "unknown-step"),
        ({"answers": {"overall": True}}, "unknown-step"),
        ({"answers": {"overall": 5.0}}, "unknown-step"),
        ({"answers": {"overall": [4, 5]}}, "unknown-step"),
        ({"answers": {"overall": []}}, "unknown-step"),
        ({"answers": {"overall": None}}, "unknown-step"),
        ({"answers": {"overall": {"a": 1}}}, "unknown-step"),
        ({"answers": {"overall": "=1+1"}}, "unknown-step"),
        ({"answers": {"\0": 5}}, "unknown-item"),
        ({"answers": {"\ud800": 5}}, "unknown-item"),
    ],
)
def test_what_is_refused_has_a_name_and_loses_no_other(
    province: Database, device: Device, broken: dict[str, Any], code: str
) -> None:
    told = deliver(province, device, entry(11), entry(12, comment="</script>\0\x1b[2J") | broken, entry(13))
    assert outcomes(told) == ["kept", code, "kept"]
    (letter,) = collect.dead_letters(province, device.id)
    assert (letter.code, letter.received) == (code, TODAY)
    assert not any(word in letter.content for word in ('"id"', '"seq"', '"at"', '"clock"', "\0", "\x1b"))
    assert outcomes(deliver(province, device, entry(12, comment="</script>\0\x1b[2J") | broken)) == [code]
    assert len(collect.dead_letters(province)) == 1
    assert process.waiting(province) == 2


@pytest.mark.parametrize("raw", [None, 1, "entry", [], [[]], {}])
def test_what_is_no_entry_at_all_is_kept_aside(province: Database, device: Device, raw: object) -> None:
    told = deliver(province, device, raw, entry(1))
    assert outcomes(told)[1] == "kept" and told.results[0].code is not None
    assert len(collect.dead_letters(province)) == 1


def test_refused_entries_are_kept_as_long_as_there_is_room_and_always_counted(
    province: Database, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "LETTERS", 3)
    deliver(
        province, device, *(entry(n, answers={f"item-{n}": 1}, comment="x" * 50_000) for n in range(1, 6))
    )
    assert len(collect.dead_letters(province)) == 3
    assert all(len(letter.content) <= devices.REVIEWED for letter in collect.dead_letters(province))
    assert again(province, device).refused == 5
