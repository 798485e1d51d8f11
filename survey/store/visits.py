"""The shelf of visits: each is added once and never changed; how things stand with a unit follows from its visits.

A visit to a unit that was done with is kept, and does not stand: it is a conflict that somebody looks at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from survey import errors
from survey.device import DeadLetter, Queue
from survey.disposition import ANSWERED, Disposition, following, standing
from survey.household import Visit
from survey.store import bulk, deliveries, devices, inbox, schema
from survey.store.database import Database
from survey.store.deliveries import Kept, Outcome, Unfit
from survey.store.inbox import Waiting
from survey.visit import Conflict


@dataclass(frozen=True)
class Fit:
    """A visit that can be kept, with its interview if it has one.

    late: wave and month of the interview, if it came after either
    letter: the interview for review, under a code, where the visit does not stand
    """

    seq: int
    id: str
    unit: str
    account: int
    day: date
    disposition: Disposition
    waiting: Waiting | None
    late: tuple[str, str] | None
    steady: bool
    letter: Callable[[str], DeadLetter]


@dataclass(frozen=True)
class Told:
    """What became of each visit, and the code of the refusal where there is one."""

    kept: Kept
    codes: tuple[str | None, ...]


def keep(
    db: Database, device: str, batch: Sequence[Fit | Unfit], queue: Queue, *, slot: int, month: str
) -> Told:
    """Keep a phone's batch durably, each of its visits once.

    slot, month: when it is received. Raises DeviceRevoked, UnknownDevice, TemporarilyUnavailable.
    """
    return inbox.stored(
        db.write_in_turn, lambda connection: _keep(connection, device, batch, queue, slot, month)
    )


def _keep(
    connection: Connection, id_: str, batch: Sequence[Fit | Unfit], queue: Queue, slot: int, month: str
) -> Told:
    device = deliveries.sending(connection, id_)
    calls = [each for each in batch if isinstance(each, Fit)]
    _lock(connection, calls)
    found = _Found(connection, calls)
    ends = [None if isinstance(each, Unfit) else found.add(each) for each in batch]
    new = found.new
    fresh, cloned = deliveries.numbers(connection, id_, batch, new)
    deliveries.count_late(connection, Counter(each.late for each in new if each.late), received=month)
    letters = [(each.seq, each.letter) for each in batch if isinstance(each, Unfit)]
    letters += [(call.seq, call.letter(code)) for call, code in found.refused]
    refused = deliveries.bury(connection, id_, letters, fresh)
    unsteady = sum(not each.steady for each in new)
    deliveries.heard(
        connection, device, queue, len(batch), slot, cloned=cloned, unsteady=unsteady, refused=refused
    )
    outcomes = tuple((end[0], end[1]) if end else (Outcome.REFUSED, None) for end in ends)
    ranges = tuple(devices.ranges(connection, id_, limit=deliveries.ACKNOWLEDGED))
    return Told(Kept(outcomes, ranges), tuple(end[2] if end else None for end in ends))


def _lock(connection: Connection, calls: Sequence[Fit]) -> None:
    """Let no other phone visit the same units meanwhile."""
    unit = schema.sample_unit.c.code
    for some in bulk.chunks(sorted({call.unit for call in calls})):
        rows = select(unit).where(unit.in_(some)).order_by(unit).with_for_update()
        connection.execute(rows).all()


_End = tuple[Outcome, bytes | None, str | None]


class _Found:
    """What is kept of the units of a batch, and what the batch adds to it, visit by visit."""

    def __init__(self, connection: Connection, calls: Sequence[Fit]) -> None:
        self._connection = connection
        self._known = _by_id(connection, [call.id for call in calls])
        self._number = _numbers(connection, [call.unit for call in calls])
        self._standing = of_units(connection, sorted({call.unit for call in calls}))
        self.new: list[Fit] = []
        self.refused: list[tuple[Fit, str]] = []

    def add(self, call: Fit) -> _End:
        """Keep one visit, or know it again: its outcome, the commitment to its answers, and a code."""
        if (known := self._known.get(call.id)) is not None:
            return self._again(call, *known)
        code = self._against(call)
        commitment = None
        if code is None and call.waiting is not None:
            added = inbox.add(self._connection, [call.waiting]).known[call.waiting.id_hash]
            commitment = bytes(added)
            code = None if commitment == call.waiting.commitment else errors.SameIdOtherContent.code
        self._write(call, stands=code is None)
        if code is not None:
            self.refused.append((call, code))
            return Outcome.REFUSED, None, code
        self.new.append(call)
        return Outcome.KEPT, commitment, None

    def _again(self, call: Fit, unit: str, disposition: Disposition, stands: bool) -> _End:
        if (unit, disposition) != (call.unit, call.disposition):
            code = errors.SameIdOtherContent.code
            self.refused.append((call, code))
            return Outcome.REFUSED, None, code
        if not stands:
            return Outcome.REFUSED, None, self._against(call) or errors.VisitNotPossible.code
        return Outcome.KNOWN, call.waiting.commitment if call.waiting else None, None

    def _against(self, call: Fit) -> str | None:
        """The code of why a visit can't stand after those before; None if it can."""
        before = self._standing.get(call.unit, ())
        now = before[-1] if before else Disposition.NOT_ATTEMPTED
        if call.disposition in following(now):
            return None
        answered = ANSWERED.intersection(before)
        return (errors.UnitAnswered if answered else errors.VisitNotPossible).code

    def _write(self, call: Fit, *, stands: bool) -> None:
        number = self._number.get(call.unit, 0) + 1
        day = call.day.isoformat() if self._connection.dialect.name == "sqlite" else call.day
        row = (call.id, call.unit, number, day, call.disposition.value, call.account, stands)
        bulk.insert(self._connection, schema.visit, [row])
        self._number[call.unit] = number
        self._known[call.id] = (call.unit, call.disposition, stands)
        if stands:
            self._standing[call.unit] = (*self._standing.get(call.unit, ()), call.disposition)


def _by_id(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, Disposition, bool]]:
    visit = schema.visit.c
    query = select(visit.id, visit.unit, visit.disposition, visit.stands)
    return {
        row.id: (row.unit, Disposition(row.disposition), row.stands)
        for some in bulk.chunks(ids)
        for row in connection.execute(query.where(visit.id.in_(some)))
    }


def _numbers(connection: Connection, units: Sequence[str]) -> dict[str, int]:
    visit = schema.visit.c
    query = select(visit.unit, func.max(visit.number)).group_by(visit.unit)
    return {
        unit: number
        for some in bulk.chunks(units)
        for unit, number in connection.execute(query.where(visit.unit.in_(some)))
    }


def add(connection: Connection, visit: Visit) -> None:
    """Keep a visit. The constraints decide whether its id, or its number at the unit, is known already."""
    connection.execute(schema.visit.insert().values(**visit.__dict__))


# Reading.


def of_unit(connection: Connection, unit: str) -> tuple[Visit, ...]:
    """The visits to a unit, the first one first."""
    table = schema.visit
    rows = select(table).where(table.c.unit == unit).order_by(table.c.number)
    return tuple(Visit(**row._mapping) for row in connection.execute(rows))


def of_units(connection: Connection, units: Sequence[str]) -> dict[str, tuple[Disposition, ...]]:
    """Unit -> how its visits that stand ended, in their order; a unit that nobody visited is left out."""
    visit = schema.visit.c
    query = select(visit.unit, visit.disposition).where(visit.stands).order_by(visit.unit, visit.number)
    found: defaultdict[str, list[Disposition]] = defaultdict(list)
    for some in bulk.chunks(units):
        for unit, disposition in connection.execute(query.where(visit.unit.in_(some))):
            found[unit].append(Disposition(disposition))
    return {unit: tuple(each) for unit, each in found.items()}


def dispositions(connection: Connection, wave: str) -> dict[str, Disposition]:
    """Unit -> what it counts as (`disposition.standing`), of every unit of a wave that somebody visited."""
    visit, unit = schema.visit.c, schema.sample_unit.c
    query = (
        select(visit.unit, visit.disposition)
        .join(schema.sample_unit, unit.code == visit.unit)
        .where(unit.wave == wave, visit.stands)
        .order_by(visit.unit, visit.number)
    )
    found: defaultdict[str, list[Disposition]] = defaultdict(list)
    for code, disposition in connection.execute(query):
        found[code].append(Disposition(disposition))
    return {code: standing(visits) for code, visits in found.items()}


def counts(connection: Connection, wave: str) -> dict[tuple[str, Disposition], int]:
    """(stratum, disposition) -> units of a wave that are to be asked: the main ones, and substitutes that stand in."""
    unit, stands_in = schema.sample_unit.c, schema.substitution.c
    main = select(unit.code, unit.stratum).where(unit.wave == wave, unit.part == "main")
    used = select(unit.code, unit.stratum).join(schema.substitution, stands_in.substitute == unit.code)
    found = dispositions(connection, wave)
    rows = [*connection.execute(main), *connection.execute(used.where(unit.wave == wave))]
    return Counter((stratum, found.get(code, Disposition.NOT_ATTEMPTED)) for code, stratum in rows)


def conflicts(connection: Connection, wave: str) -> list[Conflict]:
    """The visits of a wave that do not stand, by day and unit."""
    visit, unit = schema.visit.c, schema.sample_unit.c
    rows = (
        select(visit.unit, unit.village, visit.day, visit.account, visit.disposition)
        .join(schema.sample_unit, unit.code == visit.unit)
        .where(unit.wave == wave, ~visit.stands)
        .order_by(visit.day, visit.unit, visit.number)
    )
    found = ((*row[:4], Disposition(row[4])) for row in connection.execute(rows))
    return [Conflict(*row, row[4] in ANSWERED) for row in found]


def last_days(connection: Connection, wave: str) -> dict[int, date]:
    """Account -> the day of its last visit in a wave."""
    visit, unit = schema.visit.c, schema.sample_unit.c
    rows = (
        select(visit.account, func.max(visit.day))
        .join(schema.sample_unit, unit.code == visit.unit)
        .where(unit.wave == wave)
        .group_by(visit.account)
    )
    return {row[0]: row[1] for row in connection.execute(rows)}
