"""How soon a process sees what was written: its own at once, another's after a moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from survey.store import about, agencies, database
from survey.store.database import Database
from tests.conftest import TODAY


def load_something(db: Database) -> None:
    with db.write() as connection:
        agencies.next_stamp(connection, TODAY + timedelta(days=1))


def stamp(db: Database) -> str:
    found = about.catalogue_stamp(db)
    assert found is not None
    return found


def twin_of(db: Database) -> Database:
    """Another process over the same database."""
    return database.connect(db.engine.url.render_as_string(hide_password=False), db.keys)


def test_what_a_process_loads_it_sees_at_once(province: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "GLANCE", 3600.0)
    before = stamp(province)
    load_something(province)
    assert stamp(province) != before


def test_what_another_process_loads_is_seen_when_the_glance_is_old(
    province: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = twin_of(province)
    try:
        before = stamp(province)
        monkeypatch.setattr(database, "GLANCE", 0.0)
        load_something(other)
        assert stamp(other) != before
        with province.write():
            pass  # forgets the glance that was still good
        assert stamp(province) == stamp(other)
        load_something(other)
        assert stamp(province) == stamp(other)
    finally:
        other.dispose()
