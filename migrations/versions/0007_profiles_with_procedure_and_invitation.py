"""Profiles hold the procedure, how a person was invited and who helped

What was kept before follows from the responses and gives way; `survey setup` counts anew
(`process.renew`), and until then the service does not start.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: numbers of profiles that cells refer to, and the cells, which are derived and are counted anew
DERIVED = ("cell", "profile")


def upgrade() -> None:
    for table in DERIVED:
        op.execute(f"DROP TABLE {table}")
    op.create_table(
        "profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("invitation", sa.String(length=20), nullable=False),
        sa.Column("assisted", sa.String(length=20), nullable=False),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_profile_agency_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint(
            *("agency", "mode", "group", "kind", "field", "invitation", "assisted", "procedure"),
            name="uq_profile",
        ),
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
