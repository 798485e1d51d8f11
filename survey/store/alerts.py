"""Subscriptions, and the digests that go out to them: those that wait, and what became of the others."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from survey import errors
from survey.alert import Every, Parcel, Subscription, Way
from survey.store import schema

#: digests that are told of on a page
SHOWN = 50


def subscribe(connection: Connection, one: Subscription) -> Subscription:
    """Keep a subscription; the same with its number. Raises `errors.SubscriptionKnown`."""
    if any(
        (known.way, known.target) == (one.way, one.target) for known in subscriptions(connection, one.agency)
    ):
        raise errors.SubscriptionKnown
    number = (connection.scalar(select(func.max(schema.subscription.c.number))) or 0) + 1
    kept = Subscription(**one.__dict__ | {"number": number})
    connection.execute(schema.subscription.insert().values(**kept.__dict__))
    return kept


def find(connection: Connection, number: int) -> Subscription | None:
    row = connection.execute(
        select(schema.subscription).where(schema.subscription.c.number == number)
    ).first()
    return None if row is None else _subscription(row)


def subscriptions(connection: Connection, agency: str | None = None) -> list[Subscription]:
    """Those that were not stopped, of an agency or all."""
    of = schema.subscription.c
    query = select(schema.subscription).where(of.stopped.is_(False)).order_by(of.number)
    if agency is not None:
        query = query.where(of.agency == agency)
    return [_subscription(row) for row in connection.execute(query)]


def stop(connection: Connection, number: int) -> None:
    _change(connection, schema.subscription, number, stopped=True)


def digested(connection: Connection, one: Subscription, on: date, *, made: int, body: str) -> None:
    """Note that a day's digest is made, and put it on its way if there is something in it."""
    _change(connection, schema.subscription, one.number, last=on)
    if body:
        number = (connection.scalar(select(func.max(schema.parcel.c.number))) or 0) + 1
        row = Parcel(number, one.number, made, body, due=made)
        connection.execute(schema.parcel.insert().values(**row.__dict__))


def waiting(connection: Connection, at: int) -> list[Parcel]:
    """The digests that are to be tried by now, the oldest first."""
    parcel = schema.parcel.c
    rows = select(schema.parcel).where(parcel.due <= at).order_by(parcel.number)
    return [Parcel(**row._mapping) for row in connection.execute(rows)]


def tried(connection: Connection, one: Parcel, *, due: int | None, done: int | None, told: str) -> None:
    """Note what came of an attempt, and when the next one is."""
    _change(
        connection, schema.parcel, one.number, attempts=one.attempts + 1, due=due, done=done, told=told[:120]
    )


def log(connection: Connection, agency: str) -> list[tuple[Subscription, Parcel]]:
    """The newest digests of an agency's subscriptions."""
    parcel, of = schema.parcel, schema.subscription
    known = {
        one.number: one
        for one in map(_subscription, connection.execute(select(of).where(of.c.agency == agency)))
    }
    rows = (
        select(parcel).where(parcel.c.subscription.in_(known)).order_by(parcel.c.number.desc()).limit(SHOWN)
    )
    return [(known[row.subscription], Parcel(**row._mapping)) for row in connection.execute(rows)]


def _change(connection: Connection, table: Any, number: int, **changed: Any) -> None:
    connection.execute(update(table).where(table.c.number == number).values(**changed))


def _subscription(row: Row[Any]) -> Subscription:
    told = dict(row._mapping)
    return Subscription(**told | {"way": Way(told["way"]), "every": Every(told["every"])})
