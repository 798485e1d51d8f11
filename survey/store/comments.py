"""Comments: kept under keys that follow no order of arrival and lead to no response.

A comment is inserted in the transaction that keeps its response (`store.inbox`), or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from survey.comment import Comment
from survey.store import bulk, schema


def add(connection: Connection, some: Sequence[Comment]) -> None:
    """Keep comments."""
    days = connection.dialect.name == "sqlite"
    bulk.insert(connection, schema.comment, [row(one, text_day=days) for one in some])


def row(one: Comment, *, text_day: bool) -> tuple[Any, ...]:
    """A comment in the order of the table's columns; the day as text is what SQLite's driver takes."""
    received = one.received.isoformat() if text_day else one.received
    return one.key, one.agency, one.language, received, one.text


def find(connection: Connection, key: bytes) -> Comment | None:
    """The comment under a key (`comment.key_of`)."""
    found = connection.execute(select(schema.comment).where(schema.comment.c.key == key)).first()
    return None if found is None else Comment(**found._mapping)


def of_agency(connection: Connection, agency: str, *, limit: int) -> list[Comment]:
    """The newest comments on an agency, by day; those of a day are in no order."""
    comment = schema.comment.c
    newest = (
        select(schema.comment).where(comment.agency == agency).order_by(comment.received.desc(), comment.key)
    )
    return [Comment(**each._mapping) for each in connection.execute(newest.limit(limit))]
