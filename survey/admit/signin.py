"""Signing in: a name and a password, then a second factor where there is one, then an open session."""

from __future__ import annotations

from survey import errors
from survey.account import Account, Deed, Stage, Way, sought_name
from survey.admit import codes, limits, passwords
from survey.admit.sessions import Entered, advance, begin
from survey.store import accounts, audit, sessions
from survey.store.database import Connection, Database


def enter(db: Database, name: str, password: str, *, cookie: str, device: str, at: int) -> Entered:
    """Begin a session with a name and a password; its stage says what is still to be shown.

    cookie: what this browser says of having been here · device: the browser and system, in words
    Raises TooManyAttempts, and WrongNameOrPassword alike for all that may be wrong.
    """
    sought = sought_name(name)
    known = limits.known_device(db.keys.salt, sought, cookie)
    counted = limits.key_of(db.keys.salt, sought, known)
    if known is None:
        limits.reserve_of_all(db, at=at)
    limits.reserve(db, counted, at=at)
    with db.read() as connection:
        account = accounts.named(connection, sought)
        kept = accounts.password_of(connection, sought)
    right = passwords.matches(kept, password)
    with db.write() as connection:
        if right and account and not account.disabled:
            return _let_in(connection, db, account, counted, device, at)
        who = account.id if account else None
        thing = errors.WrongNameOrPassword.code
        audit.record(connection, db.keys.salt, at=at, account=who, what=Deed.SIGN_IN_REFUSED, thing=thing)
    raise errors.WrongNameOrPassword


def _let_in(
    connection: Connection, db: Database, account: Account, counted: bytes, device: str, at: int
) -> Entered:
    stage = Stage.SECOND if account.has_second else _after(account)
    entered = begin(connection, account, stage=stage, way=Way.PASSWORD, device=device, at=at)
    if stage is not Stage.SECOND:
        sessions.forgive(connection, counted)
    if stage is Stage.OPEN:
        signed_in(connection, db, entered, at)
    return entered


def _after(account: Account) -> Stage:
    return Stage.FIRST_PASSWORD if account.first_password else Stage.OPEN


def signed_in(connection: Connection, db: Database, entered: Entered, at: int) -> None:
    """Note that a session has been opened, and how."""
    thing, account = entered.session.way.value, entered.account.id
    audit.record(connection, db.keys.salt, at=at, account=account, what=Deed.SIGNED_IN, thing=thing)


def enter_second(db: Database, entered: Entered, code: str, *, cookie: str, at: int) -> Entered:
    """Show the second factor: a code of the app, or a recovery code.

    Raises TooManyAttempts, WrongCode, CodeAlreadyUsed.
    """
    account = entered.account
    counted = limits.key_of(db.keys.salt, f"second {account.id}", None)
    limits.reserve(db, counted, at=at)
    try:
        with db.write() as connection:
            way = _take(connection, db, account.id, code, at)
            known = limits.known_device(db.keys.salt, account.name, cookie)
            sessions.forgive(connection, counted)
            sessions.forgive(connection, limits.key_of(db.keys.salt, account.name, known))
            opened = advance(connection, entered, stage=_after(account), way=way, at=at)
            if opened.session.stage is Stage.OPEN:
                signed_in(connection, db, opened, at)
            return opened
    except (errors.WrongCode, errors.CodeAlreadyUsed) as refusal:
        _refused(db, account.id, Deed.SIGN_IN_REFUSED, refusal.code, at)
        raise


def _take(connection: Connection, db: Database, account: int, code: str, at: int) -> Way:
    """Take a code: six digits are of the app, anything else is a recovery code."""
    typed = "".join(code.split())
    if len(typed) <= 6:
        codes.check_code(connection, db, account, typed, at=at)
        return Way.CODE
    codes.spend_recovery(connection, db, account, typed)
    audit.record(connection, db.keys.salt, at=at, account=account, what=Deed.RECOVERY_USED)
    return Way.RECOVERY


def change_first_password(db: Database, entered: Entered, password: str, again: str, *, at: int) -> Entered:
    """Put a password of one's own in the place of the first one, and open the session."""
    kept = _new_password(db, entered.account, password, again)
    with db.write() as connection:
        _keep_password(connection, db, entered.account.id, kept, at)
        way = entered.session.way
        opened = advance(connection, entered, stage=Stage.OPEN, way=way, at=at)
        signed_in(connection, db, opened, at)
    return opened


def change_password(db: Database, entered: Entered, password: str, again: str, *, at: int) -> Entered:
    """Change the password; every other session of the account ends."""
    kept = _new_password(db, entered.account, password, again)
    with db.write() as connection:
        _keep_password(connection, db, entered.account.id, kept, at)
        sessions.end_all(connection, entered.account.id, but=entered.session.handle)
        return advance(connection, entered, stage=Stage.OPEN, way=entered.session.way, at=at)


def _new_password(db: Database, account: Account, password: str, again: str) -> str:
    """The hash of a new password that may be taken."""
    passwords.check(password, name=account.name)
    if password != again:
        raise errors.PasswordsDiffer
    with db.read() as connection:
        held = accounts.secrets(connection, account.id).password
    if passwords.matches(held, password):
        raise errors.PasswordUnchanged
    return passwords.hashed(password)


def _keep_password(connection: Connection, db: Database, account: int, kept: str, at: int) -> None:
    accounts.change(connection, account, password=kept, first_password=False)
    audit.record(connection, db.keys.salt, at=at, account=account, what=Deed.PASSWORD_CHANGED)


def confirm(db: Database, entered: Entered, password: str, *, cookie: str, at: int) -> Entered:
    """Show once more who one is, by password. Raises TooManyAttempts, WrongNameOrPassword."""
    account = entered.account
    known = limits.known_device(db.keys.salt, account.name, cookie)
    counted = limits.key_of(db.keys.salt, account.name, known)
    limits.reserve(db, counted, at=at)
    with db.read() as connection:
        kept = accounts.secrets(connection, account.id).password
    if not passwords.matches(kept, password):
        _refused(db, account.id, Deed.CONFIRM_REFUSED, errors.WrongNameOrPassword.code, at)
        raise errors.WrongNameOrPassword
    with db.write() as connection:
        sessions.forgive(connection, counted)
        return confirmed(connection, db, entered, at)


def confirmed(connection: Connection, db: Database, entered: Entered, at: int) -> Entered:
    """Note that a person has shown who they are once more, and give the session a new token."""
    audit.record(connection, db.keys.salt, at=at, account=entered.account.id, what=Deed.CONFIRMED)
    return advance(connection, entered, stage=Stage.OPEN, way=entered.session.way, at=at)


def _refused(db: Database, account: int, what: Deed, thing: str, at: int) -> None:
    with db.write() as connection:
        audit.record(connection, db.keys.salt, at=at, account=account, what=what, thing=thing)
