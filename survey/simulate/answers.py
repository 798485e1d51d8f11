"""Simulated responses: agencies differ, some become better or worse and most do not, ways of answering differ,
people who queue together are alike, and a few agencies have few answers, as in life.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zlib import crc32

from survey import collect, design, errors, process, reply
from survey.agency import PLAN_GROUPS, Counter, Procedure
from survey.frame import Wave
from survey.instrument import Instrument, Item, Missing
from survey.response import Answer, Assistance, Invitation, Mode, Respondent, Response
from survey.simulate import written
from survey.store.agencies import Reference
from survey.store.database import Database

PURPOSE = "simulated"

#: days before the end of which some responses have comments and cases
RECENT = 150

#: days before the end of which some dossiers are invited
YEAR = 365

#: what each kind of agency gives to the odds of a satisfied answer, and the spread between agencies
LEVEL, SPREAD, DAY_SPREAD, PERSON_SPREAD = 2.1, 0.55, 0.35, 0.9

#: everybody's slow rise over the whole time, and the step of an agency that mends or worsens something
RISE, STEP = 0.1, 1.3

#: the share of agencies with hardly an answer, and with a few: pages must show those too
SPARSE, FEW = 0.06, 0.08

#: visitors, at least, of the agencies that decide what the plan has a target for: without answers it has no verdict
PLANNED = 1.5

#: how many come for a usual procedure while one comes for another
USUAL = 8

#: the shares of agencies that become better, and worse; and where fewer hard cases come in with time
BETTER, WORSE, EASIER = 0.2, 0.15, 0.25


class _Way(NamedTuple):
    """A way of answering: its share, whether at the counter, and what the way alone does to the answer."""

    mode: Mode
    share: float
    at_counter: bool
    effect: float
    invitation: Invitation = Invitation.NONE
    assisted: Assistance = Assistance.NONE


WAYS = (
    _Way(Mode.KIOSK, 0.54, True, 0.0),
    _Way(Mode.KIOSK, 0.04, True, 0.05, assisted=Assistance.RELATIVE),
    _Way(Mode.KIOSK, 0.02, True, 0.6, assisted=Assistance.STAFF),
    _Way(Mode.ONLINE, 0.10, True, -0.1, Invitation.POSTER),
    _Way(Mode.ONLINE, 0.08, False, -0.25, Invitation.LINK),
    _Way(Mode.ONLINE, 0.10, False, -0.45),
    _Way(Mode.PAPER, 0.08, True, -0.15),
    _Way(Mode.INTERVIEWER, 0.04, True, 0.45),
)


@dataclass(frozen=True)
class _Place:
    """A counter with its own level of satisfaction and its own number of visitors a day.

    procedures, usual: what people come for, and how usual each is
    step, since: a change of the level, and the part of the whole time after which it is there
    easier: whether fewer hard cases come in with time
    """

    counter: Counter
    agency: str
    level: float
    visitors: float
    step: float
    since: float
    easier: bool
    procedures: Sequence[Procedure]
    usual: Sequence[int]

    def level_at(self, progress: float) -> float:
        return self.level + (self.step if progress > self.since else 0.0)


@dataclass(frozen=True)
class Filled:
    """made: responses that were new · year: those of the last one, in the order of their days · recent: of its last months"""

    made: int
    year: tuple[Response, ...]
    recent: tuple[Response, ...]


def fill(db: Database, *, ends: date, responses: int, rng: random.Random, at: datetime) -> Filled:
    """Fill the database with about `responses` responses of the two years before `ends`, and seal them.

    Some of the last months have comments, which are released as their weeks pass. Raises
    `errors.WrongDatabase` unless the database is for simulated data.
    """
    if design.purpose(db) != PURPOSE:
        raise errors.WrongDatabase(holds=design.purpose(db), wanted=PURPOSE)
    apart, made, year, recent = copy.deepcopy(rng), 0, list[Response](), list[Response]()
    everything = _responses(design.reference(db), ends, responses, rng)
    for _, month in groupby(everything, key=lambda response: response.day.month):
        some = list(month)
        came = _evening(some[-1].day, at)
        near = [one for one in some if one.day >= ends - timedelta(days=RECENT)]
        made += collect.submit_many(db, some, at=came, written=written.beside(near, apart)).new
        process.seal_all(db, rng=rng, today=came.date())
        year += [one for one in some if one.day >= ends - timedelta(days=YEAR)]
        recent += near
        if near:
            reply.release(db, rng=apart, today=min(came.date() + timedelta(days=7), at.date()))
    return Filled(made, tuple(year), tuple(recent))


def _evening(day: date, at: datetime) -> datetime:
    """The moment at which what was pressed until a day came in, no later than now."""
    return min(at, at.replace(year=day.year, month=day.month, day=day.day))


def _responses(known: Reference, ends: date, wanted: int, rng: random.Random) -> Iterator[Response]:
    """Responses day by day: nine in ten to the short form, the others to the long one."""
    waves = [wave for wave in known.waves.values() if wave.code.startswith("rating-")]
    short, long = sorted(waves, key=lambda wave: not wave.headline)[:2]
    places = _places(known, rng)
    first = max(short.starts, ends - timedelta(days=730))
    days = [first + timedelta(days=i) for i in range((ends - first).days) if _is_working(first, i)]
    everyone = sum(place.visitors for place in places) * len(days)
    for number, day in enumerate(days):
        progress = number / len(days)
        for place in places:
            mood = rng.gauss(0, DAY_SPREAD) + RISE * progress
            for _ in range(_poisson(place.visitors * wanted / everyone, rng)):
                wave = long if rng.random() < 0.1 else short
                instrument = known.instruments[wave.instrument]
                procedure = _procedure(place, progress, rng)
                level = place.level_at(progress) + mood
                yield _response(wave, instrument, place, procedure, day, level, rng)


def _is_working(first: date, offset: int) -> bool:
    return (first + timedelta(days=offset)).weekday() < 5


def _places(known: Reference, rng: random.Random) -> list[_Place]:
    planned = {p.department for p in known.procedures.values() if p.group in PLAN_GROUPS}
    places = []
    for counter in sorted(known.counters.values(), key=lambda c: c.code):
        agency = counter.agency or counter.receiver
        level, visitors = LEVEL + rng.gauss(0, SPREAD), _visitors(rng)
        visitors = max(visitors, PLANNED) if agency in planned else visitors
        turn = rng.random()
        step = STEP if turn < BETTER else -STEP if turn < BETTER + WORSE else 0.0
        since, easier = rng.choice((0.36, 0.71, 0.89)), rng.random() < EASIER
        procedures, usual = _procedures(known, agency)
        places.append(_Place(counter, agency, level, visitors, step, since, easier, procedures, usual))
    return places


def _visitors(rng: random.Random) -> float:
    lot = rng.random()
    if lot < SPARSE:
        return 0.02
    return 0.12 if lot < SPARSE + FEW else rng.lognormvariate(0, 0.85)


def _procedures(known: Reference, agency: str) -> tuple[list[Procedure], list[int]]:
    """The procedures that the form offers at an agency, and how usual each is: its own, or a commune's daily ones and the plan's."""
    body = known.agencies[agency]
    offered = [procedure for procedure in known.procedures.values() if design.handles(body, procedure)]
    often = [p.department == agency or p.at_commune or p.group is not None for p in offered]
    return offered, [USUAL if each else 1 for each in often]


def _procedure(place: _Place, progress: float, rng: random.Random) -> Procedure:
    """What somebody came for; where cases become easier, a hard one is ever more often another one."""
    chosen, other = rng.choices(place.procedures, place.usual, k=2)
    return other if place.easier and _hardness(chosen) > 0 and rng.random() < progress else chosen


def _hardness(procedure: Procedure) -> float:
    """What a field takes from the level: the plan's groups most, the others each their own little."""
    return 0.6 if procedure.group else 0.1 * (crc32((procedure.field or "").encode()) % 7 - 3)


def _response(
    wave: Wave,
    instrument: Instrument,
    place: _Place,
    procedure: Procedure,
    day: date,
    level: float,
    rng: random.Random,
) -> Response:
    way = rng.choices(WAYS, [way.share for way in WAYS])[0]
    level += way.effect + rng.gauss(0, PERSON_SPREAD) - _hardness(procedure)
    return Response(
        id=f"simulated-{rng.getrandbits(96):024x}",
        wave=wave.code,
        instrument=wave.instrument,
        agency=place.agency,
        day=day,
        answers=tuple(answer(instrument, item, level, rng) for item in instrument.items),
        mode=way.mode,
        respondent=Respondent.BUSINESS if rng.random() < 0.2 else Respondent.CITIZEN,
        language="vi" if rng.random() < 0.98 else "en",
        counter=place.counter.code if way.at_counter else None,
        procedure=procedure.code,
        assisted=way.assisted,
        invitation=way.invitation,
    )


def answer(instrument: Instrument, item: Item, level: float, rng: random.Random) -> Answer:
    """A step around the person's level; one in twenty says nothing."""
    if rng.random() < 0.05:
        return Answer(item.code, missing=rng.choice(item.missing or (Missing.REFUSED,)))
    steps = sorted(instrument.scale_of(item).values)
    latent = level + rng.gauss(0, 1.0) + (-0.3 if item.factor == "feedback" else 0.0)
    thresholds = (-1.8, -0.8, 0.3, 1.9)
    return Answer(item.code, (steps[sum(latent > t for t in thresholds)],))


def _poisson(mean: float, rng: random.Random) -> int:
    """A Poisson number by Knuth's product of uniforms; the means here are small."""
    limit, product, n = 2.718281828459045**-mean, rng.random(), 0
    while product > limit:
        product *= rng.random()
        n += 1
    return n
