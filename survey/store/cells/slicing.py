"""Reading the cells of one agency's units: costs by units and profiles, not by responses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, select

from survey.counts import Profile
from survey.counts.domains import HEADLINES
from survey.counts.fold import CELL_FIELDS
from survey.counts.slices import Labels, Slices, no_slices
from survey.store import schema
from survey.store.cells import names
from survey.store.cells.folding import unpacked

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
    measures: int = 0,
) -> Slices:
    """What people said of an agency, row by row.

    months: first and last · strata: those in which it has answers · instrument: of the cells
    measures: how many the instrument has, for rows of bare profiles with all of them; 0 for rows of
    whole profiles with the index
    """
    psu, cell = schema.psu.c, schema.cell.c
    query = (
        select(psu.month, psu.stratum, psu.label, cell.whole if measures else cell.parts)
        .select_from(schema.psu.join(schema.cell, cell.psu == psu.id))
        .where(
            psu.wave == wave,
            psu.stratum.in_(strata),
            psu.month.between(*months),
            cell.instrument == instrument,
        )
    )
    found = connection.execute(query).all()
    attributes = (*Profile._fields, DESK)
    if not found:
        return no_slices(attributes)
    width = 1 + (measures or HEADLINES) * CELL_FIELDS
    blobs = [unpacked(row[3], width) for row in found]
    rows = np.concatenate(blobs)
    unit = np.repeat(np.arange(len(found)), [len(blob) for blob in blobs])
    distinct, which = np.unique(rows[:, 0].astype(np.intp), return_inverse=True)
    known = names.profiles_of(connection, distinct.tolist())
    profiles = np.array([tuple(known[number]) for number in distinct.tolist()], dtype=np.str_)
    mine = np.flatnonzero((profiles[:, 0] == agency)[which])
    unit, which = unit[mine], which[mine]
    desks = Labels.read(np.array([row[2].rpartition(":")[0] for row in found], dtype=np.str_))
    of = {name: Labels.read(profiles[:, place]).at(which) for place, name in enumerate(Profile._fields)}
    sums = rows[mine, 1:].reshape(len(mine), -1, CELL_FIELDS)
    if not measures:
        sums = sums[:, -1:].copy()
    return Slices(
        unit,
        np.array([row[0] for row in found], dtype=np.str_),
        np.array([row[1] for row in found], dtype=np.str_),
        of | {DESK: desks.at(unit)},
        sums,
    )
