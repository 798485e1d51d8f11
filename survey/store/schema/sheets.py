"""Paper: batches of sheets, and what was keyed of a sheet until it is handed on."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Integer, String, Table, Text

from survey.store.schema.base import metadata

paper_batch = Table(
    "paper_batch",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("agency", ForeignKey("agency.code"), nullable=False),
    Column("counter", ForeignKey("counter.code"), nullable=False),
    Column("wave", ForeignKey("wave.code"), nullable=False),
    Column("instrument", ForeignKey("instrument.ref"), nullable=False),
    Column("language", String(20), nullable=False),
    Column("sheets", Integer, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("spoiled", Integer),
    Column("missing", Integer),
    Column("closed", Date),
    # What two clerks keyed, column by column, and how many sheets were alike: without a sheet's number.
    Column("compared", JSON, nullable=False),
    Column("alike", Integer, nullable=False, server_default="0"),
    Column("late", Integer, nullable=False, server_default="0"),
)

# When a sheet is handed on, its digits, clerks and day are taken out: its number alone stays.
paper_sheet = Table(
    "paper_sheet",
    metadata,
    Column("batch", ForeignKey("paper_batch.number"), primary_key=True, autoincrement=False),
    Column("sheet", Integer, primary_key=True, autoincrement=False),
    Column("progress", String(10), nullable=False),
    Column("day", Date),
    Column("first", Text),
    Column("first_by", ForeignKey("account.id")),
    Column("second", Text),
    Column("second_by", ForeignKey("account.id")),
    Column("settled", Text),
    Column("comment", Text),
    sqlite_with_rowid=False,
)
