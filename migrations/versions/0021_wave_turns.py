"""Turns: from which day on a wave asks which version of its questionnaire"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wave_turn",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("instrument", sa.String(length=60), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_wave_turn_wave_wave")),
        sa.ForeignKeyConstraint(
            ["instrument"], ["instrument.ref"], name=op.f("fk_wave_turn_instrument_instrument")
        ),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_wave_turn_account_account")),
        sa.PrimaryKeyConstraint("wave", "since", name=op.f("pk_wave_turn")),
    )
