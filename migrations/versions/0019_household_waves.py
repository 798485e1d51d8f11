"""Household waves: frames, samples, assignments, visits, substitutions and weights"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

#: what a wave was planned with is fixed when it opens, and a wave only goes on
STEPS = "CASE {row}.progress WHEN 'planned' THEN 0 WHEN 'open' THEN 1 WHEN 'closed' THEN 2 ELSE 3 END"
FIXED = ("code", "root", "instrument", "starts", "ends", "parameters")
CHANGED = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in FIXED)
BACKWARDS = f"{STEPS.format(row='NEW')} < {STEPS.format(row='OLD')}"
TOUCHED = f"(OLD.progress <> 'planned' AND ({CHANGED})) OR {BACKWARDS}"

#: of a drawn unit, how it is found can be taken out, and nothing else changes
KEPT = ("code", "wave", "stratum", "commune", "village", "size", "part", "place")
KEPT += ("probability", "weight", "layer")
REDRAWN = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in KEPT)

#: table -> event -> condition under which it is refused
REFUSED = {
    "household_wave": {"UPDATE": TOUCHED, "DELETE": "OLD.progress <> 'planned'"},
    "sample_unit": {"UPDATE": REDRAWN},
    "substitution": {"UPDATE": "1 = 1", "DELETE": "1 = 1"},
    "visit": {"UPDATE": "1 = 1", "DELETE": "1 = 1"},
    "wave_weighting": {"UPDATE": "1 = 1", "DELETE": "1 = 1"},
    "wave_weight": {"UPDATE": "1 = 1", "DELETE": "1 = 1"},
}
STAY_SQLITE = """CREATE TRIGGER {table}_stays_{event} BEFORE {event} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, 'a household wave stays as it was fixed'); END"""
REFUSE_POSTGRES = """CREATE FUNCTION household_wave_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a household wave stays as it was fixed'; END $$"""
STAY_POSTGRES = """CREATE TRIGGER {table}_stays_{event} BEFORE {event} ON {table}
FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION household_wave_stays()"""


def upgrade() -> None:
    _waves()
    _samples()
    _weights()
    server = op.get_bind().dialect.name == "postgresql"
    if server:
        op.execute(REFUSE_POSTGRES)
    for table, events in REFUSED.items():
        for event, condition in events.items():
            stay = STAY_POSTGRES if server else STAY_SQLITE
            op.execute(stay.format(table=table, event=event, condition=condition))


def _waves() -> None:
    op.create_table(
        "household_wave",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.Column("instrument", sa.String(length=60), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("progress", sa.String(length=10), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_household_wave_ends_after_start")),
        sa.ForeignKeyConstraint(["root"], ["agency.code"], name=op.f("fk_household_wave_root_agency")),
        sa.ForeignKeyConstraint(
            ["instrument"], ["instrument.ref"], name=op.f("fk_household_wave_instrument_instrument")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_household_wave")),
    )
    op.create_table(
        "frame_unit",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stratum", sa.String(length=12), nullable=False),
        sa.Column("commune", sa.String(length=16), nullable=False),
        sa.Column("village", sa.String(length=30), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave"], ["household_wave.code"], name=op.f("fk_frame_unit_wave_household_wave")
        ),
        sa.PrimaryKeyConstraint("wave", "number", name=op.f("pk_frame_unit")),
        sqlite_with_rowid=False,
    )


def _samples() -> None:
    op.create_table(
        "sample_cluster",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("commune", sa.String(length=16), nullable=False),
        sa.Column("village", sa.String(length=30), nullable=False),
        sa.Column("stratum", sa.String(length=12), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave"], ["household_wave.code"], name=op.f("fk_sample_cluster_wave_household_wave")
        ),
        sa.PrimaryKeyConstraint("wave", "commune", "village", name=op.f("pk_sample_cluster")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sample_unit",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("stratum", sa.String(length=12), nullable=False),
        sa.Column("commune", sa.String(length=16), nullable=False),
        sa.Column("village", sa.String(length=30), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("layer", sa.String(length=60), nullable=False),
        sa.Column("psu", sa.String(length=120), nullable=True),
        sa.Column("population", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["wave"], ["household_wave.code"], name=op.f("fk_sample_unit_wave_household_wave")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sample_unit")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_sample_unit_wave_commune_village_place"),
        "sample_unit",
        ["wave", "commune", "village", "place"],
        unique=True,
    )
    op.create_table(
        "assignment",
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_assignment_account_account")),
        sa.ForeignKeyConstraint(["unit"], ["sample_unit.code"], name=op.f("fk_assignment_unit_sample_unit")),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_account"), "assignment", ["account"])
    op.create_table(
        "substitution",
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("substitute", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_substitution_account_account")),
        sa.ForeignKeyConstraint(
            ["substitute"], ["sample_unit.code"], name=op.f("fk_substitution_substitute_sample_unit")
        ),
        sa.ForeignKeyConstraint(
            ["unit"], ["sample_unit.code"], name=op.f("fk_substitution_unit_sample_unit")
        ),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_substitution")),
        sa.UniqueConstraint("substitute", name=op.f("uq_substitution_substitute")),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("disposition", sa.String(length=24), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_visit_account_account")),
        sa.ForeignKeyConstraint(["unit"], ["sample_unit.code"], name=op.f("fk_visit_unit_sample_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("unit", "number", name=op.f("uq_visit_unit_number")),
        sqlite_with_rowid=False,
    )


def _weights() -> None:
    op.create_table(
        "wave_weighting",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_wave_weighting_account_account")),
        sa.ForeignKeyConstraint(
            ["wave"], ["household_wave.code"], name=op.f("fk_wave_weighting_wave_household_wave")
        ),
        sa.PrimaryKeyConstraint("wave", "version", name=op.f("pk_wave_weighting")),
    )
    op.create_table(
        "wave_weight",
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave", "version"],
            ["wave_weighting.wave", "wave_weighting.version"],
            name=op.f("fk_wave_weight_wave_version_wave_weighting"),
        ),
        sa.PrimaryKeyConstraint("commitment", "version", name=op.f("pk_wave_weight")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_wave_weight_wave_version"), "wave_weight", ["wave", "version"])
