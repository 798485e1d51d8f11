"""Readings: comments as staff read them"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SEARCH = """CREATE VIRTUAL TABLE reading_words
USING fts5(words, content='', detail=none, tokenize="ascii tokenchars '@#+-_'")"""


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text().with_variant(sa.ARRAY(sa.Text()), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_reading_agency_agency")),
        sa.ForeignKeyConstraint(["desk"], ["agency.code"], name=op.f("fk_reading_desk_agency")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reading")),
        sa.UniqueConstraint("key", name=op.f("uq_reading_key")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_reading_words", "reading", ["words"], postgresql_using="gin")
    else:
        op.execute(SEARCH)
