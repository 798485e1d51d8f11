"""On which day, in which wave and under which version a press at a kiosk counts, however late it comes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from survey import collect, design, errors, process
from survey.device import Device, Heartbeat, Queue
from survey.formats import kiosk
from survey.frame import Wave
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import TODAY
from tests.kiosk import (
    DAY,
    HOUR,
    SENT,
    ZONE,
    activated,
    again,
    days_of,
    deliver,
    entry,
    outcomes,
    rows_of,
    sealed,
)

QUEUE = """[[items]]
code = "queue"
factor = "access"
scale = "satisfaction"
missing = ["refused"]
vi = "Việc xếp hàng: ông/bà có hài lòng không?"
en = "The queue: are you satisfied?"

"""
WORDING = "Nói chung, ông/bà có hài lòng với lần làm thủ tục này không?"


# Time.


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
