"""The shelf of what is under way: sessions, questions that wait for an answer, counted attempts.

Of every token only a hash is kept: a stolen table opens no session.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, exc, false, or_, select

from survey.account import Session, Stage, Way
from survey.store import schema

_session, _ceremony, _attempt = schema.staff_session.c, schema.ceremony.c, schema.attempt.c


def begin(connection: Connection, token_hash: bytes, session: Session) -> None:
    """Keep a session under the hash of its token."""
    connection.execute(schema.staff_session.insert().values(token_hash=token_hash, **session.__dict__))


def found(connection: Connection, token_hash: bytes) -> Session | None:
    """The session of a token whose account is not disabled."""
    row = connection.execute(
        _sessions().where(_session.token_hash == token_hash, schema.account.c.disabled == false())
    ).first()
    return None if row is None else _as_session(row)


def of_account(connection: Connection, account: int, *, since: int, begun: int) -> tuple[Session, ...]:
    """The sessions of an account that were seen `since` and begun after `begun`, the newest first."""
    rows = connection.execute(
        _sessions()
        .where(_session.account == account, _session.seen > since, _session.started > begun)
        .order_by(_session.started.desc(), _session.handle)
    )
    return tuple(map(_as_session, rows))


def _sessions() -> Any:
    columns = [column for column in _session if column.name != "token_hash"]
    return select(*columns).join(schema.account, schema.account.c.id == _session.account)


def _as_session(row: Any) -> Session:
    told = dict(row._mapping)
    return Session(**told | {"stage": Stage(told["stage"]), "way": Way(told["way"])})


def touch(connection: Connection, token_hash: bytes, at: int) -> None:
    """Note that a session was used."""
    seen = schema.staff_session.update().where(_session.token_hash == token_hash)
    connection.execute(seen.values(seen=at))


def end(connection: Connection, token_hash: bytes) -> None:
    """End the session of a token."""
    connection.execute(schema.staff_session.delete().where(_session.token_hash == token_hash))


def end_handle(connection: Connection, account: int, handle: str) -> bool:
    """End one session of an account; False if it has no such one."""
    gone = schema.staff_session.delete().where(_session.account == account, _session.handle == handle)
    return connection.execute(gone).rowcount == 1


def end_all(connection: Connection, account: int, *, but: str | None = None) -> int:
    """End the sessions of an account, but one; how many there were."""
    gone = schema.staff_session.delete().where(_session.account == account)
    return connection.execute(gone if but is None else gone.where(_session.handle != but)).rowcount


def sweep(connection: Connection, *, at: int, since: int, begun: int, forgotten: int) -> None:
    """Remove what is over: sessions, unanswered questions, and attempts nobody counts any more."""
    over = or_(_session.seen <= since, _session.started <= begun)
    connection.execute(schema.staff_session.delete().where(over))
    connection.execute(schema.ceremony.delete().where(_ceremony.until < at))
    connection.execute(schema.attempt.delete().where(_attempt.last < forgotten, _attempt.until < at))


def ask(connection: Connection, token_hash: bytes, kind: str, content: dict[str, Any], until: int) -> None:
    """Keep a question to a passkey or a provider until its answer comes."""
    row = {"token_hash": token_hash, "kind": kind, "content": content, "until": until}
    connection.execute(schema.ceremony.insert().values(**row))


def answered(connection: Connection, token_hash: bytes, kind: str, at: int) -> dict[str, Any] | None:
    """Take the question that an answer has come to: each is answered once, and in time."""
    gone = schema.ceremony.delete().where(
        _ceremony.token_hash == token_hash, _ceremony.kind == kind, _ceremony.until >= at
    )
    content: dict[str, Any] | None = connection.execute(gone.returning(_ceremony.content)).scalar()
    return content


def attempts(connection: Connection, of: bytes, at: int) -> tuple[int, int, int]:
    """Failures counted under a hash, the last one's moment, and until when none is looked at.

    The row is made if there is none, and held until the transaction ends.
    """
    held = select(_attempt.failures, _attempt.last, _attempt.until).where(_attempt.of == of)
    row = connection.execute(held.with_for_update()).first()
    if row is None:
        try:
            with connection.begin_nested():
                connection.execute(schema.attempt.insert().values(of=of, failures=0, last=at, until=0))
        except exc.IntegrityError:  # somebody else came first
            pass
        row = connection.execute(held.with_for_update()).one()
    return row.failures, row.last, row.until


def count_attempt(connection: Connection, of: bytes, *, failures: int, last: int, until: int) -> None:
    """Count under a hash that `attempts` holds."""
    counted = schema.attempt.update().where(_attempt.of == of)
    connection.execute(counted.values(failures=failures, last=last, until=until))


def forgive(connection: Connection, of: bytes) -> None:
    """Forget what was counted under a hash."""
    connection.execute(schema.attempt.delete().where(_attempt.of == of))
