"""Documents that were made of reports; each can be made anew at any time."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from survey.store.schema.base import metadata

document = Table(
    "document",
    metadata,
    Column("name", String(160), primary_key=True),
    Column("stage", String(20), nullable=False),
    Column("root", String(64), nullable=False),
    Column("step", String(40), nullable=False),
    Column("done", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("content", LargeBinary),
)
