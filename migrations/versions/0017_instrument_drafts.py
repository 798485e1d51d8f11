"""Questionnaires that are being written"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instrument_draft",
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("base", sa.String(length=80), nullable=False),
        sa.Column("author", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["account.id"], name=op.f("fk_instrument_draft_author_account")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_instrument_draft")),
    )
