"""A simulated year for a newcomer to look at: never in a database that holds real answers.

Every response goes through the same door as a press. Agencies differ, months differ, people who
queue together are alike, and a few agencies have few answers, as in life. Nothing of it is real.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from survey import collect, design, errors, process
from survey.agency import Counter, Procedure
from survey.frame import Wave
from survey.instrument import Instrument, Item, Missing
from survey.response import Answer, Mode, Respondent, Response
from survey.store.agencies import Reference
from survey.store.database import Database

PURPOSE = "simulated"

#: what each kind of agency gives to the odds of a satisfied answer, and the spread between agencies
LEVEL, SPREAD, DAY_SPREAD, PERSON_SPREAD = 2.1, 0.55, 0.35, 0.9

#: the share of agencies with hardly an answer: pages must show those too
SPARSE = 0.06


@dataclass(frozen=True)
class _Place:
    """A counter with its own level of satisfaction and its own number of visitors a day."""

    counter: Counter
    agency: str
    level: float
    visitors: float


def year(db: Database, *, ends: date, responses: int, rng: random.Random, at: datetime) -> int:
    """Fill the database with about `responses` responses of the year before `ends`, and seal them.

    Raises `errors.WrongDatabase` unless the database is for simulated data. How many were new.
    """
    if design.purpose(db) != PURPOSE:
        raise errors.WrongDatabase(holds=design.purpose(db), wanted=PURPOSE)
    made = 0
    everything = _responses(design.reference(db), ends, responses, rng)
    for _, month in groupby(everything, key=lambda response: response.day.month):
        made += collect.submit_many(db, month, at=at).new
        process.seal_all(db, rng=rng, today=at.date())
    return made


def _responses(known: Reference, ends: date, wanted: int, rng: random.Random) -> Iterator[Response]:
    """Responses day by day: nine in ten to the short form, the others to the long one."""
    waves = [wave for wave in known.waves.values() if wave.code.startswith("rating-")]
    short, long = sorted(waves, key=lambda wave: not wave.headline)[:2]
    places = _places(known, rng)
    procedures = _procedures(known)
    first = max(short.starts, ends - timedelta(days=365))
    days = [first + timedelta(days=i) for i in range((ends - first).days) if _is_working(first, i)]
    everyone = sum(place.visitors for place in places) * len(days)
    for number, day in enumerate(days):
        for place in places:
            mood = rng.gauss(0, DAY_SPREAD) + 0.35 * number / len(days)
            for _ in range(_poisson(place.visitors * wanted / everyone, rng)):
                wave = long if rng.random() < 0.1 else short
                instrument = known.instruments[wave.instrument]
                yield _response(wave, instrument, place, procedures, day, mood, rng)


def _is_working(first: date, offset: int) -> bool:
    return (first + timedelta(days=offset)).weekday() < 5


def _places(known: Reference, rng: random.Random) -> list[_Place]:
    places = []
    for counter in sorted(known.counters.values(), key=lambda c: c.code):
        visitors = 0.02 if rng.random() < SPARSE else rng.lognormvariate(0, 0.7)
        agency = counter.agency or counter.receiver
        places.append(_Place(counter, agency, LEVEL + rng.gauss(0, SPREAD), visitors))
    return places


def _procedures(known: Reference) -> dict[str, list[Procedure]]:
    """The procedures that people of each counter's agency may have come for."""
    by_agency: dict[str, list[Procedure]] = {"": [p for p in known.procedures.values() if p.at_commune]}
    for procedure in known.procedures.values():
        if procedure.department:
            by_agency.setdefault(procedure.department, []).append(procedure)
    return by_agency


def _response(
    wave: Wave,
    instrument: Instrument,
    place: _Place,
    procedures: dict[str, list[Procedure]],
    day: date,
    mood: float,
    rng: random.Random,
) -> Response:
    procedure = rng.choice(procedures.get(place.agency) or procedures[""])
    level = place.level + mood + rng.gauss(0, PERSON_SPREAD) - (0.5 if procedure.group else 0.0)
    mode = Mode.KIOSK if rng.random() < 0.8 else Mode.ONLINE
    return Response(
        id=f"simulated-{rng.getrandbits(96):024x}",
        wave=wave.code,
        instrument=wave.instrument,
        agency=place.agency,
        day=day,
        answers=tuple(_answer(instrument, item, level, rng) for item in instrument.items),
        mode=mode,
        respondent=Respondent.BUSINESS if rng.random() < 0.2 else Respondent.CITIZEN,
        language="vi" if rng.random() < 0.98 else "en",
        counter=place.counter.code if mode is Mode.KIOSK else None,
        procedure=procedure.code,
    )


def _answer(instrument: Instrument, item: Item, level: float, rng: random.Random) -> Answer:
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
