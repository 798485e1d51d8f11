"""What devices of every kind tell the service, as JSON: batches of entries, clocks, and what waits in them.

A device may be old, broken or hostile. What it sends is read entry by entry: one that can't be read is
told apart and loses no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from survey import errors
from survey.comment import normalised
from survey.device import HIGHEST, Clock, Delivery, Heartbeat, Queue, Spoiled
from survey.instrument import Missing
from survey.response import Answer, Assistance

#: entries in one delivery
MOST = 100
#: clocks of other presses that are read with a delivery
MARKS = 200
#: characters that are kept of an entry for review
REVIEWED = 8_000
#: the longest text of a device's codes, and the highest count it may tell
CODE, _COUNT = 80, 2**31 - 1
#: milliseconds that a clock may be off or an answer may wait: three hundred years
_MILLISECONDS = 10**13

#: names in an entry that could tell whose it is, or when it was given
_LINKING = frozenset({"id", "seq", "at", "clock"})

Pressed = TypeVar("Pressed")


class Repeated(dict[str, Any]):
    """An object that has a name twice: which of the two values is meant can't be known."""


def activation(body: bytes) -> str:
    """The activation code of a request. Raises MalformedJson, MalformedEntry."""
    told = object_of(body)
    return text_of(told, "code", errors.MalformedEntry)


def heartbeat(body: bytes) -> Heartbeat:
    """A device's heartbeat; what can't be read of it is unknown. Raises MalformedJson, MalformedEntry."""
    told = object_of(body)
    storage = told.get("storage")
    storage = storage if isinstance(storage, dict) else {}
    app, persisted = told.get("app"), storage.get("persisted")
    return Heartbeat(
        queue_of(told),
        normalised(app)[:40] if isinstance(app, str) else None,
        persisted if isinstance(persisted, bool) else None,
        number_of(storage.get("free"), HIGHEST),
    )


def delivery(body: bytes, read: Callable[[dict[str, Any]], Pressed]) -> Delivery[Pressed]:
    """A device's batch, each entry by `read`, which raises what is wrong with it.

    Raises MalformedJson, MalformedEntry and BatchTooLarge for the whole of it only.
    """
    told = object_of(body)
    batch = told.get("batch")
    if not isinstance(batch, list):
        raise errors.MalformedEntry(name="batch")
    if len(batch) > MOST:
        raise errors.BatchTooLarge(most=MOST, sent=len(batch))
    entries = tuple(_read(raw, read) for raw in batch)
    return Delivery(entries, queue_of(told), around_of(told.get("around")))


def _read(raw: object, read: Callable[[dict[str, Any]], Pressed]) -> Pressed | Spoiled:
    try:
        if not isinstance(raw, dict) or isinstance(raw, Repeated):
            raise errors.MalformedEntry(name="entry")
        return read(raw)
    except errors.Refusal as refusal:
        sent = raw if isinstance(raw, dict) else {}
        id_ = sent.get("id")
        known = id_ if isinstance(id_, str) and len(id_) <= CODE and id_.isprintable() else None
        return Spoiled(known, sequence_of(sent.get("seq")), refusal, raw)


def reviewable(raw: object) -> str:
    """What is kept of a refused entry: without what links it to a person or a time, and no longer than that."""
    if isinstance(raw, dict):
        raw = {name: value for name, value in raw.items() if name not in _LINKING}
    return normalised(json.dumps(raw, ensure_ascii=False, separators=(",", ":")))[:REVIEWED]


def object_of(body: bytes) -> dict[str, Any]:
    """The object that a body is. Raises MalformedJson, MalformedEntry."""
    try:
        told = json.loads(body, object_pairs_hook=_named, parse_constant=str)
    except (ValueError, RecursionError):
        raise errors.MalformedJson from None
    if not isinstance(told, dict) or isinstance(told, Repeated):
        raise errors.MalformedEntry(name="body")
    return told


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    return named if len(named) == len(pairs) else Repeated(named)


def answers_of(given: object) -> tuple[Answer, ...]:
    """Answers by item. Raises MalformedEntry, UnknownStep."""
    if not isinstance(given, dict):
        raise errors.MalformedEntry(name="answers")
    if isinstance(given, Repeated):
        raise errors.MalformedEntry(name="answers")
    return tuple(_answer(item, value) for item, value in given.items())


def _answer(item: str, value: object) -> Answer:
    if isinstance(value, str):
        if value not in _REASONS:
            raise errors.UnknownStep(item=item[:CODE])
        return Answer(item, missing=Missing(value))
    sent = value if isinstance(value, list) else [value]
    steps = [step for each in sent if (step := number_of(each, _COUNT)) is not None]
    if not sent or len(steps) != len(sent):
        raise errors.UnknownStep(item=item[:CODE])
    return Answer(item, tuple(steps))


_REASONS = frozenset({Missing.REFUSED, Missing.DONT_KNOW, Missing.NOT_APPLICABLE})


def clock_of(at: object, told: object) -> Clock:
    """What a device tells of time. What can't be read is unknown: a broken clock loses no answer."""
    told = told if isinstance(told, dict) else {}
    return Clock(
        _time(at), _span(told.get("offset_ms")), _span(told.get("age_ms")), told.get("steady") is True
    )


def around_of(told: object) -> dict[int, Clock]:
    """Clocks of other presses; what can't be read of them is left out, as it decides no answer."""
    listed = told[:MARKS] if isinstance(told, list) else []
    named = [(sequence_of(one.get("seq")), one) for one in listed if isinstance(one, dict)]
    return {seq: clock_of(one.get("at"), one.get("clock")) for seq, one in named if seq is not None}


def _time(value: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        return None
    return read if read is not None and read.tzinfo is not None and 1900 < read.year < 2200 else None


def _span(value: object) -> timedelta | None:
    whole = isinstance(value, int | float) and not isinstance(value, bool)
    if not whole or not -_MILLISECONDS <= value <= _MILLISECONDS:  # type: ignore[operator]
        return None
    return timedelta(milliseconds=value)  # type: ignore[arg-type]


def assistance_of(value: object) -> Assistance:
    """Who helped. Raises UnknownChoice."""
    if value is None:
        return Assistance.NONE
    if not isinstance(value, str) or value not in tuple(Assistance):
        raise errors.UnknownChoice(of="assisted")
    return Assistance(value)


def sequence_of(value: object) -> int | None:
    """A sequence number; None for anything else."""
    number = number_of(value, HIGHEST)
    return number or None


def number_of(value: object, highest: int) -> int | None:
    """A whole number from 0 to `highest`; None for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
        return None
    return value


def text_of(told: Mapping[str, Any], name: str, refusal: Callable[..., errors.Refusal]) -> str:
    """A short text under a name, or the refusal."""
    value = told.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= CODE or not value.isprintable():
        raise refusal(name=name)
    return value


def queue_of(told: Mapping[str, Any]) -> Queue:
    """What a device says of its queue."""
    return Queue(
        number_of(told.get("waiting"), _COUNT), _time(told.get("oldest")), number_of(told.get("dead"), _COUNT)
    )
