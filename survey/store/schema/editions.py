"""Editions and their bundles. Triggers keep what is published as it is."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from survey.store.schema.base import metadata

edition = Table(
    "edition",
    metadata,
    Column("code", String(80), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("wave", ForeignKey("wave.code"), nullable=False),
    Column("period", String(40), nullable=False),
    Column("title", JSON, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("sealed", Date, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("manifest", String(64), nullable=False),
    Column("software", String(40), nullable=False),
    Column("method", String(80), nullable=False),
    Column("summary", JSON, nullable=False),
    Column("proposed_by", ForeignKey("account.id"), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("decided_by", ForeignKey("account.id")),
    Column("decided_at", BigInteger),
    CheckConstraint("stage <> 'published' OR decided_by <> proposed_by", name="two_people"),
    # One proposal at a time: a second one would be compared with a revision that may never be.
    Index(
        "uq_edition_proposed",
        "code",
        unique=True,
        sqlite_where=text("stage = 'proposed'"),
        postgresql_where=text("stage = 'proposed'"),
    ),
)

# The bundle in pieces, so that no process holds it whole, and all processes serve the same one.
edition_piece = Table(
    "edition_piece",
    metadata,
    Column("code", String(80), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["code", "revision"], ["edition.code", "edition.revision"]),
)
