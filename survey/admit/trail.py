"""The audit: what is asked of it today. Entries are written by whatever does what they tell of."""

from __future__ import annotations

from survey import errors
from survey.account import Deed, Entry, follow
from survey.store import audit
from survey.store.database import Database


def refused(db: Database, what: Deed, *, account: int | None, thing: str, at: int) -> None:
    """Note a refusal, in a transaction of its own: what was refused has none."""
    with db.write() as connection:
        audit.record(connection, db.keys.salt, at=at, account=account, what=what, thing=thing)


def head(db: Database) -> Entry | None:
    """The newest entry, None before the first."""
    with db.read() as connection:
        return audit.head(connection)


def newest(db: Database, most: int) -> tuple[Entry, ...]:
    """The last entries, the newest first."""
    with db.read() as connection:
        return audit.newest(connection, most)


def verify(db: Database, *, known: tuple[int, str] | None = None) -> int:
    """Follow the chain from its first entry; how many entries there are.

    known: number and hash (hexadecimal) of an entry that was written down outside the service; with
    it, entries that were cut off at the end are noticed too. Raises `errors.AuditBroken` with the
    number of the first entry that does not follow.
    """
    before, number = b"", 0
    with db.read() as connection:
        for entry in audit.entries(connection):
            number += 1
            if entry.number != number or follow(db.keys.salt, before, entry) != entry.hash:
                raise errors.AuditBroken(number=number)
            if known and known[0] == number and known[1] != entry.hash.hex():
                raise errors.AuditBroken(number=number)
            before = entry.hash
    if known and known[0] > number:
        raise errors.AuditBroken(number=number + 1)
    return number
