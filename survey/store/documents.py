"""The documents' shelf: what was made of which figures, and how far that is which is being made."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.exc import IntegrityError

from survey.report import Document, Stage
from survey.store import schema

_COLUMNS = tuple(Document.__dataclass_fields__)


def begin(connection: Connection, document: Document, *, given_up: int) -> bool:
    """Take the making of a document; whether nobody else is at it.

    given_up: seconds since 1970; whoever began before that is not waited for. A document that was made stays
    readable until the new one is.
    """
    table = schema.document
    values = {name: getattr(document, name) for name in _COLUMNS} | {"stage": document.stage.value}
    free = or_(table.c.stage != Stage.MAKING.value, table.c.asked_at < given_up)
    taken = connection.execute(
        update(table).where(table.c.name == document.name, free).values(**values)
    ).rowcount
    if taken:
        return True
    try:
        with connection.begin_nested():
            connection.execute(table.insert().values(**values))
    except IntegrityError:
        return False
    return True


def step(connection: Connection, name: str, what: str, done: int, steps: int) -> None:
    """Say what is done now of a document, after how many of the steps."""
    table = schema.document
    connection.execute(update(table).where(table.c.name == name).values(step=what, done=done, steps=steps))


def finish(connection: Connection, name: str, stage: Stage, content: bytes | None = None) -> None:
    """Keep what was made, or that it could not be: what was made before stays then."""
    table = schema.document
    kept = {} if content is None else {"content": content, "done": table.c.steps}
    connection.execute(update(table).where(table.c.name == name).values(stage=stage.value, **kept))


def listed(connection: Connection) -> tuple[Document, ...]:
    """All documents, by name."""
    table = schema.document.c
    query = select(*(table[name] for name in _COLUMNS)).order_by(table.name)
    rows = (dict(row._mapping) for row in connection.execute(query))
    return tuple(Document(**row | {"stage": Stage(row["stage"])}) for row in rows)


def content(connection: Connection, name: str) -> bytes | None:
    """What was made last under this name."""
    table = schema.document.c
    found = connection.scalar(select(table.content).where(table.name == name))
    return bytes(found) if found is not None else None
