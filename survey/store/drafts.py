"""The shelf of questionnaires that are being written, and the texts of those that are published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exc, select

from survey import errors
from survey.store import schema


@dataclass(frozen=True)
class Drafted:
    """A draft: of which version, made from which, by whom, and how it reads. seen: moves with every change."""

    ref: str
    base: str
    author: int
    content: dict[str, Any]
    seen: int
    at: int


def every(connection: Connection) -> tuple[Drafted, ...]:
    """All drafts, by name."""
    found = connection.execute(select(schema.instrument_draft).order_by(schema.instrument_draft.c.ref))
    return tuple(Drafted(**row._mapping) for row in found)


def named(connection: Connection, ref: str) -> Drafted | None:
    """The draft of this version, None where there is none."""
    table = schema.instrument_draft
    row = connection.execute(select(table).where(table.c.ref == ref)).one_or_none()
    return Drafted(**row._mapping) if row else None


def add(connection: Connection, draft: Drafted) -> None:
    """Keep a new draft. Raises `errors.VersionTaken` where there is one of that version."""
    try:
        connection.execute(schema.instrument_draft.insert().values(**draft.__dict__))
    except exc.IntegrityError:
        raise errors.VersionTaken from None


def change(connection: Connection, ref: str, content: dict[str, Any], *, seen: int, at: int) -> None:
    """Keep what a draft has become. Raises `errors.CatalogueChanged` where somebody else changed it."""
    table = schema.instrument_draft
    done = connection.execute(
        table.update()
        .where(table.c.ref == ref, table.c.seen == seen)
        .values(content=content, seen=seen + 1, at=at)
    )
    if done.rowcount == 0:
        raise errors.CatalogueChanged


def drop(connection: Connection, ref: str) -> None:
    """Forget a draft."""
    connection.execute(schema.instrument_draft.delete().where(schema.instrument_draft.c.ref == ref))


def text(connection: Connection, ref: str) -> str | None:
    """How a published version's file reads."""
    table = schema.instrument
    return connection.scalar(select(table.c.content).where(table.c.ref == ref))
