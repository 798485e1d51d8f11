"""Migrations only go forward, number themselves in one line, and lose nothing that is in the tables."""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from survey import collect, design, process
from survey.store import database as databases
from survey.store.database import MIGRATIONS, Database
from survey.store.schema import metadata
from tests.answering import rated
from tests.conftest import KEYS, NOW, TODAY, Chance


def scripts() -> list[Path]:
    return sorted((MIGRATIONS / "versions").glob("*.py"))


def test_the_migrations_make_the_schema_and_nothing_else(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrations_stand_in_one_numbered_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    line = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert line == [f"{number:04}" for number in range(1, len(scripts()) + 1)]
    assert [path.name[:4] for path in scripts()] == line


def test_no_migration_goes_back() -> None:
    for path in scripts():
        assert not re.search(r"def downgrade|drop_table|drop_column", path.read_text(encoding="utf-8")), path


def test_migrating_again_keeps_every_row(province: Database, province_url: str) -> None:
    for _ in range(12):
        collect.submit(province, rated(), at=NOW)
    process.seal_all(province, rng=Chance(1), today=TODAY)
    collect.submit(province, rated(3), at=NOW)
    before = counted(province)
    databases.migrate(province_url)
    assert counted(province) == before
    assert process.rebuild(province).equal and process.waiting(province) == 1


def test_a_database_from_the_first_release_is_brought_up_with_its_data(tmp_path: Path) -> None:
    """From revision 0001, filled as the first release fills it, to the newest."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    databases.migrate(url, to="0001")
    old = databases.connect(url, KEYS)
    design.load_shipped(old, on=TODAY)
    receipt = collect.submit(old, rated(), at=NOW)
    process.seal_all(old, rng=Chance(1), today=TODAY)
    old.dispose()
    databases.migrate(url)
    new = databases.connect(url, KEYS)
    assert collect.trace(new, receipt.code).position == 0
    assert process.rebuild(new).equal
    new.dispose()


def test_on_sqlite_no_table_that_is_keyed_by_a_hash_keeps_the_order_of_arrival(sqlite_url: str) -> None:
    opened = databases.connect(sqlite_url, KEYS)
    with opened.read() as connection:
        made = dict(
            connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
        )
    opened.dispose()
    for table in ("submission", "inbox"):
        assert "WITHOUT ROWID" in made[table]


def counted(db: Database) -> dict[str, int]:
    with db.read() as connection:
        return {
            table.name: connection.scalar(text(f"SELECT count(*) FROM {table.name}")) or 0
            for table in metadata.sorted_tables
        }
