"""The audit: entries are added and stay, and a change that was made past the service shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import exc, text

from survey import admit, errors
from survey.account import Deed
from survey.store import audit
from survey.store.database import Database


def note(db: Database, thing: str = "") -> None:
    admit.refused(db, Deed.ACCESS_REFUSED, account=None, thing=thing, at=1)


def past_the_service(db: Database, statement: str) -> None:
    """Change the table as somebody does who owns it."""
    with db.write() as connection:
        if db.sqlite:
            connection.execute(text("DROP TRIGGER audit_stays_UPDATE"))
            connection.execute(text("DROP TRIGGER audit_stays_DELETE"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_stays"))
        connection.execute(text(statement))


def test_an_empty_audit_holds(database: Database) -> None:
    assert admit.verify(database) == 0
    assert admit.head(database) is None


def test_entries_follow_from_one_another(database: Database) -> None:
    for thing in ("một", "hai", 'b"a\n'):
        note(database, thing)
    assert admit.verify(database) == 3
    assert [entry.thing for entry in admit.newest(database, 2)] == ['b"a\n', "hai"]


@pytest.mark.parametrize("statement", ["UPDATE audit SET thing = 'other'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_an_entry(database: Database, statement: str) -> None:
    note(database)
    with pytest.raises((exc.DatabaseError, errors.TemporarilyUnavailable)), database.write() as connection:
        connection.execute(text(statement))
    assert admit.verify(database) == 1


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE audit SET thing = 'other' WHERE number = 2", 2),
        ("UPDATE audit SET at = 2 WHERE number = 2", 2),
        ("UPDATE audit SET account = 7 WHERE number = 3", 3),
        ("UPDATE audit SET what = 'granted' WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("UPDATE audit SET hash = (SELECT hash FROM audit WHERE number = 1) WHERE number = 2", 2),
    ],
)
def test_a_change_past_the_service_shows(database: Database, statement: str, number: int) -> None:
    for _ in range(4):
        note(database)
    past_the_service(database, statement)
    with pytest.raises(errors.AuditBroken) as broken:
        admit.verify(database)
    assert broken.value.detail == {"number": number}


def test_an_entry_that_was_cut_off_shows_to_whoever_wrote_it_down(database: Database) -> None:
    for _ in range(3):
        note(database)
    head = admit.head(database)
    assert head is not None
    known = (head.number, head.hash.hex())
    assert admit.verify(database, known=known) == 3
    past_the_service(database, "DELETE FROM audit WHERE number = 3")
    assert admit.verify(database) == 2
    with pytest.raises(errors.AuditBroken):
        admit.verify(database, known=known)
    note(database, "in its place")
    with pytest.raises(errors.AuditBroken):
        admit.verify(database, known=known)


def test_entries_of_many_at_once_stand_in_one_line(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: note(database, str(n)), range(24)))
    assert admit.verify(database) == 24


def _give_and_fail(database: Database) -> None:
    with database.write() as connection:
        audit.record(connection, database.keys.salt, at=1, account=None, what=Deed.GRANTED)
        raise RuntimeError


def test_no_entry_stays_of_what_did_not_happen(database: Database) -> None:
    with pytest.raises(RuntimeError):
        _give_and_fail(database)
    assert admit.verify(database) == 0
