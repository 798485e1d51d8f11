"""Household waves: their frames, samples, field work and weights. Triggers keep what was fixed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from survey.store.schema.base import metadata

household_wave = Table(
    "household_wave",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("root", ForeignKey("agency.code"), nullable=False),
    Column("instrument", ForeignKey("instrument.ref"), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("progress", String(10), nullable=False),
    CheckConstraint("ends >= starts", name="ends_after_start"),
)

frame_unit = Table(
    "frame_unit",
    metadata,
    Column("wave", ForeignKey("household_wave.code"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("stratum", String(12), nullable=False),
    Column("commune", String(16), nullable=False),
    Column("village", String(30), nullable=False),
    # How a household is found; taken out when the wave is weighted.
    Column("label", String(120)),
    Column("size", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# A drawn commune has the village "": a key has no holes.
sample_cluster = Table(
    "sample_cluster",
    metadata,
    Column("wave", ForeignKey("household_wave.code"), primary_key=True),
    Column("commune", String(16), primary_key=True),
    Column("village", String(30), primary_key=True),
    Column("stratum", String(12), nullable=False),
    Column("units", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("probability", Double, nullable=False),
    Column("certain", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

sample_unit = Table(
    "sample_unit",
    metadata,
    Column("code", String(8), primary_key=True),
    Column("wave", ForeignKey("household_wave.code"), nullable=False),
    Column("stratum", String(12), nullable=False),
    Column("commune", String(16), nullable=False),
    Column("village", String(30), nullable=False),
    Column("label", String(120)),
    Column("size", Integer, nullable=False),
    Column("part", String(10), nullable=False),
    Column("place", Integer, nullable=False),
    Column("probability", Double, nullable=False),
    Column("weight", Double, nullable=False),
    Column("layer", String(60), nullable=False),
    Column("psu", String(120)),
    Column("population", Double),
    Index(None, "wave", "commune", "village", "place", unique=True),
    sqlite_with_rowid=False,
)

# Who visits a unit.
assignment = Table(
    "assignment",
    metadata,
    Column("unit", ForeignKey("sample_unit.code"), primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
)

# Added to and read, never changed.
substitution = Table(
    "substitution",
    metadata,
    Column("unit", ForeignKey("sample_unit.code"), primary_key=True),
    Column("substitute", ForeignKey("sample_unit.code"), nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("account", ForeignKey("account.id")),
)

# How visits ended. Added to and read, never changed. Nothing here leads to an answer, and the id is hashed where a
# phone made it; a visit that does not stand is a conflict.
visit = Table(
    "visit",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("unit", ForeignKey("sample_unit.code"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("disposition", String(24), nullable=False),
    Column("account", ForeignKey("account.id")),
    Column("stands", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("unit", "number"),
    sqlite_with_rowid=False,
)

# How a wave was weighted: what was done, and figures before and after. Never changed.
wave_weighting = Table(
    "wave_weighting",
    metadata,
    Column("wave", ForeignKey("household_wave.code"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("account", ForeignKey("account.id")),
    Column("record", Text, nullable=False),
)

# The weight of a sealed response, by its commitment: neither leads to a unit of the sample.
wave_weight = Table(
    "wave_weight",
    metadata,
    Column("commitment", LargeBinary(32), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("wave", String(60), nullable=False),
    Column("weight", Double, nullable=False),
    ForeignKeyConstraint(["wave", "version"], ["wave_weighting.wave", "wave_weighting.version"]),
    Index(None, "wave", "version"),
    sqlite_with_rowid=False,
)
