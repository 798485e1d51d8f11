"""Cases: what agencies were asked to put right"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_case",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=True),
        sa.Column("escalated", sa.String(length=40), nullable=True),
        sa.Column("answered", sa.Date(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_feedback_case_agency_agency")),
        sa.ForeignKeyConstraint(["desk"], ["agency.code"], name=op.f("fk_feedback_case_desk_agency")),
        sa.ForeignKeyConstraint(
            ["escalated"], ["agency.code"], name=op.f("fk_feedback_case_escalated_agency")
        ),
        sa.ForeignKeyConstraint(["owner"], ["account.id"], name=op.f("fk_feedback_case_owner_account")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_feedback_case")),
        sa.UniqueConstraint("key", name=op.f("uq_feedback_case_key")),
    )
    op.create_index(op.f("ix_feedback_case_desk"), "feedback_case", ["desk"])
    op.create_index(op.f("ix_feedback_case_escalated"), "feedback_case", ["escalated"])
    op.create_table(
        "case_event",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=20), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case"], ["feedback_case.number"], name=op.f("fk_case_event_case_feedback_case")
        ),
        sa.PrimaryKeyConstraint("case", "number", name=op.f("pk_case_event")),
    )
