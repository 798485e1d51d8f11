"""The quarantine: which acknowledged responses a person should look at before they count.

A mark beside the ledger, by commitment: content and ledger are those of every other response.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select, update

from survey.quarantine import Doubt, Group, Quarantined, Review
from survey.store import bulk, schema


def add(connection: Connection, some: Sequence[Quarantined]) -> None:
    """Mark responses, in the transaction that keeps them."""
    days = connection.dialect.name == "sqlite"
    bulk.insert(connection, schema.quarantine, [row(one, text_day=days) for one in some])


def row(one: Quarantined, *, text_day: bool) -> tuple[Any, ...]:
    """A mark in the order of the table's columns; the day as text is what SQLite's driver takes."""
    received = one.received.isoformat() if text_day else one.received
    waits = Review.WAITING.value
    return one.commitment, one.wave, one.agency, one.place, received, one.doubt.value, waits, None


def uncounted(connection: Connection, commitments: Sequence[bytes]) -> set[bytes]:
    """Those of the commitments that do not count: not looked at yet, or set aside."""
    mark = schema.quarantine.c
    if connection.scalar(select(mark.commitment).limit(1)) is None:
        return set()
    query = "SELECT commitment FROM quarantine WHERE review <> ? AND commitment IN"
    return {
        commitment
        for some in bulk.chunks(commitments)
        for (commitment,) in bulk.fetch(
            connection, f"{query} ({bulk.marks(some)})", (Review.RELEASED.value, *some)
        )
    }


def review_of(connection: Connection, commitment: bytes) -> Review | None:
    """How far the review of a response is; None if it never was in doubt."""
    mark = schema.quarantine.c
    found = connection.scalar(select(mark.review).where(mark.commitment == commitment))
    return None if found is None else Review(found)


def left_out(connection: Connection, wave: str, agency: str | None = None) -> list[bytes]:
    """The commitments of a wave's responses (on an agency) that do not count."""
    mark = schema.quarantine.c
    out = select(mark.commitment).where(mark.wave == wave, mark.review != Review.RELEASED.value)
    return list(connection.scalars(out if agency is None else out.where(mark.agency == agency)))


def of_doubt(connection: Connection, wave: str, doubt: Doubt) -> set[bytes]:
    """The commitments of a wave's responses that were in a doubt, whatever became of them."""
    mark = schema.quarantine.c
    found = select(mark.commitment).where(mark.wave == wave, mark.doubt == doubt.value)
    return {bytes(one) for one in connection.scalars(found)}


def groups(connection: Connection) -> list[Group]:
    """What is in quarantine, the newest day first."""
    mark = schema.quarantine.c
    by = (mark.place, mark.received, mark.doubt, mark.review)
    rows = connection.execute(
        select(*by, func.count()).group_by(*by).order_by(mark.received.desc(), mark.place, mark.doubt)
    )
    return [
        Group(place, received, Doubt(doubt), Review(review), n) for place, received, doubt, review, n in rows
    ]


def commitments(connection: Connection, group: Group) -> list[bytes]:
    """The responses of a group."""
    mark = schema.quarantine.c
    return list(connection.scalars(select(mark.commitment).where(*_in(group), mark.review == group.review)))


def decide(connection: Connection, group: Group, review: Review, *, on: date) -> list[bytes]:
    """Put a group under another review; the responses that this changed."""
    mark = schema.quarantine
    changed = (
        update(mark)
        .where(*_in(group), mark.c.review == group.review.value)
        .values(review=review.value, decided=on)
        .returning(mark.c.commitment)
    )
    return [bytes(commitment) for commitment in connection.scalars(changed)]


def _in(group: Group) -> tuple[Any, ...]:
    mark = schema.quarantine.c
    return mark.place == group.place, mark.received == group.received, mark.doubt == group.doubt.value


def tally(connection: Connection, wave: str, agencies: Sequence[str] | None = None) -> dict[Review, int]:
    """How many responses of a wave (and of some agencies) are under each review."""
    mark = schema.quarantine.c
    found = select(mark.review, func.count()).where(mark.wave == wave).group_by(mark.review)
    if agencies is not None:
        found = found.where(mark.agency.in_(agencies))
    return {Review(review): n for review, n in connection.execute(found)}
