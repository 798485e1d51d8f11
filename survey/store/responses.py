"""Sealed responses: appended once, never changed, read to rebuild, to weight and to publish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Connection, func, select

from survey.store import bulk, schema
from survey.store.inbox import span

#: rows read at a time
CHUNK = 5_000


def count(connection: Connection) -> int:
    """How many responses are sealed: the size of the ledger."""
    last = connection.scalar(select(func.max(schema.response.c.position)))
    return 0 if last is None else last + 1


def append(connection: Connection, first: int, sealed: Sequence[tuple[bytes, bytes, bytes]]) -> None:
    """Append (commitment, salt, content) rows at the positions from `first` on."""
    bulk.insert(connection, schema.response, [(first + i, *row) for i, row in enumerate(sealed)])


def stream(
    connection: Connection, *, until: int, chunk: int = CHUNK
) -> Iterator[list[tuple[bytes, bytes, bytes]]]:
    """The responses below position `until`, in order, in lists of (commitment, salt, content)."""
    rows = "SELECT commitment, salt, content FROM response WHERE position >= ? AND position < ? ORDER BY position"
    for start in range(0, until, chunk):
        yield bulk.fetch(connection, rows, (start, min(start + chunk, until)))


def rows(connection: Connection, commitments: Sequence[bytes]) -> list[tuple[bytes, bytes, bytes]]:
    """(commitment, salt, content) of those of the commitments that are sealed."""
    response = schema.response.c
    return [
        (row.commitment, row.salt, row.content)
        for some in bulk.chunks(commitments)
        for row in connection.execute(
            select(response.commitment, response.salt, response.content).where(response.commitment.in_(some))
        )
    ]


def find(connection: Connection, first_bytes: bytes) -> tuple[int, bytes] | None:
    """The position and commitment of a sealed response from its commitment's first bytes."""
    response = schema.response.c
    row = connection.execute(
        select(response.position, response.commitment).where(response.commitment.between(*span(first_bytes)))
    ).first()
    return None if row is None else (row.position, row.commitment)


def commitments(connection: Connection, start: int, end: int) -> list[bytes]:
    """The commitments at positions from start to end (excluded)."""
    rows = "SELECT commitment FROM response WHERE position >= ? AND position < ? ORDER BY position"
    return [commitment for (commitment,) in bulk.fetch(connection, rows, (start, end))]


def sealed_since(connection: Connection, day: date) -> Iterator[list[tuple[bytes, bytes, bytes]]]:
    """(commitment, salt, content) of what was sealed on a day or later, in pieces."""
    checkpoint = schema.checkpoint.c
    before = connection.scalar(select(func.max(checkpoint.size)).where(checkpoint.day < day)) or 0
    size = connection.scalar(select(func.max(checkpoint.size))) or 0
    for start in range(before, size, CHUNK):
        yield rows(connection, commitments(connection, start, min(start + CHUNK, size)))
