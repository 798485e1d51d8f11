"""Reading the cells of one agency's units: costs by units and profiles, not by responses."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from sqlalchemy import Connection, select

from survey.counts import Profile
from survey.counts.domains import HEADLINES
from survey.counts.fold import CELL_FIELDS
from survey.counts.slices import Labels, Slices, no_slices
from survey.store import schema
from survey.store.bulk import chunks, fetch, marks
from survey.store.cells import names
from survey.store.cells.folding import Array, Codes, unpacked

#: beside the attributes of a profile: the counter, "" where people did not stand at one
DESK = "desk"


def slices(
    connection: Connection,
    wave: str,
    agency: str,
    months: tuple[str, str],
    *,
    strata: Sequence[str],
    instrument: str,
) -> Slices:
    """What people said of an agency, row by row: by whole profile, in the index.

    months: first and last · strata: those in which it has answers · instrument: of the cells
    """
    psu, cell = schema.psu.c, schema.cell.c
    query = (
        select(psu.id, psu.month, psu.stratum, psu.label, cell.parts)
        .select_from(schema.psu.join(schema.cell, cell.psu == psu.id))
        .where(
            psu.wave == wave,
            psu.stratum.in_(strata),
            psu.month.between(*months),
            cell.instrument == instrument,
        )
    )
    found = connection.execute(query).all()
    if not found:
        return no_slices((*Profile._fields, DESK))
    unit, of, sums = _rows(connection, agency, [row[4] for row in found], HEADLINES)
    desks = Labels.read(np.array([row[3].rpartition(":")[0] for row in found], dtype=np.str_))
    return Slices(
        unit,
        np.array([row[0] for row in found], dtype=np.intp),
        Labels.read(np.array([row[1] for row in found], dtype=np.str_)),
        Labels.read(np.array([row[2] for row in found], dtype=np.str_)),
        of | {DESK: desks.at(unit)},
        sums[:, -1:].copy(),
    )


def bare(
    connection: Connection,
    agency: str,
    known: Slices,
    months: Collection[str],
    *,
    instrument: str,
    measures: int,
) -> Slices:
    """The same answers by bare profile, in all measures. known: the agency's rows, which say what to read

    measures: how many the instrument has
    """
    units = known.units(months)
    place = {number: at for at, number in enumerate(known.psu[units].tolist())}
    found: dict[int, bytes] = {}
    for some in chunks(list(place)):
        query = f"SELECT psu, whole FROM cell WHERE instrument = ? AND psu IN ({marks(some)})"
        found.update(dict(fetch(connection, query, (instrument, *some))))
    blobs = [found[number] for number in place]
    unit, of, sums = _rows(connection, agency, blobs, measures)
    return Slices(unit, known.psu[units], known.month.at(units), known.stratum.at(units), of, sums)


def _rows(
    connection: Connection, agency: str, blobs: Sequence[bytes], measures: int
) -> tuple[Codes, dict[str, Labels], Array]:
    """An agency's rows of the packed cells of units: unit: (E,) numbers · what each is · sums: (E, M, 7)."""
    rows = unpacked(b"".join(blobs), 1 + measures * CELL_FIELDS)
    sizes = np.fromiter(map(len, blobs), np.intp, len(blobs)) // (rows.shape[1] * rows.itemsize)
    unit = np.repeat(np.arange(len(blobs)), sizes)
    distinct, which = np.unique(rows[:, 0].astype(np.intp), return_inverse=True)
    known = names.profiles_of(connection, distinct.tolist())
    profiles = np.array([tuple(known[number]) for number in distinct.tolist()], dtype=np.str_)
    mine = np.flatnonzero((profiles[:, 0] == agency)[which])
    of = {name: Labels.read(profiles[:, place]).at(which[mine]) for place, name in enumerate(Profile._fields)}
    return unit[mine], of, rows[mine, 1:].reshape(len(mine), -1, CELL_FIELDS)
