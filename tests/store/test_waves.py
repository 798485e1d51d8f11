"""What a household wave was planned with stays when it opens, and a unit is found by its code alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, exc, update

from survey.disposition import Disposition
from survey.household import (
    Cluster,
    Drawn,
    FrameKind,
    FrameUnit,
    HouseholdWave,
    Part,
    Progress,
    SampleUnit,
    Stages,
    Visit,
    Wanted,
    read_unit_code,
    unit_code,
)
from survey.store import schema, visits, waves
from survey.store.database import Database
from tests.staff import made

WAVE = HouseholdWave(
    code="sipas-2026",
    title={"vi": "Khảo sát hộ gia đình 2026", "en": "Household survey 2026"},
    root="son-la",
    instrument="sipas-household@2024",
    starts=date(2026, 11, 1),
    ends=date(2026, 11, 30),
    frame=FrameKind.HOUSEHOLDS,
    wanted=Wanted(),
    stages=Stages(),
    seed="2026",
)
CODE = unit_code(123_456_789)


def unit(code: str, place: int, part: Part = Part.MAIN) -> SampleUnit:
    return SampleUnit(
        code=code,
        wave=WAVE.code,
        stratum="A",
        commune="03646",
        village="Bản 1",
        label=f"Hộ {place}",
        size=2,
        part=part,
        place=place,
        probability=0.1,
        weight=10.0,
        layer="A",
        psu="03646",
    )


def put_sample(db: Database) -> None:
    drawn = Drawn(
        clusters=(
            Cluster("03646", "", "A", 120, 300, 0.2, False),
            Cluster("03646", "Bản 1", "A", 40, 90, 0.5, True),
        ),
        units=(unit(CODE, 1), unit(unit_code(5), 2, Part.SUBSTITUTE)),
    )
    with db.write() as connection:
        waves.put(connection, WAVE)
        waves.put_frame(connection, WAVE.code, [FrameUnit(2, "A", "03646", "Bản 1", "Hộ 1", 2)])
        waves.put_sample(connection, WAVE.code, drawn)


def test_a_code_with_one_mistake_is_no_unit() -> None:
    assert read_unit_code(f"{CODE[:4].lower()}-{CODE[4:]}") == CODE
    for place in range(len(CODE)):
        for letter in "07AY":
            if letter != CODE[place]:
                assert read_unit_code(CODE[:place] + letter + CODE[place + 1 :]) is None
    swapped = CODE[1] + CODE[0] + CODE[2:]
    assert CODE[0] == CODE[1] or read_unit_code(swapped) is None


def test_a_wave_comes_back_as_it_was_planned(province: Database) -> None:
    put_sample(province)
    with province.read() as connection:
        assert waves.wave(connection, WAVE.code) == WAVE
        assert waves.frame(connection, WAVE.code)[0].label == "Hộ 1"
        assert [each.village for each in waves.clusters(connection, WAVE.code)] == ["", "Bản 1"]
        assert waves.unit(connection, CODE) == (unit(CODE, 1), None)
        assert waves.unit(connection, "00000000") is None


def test_an_assigned_unit_is_its_interviewers(province: Database) -> None:
    put_sample(province)
    account = made(province, "lan").account.id
    with province.write() as connection:
        waves.assign(connection, {CODE: account})
    with province.read() as connection:
        assert [each.code for each in waves.units(connection, WAVE.code, account=account)] == [CODE]
        assert waves.assignments(connection, WAVE.code) == {CODE: account}


def test_what_was_planned_is_fixed_when_the_wave_opens(province: Database) -> None:
    put_sample(province)
    with province.write() as connection:
        waves.put(connection, replace(WAVE, wanted=Wanted(margin=0.05)))
        assert waves.move(connection, WAVE.code, Progress.PLANNED, Progress.OPEN)
        assert not waves.move(connection, WAVE.code, Progress.PLANNED, Progress.OPEN)
    wave, unit_ = schema.household_wave, schema.sample_unit
    for change in (
        update(wave).values(parameters="{}"),
        update(wave).values(ends=date(2027, 1, 1)),
        update(wave).values(progress="planned"),
        delete(wave),
        update(unit_).values(weight=1.0),
    ):
        with pytest.raises((exc.IntegrityError, exc.DatabaseError)), province.write() as connection:
            connection.execute(change)
    with province.write() as connection:
        waves.forget_labels(connection, WAVE.code)
        assert waves.unit(connection, CODE) == (replace(unit(CODE, 1), label=None), None)


def test_a_unit_stands_as_its_visits_ended(province: Database) -> None:
    put_sample(province)
    first = Visit("visit-1", CODE, 1, date(2026, 11, 2), "nobody_home")
    with province.write() as connection:
        visits.add(connection, first)
        visits.add(connection, replace(first, id="visit-2", number=2, disposition="complete"))
        assert visits.of_unit(connection, CODE)[0] == first
        assert visits.dispositions(connection, WAVE.code) == {CODE: Disposition.COMPLETE}
    for again in (first, replace(first, id="visit-3", number=2)):
        with pytest.raises(exc.IntegrityError), province.write() as connection:
            visits.add(connection, again)
