"""The audit's shelf: who did what to which thing and when, each entry chained to the one before it.

Entries are added and read. The database itself refuses to change or remove one, and the chain is
keyed: whoever changes the table past the database can't mend it without the service's secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, select, text

from survey.account import Deed, Entry, Sought, follow
from survey.store import schema

#: the number of PostgreSQL's advisory lock under which entries are added
LOCK = 0x61_75_64_69


def record(
    connection: Connection, secret: bytes, *, at: int, account: int | None, what: Deed, thing: str = ""
) -> None:
    """Add an entry in the transaction of what it tells of: neither stays without the other."""
    if connection.dialect.name == "postgresql":  # SQLite's write transaction is that lock already
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    last = head(connection)
    number, before = (last.number + 1, last.hash) if last else (1, b"")
    entry = Entry(number, at, account, what, thing, b"")
    entry = replace(entry, hash=follow(secret, before, entry))
    connection.execute(schema.audit.insert().values(**entry.__dict__))


def head(connection: Connection) -> Entry | None:
    """The newest entry, None before the first."""
    return next(iter(newest(connection, 1)), None)


def entries(connection: Connection, chunk: int = 1_000) -> Iterator[Entry]:
    """Every entry, the first first; read `chunk` at a time."""
    last = None
    while True:
        query = select(schema.audit).order_by(schema.audit.c.number).limit(chunk)
        if last is not None:
            query = query.where(schema.audit.c.number > last)
        rows = connection.execute(query).all()
        if not rows:
            return
        for row in rows:
            yield Entry(**row._mapping)
        last = rows[-1].number


def found(
    connection: Connection, sought: Sought, *, limit: int, before: int | None = None
) -> tuple[Entry, ...]:
    """The newest entries that are sought, from below a number on."""
    entry = schema.audit.c
    query = select(schema.audit).order_by(entry.number.desc()).limit(limit)
    if sought.what:
        query = query.where(entry.what == sought.what)
    if sought.accounts is not None:
        query = query.where(entry.account.in_(sought.accounts))
    if sought.thing:
        query = query.where(entry.thing.contains(sought.thing, autoescape=True))
    if sought.since is not None:
        query = query.where(entry.at >= sought.since)
    if sought.until is not None:
        query = query.where(entry.at < sought.until)
    if before is not None:
        query = query.where(entry.number < before)
    return tuple(Entry(**row._mapping) for row in connection.execute(query))


def newest(connection: Connection, most: int) -> tuple[Entry, ...]:
    """The last entries, the newest first."""
    rows = connection.execute(select(schema.audit).order_by(schema.audit.c.number.desc()).limit(most))
    return tuple(Entry(**row._mapping) for row in rows)
