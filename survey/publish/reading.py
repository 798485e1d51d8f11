"""What has been published, to show and to hand out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from survey import errors
from survey.edition import Edition, Stage
from survey.formats import archive
from survey.publish.bundling import MANIFEST
from survey.publish.deciding import SIGNATURE
from survey.store import editions as shelf
from survey.store.database import Database


def editions(db: Database, *stages: Stage) -> tuple[Edition, ...]:
    """The editions at these stages, published ones without, the newest period first."""
    with db.read() as connection:
        return shelf.listed(connection, *(stages or (Stage.PUBLISHED,)))


def revisions(db: Database, code: str) -> tuple[Edition, ...]:
    """Every published revision of an edition, the newest first. Raises UnknownEdition where there is none."""
    with db.read() as connection:
        found = shelf.of_code(connection, code)
    if not found:
        raise errors.UnknownEdition(edition=code)
    return found


def latest(db: Database, code: str) -> Edition:
    """The newest published revision of an edition. Raises UnknownEdition."""
    return revisions(db, code)[0]


def edition(db: Database, code: str, revision: int) -> Edition:
    """One published revision. Raises UnknownEdition."""
    with db.read() as connection:
        found = shelf.named(connection, code, revision)
    if found.stage is not Stage.PUBLISHED:
        raise errors.UnknownEdition(edition=found.name)
    return found


@contextmanager
def bundle(db: Database, edition: Edition) -> Iterator[archive.Reader]:
    """The files of an edition, to read one by one."""
    with db.read() as connection, shelf.Bundle(connection, edition) as file:
        yield archive.opened(file)


def entry(db: Database, edition: Edition, name: str) -> archive.Member | None:
    """What the manifest says of a file, None where it lists none of this name."""
    listed = {one.name: one for one in members(db, edition)}
    return listed.get(name)


def members(db: Database, edition: Edition) -> tuple[archive.Member, ...]:
    """Every file of an edition, its manifest and signature last."""

    def read() -> tuple[archive.Member, ...]:
        with bundle(db, edition) as reader:
            told = json.loads(reader.read(MANIFEST))
            beside = [name for name in reader.names[-2:] if name in (MANIFEST, SIGNATURE)]
            listed = [archive.Member(*(one[key] for key in _FIELDS)) for one in told["files"]]
            own = [archive.Member(name, "application/json", *reader.measure(name)) for name in beside]
        return (*listed, *own)

    kept: tuple[archive.Member, ...] = db.kept(f"members:{edition.name}", edition.digest, read)
    return kept


_FIELDS = ("name", "media_type", "bytes", "sha256")


def proposal(db: Database, code: str, revision: int) -> Edition:
    """One revision, at whatever stage. Raises UnknownEdition."""
    with db.read() as connection:
        return shelf.named(connection, code, revision)


def stream(db: Database, edition: Edition) -> Iterator[bytes]:
    """The bundle itself, piece by piece; each is read by itself, so that a slow reader holds nothing."""
    number = 0
    while True:
        with db.read() as connection:
            piece = shelf.piece(connection, edition, number)
        if not piece:
            return
        yield piece
        number += 1
