"""Editions: what is published of a closed period, in bundles that stay as they are"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: a published edition is neither changed nor removed, and pieces of its bundle are not either
STAY_SQLITE = """CREATE TRIGGER {table}_stays_{event} BEFORE {event} ON {table}
WHEN {condition}
BEGIN SELECT RAISE(ABORT, 'published editions stay as they are'); END"""
REFUSE_POSTGRES = """CREATE FUNCTION editions_stay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'published editions stay as they are'; END $$"""
STAY_POSTGRES = """CREATE TRIGGER {table}_stays_{event} BEFORE {event} ON {table}
FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION editions_stay()"""
#: conditions of PostgreSQL's triggers hold no subquery: the pieces' function looks itself
REFUSE_PIECES_POSTGRES = """CREATE FUNCTION edition_pieces_stay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF EXISTS (SELECT 1 FROM edition e WHERE e.code = OLD.code AND e.revision = OLD.revision AND e.stage = 'published')
THEN RAISE EXCEPTION 'published editions stay as they are'; END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
END $$"""
STAY_PIECES_POSTGRES = """CREATE TRIGGER edition_piece_stays BEFORE UPDATE OR DELETE ON edition_piece
FOR EACH ROW EXECUTE FUNCTION edition_pieces_stay()"""
OF_PUBLISHED = """EXISTS (SELECT 1 FROM edition e
WHERE e.code = OLD.code AND e.revision = OLD.revision AND e.stage = 'published')"""


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("software", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "stage <> 'published' OR decided_by <> proposed_by", name=op.f("ck_edition_two_people")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_edition_decided_by_account")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_edition_proposed_by_account")),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_edition_wave_wave")),
        sa.PrimaryKeyConstraint("code", "revision", name=op.f("pk_edition")),
    )
    op.create_index(
        "uq_edition_proposed",
        "edition",
        ["code"],
        unique=True,
        sqlite_where=sa.text("stage = 'proposed'"),
        postgresql_where=sa.text("stage = 'proposed'"),
    )
    op.create_table(
        "edition_piece",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["code", "revision"],
            ["edition.code", "edition.revision"],
            name=op.f("fk_edition_piece_code_revision_edition"),
        ),
        sa.PrimaryKeyConstraint("code", "revision", "number", name=op.f("pk_edition_piece")),
    )
    _keep_what_is_published()


def _keep_what_is_published() -> None:
    published = "OLD.stage = 'published'"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE_POSTGRES)
        op.execute(REFUSE_PIECES_POSTGRES)
        for event in ("UPDATE", "DELETE"):
            op.execute(STAY_POSTGRES.format(table="edition", event=event, condition=published))
        op.execute(STAY_PIECES_POSTGRES)
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(STAY_SQLITE.format(table="edition", event=event, condition=published))
        op.execute(STAY_SQLITE.format(table="edition_piece", event=event, condition=OF_PUBLISHED))
