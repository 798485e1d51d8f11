"""The audit: what is asked of it today. Entries are written by whatever does what they tell of."""

from __future__ import annotations

from dataclasses import replace

from survey import design, errors
from survey.account import Account, Deed, Entry, Sought, follow
from survey.store import accounts, audit
from survey.store.database import Database

#: entries on one page, and in one file
SHOWN, EXPORTED = 50, 100_000


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


def search(
    db: Database, agency: str, sought: Sought, *, before: int | None = None, limit: int = SHOWN
) -> tuple[Entry, ...]:
    """Entries of an agency, the newest first: of all at the root, below it of those who belong there.

    sought.accounts is cut to those.
    """
    known = design.reference(db)
    with db.read() as connection:
        if known.agency(agency).parent is not None:
            within = [code for code in known.agencies if known.under(agency, code)]
            own = tuple(account.id for account in accounts.listed(connection, within))
            asked = own if sought.accounts is None else sought.accounts
            sought = replace(sought, accounts=tuple(set(own) & set(asked)))
        return audit.found(connection, sought, limit=limit, before=before)


def export(db: Database, by: Account, agency: str, sought: Sought, *, at: int) -> tuple[Entry, ...]:
    """All that `search` finds, at once; that it was taken out is an entry too."""
    entries = search(db, agency, sought, limit=EXPORTED)
    with db.write() as connection:
        audit.record(
            connection,
            db.keys.salt,
            at=at,
            account=by.id,
            what=Deed.AUDIT_EXPORTED,
            thing=f"{len(entries)} entries of {agency}",
        )
    return entries


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
