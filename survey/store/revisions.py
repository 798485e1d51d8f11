"""The shelf of changes: drafts that wait for a day, and revisions that stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from survey.revision import Change, Revision
from survey.store import schema

#: seconds that a draft is kept
LIFETIME = 24 * 3600


@dataclass(frozen=True)
class Draft:
    """Rows that somebody sent for a file of the catalogue: (line, cells). name: of the file that was sent."""

    id: str
    account: int
    agency: str
    file: str
    name: str
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def keep(connection: Connection, draft: Draft, at: int) -> None:
    """Keep a draft, and forget those that are over."""
    table = schema.draft
    connection.execute(table.delete().where(table.c.at < at - LIFETIME))
    content = [[line, dict(cells)] for line, cells in draft.rows]
    kept = {name: getattr(draft, name) for name in ("id", "account", "agency", "file", "name")}
    connection.execute(table.insert().values(**kept, content=content, at=at))


def draft(connection: Connection, name: str, account: int, agency: str, at: int) -> Draft | None:
    """The draft of this name, if it is this person's about this agency and not over."""
    table = schema.draft
    query = select(table).where(table.c.id == name, table.c.account == account, table.c.agency == agency)
    row = connection.execute(query.where(table.c.at >= at - LIFETIME)).one_or_none()
    if row is None:
        return None
    rows = tuple((line, cells) for line, cells in row.content)
    return Draft(row.id, row.account, row.agency, row.file, row.name, rows)


def drop(connection: Connection, name: str) -> None:
    """Forget a draft."""
    connection.execute(schema.draft.delete().where(schema.draft.c.id == name))


def add(
    connection: Connection, *, at: int, account: int | None, file: str, reason: str, changes: Sequence[Change]
) -> int:
    """Add a revision; its number. Two at once can't be: the catalogue's stamp was moved before."""
    number = int(connection.scalar(select(func.max(schema.revision.c.number))) or 0) + 1
    told = [{"key": c.key, "before": dict(c.before), "after": dict(c.after)} for c in changes]
    connection.execute(
        schema.revision.insert().values(
            number=number, at=at, account=account, file=file, reason=reason, changes=told
        )
    )
    return number


def newest(connection: Connection, file: str, most: int) -> tuple[Revision, ...]:
    """The last revisions of a file, the newest first."""
    table = schema.revision
    query = select(table).where(table.c.file == file).order_by(table.c.number.desc()).limit(most)
    return tuple(_revision(dict(row._mapping)) for row in connection.execute(query))


def _revision(row: Mapping[str, Any]) -> Revision:
    changes = tuple(Change(one["key"], one["before"], one["after"]) for one in row["changes"])
    return Revision(row["number"], row["at"], row["account"], row["file"], row["reason"], changes)


def last(connection: Connection) -> dict[str, int]:
    """When each file was changed last."""
    table = schema.revision
    found = connection.execute(select(table.c.file, func.max(table.c.at)).group_by(table.c.file))
    return dict(found.all())


def edited(connection: Connection, file: str) -> frozenset[str]:
    """The keys of the rows that people changed here."""
    table = schema.edited
    return frozenset(connection.scalars(select(table.c.key).where(table.c.file == file)))
