"""Migrations only go forward, number themselves in one line, and lose nothing that is in the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, delete, inspect, select, text

from survey import collect, design, errors, process
from survey.store import about, cells, schema
from survey.store import database as databases
from survey.store.database import MIGRATIONS, Database
from survey.store.schema import WORDS, metadata
from tests.answering import rated
from tests.conftest import KEYS, NOW, NUMBERS, TODAY, Chance, made, written


def scripts() -> list[Path]:
    return sorted((MIGRATIONS / "versions").glob("*.py"))


def is_of_the_schema(name: str | None, kind: str, _parents: object) -> bool:
    """The index of words differs between the engines: tables of its own on one, a GIN index on the other."""
    return kind not in ("table", "index") or WORDS not in (name or "")


def test_the_migrations_make_the_schema_and_nothing_else(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_of_the_schema})
        assert compare_metadata(context, metadata) == []


def test_migrations_stand_in_one_numbered_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    line = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert line == [f"{number:04}" for number in range(1, len(scripts()) + 1)]
    assert [path.name[:4] for path in scripts()] == line


#: the migrations that drop tables, and which: what is derived from responses may give way, and is counted anew
DROPPED = {"0002": ("cell", "moment", "tally", "measure"), "0007": ("cell", "profile")}

#: lines that name what is taken away in order to forbid it: triggers
FORBIDDING = {
    "0006": [
        'STAY_POSTGRES = """CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit',
        '        for event in ("UPDATE", "DELETE"):',
    ],
    "0008": [
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;",
        'STAY_PIECES_POSTGRES = """CREATE TRIGGER edition_piece_stays BEFORE UPDATE OR DELETE ON edition_piece',
        '        for event in ("UPDATE", "DELETE"):',
        '    for event in ("UPDATE", "DELETE"):',
    ],
    "0009": [
        'STAY_POSTGRES = """CREATE TRIGGER revision_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON revision',
        '        for event in ("UPDATE", "DELETE"):',
    ],
    "0019": [
        '    "household_wave": {"UPDATE": TOUCHED, "DELETE": "OLD.progress <> \'planned\'"},',
        '    "substitution": {"UPDATE": "1 = 1", "DELETE": "1 = 1"},',
        '    "visit": {"UPDATE": "1 = 1", "DELETE": "1 = 1"},',
        '    "wave_weighting": {"UPDATE": "1 = 1", "DELETE": "1 = 1"},',
        '    "wave_weight": {"UPDATE": "1 = 1", "DELETE": "1 = 1"},',
    ],
    "0020": [
        'RELAX_POSTGRES = "ALTER TABLE device ALTER COLUMN counter DROP NOT NULL"',
    ],
}


def test_no_migration_goes_back() -> None:
    """One statement of two migrations drops tables that are derived; nothing else is ever taken away."""
    for path in scripts():
        text = path.read_text(encoding="utf-8")
        taken_away = re.findall(
            r"(?i)^.*(?:def downgrade|drop|delete|truncate|batch_alter).*$", text, re.MULTILINE
        )
        dropped = DROPPED.get(path.name[:4])
        if dropped is None:
            assert taken_away == FORBIDDING.get(path.name[:4], []), path
        else:
            assert taken_away == ['        op.execute(f"DROP TABLE {table}")'], path
            assert f"DERIVED = {dropped}".replace("'", '"') in text.splitlines(), path
            assert "    for table in DERIVED:\n" + taken_away[0] in text, path


def test_migrating_again_keeps_every_row(province: Database, province_url: str) -> None:
    for _ in range(12):
        collect.submit(province, rated(), at=NOW)
    process.seal_all(province, rng=Chance(1), today=TODAY)
    collect.submit(province, rated(3), at=NOW)
    before = counted(province)
    databases.migrate(province_url)
    assert counted(province) == before
    assert process.rebuild(province).equal and process.waiting(province) == 1


def test_on_counts_of_the_edition_before_no_service_starts_until_they_are_made_anew(
    province: Database, province_url: str
) -> None:
    """As the edition before had it: within an agency nothing is kept of kinds of people."""
    collect.submit_many(province, [rated(4) for _ in range(3)], at=NOW)
    process.seal_all(province, rng=Chance(1), today=TODAY)
    design.dedicate(province, "real")
    family, wanted = "agency:03646/kind", ("agency:03646/kind:unstated", "item:overall")
    with province.write() as connection:
        connection.execute(delete(schema.moment).where(schema.moment.c.family == family))
        about.write(connection, about.COUNTS, str(int(cells.EDITION) - 1))
    with pytest.raises(errors.WrongSchema) as refusal:
        design.opened(province_url, KEYS, "real")
    assert refusal.value.detail == {
        "holds": f"counts {int(cells.EDITION) - 1}",
        "wanted": f"counts {cells.EDITION}",
    }
    assert (process.renew(province), process.renew(province)) == (3, 0)
    with province.read() as connection:
        kept = cells.strata(connection, "rating-short", domains=[wanted[0]], months=("2026-11", "2026-11"))
    assert kept[wanted]["03646"].people == 3
    design.opened(province_url, KEYS, "real").dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.sqlite3'}"
        return
    template: URL = request.getfixturevalue("postgres_template")
    name = f"{template.database}_{next(NUMBERS)}"
    with made(request.getfixturevalue("postgres"), name) as empty:
        yield written(empty)


def test_a_database_from_the_first_release_is_brought_up_with_its_data(
    empty_url: str, sqlite_url: str
) -> None:
    """From revision 0001, with the rows that the first release would have, to the newest; counts are made anew."""
    filled = databases.connect(sqlite_url, KEYS)
    design.load_shipped(filled, on=TODAY)
    design.dedicate(filled, "real")
    receipts = [collect.submit(filled, rated(step), at=NOW) for step in (5, 4, 2)]
    assert process.seal_all(filled, rng=Chance(1), today=TODAY) == 3
    databases.migrate(empty_url, to="0001")
    old = databases.connect(empty_url, KEYS)
    with filled.read() as source, old.write() as target:
        copy_what_is_collected(source, target)
        count_as_the_first_release(target)
    filled.dispose()
    old.dispose()
    databases.migrate(empty_url)
    with pytest.raises(errors.WrongSchema):
        design.opened(empty_url, KEYS, "real")
    new = databases.connect(empty_url, KEYS)
    assert (process.renew(new), process.renew(new)) == (3, 0)
    assert [collect.trace(new, receipt.code).position for receipt in receipts] != [None] * 3
    assert process.rebuild(new).equal
    assert design.reference(new).versions["rating-short"] == {"onestop-short@2026.1"}
    with new.read() as connection:
        kept = cells.strata(connection, "rating-short", domains=["all"], months=("2026-11", "2026-11"))
    assert kept["all", "item:overall"]["03646"].people == 3
    new.dispose()
    design.opened(empty_url, KEYS, "real").dispose()


#: tables that follow from the responses
COUNTS = frozenset({"psu", "domain", "measure", "cell", "moment", "tally"})


def copy_what_is_collected(source: Connection, target: Connection) -> None:
    """Every row of the tables that the target has, in the columns that it has; counts apart."""
    known = inspect(target)
    for table in metadata.sorted_tables:
        if table.name in COUNTS or not known.has_table(table.name):
            continue
        columns = [table.c[column["name"]] for column in known.get_columns(table.name)]
        rows = [dict(row._mapping) for row in source.execute(select(*columns))]
        if table.name == "about":
            rows = [row for row in rows if row["name"] in (about.CATALOGUE, about.PURPOSE)]
        if rows:
            target.execute(table.insert(), rows)


def count_as_the_first_release(connection: Connection) -> None:
    """One row of each table of counts, as revision 0001 has them."""
    kept = {
        "wave": "rating-short",
        "month": "2026-11",
        "stratum": "03646",
        "instrument": "onestop-short@2026.1",
        "label": "03646-1:2026-11-23",
        "blob": b"\0" * 56,
    }
    for statement in (
        "INSERT INTO psu (id, wave, month, stratum, label) VALUES (1, :wave, :month, :stratum, :label)",
        "INSERT INTO domain (id, code) VALUES (1, 'all')",
        "INSERT INTO measure (id, code) VALUES (1, 'item:overall')",
        "INSERT INTO cell VALUES (1, :instrument, '03646', 'kiosk', '', :blob)",
        "INSERT INTO moment VALUES (:wave, 1, 1, :month, :stratum, 1, 3, 3, 3, 3, 2, 11, 45, 9, 6, 4, 33, 121)",
        "INSERT INTO tally VALUES (:wave, 1, 1, :month, '5', 1, 1)",
    ):
        connection.execute(text(statement), kept)


def test_on_sqlite_no_table_that_is_keyed_by_a_hash_keeps_the_order_of_arrival(sqlite_url: str) -> None:
    opened = databases.connect(sqlite_url, KEYS)
    with opened.read() as connection:
        made = dict(
            connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
        )
    opened.dispose()
    for table in (
        "submission",
        "inbox",
        "comment",
        "sequence",
        "arrival",
        "late",
        "dead_letter",
        "quarantine",
    ):
        assert "WITHOUT ROWID" in made[table]


def counted(db: Database) -> dict[str, int]:
    with db.read() as connection:
        return {
            table.name: connection.scalar(text(f"SELECT count(*) FROM {table.name}")) or 0
            for table in metadata.sorted_tables
        }
