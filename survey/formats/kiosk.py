"""What kiosks and the service tell each other, as JSON.

A kiosk may be old, broken or hostile. What it sends is read entry by entry: one that can't be read is
told apart and loses no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from survey import errors
from survey.agency import Agency, Counter
from survey.comment import normalised
from survey.device import (
    HIGHEST,
    PIN_ROUNDS,
    Clock,
    Delivery,
    Device,
    Entry,
    Heartbeat,
    Pin,
    Queue,
    Spoiled,
    written,
)
from survey.frame import Wave
from survey.instrument import Instrument, Item, Missing, Scale
from survey.response import Answer, Assistance

#: entries in one delivery
MOST = 100
#: clocks of other presses that are read with a delivery
MARKS = 200
#: characters that are kept of an entry for review
REVIEWED = 8_000
#: the longest text of a kiosk's codes, and the highest count it may tell
_CODE, _COUNT = 80, 2**31 - 1
#: milliseconds that a clock may be off or an answer may wait: three hundred years
_MILLISECONDS = 10**13

#: seconds: until a kiosk asks whether somebody is there, until it begins anew, that it thanks, between heartbeats
SETTINGS = {
    "idle_warning_seconds": 30,
    "idle_reset_seconds": 20,
    "thanks_seconds": 20,
    "heartbeat_seconds": 300,
}

#: names in an entry that could tell whose it is, or when it was given
_LINKING = frozenset({"id", "seq", "at", "clock"})


class _Repeated(dict[str, Any]):
    """An object that has a name twice: which of the two values is meant can't be known."""


# Reading.


def activation(body: bytes) -> str:
    """The activation code of a request. Raises MalformedJson, MalformedEntry."""
    told = _object(body)
    return _text(told, "code", errors.MalformedEntry)


def heartbeat(body: bytes) -> Heartbeat:
    """A kiosk's heartbeat; what can't be read of it is unknown. Raises MalformedJson, MalformedEntry."""
    told = _object(body)
    storage = told.get("storage")
    storage = storage if isinstance(storage, dict) else {}
    app, persisted = told.get("app"), storage.get("persisted")
    return Heartbeat(
        _queue(told),
        normalised(app)[:40] if isinstance(app, str) else None,
        persisted if isinstance(persisted, bool) else None,
        _number(storage.get("free"), HIGHEST),
    )


def delivery(body: bytes) -> Delivery:
    """A kiosk's batch. Raises MalformedJson, MalformedEntry and BatchTooLarge for the whole of it only."""
    told = _object(body)
    batch = told.get("batch")
    if not isinstance(batch, list):
        raise errors.MalformedEntry(name="batch")
    if len(batch) > MOST:
        raise errors.BatchTooLarge(most=MOST, sent=len(batch))
    return Delivery(tuple(_read(raw) for raw in batch), _queue(told), _around(told.get("around")))


def reviewable(raw: object) -> str:
    """What is kept of a refused entry: without what links it to a person or a time, and no longer than that."""
    if isinstance(raw, dict):
        raw = {name: value for name, value in raw.items() if name not in _LINKING}
    return normalised(json.dumps(raw, ensure_ascii=False, separators=(",", ":")))[:REVIEWED]


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body, object_pairs_hook=_named, parse_constant=str)
    except (ValueError, RecursionError):
        raise errors.MalformedJson from None
    if not isinstance(told, dict) or isinstance(told, _Repeated):
        raise errors.MalformedEntry(name="body")
    return told


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    return named if len(named) == len(pairs) else _Repeated(named)


def _read(raw: object) -> Entry | Spoiled:
    try:
        if not isinstance(raw, dict) or isinstance(raw, _Repeated):
            raise errors.MalformedEntry(name="entry")
        return _entry(raw)
    except errors.Refusal as refusal:
        sent = raw if isinstance(raw, dict) else {}
        id_ = sent.get("id")
        known = id_ if isinstance(id_, str) and len(id_) <= _CODE and id_.isprintable() else None
        return Spoiled(known, _sequence(sent.get("seq")), refusal, raw)


def _entry(raw: dict[str, Any]) -> Entry:
    seq = _sequence(raw.get("seq"))
    if seq is None:
        raise errors.SequenceOutOfRange
    partial, comment, counter = raw.get("partial", False), raw.get("comment"), raw.get("counter")
    if counter is not None and not isinstance(counter, str):
        raise errors.UnknownCounter
    if not isinstance(partial, bool):
        raise errors.MalformedEntry(name="partial")
    if comment is not None and not isinstance(comment, str):
        raise errors.MalformedEntry(name="comment")
    return Entry(
        id=_text(raw, "id", errors.MalformedId),
        seq=seq,
        wave=_text(raw, "wave", errors.UnknownWave),
        instrument=_text(raw, "instrument", errors.WrongVersion),
        answers=_answers(raw.get("answers")),
        clock=_clock(raw.get("at"), raw.get("clock")),
        language=_text(raw, "language", errors.UnknownChoice),
        partial=partial,
        assisted=_assistance(raw.get("assisted")),
        comment=comment or "",
        counter=counter,
        raw=raw,
    )


def _answers(given: object) -> tuple[Answer, ...]:
    if not isinstance(given, dict):
        raise errors.MalformedEntry(name="answers")
    if isinstance(given, _Repeated):
        raise errors.MalformedEntry(name="answers")
    return tuple(_answer(item, value) for item, value in given.items())


def _answer(item: str, value: object) -> Answer:
    if isinstance(value, str):
        if value not in _REASONS:
            raise errors.UnknownStep(item=item[:_CODE])
        return Answer(item, missing=Missing(value))
    sent = value if isinstance(value, list) else [value]
    steps = [step for each in sent if (step := _number(each, _COUNT)) is not None]
    if not sent or len(steps) != len(sent):
        raise errors.UnknownStep(item=item[:_CODE])
    return Answer(item, tuple(steps))


_REASONS = frozenset({Missing.REFUSED, Missing.DONT_KNOW, Missing.NOT_APPLICABLE})


def _clock(at: object, told: object) -> Clock:
    """What a device tells of time. What can't be read is unknown: a broken clock loses no answer."""
    told = told if isinstance(told, dict) else {}
    return Clock(
        _time(at), _span(told.get("offset_ms")), _span(told.get("age_ms")), told.get("steady") is True
    )


def _around(told: object) -> dict[int, Clock]:
    """Clocks of other presses; what can't be read of them is left out, as it decides no answer."""
    listed = told[:MARKS] if isinstance(told, list) else []
    named = [(_sequence(one.get("seq")), one) for one in listed if isinstance(one, dict)]
    return {seq: _clock(one.get("at"), one.get("clock")) for seq, one in named if seq is not None}


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


def _assistance(value: object) -> Assistance:
    if value is None:
        return Assistance.NONE
    if not isinstance(value, str) or value not in tuple(Assistance):
        raise errors.UnknownChoice(of="assisted")
    return Assistance(value)


def _sequence(value: object) -> int | None:
    number = _number(value, HIGHEST)
    return number or None


def _number(value: object, highest: int) -> int | None:
    """A whole number from 0 to `highest`; None for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
        return None
    return value


def _text(told: Mapping[str, Any], name: str, refusal: Callable[..., errors.Refusal]) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _CODE or not value.isprintable():
        raise refusal(name=name)
    return value


def _queue(told: Mapping[str, Any]) -> Queue:
    return Queue(
        _number(told.get("waiting"), _COUNT), _time(told.get("oldest")), _number(told.get("dead"), _COUNT)
    )


# Writing.


def configuration(
    device: Device,
    counter: Counter,
    agency: Agency,
    wave: Wave,
    instrument: Instrument,
    *,
    privacy: Mapping[str, str],
    audio: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """What a kiosk needs to ask, also while the service is out of reach.

    privacy: language -> the sentence on it · audio: language -> item -> address of its recording
    """
    return {
        "device": device.id,
        "counter": {"code": counter.code, "name": dict(counter.name)},
        "agency": {"code": agency.code, "name": dict(agency.name)},
        "wave": {"code": wave.code, "title": dict(wave.title)},
        "instrument": questionnaire(instrument),
        "privacy": dict(privacy),
        "settings": {
            **SETTINGS,
            "languages": list(instrument.languages),
            "pin": None if device.pin is None else _pin(device.pin),
            "audio": {language: dict(items) for language, items in audio.items()},
        },
    }


def questionnaire(instrument: Instrument) -> dict[str, Any]:
    """An instrument with its wording in every language, in the order it is asked in."""
    return {
        "ref": instrument.ref,
        "title": dict(instrument.title),
        "intro": dict(instrument.intro),
        "languages": list(instrument.languages),
        "minutes": instrument.minutes,
        "scales": {code: _scale(scale) for code, scale in instrument.scales.items()},
        "factors": [{"code": one.code, "label": dict(one.label)} for one in instrument.factors],
        "items": [_item(item) for item in instrument.items],
    }


def _scale(scale: Scale) -> dict[str, Any]:
    steps = [{"value": one.value, "label": dict(one.label), "face": one.face} for one in scale.steps]
    return {"satisfied_from": scale.satisfied_from, "steps": steps}


def _item(item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "text": dict(item.text),
        "scale": item.scale,
        "kind": item.kind.value,
        "factor": item.factor,
        "group": None if item.group is None else dict(item.group),
        "missing": [reason.value for reason in item.missing],
    }


def _pin(pin: Pin) -> dict[str, Any]:
    return {
        "hash": written(pin.hash),
        "salt": written(pin.salt),
        "iterations": PIN_ROUNDS,
        "algorithm": "PBKDF2-SHA-256",
    }
