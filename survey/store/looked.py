"""What somebody said of a flag after looking at it. Said once, it stays; later words stand after earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from survey.store import schema


@dataclass(frozen=True)
class Looked:
    """explained: whether there is nothing to it · otherwise it is pursued, as by a dispute"""

    sign: str
    subject: str
    on: date
    account: int
    explained: bool
    words: str


def add(connection: Connection, one: Looked) -> None:
    number = (connection.scalar(select(func.max(schema.looked.c.number))) or 0) + 1
    connection.execute(schema.looked.insert().values(number=number, **one.__dict__))


def latest(connection: Connection) -> dict[tuple[str, str], Looked]:
    """(sign, subject) -> what was said last."""
    found = {}
    for row in connection.execute(select(schema.looked).order_by(schema.looked.c.number)):
        told = dict(row._mapping)
        told.pop("number")
        found[row.sign, row.subject] = Looked(**told)
    return found
