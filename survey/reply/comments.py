"""Comments on their way to their readers: masked, told by kind and topic, and released in batches.

Feedback reaches its agency once a week is over, five or more at a time, in shuffled order and with no date
but the week's. What is no feedback goes on the next day to a desk outside the agency.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from survey import comment as comments
from survey import design, errors
from survey.account import Account, Deed
from survey.comment import Comment, Kind, Personal, Reading, Released, Span, Weighed
from survey.comment import reading as readings_of
from survey.comment import search as searching
from survey.reply.lexicons import desk_of, lexicons
from survey.reply.rights import check_apart
from survey.store import audit, readings
from survey.store.agencies import Reference
from survey.store.database import Connection, Database
from survey.store.readings import New

#: comments on one page, and of those on a dashboard
SHOWN, LATEST = 20, 3


@dataclass(frozen=True)
class Found:
    """One page of comments, and the number below which the next begins, None on the last one."""

    comments: tuple[Released, ...]
    before: int | None


@dataclass(frozen=True)
class Written:
    """What a dashboard tells of comments: the latest, how many there are, and of those how many by topic.

    topics: factor -> comments about it, the most first; those without any are not there
    """

    latest: tuple[Released, ...]
    number: int
    topics: dict[str, int]


@dataclass(frozen=True)
class Masking:
    """A comment as it came in, for whoever sees to its mask."""

    released: Released
    text: str
    spans: tuple[Span, ...]


def read(text: str) -> Reading:
    """What the lexicons and the forms of personal data tell of a text."""
    known = lexicons()
    signs = comments.weighed(text, known.kinds)
    about = tuple(one for one in comments.weighed(text, known.topics) if one.enough)
    return Reading(readings_of.kind_of(signs), signs, about, comments.personal_data(text))


def release(db: Database, *, rng: random.Random, today: date) -> int:
    """Let staff read what may be read by now; how many comments that were.

    Comments on responses in quarantine wait with them.
    """
    known, week = design.reference(db), readings_of.monday(today)
    with db.read() as connection:
        agencies = readings.agencies_waiting(connection, before=today)
    released = 0
    for agency in agencies:
        with db.write() as connection:
            readings.take_lock(connection)
            ready = _ready(connection, db, known, agency, today)
            rng.shuffle(ready)
            readings.add(connection, [as_read(known, one, told, week) for one, told in ready])
            released += len(ready)
    return released


def _ready(
    connection: Connection, db: Database, known: Reference, agency: str, today: date
) -> list[tuple[Comment, Reading]]:
    """Those of an agency that may go out: all that is no feedback, and feedback of weeks that are over."""
    doubted = readings.doubted(connection, agency)
    out = {comments.key_of(db.keys.salt, commitment) for commitment in doubted}
    waiting = [one for one in readings.waiting(connection, agency, before=today) if one.key not in out]
    told = [(one, read(one.text)) for one in waiting]
    routed = [(one, found) for one, found in told if _outside(known, found.kind, agency)]
    week = readings_of.monday(today)
    feedback = [
        (one, found) for one, found in told if not _outside(known, found.kind, agency) and one.received < week
    ]
    return routed + (feedback if len(feedback) >= readings_of.BATCH else [])


def _outside(known: Reference, kind: Kind, agency: str) -> bool:
    return kind is not Kind.FEEDBACK and desk_of(known, kind, agency) != agency


def as_read(known: Reference, one: Comment, told: Reading, week: date) -> New:
    """A comment as its readers get it: masked, at its desk, with the words that it is found by."""
    desk = desk_of(known, told.kind, one.agency)
    shown = comments.masked(one.text, told.spans)
    labels = _labels(known, desk, told.kind, told.topics)
    return New(
        one.key,
        one.agency,
        desk,
        told.kind,
        one.language,
        week,
        shown,
        told.topics,
        told.kinds if told.kind is not Kind.FEEDBACK else (),
        told.spans,
        (*labels, *_words(shown)),
    )


def _labels(known: Reference, desk: str, kind: Kind, about: Sequence[Weighed]) -> tuple[str, ...]:
    """Who may see it, its kind, and its topics with their factors."""
    factors = dict.fromkeys(lexicons().factor_of[one.label] for one in about)
    return (
        *searching.audience(known.line(desk)),
        searching.of_kind(kind),
        *(searching.about(name) for name in (*factors, *(one.label for one in about))),
    )


def _words(shown: str) -> tuple[str, ...]:
    """The words of what is left to read."""
    return comments.tokens(" ".join(text for text, kind in comments.pieces(shown) if not kind))


def search(
    db: Database,
    agency: str,
    query: str = "",
    *,
    kind: Kind | None = None,
    topic: str | None = None,
    before: int | None = None,
) -> Found:
    """The comments that people of an agency may read and that have all the words of `query`, the newest first.

    Searched without regard to case and diacritics. topic: of a factor or a criterion.
    """
    wanted = _wanted(agency, query, kind, topic)
    with db.read() as connection:
        found = readings.found(connection, wanted, limit=SHOWN + 1, before=before)
    more = len(found) > SHOWN
    return Found(tuple(found[:SHOWN]), found[SHOWN - 1].number if more else None)


def _wanted(agency: str, query: str, kind: Kind | None, topic: str | None) -> tuple[str, ...]:
    labels = [*searching.audience([agency])]
    if kind:
        labels.append(searching.of_kind(kind))
    if topic:
        labels.append(searching.about(topic))
    return (*labels, *comments.tokens(query)[: searching.MOST])


def topics(db: Database, agency: str) -> dict[str, int]:
    """Factor -> how many of the comments that an agency may read are about it."""
    factors = dict.fromkeys(lexicons().factor_of.values())
    with db.read() as connection:
        return {factor: readings.count(connection, _wanted(agency, "", None, factor)) for factor in factors}


def written(db: Database, agency: str) -> Written:
    """The latest comments that people of an agency may read, and what all of them are about."""
    wanted = _wanted(agency, "", None, None)
    with db.read() as connection:
        latest = tuple(readings.found(connection, wanted, limit=LATEST))
    newest = latest[0].number if latest else 0
    number, about = db.kept(f"written:{agency}", newest, lambda: _counted(db, agency))
    return Written(latest, number, about)


def _counted(db: Database, agency: str) -> tuple[int, dict[str, int]]:
    about = topics(db, agency)
    with db.read() as connection:
        number = readings.count(connection, _wanted(agency, "", None, None))
    found = sorted((each for each in about.items() if each[1]), key=lambda each: -each[1])
    return number, dict(found)


def find(db: Database, agency: str, number: int) -> Released:
    """A comment that people of an agency may read. Raises `errors.UnknownComment`."""
    with db.read() as connection:
        found = readings.find(connection, number)
    if found is None or not design.reference(db).under(agency, found.desk):
        raise errors.UnknownComment
    return found


def masking(db: Database, by: Account, agency: str, number: int, *, at: int) -> Masking:
    """A comment as it came in, for somebody of another agency who sees to its mask; the look is in the audit.

    Raises `errors.UnknownComment`, `errors.OwnAgency`.
    """
    found = find(db, agency, number)
    check_apart(design.reference(db), by, found.agency)
    with db.write() as connection:
        original, spans = readings.original(connection, number)
        audit.record(
            connection, db.keys.salt, at=at, account=by.id, what=Deed.ORIGINAL_SEEN, thing=f"comment {number}"
        )
    return Masking(found, original.text, spans)


def review_mask(
    db: Database,
    by: Account,
    agency: str,
    number: int,
    *,
    keep: Collection[int],
    more: Sequence[str],
    at: int,
) -> None:
    """Put the mask on a comment that a person found right.

    keep: places of the spans that stay masked · more: texts to mask wherever they stand
    Raises `errors.UnknownComment`, `errors.OwnAgency`, `errors.NotInComment`.
    """
    known, found = design.reference(db), find(db, agency, number)
    check_apart(known, by, found.agency)
    with db.write() as connection:
        original, spans = readings.original(connection, number)
        kept = [span for place, span in enumerate(spans) if place in keep]
        if any(comments.normalised(one) not in original.text for one in more):
            raise errors.NotInComment
        wanted = comments.merged([*kept, *everywhere(original.text, more)])
        shown = comments.masked(original.text, wanted)
        labels = _labels(known, found.desk, found.kind, found.topics)
        readings.remask(connection, number, text_=shown, spans=wanted, words=(*labels, *_words(shown)))
        audit.record(
            connection, db.keys.salt, at=at, account=by.id, what=Deed.MASK_REVIEWED, thing=f"comment {number}"
        )


def everywhere(text: str, some: Sequence[str]) -> list[Span]:
    """Where each of some texts stands in a text."""
    found = []
    for part in filter(None, (comments.normalised(one) for one in some)):
        start = text.find(part)
        while start >= 0:
            found.append(Span(start, start + len(part), Personal.OTHER))
            start = text.find(part, start + len(part))
    return found
