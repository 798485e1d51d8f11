"""One-time invitations: tokens, their periods' keys, who has them issued, and the counts beside them"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "token_key",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_token_key")),
        sqlite_with_rowid=False,
    )
    for name, content in (
        ("token", [sa.Column("sealed", sa.LargeBinary(), nullable=False)]),
        ("token_spent", []),
    ):
        op.create_table(
            name,
            sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
            sa.Column("period", sa.String(length=7), nullable=False),
            *content,
            sa.Column("fresh", sa.Boolean(), server_default=sa.true(), nullable=False),
            sa.PrimaryKeyConstraint("hash", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
        fresh = sa.text("fresh")
        op.create_index(f"ix_{name}_fresh", name, ["fresh"], sqlite_where=fresh, postgresql_where=fresh)
    op.create_table(
        "coverage",
        sa.Column("counter", sa.String(length=60), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["counter"], ["counter.code"], name=op.f("fk_coverage_counter_counter")),
        sa.PrimaryKeyConstraint("counter", "month", "outcome", name=op.f("pk_coverage")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answered",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("counter", sa.String(length=60), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["counter"], ["counter.code"], name=op.f("fk_answered_counter_counter")),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_answered_wave_wave")),
        sa.PrimaryKeyConstraint("wave", "counter", "month", name=op.f("pk_answered")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sender",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_sender_agency_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender")),
        sqlite_with_rowid=False,
    )
