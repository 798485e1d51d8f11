"""What the service knows before anyone has answered."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
)

from survey.store.schema.base import metadata


def _sourced() -> tuple[Column[str], Column[str]]:
    return Column("source", Text, nullable=False), Column("status", String(12), nullable=False)


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
    Column("valid_from", Date),
    Column("valid_to", Date),
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

# The successor is "" where a level was abolished: a key has no holes.
succession = Table(
    "succession",
    metadata,
    Column("predecessor", ForeignKey("agency.code"), primary_key=True),
    Column("successor", String(40), primary_key=True),
    Column("on", Date, primary_key=True),
    Column("share", String(40), nullable=False),
    Column("event", String(12), nullable=False),
    Column("document", Text, nullable=False),
    *_sourced(),
)

# What people changed here, and when and why: added to and read, never changed.
revision = Table(
    "revision",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("account", Integer),
    Column("file", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changes", JSON, nullable=False),
)

# Rows that people changed here: what is shipped later leaves them as they are.
edited = Table(
    "edited",
    metadata,
    Column("file", String(40), primary_key=True),
    Column("key", String(200), primary_key=True),
)

# What was sent and looked at, and has not been applied: kept for a day.
draft = Table(
    "draft",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("file", String(40), nullable=False),
    Column("name", String(200), nullable=False),
    Column("content", JSON, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# A questionnaire that is being written. `seen` moves with every change: of two editors the second looks again.
instrument_draft = Table(
    "instrument_draft",
    metadata,
    Column("ref", String(80), primary_key=True),
    Column("base", String(80), nullable=False),
    Column("author", ForeignKey("account.id"), nullable=False),
    Column("content", JSON, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
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

# From which day on a wave asks which version, where people set it; without a row, as the file says.
wave_turn = Table(
    "wave_turn",
    metadata,
    Column("wave", ForeignKey("wave.code"), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("instrument", ForeignKey("instrument.ref"), nullable=False),
    Column("account", ForeignKey("account.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
)

# Which versions of its questionnaire a wave has asked: late answers may be of any of them.
wave_instrument = Table(
    "wave_instrument",
    metadata,
    Column("wave", ForeignKey("wave.code"), primary_key=True),
    Column("instrument", ForeignKey("instrument.ref"), primary_key=True),
)
