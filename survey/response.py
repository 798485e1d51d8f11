"""What one person said, and in which setting. Nothing here tells who."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import orjson

from survey.instrument import Missing

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


class Mode(StrEnum):
    """The way a response came in."""

    KIOSK = "kiosk"
    ONLINE = "online"
    PAPER = "paper"
    INTERVIEWER = "interviewer"
    API = "api"


class Respondent(StrEnum):
    """For whom the person came to the counter."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    UNSTATED = "unstated"


class Invitation(StrEnum):
    """What led a person to the form. Without one it was the open page, or nobody knows."""

    NONE = "none"
    POSTER = "poster"
    LINK = "link"
    DOSSIER = "dossier"


class Assistance(StrEnum):
    """Who helped a person to answer. Assisted answers are reported apart."""

    NONE = "none"
    RELATIVE = "relative"
    STAFF = "staff"
    OTHER = "other"


@dataclass(frozen=True)
class Answer:
    """One item's answer: a step (or several, for choices) or the reason there is none.

    Both can be given by a broken client; `collect.submit` refuses that.
    """

    item: str
    values: tuple[int, ...] = ()
    missing: Missing | None = None


@dataclass(frozen=True)
class Response:
    """One person's answers to one instrument version in one wave.

    id: made by the client, kept only as a keyed hash.
    agency: the body that decides, and is rated; receiver and counter: where the person was received.
    day: the day of the event; a finer time is never kept.
    psu, stratum: sampling units; without them a counter's day is the PSU (see `counts.psu_of`).
    partial: whether the person left before the last question.
    """

    id: str
    wave: str
    instrument: str
    agency: str
    day: date
    answers: tuple[Answer, ...]
    mode: Mode = Mode.ONLINE
    respondent: Respondent = Respondent.UNSTATED
    language: str = "vi"
    counter: str | None = None
    procedure: str | None = None
    weight: float = 1.0
    psu: str | None = None
    stratum: str | None = None
    partial: bool = False
    assisted: Assistance = Assistance.NONE
    invitation: Invitation = Invitation.NONE


@dataclass(frozen=True)
class Sealed:
    """A response as the ledger keeps it: checked, completed from the catalogue, without its id.

    month: that its counts are kept under ("2026-11"): the day's, or a wave's first, so that no
        sampling unit lies in two.
    answers: item -> step, list of steps, or the name of a missing reason.
    group: the target group of its procedure, as it stood when the response was given.
    stratum, psu: as the design has them; psu None: the person is the unit.
    partial, assisted, invitation: left out, as any empty field, of a whole response that nobody helped
        with or invited to; so the bytes of those that were sealed before a field was known stay the same.
    """

    wave: str
    instrument: str
    agency: str
    day: str
    month: str
    mode: str
    respondent: str
    language: str
    answers: dict[str, int | list[int] | str]
    stratum: str
    psu: str | None = None
    counter: str | None = None
    procedure: str | None = None
    field: str | None = None
    group: str | None = None
    weight: float = 1.0
    partial: bool | None = None
    assisted: str | None = None
    invitation: str | None = None

    def canonical(self) -> bytes:
        """The bytes that are committed to: UTF-8 JSON, sorted keys, no white space, no nulls."""
        content = {name: value for name, value in self.__dict__.items() if value is not None}
        return _CANONICAL.encode(content).encode()

    @classmethod
    def parse(cls, canonical: bytes) -> Sealed:
        """Read what `canonical` wrote."""
        return cls._of(orjson.loads(canonical))

    @classmethod
    def parse_all(cls, canonicals: Iterable[bytes]) -> list[Sealed]:
        """Read what `canonical` wrote of many responses, in one go."""
        return list(map(cls._of, orjson.loads(b"[%b]" % b",".join(canonicals))))

    @classmethod
    def _of(cls, content: dict[str, Any]) -> Sealed:
        """Every sealed response passes here, so the fields are set at once.

        Those that `canonical` left out keep their defaults, which are the class's.
        """
        sealed = object.__new__(cls)
        object.__setattr__(sealed, "__dict__", content)
        return sealed
