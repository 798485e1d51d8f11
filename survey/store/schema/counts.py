"""What follows from the responses, and can be rebuilt."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from survey.store.schema.base import metadata

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
    Column("invitation", String(20), nullable=False),
    Column("assisted", String(20), nullable=False),
    Column("procedure", String(40), nullable=False),
    UniqueConstraint(
        *("agency", "mode", "group", "kind", "field", "invitation", "assisted", "procedure"),
        name="uq_profile",
    ),
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
