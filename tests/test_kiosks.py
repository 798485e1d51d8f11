"""Kiosks and their batches: whatever comes, whenever and however often, every answer counts once."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from survey import collect, design, errors, process
from survey.comment import LONGEST
from survey.device import Device, Heartbeat, Queue, slot_of, start_of
from survey.formats import devices, kiosk
from survey.frame import Wave
from survey.receipt import read_code
from survey.response import Sealed
from survey.store import deliveries, responses
from survey.store.database import Database
from survey.store.schema import metadata
from tests.answering import rated
from tests.conftest import TODAY, Chance
from tests.kiosk import COUNTER, SENT, ZONE, activated, again, batch, deliver, entry, outcomes

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
QUEUE = """[[items]]
code = "queue"
factor = "access"
scale = "satisfaction"
missing = ["refused"]
vi = "Việc xếp hàng: ông/bà có hài lòng không?"
en = "The queue: are you satisfied?"

"""
WORDING = "Nói chung, ông/bà có hài lòng với lần làm thủ tục này không?"


@pytest.fixture
def device(province: Database) -> Device:
    return activated(province)


def sealed(db: Database) -> list[Sealed]:
    """Everything that was kept, sealed."""
    process.seal_all(db, rng=Chance(7), today=TODAY)
    with db.read() as connection:
        size = responses.count(connection)
        rows = [row for rows in responses.stream(connection, until=size) for row in rows]
    return [Sealed.parse(bytes(content)) for _, _, content in rows]


def rows_of(db: Database, table: str) -> list[tuple[Any, ...]]:
    with db.read() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3"))]


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


# Time.


def days_of(db: Database) -> list[str]:
    return sorted(each.day for each in sealed(db))


def test_a_clock_two_years_behind_gives_the_right_day(province: Database, device: Device) -> None:
    off = 730 * DAY
    clock = {"offset_ms": off // timedelta(milliseconds=1), "age_ms": None, "steady": True}
    deliver(province, device, entry(1, at=SENT - off - 8 * DAY, clock=clock))
    assert days_of(province) == [(TODAY - 8 * DAY).isoformat()]


def test_a_clock_that_jumped_is_counted_and_the_age_gives_the_day(province: Database, device: Device) -> None:
    week = 7 * DAY // timedelta(milliseconds=1)
    jumped = {"offset_ms": 0, "age_ms": week, "steady": False}
    deliver(province, device, entry(1, at=datetime(1970, 1, 1, tzinfo=ZONE), clock=jumped))
    assert again(province, device).unsteady == 1
    assert days_of(province) == [(TODAY - 7 * DAY).isoformat()]


def test_no_answer_is_dated_before_the_device_or_after_today(province: Database) -> None:
    device = activated(province, since=SENT - 3 * DAY)
    deliver(province, device, entry(1, at=SENT - 90 * DAY), entry(2, at=SENT + 90 * DAY))
    assert again(province, device).unsteady == 2
    first, second = days_of(province)
    assert (TODAY - 3 * DAY).isoformat() <= first <= second <= TODAY.isoformat()


def test_what_comes_after_an_empty_queue_was_pressed_after_it(province: Database, device: Device) -> None:
    heard = SENT - 2 * DAY
    collect.hear(province, device, Heartbeat(Queue(waiting=0)), at=heard)
    deliver(province, device, entry(1, at=SENT - 30 * DAY))
    assert days_of(province) == [(TODAY - DAY).isoformat()]


def test_a_loose_press_is_placed_among_what_the_kiosk_tells_of_its_other_presses(
    province: Database, device: Device
) -> None:
    """Two sessions without a network in two batches; the clock fell back before the second one, by a year."""
    loose = {"offset_ms": 0, "age_ms": None, "steady": False}
    monday, tuesday = SENT - 3 * DAY, SENT - 2 * DAY
    fallen = tuesday - 365 * DAY
    sent = {1: monday, 2: monday + HOUR, 3: fallen, 4: fallen + HOUR}
    around = [{"seq": n, "at": at.isoformat(), "clock": loose} for n, at in sent.items()]
    now = {"seq": 5, "at": (SENT - DAY).isoformat(), "clock": {"age_ms": DAY // timedelta(milliseconds=1)}}
    junk: list[Any] = [None, {"seq": "x"}, {"seq": 9, "at": 7, "clock": []}]
    pressed = {n: entry(n, at=at, clock=loose) for n, at in sent.items()}

    def send(*numbers: int, around: list[Any], at: datetime) -> list[str]:
        told = {"batch": [pressed[n] for n in numbers], "around": around}
        return outcomes(collect.deliver(province, device, kiosk.delivery(json.dumps(told).encode()), at=at))

    assert send(1, 2, around=[*junk, *around, now], at=SENT) == ["kept", "kept"]
    assert send(3, 4, around=[*around, now], at=SENT) == ["kept", "kept"]
    assert send(4, around=junk, at=SENT + DAY) == ["known"]
    assert days_of(province) == [day.date().isoformat() for day in (monday, monday, tuesday, tuesday)]


def test_a_queue_that_was_never_empty_is_dated_as_far_back_as_it_goes(
    province: Database, device: Device
) -> None:
    collect.hear(province, device, Heartbeat(Queue(waiting=3)), at=SENT - 2 * DAY)
    deliver(province, device, entry(1, at=SENT - 30 * DAY))
    assert days_of(province) == [(TODAY - 30 * DAY).isoformat()]


@pytest.mark.parametrize(
    "clock",
    [
        None,
        [],
        {},
        {"offset_ms": "0"},
        {"offset_ms": 1e999},
        {"age_ms": -1},
        {"age_ms": True},
        {"steady": "yes"},
    ],
)
def test_a_clock_that_cannot_be_read_loses_no_answer(
    province: Database, device: Device, clock: object
) -> None:
    assert (
        outcomes(deliver(province, device, entry(1, clock=clock), entry(2, clock=clock) | {"at": 7}))
        == ["kept"] * 2
    )
    assert days_of(province) == [TODAY.isoformat()] * 2


def test_the_day_is_that_of_the_province(province: Database, device: Device) -> None:
    night = datetime(2026, 11, 20, 23, 30, tzinfo=ZONE)
    deliver(province, device, entry(1, at=night.astimezone(ZONE)), entry(2, at=night + timedelta(hours=1)))
    assert days_of(province) == ["2026-11-20", "2026-11-21"]


# Late.


def change_wave(db: Database, **changes: Any) -> Wave:
    changed = replace(design.reference(db).wave("rating-short"), **changes)
    design.open_wave(db, changed, {}, (), on=TODAY)
    return changed


def test_answers_to_a_wave_that_is_over_are_taken_and_counted_as_late(
    province: Database, device: Device
) -> None:
    change_wave(province, ends=date(2026, 10, 31))
    given = [entry(n, at=datetime(2026, 10, 20, 9, tzinfo=ZONE)) for n in (1, 2)]
    assert outcomes(deliver(province, device, *given, entry(3))) == ["kept", "kept", "date-out-of-range"]
    assert rows_of(province, "late") == [("rating-short", "2026-10", "2026-11", 2)]
    assert {each.month for each in sealed(province)} == {"2026-10"}


def test_answers_of_an_earlier_month_are_late_and_those_of_this_month_are_not(
    province: Database, device: Device
) -> None:
    deliver(province, device, entry(1, at=SENT - 30 * DAY), entry(2))
    assert rows_of(province, "late") == [("rating-short", "2026-10", "2026-11", 1)]


def next_version(db: Database, was: str = "", becomes: str = "") -> str:
    """The short form in a new version, which the wave asks from now on."""
    with db.read() as connection:
        old = str(
            connection.scalar(text("SELECT content FROM instrument WHERE ref = 'onestop-short@2026.1'"))
        )
    assert was in old
    newer = old.replace('version = "2026.1"', 'version = "2026.2"').replace(was or "\0", becomes, 1)
    wave = replace(design.reference(db).wave("rating-short"), instrument="onestop-short@2026.2")
    design.open_wave(db, wave, {"onestop-short@2026.2.toml": newer}, (), on=TODAY)
    return wave.instrument


def test_an_answer_is_taken_under_the_version_it_was_asked_with(province: Database, device: Device) -> None:
    new = next_version(province)
    old, newer, foreign = entry(1, 2), entry(2, 5, instrument=new), entry(3, instrument="sipas-service@2024")
    assert outcomes(deliver(province, device, old, newer, foreign)) == ["kept", "kept", "wrong-version"]
    assert sorted(each.instrument for each in sealed(province)) == ["onestop-short@2026.1", new]
    assert process.rebuild(province).equal


@pytest.mark.parametrize(
    ("was", "becomes", "part"),
    [
        ("satisfied_from = 4", "satisfied_from = 3", "item overall"),
        ("{ value = 1, face = 1,", "{ value = 0, face = 1,", "item overall"),
        ('[[items]]\ncode = "access"\n', QUEUE + '[[items]]\ncode = "access"\n', "factor access"),
        ("in_index = true", "in_index = false", "index short@1"),
    ],
)
def test_a_wave_does_not_go_on_with_questions_that_mean_something_else(
    province: Database, was: str, becomes: str, part: str
) -> None:
    with pytest.raises(errors.BadData, match=part):
        next_version(province, was, becomes)
    assert design.reference(province).wave("rating-short").instrument == "onestop-short@2026.1"


def test_a_changed_wording_goes_on_where_it_is_said_to_be_the_same(province: Database) -> None:
    was = 'code = "overall"\n'
    with pytest.raises(errors.BadData, match="item overall"):
        next_version(province, WORDING, "Nói chung ông/bà thấy sao?")
    lineage = 'lineage = [{ item = "onestop-short@2026.1.overall", equated = true, note = "shorter" }]\n'
    assert next_version(province, was, was + lineage)


def test_a_form_on_the_web_is_still_asked_in_its_newest_version(province: Database) -> None:
    next_version(province)
    with pytest.raises(errors.WrongVersion):
        collect.submit(province, rated(), at=SENT)


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


# Secrets.


def test_a_code_works_once_and_not_after_a_day(province: Database) -> None:
    chance = Chance(3).randbytes
    code = collect.issue(province, COUNTER, at=SENT, chance=chance).code
    made = collect.activate(province, code.lower(), at=SENT, chance=chance)
    assert collect.authorised(province, f"{made.device.id}.{made.key}").id == made.device.id
    old = collect.issue(province, COUNTER, at=SENT - DAY - timedelta(minutes=20), chance=chance).code
    for wrong in (code, old, "", "0000-0000-0000", "٣" * 12):
        with pytest.raises(errors.WrongActivationCode):
            collect.activate(province, wrong, at=SENT, chance=chance)


def test_of_two_that_use_a_code_at_once_one_gets_the_device(province: Database) -> None:
    code = collect.issue(province, COUNTER, at=SENT, chance=Chance(3).randbytes).code

    def activate(seed: int) -> bool:
        try:
            collect.activate(province, code, at=SENT, chance=Chance(seed).randbytes)
        except errors.WrongActivationCode:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(activate, range(4))) == 1


def test_no_secret_of_a_device_is_in_the_database(province: Database, province_url: str) -> None:
    chance = Chance(3).randbytes
    issued = collect.issue(province, COUNTER, at=SENT, chance=chance, pin="2468")
    (before,) = rows_of(province, "device")
    key = collect.activate(province, issued.code, at=SENT, chance=chance).key
    (after,) = rows_of(province, "device")
    held = repr(before) + repr(after)
    assert not any(secret in held for secret in (issued.code, issued.code.replace("-", ""), key, "2468"))


@pytest.mark.parametrize(
    "token", ["", ".", "a.b", "ä.b", "\0.b", "{id}.", "{id}", "{id}.{key}x", "{id}.{key}.{key}"]
)
def test_a_token_that_is_not_exactly_right_opens_nothing(province: Database, token: str) -> None:
    chance = Chance(3).randbytes
    code = collect.issue(province, COUNTER, at=SENT, chance=chance).code
    made = collect.activate(province, code, at=SENT, chance=chance)
    with pytest.raises(errors.UnknownDevice):
        collect.authorised(province, token.format(id=made.device.id, key=made.key))


def test_a_device_that_was_never_activated_opens_nothing(province: Database) -> None:
    issued = collect.issue(province, COUNTER, at=SENT, chance=Chance(3).randbytes)
    with pytest.raises(errors.UnknownDevice):
        collect.authorised(province, f"{issued.device}.")


def test_a_revoked_device_delivers_its_queue_once_it_is_activated_anew(province: Database) -> None:
    chance = Chance(3).randbytes
    since = SENT - 40 * DAY
    issued = collect.issue(province, COUNTER, at=since, chance=chance)
    made = collect.activate(province, issued.code, at=since, chance=chance)
    token = f"{made.device.id}.{made.key}"
    collect.revoke(province, made.device.id, at=SENT)
    with pytest.raises(errors.DeviceRevoked):
        collect.authorised(province, token)
    with pytest.raises(errors.DeviceRevoked):
        collect.deliver(province, made.device, kiosk.delivery(batch(entry(1))), at=SENT)
    code = collect.reissue(province, made.device.id, at=SENT, chance=chance).code
    new = collect.activate(province, code, at=SENT, chance=chance)
    assert new.device.id == made.device.id
    with pytest.raises(errors.UnknownDevice):
        collect.authorised(province, token)
    device = collect.authorised(province, f"{new.device.id}.{new.key}")
    assert outcomes(deliver(province, device, entry(1, at=SENT - 20 * DAY))) == ["kept"]
    assert days_of(province) == [(TODAY - 20 * DAY).isoformat()]


def test_a_code_that_waits_opens_nothing_after_its_device_was_revoked(province: Database) -> None:
    chance = Chance(3).randbytes
    issued = collect.issue(province, COUNTER, at=SENT, chance=chance)
    collect.revoke(province, issued.device, at=SENT)
    with pytest.raises(errors.WrongActivationCode):
        collect.activate(province, issued.code, at=SENT, chance=chance)


def test_what_is_not_there_is_named(province: Database) -> None:
    chance = Chance(3).randbytes
    with pytest.raises(errors.UnknownCounter):
        collect.issue(province, "nowhere", at=SENT, chance=chance)
    with pytest.raises(errors.UnknownDevice):
        collect.reissue(province, "nobody", at=SENT, chance=chance)
    with pytest.raises(errors.UnknownDevice):
        collect.revoke(province, "nobody", at=SENT)


# What a kiosk tells of itself, and what is kept of times.


def test_a_heartbeat_tells_what_waits_and_where_it_is_stored(province: Database, device: Device) -> None:
    told = Heartbeat(Queue(waiting=7, oldest=SENT - DAY, dead=1), app="1.2", persisted=True, free=2**40)
    collect.hear(province, device, told, at=SENT)
    heard = again(province, device)
    assert (heard.waiting, heard.dead, heard.app, heard.persisted, heard.free) == (7, 1, "1.2", True, 2**40)
    assert heard.oldest == slot_of(SENT - DAY) and heard.heard == slot_of(SENT)


def test_nothing_but_counts_of_ten_minutes_is_kept_of_when_people_pressed(
    province: Database, device: Device
) -> None:
    at = SENT - timedelta(hours=2)
    deliver(province, device, *(entry(n, at=at + timedelta(minutes=n)) for n in range(1, 13)))
    slots = [(row[0], start_of(row[1], ZONE), row[2]) for row in rows_of(province, "arrival")]
    assert slots == [(COUNTER, at, 9), (COUNTER, at + timedelta(minutes=10), 3)]


def test_no_table_holds_a_number_or_time_beside_an_answer(province: Database, device: Device) -> None:
    """All that was pressed alike is alike to the last byte, and no row counts one press alone."""
    presses = [entry(n, at=SENT - timedelta(seconds=90 * n)) for n in range(1, 30)]
    deliver(province, device, *presses)
    assert len({each.canonical() for each in sealed(province)}) == 1
    assert rows_of(province, "sequence") == [(device.id, 1, 29)]
    with province.read() as connection:
        dump = repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])
    assert not any(press["id"] in dump or press["at"][:16] in dump for press in presses)


def test_receipts_of_a_batch_are_those_of_its_commitments(province: Database, device: Device) -> None:
    told = deliver(province, device, entry(1), entry(2))
    codes = {read_code(str(each.receipt)) for each in told.results}
    with province.read() as connection:
        held = {bytes(row[0])[:10] for row in connection.execute(text("SELECT commitment FROM inbox"))}
    assert codes == held
