"""Visits from interviewers' phones: each once, under its unit, and nothing lost that does not fit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import exc, select, text

from survey import collect, errors, process
from survey.account import Account
from survey.device import Device
from survey.disposition import Disposition
from survey.fieldwork import phones
from survey.household import Progress, SampleUnit
from survey.response import Sealed
from survey.store import schema, visits, waves
from survey.store.database import Database
from tests.conftest import TODAY, Chance
from tests.fieldworkers import (
    INSTRUMENT,
    WAVE,
    deliver,
    interview,
    interviewer,
    opened,
    phone_of,
    visit,
)
from tests.kiosk import SENT, outcomes
from tests.staff import made


@pytest.fixture
def units(province: Database) -> tuple[SampleUnit, ...]:
    return opened(province)


@pytest.fixture
def lan(province: Database, units: tuple[SampleUnit, ...]) -> Account:
    return interviewer(province, units=units)


@pytest.fixture
def phone(province: Database, lan: Account) -> Device:
    return phone_of(province, lan)


def stored(db: Database) -> list[Sealed]:
    with db.read() as connection:
        return [Sealed.parse(bytes(each)) for each in connection.scalars(select(schema.inbox.c.content))]


def ended(db: Database) -> dict[str, Disposition]:
    with db.read() as connection:
        return visits.dispositions(connection, WAVE.code)


def test_an_interview_is_kept_under_its_unit_and_leads_to_no_household(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    told = deliver(province, phone, visit(1, units[0]), interview(province, 2, units[0], comment="Tốt"))
    assert outcomes(told) == ["kept", "kept"]
    assert told.results[1].receipt is not None and told.results[0].receipt is None
    [kept] = stored(province)
    assert (kept.mode, kept.wave, kept.agency, kept.instrument) == (
        "interviewer",
        WAVE.code,
        WAVE.root,
        INSTRUMENT,
    )
    assert (kept.stratum, kept.psu, kept.weight, kept.assisted) == ("A", units[0].psu, 20.0, "relative")
    assert kept.day == "2026-11-23" and SENT.date().isoformat() == "2026-11-23"  # a Monday
    assert units[0].code not in kept.canonical().decode()
    assert ended(province) == {units[0].code: Disposition.COMPLETE}
    assert process.seal_all(province, rng=Chance(1), today=TODAY + timedelta(days=1)) == 1
    assert process.rebuild(province).equal


def test_the_day_of_an_interview_is_that_of_its_week(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    thursday = SENT + timedelta(days=3)
    deliver(province, phone, interview(province, 1, units[0]) | {"at": thursday.isoformat()}, at=thursday)
    assert [kept.day for kept in stored(province)] == ["2026-11-23"]
    with province.read() as connection:
        assert connection.scalar(text("SELECT day FROM visit")) in ("2026-11-26", thursday.date())


def test_visits_that_come_twice_and_out_of_order_are_kept_once(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    first, second = visit(1, units[0]), interview(province, 2, units[1])
    assert outcomes(deliver(province, phone, second)) == ["kept"]
    assert outcomes(deliver(province, phone, first, second)) == ["kept", "known"]
    later = SENT + timedelta(days=20)
    again = deliver(province, phone, second, first, at=later)
    assert outcomes(again) == ["known", "known"] and again.acknowledged == ((1, 2),)
    assert again.results[0].receipt is not None
    assert len(stored(province)) == 1
    with province.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM visit")) == 2


def test_numbers_that_never_came_are_a_gap(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    deliver(province, phone, visit(1, units[0]), visit(4, units[1]))
    [shown] = phones.phones_within(province, "son-la")
    assert shown.missing == 2 and shown.device.account is not None
    assert collect.missing(province) == [] and collect.kiosks(province) == []


def test_a_phone_that_comes_back_after_weeks_loses_nothing(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    loose = {"clock": {"offset_ms": 0, "age_ms": None, "steady": False}}
    sent = [interview(province, n, unit) | loose for n, unit in enumerate(units, start=1)]
    told = deliver(province, phone, *sent, at=SENT + timedelta(days=25))
    assert outcomes(told) == ["kept"] * len(units)
    assert len(stored(province)) == len(units)


def test_the_first_interview_of_a_household_stands_and_the_second_is_a_conflict(
    province: Database, phone: Device, units: tuple[SampleUnit, ...], lan: Account
) -> None:
    other = phone_of(province, lan, seed=9)
    deliver(province, phone, interview(province, 1, units[0]))
    second = interview(province, 1, units[0])
    assert outcomes(deliver(province, other, second)) == ["unit-answered"]
    assert outcomes(deliver(province, other, second)) == ["unit-answered"]
    assert outcomes(deliver(province, other, visit(2, units[0], "vacant"))) == ["unit-answered"]
    assert len(stored(province)) == 1
    assert ended(province) == {units[0].code: Disposition.COMPLETE}
    listed = phones.conflicts_within(province, "son-la")
    assert [(each.unit, each.answered) for _, each, _ in listed] == [
        (units[0].code, True),
        (units[0].code, False),
    ]
    letters = collect.dead_letters(province, other.id)
    assert [letter.code for letter in letters] == ["unit-answered"] * 2
    assert any('"answers"' in letter.content for letter in letters)


def test_a_visit_that_contradicts_an_earlier_one_is_kept_apart(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    told = deliver(province, phone, visit(1, units[0], "appointment"), visit(2, units[0], "not_found"))
    assert outcomes(told) == ["kept", "visit-not-possible"]
    assert ended(province) == {units[0].code: Disposition.APPOINTMENT}


def test_a_household_of_somebody_else_or_of_no_sample_is_refused_by_name(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    interviewer(province, "binh.vi", units[:1])
    told = deliver(
        province,
        phone,
        interview(province, 1, units[0]),
        visit(2, units[1]) | {"unit": "00000000"},
        visit(3, units[1]) | {"unit": "nonsense"},
        visit(4, units[1]),
    )
    assert outcomes(told) == ["foreign-unit", "unknown-unit", "unknown-unit", "kept"]
    [shown] = phones.phones_within(province, "son-la")
    assert shown.missing == 0 and len(shown.refused) == 3


@pytest.mark.parametrize(
    ("answered", "outcome", "ends"),
    [(39, "kept", "complete"), (25, "kept", "partial"), (10, "disposition-unfit", None)],
)
def test_what_an_interview_is_follows_from_its_answers(
    province: Database,
    phone: Device,
    units: tuple[SampleUnit, ...],
    answered: int,
    outcome: str,
    ends: str | None,
) -> None:
    assert outcomes(deliver(province, phone, interview(province, 1, units[0], answered=answered))) == [
        outcome
    ]
    assert ended(province).get(units[0].code) == ends


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"disposition": "complete"}, "disposition-unfit"),
        ({"disposition": "asleep"}, "unknown-disposition"),
        ({"disposition": None}, "unknown-disposition"),
        ({"seq": 0}, "sequence-out-of-range"),
        ({"id": "short"}, "malformed-id"),
        ({"interview": []}, "malformed-entry"),
        ({"unit": 7}, "unknown-unit"),
    ],
)
def test_a_broken_visit_is_told_apart_and_loses_no_other(
    province: Database, phone: Device, units: tuple[SampleUnit, ...], more: dict[str, object], code: str
) -> None:
    told = deliver(province, phone, visit(1, units[0]) | more, visit(2, units[1]))
    assert outcomes(told) == [code, "kept"]


def test_after_a_wave_was_closed_a_visit_is_kept_for_review(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    with province.write() as connection:
        waves.move(connection, WAVE.code, Progress.OPEN, Progress.CLOSED)
    assert outcomes(deliver(province, phone, interview(province, 1, units[0]))) == ["wave-not-open"]
    assert [letter.code for letter in collect.dead_letters(province, phone.id)] == ["wave-not-open"]


def test_units_are_counted_by_stratum_and_disposition(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    deliver(
        province, phone, visit(1, units[0]), interview(province, 2, units[1]), visit(3, units[0], "put_off")
    )
    with province.read() as connection:
        counted = visits.counts(connection, WAVE.code)
    assert counted == {
        ("A", Disposition.NOT_ATTEMPTED): 6,
        ("A", Disposition.COMPLETE): 1,
        ("A", Disposition.PUT_OFF): 1,
    }


def test_no_visit_is_ever_changed(province: Database, phone: Device, units: tuple[SampleUnit, ...]) -> None:
    deliver(province, phone, visit(1, units[0]))
    for statement in ("UPDATE visit SET stands = false", "DELETE FROM visit"):
        with pytest.raises(exc.DatabaseError), province.write() as connection:
            connection.execute(text(statement))


# Phones.


def test_a_phone_that_was_lost_sends_nothing_more(
    province: Database, lan: Account, units: tuple[SampleUnit, ...]
) -> None:
    chance = Chance(4).randbytes
    issued = phones.issue(province, lan, by=lan, at=SENT, chance=chance)
    first = phones.activate(province, issued.code, at=SENT, chance=chance)
    token = f"{first.device.id}.{first.key}"
    assert phones.authorised(province, token).account == lan.id
    phones.revoke(province, issued.device, by=lan, at=SENT)
    with pytest.raises(errors.DeviceRevoked):
        phones.authorised(province, token)
    with pytest.raises(errors.DeviceRevoked):
        deliver(province, first.device, visit(1, units[0]))
    code = phones.reissue(province, issued.device, by=lan, at=SENT, chance=chance).code
    second = phones.activate(province, code, at=SENT, chance=chance)
    assert second.device.id == first.device.id
    assert outcomes(deliver(province, second.device, visit(1, units[0]))) == ["kept"]


def test_a_kiosk_is_no_phone_and_a_phone_no_kiosk(province: Database, lan: Account) -> None:
    chance = Chance(5).randbytes
    kiosk = collect.issue(province, "03646-1", at=SENT, chance=chance)
    phone = phones.issue(province, lan, by=lan, at=SENT, chance=chance)
    with pytest.raises(errors.WrongActivationCode):
        phones.activate(province, kiosk.code, at=SENT, chance=chance)
    with pytest.raises(errors.WrongActivationCode):
        collect.activate(province, phone.code, at=SENT, chance=chance)
    made_kiosk = collect.activate(province, kiosk.code, at=SENT, chance=chance)
    made_phone = phones.activate(province, phone.code, at=SENT, chance=chance)
    with pytest.raises(errors.UnknownDevice):
        phones.authorised(province, f"{made_kiosk.device.id}.{made_kiosk.key}")
    with pytest.raises(errors.UnknownDevice):
        collect.authorised(province, f"{made_phone.device.id}.{made_phone.key}")


def test_a_phone_takes_along_its_interviewers_units_of_open_waves_alone(
    province: Database, phone: Device, units: tuple[SampleUnit, ...]
) -> None:
    interviewer(province, "binh.vi", units[4:])
    deliver(province, phone, visit(1, units[0]))
    taken = phones.round_of(province, phones.phone(province, phone.id))
    assert [task.unit for task in taken.tasks] == list(units[:4])
    assert [task.visits for task in taken.tasks] == [(Disposition.NOBODY_HOME,), (), (), ()]
    with province.write() as connection:
        waves.move(connection, WAVE.code, Progress.OPEN, Progress.CLOSED)
    assert phones.round_of(province, phone).tasks == ()


def test_nobody_sees_the_phones_of_another_agency(province: Database, phone: Device) -> None:
    made(province, "xa.nhan", agency="03646")
    assert phones.phones_within(province, "03646") == ()
