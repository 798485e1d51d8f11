"""Household waves: a frame, a sample drawn from it in stages, and weights for those who answered.

A wave is planned, open while interviewers are in the field, closed, and weighted. What it was planned
with is fixed when it opens.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from survey.disposition import Disposition, Rates
from survey.instrument import Text

#: how waves are drawn and weighted: another way is another version
METHOD = "household@1"

#: letters and digits of a unit's code, without those that look alike; the last of eight checks the others
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
CODE_LETTERS = 8

#: a prime, so that the check finds each single mistake
_BASE = len(ALPHABET)

#: the longest codes: together they name a layer of the sample, which a response keeps
LONGEST_STRATUM, LONGEST_COMMUNE, LONGEST_VILLAGE = 12, 16, 30


class Progress(StrEnum):
    """How far a wave is; it only goes on."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    WEIGHTED = "weighted"


class FrameKind(StrEnum):
    """What a row of the frame is: a household with so many adults, or the dossier of one person."""

    HOUSEHOLDS = "households"
    DOSSIERS = "dossiers"


class Part(StrEnum):
    """Why a unit is in the sample: to be asked, or to stand in for one that could not be."""

    MAIN = "main"
    SUBSTITUTE = "substitute"


@dataclass(frozen=True)
class Wanted:
    """What the wave shall show, and what is known before it: all parts of 1.

    icc_village, icc_commune: how alike two people of one village are, and of two villages of a commune
    way: how invitations are given to strata, one of `planning.WAYS`
    """

    margin: float = 0.04
    level: float = 0.95
    share: float = 0.8
    response_rate: float = 0.85
    icc_village: float = 0.05
    icc_commune: float = 0.02
    way: str = "neyman"


@dataclass(frozen=True)
class Stages:
    """How many villages of a drawn commune, and people and substitutes of a drawn village."""

    villages: int = 2
    people: int = 15
    substitutes: int = 5


@dataclass(frozen=True)
class HouseholdWave:
    """A wave of interviews with people who were drawn.

    root: the agency whose government people are asked about · seed: from which all chance follows
    communes: stratum -> communes drawn, once it was drawn · frame_digest: SHA-256 of the frame's rows
    """

    code: str
    title: Text
    root: str
    instrument: str
    starts: date
    ends: date
    frame: FrameKind
    wanted: Wanted
    stages: Stages
    seed: str
    method: str = METHOD
    progress: Progress = Progress.PLANNED
    communes: Mapping[str, int] = field(default_factory=dict)
    frame_digest: str = ""

    def parameters(self) -> str:
        """What is fixed before field work, as canonical JSON."""
        told = {
            "title": dict(self.title),
            "frame": self.frame.value,
            "wanted": self.wanted.__dict__,
            "stages": self.stages.__dict__,
            "seed": self.seed,
            "method": self.method,
            "communes": dict(self.communes),
            "frame_digest": self.frame_digest,
        }
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def of(cls, parameters: str, **columns: Any) -> HouseholdWave:
        """A wave from what `parameters` wrote and its other fields."""
        told = json.loads(parameters)
        told["frame"] = FrameKind(told["frame"])
        told["wanted"], told["stages"] = Wanted(**told["wanted"]), Stages(**told["stages"])
        return cls(**columns, **told)


@dataclass(frozen=True)
class FrameUnit:
    """A row of the frame. number: its line in the file · label: how the household is found · size: its adults.

    A dossier's code points at a person: its label is the number of its line alone.
    """

    number: int
    stratum: str
    commune: str
    village: str
    label: str
    size: int


@dataclass(frozen=True)
class Cluster:
    """A drawn commune (village: "") or a drawn village of it.

    units, size: households and people of it in the frame · probability: of being drawn in its stage
    certain: so large that every sample holds it
    """

    commune: str
    village: str
    stratum: str
    units: int
    size: int
    probability: float
    certain: bool


@dataclass(frozen=True)
class SampleUnit:
    """A drawn household or dossier, of which one adult is asked.

    place: its order among those of its village · probability: that this person is asked
    weight: people it stands for · layer, psu: stratum and sampling unit of the variance; psu None: the
    person is the unit · population: people of the layer where persons are its units, None elsewhere
    """

    code: str
    wave: str
    stratum: str
    commune: str
    village: str
    label: str | None
    size: int
    part: Part
    place: int
    probability: float
    weight: float
    layer: str
    psu: str | None
    population: float | None = None


@dataclass(frozen=True)
class Drawn:
    """A sample: communes and villages with their probabilities, and units in the order of their places."""

    clusters: tuple[Cluster, ...]
    units: tuple[SampleUnit, ...]


@dataclass(frozen=True)
class Substitution:
    """A unit that could not be asked, the one that stands in for it, why, on which day, and by whom."""

    unit: str
    substitute: str
    reason: str
    day: date
    account: int | None = None


@dataclass(frozen=True)
class Visit:
    """One visit to a unit. id: made by whoever reports it, so that it is kept once · number: from 1, by unit

    disposition: how it ended, one of `disposition.Disposition`; kept by the day.
    stands: whether it agrees with the visits before it; one that does not is a conflict and counts nowhere
    """

    id: str
    unit: str
    number: int
    day: date
    disposition: str
    account: int | None = None
    stands: bool = True


@dataclass(frozen=True)
class Standing:
    """How the units of a stratum (or of all) stand, and AAPOR's rates of those first drawn.

    units: to be asked first · answered: of all, also substitutes · substitutes: that stand in
    unfinished: to be asked still, of all · counts: of the units that were first drawn
    """

    name: str
    units: int
    answered: int
    substitutes: int
    unfinished: int
    counts: Mapping[Disposition, int]
    rates: Rates


@dataclass(frozen=True)
class FieldProgress:
    """A wave's progress: of each stratum, of all, and of each interviewer (account -> units, answered)."""

    strata: tuple[Standing, ...]
    whole: Standing
    interviewers: Mapping[int, tuple[int, int]]


def frame_digest(units: Iterable[FrameUnit]) -> str:
    """SHA-256 of the rows of a frame, as text."""
    digest = hashlib.sha256()
    for unit in units:
        row = (unit.stratum, unit.commune, unit.village, unit.label, unit.size)
        digest.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def unit_code(number: int) -> str:
    """The code of a unit from a number: seven letters and one that checks them."""
    letters = [number // _BASE**place % _BASE for place in range(CODE_LETTERS - 1)]
    return "".join(ALPHABET[letter] for letter in (*letters, _check(letters)))


def read_unit_code(typed: str) -> str | None:
    """A unit's code from what somebody typed; None if it is none, or mistyped."""
    code = "".join(typed.split()).replace("-", "").upper()
    code = code.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(code) != CODE_LETTERS or not set(code) <= set(ALPHABET):
        return None
    letters = [ALPHABET.index(letter) for letter in code]
    return code if _check(letters[:-1]) == letters[-1] else None


def _check(letters: list[int]) -> int:
    """Changes when one letter changes, or two neighbours change places."""
    return sum((2 * place + 1) * letter for place, letter in enumerate(letters)) % _BASE
