"""The cells of one agency row by row, so that any part of its answers can be added up.

Moments are kept of parts that are told apart by one attribute. Of answers that are told apart by two, or by
attributes that no family is kept of, they follow from the cells: units times profiles, not responses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from survey.counts.fold import CELL_FIELDS, grouped
from survey.counts.monthly import Monthly, distinct
from survey.counts.moving import moments
from survey.counts.sums import Moments

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


class Labels(NamedTuple):
    """What an attribute is in each row: (E,) numbers of names, of which each occurs once, in order."""

    names: tuple[str, ...]
    of: NDArray[np.int32]

    @classmethod
    def read(cls, values: NDArray[np.str_]) -> Labels:
        names, of = np.unique(values, return_inverse=True)
        return cls(tuple(names.tolist()), of.astype(np.int32))

    def at(self, rows: Codes) -> Labels:
        """Of some rows."""
        return self._replace(of=self.of[rows])


@dataclass(frozen=True, eq=False)
class Slices:
    """E rows of U units: what a unit adds to M measures with one profile.

    unit: (E,) numbers · psu: (U,) numbers in the database · month, stratum: of each unit (U,)
    of: attribute -> its values · sums: (E, M, 7), the fields of a `Cell`
    """

    unit: Codes
    psu: Codes
    month: Labels
    stratum: Labels
    of: Mapping[str, Labels]
    sums: Array

    def units(self, months: Collection[str]) -> Codes:
        """The units with rows in some months, in order."""
        return np.unique(self.unit[self.rows(months)])

    def values(self, attribute: str) -> tuple[str, ...]:
        """The values that an attribute has, in order."""
        names, of = self.of[attribute]
        return tuple(names[number] for number in np.unique(of).tolist())

    def chosen(self, wanted: Iterable[tuple[str, str]]) -> Slices:
        """The rows that have these values, of the same units."""
        told = [self.of[attribute] + (value,) for attribute, value in wanted]
        if not told:
            return self
        there = [of == (names.index(value) if value in names else -1) for names, of, value in told]
        rows = np.flatnonzero(np.logical_and.reduce(there))
        return replace(
            self,
            unit=self.unit[rows],
            of={name: labels.at(rows) for name, labels in self.of.items()},
            sums=self.sums[rows],
        )

    def by(self, attribute: str | None) -> Monthly:
        """The last measure by the values of an attribute, or of all as one value "", in every month."""
        names, of = self.of[attribute] if attribute else Labels(("",), np.zeros(len(self.unit), np.int32))
        there, value = distinct(of.astype(np.intp), len(names))
        (months, month), (strata, stratum) = self.month, self.stratum
        return Monthly(
            tuple(names[place] for place in there.tolist()),
            months,
            strata,
            month.astype(np.intp) * len(strata) + stratum,
            *self._by_unit(value, len(there), self.sums[:, -1]),
        )

    def strata_of_each(self) -> list[dict[str, Moments]]:
        """Of every measure, in their order: stratum -> moments of all months, where anybody answered."""
        names, stratum = self.stratum
        unit, _, sums = self._by_unit(np.zeros(len(self.unit), np.intp), 1, self.sums)
        summed = grouped(moments(sums), stratum[unit].astype(np.intp), len(names))
        return [
            {name: Moments.of(row) for name, row in zip(names, of, strict=True) if row[0]}
            for of in summed.swapaxes(0, 1).tolist()
        ]

    def people_by(self, attribute: str, months: Collection[str]) -> dict[str, int]:
        """How many people answered with each value of an attribute; a value without any is not there."""
        rows, (names, of) = self.rows(months), self.of[attribute]
        counted = np.bincount(of[rows], weights=self.sums[rows, -1, 0], minlength=len(names))
        return {name: int(n) for name, n in zip(names, counted.tolist(), strict=True) if n}

    def rows(self, months: Collection[str]) -> Codes:
        """The rows of units in some months."""
        names, of = self.month
        return np.flatnonzero(np.isin(names, list(months))[of][self.unit])

    def _by_unit(self, group: Codes, groups: int, given: Array) -> tuple[Codes, Codes, Array]:
        """What groups of rows hold in each unit, ordered by both: unit, group: (G,) numbers · sums: (G, ..., 7)."""
        size = max(1, groups)
        found, row = distinct(self.unit * size + group, len(self.psu) * size)
        if len(found) < len(row):
            return *np.divmod(found, size), grouped(given, row, len(found))
        sums = np.empty_like(given)
        sums[row] = given  # each by itself
        return *np.divmod(found, size), sums


def _placed(names: Sequence[str], within: Sequence[str]) -> Codes:
    """The place of each name among others, -1 for none: (N,)."""
    number = {name: place for place, name in enumerate(within)}
    return np.array([number.get(name, -1) for name in names], dtype=np.intp)


def joined(some: Sequence[Slices]) -> Slices:
    """The rows of one or more, no unit of which is in two of them."""
    if len(some) == 1:
        return some[0]
    before = np.cumsum([0, *(len(each.psu) for each in some[:-1])]).tolist()
    return Slices(
        np.concatenate([each.unit + first for each, first in zip(some, before, strict=True)]),
        np.concatenate([each.psu for each in some]),
        _together([each.month for each in some]),
        _together([each.stratum for each in some]),
        {name: _together([each.of[name] for each in some]) for name in some[0].of},
        np.concatenate([each.sums for each in some]),
    )


def _together(some: Sequence[Labels]) -> Labels:
    names = tuple(sorted({name for each in some for name in each.names}))
    places = [_placed(each.names, names)[each.of] for each in some]
    return Labels(names, np.concatenate(places).astype(np.int32))


def no_slices(attributes: Collection[str]) -> Slices:
    """Of an agency that nobody rated."""
    none = Labels((), np.zeros(0, np.int32))
    return Slices(
        np.zeros(0, np.intp),
        np.zeros(0, np.intp),
        none,
        none,
        dict.fromkeys(attributes, none),
        np.zeros((0, 1, CELL_FIELDS)),
    )
