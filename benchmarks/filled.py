"""A database with the counts of many responses, made by folding them without keeping each one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.answers import TODAY, province, spread
from benchmarks.measure import tell, whole
from benchmarks.seal import NOON
from survey import collect, design, process
from survey.collect import check
from survey.counts import fold
from survey.response import Sealed
from survey.store import cells

WAVE, DAYS = "rating-short", 365
#: different people whose answers come again on other days, and responses folded in one transaction
POOL, BATCH = 25_000, 25_000
#: that are sealed as any other, so that the ledger has a root
WHOLE = 200


def fill(file: Path, size: int, seed: int) -> None:
    """Make the database: a year of counts at all counters, the same number of responses on each day."""
    tell(f"  counts of {whole(size)} responses")
    db, rng = province(f"sqlite:///{file}"), random.Random(seed)
    known = design.reference(db)
    some = list(spread(known, WAVE, number=min(POOL, size), days=DAYS, rng=rng))
    collect.submit_many(db, some[-WHOLE:], at=NOON)
    process.seal_all(db, rng=rng, today=TODAY)
    pool = [check(known, each, on=TODAY) for each in some]
    instrument = known.instruments[pool[0].instrument]
    for start in range(0, size - WHOLE, BATCH):
        batch = fold(_moved(pool, start, min(start + BATCH, size - WHOLE), size), instrument)
        with db.write() as connection:
            cells.fold_in(connection, batch, instrument.ref)
    db.dispose()


def _moved(pool: list[Sealed], start: int, end: int, size: int) -> Iterator[Sealed]:
    """Responses of the pool, by turns, on the days that their places in the year have."""
    for place in range(start, end):
        sealed = pool[place % len(pool)]
        day = (TODAY - timedelta(days=DAYS - 1 - place * DAYS // size)).isoformat()
        desk = (sealed.psu or "").rpartition(":")[0]
        moved = object.__new__(Sealed)
        moved.__dict__.update(sealed.__dict__, day=day, month=day[:7], psu=f"{desk}:{day}")
        yield moved
