"""Sessions: kept in the database, known by a token of which only a hash is kept.

A token is replaced whenever a session gains power, so that one that somebody planted gains none.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace

from survey import errors
from survey.account import Account, Deed, Session, Stage, Way
from survey.store import accounts, audit, sessions
from survey.store.database import Connection, Database

#: seconds without a request, and in all, after which a session is over
IDLE, ABSOLUTE = 3600, 12 * 3600
#: seconds for the steps between the password and an open session
HALF = 600
#: seconds for which who one is need not be shown once more
RECENT = 600
#: seconds between two notes that a session is in use
TOUCH = 60


@dataclass(frozen=True)
class Entered:
    """A session and the token that opens it; the token is told once."""

    token: str
    session: Session
    account: Account


def token_hash(token: str) -> bytes:
    """What is kept of a token: it is random and long, a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def begin(
    connection: Connection, account: Account, *, stage: Stage, way: Way, device: str, at: int
) -> Entered:
    """Begin a session in the transaction that let the person in."""
    sessions.sweep(connection, at=at, since=at - IDLE, begun=at - ABSOLUTE, forgotten=at - 24 * 3600)
    token = secrets.token_urlsafe(32)
    session = Session(secrets.token_hex(8), account.id, stage, way, at, at, at, device[:60])
    sessions.begin(connection, token_hash(token), session)
    return Entered(token, session, account)


def advance(connection: Connection, entered: Entered, *, stage: Stage, way: Way, at: int) -> Entered:
    """Give a session more power, under a new token; the old one opens nothing any more."""
    sessions.end(connection, token_hash(entered.token))
    token = secrets.token_urlsafe(32)
    session = replace(entered.session, stage=stage, way=way, seen=at, proved=at)
    sessions.begin(connection, token_hash(token), session)
    return replace(entered, token=token, session=session)


def session_of(db: Database, token: str, *, at: int) -> Entered:
    """The session of a token with its account. Raises `errors.SessionEnded`."""
    kept = token_hash(token)
    with db.read() as connection:
        session = sessions.found(connection, kept)
        if session is None or not _lasts(session, at):
            raise errors.SessionEnded
        account = accounts.account(connection, session.account)
    if at - session.seen >= TOUCH:
        with db.write() as connection:
            sessions.touch(connection, kept, at)
    return Entered(token, session, account)


def _lasts(session: Session, at: int) -> bool:
    if session.stage is not Stage.OPEN:
        return at - session.started < HALF
    return at - session.seen < IDLE and at - session.started < ABSOLUTE


def proved_lately(session: Session, at: int) -> bool:
    """Tell whether the person showed who they are some minutes ago at the most."""
    return at - session.proved < RECENT


def sessions_of(db: Database, account: int, *, at: int) -> tuple[Session, ...]:
    """The account's sessions that are not over, the newest first."""
    with db.read() as connection:
        found = sessions.of_account(connection, account, since=at - IDLE, begun=at - ABSOLUTE)
    return tuple(session for session in found if session.stage is Stage.OPEN)


def sign_out(db: Database, entered: Entered, *, at: int) -> None:
    """End one's own session."""
    with db.write() as connection:
        sessions.end(connection, token_hash(entered.token))
        _note(connection, db, entered, Deed.SIGNED_OUT, entered.session.handle, at)


def end_session(db: Database, entered: Entered, handle: str, *, at: int) -> None:
    """End another session of one's own account; one that is over already is no fault."""
    with db.write() as connection:
        if sessions.end_handle(connection, entered.account.id, handle):
            _note(connection, db, entered, Deed.SESSION_ENDED, handle, at)


def end_others(db: Database, entered: Entered, *, at: int) -> int:
    """End every session of one's own account but this one; how many there were."""
    with db.write() as connection:
        ended = sessions.end_all(connection, entered.account.id, but=entered.session.handle)
        if ended:
            _note(connection, db, entered, Deed.SESSION_ENDED, f"{ended} others", at)
    return ended


def _note(connection: Connection, db: Database, entered: Entered, what: Deed, thing: str, at: int) -> None:
    audit.record(connection, db.keys.salt, at=at, account=entered.account.id, what=what, thing=thing)
