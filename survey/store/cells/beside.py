"""What moments would be with some responses more, or without some: read beside the kept ones, nothing is changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

import numpy as np
from sqlalchemy import Connection, select

from survey.counts import ALL, Fold, Moments
from survey.counts.fold import CELL_FIELDS
from survey.counts.moving import moments
from survey.store import schema
from survey.store.bulk import chunks
from survey.store.cells import names
from survey.store.cells.folding import Array, unpacked


def moved(
    connection: Connection, fold: Fold, instrument: str, domain: str, *, sign: int
) -> tuple[Mapping[str, Moments], Mapping[str, Moments]]:
    """By stratum, what is added to the moments of the responses and of the index of a domain.

    domain: everybody or an agency · sign: 1 to count the fold too, -1 to leave it out
    """
    agency = None if domain == ALL else domain.partition(":")[2]
    kept = _kept(connection, fold, instrument, agency)
    added = np.zeros_like(kept)
    mine = [agency in (None, profile.agency) for profile in fold.profiles]
    for unit, profile, sums in zip(fold.parts.unit, fold.parts.profile, fold.parts.sums, strict=True):
        if mine[profile]:
            added[unit] += sums
    change = moments(np.maximum(kept + sign * added, 0)) - moments(kept)
    by_stratum: defaultdict[str, Array] = defaultdict(lambda: np.zeros(change.shape[1:]))
    for unit, psu in enumerate(fold.psus):
        by_stratum[psu.stratum] += change[unit]
    return tuple(  # type: ignore[return-value]
        {stratum: _moments(sums[place]) for stratum, sums in by_stratum.items()} for place in (0, 1)
    )


def _kept(connection: Connection, fold: Fold, instrument: str, agency: str | None) -> Array:
    """The headline cells that are kept of a fold's units, of one agency or of all: (U, 2, 7)."""
    found = np.zeros((len(fold.psus), 2, CELL_FIELDS))
    known = names.known_psus(connection, fold.psus)
    unit_of = {number: fold.psus.index(psu) for psu, number in known.items()}
    cell = schema.cell.c
    blobs = [
        (unit_of[psu], unpacked(parts, 1 + 2 * CELL_FIELDS))
        for some in chunks(sorted(unit_of))
        for psu, parts in connection.execute(
            select(cell.psu, cell.parts).where(cell.instrument == instrument, cell.psu.in_(some))
        )
    ]
    numbers: Collection[int] = {int(number) for _, rows in blobs for number in rows[:, 0]}
    profiles = names.profiles_of(connection, sorted(numbers))
    for unit, rows in blobs:
        for row in rows:
            if agency in (None, profiles[int(row[0])].agency):
                found[unit] += row[1:].reshape(2, CELL_FIELDS)
    return found


def _moments(sums: Array) -> Moments:
    return Moments.of(sums.tolist())
