"""The shelf of senders: dossier systems that have invitations issued, each with a key of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from survey.store import schema
from survey.token import Sender


def add(connection: Connection, sender: Sender) -> None:
    connection.execute(schema.sender.insert().values(**sender.__dict__))


def find(connection: Connection, id_: str) -> Sender | None:
    row = connection.execute(select(schema.sender).where(schema.sender.c.id == id_)).first()
    return None if row is None else Sender(**dict(row._mapping) | {"key_hash": bytes(row.key_hash)})


def of_agencies(connection: Connection, agencies: Sequence[str]) -> list[Sender]:
    """The senders of these agencies, by name."""
    table = schema.sender.c
    rows = connection.execute(
        select(schema.sender).where(table.agency.in_(agencies)).order_by(table.name, table.id)
    )
    return [Sender(**row._mapping) for row in rows]


def revoke(connection: Connection, id_: str, *, at: int) -> bool:
    """Let a sender's key open nothing more; whether it opened something until now."""
    table = schema.sender.c
    changed = connection.execute(
        update(schema.sender).where(table.id == id_, table.revoked.is_(None)).values(revoked=at)
    )
    return changed.rowcount == 1
