"""Disputes: opened by an agency's head, decided by a reviewer of another agency. Nothing is ever taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from survey import comment as comments
from survey import design, errors
from survey.account import Account, Deed
from survey.dispute import LEAST, Dispute, Reason, Ruling
from survey.reply.comments import find as find_comment
from survey.reply.rights import apart, check_apart
from survey.response import Sealed
from survey.store import agencies, audit, disputes, readings, responses
from survey.store.database import Connection, Database, take_sealing_lock


@dataclass(frozen=True)
class Claim:
    """Why ratings should not count, and the day that is said on."""

    reason: Reason
    words: str
    on: date


def dispute_day(
    db: Database, by: Account, agency: str, claim: Claim, *, place: str, day: date, at: int
) -> Dispute:
    """Dispute all ratings of an agency at one place (a counter, or "online:agency") and day.

    Raises NothingSaid, NothingToDispute.
    """

    def theirs(_commitment: bytes, sealed: Sealed) -> bool:
        where = sealed.counter or f"{sealed.mode}:{sealed.agency}"
        return (sealed.agency, where, sealed.day) == (agency, place, day.isoformat())

    fresh = Dispute(0, agency, place, day, None, claim.reason, _said(claim.words), claim.on, by.id, 0)
    return _opened(db, fresh, theirs, since=day, least=LEAST, at=at)


def dispute_comment(
    db: Database, by: Account, agency: str, claim: Claim, *, comment: int, at: int
) -> Dispute:
    """Dispute the rating that a released comment came with; which it is, nobody is told.

    Raises UnknownComment, NothingSaid, NothingToDispute.
    """
    found = find_comment(db, agency, comment)
    with db.read() as connection:
        original, _ = readings.original(connection, comment)

    def its(commitment: bytes, _sealed: Sealed) -> bool:
        return comments.key_of(db.keys.salt, commitment) == original.key

    said = _said(claim.words)
    fresh = Dispute(0, found.agency, None, None, comment, claim.reason, said, claim.on, by.id, 0)
    return _opened(db, fresh, its, since=original.received, least=1, at=at)


def _opened(
    db: Database, fresh: Dispute, fits: Callable[[bytes, Sealed], bool], *, since: date, least: int, at: int
) -> Dispute:
    with db.write() as connection:
        take_sealing_lock(connection)
        ratings = [
            (commitment, sealed.wave)
            for some in responses.sealed_since(connection, since)
            for commitment, _, content in some
            if fits(commitment, sealed := Sealed.parse(content))
        ]
        if len(ratings) < least:
            raise errors.NothingToDispute
        made = disputes.open_(connection, fresh, ratings)
        if not made.ratings:
            raise errors.NothingToDispute
        _settled(connection, db, Deed.DISPUTE_OPENED, made, fresh.account, fresh.opened, at)
    return made


def decide(db: Database, by: Account, number: int, *, uphold: bool, why: str, on: date, at: int) -> Dispute:
    """Decide an open dispute of another agency and another person.

    Raises UnknownDispute, OwnAgency, OwnDispute, NothingSaid, CommentTooLong.
    """
    said, ruling = _said(why), Ruling.UPHELD if uphold else Ruling.REJECTED
    with db.write() as connection:
        found = disputes.find(connection, number)
        if found is None:
            raise errors.UnknownDispute
        check_apart(design.reference(db), by, found.agency)
        if found.account == by.id:
            raise errors.OwnDispute
        made = disputes.decide(connection, number, ruling, on=on, decider=by.id, why=said)
        if made is None:
            raise errors.UnknownDispute
        _settled(connection, db, Deed.DISPUTE_DECIDED, made, by.id, on, at)
    return made


def _settled(
    connection: Connection, db: Database, what: Deed, made: Dispute, account: int, on: date, at: int
) -> None:
    """Note it, and have the figures with and without made anew."""
    agencies.next_stamp(connection, on)
    thing = f"dispute {made.number} of {made.agency}: {made.ratings} ratings, {made.ruling}"
    audit.record(connection, db.keys.salt, at=at, account=account, what=what, thing=thing)


def disputes_of(db: Database, agency: str) -> tuple[Dispute, ...]:
    """The disputes of an agency and of those below it, the newest first."""
    known = design.reference(db)
    within = [code for code in known.agencies if known.under(agency, code)]
    with db.read() as connection:
        return tuple(disputes.of_agencies(connection, within))


def to_decide(db: Database, by: Account) -> tuple[Dispute, ...]:
    """The open disputes of others, of agencies that a person does not belong to, the oldest first."""
    known = design.reference(db)
    with db.read() as connection:
        found: Sequence[Dispute] = disputes.undecided(connection)
    return tuple(one for one in found if one.account != by.id and apart(known, by, one.agency))


def _said(words: str) -> str:
    said = comments.checked(words)
    if not said:
        raise errors.NothingSaid
    return said
