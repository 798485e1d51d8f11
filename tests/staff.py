"""People who work with the service, as tests need them: made, and let in."""

from __future__ import annotations

from survey import admit
from survey.account import Account, Stage, Way
from survey.admit import Entered, Given, passwords, sessions
from survey.roles import Grant, Role
from survey.store import accounts, audit
from survey.store.database import Database

#: a moment of the tests' day: 23 November 2026, 09:30 in the province
AT = 1_795_401_000
OWN_PASSWORD = "ba con trâu gặm cỏ non"


def made(
    db: Database, name: str = "lan.lo", *roles: Role, agency: str = "son-la", address: str = ""
) -> Given:
    """An account with these roles over its agency, whose first password nobody has used."""
    given = admit.create(db, None, name=name, person="Lò Thị Lan", agency=agency, address=address, at=AT)
    for role in roles:
        admit.give(db, None, given.account, Grant(role, agency), at=AT)
    return given


def settled(db: Database, name: str = "lan.lo", *roles: Role, agency: str = "son-la") -> Account:
    """An account that has put a password of its own in the place of the first one."""
    given = made(db, name, *roles, agency=agency)
    with db.write() as connection:
        kept = passwords.hashed(OWN_PASSWORD)
        accounts.change(connection, given.account.id, password=kept, first_password=False)
        return accounts.account(connection, given.account.id)


def opened(db: Database, account: Account, *, at: int = AT, way: Way = Way.PASSWORD) -> Entered:
    """An open session of an account, begun without showing anything."""
    with db.write() as connection:
        fresh = accounts.account(connection, account.id)
        return sessions.begin(connection, fresh, stage=Stage.OPEN, way=way, device="Chrome · Linux", at=at)


def enter(
    db: Database, name: str = "lan.lo", password: str = OWN_PASSWORD, *, cookie: str = "", at: int = AT
) -> Entered:
    return admit.enter(db, name, password, cookie=cookie, device="Chrome · Linux", at=at)


def deeds(db: Database) -> list[str]:
    """What the audit tells, the first first."""
    with db.read() as connection:
        return [entry.what for entry in audit.entries(connection)]
