"""Alerts: who is told what, and what became of it"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=400), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("every", sa.String(length=20), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_subscription_agency_agency")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_subscription")),
    )
    op.create_table(
        "parcel",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subscription", sa.Integer(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscription.number"], name=op.f("fk_parcel_subscription_subscription")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_parcel")),
    )
    op.create_index(op.f("ix_parcel_subscription"), "parcel", ["subscription"])
    op.create_index(op.f("ix_parcel_due"), "parcel", ["due"])
