"""Telephones of interviewers as devices without a counter, and visits that do not stand"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

PLACE = "CONSTRAINT ck_device_place CHECK ((counter IS NULL) <> (account IS NULL))"
REFERENCE = "CONSTRAINT fk_device_account_account REFERENCES account (id)"
#: SQLite changes no column, but its documentation (ALTER TABLE, section 7) lets a constraint that the rows do not
#: depend on be taken out of the text of the schema
RELAX_SQLITE = """UPDATE sqlite_master SET sql = replace(sql, 'counter VARCHAR(60) NOT NULL', 'counter VARCHAR(60)')
WHERE type = 'table' AND name = 'device'"""
RELAX_POSTGRES = "ALTER TABLE device ALTER COLUMN counter DROP NOT NULL"


def upgrade() -> None:
    server = op.get_bind().dialect.name == "postgresql"
    if server:
        op.execute(RELAX_POSTGRES)
    else:
        op.execute("PRAGMA writable_schema=ON")
        op.execute(RELAX_SQLITE)
        op.execute("PRAGMA writable_schema=RESET")
    op.execute(f"ALTER TABLE device ADD COLUMN account INTEGER {PLACE} {REFERENCE}")
    op.create_index(op.f("ix_device_account"), "device", ["account"])
    op.add_column("visit", sa.Column("stands", sa.Boolean(), server_default=sa.true(), nullable=False))
