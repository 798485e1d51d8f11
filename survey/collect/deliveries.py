"""Batches from kiosks: answers that may be weeks old, come twice, out of order, or under a wrong clock."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, Protocol

from survey import comment as comments
from survey import design, errors
from survey.collect.responses import comment_on, late_of, prepared
from survey.device import Clock, DeadLetter, Delivery, Device, Entry, Range, Spoiled, slot_of, start_of
from survey.formats import devices
from survey.frame import WaveKind
from survey.moments import Moment, moments
from survey.receipt import Keys, code_of
from survey.response import Mode, Response
from survey.store import deliveries
from survey.store.agencies import Reference
from survey.store.database import Database
from survey.store.deliveries import Outcome, Press, Unfit
from survey.store.inbox import Waiting


@dataclass(frozen=True)
class Result:
    """What became of one entry. cut: whether its comment was longer than what is kept of it."""

    id: str | None
    seq: int | None
    outcome: Outcome
    receipt: str | None = None
    code: str | None = None
    cut: bool = False
    commented: bool = False


@dataclass(frozen=True)
class Delivered:
    """What became of each entry of a delivery, in its order, and the numbers that have arrived."""

    results: tuple[Result, ...]
    acknowledged: tuple[Range, ...]


@dataclass(frozen=True)
class _Read:
    """An entry ready for the store, and what its kiosk is told of it."""

    stored: Press | Unfit
    result: Result


def deliver(db: Database, device: Device, delivery: Delivery[Entry], *, at: datetime) -> Delivered:
    """Take a kiosk's answers in, each once, under the day it was given; one that is refused loses no other.

    device: as authorised for this request · at: with its time zone
    Raises DeviceRevoked and TemporarilyUnavailable, for the whole of it.
    """
    known = design.reference(db)
    when = moments_of(device, delivery, at)
    read = [_read(known, device, entry, when.get(n), db.keys, at) for n, entry in enumerate(delivery.entries)]
    batch = [each.stored for each in read]
    kept = deliveries.keep(
        db, device.id, batch, delivery.queue, slot=slot_of(at), month=at.date().isoformat()[:7]
    )
    told = zip(read, kept.outcomes, strict=True)
    results = tuple(_result(each, outcome, commitment) for each, (outcome, commitment) in told)
    return Delivered(results, kept.ranges)


class Timed(Protocol):
    """What has a number and a device's clock."""

    @property
    def seq(self) -> int: ...

    @property
    def clock(self) -> Clock: ...


def moments_of(device: Device, delivery: Delivery[Any], at: datetime) -> dict[int, Moment]:
    """When each entry of a delivery that can be read was pressed: its place -> the moment."""
    read: dict[int, Timed] = {n: e for n, e in enumerate(delivery.entries) if not isinstance(e, Spoiled)}
    own = {entry.seq for entry in read.values()}
    clocks = [(entry.seq, n, entry.clock) for n, entry in read.items()]
    clocks += [(seq, -1, clock) for seq, clock in delivery.around.items() if seq not in own]
    clocks.sort(key=lambda one: one[:2])
    found = moments([clock for _, _, clock in clocks], floor=device.floor, received=at)
    return {n: moment for (_, n, _), moment in zip(clocks, found, strict=True) if n >= 0}


def _result(read: _Read, outcome: Outcome, commitment: bytes | None) -> Result:
    if commitment is not None:
        return replace(read.result, outcome=outcome, receipt=code_of(commitment))
    code = read.result.code or errors.SameIdOtherContent.code
    return replace(read.result, outcome=outcome, code=code, cut=False, commented=False)


def _read(
    known: Reference, device: Device, entry: Entry | Spoiled, when: Moment | None, keys: Keys, at: datetime
) -> _Read:
    def letter(code: str) -> DeadLetter:
        return letter_of(device.id, keys, code, devices.reviewable(entry.raw), at.date())

    try:
        if isinstance(entry, Spoiled):
            raise entry.refusal
        assert when is not None, "what can be read has a moment"
        return _press(known, device, entry, when, keys, at, letter)
    except errors.Refusal as refusal:
        result = Result(entry.id, entry.seq, Outcome.REFUSED, code=refusal.code)
        return _Read(Unfit(entry.seq, letter(refusal.code)), result)


def _press(
    known: Reference,
    device: Device,
    entry: Entry,
    when: Moment,
    keys: Keys,
    at: datetime,
    letter: Callable[[str], DeadLetter],
) -> _Read:
    response = _response(known, device, entry, when.at.date())
    waiting = prepared(known, response, keys, at.date(), late=True)
    text, cut = comments.cut(entry.comment)
    if text:
        waiting = replace(waiting, comment=comment_on(keys, waiting, response, text))
    stored = Press(
        seq=entry.seq,
        waiting=waiting,
        slot=slot_of(when.at),
        late=late_of(known, response, at.date()),
        steady=when.steady,
        same=lambda commitment: _on_another_day(known, device, response, keys, when, at, commitment),
        letter=lambda: letter(errors.SameIdOtherContent.code),
    )
    return _Read(stored, Result(entry.id, entry.seq, Outcome.KEPT, cut=cut, commented=bool(text)))


def _response(known: Reference, device: Device, entry: Entry, day: date) -> Response:
    """What a person pressed, as a response: a kiosk asks of what its counter is for.

    A tablet that was taken to another counter with answers in it would rate the wrong people there.
    """
    counter = known.counters[device.counter]
    if entry.counter not in (None, counter.code):
        raise errors.UnknownCounter(counter=entry.counter)
    if known.wave(entry.wave).kind is not WaveKind.CONTINUOUS:
        raise errors.UnknownWave(wave=entry.wave)
    return Response(
        id=entry.id,
        wave=entry.wave,
        instrument=entry.instrument,
        agency=counter.agency or counter.receiver,
        day=day,
        answers=entry.answers,
        mode=Mode.KIOSK,
        language=entry.language,
        counter=counter.code,
        partial=entry.partial,
        assisted=entry.assisted,
    )


def _on_another_day(
    known: Reference,
    device: Device,
    response: Response,
    keys: Keys,
    when: Moment,
    at: datetime,
    commitment: bytes,
) -> bool:
    """Whether a known commitment is to these answers, pressed on another day that the clock allows.

    Sent again, an answer may seem to be of another day: midnight has passed, its age was forgotten, or it
    came among others. One that nothing ties may be of any day since the device was activated.
    """
    on = at.date()
    first = start_of(device.since or 0, at.tzinfo or UTC).date()
    whenever = () if when.tied else (on - timedelta(days=n) for n in range((on - first).days + 1))
    for day in chain(when.days, whenever):
        try:
            again: Waiting = prepared(known, replace(response, day=day), keys, on, late=True)
        except errors.Refusal:
            continue
        if again.commitment == commitment:
            return True
    return False


def letter_of(device: str, keys: Keys, code: str, content: str, received: date) -> DeadLetter:
    key = hmac.digest(keys.salt, f"letter\0{device}\0{code}\0{content}".encode(), "sha256")
    return DeadLetter(device, key, code, received, content)
