"""A kiosk for tests: it is issued, activated, and presses at Tô Hiệu ward's counter."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from survey import collect, process
from survey.collect import Delivered
from survey.device import Device
from survey.formats import kiosk
from survey.response import Sealed
from survey.store import responses
from survey.store.database import Database
from tests.answering import SHORT, new_id
from tests.conftest import TODAY, Chance

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

#: the moment that kiosks of tests send at
SENT = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 30, tzinfo=ZONE)

COUNTER = "03646-1"


def activated(
    db: Database, *, counter: str = COUNTER, since: datetime = SENT - timedelta(days=60), seed: int = 1
) -> Device:
    """A kiosk that was activated two months before it sends."""
    chance = Chance(seed).randbytes
    issued = collect.issue(db, counter, at=since, chance=chance)
    return collect.activate(db, issued.code, at=since, chance=chance).device


def again(db: Database, device: Device) -> Device:
    """The device as the service knows it now."""
    return next(one for one in collect.kiosks(db) if one.id == device.id)


def entry(seq: int, *steps: int, at: datetime = SENT - timedelta(minutes=1), **more: Any) -> dict[str, Any]:
    """A press as the app sends it: a right clock, all satisfied, unless a test says otherwise."""
    given = (steps or (5,)) * len(SHORT) if len(steps) < 2 else steps
    told: dict[str, Any] = {
        "id": new_id(),
        "seq": seq,
        "instrument": "onestop-short@2026.1",
        "wave": "rating-short",
        "answers": dict(zip(SHORT, given, strict=True)),
        "at": at.isoformat(),
        "clock": {"offset_ms": 0, "age_ms": None, "steady": True},
        "language": "vi",
        "partial": False,
    }
    return told | more


def batch(*entries: object, waiting: int | None = None) -> bytes:
    """A request's body."""
    return json.dumps(
        {"batch": entries, "waiting": len(entries) if waiting is None else waiting, "oldest": None, "dead": 0}
    ).encode()


def deliver(db: Database, device: Device, *entries: object, at: datetime = SENT) -> Delivered:
    """Send entries as the device stands now."""
    return collect.deliver(db, again(db, device), kiosk.delivery(batch(*entries)), at=at)


def outcomes(delivered: Delivered) -> list[str]:
    """Kept, known, or the code of the refusal."""
    return [result.code or result.outcome.value for result in delivered.results]


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


def days_of(db: Database) -> list[str]:
    return sorted(each.day for each in sealed(db))
