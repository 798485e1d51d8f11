"""The inbox: responses that are acknowledged and wait to be sealed.

`keep` is idempotent on the hash of the client-made id. The unique constraint decides, also between
processes; a replay is told apart from another content by the commitment.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Connection, exc, func, select, text

from survey import errors
from survey.comment import Comment
from survey.quarantine import Quarantined
from survey.store import bulk, comments, quarantine, schema, tokens
from survey.store.database import Database
from survey.store.grouped import GroupCommit
from survey.token import Spent

T = TypeVar("T")

#: in the place of a commitment: the response was not kept, because its token was spent before
_NOT_KEPT = b""

#: times that a batch is looked at again because another process stored a part of it
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """A response on its way in: who sent it (hashed), what it says, and the promise about it.

    place: the counter (or the agency's online desk) that it came from; sealed together.
    received: the day it arrived; nothing finer is kept.
    quarantined: why it shall not count before somebody looked at it.
    comment: what was written beside the answers; kept with the response's first arrival, apart from it.
    spent: the token that is spent with it, kept in the same transaction and without a way to it.
    """

    id_hash: bytes
    commitment: bytes
    salt: bytes
    content: bytes
    place: str
    received: date
    comment: Comment | None = None
    quarantined: Quarantined | None = None
    spent: Spent | None = None

    @property
    def alone(self) -> bool:
        """Whether nothing is kept beside it."""
        return not (self.comment or self.quarantined or self.spent)


def keep(db: Database, waiting: Waiting) -> None:
    """Store one response durably, or know it again.

    Raises `errors.SameIdOtherContent` for a known id with another content, `errors.InvitationSpent`
    for a new one with a token that another response spent, and `errors.TemporarilyUnavailable` if it
    could not be stored.
    """
    if db.sqlite:
        known = _writer(db).keep(waiting)
    elif not waiting.alone:
        known = _added(db, [waiting]).known[waiting.id_hash]
    else:
        known = _keep_first(db, waiting)
    if known == _NOT_KEPT:
        raise errors.InvitationSpent
    if known != waiting.commitment:
        raise errors.SameIdOtherContent


def keep_many(db: Database, batch: Sequence[Waiting]) -> tuple[int, int]:
    """Store a batch in one transaction; how many were new, and how many known with other content."""
    added = _added(db, batch)
    clashes = sum(added.known[one.id_hash] != one.commitment for one in batch)
    return len(added.new), clashes


@dataclass(frozen=True)
class Added:
    """What was new of a batch, and the commitments that are known for all of its ids."""

    new: list[Waiting]
    known: dict[bytes, bytes]


def add(connection: Connection, batch: Sequence[Waiting]) -> Added:
    """Store what is new of a batch. Raises IntegrityError where another process stored it just now."""
    submission = schema.submission.c
    known: dict[bytes, bytes] = {}
    for some in bulk.chunks([one.id_hash for one in batch]):
        found = select(submission.id_hash, submission.commitment).where(submission.id_hash.in_(some))
        known |= dict(connection.execute(found).all())
    new: list[Waiting] = []
    gone = tokens.spent_among(connection, [one.spent.hash for one in batch if one.spent])
    for one in batch:
        if one.id_hash in known:
            continue
        if one.spent and one.spent.hash in gone:
            known[one.id_hash] = _NOT_KEPT
            continue
        known[one.id_hash] = one.commitment
        new.append(one)
        gone |= {one.spent.hash} if one.spent else set()
    bulk.insert(connection, schema.submission, [(one.id_hash, one.commitment) for one in new])
    rows = [(one.place, one.commitment, one.salt, one.content, _day(connection, one.received)) for one in new]
    bulk.insert(connection, schema.inbox, rows)
    comments.add(connection, [one.comment for one in new if one.comment])
    quarantine.add(connection, [one.quarantined for one in new if one.quarantined])
    tokens.spend(connection, [one.spent for one in new if one.spent])
    return Added(new, known)


def _added(db: Database, batch: Sequence[Waiting]) -> Added:
    return stored(db.write, lambda connection: add(connection, batch))


def stored(opened: Callable[[], AbstractContextManager[Connection]], store: Callable[[Connection], T]) -> T:
    """Store something in a transaction of its own.

    Another process may store a part of it at the same moment: then it is looked at again.
    """
    for _ in range(ATTEMPTS):
        try:
            with opened() as connection:
                return store(connection)
        except exc.IntegrityError:
            continue
    raise errors.TemporarilyUnavailable(fault="IntegrityError")


def _day(connection: Connection, day: date) -> str | date:
    """The day as the driver takes and gives it."""
    return day.isoformat() if connection.dialect.name == "sqlite" else day


def waiting_count(connection: Connection) -> int:
    """How many responses wait to be sealed."""
    return _count(connection)


class Ready(NamedTuple):
    """A response that can be sealed. row: its commitment, salt and content."""

    place: str
    row: tuple[bytes, bytes, bytes]


def ready(connection: Connection, *, at_least: int, today: date, limit: int) -> list[Ready]:
    """Waiting responses of places with enough of them, or from a day that is over.

    Goes from place to place, and so costs by what it finds, however much waits.
    """
    rows = (
        "SELECT place, commitment, salt, content, received FROM inbox"
        " WHERE place = (SELECT min(place) FROM inbox WHERE place > ?) LIMIT ?"
    )
    before, place = _day(connection, today), ""
    taken: list[tuple[Any, ...]] = []
    while len(taken) < limit:
        left = limit - len(taken)
        found = bulk.fetch(connection, rows, (place, max(left, at_least)))
        if not found:
            break
        place = found[0][0]
        if len(found) >= at_least or any(row[4] < before for row in found):
            taken += found[:left]
    return [Ready(row[0], row[1:4]) for row in taken]


def remove(connection: Connection, batch: Sequence[Ready]) -> None:
    """Remove responses, which are sealed in the same transaction."""
    bulk.delete(connection, schema.inbox, [(one.place, one.row[0]) for one in batch])


def find(connection: Connection, first_bytes: bytes) -> bytes | None:
    """The commitment of a waiting response from its first bytes."""
    return connection.scalar(
        select(schema.inbox.c.commitment).where(schema.inbox.c.commitment.between(*span(first_bytes)))
    )


def content(connection: Connection, commitment: bytes) -> bytes:
    """What a waiting response says; nothing for one that does not wait."""
    found = select(schema.inbox.c.content).where(schema.inbox.c.commitment == commitment)
    return connection.scalar(found) or b""


def commitment_to(connection: Connection, id_hash: bytes) -> bytes | None:
    """The commitment to the response with this id, whether it is sealed or waits."""
    submission = schema.submission.c
    found = connection.scalar(select(submission.commitment).where(submission.id_hash == id_hash))
    return None if found is None else bytes(found)


def span(first_bytes: bytes) -> tuple[bytes, bytes]:
    rest = 32 - len(first_bytes)
    return first_bytes + b"\0" * rest, first_bytes + b"\xff" * rest


def _count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(schema.inbox)) or 0


#: what `_KEEP` takes of a response
_KEPT = ("id_hash", "commitment", "salt", "content", "place", "received")
#: one way to the server and back: new in both tables, or the commitment that is known for the id
_KEEP = text("""
    WITH new AS (
        INSERT INTO submission (id_hash, commitment) VALUES (:id_hash, :commitment)
        ON CONFLICT DO NOTHING RETURNING commitment
    ), waiting AS (
        INSERT INTO inbox (place, commitment, salt, content, received)
        SELECT :place, commitment, :salt, :content, :received FROM new
    )
    SELECT commitment FROM new UNION ALL SELECT commitment FROM submission WHERE id_hash = :id_hash
""")


def _keep_first(db: Database, one: Waiting) -> bytes:
    """Store one that has nothing beside it, if its id is new; the commitment that is known for the id.

    Whoever does not know whether it was done may do it again, and so it is where the server hung up.
    """
    try:
        return _kept_first(db, one)
    except errors.TemporarilyUnavailable as refusal:
        if not getattr(refusal.__cause__, "connection_invalidated", False):
            raise
    return _kept_first(db, one)


def _kept_first(db: Database, one: Waiting) -> bytes:
    """Where another process stored it at this very moment, a statement waits for it but does not see it yet."""
    row = {name: getattr(one, name) for name in _KEPT}
    with db.each() as connection:
        known = connection.scalar(_KEEP, row) or connection.scalar(_KEEP, row)
    return bytes(known or b"")


def _keep_group(connection: sqlite3.Connection, group: Sequence[Waiting]) -> list[bytes]:
    """What `_KEEP` does, on the driver itself: the commitments that are known for the ids of a group."""
    alone = [one for one in group if one.alone]
    if len(alone) < 2 or not _all_new(connection, alone):
        return [_keep_one(connection, one) for one in group]
    return [one.commitment if one.alone else _keep_one(connection, one) for one in group]


def _all_new(connection: sqlite3.Connection, group: Sequence[Waiting]) -> bool:
    """Store a group, if all of it is new; whether it was. It nearly always is.

    Two statements however many there are: with every single one a thread gives way to all others that wait.
    """
    rows = [(one.id_hash, one.commitment) for one in group]
    if _insert(connection, "submission (id_hash, commitment)", rows) < len(group):
        connection.execute("ROLLBACK")
        connection.execute("BEGIN IMMEDIATE")
        return False
    waiting = [(one.place, one.commitment, one.salt, one.content, one.received.isoformat()) for one in group]
    _insert(connection, "inbox (place, commitment, salt, content, received)", waiting)
    return True


def _insert(connection: sqlite3.Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert rows whose keys are new, in one statement; how many were."""
    values = ", ".join([f"({bulk.marks(rows[0])})"] * len(rows))
    statement = f"INSERT INTO {into} VALUES {values} ON CONFLICT DO NOTHING"
    return connection.execute(statement, list(chain.from_iterable(rows))).rowcount


def _keep_one(connection: sqlite3.Connection, one: Waiting) -> bytes:
    if one.spent and _kept_as(connection, one) is None and not _spend(connection, one.spent):
        return _NOT_KEPT
    new = connection.execute(
        "INSERT INTO submission (id_hash, commitment) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (one.id_hash, one.commitment),
    ).rowcount
    if new == 1:
        connection.execute(
            "INSERT INTO inbox (place, commitment, salt, content, received) VALUES (?, ?, ?, ?, ?)",
            (one.place, one.commitment, one.salt, one.content, one.received.isoformat()),
        )
        if one.comment:
            written = comments.row(one.comment, text_day=True)
            connection.execute("INSERT INTO comment VALUES (?, ?, ?, ?, ?)", written)
        if one.quarantined:
            marked = quarantine.row(one.quarantined, text_day=True)
            connection.execute("INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?)", marked)
        return one.commitment
    return cast(bytes, _kept_as(connection, one))


def _kept_as(connection: sqlite3.Connection, one: Waiting) -> bytes | None:
    """The commitment that is kept under an id, None if none is."""
    found = connection.execute(
        "SELECT commitment FROM submission WHERE id_hash = ?", (one.id_hash,)
    ).fetchone()
    return bytes(found[0]) if found else None


def _spend(connection: sqlite3.Connection, spent: Spent) -> bool:
    """Keep that a token was used; whether it had not been."""
    row = (spent.hash, spent.period, True)
    done = connection.execute("INSERT INTO token_spent VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)
    return done.rowcount == 1


_starting = threading.Lock()


def _writer(db: Database) -> GroupCommit[Waiting]:
    """The database's one group commit, made at the first submission."""
    writer: GroupCommit[Waiting] | None = getattr(db, "group_commit", None)
    if writer is None:
        with _starting:
            writer = getattr(db, "group_commit", None)
            if writer is None:
                writer = GroupCommit(db, _keep_group)
                db.on_dispose(writer.close)
                db.group_commit = writer  # type: ignore[attr-defined]
    return writer
