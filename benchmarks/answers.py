"""Responses as life brings them: people at every counter, and at every agency's online desk."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from survey import design
from survey.agency import Counter
from survey.receipt import Keys
from survey.response import Answer, Mode, Respondent, Response
from survey.store.database import Database, connect, migrate

#: the last day of every benchmark's responses
TODAY = date(2026, 11, 20)
KEYS = Keys.of(salt=b"b" * 32, seed=b"m" * 32)

#: steps from "very dissatisfied" on, as often as simulated people choose them
STEPS = (1, 2, 3, 4, 4, 4, 4, 5, 5, 5)


def province(url: str) -> Database:
    """A database with Sơn La's catalogue and no responses."""
    migrate(url)
    db = connect(url, KEYS)
    design.dedicate(db, "simulated")
    design.load_shipped(db, on=TODAY)
    return db


def spread(db: Database, wave: str, *, number: int, days: int, rng: random.Random) -> Iterator[Response]:
    """Responses in the order of their days, the same number on each, over all counters by turns.

    One in five does not stand at the counter: with 93 counters that makes 186 sampling units a day.
    Everybody came for something that is handled there: an agency's procedures come as 1 : 1/2 : 1/3 : ...
    """
    known = design.reference(db)
    counters = sorted(known.counters.values(), key=lambda counter: counter.code)
    handled = {agency: _handled(db, agency, rng) for agency in sorted({_agency(one) for one in counters})}
    instrument = known.instruments[known.wave(wave).instrument]
    items = [item.code for item in instrument.items]
    for place in range(number):
        counter = counters[place % len(counters)]
        agency = _agency(counter)
        mode = Mode.KIOSK if rng.random() < 0.8 else Mode.ONLINE
        yield Response(
            id=f"benchmark-{rng.getrandbits(80):020x}",
            wave=wave,
            instrument=instrument.ref,
            agency=agency,
            day=TODAY - timedelta(days=days - 1 - place * days // number),
            answers=tuple(Answer(item, (rng.choice(STEPS),)) for item in items),
            mode=mode,
            respondent=Respondent.CITIZEN,
            counter=counter.code if mode is Mode.KIOSK else None,
            procedure=rng.choices(*handled[agency])[0],
        )


def _agency(counter: Counter) -> str:
    return counter.agency or counter.receiver


def _handled(db: Database, agency: str, rng: random.Random) -> tuple[list[str], list[float]]:
    """The procedures that people can choose at an agency, and how often each is."""
    offered = design.procedures(db, agency, "", on=TODAY, limit=len(design.reference(db).procedures))
    codes = [procedure.code for procedure in offered]
    rng.shuffle(codes)
    return codes, [1 / rank for rank in range(1, len(codes) + 1)]
