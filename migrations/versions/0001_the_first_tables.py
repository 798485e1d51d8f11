"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "about",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_about")),
    )
    op.create_table(
        "agency",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["agency.code"], name=op.f("fk_agency_parent_agency")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_agency")),
    )
    op.create_table(
        "checkpoint",
        sa.Column(
            "size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "domain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain")),
        sa.UniqueConstraint("code", name=op.f("uq_domain_code")),
    )
    op.create_table(
        "field",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("ministry", sa.Text(), nullable=False),
        sa.Column("target_group", sa.String(length=20), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_field")),
    )
    op.create_table(
        "inbox",
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("place", "commitment", name=op.f("pk_inbox")),
        sa.UniqueConstraint("commitment", name=op.f("uq_inbox_commitment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "instrument",
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_instrument")),
    )
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("level > 0", name=op.f("ck_ledger_node_level")),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_ledger_node")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("code", name=op.f("uq_measure_code")),
    )
    op.create_table(
        "published_figure",
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("place", "year", "indicator", name=op.f("pk_published_figure")),
    )
    op.create_table(
        "reform",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reform")),
    )
    op.create_table(
        "response",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_response")),
        sa.UniqueConstraint("commitment", name=op.f("uq_response_commitment")),
    )
    op.create_table(
        "submission",
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_submission")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "target",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("operator", sa.String(length=2), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_target")),
    )
    op.create_table(
        "counter",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("receiver", sa.String(length=40), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_counter_agency_agency")),
        sa.ForeignKeyConstraint(["receiver"], ["agency.code"], name=op.f("fk_counter_receiver_agency")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_counter")),
    )
    op.create_table(
        "procedure",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("department", sa.String(length=40), nullable=True),
        sa.Column("ministry", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("at_commune", sa.Boolean(), nullable=False),
        sa.Column("target_group", sa.String(length=20), nullable=True),
        sa.Column("name_official", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["agency.code"], name=op.f("fk_procedure_department_agency")),
        sa.ForeignKeyConstraint(["field"], ["field.code"], name=op.f("fk_procedure_field_field")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_procedure")),
    )
    op.create_table(
        "wave",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("instrument", sa.String(length=60), nullable=False),
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("headline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument"], ["instrument.ref"], name=op.f("fk_wave_instrument_instrument")
        ),
        sa.ForeignKeyConstraint(["root"], ["agency.code"], name=op.f("fk_wave_root_agency")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_wave")),
    )
    op.create_table(
        "moment",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("domain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("stratum", sa.String(length=60), nullable=False),
        sa.Column("psus", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("w", sa.Float(), nullable=False),
        sa.Column("w2", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("s", sa.Float(), nullable=False),
        sa.Column("q", sa.Float(), nullable=False),
        sa.Column("ww", sa.Float(), nullable=False),
        sa.Column("wy", sa.Float(), nullable=False),
        sa.Column("yy", sa.Float(), nullable=False),
        sa.Column("ws", sa.Float(), nullable=False),
        sa.Column("ss", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["domain"], ["domain.id"], name=op.f("fk_moment_domain_domain")),
        sa.ForeignKeyConstraint(["measure"], ["measure.id"], name=op.f("fk_moment_measure_measure")),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_moment_wave_wave")),
        sa.PrimaryKeyConstraint("wave", "domain", "measure", "month", "stratum", name=op.f("pk_moment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "psu",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("stratum", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_psu_wave_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_psu")),
        sa.UniqueConstraint(
            "wave", "label", "month", "stratum", name=op.f("uq_psu_wave_label_month_stratum")
        ),
    )
    op.create_table(
        "tally",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("domain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("w", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["domain"], ["domain.id"], name=op.f("fk_tally_domain_domain")),
        sa.ForeignKeyConstraint(["measure"], ["measure.id"], name=op.f("fk_tally_measure_measure")),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_tally_wave_wave")),
        sa.PrimaryKeyConstraint("wave", "domain", "measure", "month", "outcome", name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cell",
        sa.Column("psu", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instrument", sa.String(length=60), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("sums", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_cell_agency_agency")),
        sa.ForeignKeyConstraint(
            ["instrument"], ["instrument.ref"], name=op.f("fk_cell_instrument_instrument")
        ),
        sa.ForeignKeyConstraint(["psu"], ["psu.id"], name=op.f("fk_cell_psu_psu")),
        sa.PrimaryKeyConstraint("psu", "instrument", "agency", "mode", "group", name=op.f("pk_cell")),
        sqlite_with_rowid=False,
    )
