"""Senders: dossier systems that have invitations issued, each let in by a key of its own that can be revoked."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from survey import design, errors
from survey.account import Account, Deed
from survey.device import ID_LETTERS, letters, read, written
from survey.invite.issuing import Chance
from survey.store import audit, senders
from survey.store.database import Connection, Database
from survey.token import KEY, Sender, sender_hash

#: letters of a sender's name
LONGEST_NAME = 80


@dataclass(frozen=True)
class Given:
    """A sender and the key that it shows; kept nowhere else."""

    sender: Sender
    key: str


def add_sender(db: Database, by: Account, agency: str, name: str, *, at: int, chance: Chance) -> Given:
    """Let a dossier system in. Raises BadSenderName."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise errors.BadSenderName
    key = chance(KEY)
    made = Sender(letters(chance(ID_LETTERS)), agency, name, sender_hash(db.keys.salt, key), at)
    with db.write_in_turn() as connection:
        senders.add(connection, made)
        _note(connection, db, Deed.SENDER_ADDED, made.id, by, at)
    return Given(made, f"{made.id}.{written(key)}")


def revoke_sender(db: Database, by: Account, agency: str, id_: str, *, at: int) -> None:
    """Let a sender of the agency, or of one below it, in no more. Raises UnknownSender."""
    with db.write_in_turn() as connection:
        found = senders.find(connection, id_)
        if found is None or not design.reference(db).under(agency, found.agency):
            raise errors.UnknownSender
        if senders.revoke(connection, id_, at=at):
            _note(connection, db, Deed.SENDER_REVOKED, id_, by, at)


def senders_of(db: Database, agency: str) -> list[Sender]:
    """The senders of an agency and of all below it, by name."""
    known = design.reference(db)
    with db.read() as connection:
        return senders.of_agencies(connection, [code for code in known.agencies if known.under(agency, code)])


def sender_of(db: Database, shown: str) -> Sender:
    """The sender that shows `id.key`. Raises UnknownSender, SenderRevoked."""
    id_, _, secret = shown.partition(".")
    key = read(secret)
    with db.read() as connection:
        found = senders.find(connection, id_) if id_.isascii() and id_.isalnum() else None
    expected = found.key_hash if found else b""
    if found is None or not hmac.compare_digest(sender_hash(db.keys.salt, key or b""), expected):
        raise errors.UnknownSender
    if found.revoked is not None:
        raise errors.SenderRevoked
    return found


def _note(connection: Connection, db: Database, what: Deed, thing: str, by: Account, at: int) -> None:
    audit.record(connection, db.keys.salt, at=at, account=by.id, what=what, thing=thing)
