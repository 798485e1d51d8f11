"""The shelf of paper: batches, their sheets, and what was keyed of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from survey.paper import Batch, Entered, Progress
from survey.store import bulk, schema

#: what of a sheet is taken out
_GONE = dict.fromkeys(("day", "first", "first_by", "second", "second_by", "settled", "comment"))


def next_number(connection: Connection) -> int:
    return (connection.scalar(select(func.max(schema.paper_batch.c.number))) or 0) + 1


def add_batch(connection: Connection, batch: Batch) -> None:
    row = {field.name: getattr(batch, field.name) for field in fields(Batch)}
    connection.execute(schema.paper_batch.insert().values(**row | {"compared": list(batch.compared)}))


def batch(connection: Connection, number: int, *, lock: bool = False) -> Batch | None:
    """A batch by its number. lock: whether no other transaction may change it before this one ends."""
    rows = select(schema.paper_batch).where(schema.paper_batch.c.number == number)
    found = connection.execute(rows.with_for_update() if lock else rows).first()
    return None if found is None else _batch(found)


def batches(connection: Connection, counters: Sequence[str]) -> list[Batch]:
    """The batches of these counters, the newest first."""
    table = schema.paper_batch
    rows = select(table).where(table.c.counter.in_(counters)).order_by(table.c.number.desc())
    return [_batch(row) for row in connection.execute(rows)]


def change_batch(connection: Connection, number: int, **changes: Any) -> None:
    table = schema.paper_batch
    connection.execute(update(table).where(table.c.number == number).values(**changes))


def progress(connection: Connection, number: int) -> Counter[Progress]:
    """How many sheets of a batch are how far."""
    table = schema.paper_sheet.c
    rows = select(table.progress, func.count()).where(table.batch == number).group_by(table.progress)
    return Counter({Progress(name): often for name, often in connection.execute(rows)})


def sheet(connection: Connection, number: int, sheet: int) -> Entered | None:
    table = schema.paper_sheet
    found = connection.execute(select(table).where(table.c.batch == number, table.c.sheet == sheet)).first()
    return None if found is None else _entered(found)


def sheets(connection: Connection, number: int, progress: Progress) -> list[Entered]:
    """The sheets of a batch that are so far, by number."""
    table = schema.paper_sheet
    rows = select(table).where(table.c.batch == number, table.c.progress == progress).order_by(table.c.sheet)
    return [_entered(row) for row in connection.execute(rows)]


def add_sheet(connection: Connection, entered: Entered) -> None:
    connection.execute(schema.paper_sheet.insert().values(**entered.__dict__))


def change_sheet(connection: Connection, number: int, sheet: int, **changes: Any) -> None:
    table = schema.paper_sheet
    connection.execute(update(table).where(table.c.batch == number, table.c.sheet == sheet).values(**changes))


def hand_on(connection: Connection, number: int, handed: Sequence[int]) -> None:
    """Keep nothing of these sheets but that they came."""
    table = schema.paper_sheet
    for some in bulk.chunks(handed):
        connection.execute(
            update(table)
            .where(table.c.batch == number, table.c.sheet.in_(some))
            .values(**_GONE, progress=Progress.HANDED)
        )


def _batch(row: Row[Any]) -> Batch:
    return Batch(**dict(row._mapping) | {"compared": tuple(row.compared)})


def _entered(row: Row[Any]) -> Entered:
    return Entered(**dict(row._mapping) | {"progress": Progress(row.progress)})
