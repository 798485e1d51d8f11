"""Publishing or rejecting what was proposed: by another person than proposed it."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from typing import IO

from survey import errors
from survey.account import Account, Deed
from survey.edition import Edition, Stage
from survey.formats import archive
from survey.receipt import sign_edition
from survey.store import audit, ledger, responses
from survey.store import editions as shelf
from survey.store.database import Connection, Database

SIGNATURE = "signature.json"
#: bytes of a bundle that are held in memory while its signature is added
_HELD = 64 << 20


def publish(db: Database, edition: Edition, *, by: Account, at: int) -> Edition:
    """Sign a proposal and make it public, in one transaction; from then on it never changes.

    Raises SamePerson, NotProposed, and CheckpointMoved where the ledger is not the one that it rests on.
    """
    if by.id == edition.proposed_by:
        raise errors.SamePerson(edition=edition.name)
    with db.write() as connection, tempfile.SpooledTemporaryFile(_HELD) as file:
        if shelf.named(connection, edition.code, edition.revision).stage is not Stage.PROPOSED:
            raise errors.NotProposed(edition=edition.name)
        _check_ledger(connection, edition)
        with shelf.Bundle(connection, edition) as held:
            shutil.copyfileobj(held, file, shelf.PIECE)
        first = _add_signature(db, edition, file, at)
        digest, length = _measured(file)
        shelf.put_pieces(connection, edition, file, first)
        shelf.decide(connection, edition, Stage.PUBLISHED, by=by.id, at=at, digest=digest, length=length)
        _note(connection, db, by, Deed.EDITION_PUBLISHED, edition, at)
        return shelf.named(connection, edition.code, edition.revision)


def reject(db: Database, edition: Edition, *, by: Account, at: int) -> None:
    """Withdraw one's own proposal or refuse another's: its bundle is forgotten. Raises NotProposed."""
    with db.write() as connection:
        shelf.decide(connection, edition, Stage.REJECTED, by=by.id, at=at)
        shelf.drop_pieces(connection, edition)
        _note(connection, db, by, Deed.EDITION_REJECTED, edition, at)


def _check_ledger(connection: Connection, edition: Edition) -> None:
    held = responses.count(connection)
    if held < edition.size or ledger.subtree(connection, 0, edition.size) != edition.root:
        raise errors.CheckpointMoved(edition=edition.name, size=edition.size)


def _add_signature(db: Database, edition: Edition, file: IO[bytes], at: int) -> int:
    """Add the signature over the manifest to the bundle; the number of the first piece that changes."""
    unchanged = archive.end_of_members(file)
    writer = archive.Writer(file, more=True)
    signed = {
        "edition": edition.name,
        "manifest": edition.manifest,
        "published": at,
        "key": db.keys.public.hex(),
        "signature": sign_edition(db.keys, edition.name, edition.manifest, at).hex(),
    }
    writer.add(SIGNATURE, "application/json", json.dumps(signed, indent=1).encode() + b"\n")
    writer.close()
    return unchanged // shelf.PIECE


def _measured(file: IO[bytes]) -> tuple[str, int]:
    """SHA-256 (hex) and bytes of a file."""
    found, length = hashlib.sha256(), 0
    file.seek(0)
    while some := file.read(shelf.PIECE):
        found.update(some)
        length += len(some)
    return found.hexdigest(), length


def _note(connection: Connection, db: Database, by: Account, what: Deed, edition: Edition, at: int) -> None:
    audit.record(connection, db.keys.salt, at=at, account=by.id, what=what, thing=edition.name)
