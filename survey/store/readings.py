"""Readings: comments as staff may read them, and the words they are found by.

SQLite keeps the words in an index of its own (FTS5), PostgreSQL in an array with a GIN index. Both hold the
words of `comment.search` and nothing else, so that both find the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, func, select, text, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY

from survey.comment import Comment, Kind, Personal, Released, Span, Weighed
from survey.quarantine import Review
from survey.store import schema

#: the number of PostgreSQL's advisory lock under which comments are released
LOCK = 0x72_65_61_64

_HIGHEST = (1 << 31) - 1


@dataclass(frozen=True)
class New:
    """A comment on its way to its readers, without a number yet.

    audience: agencies whose people may see it, and topics and kind, as labels of `comment.search`
    """

    key: bytes
    agency: str
    desk: str
    kind: Kind
    language: str
    week: date
    text: str
    topics: tuple[Weighed, ...]
    signs: tuple[Weighed, ...]
    spans: tuple[Span, ...]
    words: tuple[str, ...]


def take_lock(connection: Connection) -> None:
    """Wait until no other process releases. SQLite's write transaction is that lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})


def agencies_waiting(connection: Connection, *, before: date) -> list[str]:
    """The agencies on which comments from before a day wait."""
    comment = schema.comment.c
    waits = select(comment.agency).where(comment.received < before, _unread()).distinct()
    return list(connection.scalars(waits.order_by(comment.agency)))


def waiting(connection: Connection, agency: str, *, before: date) -> list[Comment]:
    """The comments on an agency that came in before a day, and that nobody may read yet."""
    comment = schema.comment.c
    found = select(schema.comment).where(comment.agency == agency, comment.received < before, _unread())
    return [Comment(**row._mapping) for row in connection.execute(found.order_by(comment.key))]


def _unread() -> Any:
    known = select(schema.reading.c.number).where(schema.reading.c.key == schema.comment.c.key)
    return ~known.exists()


def doubted(connection: Connection, agency: str) -> list[bytes]:
    """The commitments of an agency's responses that do not count: their comments wait with them."""
    mark = schema.quarantine.c
    out = select(mark.commitment).where(mark.agency == agency, mark.review != Review.RELEASED.value)
    return list(connection.scalars(out))


def add(connection: Connection, some: Sequence[New]) -> None:
    """Release comments in this order, under the lock."""
    first = (connection.scalar(select(func.max(schema.reading.c.number))) or 0) + 1
    rows = [
        {
            **{name: value for name, value in one.__dict__.items() if name != "words"},
            "number": number,
            "kind": one.kind.value,
            "topics": _told(one.topics),
            "signs": _told(one.signs),
            "spans": [[span.start, span.end, span.kind.value] for span in one.spans],
            "reviewed": False,
            "words": _kept(connection, one.words),
        }
        for number, one in enumerate(some, first)
    ]
    if rows:
        connection.execute(schema.reading.insert(), rows)
        _index(connection, [(row["number"], row["words"]) for row in rows])


def find(connection: Connection, number: int) -> Released | None:
    """The comment with this number."""
    row = connection.execute(select(schema.reading).where(schema.reading.c.number == number)).first()
    return None if row is None else _released(row)


def original(connection: Connection, number: int) -> tuple[Comment, tuple[Span, ...]]:
    """A released comment as it came in, and what is masked in it."""
    reading, comment = schema.reading.c, schema.comment
    row = connection.execute(
        select(comment, reading.spans)
        .join(schema.reading, reading.key == comment.c.key)
        .where(reading.number == number)
    ).one()
    told = dict(row._mapping)
    spans = tuple(Span(start, end, Personal(kind)) for start, end, kind in told.pop("spans"))
    return Comment(**told), spans


def masked_words(connection: Connection, key: bytes) -> list[str]:
    """What is masked in the released comment under a key, as it was written; nothing where there is none."""
    reading, comment = schema.reading.c, schema.comment.c
    row = connection.execute(
        select(comment.text, reading.spans)
        .join_from(schema.comment, schema.reading, reading.key == comment.key)
        .where(comment.key == key)
    ).first()
    return [] if row is None else [row.text[start:end] for start, end, _ in row.spans]


def remask(
    connection: Connection, number: int, *, text_: str, spans: Sequence[Span], words: Sequence[str]
) -> None:
    """Put another mask on a comment, which a person has seen to."""
    reading = schema.reading
    before = connection.scalar(select(reading.c.words).where(reading.c.number == number))
    if connection.dialect.name == "sqlite":
        taken_out = f"INSERT INTO {schema.WORDS} ({schema.WORDS}, rowid, words) VALUES ('delete', :n, :w)"
        connection.execute(text(taken_out), {"n": number, "w": before})
    kept = _kept(connection, words)
    connection.execute(
        reading.update()
        .where(reading.c.number == number)
        .values(
            text=text_,
            spans=[[span.start, span.end, span.kind.value] for span in spans],
            words=kept,
            reviewed=True,
        )
    )
    _index(connection, [(number, kept)])


def found(
    connection: Connection, words: Sequence[str], *, limit: int, before: int | None = None
) -> list[Released]:
    """The newest comments that have all the words, from below a number on."""
    reading = schema.reading
    numbers = _numbers(connection, words, limit, before)
    rows = connection.execute(
        select(reading).where(reading.c.number.in_(numbers)).order_by(reading.c.number.desc())
    )
    return [_released(row) for row in rows]


def count(connection: Connection, words: Sequence[str]) -> int:
    """How many comments have all the words."""
    if connection.dialect.name == "sqlite":
        query = text(f"SELECT count(*) FROM {schema.WORDS} WHERE {schema.WORDS} MATCH :words")
        return connection.scalar(query, {"words": _matched(words)}) or 0
    return connection.scalar(select(func.count()).select_from(schema.reading).where(_has(words))) or 0


def topics_between(connection: Connection, first: date, last: date) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Agency and topics of every comment that was released in weeks that begin between two days."""
    reading = schema.reading.c
    query = select(reading.agency, reading.topics).where(reading.week.between(first, last))
    for agency, told in connection.execute(query):
        yield agency, tuple(one.label for one in _weighed(told))


def _numbers(connection: Connection, words: Sequence[str], limit: int, before: int | None) -> list[int]:
    below = _HIGHEST if before is None else min(before, _HIGHEST)
    if connection.dialect.name == "sqlite":
        name = schema.WORDS
        query = text(
            f"SELECT rowid FROM {name} WHERE {name} MATCH :words AND rowid < :below"
            " ORDER BY rowid DESC LIMIT :limit"
        )
        told = {"words": _matched(words), "below": below, "limit": limit}
        return list(connection.scalars(query, told))
    reading = schema.reading.c
    has = select(reading.number).where(_has(words), reading.number < below)
    return list(connection.scalars(has.order_by(reading.number.desc()).limit(limit)))


def _has(words: Sequence[str]) -> ColumnElement[bool]:
    """All of the words, as PostgreSQL's index of the array is asked for them."""
    return type_coerce(schema.reading.c.words, ARRAY(Text)).contains(list(words))


def _matched(words: Sequence[str]) -> str:
    """All of the words, as FTS5 is asked for them; none holds a quotation mark."""
    return " ".join(f'"{word}"' for word in words)


def _index(connection: Connection, rows: Sequence[tuple[int, Any]]) -> None:
    if connection.dialect.name == "sqlite":
        put = f"INSERT INTO {schema.WORDS} (rowid, words) VALUES (?, ?)"
        connection.exec_driver_sql(put, list(rows))


def _kept(connection: Connection, words: Sequence[str]) -> Any:
    return " ".join(words) if connection.dialect.name == "sqlite" else list(words)


def _told(some: Sequence[Weighed]) -> list[list[Any]]:
    return [[one.label, one.score, list(one.because)] for one in some]


def _weighed(told: Sequence[Sequence[Any]]) -> tuple[Weighed, ...]:
    return tuple(Weighed(label, score, tuple(because)) for label, score, because in told)


def _released(row: Row[Any]) -> Released:
    return Released(
        row.number,
        row.agency,
        row.desk,
        Kind(row.kind),
        row.language,
        row.week,
        row.text,
        _weighed(row.topics),
        _weighed(row.signs),
        row.reviewed,
    )
