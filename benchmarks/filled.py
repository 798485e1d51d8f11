"""Databases of many responses: sealed as any other, or by their counts alone.

Counts are all that a page reads, so a year of five million responses can be had without keeping one of them. `count_only` draws some
days of responses, checks and folds them as sealing does, and lets them come again on the days of a year, a month
of them in one transaction, through the function that sealing adds counts with (`store.cells.fold_in`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby, islice
from pathlib import Path

import numpy as np
from flask import Flask

from benchmarks.answers import TODAY, province, spread
from benchmarks.measure import tell, whole
from benchmarks.seal import NOON
from survey import collect, create_app, design, process
from survey.collect import check
from survey.config import Settings
from survey.counts import Cells, Fold, Profile, fold
from survey.counts.fold import DomainKey, Sums
from survey.store import cells
from survey.store.database import Database

WAVE, DAYS = "rating-short", 365
#: responses in one sealing
BATCH = 25_000
#: responses that differ; where a year has more, its days come again after a while
POOL = 60_000
#: responses of a day at the least; fewer than a year's worth lie in the last days of it
LEAST = 27
#: that are sealed as any other, so that the ledger has a root
WHOLE = 50


def service(file: Path) -> Flask:
    """The service over a filled database."""
    return create_app(
        Settings(
            instance=file.parent,
            database_url=f"sqlite:///{file}",
            simulated=True,
            session_key=b"b" * 32,
            salt_key=b"b" * 32,
            signing_seed=b"m" * 32,
            seal_at_least=1,
            seal_every=1.0,
            seal_here=False,
            behind_proxy=False,
        )
    )


def seal_year(file: Path, size: int, seed: int) -> None:
    """Seal a year of responses in the order of their days."""
    tell(f"  a database of {whole(size)} responses")
    db = province(f"sqlite:///{file}")
    rng = random.Random(seed)
    everyone = spread(db, WAVE, number=size, days=DAYS, rng=rng)
    while collect.submit_many(db, islice(everyone, BATCH), at=NOON).new:
        process.seal(db, rng=rng, today=TODAY, limit=BATCH)
    db.dispose()


def count_only(db: Database, size: int, seed: int, *, keep: bool = False) -> None:
    """Fill an empty database: a year of counts at all counters, the same number of responses on each day.

    keep: leave it open
    """
    tell(f"  counts of {whole(size)} responses")
    rng = random.Random(seed)
    over = min(DAYS, max(30, size // LEAST))
    known, each_day = design.reference(db), size // over
    different = max(4, min(over, POOL // each_day))
    everyone = spread(db, WAVE, number=each_day * different + WHOLE, days=1, rng=rng)
    collect.submit_many(db, islice(everyone, WHOLE), at=NOON)
    process.seal_all(db, rng=rng, today=TODAY)
    instrument = known.instruments[known.wave(WAVE).instrument]
    drawn = [
        fold([check(known, r, on=TODAY) for r in islice(everyone, each_day)], instrument)
        for _ in range(different)
    ]
    days = [TODAY - timedelta(days=over - 1 - place) for place in range(over)]
    for _, month in groupby(enumerate(days), key=lambda each: (each[1].year, each[1].month)):
        with db.write() as connection:
            folds = [_on(day, drawn[place % different]) for place, day in month]
            cells.fold_in(connection, _together(folds), instrument.ref)
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


def _together(folds: Sequence[Fold]) -> Fold:
    """The counts of several days, no unit of which is in two of them, as of one batch."""
    number: dict[Profile, int] = {}
    placed = [np.array([number.setdefault(p, len(number)) for p in each.profiles]) for each in folds]
    before = np.cumsum([0, *(len(each.psus) for each in folds[:-1])]).tolist()

    def of(which: str) -> Cells:
        some = [getattr(each, which) for each in folds]
        return Cells(
            np.concatenate([one.unit + first for one, first in zip(some, before, strict=True)]),
            np.concatenate([at[one.profile] for one, at in zip(some, placed, strict=True)]),
            np.concatenate([one.sums for one in some]),
        )

    return replace(
        folds[0],
        psus=tuple(psu for each in folds for psu in each.psus),
        alone=np.concatenate([each.alone for each in folds]),
        profiles=tuple(number),
        whole=of("whole"),
        parts=of("parts"),
        tallies=_summed([each.tallies for each in folds]),
        products=_summed([each.products for each in folds]),
    )


def _summed(some: Sequence[Sums]) -> Sums:
    number: dict[DomainKey, int] = {}
    rows = [number.setdefault(key, len(number)) for each in some for key in each.keys]
    sums = np.zeros((len(number), *some[0].sums.shape[1:]))
    np.add.at(sums, rows, np.concatenate([each.sums for each in some]))
    return Sums(tuple(number), sums)
