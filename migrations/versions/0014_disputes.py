"""Disputes: ratings that an agency says should not count"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispute",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("comment", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("ruling", sa.String(length=20), nullable=False),
        sa.Column("decided", sa.Date(), nullable=True),
        sa.Column("decider", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_dispute_agency_agency")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_dispute")),
    )
    op.create_index(op.f("ix_dispute_agency"), "dispute", ["agency"])
    op.create_table(
        "disputed",
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("dispute", sa.Integer(), nullable=False),
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["dispute"], ["dispute.number"], name=op.f("fk_disputed_dispute_dispute")),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_disputed_wave_wave")),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_disputed")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_disputed_dispute"), "disputed", ["dispute"])
