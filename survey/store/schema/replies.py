"""What people wrote as staff read it, and what became of it."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from survey.store.schema.base import metadata

#: SQLite's index of words (FTS5) over `reading.words`, by its number; PostgreSQL has one on the column (GIN)
WORDS = "reading_words"

reading = Table(
    "reading",
    metadata,
    # Numbers follow the order of release, in which a batch is shuffled.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", LargeBinary(32), nullable=False, unique=True),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("desk", ForeignKey("agency.code"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("language", String(20), nullable=False),
    Column("week", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("signs", JSON, nullable=False),
    Column("spans", JSON, nullable=False),
    Column("reviewed", Boolean, nullable=False),
    Column("words", Text().with_variant(ARRAY(Text), "postgresql"), nullable=False),
)

case = Table(
    "feedback_case",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The key of the comment, whether there is one or not: found with the receipt and the secret together.
    Column("key", LargeBinary(32), nullable=False, unique=True),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("desk", ForeignKey("agency.code"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("opened", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("state", String(20), nullable=False),
    Column("owner", ForeignKey("account.id")),
    Column("escalated", ForeignKey("agency.code"), index=True),
    Column("answered", Date),
    Column("reopened", Integer, nullable=False),
)

case_event = Table(
    "case_event",
    metadata,
    Column("case", ForeignKey("feedback_case.number"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("on", Date, nullable=False),
    Column("by", String(20), nullable=False),
    Column("account", Integer),
    Column("what", String(20), nullable=False),
    Column("public", Boolean),
    Column("text", Text, nullable=False),
)

dispute = Table(
    "dispute",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("agency", ForeignKey("agency.code"), nullable=False, index=True),
    Column("place", String(80)),
    Column("day", Date),
    Column("comment", Integer),
    Column("reason", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("opened", Date, nullable=False),
    Column("account", Integer, nullable=False),
    Column("ratings", Integer, nullable=False),
    Column("ruling", String(20), nullable=False),
    Column("decided", Date),
    Column("decider", Integer),
    Column("why", Text, nullable=False),
)

disputed = Table(
    "disputed",
    metadata,
    Column("commitment", LargeBinary(32), primary_key=True),
    Column("dispute", ForeignKey("dispute.number"), nullable=False, index=True),
    Column("wave", ForeignKey("wave.code"), nullable=False),
    sqlite_with_rowid=False,
)

looked = Table(
    "looked",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sign", String(20), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("on", Date, nullable=False),
    Column("account", Integer, nullable=False),
    Column("explained", Boolean, nullable=False),
    Column("words", Text, nullable=False),
)

subscription = Table(
    "subscription",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("way", String(20), nullable=False),
    Column("target", String(400), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("every", String(20), nullable=False),
    Column("last", Date),
    Column("stopped", Boolean, nullable=False),
)

parcel = Table(
    "parcel",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("subscription", ForeignKey("subscription.number"), nullable=False, index=True),
    Column("made", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", BigInteger, index=True),
    Column("done", BigInteger),
    Column("told", String(120), nullable=False),
)
