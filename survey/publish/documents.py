"""Documents of reports: one at a time is made of each, in the background, and everybody sees how far it is."""

from __future__ import annotations

from dataclasses import replace

from survey.report import Document, Stage
from survey.store import documents
from survey.store.database import Database

#: seconds after which nobody is waited for who makes a document
PATIENCE = 15 * 60


def begin(db: Database, name: str, *, root: str, at: int) -> bool:
    """Take the making of a document on oneself; False where somebody is at it."""
    asked = Document(name, Stage.MAKING, root, "", 0, 1, at)
    with db.write() as connection:
        return documents.begin(connection, asked, given_up=at - PATIENCE)


def step(db: Database, name: str, what: str, done: int, steps: int) -> None:
    """Tell how far it is."""
    with db.write() as connection:
        documents.step(connection, name, what, done, steps)


def finish(db: Database, name: str, content: bytes | None) -> None:
    """Keep what was made; None where it could not be made."""
    stage = Stage.FAILED if content is None else Stage.READY
    with db.write() as connection:
        documents.finish(connection, name, stage, content)


def listed(db: Database, prefix: str = "", *, at: int) -> tuple[Document, ...]:
    """Documents whose names begin so. One that has been made for too long is told as failed."""
    with db.read() as connection:
        found = documents.listed(connection)
    own = (each for each in found if each.name.startswith(prefix))
    return tuple(replace(each, stage=Stage.FAILED) if each.lost(at - PATIENCE) else each for each in own)


def content(db: Database, name: str) -> bytes | None:
    """The document that was made last under this name."""
    with db.read() as connection:
        return documents.content(connection, name)
