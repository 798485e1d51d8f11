"""How soon a process sees what was written, and what it does when its server has hung up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from survey import collect, process
from survey.store import about, agencies, database
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import NOW, TODAY


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


ON_A_SERVER = pytest.mark.parametrize(
    "province_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def hang_up(db: Database) -> None:
    """Close every connection to the database, as a server does that starts anew."""
    ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with db.engine.connect() as connection:
        connection.exec_driver_sql(ours)


@ON_A_SERVER
def test_a_press_is_kept_though_the_server_has_hung_up(
    province: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "GLANCE", 3600.0)
    monkeypatch.setattr(database, "REST", 3600.0)
    first, second = (collect.submit(province, rated(), at=NOW) for _ in range(2))
    other = twin_of(province)
    hang_up(other)
    third = collect.submit(province, rated(), at=NOW)
    other.dispose()
    assert process.waiting(province) == len({first.code, second.code, third.code}) == 3


@ON_A_SERVER
def test_a_connection_that_rested_is_asked_before_it_is_used(
    province: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert process.waiting(province) == 0
    other = twin_of(province)
    hang_up(other)
    other.dispose()
    monkeypatch.setattr(database, "REST", -1.0)
    assert process.waiting(province) == 0
