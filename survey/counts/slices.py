"""The cells of one agency row by row, so that any part of its answers can be added up.

Moments are kept of parts that are told apart by one attribute. Of answers that are told apart by two, or by
attributes that no family is kept of, they follow from the cells: units times profiles, not responses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from survey.counts.fold import CELL_FIELDS, grouped
from survey.counts.monthly import Monthly, distinct
from survey.counts.moving import moments
from survey.counts.sums import Moments

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]


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

    unit: (E,) numbers · psu: (U,) numbers in the database · month, stratum: (U,) names
    of: attribute -> its values · sums: (E, M, 7), the fields of a `Cell`
    """

    unit: Codes
    psu: Codes
    month: NDArray[np.str_]
    stratum: NDArray[np.str_]
    of: Mapping[str, Labels]
    sums: Array

    @cached_property
    def months(self) -> Labels:
        """The month of each unit: (U,)."""
        return Labels.read(self.month)

    @cached_property
    def strata_of(self) -> Labels:
        """The stratum of each unit: (U,)."""
        return Labels.read(self.stratum)

    def units(self, months: Collection[str]) -> Codes:
        """The units with rows in some months, in order."""
        return np.unique(self.unit[self._rows(self.chosen(()), months)])

    def values(self, attribute: str) -> tuple[str, ...]:
        """The values that an attribute has, in order."""
        names, of = self.of[attribute]
        return tuple(names[number] for number in np.unique(of).tolist())

    def chosen(self, wanted: Iterable[tuple[str, str]]) -> Mask:
        """The rows that have these values: (E,)."""
        mask = np.ones(len(self.unit), dtype=bool)
        for attribute, value in wanted:
            names, of = self.of[attribute]
            mask &= of == (names.index(value) if value in names else -1)
        return mask

    def by(self, attribute: str | None, mask: Mask) -> Monthly:
        """The last measure of some rows by the values of an attribute, or of all as one value "", in every month."""
        rows = np.flatnonzero(mask)
        names, every = self.of[attribute] if attribute else Labels(("",), np.zeros(len(mask), np.int32))
        there, value = distinct(every[rows].astype(np.intp), len(names))
        (months, month), (strata, stratum) = self.months, self.strata_of
        return Monthly(
            tuple(names[place] for place in there.tolist()),
            months,
            strata,
            month.astype(np.intp) * len(strata) + stratum,
            *self._by_unit(rows, value, len(there), -1),
        )

    def strata_of_each(self, mask: Mask, months: Collection[str]) -> list[dict[str, Moments]]:
        """Of every measure, in their order: stratum -> moments of some rows in some months, where anybody answered."""
        rows, (names, stratum) = self._rows(mask, months), self.strata_of
        unit, _, sums = self._by_unit(rows, np.zeros(len(rows), np.intp), 1, slice(None))
        summed = grouped(moments(sums), stratum[unit].astype(np.intp), len(names))
        return [
            {name: Moments.of(row) for name, row in zip(names, of, strict=True) if row[0]}
            for of in summed.swapaxes(0, 1).tolist()
        ]

    def people_by(self, attribute: str, months: Collection[str]) -> dict[str, int]:
        """How many people answered with each value of an attribute; a value without any is not there."""
        rows, (names, of) = self._rows(self.chosen(()), months), self.of[attribute]
        counted = np.bincount(of[rows], weights=self.sums[rows, -1, 0], minlength=len(names))
        return {name: int(n) for name, n in zip(names, counted.tolist(), strict=True) if n}

    def _rows(self, mask: Mask, months: Collection[str]) -> Codes:
        names, of = self.months
        wanted = np.isin(names, list(months))
        return np.flatnonzero(mask & wanted[of][self.unit])

    def _by_unit(
        self, rows: Codes, group: Codes, groups: int, measure: int | slice
    ) -> tuple[Codes, Codes, Array]:
        """What groups of rows hold in each unit, ordered by both: unit, group: (G,) numbers · sums: (G, ..., 7)."""
        size = max(1, groups)
        found, row = distinct(self.unit[rows] * size + group, len(self.month) * size)
        given = self.sums[rows, measure]
        if len(found) < len(rows):
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
    before = np.cumsum([0, *(len(each.month) for each in some[:-1])]).tolist()
    return Slices(
        np.concatenate([each.unit + first for each, first in zip(some, before, strict=True)]),
        np.concatenate([each.psu for each in some]),
        np.concatenate([each.month for each in some]),
        np.concatenate([each.stratum for each in some]),
        {name: _together([each.of[name] for each in some]) for name in some[0].of},
        np.concatenate([each.sums for each in some]),
    )


def _together(some: Sequence[Labels]) -> Labels:
    names = tuple(sorted({name for each in some for name in each.names}))
    places = [_placed(each.names, names)[each.of] for each in some]
    return Labels(names, np.concatenate(places).astype(np.int32))


def no_slices(attributes: Collection[str]) -> Slices:
    """Of an agency that nobody rated."""
    names = np.zeros(0, dtype=np.str_)
    return Slices(
        np.zeros(0, np.intp),
        np.zeros(0, np.intp),
        names,
        names,
        dict.fromkeys(attributes, Labels.read(names)),
        np.zeros((0, 1, CELL_FIELDS)),
    )
