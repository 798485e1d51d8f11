"""A wave in the field for tests: households in one village, an interviewer, and her phone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from survey import design
from survey.account import Account
from survey.collect import Delivered
from survey.device import Device
from survey.fieldwork import phones
from survey.fieldwork.visits import deliver as take_in
from survey.formats import visits
from survey.frame import Wave, WaveKind
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
    Wanted,
    unit_code,
)
from survey.roles import Role
from survey.store import waves
from survey.store.database import Database
from tests.answering import new_id
from tests.conftest import TODAY, Chance
from tests.kiosk import SENT
from tests.staff import made

VILLAGES = ("Bản Mòng", "Bản Phặng")
HOUSEHOLDS = 4
INSTRUMENT = "sipas-household@2024"
WAVE = HouseholdWave(
    code="sipas-2026",
    title={"vi": "Khảo sát hộ gia đình 2026", "en": "Household survey 2026"},
    root="son-la",
    instrument=INSTRUMENT,
    starts=TODAY - timedelta(days=21),
    ends=TODAY + timedelta(days=30),
    frame=FrameKind.HOUSEHOLDS,
    wanted=Wanted(),
    stages=Stages(),
    seed="2026",
)


def units_of(wave: HouseholdWave = WAVE) -> tuple[SampleUnit, ...]:
    """The drawn households, four in each of two villages."""
    return tuple(
        SampleUnit(
            code=unit_code(1_000 * place + number),
            wave=wave.code,
            stratum="A",
            commune="03646",
            village=village,
            label=f"Hộ ông Lò Văn {number}, {village}",
            size=2,
            part=Part.MAIN,
            place=number,
            probability=0.1,
            weight=20.0,
            layer="A",
            psu=f"03646:{village}",
        )
        for place, village in enumerate(VILLAGES, start=1)
        for number in range(1, HOUSEHOLDS + 1)
    )


def opened(db: Database, wave: HouseholdWave = WAVE) -> tuple[SampleUnit, ...]:
    """Draw a wave and open it; its units, which are nobody's yet."""
    units = units_of(wave)
    clusters = [Cluster("03646", "", "A", 200, 400, 0.5, False)]
    clusters += [Cluster("03646", village, "A", 40, 80, 0.5, False) for village in VILLAGES]
    with db.write() as connection:
        waves.put(connection, wave)
        rows = [FrameUnit(n, "A", "03646", u.village, u.label or "", 2) for n, u in enumerate(units, start=2)]
        waves.put_frame(connection, wave.code, rows)
        waves.put_sample(connection, wave.code, Drawn(tuple(clusters), units))
        waves.move(connection, wave.code, Progress.PLANNED, Progress.OPEN)
    known = Wave(wave.code, wave.title, WaveKind.HOUSEHOLD, INSTRUMENT, wave.root, wave.starts, wave.ends)
    design.open_wave(db, known, {}, (), on=TODAY)
    return units


def interviewer(db: Database, name: str = "lan.lo", units: tuple[SampleUnit, ...] = ()) -> Account:
    """An interviewer who visits some units."""
    account = made(db, name, Role.INTERVIEWER).account
    with db.write() as connection:
        waves.assign(connection, {unit.code: account.id for unit in units})
    return account


def phone_of(
    db: Database, account: Account, *, since: datetime = SENT - timedelta(days=14), seed: int = 1
) -> Device:
    """A phone that its interviewer set up two weeks before it sends."""
    chance = Chance(seed + account.id).randbytes
    code = phones.issue(db, account, by=account, at=since, chance=chance).code
    return phones.activate(db, code, at=since, chance=chance).device


def visit(
    seq: int, unit: SampleUnit, disposition: str = "nobody_home", *, at: datetime = SENT, **more: Any
) -> dict[str, Any]:
    """A visit as the app sends it, with a right clock."""
    told: dict[str, Any] = {
        "id": new_id(),
        "seq": seq,
        "unit": unit.code,
        "disposition": disposition,
        "at": (at - timedelta(minutes=1)).isoformat(),
        "clock": {"offset_ms": 0, "age_ms": None, "steady": True},
    }
    return told | more


def interview(db: Database, seq: int, unit: SampleUnit, *, answered: int | None = None, **more: Any) -> Any:
    """A visit that ended with an interview: so many of the criteria are answered, all without a number."""
    ratings = design.reference(db).instruments[INSTRUMENT].ratings
    given = ratings if answered is None else ratings[:answered]
    told = {
        "id": new_id(),
        "instrument": INSTRUMENT,
        "language": "vi",
        "answers": {item.code: 4 for item in given},
        "assisted": "relative",
    }
    return visit(seq, unit, "complete", interview=told | more)


def batch(*entries: object) -> bytes:
    return json.dumps({"batch": entries, "waiting": len(entries), "oldest": None, "dead": 0}).encode()


def deliver(db: Database, phone: Device, *entries: object, at: datetime = SENT) -> Delivered:
    """Send visits as the phone stands now."""
    return take_in(db, phones.phone(db, phone.id), visits.delivery(batch(*entries)), at=at)
