"""One-time invitations: tokens that are issued and spent, their periods' keys, and who may have them issued.

No row holds a time or a number, and none of the first two tables leads to a row of the other: only the
period's key connects their hashes. `fresh` rows are those that came since the rows were last mixed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    true,
)

from survey.store.schema.base import metadata

token_key = Table(
    "token_key",
    metadata,
    Column("period", String(7), primary_key=True),
    Column("wrapped", LargeBinary(64), nullable=False),
    sqlite_with_rowid=False,
)


def _hashes(name: str, *content: Column[bytes]) -> Table:
    table = Table(
        name,
        metadata,
        Column("hash", LargeBinary(32), primary_key=True),
        Column("period", String(7), nullable=False),
        *content,
        Column("fresh", Boolean, nullable=False, server_default=true()),
        sqlite_with_rowid=False,
    )
    Index(f"ix_{name}_fresh", table.c.fresh, sqlite_where=table.c.fresh, postgresql_where=table.c.fresh)
    return table


token = _hashes("token", Column("sealed", LargeBinary, nullable=False))

token_spent = _hashes("token_spent")

# Counts beside them: what was completed and invited at a counter, and, from sealed responses, who answered.

coverage = Table(
    "coverage",
    metadata,
    Column("counter", ForeignKey("counter.code"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("outcome", String(10), primary_key=True),
    Column("completed", Integer),
    Column("invited", Integer, nullable=False),
    sqlite_with_rowid=False,
)

answered = Table(
    "answered",
    metadata,
    Column("wave", ForeignKey("wave.code"), primary_key=True),
    Column("counter", ForeignKey("counter.code"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("answers", Integer, nullable=False),
    sqlite_with_rowid=False,
)

sender = Table(
    "sender",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("key_hash", LargeBinary(32), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    sqlite_with_rowid=False,
)
