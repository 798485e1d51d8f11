"""Kiosks, and the questionnaires that a wave has had"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wave_instrument",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("instrument", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument"], ["instrument.ref"], name=op.f("fk_wave_instrument_instrument_instrument")
        ),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_wave_instrument_wave_wave")),
        sa.PrimaryKeyConstraint("wave", "instrument", name=op.f("pk_wave_instrument")),
    )
    op.execute("INSERT INTO wave_instrument (wave, instrument) SELECT code, instrument FROM wave")
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("counter", sa.String(length=60), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("code_until", sa.BigInteger(), nullable=True),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("pin_salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("pin_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.Column("heard", sa.BigInteger(), nullable=True),
        sa.Column("cleared", sa.BigInteger(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("oldest", sa.BigInteger(), nullable=True),
        sa.Column("dead", sa.Integer(), nullable=True),
        sa.Column("persisted", sa.Boolean(), nullable=True),
        sa.Column("free", sa.BigInteger(), nullable=True),
        sa.Column("app", sa.String(length=40), nullable=True),
        sa.Column("cloned", sa.Integer(), nullable=False),
        sa.Column("unsteady", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["counter"], ["counter.code"], name=op.f("fk_device_counter_counter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_device_code_hash")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sequence",
        sa.Column("device", sa.String(length=12), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first >= 1 AND last >= first", name=op.f("ck_sequence_range")),
        sa.ForeignKeyConstraint(["device"], ["device.id"], name=op.f("fk_sequence_device_device")),
        sa.PrimaryKeyConstraint("device", "first", name=op.f("pk_sequence")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "arrival",
        sa.Column("counter", sa.String(length=60), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["counter"], ["counter.code"], name=op.f("fk_arrival_counter_counter")),
        sa.PrimaryKeyConstraint("counter", "slot", name=op.f("pk_arrival")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "late",
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("received", sa.String(length=7), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave"], ["wave.code"], name=op.f("fk_late_wave_wave")),
        sa.PrimaryKeyConstraint("wave", "month", "received", name=op.f("pk_late")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dead_letter",
        sa.Column("device", sa.String(length=12), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.id"], name=op.f("fk_dead_letter_device_device")),
        sa.PrimaryKeyConstraint("device", "key", name=op.f("pk_dead_letter")),
        sqlite_with_rowid=False,
    )
