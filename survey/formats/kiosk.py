"""What kiosks and the service tell each other, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey import errors
from survey.agency import Agency, Counter
from survey.device import PIN_ROUNDS, Delivery, Device, Entry, Pin, written
from survey.formats import devices
from survey.formats.devices import answers_of, assistance_of, clock_of, sequence_of, text_of
from survey.frame import Wave
from survey.instrument import Instrument, Item, Scale

#: seconds: until a kiosk asks whether somebody is there, until it begins anew, that it thanks, between heartbeats
SETTINGS = {
    "idle_warning_seconds": 30,
    "idle_reset_seconds": 20,
    "thanks_seconds": 20,
    "heartbeat_seconds": 300,
}

# Reading.


def delivery(body: bytes) -> Delivery[Entry]:
    """A kiosk's batch. Raises MalformedJson, MalformedEntry and BatchTooLarge for the whole of it only."""
    return devices.delivery(body, _entry)


def _entry(raw: dict[str, Any]) -> Entry:
    seq = sequence_of(raw.get("seq"))
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
        id=text_of(raw, "id", errors.MalformedId),
        seq=seq,
        wave=text_of(raw, "wave", errors.UnknownWave),
        instrument=text_of(raw, "instrument", errors.WrongVersion),
        answers=answers_of(raw.get("answers")),
        clock=clock_of(raw.get("at"), raw.get("clock")),
        language=text_of(raw, "language", errors.UnknownChoice),
        partial=partial,
        assisted=assistance_of(raw.get("assisted")),
        comment=comment or "",
        counter=counter,
        raw=raw,
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
