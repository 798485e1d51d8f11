"""What people asked for and what became of it, as released counts and back, and as a table of figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from survey.case import Counters
from survey.formats import counts
from survey.publish.released import Released, Said
from survey.report import Asked, Voice
from survey.store.agencies import Reference

COMMENTS, TOPIC, CASES, AGENCY = "comments", "topic", "cases", "agency"

COLUMNS = (
    *("part", "code", "label_vi", "label_en", "n", "in_time", "confirmed", "reopened", "overdue"),
    *("share", "withheld", "period", "as_of"),
)


def put(released: Released, voice: Voice | None) -> None:
    """Release what is told; of few comments and of few cases there is a row without numbers."""
    if voice is None:
        return
    released.parameters["voice"] = {"period": voice.period, "on": voice.on}
    released.said[COMMENTS, ""] = Said(voice.comments)
    for asked in voice.topics:
        released.said[TOPIC, asked.topic] = Said(asked.comments, asked.label)
    released.said[CASES, ""] = _said(voice.cases)
    for agency, counted in voice.agencies:
        released.said[AGENCY, agency.code] = _said(counted)


def _said(counted: Counters | None) -> Said:
    if counted is None:
        return Said(None)
    received, *outcomes = counted.__dict__.values()
    return Said(received, {}, tuple(outcomes))


def voice_of(released: Released, known: Reference) -> Voice | None:
    """What was told, from the released counts."""
    told = released.parameters.get("voice")
    if told is None:
        return None
    rows = released.said
    return Voice(
        told["period"],
        told["on"],
        rows[COMMENTS, ""].n,
        tuple(Asked(code, said.label, said.n) for (part, code), said in rows.items() if part == TOPIC),
        _counters(rows[CASES, ""]),
        tuple((known.agency(code), _counters(said)) for (part, code), said in rows.items() if part == AGENCY),
    )


def _counters(said: Said) -> Counters | None:
    return None if said.n is None else Counters(said.n, *said.outcomes)


def as_csv(voice: Voice | None) -> Iterator[bytes]:
    """The table of figures: shares of the comments, and of the cases that were answered in time."""
    if voice is None:
        return counts.encoded(COLUMNS, ())
    return counts.encoded(COLUMNS, ((*row, voice.period, voice.on) for row in _rows(voice)))


def _rows(voice: Voice) -> Iterator[Sequence[Any]]:
    blank = (None,) * 4
    yield (COMMENTS, None, None, None, voice.comments, *blank, None, _withheld(voice.comments))
    for asked in voice.topics:
        labels = (asked.label.get("vi"), asked.label.get("en"))
        share = _share(asked.comments, voice.comments)
        yield (TOPIC, asked.topic, *labels, asked.comments, *blank, share, _withheld(asked.comments))
    yield _case_row(CASES, "", {}, voice.cases)
    for agency, counted in voice.agencies:
        yield _case_row(AGENCY, agency.code, agency.name, counted)


def _case_row(part: str, code: str, label: Any, counted: Counters | None) -> Sequence[Any]:
    names = (part, code, label.get("vi"), label.get("en"))
    if counted is None:
        return (*names, *(None,) * 6, _withheld(None))
    return (*names, *counted.__dict__.values(), _share(counted.in_time, counted.received), None)


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


def _withheld(n: int | None) -> str | None:
    return "too-few" if n is None else None


def differences(before: Released, after: Released) -> Iterator[dict[str, Any]]:
    """What another revision counts otherwise: the number, and of cases what became of them."""
    for part, code in dict.fromkeys((*before.said, *after.said)):
        was, now = before.said.get((part, code)), after.said.get((part, code))
        if was is None or now is None or (was.n, was.outcomes) != (now.n, now.outcomes):
            yield {"part": part, "code": code, "was": _numbers(was), "is": _numbers(now)}


def _numbers(said: Said | None) -> list[int] | None:
    return None if said is None or said.n is None else [said.n, *said.outcomes]
