"""A database with the counts of many responses, made by folding them without keeping each one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from benchmarks.answers import TODAY, spread
from benchmarks.measure import tell, whole
from benchmarks.seal import NOON
from survey import collect, design, process
from survey.collect import check
from survey.counts import Fold, fold
from survey.counts.fold import DomainKey, Sums
from survey.store import cells
from survey.store.database import Database

WAVE, DAYS = "rating-short", 365
#: responses that differ; where a year has more, its days come again after a while
POOL = 150_000
#: responses of a day at the least; fewer than a year's worth lie in the last days of it
LEAST = 27
#: that are sealed as any other, so that the ledger has a root
WHOLE = 50


def fill(db: Database, size: int, seed: int, *, keep: bool = False) -> None:
    """Fill an empty database: a year of counts at all counters, the same number of responses on each day.

    keep: leave it open
    """
    tell(f"  counts of {whole(size)} responses")
    rng = random.Random(seed)
    over = min(DAYS, max(30, size // LEAST))
    known, each_day = design.reference(db), size // over
    different = max(7, min(over, POOL // each_day))
    everyone = spread(known, WAVE, number=each_day * different + WHOLE, days=1, rng=rng)
    collect.submit_many(db, islice(everyone, WHOLE), at=NOON)
    process.seal_all(db, rng=rng, today=TODAY)
    instrument = known.instruments[known.wave(WAVE).instrument]
    days = [
        fold([check(known, r, on=TODAY) for r in islice(everyone, each_day)], instrument)
        for _ in range(different)
    ]
    for place in range(over):
        with db.write() as connection:
            day = TODAY - timedelta(days=over - 1 - place)
            cells.fold_in(connection, _on(day, days[place % different]), instrument.ref)
    if not keep:
        db.dispose()


def _on(day: date, counted: Fold) -> Fold:
    """What was counted of one day, as of another."""
    month = day.isoformat()[:7]

    def moved(sums: Sums) -> Sums:
        keys: Sequence[DomainKey] = sums.keys
        return sums._replace(keys=tuple(key._replace(month=month) for key in keys))

    psus = tuple(
        psu._replace(month=month, psu=f"{psu.psu.rpartition(':')[0]}:{day.isoformat()}")
        for psu in counted.psus
    )
    return replace(counted, psus=psus, tallies=moved(counted.tallies), products=moved(counted.products))
