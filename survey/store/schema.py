"""Every table, once. `migrations/` makes them; a test holds the two together.

Tables that are keyed by a hash have no row numbers on SQLite (`WITHOUT ROWID`), so that the order
in which people answered is not in the file.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _sourced() -> tuple[Column[str], Column[str]]:
    return Column("source", Text, nullable=False), Column("status", String(12), nullable=False)


# What the service knows before anyone has answered.

about = Table(
    "about",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

agency = Table(
    "agency",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("name", JSON, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("parent", ForeignKey("agency.code")),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("place", Integer, nullable=False),
    *_sourced(),
)

counter = Table(
    "counter",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("name", JSON, nullable=False),
    Column("receiver", ForeignKey("agency.code"), nullable=False),
    Column("agency", ForeignKey("agency.code")),
    *_sourced(),
)

field = Table(
    "field",
    metadata,
    Column("code", String(80), primary_key=True),
    Column("name", JSON, nullable=False),
    Column("ministry", Text, nullable=False),
    Column("target_group", String(20)),
    *_sourced(),
)

procedure = Table(
    "procedure",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", Text, nullable=False),
    Column("field", ForeignKey("field.code")),
    Column("department", ForeignKey("agency.code")),
    Column("ministry", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("at_commune", Boolean, nullable=False),
    Column("target_group", String(20)),
    Column("name_official", Boolean, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    *_sourced(),
)

target = Table(
    "target",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("scope", String(40), nullable=False),
    Column("document", Text, nullable=False),
    Column("name", JSON, nullable=False),
    Column("groups", JSON, nullable=False),
    Column("measure", String(20), nullable=False),
    Column("year", Integer),
    Column("operator", String(2), nullable=False),
    Column("value", Float, nullable=False),
    *_sourced(),
)

published_figure = Table(
    "published_figure",
    metadata,
    Column("place", String(40), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("indicator", String(80), primary_key=True),
    Column("value", Float),
    Column("unit", String(40), nullable=False),
    Column("label", JSON, nullable=False),
    Column("series", String(40), nullable=False),
    Column("note", Text, nullable=False),
    *_sourced(),
)

reform = Table(
    "reform",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("name", JSON, nullable=False),
    *_sourced(),
)

instrument = Table(
    "instrument",
    metadata,
    Column("ref", String(60), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("content", Text, nullable=False),
)

wave = Table(
    "wave",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("title", JSON, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("instrument", ForeignKey("instrument.ref"), nullable=False),
    Column("root", ForeignKey("agency.code"), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Column("headline", Boolean, nullable=False),
)

# Which versions of its questionnaire a wave has asked: late answers may be of any of them.
wave_instrument = Table(
    "wave_instrument",
    metadata,
    Column("wave", ForeignKey("wave.code"), primary_key=True),
    Column("instrument", ForeignKey("instrument.ref"), primary_key=True),
)

# What people said.

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

# Devices at counters. Times are slots of ten minutes since 1970; nothing here leads to a response.

device = Table(
    "device",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("counter", ForeignKey("counter.code"), nullable=False),
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

# What follows from it, and can be rebuilt.

psu = Table(
    "psu",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wave", ForeignKey("wave.code"), nullable=False),
    Column("month", String(7), nullable=False),
    Column("stratum", String(60), nullable=False),
    Column("label", String(120), nullable=False),
    UniqueConstraint("wave", "label", "month", "stratum"),
    Index(None, "wave", "stratum", "month"),
)

domain = Table(
    "domain",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(160), nullable=False, unique=True),
)

profile = Table(
    "profile",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("group", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("field", String(80), nullable=False),
    UniqueConstraint("agency", "mode", "group", "kind", "field"),
)

#: what the numbers of a packed row are, a name a line; known by its SHA-256
layout = Table(
    "layout",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("names", Text, nullable=False),
)

# Packed rows: little-endian 64-bit floats. What each holds is told in `store.cells`.

cell = Table(
    "cell",
    metadata,
    Column("psu", ForeignKey("psu.id"), primary_key=True, autoincrement=False),
    Column("instrument", ForeignKey("instrument.ref"), primary_key=True),
    Column("whole", LargeBinary, nullable=False),
    Column("parts", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

moment = Table(
    "moment",
    metadata,
    Column("wave", ForeignKey("wave.code"), primary_key=True),
    Column("layout", ForeignKey("layout.id"), primary_key=True, autoincrement=False),
    Column("family", String(80), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("stratum", String(60), primary_key=True),
    Column("sums", LargeBinary, nullable=False),
    Column("crosses", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


def _by_domain(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("wave", ForeignKey("wave.code"), primary_key=True),
        Column("layout", ForeignKey("layout.id"), primary_key=True, autoincrement=False),
        Column("domain", ForeignKey("domain.id"), primary_key=True, autoincrement=False),
        Column("month", String(7), primary_key=True),
        Column("sums", LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


tally = _by_domain("tally")

product = _by_domain("product")

# Who works with it.

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
