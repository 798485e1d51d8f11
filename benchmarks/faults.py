"""Whatever goes wrong at kiosks: how many answers are lost or doubled by the time that everything has been sent."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from benchmarks.answers import KEYS, province
from benchmarks.measure import Options, Table, tell, whole
from benchmarks.tablet import Faults, Rates, Tablet, Wire, one_in
from survey import collect, design, process
from survey.device import Device
from survey.errors import Refusal
from survey.formats import kiosk
from survey.receipt import hash_of_id
from survey.response import Sealed
from survey.store import schema
from survey.store.database import Database
from survey.web.context import ZONE

BEGAN = datetime(2026, 3, 2, 7, 30, tzinfo=ZONE)
#: sessions of one tablet: switched on in the morning and at noon
SESSIONS = 100


@dataclass
class Office:
    """The real door of the service, and the time that it is there."""

    db: Database
    rng: random.Random
    at: datetime = BEGAN

    def activated(self, code: str) -> str:
        made = collect.activate(self.db, code, at=self.at, chance=self.rng.randbytes)
        return f"{made.device.id}.{made.key}"

    def door(self, owner: Owner, body: bytes) -> tuple[int, dict[str, Any]]:
        """What `POST /kiosk/responses` does with a body."""
        try:
            device: Device = collect.authorised(self.db, owner.token)
            told = collect.deliver(self.db, device, kiosk.delivery(body), at=self.at)
        except Refusal as refusal:
            return refusal.status, {"code": refusal.code}
        return 200, {
            "results": [
                {"id": one.id, "outcome": one.outcome.value, "code": one.code} for one in told.results
            ]
        }


@dataclass
class Owner:
    """A counter's tablet: as the service knows it, and what was in it when its storage was lost."""

    device: str
    token: str
    tablet: Tablet | None = None
    gone: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Found:
    """What is left of it all, by answers. named: lost with the storage, and the gap report says so."""

    began: int = 0
    held: int = 0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    changed: int = 0
    moved: int = 0
    wiped: int = 0
    named: int = 0
    gaps: int = 0


def run(options: Options) -> list[Table]:
    sessions = 400 if options.quick else min(100_000, options.size // 10)
    rng = random.Random(options.seed)
    office = Office(
        province(f"sqlite:///{options.folder / 'faults.sqlite3'}"), random.Random(options.seed + 1)
    )
    faults, rates = Faults(), Rates()
    owners = list(_owners(office, sessions // SESSIONS, rates, rng, faults))
    _live(office, owners, rates, rng, faults)
    _send_all(office, owners)
    while process.waiting(office.db):
        process.seal_all(office.db, rng=rng, today=office.at.date() + timedelta(days=1))
    found = _found(office, owners)
    rebuilt = process.rebuild(office.db)
    office.db.dispose()
    return [_happened(sessions, len(owners), faults), _outcome(found, rebuilt.responses, options.seed)]


def _owners(office: Office, number: int, rates: Rates, rng: random.Random, faults: Faults) -> Iterator[Owner]:
    counters = sorted(design.reference(office.db).counters)
    for place in range(number):
        issued = collect.issue(
            office.db, counters[place % len(counters)], at=office.at, chance=office.rng.randbytes
        )
        owner = Owner(issued.device, office.activated(issued.code))
        wire = Wire(lambda body, owner=owner: office.door(owner, body), rates, rng, faults)  # type: ignore[misc]
        owner.tablet = Tablet(wire, rates, rng, faults)
        yield owner


def _live(office: Office, owners: list[Owner], rates: Rates, rng: random.Random, faults: Faults) -> None:
    """Every tablet is switched on twice a day, some without a network for weeks; the service seals at night."""
    away = [0] * len(owners)
    for turn in range(SESSIONS):
        office.at = BEGAN + timedelta(days=turn // 2, hours=5 * (turn % 2))
        tell(f"  half day {turn + 1} of {SESSIONS}")
        for place, owner in enumerate(owners):
            assert owner.tablet is not None
            if one_in(rng, rates.wiped):
                _wiped(office, owner, faults)
            if away[place] == 0 and one_in(rng, 8):
                away[place] = rng.choice((1, 2, 6, 30))
            online, away[place] = away[place] == 0, max(0, away[place] - 1)
            owner.tablet.session(office.at, online=online, visits=rng.choice((0, 1, 2, 3, 5)))
        if turn % 2:
            process.seal_all(office.db, rng=rng, today=office.at.date() + timedelta(days=1))


def _wiped(office: Office, owner: Owner, faults: Faults) -> None:
    """A browser lost the app's database: the tablet is set up again, and goes on beyond every number known."""
    assert owner.tablet is not None
    faults.wiped += 1
    owner.gone += owner.tablet.disk.wipe()
    again = collect.reissue(office.db, owner.device, at=office.at, chance=office.rng.randbytes)
    owner.token = office.activated(again.code)
    known = collect.next_number(office.db, collect.authorised(office.db, owner.token)) - 1
    owner.tablet.disk.last = max(known, owner.tablet.disk.mark)


def _send_all(office: Office, owners: list[Owner]) -> None:
    """In the end nothing goes wrong any more, and every tablet sends what it still has."""
    office.at += timedelta(days=1)
    for owner in owners:
        assert owner.tablet is not None
        owner.tablet.heal()
        while owner.tablet.disk.waiting:
            owner.tablet.drain(office.at)


def _found(office: Office, owners: list[Owner]) -> Found:
    """Every answer that a tablet ever kept, looked for in the ledger by its own id."""
    found = Found()
    with office.db.read() as connection:
        known = dict(
            connection.execute(select(schema.submission.c.id_hash, schema.submission.c.commitment)).all()
        )
        rows = connection.execute(select(schema.response.c.commitment, schema.response.c.content)).all()
    contents = {bytes(commitment): Sealed.parse(bytes(content)) for commitment, content in rows}
    found.doubled = len(rows) - len(contents) + max(0, len(contents) - len(known))
    missing = {
        one.device.id: {n for first, last in one.ranges for n in range(first, last + 1)}
        for one in collect.missing(office.db)
    }
    for owner in owners:
        assert owner.tablet is not None
        gone = {entry["id"] for entry in owner.gone}
        gaps = missing.get(owner.device, set())
        found.gaps += len(gaps)
        for entry in owner.tablet.began.values():
            found.began += 1
            commitment = known.pop(hash_of_id(KEYS.salt, entry["id"]), None)
            if commitment is not None:
                _compare(found, entry, contents[bytes(commitment)])
            elif entry["id"] in owner.tablet.disk.refused or entry["answers"]["overall"] == 9:
                found.refused += 1
            elif entry["id"] in gone:
                found.wiped += 1
                found.named += entry["seq"] in gaps
            else:
                found.lost += 1
    found.doubled += len(known)
    return found


def _compare(found: Found, entry: dict[str, Any], sealed: Sealed) -> None:
    found.held += 1
    given = {item: step for item, step in sealed.answers.items() if step != "not_asked"}
    found.changed += given != entry["answers"] or bool(sealed.partial) != entry["partial"]
    found.moved += sealed.day != entry["pressed"].date().isoformat()


def _happened(sessions: int, tablets: int, faults: Faults) -> Table:
    told = (
        ("power cuts", faults.kills),
        ("writes that found the disk full", faults.full),
        ("requests or answers lost on the way", faults.lost),
        ("requests that arrived twice", faults.doubled),
        ("old requests that arrived after newer ones", faults.stale),
        ("answers of 503", faults.unavailable),
        ("batches sent by two windows", faults.windows),
        ("clocks that jumped, by a day to 25 years", faults.jumps),
        ("storages lost by the browser", faults.wiped),
    )
    return Table(
        f"{whole(sessions)} sessions of {whole(tablets)} tablets",
        ("what went wrong", "times"),
        tuple((name, whole(number)) for name, number in told),
    )


def _outcome(found: Found, rebuilt: int, seed: int) -> Table:
    told = (
        ("first answers kept by a tablet", found.began),
        ("of these in the ledger", found.held),
        ("refused for good (made unreadable), and laid aside", found.refused),
        ("gone with a tablet's storage before they were sent", found.wiped),
        ("of these named by the gap report", found.named),
        ("**lost**", found.lost),
        ("**doubled**", found.doubled),
        ("with other answers than were pressed", found.changed),
        ("under another day than they were pressed on", found.moved),
    )
    return Table(
        f"What became of the answers (seed {seed})",
        ("answers", "number"),
        tuple((name, whole(number)) for name, number in told),
        (
            (
                "tablets are modelled (`benchmarks/tablet.py`) by the rules that the app follows (`benchmarks/outbox.py`, held to "
                "`queue.js` by a table of cases); the service is the real one, entered where `POST /kiosk/responses` enters it"
            ),
            f"goal: 0 lost, 0 doubled; counted anew from the ledger: {whole(rebuilt)} responses",
            "another day: the clock had jumped, and the tablet was restarted before it could send",
        ),
    )
