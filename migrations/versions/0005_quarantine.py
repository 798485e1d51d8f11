"""Quarantine"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quarantine",
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("doubt", sa.String(length=20), nullable=False),
        sa.Column("review", sa.String(length=20), nullable=False),
        sa.Column("decided", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_quarantine_agency_agency")),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_quarantine_wave_wave")),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_quarantine")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_quarantine_place_received"), "quarantine", ["place", "received"])
