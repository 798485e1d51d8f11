"""A small household wave in Sơn La, planned, drawn and asked, as tests need it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from survey import collect, design, fieldwork, process
from survey.disposition import Disposition
from survey.household import (
    FrameKind,
    FrameUnit,
    HouseholdWave,
    Part,
    SampleUnit,
    Stages,
    Visit,
    Wanted,
)
from survey.response import Answer, Mode, Response
from survey.roles import Role
from survey.store import visits, waves
from survey.store.database import Database
from tests.answering import new_id
from tests.staff import AT, settled

INSTRUMENT = "sipas-household@2024"
STARTS, ENDS = date(2026, 11, 2), date(2026, 11, 20)
IN_FIELD = datetime(2026, 11, 10, 17, 0)  # noqa: DTZ001 - the doors hand over local time
AFTER = date(2026, 11, 23)

WAVE = HouseholdWave(
    code="sipas-2026",
    title={"vi": "Khảo sát hộ gia đình 2026", "en": "Household survey 2026"},
    root="son-la",
    instrument=INSTRUMENT,
    starts=STARTS,
    ends=ENDS,
    frame=FrameKind.HOUSEHOLDS,
    wanted=Wanted(margin=0.1),
    stages=Stages(villages=2, people=6, substitutes=2),
    seed="a seed",
)

#: communes of the frame by stratum
COMMUNES = {
    "urban": ("03646", "03664", "03670", "03679"),
    "rural": ("03688", "03703", "03721", "03754", "03760", "03781"),
}


def frame(households: int = 20, villages: int = 4) -> tuple[FrameUnit, ...]:
    """Households of two to four adults in four villages of each commune."""
    rows = [
        (stratum, commune, f"Bản {village}", f"Hộ {number}")
        for stratum, communes in COMMUNES.items()
        for commune in communes
        for village in range(1, villages + 1)
        for number in range(1, households + 1)
    ]
    return tuple(FrameUnit(line, *row, size=2 + line % 3) for line, row in enumerate(rows, 2))


def drawn(db: Database, wave: HouseholdWave = WAVE) -> tuple[SampleUnit, ...]:
    """The units of a wave that is planned and drawn."""
    fieldwork.plan(db, wave)
    fieldwork.load_frame(db, wave.code, frame())
    fieldwork.draw(db, wave.code)
    with db.read() as connection:
        return waves.units(connection, wave.code)


def opened(db: Database, wave: HouseholdWave = WAVE) -> tuple[SampleUnit, ...]:
    """The units of a wave that is open, all of them to be visited by one interviewer, `mai`."""
    units = drawn(db, wave)
    fieldwork.open_wave(db, wave.code, by=None, at=AT, on=STARTS)
    settled(db, "mai.lo", Role.INTERVIEWER)
    fieldwork.assign(db, wave.code, ["mai.lo"])
    return units


def account(db: Database) -> int:
    """The number of the interviewer's account."""
    return next(each.id for each in fieldwork.interviewers(db, "son-la") if each.name == "mai.lo")


def ended(db: Database, unit: SampleUnit, disposition: Disposition, number: int = 1) -> None:
    """A visit to a unit that ended so."""
    visit = Visit(
        f"{unit.code}-{number}", unit.code, number, date(2026, 11, 10), disposition.value, account(db)
    )
    with db.write() as connection:
        visits.add(connection, visit)


def interview(db: Database, unit: SampleUnit, step: int, **persons: int) -> None:
    """An interview with a unit: one step for every criterion, and who the person is."""
    instrument = design.reference(db).instruments[INSTRUMENT]
    answers = [Answer(item.code, (step,)) for item in instrument.ratings if item.in_index]
    answers += [Answer(code, (value,)) for code, value in persons.items()]
    visit = fieldwork.visited(db, unit.code, account(db))
    response = Response(
        id=new_id(),
        wave="",
        instrument="",
        agency="",
        day=IN_FIELD.date(),
        answers=tuple(answers),
        mode=Mode.INTERVIEWER,
    )
    collect.submit(db, fieldwork.placed(visit, response), at=IN_FIELD)
    ended(db, unit, Disposition.COMPLETE)


def asked(
    db: Database, satisfied: Callable[[SampleUnit], bool], wave: HouseholdWave = WAVE
) -> list[SampleUnit]:
    """A wave whose main units all answered, two in three of them women; sealed, and not closed."""
    units = [unit for unit in opened(db, wave) if unit.part is Part.MAIN]
    for number, unit in enumerate(units):
        interview(db, unit, 5 if satisfied(unit) else 2, sex=2 if number % 3 else 1)
    process.seal_all(db, rng=random.Random(1), today=AFTER)
    return units


def wave_of(code: str) -> HouseholdWave:
    """The same wave under another code."""
    return replace(WAVE, code=code)
