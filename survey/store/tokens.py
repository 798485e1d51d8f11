"""The tokens' shelf: issued ones, spent ones, the keys of their periods, and the counts beside them.

Rows that came one after the other lie one after the other: in a heap, in a page, in the log. Mixing takes
those that came since the last time and puts them back in the order of their hashes.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, Table, delete, exc, func, select, text, update

from survey.coverage import Tally
from survey.store import bulk, schema
from survey.store.database import Database
from survey.token import Outcome, Spent, Token

#: bytes of a table up to which PostgreSQL writes it anew at each mixing, in some milliseconds
SMALL = 4 * 2**20

#: tables whose rows are mixed
_MIXED = (schema.token, schema.token_spent)


def keys(connection: Connection) -> dict[str, bytes]:
    """Period -> its key as it is kept, the newest period first."""
    rows = connection.execute(
        select(schema.token_key.c.period, schema.token_key.c.wrapped).order_by(
            schema.token_key.c.period.desc()
        )
    )
    return {period: bytes(wrapped) for period, wrapped in rows}


def add_key(connection: Connection, period: str, wrapped: bytes) -> None:
    """Keep a period's key, unless another process made one just now."""
    connection.execute(_ADD_KEY, {"period": period, "wrapped": wrapped})


_ADD_KEY = text("INSERT INTO token_key (period, wrapped) VALUES (:period, :wrapped) ON CONFLICT DO NOTHING")


def find(connection: Connection, hashes: Sequence[bytes]) -> dict[bytes, Token]:
    """The tokens that were issued under these hashes."""
    table = schema.token.c
    query = select(table.hash, table.period, table.sealed)
    found = (
        row for some in bulk.chunks(hashes) for row in connection.execute(query.where(table.hash.in_(some)))
    )
    return {bytes(hash_): Token(bytes(hash_), period, bytes(sealed)) for hash_, period, sealed in found}


def add(connection: Connection, issued: Sequence[Token]) -> set[bytes]:
    """Keep tokens; the hashes of those that no other process kept just now."""
    return {
        bytes(row[0])
        for one in sorted(issued, key=lambda token: token.hash)
        for row in bulk.fetch(connection, _ADD, (one.hash, one.period, one.sealed, True))
    }


_ADD = "INSERT INTO token (hash, period, sealed, fresh) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING hash"


def spent_among(connection: Connection, hashes: Sequence[bytes]) -> set[bytes]:
    """Those of the hashes under which a token was spent."""
    column = schema.token_spent.c.hash
    return {
        bytes(found)
        for some in bulk.chunks(hashes)
        for found in connection.scalars(select(column).where(column.in_(some)))
    }


def spend(connection: Connection, spent: Sequence[Spent]) -> None:
    """Keep that tokens were used. Raises IntegrityError where one was used just now."""
    bulk.insert(connection, schema.token_spent, [(one.hash, one.period, True) for one in spent])


def fresh(connection: Connection) -> int:
    """How many rows came since the last mixing, in the table that has more of them."""
    counted = (select(func.count()).select_from(table).where(table.c.fresh) for table in _MIXED)
    return max(connection.scalar(each) or 0 for each in counted)


def mix(connection: Connection) -> bool:
    """Take fresh rows out and put them back in the order of their hashes; whether there were any."""
    mixed = False
    for table in _MIXED:
        rows = connection.execute(select(table).where(table.c.fresh)).all()
        if rows:
            with _overwriting(connection):
                connection.execute(delete(table).where(table.c.fresh))
            kept = [tuple(row)[:-1] for row in rows]
            bulk.insert(connection, table, [(*row, False) for row in kept])
            mixed = True
    return mixed


def clear_log(db: Database, *, whole: bool = False) -> None:
    """Leave nothing of rows as they were before they were mixed: it tells what was written together.

    SQLite: the log is emptied; while somebody reads it is left for the next time. PostgreSQL: the tables'
    files are written anew, which waits for nobody for long. whole: also where they are large
    """
    if db.sqlite:
        with contextlib.closing(db.engine.raw_connection()) as pooled:
            pooled.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # type: ignore[union-attr]
        return
    with db.each() as connection:
        connection.exec_driver_sql("SET lock_timeout = '1s'").close()
        for table in (*_MIXED, schema.token_key):
            size = connection.scalar(text("SELECT pg_relation_size(:name)"), {"name": table.name})
            if whole or (size or 0) <= SMALL:
                _write_anew(connection, table)
        connection.exec_driver_sql("RESET lock_timeout").close()


def _write_anew(connection: Connection, table: Table) -> None:
    """A vacuum alone frees the room of old rows, and leaves their bytes in it."""
    with contextlib.suppress(exc.OperationalError):  # locked at the moment: the next time
        connection.exec_driver_sql(f"VACUUM (FULL) {table.name}").close()


def forget(connection: Connection, periods: Sequence[str]) -> None:
    """Destroy the keys of periods, and with them all that was issued and spent in them.

    Tables are emptied and filled again: pages that were split keep copies of rows that a deletion does not reach.
    """
    with _overwriting(connection):
        for table in (*_MIXED, schema.token_key):
            kept = connection.execute(select(table).where(table.c.period.not_in(periods))).all()
            connection.execute(delete(table))
            bulk.insert(connection, table, [tuple(row) for row in kept])


@contextlib.contextmanager
def _overwriting(connection: Connection) -> Iterator[None]:
    """Have SQLite overwrite what is deleted with zeros."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA secure_delete=ON").close()
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete=OFF").close()


# Counts.


def count_invited(connection: Connection, invited: Mapping[tuple[str, str, Outcome], int]) -> None:
    """Add to the invited of (counter, month, outcome)."""
    rows = [(*key, None, number) for key, number in invited.items()]
    bulk.add_to(connection, schema.coverage, ["invited"], rows)


def put_completed(connection: Connection, completed: Mapping[tuple[str, str, Outcome], int]) -> None:
    """Say how many dossiers of (counter, month, outcome) were completed; a later word replaces an earlier one."""
    table = schema.coverage
    for (counter, month, outcome), number in completed.items():
        where = (table.c.counter == counter, table.c.month == month, table.c.outcome == outcome)
        if not connection.execute(update(table).where(*where).values(completed=number)).rowcount:
            bulk.insert(connection, table, [(counter, month, outcome.value, number, 0)])


def coverage(connection: Connection, counters: Sequence[str], months: tuple[str, str]) -> list[Tally]:
    """What was completed and invited at counters, from the first to the last month."""
    table = schema.coverage.c
    query = select(table.counter, table.month, table.outcome, table.completed, table.invited)
    rows = (
        row
        for some in bulk.chunks(counters)
        for row in connection.execute(
            query.where(table.counter.in_(some), table.month.between(*months)).order_by(
                table.counter, table.month, table.outcome
            )
        )
    )
    return [Tally(row[0], row[1], Outcome(row[2]), row[3], row[4]) for row in rows]


#: (wave, counter, month) -> sealed responses that spent a token
Answered = Mapping[tuple[str, str, str], int]


def count_answered(connection: Connection, answers: Answered) -> None:
    rows = [(*key, number) for key, number in answers.items()]
    bulk.add_to(connection, schema.answered, ["answers"], rows)


def answered(
    connection: Connection, wave: str, counters: Sequence[str], months: tuple[str, str]
) -> Counter[str]:
    """Counter -> how many invited dossiers answered in these months."""
    table = schema.answered.c
    found: Counter[str] = Counter()
    for some in bulk.chunks(counters):
        query = (
            select(table.counter, func.sum(table.answers))
            .where(table.wave == wave, table.counter.in_(some), table.month.between(*months))
            .group_by(table.counter)
        )
        found.update({counter: int(number) for counter, number in connection.execute(query)})
    return found


def all_answered(connection: Connection) -> dict[tuple[str, str, str], int]:
    table = schema.answered
    return {
        (wave, counter, month): number for wave, counter, month, number in connection.execute(select(table))
    }


def replace_answered(connection: Connection, answers: Answered) -> None:
    connection.execute(delete(schema.answered))
    count_answered(connection, answers)
