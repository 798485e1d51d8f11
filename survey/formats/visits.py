"""What interviewers' phones and the service tell each other, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from survey import errors
from survey.device import Delivery, Device, written
from survey.disposition import ANSWERED, COMPLETE_FROM, KINDS, PARTIAL_FROM, Disposition, following
from survey.formats import devices
from survey.formats.devices import answers_of, assistance_of, clock_of, sequence_of, text_of
from survey.formats.kiosk import questionnaire
from survey.household import HouseholdWave, SampleUnit
from survey.instrument import Instrument, Text
from survey.visit import Call, Interview

#: seconds between heartbeats, and until an untouched phone asks for its PIN
SETTINGS = {"heartbeat_seconds": 300, "lock_seconds": 180}

#: disposition -> language -> what it is called
Names = Mapping[Disposition, Mapping[str, str]]


def delivery(body: bytes) -> Delivery[Call]:
    """A phone's batch. Raises MalformedJson, MalformedEntry and BatchTooLarge for the whole of it only."""
    return devices.delivery(body, _visit)


def _visit(raw: dict[str, Any]) -> Call:
    seq = sequence_of(raw.get("seq"))
    if seq is None:
        raise errors.SequenceOutOfRange
    disposition = raw.get("disposition")
    if disposition not in set(Disposition):
        raise errors.UnknownDisposition
    return Call(
        id=text_of(raw, "id", errors.MalformedId),
        seq=seq,
        unit=text_of(raw, "unit", errors.UnknownUnit),
        disposition=Disposition(disposition),
        clock=clock_of(raw.get("at"), raw.get("clock")),
        interview=_interview(raw.get("interview")),
        raw=raw,
    )


def _interview(told: object) -> Interview | None:
    if told is None:
        return None
    if not isinstance(told, dict) or isinstance(told, devices.Repeated):
        raise errors.MalformedEntry(name="interview")
    comment = told.get("comment")
    if comment is not None and not isinstance(comment, str):
        raise errors.MalformedEntry(name="comment")
    return Interview(
        id=text_of(told, "id", errors.MalformedId),
        instrument=text_of(told, "instrument", errors.WrongVersion),
        language=text_of(told, "language", errors.UnknownChoice),
        answers=answers_of(told.get("answers")),
        assisted=assistance_of(told.get("assisted")),
        comment=comment or "",
    )


def configuration(
    phone: Device,
    person: str,
    waves: Sequence[tuple[HouseholdWave, Instrument]],
    units: Sequence[tuple[SampleUnit, Sequence[Disposition]]],
    names: Names,
    communes: Mapping[str, Text],
) -> dict[str, Any]:
    """What a phone takes along, so that weeks without a network are no matter.

    communes: code -> name; the code stands for what has none
    """
    return {
        "device": phone.id,
        "person": person,
        "waves": [_wave(wave, instrument) for wave, instrument in waves],
        "units": [_unit(unit, made, communes) for unit, made in units],
        "dispositions": dispositions(names),
        "limits": {"complete": COMPLETE_FROM, "partial": PARTIAL_FROM},
        "settings": dict(SETTINGS),
    }


def dispositions(names: Names) -> dict[str, Any]:
    """The state machine as data: what may follow what, and what each is called."""
    return {
        one.value: {
            "code": kind.code,
            "group": kind.group.value,
            "final": kind.final,
            "answered": one in ANSWERED,
            "next": sorted(each.value for each in following(one)),
            "label": dict(names[one]),
        }
        for one, kind in KINDS.items()
    }


def _wave(wave: HouseholdWave, instrument: Instrument) -> dict[str, Any]:
    return {
        "code": wave.code,
        "title": dict(wave.title),
        "ends": wave.ends.isoformat(),
        "instrument": questionnaire(instrument),
        "criteria": [item.code for item in instrument.ratings],
    }


def _unit(unit: SampleUnit, made: Sequence[Disposition], communes: Mapping[str, Text]) -> dict[str, Any]:
    return {
        "code": unit.code,
        "wave": unit.wave,
        "commune": {"code": unit.commune, "name": dict(communes.get(unit.commune, {"vi": unit.commune}))},
        "village": unit.village,
        "label": unit.label or "",
        "place": unit.place,
        "part": unit.part.value,
        "visits": [one.value for one in made],
    }


def vault(secret: bytes) -> str:
    """What a phone's vault is opened with after its PIN was forgotten."""
    return written(secret)
