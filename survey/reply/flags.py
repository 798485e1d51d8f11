"""What people say of flags: a flag decides nothing by itself."""

from __future__ import annotations

from survey import comment as comments
from survey import design, errors
from survey.account import Account, Deed
from survey.reply.rights import check_apart
from survey.store import audit, looked
from survey.store.database import Database
from survey.store.looked import Looked


def look(db: Database, by: Account, agency: str, told: Looked, *, at: int) -> None:
    """Say of a flag of an agency what there is to it. Raises NothingSaid, OwnAgency."""
    check_apart(design.reference(db), by, agency)
    if not (words := comments.checked(told.words)):
        raise errors.NothingSaid
    kept = Looked(told.sign, told.subject, told.on, by.id, told.explained, words)
    with db.write() as connection:
        looked.add(connection, kept)
        thing = f"{told.sign} {told.subject}: {'explained' if told.explained else 'pursued'}"
        audit.record(
            connection, db.keys.salt, at=at, account=by.id, what=Deed.FLAG_LOOKED_AT, thing=thing[:120]
        )


def looks(db: Database) -> dict[tuple[str, str], Looked]:
    """(sign, subject) -> what was said last."""
    with db.read() as connection:
        return looked.latest(connection)
