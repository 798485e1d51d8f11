"""What a database says of itself: what it is for, and which catalogue it holds."""

from __future__ import annotations

from sqlalchemy import Connection, select

from survey.store import schema

CATALOGUE = "catalogue"
PURPOSE = "purpose"


def read(connection: Connection, name: str) -> str | None:
    """The value kept under `name`, None if there is none."""
    return connection.scalar(select(schema.about.c.value).where(schema.about.c.name == name))


def write(connection: Connection, name: str, value: str) -> None:
    """Keep `value` under `name`."""
    changed = connection.execute(schema.about.update().where(schema.about.c.name == name).values(value=value))
    if changed.rowcount == 0:
        connection.execute(schema.about.insert().values(name=name, value=value))
