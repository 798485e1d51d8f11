"""The catalogue is changed here too: revisions, drafts, succession, and the last day of a counter"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: revisions are added, and neither changed nor removed
STAY_SQLITE = """CREATE TRIGGER revision_stays_{event} BEFORE {event} ON revision
BEGIN SELECT RAISE(ABORT, 'revisions stay as they are'); END"""
REFUSE_POSTGRES = """CREATE FUNCTION revision_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'revisions stay as they are'; END $$"""
STAY_POSTGRES = """CREATE TRIGGER revision_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON revision
FOR EACH STATEMENT EXECUTE FUNCTION revision_stays()"""


def upgrade() -> None:
    op.add_column("counter", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("counter", sa.Column("valid_to", sa.Date(), nullable=True))
    op.create_table(
        "succession",
        sa.Column("predecessor", sa.String(length=40), nullable=False),
        sa.Column("successor", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("share", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["predecessor"], ["agency.code"], name=op.f("fk_succession_predecessor_agency")
        ),
        sa.PrimaryKeyConstraint("predecessor", "successor", "on", name=op.f("pk_succession")),
    )
    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_revision")),
    )
    op.create_table(
        "edited",
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("file", "key", name=op.f("pk_edited")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_draft_account_account")),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_draft_agency_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE_POSTGRES)
        op.execute(STAY_POSTGRES)
    else:
        for event in ("UPDATE", "DELETE"):
            op.execute(STAY_SQLITE.format(event=event))
