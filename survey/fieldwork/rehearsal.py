"""Simulated household waves for a newcomer to look at: never in a database that holds real answers.

One wave is weighted and one is in the field. Every step is the one that a survey lead takes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from survey import collect, design, errors, process, simulate
from survey.disposition import Disposition
from survey.fieldwork.planning import communes_of, draw, load_frame, open_wave, plan
from survey.fieldwork.units import Visited, placed
from survey.fieldwork.weighing import weight
from survey.fieldwork.working import close
from survey.household import FrameKind, FrameUnit, HouseholdWave, Part, SampleUnit, Stages, Visit, Wanted
from survey.instrument import Instrument
from survey.response import Answer, Mode, Response
from survey.store import visits, waves
from survey.store.database import Database
from survey.wave_weights import How

INSTRUMENT = "sipas-household@2024"

#: how satisfied people are with their government, and how far communes and villages differ
LEVEL, COMMUNE_SPREAD, VILLAGE_SPREAD, PERSON_SPREAD = 1.5, 0.25, 0.3, 0.9

#: how visits end where nobody answers, and how often
SILENT = (
    (Disposition.NOBODY_HOME, 0.05),
    (Disposition.REFUSED, 0.04),
    (Disposition.AWAY, 0.04),
    (Disposition.VACANT, 0.02),
)

#: shares of the age groups among adults
AGES = (0.17, 0.22, 0.31, 0.19, 0.11)


def rehearse(db: Database, *, rng: random.Random, at: datetime) -> int:
    """Plan, draw, ask and weight a wave that is over, and ask half of one that is in the field; the answers.

    Raises `errors.WrongDatabase` unless the database is for simulated data.
    """
    if design.purpose(db) != simulate.PURPOSE:
        raise errors.WrongDatabase(holds=design.purpose(db), wanted=simulate.PURPOSE)
    today = at.date()
    over = _wave("sipas-last", today - timedelta(days=80), today - timedelta(days=50))
    going = _wave("sipas-now", today - timedelta(days=6), today + timedelta(days=21))
    answered = _asked(db, over, 1.0, rng, at)
    answered += _asked(db, going, 0.5, rng, at)
    process.seal_all(db, rng=rng, today=today)
    close(db, over.code, rest_unknown=True, by=None, at=int(at.timestamp()), on=today)
    people = 30_000.0  # as a census would tell: about the adults of the frame
    margins = {
        "sex": {"1": 0.5 * people, "2": 0.5 * people},
        "age": {str(number): share * people for number, share in enumerate(AGES, 1)},
    }
    weight(db, over.code, margins, How(), by=None, at=int(at.timestamp()), on=today)
    return answered


def _wave(code: str, starts: date, ends: date) -> HouseholdWave:
    return HouseholdWave(
        code=code,
        title={"vi": f"Khảo sát hộ gia đình {starts:%m/%Y}", "en": f"Household survey {starts:%m/%Y}"},
        root="son-la",
        instrument=INSTRUMENT,
        starts=starts,
        ends=ends,
        frame=FrameKind.HOUSEHOLDS,
        wanted=Wanted(margin=0.05),
        stages=Stages(villages=2, people=12, substitutes=4),
        seed=code,
    )


def _asked(db: Database, wave: HouseholdWave, part: float, rng: random.Random, at: datetime) -> int:
    """Open a wave and visit a part of its main units; how many people answered."""
    plan(db, wave)
    load_frame(db, wave.code, _frame(db, wave, rng))
    draw(db, wave.code)
    open_wave(db, wave.code, by=None, at=int(at.timestamp()), on=at.date())
    with db.read() as connection:
        opened = waves.wave(connection, wave.code)
        units = [unit for unit in waves.units(connection, wave.code) if unit.part is Part.MAIN]
    instrument = design.reference(db).instruments[wave.instrument]
    days = (min(wave.ends, at.date()) - wave.starts).days
    ended = [
        (unit, wave.starts + timedelta(days=rng.randrange(days + 1)), _end(rng))
        for unit in units
        if rng.random() < part
    ]
    with db.write() as connection:
        for unit, day, end in ended:
            visits.add(connection, Visit(f"simulated-{unit.code}", unit.code, 1, day, end.value))
    levels: dict[tuple[str, ...], float] = {}
    told = (
        placed(Visited(opened, unit), _response(instrument, unit, day, levels, rng))
        for unit, day, end in ended
        if end is Disposition.COMPLETE
    )
    return collect.submit_many(db, told, at=datetime.combine(min(wave.ends, at.date()), at.timetz())).new


def _end(rng: random.Random) -> Disposition:
    lot = rng.random()
    for end, share in SILENT:
        lot -= share
        if lot < 0:
            return end
    return Disposition.COMPLETE


def _frame(db: Database, wave: HouseholdWave, rng: random.Random) -> Iterator[FrameUnit]:
    """Some villages of every commune and ward, the wards a stratum of their own."""
    known, number = design.reference(db), 1
    for commune in sorted(communes_of(db, wave.root, on=wave.starts)):
        stratum = "Phường" if known.agency(commune).kind == "ward" else "Xã"
        for village in range(1, rng.randint(4, 9)):
            for household in range(1, rng.randint(20, 45)):
                number += 1
                yield FrameUnit(
                    number,
                    stratum,
                    commune,
                    f"Bản {village}",
                    f"Hộ {household}",
                    rng.choice((1, 2, 2, 2, 3, 4)),
                )


def _response(
    instrument: Instrument,
    unit: SampleUnit,
    day: date,
    levels: dict[tuple[str, ...], float],
    rng: random.Random,
) -> Response:
    commune = levels.setdefault((unit.commune,), rng.gauss(LEVEL, COMMUNE_SPREAD))
    village = levels.setdefault((unit.commune, unit.village), rng.gauss(0, VILLAGE_SPREAD))
    level = commune + village + rng.gauss(0, PERSON_SPREAD)
    person = {"sex": rng.choice((1, 1, 2, 2, 2)), "age": rng.choices((1, 2, 3, 4, 5), AGES)[0]}
    answers = (
        Answer(item.code, (person[item.code],))
        if item.code in person
        else simulate.answer(instrument, item, level, rng)
        for item in instrument.items
        if item.code in person or item.in_index
    )
    return Response(
        id=f"household-{rng.getrandbits(96):024x}",
        wave=unit.wave,
        instrument=instrument.ref,
        agency="",
        day=day,
        answers=tuple(answers),
        mode=Mode.INTERVIEWER,
    )
