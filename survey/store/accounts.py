"""The shelf of accounts: people, their parts, and what they are let in with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exc, func, select

from survey import errors
from survey.account import Account, Passkey
from survey.roles import Grant, Role
from survey.store import schema

_account, _part, _passkey = schema.account.c, schema.part.c, schema.passkey.c
_recovery, _identity = schema.recovery_code.c, schema.identity.c


@dataclass(frozen=True)
class Secrets:
    """What an account's password and codes are checked against; it never leaves the verbs."""

    account: int
    password: str
    code_secret: bytes | None
    code_step: int


@dataclass(frozen=True)
class KeyHalf:
    """The public half of a passkey, with the account that it opens."""

    id: bytes
    account: int
    public_key: bytes
    signs: int


def add(connection: Connection, **columns: Any) -> int:
    """Add an account; its number. Raises NameTaken, AddressTaken."""
    try:
        made = connection.execute(schema.account.insert().values(code_step=0, **columns))
    except exc.IntegrityError as fault:
        raise _taken(fault) from None
    number: int = made.inserted_primary_key[0]  # type: ignore[index]
    return number


def change(connection: Connection, account: int, **columns: Any) -> None:
    """Change columns of an account. Raises AddressTaken."""
    try:
        connection.execute(schema.account.update().where(_account.id == account).values(**columns))
    except exc.IntegrityError as fault:
        raise _taken(fault) from None


def _taken(fault: exc.IntegrityError) -> errors.Refusal:
    told = str(fault.orig)
    if "account.address" in told or "uq_account_address" in told:
        return errors.AddressTaken()
    if "account.name" in told or "uq_account_name" in told:
        return errors.NameTaken()
    raise fault


def account(connection: Connection, number: int) -> Account:
    """The account with a number. Raises `errors.UnknownAccount`."""
    found = _read(connection, _account.id == number)
    if not found:
        raise errors.UnknownAccount
    return found[0]


def named(connection: Connection, name: str) -> Account | None:
    """The account that is signed in to by `name`."""
    return next(iter(_read(connection, _account.name == name)), None)


def addressed(connection: Connection, address: str) -> Account | None:
    """The account that an administrator gave this e-mail address."""
    return next(iter(_read(connection, _account.address == address)), None)


def listed(connection: Connection, agencies: Collection[str] | None = None) -> tuple[Account, ...]:
    """The accounts that belong to some agencies, or all; by name."""
    return _read(connection, None if agencies is None else _account.agency.in_(agencies))


def _read(connection: Connection, where: ColumnElement[bool] | None) -> tuple[Account, ...]:
    keys = select(func.count()).where(_passkey.account == _account.id).scalar_subquery()
    codes = select(func.count()).where(_recovery.account == _account.id).scalar_subquery()
    query = select(schema.account, keys.label("keys"), codes.label("codes")).order_by(_account.name)
    rows = connection.execute(query if where is None else query.where(where)).all()
    grants: defaultdict[int, list[Grant]] = defaultdict(list)
    held = select(schema.part).where(_part.account.in_([row.id for row in rows]))
    for row in connection.execute(held.order_by(_part.agency, _part.role)):
        grants[row.account].append(Grant(Role(row.role), row.agency))
    return tuple(
        Account(
            id=row.id,
            name=row.name,
            person=row.person,
            agency=row.agency,
            address=row.address,
            disabled=row.disabled,
            first_password=row.first_password,
            has_codes=row.code_secret is not None,
            passkeys=row.keys,
            recovery_codes=row.codes,
            grants=tuple(grants[row.id]),
        )
        for row in rows
    )


def secrets(connection: Connection, number: int) -> Secrets:
    """What the account's password and codes are checked against. Raises `errors.UnknownAccount`."""
    row = connection.execute(
        select(_account.id, _account.password, _account.code_secret, _account.code_step).where(
            _account.id == number
        )
    ).first()
    if row is None:
        raise errors.UnknownAccount
    return Secrets(*row)


def password_of(connection: Connection, name: str) -> str | None:
    """The hash of the password of whoever signs in by `name`: one look, whether or not there is anybody."""
    return connection.scalar(select(_account.password).where(_account.name == name))


def spend_step(connection: Connection, number: int, step: int) -> bool:
    """Take a time step of the account's codes, once; False if it or a later one was taken before."""
    spent = schema.account.update().where(_account.id == number, _account.code_step < step)
    return connection.execute(spent.values(code_step=step)).rowcount == 1


def give(connection: Connection, number: int, grant: Grant) -> bool:
    """Give a part; False if the account has it already."""
    row = {"account": number, "role": grant.role.value, "agency": grant.agency}
    try:
        with connection.begin_nested():
            connection.execute(schema.part.insert().values(**row))
    except exc.IntegrityError:
        return False
    return True


def take_back(connection: Connection, number: int, grant: Grant) -> bool:
    """Take a part back; False if the account does not have it."""
    gone = schema.part.delete().where(
        _part.account == number, _part.role == grant.role.value, _part.agency == grant.agency
    )
    return connection.execute(gone).rowcount == 1


def put_recovery(connection: Connection, number: int, hashes: Iterable[bytes]) -> None:
    """Put these recovery codes in the place of those there were."""
    connection.execute(schema.recovery_code.delete().where(_recovery.account == number))
    rows = [{"hash": each, "account": number} for each in hashes]
    if rows:
        connection.execute(schema.recovery_code.insert(), rows)


def spend_recovery(connection: Connection, number: int, code: bytes) -> bool:
    """Take a recovery code, once; False if there is none."""
    gone = schema.recovery_code.delete().where(_recovery.account == number, _recovery.hash == code)
    return connection.execute(gone).rowcount == 1


def passkeys(connection: Connection, number: int) -> tuple[Passkey, ...]:
    """The account's passkeys, the oldest first."""
    rows = connection.execute(
        select(_passkey.id, _passkey.label, _passkey.made, _passkey.used)
        .where(_passkey.account == number)
        .order_by(_passkey.made, _passkey.id)
    )
    return tuple(Passkey(*row) for row in rows)


def add_passkey(connection: Connection, half: KeyHalf, *, label: str, made: int) -> None:
    """Keep a passkey. Raises `errors.PasskeyKnown`."""
    try:
        connection.execute(schema.passkey.insert().values(**half.__dict__, label=label, made=made))
    except exc.IntegrityError:
        raise errors.PasskeyKnown from None


def key_half(connection: Connection, key: bytes) -> KeyHalf | None:
    """The passkey with this id."""
    row = connection.execute(
        select(_passkey.id, _passkey.account, _passkey.public_key, _passkey.signs).where(_passkey.id == key)
    ).first()
    return None if row is None else KeyHalf(*row)


def use_passkey(connection: Connection, half: KeyHalf, *, signs: int, at: int) -> bool:
    """Note a signature of a passkey; False if another one came between."""
    used = schema.passkey.update().where(_passkey.id == half.id, _passkey.signs == half.signs)
    return connection.execute(used.values(signs=signs, used=at)).rowcount == 1


def drop_passkey(connection: Connection, number: int, key: bytes) -> bool:
    """Forget a passkey of an account; False if it has no such one."""
    gone = schema.passkey.delete().where(_passkey.account == number, _passkey.id == key)
    return connection.execute(gone).rowcount == 1


def drop_seconds(connection: Connection, number: int) -> None:
    """Forget everything beside the password that opens an account."""
    change(connection, number, code_secret=None)
    for table in (schema.passkey, schema.recovery_code, schema.identity):
        connection.execute(table.delete().where(table.c.account == number))


def linked(connection: Connection, issuer: str, subject: str) -> int | None:
    """The account that a provider's person is linked to."""
    return connection.scalar(
        select(_identity.account).where(_identity.issuer == issuer, _identity.subject == subject)
    )


def has_identity(connection: Connection, issuer: str, number: int) -> bool:
    """Tell whether an account is linked to some person of a provider."""
    found = select(_identity.subject).where(_identity.issuer == issuer, _identity.account == number)
    return connection.scalar(found.limit(1)) is not None


def link(connection: Connection, issuer: str, subject: str, number: int) -> None:
    """Link a provider's person to an account, for good."""
    connection.execute(schema.identity.insert().values(issuer=issuer, subject=subject, account=number))
