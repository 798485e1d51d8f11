"""Adding a batch's counts to the kept ones, so that moments stay true to the cells."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, select

from survey.counts import Cells, Fold, Grown, Moved, Profile, changes
from survey.counts.fold import CELL_FIELDS, Sums, grouped
from survey.store import schema
from survey.store.bulk import chunks, insert
from survey.store.cells import names

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


def fold_in(connection: Connection, fold: Fold, instrument: str) -> None:
    """Add a batch's counts to the kept ones, keeping the moments true to the cells."""
    plan = fold.plan
    units = [number for number, alone in enumerate(fold.alone) if not alone]
    numbers = names.psus(connection, [fold.psus[unit] for unit in units])
    unit_of = {numbers[fold.psus[unit]]: unit for unit in units}
    kept = _kept_cells(connection, instrument, list(unit_of))
    profiles = _Profiles(connection, fold.profiles, kept.values())
    grown = []
    for place, (cells, measures) in enumerate(
        ((fold.whole, len(plan.measures)), (fold.parts, len(plan.headline)))
    ):
        packed = {unit_of[psu]: blobs[place] for psu, blobs in kept.items()}
        grown.append(_grown(cells, packed, profiles, measures))
    _put_cells(connection, instrument, unit_of, profiles, grown)
    whole, parts = grown
    moved = changes(fold.psus, profiles.profiles, whole, parts, plan.headline[-1])
    keys = [key.domain for sums in (fold.tallies, fold.products) for key in sums.keys]
    domains = names.domains(connection, [*keys, *(name for some in moved for name in some.domains)])
    headline = [plan.measures[place] for place in plan.headline]
    for some, carried in zip(moved, (plan.measures, headline), strict=True):
        _put_moments(connection, names.layout(connection, carried), some, domains)
    outcomes = [f"item:{item}\t{outcome}" for item, outcome in plan.outcomes]
    blocks = ["\t".join((block.name, *block.columns)) for block in plan.blocks]
    _put_sums(connection, schema.tally, names.layout(connection, outcomes), fold.tallies, domains)
    _put_sums(connection, schema.product, names.layout(connection, blocks), fold.products, domains)


def unpacked(blob: bytes, width: int) -> Array:
    """The rows of a packed blob: (rows, width)."""
    return np.frombuffer(blob, dtype="<f8").reshape(-1, width)


# Cells.


class _Profiles:
    """The profiles of a batch and of the cells kept of its PSUs, with their numbers in the database."""

    def __init__(
        self, connection: Connection, batch: Sequence[Profile], kept: Collection[tuple[bytes, bytes]]
    ) -> None:
        known = names.profiles(connection, batch)
        by_number = {number: profile for profile, number in known.items()}
        self.profiles = list(batch)
        self.numbers = [known[profile] for profile in batch]
        self._places = {number: place for place, number in enumerate(self.numbers)}
        self._by_number, self._connection = by_number, connection

    def places(self, numbers: Codes) -> Codes:
        """Where the profiles of these numbers stand in `profiles`; those of other batches are added."""
        distinct, which = np.unique(numbers, return_inverse=True)
        new = [number for number in distinct.tolist() if number not in self._places]
        if new:
            unknown = [number for number in new if number not in self._by_number]
            self._by_number |= names.profiles_of(self._connection, unknown)
            for number in new:
                self._places[number] = len(self.profiles)
                self.profiles.append(self._by_number[number])
                self.numbers.append(number)
        return np.array([self._places[number] for number in distinct.tolist()], dtype=np.intp)[which]


def _kept_cells(
    connection: Connection, instrument: str, psus: Sequence[int]
) -> dict[int, tuple[bytes, bytes]]:
    """The packed cells of PSUs: number -> (whole, parts)."""
    cell = schema.cell.c
    kept = {}
    for some in chunks(sorted(psus)):
        found = select(cell.psu, cell.whole, cell.parts).where(
            cell.instrument == instrument, cell.psu.in_(some)
        )
        kept.update({psu: (whole, parts) for psu, whole, parts in connection.execute(found)})
    return kept


def _grown(cells: Cells, packed: Mapping[int, bytes], profiles: _Profiles, measures: int) -> Grown:
    """The batch's cells, and all kept ones of its units: before and after."""
    rows = [unpacked(blob, 1 + measures * CELL_FIELDS) for blob in packed.values()]
    kept = np.concatenate(rows) if rows else np.zeros((0, 1 + measures * CELL_FIELDS))
    unit = np.repeat(np.array(list(packed), dtype=np.intp), [len(row) for row in rows])
    profile = profiles.places(kept[:, 0].astype(np.intp))
    size = max(1, len(profiles.profiles))
    before, added = unit * size + profile, cells.unit * size + cells.profile
    both = np.union1d(before, added)
    old = np.zeros((len(both), measures, CELL_FIELDS))
    old[np.searchsorted(both, before)] = kept[:, 1:].reshape(-1, measures, CELL_FIELDS)
    new = old.copy()
    new[np.searchsorted(both, added)] += cells.sums
    return Grown(*np.divmod(both, size), old, new)


def _put_cells(
    connection: Connection,
    instrument: str,
    unit_of: Mapping[int, int],
    profiles: _Profiles,
    grown: Sequence[Grown],
) -> None:
    numbers = np.array(profiles.numbers, dtype=np.intp)
    packed = [_packed(cells.unit, numbers[cells.profile][:, None], cells.new) for cells in grown]
    whole, parts = (dict(zip(*some, strict=True)) for some in packed)
    rows = [(psu, instrument, whole[unit], parts[unit]) for psu, unit in unit_of.items()]
    insert(connection, schema.cell, rows, replacing=("whole", "parts"))


def _packed(of: Codes, labels: NDArray[Any], sums: Array) -> tuple[list[int], list[bytes]]:
    """Rows as blobs, one for each number in `of`: labels (N, l), then sums (N, ...), ordered by label."""
    rows = np.concatenate([labels, _flat(sums)], axis=1).astype("<f8")
    order = np.lexsort((*labels.T[::-1], of))
    rows, of = rows[order], of[order]
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    ends = [*starts.tolist(), len(of)]
    return of[starts].tolist(), [rows[start:end].tobytes() for start, end in pairwise(ends)]


def _flat(sums: Array) -> Array:
    """(N, ...) as (N, numbers)."""
    return sums.reshape(len(sums), math.prod(sums.shape[1:]))


# Moments.


def _put_moments(connection: Connection, layout: int, moved: Moved, domains: Mapping[str, int]) -> None:
    keys = [(key.wave, layout, key.family, key.month, key.stratum) for key in moved.keys]
    kept = _kept(connection, schema.moment, keys)
    number = np.array([domains[name] for name in moved.domains], dtype=np.intp)
    sums = _merged(
        {place: row[0] for place, row in kept.items()},
        (moved.of, number[moved.domain][:, None], moved.moments),
    )
    crosses = _merged(
        {place: row[1] for place, row in kept.items()},
        (moved.pair_of, *_ordered(number[moved.first], number[moved.second], moved.crosses)),
    )
    rows = [(*key, sums[place], crosses.get(place, b"")) for place, key in enumerate(keys)]
    insert(connection, schema.moment, rows, replacing=("sums", "crosses"))


def _ordered(first: Codes, second: Codes, crosses: Array) -> tuple[Codes, Array]:
    """Pairs by number, the lower first: where they change places, so do the fields wy and yw."""
    turned = crosses[:, [0, 1, 3, 2, 4]]
    swap = first > second
    pairs = np.stack([np.minimum(first, second), np.maximum(first, second)], axis=1)
    return pairs, np.where(swap[:, None], turned, crosses)


def _merged(kept: Mapping[int, bytes], added: tuple[Codes, Codes, Array]) -> dict[int, bytes]:
    """Packed rows with what is added to them: number of the row -> blob."""
    of, labels, sums = added
    flat = _flat(sums)
    width = labels.shape[1] + flat.shape[1]
    rows = [unpacked(blob, width) for blob in kept.values()]
    before = np.concatenate([np.zeros((0, width)), *rows])
    of = np.concatenate([np.repeat(np.array(list(kept), dtype=np.intp), [len(r) for r in rows]), of])
    labels = np.concatenate([before[:, : labels.shape[1]].astype(np.intp), labels])
    flat = np.concatenate([before[:, labels.shape[1] :], flat])
    size = int(labels.max(initial=0)) + 1
    code = of
    for label in labels.T:
        code = code * size + label
    _, first, row = np.unique(code, return_index=True, return_inverse=True)
    return dict(zip(*_packed(of[first], labels[first], grouped(flat, row, len(first))), strict=True))


# Tallies and products.


def _put_sums(
    connection: Connection, table: Table, layout: int, added: Sums, domains: Mapping[str, int]
) -> None:
    keys = [(key.wave, layout, domains[key.domain], key.month) for key in added.keys]
    kept = _kept(connection, table, keys)
    sums = _flat(added.sums).copy()
    for place, (blob,) in kept.items():
        sums[place] += np.frombuffer(blob, "<f8")
    rows = [(*key, row.astype("<f8").tobytes()) for key, row in zip(keys, sums, strict=True)]
    insert(connection, table, rows, replacing=("sums",))


def _kept(
    connection: Connection, table: Table, keys: Sequence[tuple[Any, ...]]
) -> dict[int, tuple[bytes, ...]]:
    """What is kept under primary keys of one wave and layout each: place of the key -> its blobs.

    Asked for by the values of each column: a batch has most combinations of them.
    """
    place_of = {key: place for place, key in enumerate(keys)}
    columns = list(table.primary_key.columns)
    by_wave: defaultdict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for key in keys:
        by_wave[key[:2]].append(key)
    found: dict[int, tuple[bytes, ...]] = {}
    for same in by_wave.values():
        values = [sorted(set(column)) for column in zip(*same, strict=True)]
        query = select(table)
        for column, some in zip(columns, values, strict=True):
            query = query.where(column.in_(some))
        for row in connection.execute(query):
            place = place_of.get(tuple(row[: len(columns)]))
            if place is not None:
                found[place] = tuple(row[len(columns) :])
    return found
