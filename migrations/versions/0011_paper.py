"""Batches of paper, and what was keyed of their sheets"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("counter", sa.String(length=60), nullable=False),
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("instrument", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("compared", sa.JSON(), nullable=False),
        sa.Column("alike", sa.Integer(), server_default="0", nullable=False),
        sa.Column("late", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_paper_batch_agency_agency")),
        sa.ForeignKeyConstraint(["counter"], ["counter.code"], name=op.f("fk_paper_batch_counter_counter")),
        sa.ForeignKeyConstraint(
            ["instrument"], ["instrument.ref"], name=op.f("fk_paper_batch_instrument_instrument")
        ),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_paper_batch_wave_wave")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_paper_batch")),
    )
    op.create_table(
        "paper_sheet",
        sa.Column("batch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sheet", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("progress", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("first", sa.Text(), nullable=True),
        sa.Column("first_by", sa.Integer(), nullable=True),
        sa.Column("second", sa.Text(), nullable=True),
        sa.Column("second_by", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch"], ["paper_batch.number"], name=op.f("fk_paper_sheet_batch_paper_batch")
        ),
        sa.ForeignKeyConstraint(["first_by"], ["account.id"], name=op.f("fk_paper_sheet_first_by_account")),
        sa.ForeignKeyConstraint(["second_by"], ["account.id"], name=op.f("fk_paper_sheet_second_by_account")),
        sa.PrimaryKeyConstraint("batch", "sheet", name=op.f("pk_paper_sheet")),
        sqlite_with_rowid=False,
    )
