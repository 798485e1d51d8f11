"""What people said, and the devices they said it at."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from survey.store.schema.base import metadata

submission = Table(
    "submission",
    metadata,
    Column("id_hash", LargeBinary(32), primary_key=True),
    Column("commitment", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,
)

inbox = Table(
    "inbox",
    metadata,
    # A place's rows lie together: they are sealed together, and folded into few sampling units.
    Column("place", String(80), primary_key=True),
    Column("commitment", LargeBinary(32), primary_key=True),
    Column("salt", LargeBinary(16), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("received", Date, nullable=False),
    UniqueConstraint("commitment"),
    sqlite_with_rowid=False,
)

comment = Table(
    "comment",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("language", String(20), nullable=False),
    Column("received", Date, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "agency", "received"),
    sqlite_with_rowid=False,
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("commitment", LargeBinary(32), primary_key=True),
    Column("wave", ForeignKey("wave.code"), nullable=False),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("place", String(80), nullable=False),
    Column("received", Date, nullable=False),
    Column("doubt", String(20), nullable=False),
    Column("review", String(20), nullable=False),
    Column("decided", Date),
    Index(None, "place", "received"),
    sqlite_with_rowid=False,
)

# Devices at counters, and telephones of interviewers. Times are slots of ten minutes since 1970; nothing here
# leads to a response.

device = Table(
    "device",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("counter", ForeignKey("counter.code")),
    Column("account", ForeignKey("account.id"), index=True),
    Column("code_hash", LargeBinary(32), unique=True),
    Column("code_until", BigInteger),
    Column("key_hash", LargeBinary(32)),
    Column("pin_salt", LargeBinary(16)),
    Column("pin_hash", LargeBinary(32)),
    Column("since", BigInteger),
    Column("revoked", BigInteger),
    Column("heard", BigInteger),
    Column("cleared", BigInteger),
    Column("waiting", Integer),
    Column("oldest", BigInteger),
    Column("dead", Integer),
    Column("persisted", Boolean),
    Column("free", BigInteger),
    Column("app", String(40)),
    Column("cloned", Integer, nullable=False),
    Column("unsteady", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    CheckConstraint("(counter IS NULL) <> (account IS NULL)", name="place"),
    sqlite_with_rowid=False,
)

sequence = Table(
    "sequence",
    metadata,
    # Ranges of numbers that arrived, and not one row for each: what came together can't be told.
    Column("device", ForeignKey("device.id"), primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    CheckConstraint("first >= 1 AND last >= first", name="range"),
    sqlite_with_rowid=False,
)

arrival = Table(
    "arrival",
    metadata,
    Column("counter", ForeignKey("counter.code"), primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    Column("answers", Integer, nullable=False),
    sqlite_with_rowid=False,
)

late = Table(
    "late",
    metadata,
    Column("wave", ForeignKey("wave.code"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("received", String(7), primary_key=True),
    Column("answers", Integer, nullable=False),
    sqlite_with_rowid=False,
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("device", ForeignKey("device.id"), primary_key=True),
    Column("key", LargeBinary(32), primary_key=True),
    Column("code", String(40), nullable=False),
    Column("received", Date, nullable=False),
    Column("content", Text, nullable=False),
    sqlite_with_rowid=False,
)

response = Table(
    "response",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("commitment", LargeBinary(32), nullable=False, unique=True),
    Column("salt", LargeBinary(16), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

ledger_node = Table(
    "ledger_node",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hash", LargeBinary(32), nullable=False),
    CheckConstraint("level > 0", name="level"),
    sqlite_with_rowid=False,
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)
