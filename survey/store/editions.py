"""The editions' shelf: proposals, what was published of them, and their bundles in pieces."""

from __future__ import annotations

import io
from datetime import date
from typing import IO, Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from survey import errors
from survey.edition import Edition, Stage
from survey.store import schema

#: bytes of a bundle that one row holds
PIECE = 1 << 20

_COLUMNS = tuple(Edition.__dataclass_fields__)


def add(connection: Connection, edition: Edition, bundle: IO[bytes]) -> None:
    """Keep a proposal with its bundle. Raises EditionProposed where another one waits."""
    row = {name: getattr(edition, name) for name in _COLUMNS} | {
        "stage": edition.stage.value,
        "title": dict(edition.title),
        "summary": dict(edition.summary),
        "sealed": date.fromisoformat(edition.sealed),
    }
    try:
        connection.execute(schema.edition.insert().values(**row))
    except IntegrityError:
        raise errors.EditionProposed(edition=edition.code) from None
    put_pieces(connection, edition, bundle)


def put_pieces(connection: Connection, edition: Edition, bundle: IO[bytes], first: int = 0) -> None:
    """Keep the bundle's pieces from number `first` on, in the place of those that were there."""
    table = schema.edition_piece
    connection.execute(delete(table).where(*_of(table.c, edition), table.c.number >= first))
    bundle.seek(first * PIECE)
    for number, content in enumerate(iter(lambda: bundle.read(PIECE), b""), first):
        connection.execute(
            table.insert().values(
                code=edition.code, revision=edition.revision, number=number, content=content
            )
        )


def decide(
    connection: Connection, edition: Edition, stage: Stage, *, by: int, at: int, **changed: Any
) -> None:
    """Publish or reject what was proposed, once. Raises NotProposed, and SamePerson for one's own proposal."""
    table = schema.edition
    decided = (
        update(table)
        .where(*_of(table.c, edition), table.c.stage == Stage.PROPOSED.value)
        .values(stage=stage.value, decided_by=by, decided_at=at, **changed)
    )
    try:
        found = connection.execute(decided).rowcount
    except IntegrityError:
        raise errors.SamePerson(edition=edition.name) from None
    if found == 0:
        raise errors.NotProposed(edition=edition.name)


def drop_pieces(connection: Connection, edition: Edition) -> None:
    """Forget the bundle of an edition that was not published."""
    connection.execute(delete(schema.edition_piece).where(*_of(schema.edition_piece.c, edition)))


def listed(connection: Connection, *stages: Stage) -> tuple[Edition, ...]:
    """The editions at these stages (or at any), the newest period first, of each the newest revision first."""
    table = schema.edition.c
    query = select(schema.edition).order_by(table.period.desc(), table.code, table.revision.desc())
    if stages:
        query = query.where(table.stage.in_([stage.value for stage in stages]))
    return tuple(_edition(row) for row in connection.execute(query))


def of_code(connection: Connection, code: str) -> tuple[Edition, ...]:
    """Every published revision of an edition, the newest first."""
    table = schema.edition.c
    query = select(schema.edition).where(table.code == code, table.stage == Stage.PUBLISHED.value)
    return tuple(_edition(row) for row in connection.execute(query.order_by(table.revision.desc())))


def of_wave(connection: Connection, wave: str) -> tuple[Edition, ...]:
    """Every published revision of every edition of a wave, of each edition the newest first."""
    table = schema.edition.c
    query = select(schema.edition).where(table.wave == wave, table.stage == Stage.PUBLISHED.value)
    return tuple(
        _edition(row) for row in connection.execute(query.order_by(table.code, table.revision.desc()))
    )


def named(connection: Connection, code: str, revision: int) -> Edition:
    """One revision, at whatever stage. Raises UnknownEdition."""
    table = schema.edition.c
    query = select(schema.edition).where(table.code == code, table.revision == revision)
    row = connection.execute(query).first()
    if row is None:
        raise errors.UnknownEdition(edition=f"{code}/r{revision}")
    return _edition(row)


def waiting(connection: Connection, code: str) -> str:
    """The name of the proposal of an edition that waits for a decision, "" without one."""
    table = schema.edition.c
    query = select(schema.edition).where(table.code == code, table.stage == Stage.PROPOSED.value)
    row = connection.execute(query).first()
    return "" if row is None else _edition(row).name


def next_revision(connection: Connection, code: str) -> int:
    """The number of the next revision; those of rejected ones are not given again."""
    table = schema.edition.c
    return (connection.scalar(select(func.max(table.revision)).where(table.code == code)) or 0) + 1


def _edition(row: Row[Any]) -> Edition:
    held = dict(row._mapping)
    return Edition(**held | {"stage": Stage(held["stage"]), "sealed": held["sealed"].isoformat()})


def _of(columns: Any, edition: Edition) -> tuple[Any, ...]:
    return columns.code == edition.code, columns.revision == edition.revision


class Bundle(io.RawIOBase):
    """The bundle of an edition as a file to read anywhere in, a piece at a time."""

    def __init__(self, connection: Connection, edition: Edition) -> None:
        self._connection, self._edition = connection, edition
        self._at, self._held = 0, (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._edition.length}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, skip = divmod(self._at, PIECE)
        some = self._piece(number)[skip : skip + len(buffer)]
        buffer[: len(some)] = some
        self._at += len(some)
        return len(some)

    def _piece(self, number: int) -> bytes:
        if self._held[0] != number:
            self._held = number, piece(self._connection, self._edition, number)
        return self._held[1]


def piece(connection: Connection, edition: Edition, number: int) -> bytes:
    """A piece of a bundle, empty after the last one."""
    table = schema.edition_piece.c
    found = connection.scalar(select(table.content).where(*_of(table, edition), table.number == number))
    return bytes(found) if found else b""
