"""Counts are kept by family, packed, with cross moments and products

What was kept before follows from the responses and gives way; `survey setup` counts anew
(`process.renew`), and until then the service does not start.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: counts of the first tables, which are derived and are counted anew
DERIVED = ("cell", "moment", "tally", "measure")


def upgrade() -> None:
    for table in DERIVED:
        op.execute(f"DROP TABLE {table}")
    op.create_index(op.f("ix_psu_wave_stratum_month"), "psu", ["wave", "stratum", "month"])
    op.create_table(
        "profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_profile_agency_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint(
            "agency", "mode", "group", "kind", "field", name=op.f("uq_profile_agency_mode_group_kind_field")
        ),
    )
    op.create_table(
        "layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layout")),
        sa.UniqueConstraint("digest", name=op.f("uq_layout_digest")),
    )
    op.create_table(
        "cell",
        sa.Column("psu", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instrument", sa.String(length=60), nullable=False),
        sa.Column("whole", sa.LargeBinary(), nullable=False),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument"], ["instrument.ref"], name=op.f("fk_cell_instrument_instrument")
        ),
        sa.ForeignKeyConstraint(["psu"], ["psu.id"], name=op.f("fk_cell_psu_psu")),
        sa.PrimaryKeyConstraint("psu", "instrument", name=op.f("pk_cell")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "moment",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("layout", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("stratum", sa.String(length=60), nullable=False),
        sa.Column("sums", sa.LargeBinary(), nullable=False),
        sa.Column("crosses", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["layout"], ["layout.id"], name=op.f("fk_moment_layout_layout")),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_moment_wave_wave")),
        sa.PrimaryKeyConstraint("wave", "layout", "family", "month", "stratum", name=op.f("pk_moment")),
        sqlite_with_rowid=False,
    )
    for name in ("tally", "product"):
        op.create_table(
            name,
            sa.Column("wave", sa.String(length=60), nullable=False),
            sa.Column("layout", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("domain", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("month", sa.String(length=7), nullable=False),
            sa.Column("sums", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint(["domain"], ["domain.id"], name=op.f(f"fk_{name}_domain_domain")),
            sa.ForeignKeyConstraint(["layout"], ["layout.id"], name=op.f(f"fk_{name}_layout_layout")),
            sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f(f"fk_{name}_wave_wave")),
            sa.PrimaryKeyConstraint("wave", "layout", "domain", "month", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
