"""Law 5: no join of a database dump links a token to an answer better than chance within its batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from benchmarks import attacker
from survey import invite, process
from survey.store import tokens
from survey.store.database import Database
from survey.token import LIFETIME
from tests.conftest import Chance

TABLES = ("token", "token_spent", "token_key", "coverage", "answered", "sender")


def test_nothing_in_a_dump_leads_from_a_token_to_an_answer(province: Database, chance: Chance) -> None:
    people = attacker.act(province, chance, batches=4)
    if not province.sqlite:
        assert any(copies(province, batch) == {1} for batch in people)  # mixing wrote the files anew
        written_anew(province, [pair for batch in people for pair in batch])
    found = attacker.attacks(province, people, chance)
    assert {attack.tokens for attack in found} == {4 * attacker.BATCH}
    assert [attack for attack in found if attack.better] == []
    assert min(attacker.adjusted(found)) > 0.01


def test_the_attacker_finds_what_lies_in_the_order_it_came_in(province: Database, chance: Chance) -> None:
    """Without mixing spent tokens lie beside their answers: what the test above would see."""
    people = attacker.act(province, chance, batches=2, mixing=False)
    better = {attack.name for attack in attacker.attacks(province, people, chance) if attack.better}
    expected = "written together (log)" if province.sqlite else "transaction of the row (xmin)"
    assert f"spent: {expected}" in better
    assert not any(name.startswith("issued:") and "together" in name for name in better)


@pytest.mark.parametrize("province_url", ["postgres"], indirect=True)
@pytest.mark.postgres
def test_nothing_is_left_in_a_file_of_rows_as_they_were_before_they_were_mixed(
    province: Database, chance: Chance
) -> None:
    """PostgreSQL keeps the bytes of old rows, with their transactions, until the file is written anew.

    It writes them out again as long as anybody on the server may still look at them.
    """
    (people,) = attacker.act(province, chance, batches=1, mixing=False)
    with province.write() as connection:
        tokens.mix(connection)
    assert copies(province, people) == {2}
    written_anew(province, people)


def copies(db: Database, people: Sequence[attacker.Pair]) -> set[int]:
    """How often the hashes of a token stand in the files of their tables."""
    files = attacker.files_of(db)
    held = ((files["token"], pair.issued, files["token_spent"], pair.spent) for pair in people)
    return {raw for one, issued, two, spent in held for raw in (one.count(issued), two.count(spent))}


def written_anew(db: Database, people: Sequence[attacker.Pair]) -> None:
    """Write the files anew, as every mixing and every day does, until nobody else looked at that moment."""
    for _ in range(50):
        if copies(db, people) == {1}:
            return
        tokens.clear_log(db, whole=True)
    raise AssertionError("old rows are still in the files")


def test_before_anything_is_sealed_no_issued_token_leads_to_an_answer(
    province: Database, chance: Chance
) -> None:
    """The two hashes of a token meet in nothing that is kept, so the log of the presses shows no link."""
    people = attacker.act(province, chance, batches=1, size=20, mixing=False)
    issued = [a for a in attacker.attacks(province, people, chance) if a.name.startswith("issued:")]
    written = [a for a in issued if "together" in a.name or "transaction" in a.name or "pages" in a.name]
    assert written
    assert not any(attack.better for attack in written)


def test_no_table_of_tokens_counts_its_rows_or_holds_a_time(province: Database) -> None:
    with province.read() as connection:
        for table in TABLES[:3]:
            names = {column["name"]: str(column["type"]) for column in inspect(connection).get_columns(table)}
            assert not {"id", "at", "number", "day", "received"} & set(names)
            assert not any("INT" in kind or "DATE" in kind or "TIME" in kind for kind in names.values())
        if province.sqlite:
            made = connection.scalars(text("SELECT sql FROM sqlite_master WHERE name LIKE 'token%'")).all()
            assert all("WITHOUT ROWID" in sql for sql in made if sql and sql.startswith("CREATE TABLE"))
            assert "AUTOINCREMENT" not in " ".join(filter(None, made))


def test_when_a_period_is_over_nothing_of_it_is_left(province: Database, chance: Chance) -> None:
    people = attacker.act(province, chance, batches=1)
    day = attacker.TODAY.replace(month=12, day=31)
    assert invite.forget(province, on=day) == ()
    later = day.fromordinal(day.toordinal() + LIFETIME)
    assert invite.forget(province, on=later) == ("2026-11",)
    with province.read() as connection:
        assert [connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in TABLES[:3]] == [0, 0, 0]
        assert process.rebuild(province).equal
    if province.sqlite:
        raw = Path(str(province.engine.url.database)).read_bytes()
        assert not any(pair.issued in raw or pair.spent in raw for batch in people for pair in batch)
