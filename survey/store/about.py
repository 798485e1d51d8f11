"""What a database says of itself: what it is for, and which catalogue it holds."""

from __future__ import annotations

from sqlalchemy import Connection, select

from survey.store import schema
from survey.store.database import Database

ANSWERS = "answers"
CATALOGUE = "catalogue"
COUNTS = "counts"
PURPOSE = "purpose"


def read(connection: Connection, name: str) -> str | None:
    """The value kept under `name`, None if there is none."""
    return connection.scalar(select(schema.about.c.value).where(schema.about.c.name == name))


def catalogue_stamp(db: Database) -> str | None:
    """What changes whenever something was loaded into the catalogue, read as cheaply as can be."""
    stamp: str | None = db.glance(f"SELECT value FROM about WHERE name = '{CATALOGUE}'")
    return stamp


def answers_stamp(db: Database) -> str | None:
    """What changes whenever a case has moved, read as cheaply as can be."""
    stamp: str | None = db.glance(f"SELECT value FROM about WHERE name = '{ANSWERS}'")
    return stamp


def write(connection: Connection, name: str, value: str) -> None:
    """Keep `value` under `name`."""
    changed = connection.execute(schema.about.update().where(schema.about.c.name == name).values(value=value))
    if changed.rowcount == 0:
        connection.execute(schema.about.insert().values(name=name, value=value))


def moved(connection: Connection, name: str, seen: str | None, value: str) -> bool:
    """Keep `value` under `name` if there still is what somebody saw; whether there was."""
    table = schema.about
    changed = connection.execute(
        table.update().where(table.c.name == name, table.c.value == seen).values(value=value)
    )
    return changed.rowcount == 1
