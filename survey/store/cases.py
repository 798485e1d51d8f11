"""Cases and their steps. A step is added and never changed; the case's row says how far it has come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exc, func, or_, select, text, true, update
from sqlalchemy import case as when

from survey import errors
from survey.case import Case, Counters, Event, Shelf, State
from survey.store import about, schema

#: the number of PostgreSQL's advisory lock under which cases get their numbers
LOCK = 0x63_61_73_65

_DONE = (State.CLAIMED.value, State.CONFIRMED.value)


def open_(
    connection: Connection, key: bytes, *, agency: str, desk: str, kind: str, opened: date, due: date
) -> Case:
    """Open a case under a key. Raises `errors.CaseKnown` where there is one."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    number = (connection.scalar(select(func.max(schema.case.c.number))) or 0) + 1
    row = {
        "number": number,
        "key": key,
        "agency": agency,
        "desk": desk,
        "kind": kind,
        "opened": opened,
        "due": due,
        "state": State.RECEIVED.value,
        "reopened": 0,
    }
    try:
        connection.execute(schema.case.insert().values(**row))
    except exc.IntegrityError as clash:
        raise errors.CaseKnown from clash
    _moved(connection)
    return Case(number, agency, desk, kind, opened, due, State.RECEIVED)


def of_key(connection: Connection, key: bytes) -> Case | None:
    """The case under a key."""
    row = connection.execute(select(schema.case).where(schema.case.c.key == key)).first()
    return None if row is None else _case(row)


def find(connection: Connection, number: int, *, lock: bool = False) -> Case | None:
    """The case with a number. lock: until the transaction ends, so that two moves follow one another."""
    query = select(schema.case).where(schema.case.c.number == number)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _case(row)


def key(connection: Connection, number: int) -> bytes:
    """The key that a case lies under."""
    return bytes(
        connection.execute(select(schema.case.c.key).where(schema.case.c.number == number)).scalar_one()
    )


def listed(
    connection: Connection,
    agencies: Collection[str],
    *,
    on: date,
    shelf: Shelf | None,
    owner: int | None,
    first: int,
    most: int,
) -> list[Case]:
    """Cases that are of some agencies to answer or were brought to them: open ones first, by their day.

    shelf, owner: those of it, or of somebody · first: how many are passed over · most: how many at the most
    """
    case = schema.case.c
    some = select(schema.case).where(_theirs(agencies), _on_shelf(shelf, on))
    if owner is not None:
        some = some.where(case.owner == owner)
    done = when((case.state.in_(_DONE), 1), else_=0)
    rows = some.order_by(done, case.due, case.number).offset(first).limit(most)
    return [_case(row) for row in connection.execute(rows)]


def counted(connection: Connection, agencies: Collection[str], *, on: date) -> dict[Shelf, int]:
    """How many cases lie on each shelf of some agencies."""
    often = [func.sum(when((_on_shelf(shelf, on), 1), else_=0)) for shelf in Shelf]
    found = connection.execute(select(*often).where(_theirs(agencies))).one()
    return {shelf: int(number or 0) for shelf, number in zip(Shelf, found, strict=True)}


def _theirs(agencies: Collection[str]) -> ColumnElement[bool]:
    case = schema.case.c
    return or_(case.desk.in_(agencies), case.escalated.in_(agencies))


def _on_shelf(shelf: Shelf | None, on: date) -> ColumnElement[bool]:
    case = schema.case.c
    if shelf is Shelf.OVERDUE:
        return case.answered.is_(None) & (case.due < on)
    if shelf is None:
        return true()
    return case.state.in_(_DONE) if shelf is Shelf.DONE else case.state.not_in(_DONE)


def events(connection: Connection, number: int) -> list[Event]:
    """The steps of a case, the first first."""
    event = schema.case_event
    rows = connection.execute(select(event).where(event.c.case == number).order_by(event.c.number))
    return [_event(row) for row in rows]


def add(connection: Connection, case: Case, event: Event, **changed: Any) -> None:
    """Add a step to a case that is locked, and change what the case's row says."""
    of = schema.case_event.c
    last = connection.scalar(select(func.max(of.number)).where(of.case == case.number)) or 0
    row = event.__dict__ | {"case": case.number, "number": last + 1}
    connection.execute(schema.case_event.insert().values(**row))
    if changed:
        connection.execute(update(schema.case).where(schema.case.c.number == case.number).values(**changed))
    _moved(connection)


def overdue(connection: Connection, on: date) -> list[Case]:
    """The cases that nobody has answered although their day has passed, and that were not brought further."""
    case = schema.case.c
    late = select(schema.case).where(case.answered.is_(None), case.due < on, case.escalated.is_(None))
    return [_case(row) for row in connection.execute(late.order_by(case.number))]


def counters(
    connection: Connection, on: date, opened: tuple[date, date] | None = None
) -> dict[str, Counters]:
    """What became of the cases that each agency had to answer. opened: first and last day, of all without"""
    case = schema.case.c

    def often(condition: Any) -> Any:
        return func.sum(when((condition, 1), else_=0))

    rows = connection.execute(
        select(
            case.desk,
            func.count(),
            often(case.answered <= case.due),
            often(case.state == State.CONFIRMED.value),
            often(case.reopened > 0),
            often(case.answered.is_(None) & (case.due < on)),
        )
        .where(case.opened.between(*opened) if opened else true())
        .group_by(case.desk)
    )
    return {desk: Counters(*map(int, told)) for desk, *told in rows}


def public_answers(connection: Connection, limit: int) -> list[tuple[str, Event]]:
    """The newest answers that everybody may read, with the agency that the case is about."""
    event, case = schema.case_event, schema.case
    rows = connection.execute(
        select(case.c.agency, event)
        .join(case, case.c.number == event.c.case)
        .where(event.c.public.is_(True))
        .order_by(event.c.on.desc(), event.c.case.desc(), event.c.number.desc())
        .limit(limit)
    )
    return [(row.agency, _event(row)) for row in rows]


def _event(row: Row[Any]) -> Event:
    return Event(row.number, row.on, row.by, row.account, row.what, row.public, row.text)


def _moved(connection: Connection) -> None:
    before = int(about.read(connection, about.ANSWERS) or "0")
    about.write(connection, about.ANSWERS, str(before + 1))


def _case(row: Row[Any]) -> Case:
    told = dict(row._mapping)
    told.pop("key")
    return Case(**told | {"state": State(told["state"])})
