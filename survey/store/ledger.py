"""The ledger's tree: roots of complete subtrees, so that no root and no proof reads every leaf.

Nodes are kept at every `STEP`-th level only (256 leaves, 65,536 leaves, ...): a proof reads at the
most 255 leaves and 255 nodes of each kept level.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from survey.receipt import leaf_hash, tree_hash
from survey.store import responses, schema

#: levels between two kept ones
STEP = 8
WIDTH = 1 << STEP


@dataclass(frozen=True)
class Checkpoint:
    """The ledger at one size: its root, signed with the service's key on `day`."""

    size: int
    root: bytes
    day: date
    signature: bytes


def grow(connection: Connection, old: int, new: int) -> None:
    """Keep the roots of the subtrees that became complete when the ledger grew from old to new."""
    level, below_old, below_new = STEP, old, new
    while below_new >= WIDTH:
        first, last = below_old // WIDTH, below_new // WIDTH
        rows = []
        for number in range(first, last):
            hashes = _row_of(connection, level - STEP, number * WIDTH, (number + 1) * WIDTH)
            rows.append({"level": level, "number": number, "hash": tree_hash(hashes)})
        if rows:
            connection.execute(schema.ledger_node.insert(), rows)
        level, below_old, below_new = level + STEP, first, last


def subtree(connection: Connection, start: int, end: int) -> bytes:
    """The root over the leaves from start to end (excluded), as RFC 6962 splits a tree."""
    size = end - start
    level = 0
    while size >= WIDTH and start % (1 << level + STEP) == 0 and size >> level + STEP:
        level += STEP
    return tree_hash(_mixed(connection, start, end, level))


def _mixed(connection: Connection, start: int, end: int, level: int) -> list[bytes]:
    """Roots at `level` for start to end; what is left over on the right is one smaller subtree."""
    width = 1 << level
    whole = (end - start) // width
    hashes = _row_of(connection, level, start // width, start // width + whole)
    rest = start + whole * width
    if rest < end:
        hashes.append(tree_hash(_mixed(connection, rest, end, max(level - STEP, 0))))
    return hashes


def _row_of(connection: Connection, level: int, first: int, end: int) -> list[bytes]:
    if level == 0:
        return [leaf_hash(c) for c in responses.commitments(connection, first, end)]
    node = schema.ledger_node.c
    return list(
        connection.scalars(
            select(node.hash)
            .where(node.level == level, node.number >= first, node.number < end)
            .order_by(node.number)
        )
    )


def keep_checkpoint(connection: Connection, checkpoint: Checkpoint) -> None:
    """Keep the ledger's root at its present size."""
    connection.execute(schema.checkpoint.insert().values(**checkpoint.__dict__))


def size_on(connection: Connection, day: date) -> int:
    """The ledger's size at the end of a day: 0 before the first sealing."""
    of = schema.checkpoint.c
    return connection.scalar(select(func.max(of.size)).where(of.day <= day)) or 0


def checkpoint(connection: Connection) -> Checkpoint | None:
    """The newest checkpoint, None before the first sealing."""
    row = connection.execute(
        select(schema.checkpoint).order_by(schema.checkpoint.c.size.desc()).limit(1)
    ).first()
    return None if row is None else Checkpoint(**row._mapping)


def size_before(connection: Connection, day: date) -> int:
    """The size of the ledger at the last sealing before a day."""
    table = schema.checkpoint.c
    return connection.scalar(select(func.max(table.size)).where(table.day < day)) or 0
