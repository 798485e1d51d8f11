"""Who works with the service, and what they are let in with."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from survey.store.schema.base import metadata

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("person", String(100), nullable=False),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("address", String(200), unique=True),
    Column("password", String(200), nullable=False),
    Column("first_password", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("code_secret", LargeBinary),
    Column("code_step", BigInteger, nullable=False),
    Column("made", BigInteger, nullable=False),
)

part = Table(
    "part",
    metadata,
    Column("account", ForeignKey("account.id"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("agency", ForeignKey("agency.code"), primary_key=True),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
    Column("label", String(60), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("signs", BigInteger, nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("used", BigInteger),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
)

identity = Table(
    "identity",
    metadata,
    Column("issuer", String(200), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("handle", String(24), nullable=False, unique=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
    Column("stage", String(20), nullable=False),
    Column("way", String(20), nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("proved", BigInteger, nullable=False),
    Column("device", String(60), nullable=False),
)

# A question put to a passkey or to a provider, until its answer has come: once.
ceremony = Table(
    "ceremony",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("content", JSON, nullable=False),
    Column("until", BigInteger, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("of", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("account", Integer),
    Column("what", String(40), nullable=False),
    Column("thing", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
