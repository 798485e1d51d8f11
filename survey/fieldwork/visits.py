"""Batches from interviewers' phones: visits and interviews, each once, under the unit they are of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from survey import comment as comments
from survey import design, errors
from survey.collect import Delivered, Result
from survey.collect.deliveries import letter_of, moments_of
from survey.collect.responses import ID, comment_on, late_of, prepared
from survey.device import DeadLetter, Delivery, Device, Spoiled, slot_of
from survey.disposition import ANSWERED, Disposition, of_answers
from survey.fieldwork.units import Visited, placed, visited
from survey.formats import devices
from survey.instrument import Instrument, Missing
from survey.moments import Moment
from survey.receipt import Keys, code_of, hash_of_id
from survey.response import Mode, Response
from survey.store import visits
from survey.store.agencies import Reference
from survey.store.database import Database
from survey.store.deliveries import Outcome, Unfit
from survey.store.inbox import Waiting
from survey.store.visits import Fit
from survey.visit import Call, Interview, kept_day

#: reasons that are no answer to a criterion
_UNANSWERED = frozenset({Missing.REFUSED, Missing.NOT_ASKED})

_Letter = Callable[[str], DeadLetter]


@dataclass(frozen=True)
class _Read:
    stored: Fit | Unfit
    result: Result


def deliver(db: Database, phone: Device, delivery: Delivery[Call], *, at: datetime) -> Delivered:
    """Take an interviewer's visits in, each once; one that is refused loses no other.

    A visit to a unit that is not hers, or of no sample, is refused by name and kept for review. So is one to
    a unit that is done with: the first interview stands, and the second is a conflict that somebody looks at.
    phone: as authorised for this request · at: with its time zone
    Raises DeviceRevoked and TemporarilyUnavailable, for the whole of it.
    """
    known, when = design.reference(db), moments_of(phone, delivery, at)
    read = [_read(db, known, phone, each, when.get(n), at) for n, each in enumerate(delivery.entries)]
    told = visits.keep(
        db,
        phone.id,
        [each.stored for each in read],
        delivery.queue,
        slot=slot_of(at),
        month=at.date().isoformat()[:7],
    )
    ended = zip(read, told.kept.outcomes, told.codes, strict=True)
    return Delivered(tuple(_result(each, *end, code) for each, end, code in ended), told.kept.ranges)


def _result(read: _Read, outcome: Outcome, commitment: bytes | None, code: str | None) -> Result:
    if outcome is Outcome.REFUSED:
        return replace(read.result, outcome=outcome, code=read.result.code or code, commented=False)
    receipt = None if commitment is None else code_of(commitment)
    return replace(read.result, outcome=outcome, receipt=receipt)


def _read(
    db: Database, known: Reference, phone: Device, visit: Call | Spoiled, when: Moment | None, at: datetime
) -> _Read:
    def letter(code: str) -> DeadLetter:
        return letter_of(phone.id, db.keys, code, devices.reviewable(visit.raw), at.date())

    try:
        if isinstance(visit, Spoiled):
            raise visit.refusal
        assert when is not None and phone.account is not None, "what can be read has a moment"
        stored = _call(
            db, known, visit, visited(db, visit.unit, phone.account), phone.account, when, at, letter
        )
        commented = bool(stored.waiting and stored.waiting.comment)
        return _Read(stored, Result(visit.id, visit.seq, Outcome.KEPT, commented=commented))
    except errors.Refusal as refusal:
        result = Result(visit.id, visit.seq, Outcome.REFUSED, code=refusal.code)
        return _Read(Unfit(visit.seq, letter(refusal.code)), result)


def _call(
    db: Database,
    known: Reference,
    visit: Call,
    unit: Visited,
    account: int,
    when: Moment,
    at: datetime,
    letter: _Letter,
) -> Fit:
    if not ID.fullmatch(visit.id):
        raise errors.MalformedId
    day = when.at.date()
    response = (
        None if visit.interview is None else _response(unit, visit.interview, kept_day(day, unit.wave.starts))
    )
    return Fit(
        seq=visit.seq,
        id=hash_of_id(db.keys.salt, f"visit {visit.id}").hex(),
        unit=unit.unit.code,
        account=account,
        day=day,
        disposition=_disposition(visit, known.instruments[unit.wave.instrument]),
        waiting=None if response is None else _waiting(known, response, visit, db.keys, at),
        late=None if response is None else late_of(known, response, at.date()),
        steady=when.steady,
        letter=letter,
    )


def _disposition(visit: Call, instrument: Instrument) -> Disposition:
    """How a visit ended: what an interview is follows from its answers, whatever the phone made of it."""
    if (visit.interview is None) is (visit.disposition in ANSWERED):
        raise errors.DispositionUnfit
    if visit.interview is None:
        return visit.disposition
    given = {one.item: one.missing for one in visit.interview.answers}
    answered = sum(one.code in given and given[one.code] not in _UNANSWERED for one in instrument.ratings)
    ended = of_answers(answered, len(instrument.ratings))
    if ended not in ANSWERED:
        raise errors.DispositionUnfit
    return ended


def _response(unit: Visited, interview: Interview, day: date) -> Response:
    given = Response(
        id=interview.id,
        wave=unit.wave.code,
        instrument=interview.instrument,
        agency=unit.wave.root,
        day=day,
        answers=interview.answers,
        mode=Mode.INTERVIEWER,
        language=interview.language,
        assisted=interview.assisted,
    )
    return placed(unit, given)


def _waiting(known: Reference, response: Response, visit: Call, keys: Keys, at: datetime) -> Waiting:
    assert visit.interview is not None, "what is kept was answered"
    if visit.interview.instrument != response.instrument:
        raise errors.WrongVersion(asked=visit.interview.instrument, current=response.instrument)
    waiting = prepared(known, response, keys, at.date(), late=True)
    text, _ = comments.cut(visit.interview.comment)
    return replace(waiting, comment=comment_on(keys, waiting, response, text)) if text else waiting
