"""People and their parts: who is made, granted, reset and disabled, and by whom.

`by` is the account of whoever does it, None for the command line, where the machine itself is the
right. Nobody gives a part above their own, nor manages a person who has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey import design, errors
from survey.account import Account, Deed, read_address, read_name, read_person
from survey.admit import passwords
from survey.roles import GRANTED, Grant, Role, may_give, may_manage
from survey.store import accounts, audit, sessions
from survey.store.database import Connection, Database


@dataclass(frozen=True)
class Given:
    """An account with the first password that was made for it: told once, changed at the first sign-in."""

    account: Account
    password: str


@dataclass(frozen=True)
class Wanted:
    """An account that shall be made, as `account.read_name` and its kin read it."""

    name: str
    person: str
    agency: str
    address: str | None
    grants: tuple[Grant, ...]


def people_of(db: Database, agency: str) -> tuple[Account, ...]:
    """The accounts that belong to an agency or to one below it, by name."""
    known = design.reference(db)
    within = [code for code in known.agencies if known.under(known.agency(agency).code, code)]
    with db.read() as connection:
        return accounts.listed(connection, within)


def everybody(db: Database) -> tuple[Account, ...]:
    """Every account, by name."""
    with db.read() as connection:
        return accounts.listed(connection)


def person(db: Database, agency: str, name: str) -> Account:
    """The account of this name, if it belongs to the agency or to one below it. Raises UnknownAccount."""
    with db.read() as connection:
        found = accounts.named(connection, name)
    if found is None or not design.reference(db).under(agency, found.agency):
        raise errors.UnknownAccount
    return found


def named(db: Database, name: str) -> Account:
    """The account of this name. Raises `errors.UnknownAccount`."""
    with db.read() as connection:
        found = accounts.named(connection, name.strip().casefold())
    if found is None:
        raise errors.UnknownAccount
    return found


def role_of(text: str) -> Role:
    """The part of this name. Raises `errors.UnknownRole`."""
    found = next((role for role in GRANTED if role.value == text), None)
    if found is None:
        raise errors.UnknownRole(role=text[:20])
    return found


def manageable(db: Database, by: Account | None, account: Account) -> bool:
    """Tell whether `by` may reset and disable the account: not oneself, and nobody with a part above one's own."""
    if by is None:
        return True
    return by.id != account.id and may_manage(by.grants, account.grants, under=design.reference(db).under)


def givable(db: Database, by: Account, agency: str) -> tuple[Role, ...]:
    """The parts that `by` may give in an agency."""
    under = design.reference(db).under
    return tuple(role for role in GRANTED if may_give(by.grants, Grant(role, agency), under=under))


def create(
    db: Database, by: Account | None, *, name: str, person: str, agency: str, address: str, at: int
) -> Given:
    """Make an account that belongs to an agency and has no part yet, with a first password.

    Raises BadName, BadAddress, NameTaken, AddressTaken, UnknownAgency.
    """
    home = design.reference(db).agency(agency).code
    columns = {"name": read_name(name), "person": read_person(person), "address": read_address(address)}
    password = passwords.make()
    kept = passwords.hashed(password)
    with db.write() as connection:
        number = accounts.add(
            connection, agency=home, password=kept, first_password=True, disabled=False, made=at, **columns
        )
        _note(connection, db, by, Deed.ACCOUNT_CREATED, f"{number} at {home}", at)
        return Given(accounts.account(connection, number), password)


def create_all(db: Database, by: Account, wanted: Sequence[Wanted], *, at: int) -> tuple[Given, ...]:
    """Make several accounts with their parts, all of them or none. Raises as `create` and `give` do."""
    under = design.reference(db).under
    if not all(may_give(by.grants, grant, under=under) for one in wanted for grant in one.grants):
        raise errors.CannotGive
    fresh = [passwords.make() for _ in wanted]
    kept = [passwords.hashed(password) for password in fresh]
    made = []
    with db.write() as connection:
        for one, password, hashed in zip(wanted, fresh, kept, strict=True):
            columns = {"name": one.name, "person": one.person, "address": one.address}
            number = accounts.add(
                connection,
                agency=one.agency,
                password=hashed,
                first_password=True,
                disabled=False,
                made=at,
                **columns,
            )
            _note(connection, db, by, Deed.ACCOUNT_CREATED, f"{number} at {one.agency}", at)
            account = accounts.account(connection, number)
            for grant in one.grants:
                accounts.give(connection, number, grant)
                _note(connection, db, by, Deed.GRANTED, _told(account, grant), at)
            made.append(Given(account, password))
    return tuple(made)


def give(db: Database, by: Account | None, account: Account, grant: Grant, *, at: int) -> None:
    """Give a part over an agency and all below it; one that is there already is no fault.

    Raises CannotGive, OwnAccount, UnknownAgency.
    """
    _check_grant(db, by, account, grant)
    with db.write() as connection:
        if accounts.give(connection, account.id, grant):
            _note(connection, db, by, Deed.GRANTED, _told(account, grant), at)


def take_back(db: Database, by: Account | None, account: Account, grant: Grant, *, at: int) -> None:
    """Take a part back; one that is gone already is no fault. Raises as `give` does."""
    _check_grant(db, by, account, grant)
    with db.write() as connection:
        if accounts.take_back(connection, account.id, grant):
            _note(connection, db, by, Deed.REVOKED, _told(account, grant), at)


def _check_grant(db: Database, by: Account | None, account: Account, grant: Grant) -> None:
    known = design.reference(db)
    known.agency(grant.agency)
    if by is None:
        return
    if by.id == account.id:
        raise errors.OwnAccount
    if not may_give(by.grants, grant, under=known.under):
        raise errors.CannotGive


def _told(account: Account, grant: Grant) -> str:
    return f"{account.id} {grant.role.value} at {grant.agency}"


def reset(db: Database, by: Account | None, account: Account, *, at: int) -> Given:
    """A new first password: second factors are forgotten and all sessions end. Raises CannotGive, OwnAccount."""
    _check_managing(db, by, account)
    password = passwords.make()
    kept = passwords.hashed(password)
    with db.write() as connection:
        accounts.change(connection, account.id, password=kept, first_password=True)
        accounts.drop_seconds(connection, account.id)
        sessions.end_all(connection, account.id)
        _note(connection, db, by, Deed.RESET, str(account.id), at)
        return Given(accounts.account(connection, account.id), password)


def disable(db: Database, by: Account | None, account: Account, *, at: int) -> None:
    """Let a person in no more; their sessions end at once. Raises CannotGive, OwnAccount."""
    _check_managing(db, by, account)
    with db.write() as connection:
        accounts.change(connection, account.id, disabled=True)
        sessions.end_all(connection, account.id)
        _note(connection, db, by, Deed.DISABLED, str(account.id), at)


def enable(db: Database, by: Account | None, account: Account, *, at: int) -> None:
    """Let a person in again. Raises CannotGive, OwnAccount."""
    _check_managing(db, by, account)
    with db.write() as connection:
        accounts.change(connection, account.id, disabled=False)
        _note(connection, db, by, Deed.ENABLED, str(account.id), at)


def _check_managing(db: Database, by: Account | None, account: Account) -> None:
    if by is not None and by.id == account.id:
        raise errors.OwnAccount
    if not manageable(db, by, account):
        raise errors.CannotGive


def _note(connection: Connection, db: Database, by: Account | None, what: Deed, thing: str, at: int) -> None:
    who = by.id if by else None
    audit.record(connection, db.keys.salt, at=at, account=who, what=what, thing=thing)
