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
from survey.counts.moving import moments, shared
from survey.counts.parts import Parts
from survey.counts.sums import Moments

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]

#: how many times as many numbers there may be as are used, so that marking them is faster than sorting
SPARSE = 16


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

    def strata(self, mask: Mask, months: Collection[str], measure: int = -1) -> dict[str, Moments]:
        """Moments of some rows in some months: stratum -> moments; a stratum without answers is not there."""
        rows = self._rows(mask, months)
        found = self._moments(rows, np.zeros(len(rows), np.intp), 1, measure)
        return found.get(0, {})

    def strata_of_each(self, mask: Mask, months: Collection[str]) -> list[dict[str, Moments]]:
        """The same of every measure, in their order."""
        rows = self._rows(mask, months)
        keys, summed = self._summed(*self._by_unit(rows, np.zeros(len(rows), np.intp), 1, slice(None)))
        return [self._named(keys, summed[:, place]).get(0, {}) for place in range(summed.shape[1])]

    def strata_by(
        self, attribute: str, mask: Mask, months: Collection[str], measure: int = -1
    ) -> dict[str, dict[str, Moments]]:
        """The same for every value of an attribute at once: value -> stratum -> moments."""
        rows, (names, of) = self._rows(mask, months), self.of[attribute]
        found = self._moments(rows, of[rows].astype(np.intp), len(names), measure)
        return {names[number]: strata for number, strata in found.items()}

    def monthly(
        self, mask: Mask, months: Collection[str], measure: int = -1
    ) -> dict[str, dict[str, Moments]]:
        """The same for every month at once: month -> stratum -> moments. No unit lies in two months."""
        rows, (names, of) = self._rows(mask, months), self.months
        found = self._moments(rows, of[self.unit[rows]].astype(np.intp), len(names), measure)
        return {names[number]: strata for number, strata in found.items()}

    def people(self, mask: Mask, months: Collection[str], measure: int = -1) -> int:
        """How many people answered."""
        return int(self.sums[self._rows(mask, months), measure, 0].sum())

    def people_of_each(self, mask: Mask, months: Collection[str]) -> list[int]:
        """How many people answered each measure, in their order."""
        counted: list[int] = self.sums[self._rows(mask, months), :, 0].sum(axis=0).astype(int).tolist()
        return counted

    def people_by(
        self, attribute: str, mask: Mask, months: Collection[str], measure: int = -1
    ) -> dict[str, int]:
        """How many people answered with each value of an attribute; a value without any is not there."""
        rows, (names, of) = self._rows(mask, months), self.of[attribute]
        counted = np.bincount(of[rows], weights=self.sums[rows, measure, 0], minlength=len(names))
        return {name: int(n) for name, n in zip(names, counted.tolist(), strict=True) if n}

    def parts(
        self,
        attribute: str,
        mask: Mask,
        months: Collection[str],
        sampled: Mapping[str, int],
        measure: int = -1,
    ) -> Parts:
        """The values of an attribute side by side, with what they share. sampled: all units of each stratum."""
        rows, (names, of) = self._rows(mask, months), self.of[attribute]
        there, group = _distinct(of[rows].astype(np.intp), len(names))
        unit, key, sums = self._by_unit(rows, group, len(there), measure)
        strata, size = sorted(sampled), max(1, len(there))
        stratum = _placed(self.strata_of.names, strata)[self.strata_of.of]
        entries, row = _distinct(stratum[unit] * size + key, len(strata) * size)
        pairs = shared(stratum[unit], unit, key, sums)
        return Parts(
            tuple(names[place] for place in there.tolist()),
            *np.divmod(entries, size),
            grouped(moments(sums), row, len(entries)),
            pairs.stratum,
            pairs.first,
            pairs.second,
            pairs.crosses,
            np.array([sampled[name] for name in strata], dtype=np.intp),
        )

    def _rows(self, mask: Mask, months: Collection[str]) -> Codes:
        names, of = self.months
        wanted = np.isin(names, list(months))
        return np.flatnonzero(mask & wanted[of][self.unit])

    def _by_unit(
        self, rows: Codes, group: Codes, groups: int, measure: int | slice
    ) -> tuple[Codes, Codes, Array]:
        """What groups of rows hold in each unit, ordered by both: unit, group: (G,) numbers · sums: (G, ..., 7)."""
        size = max(1, groups)
        found, row = _distinct(self.unit[rows] * size + group, len(self.month) * size)
        given = self.sums[rows, measure]
        if len(found) < len(rows):
            return *np.divmod(found, size), grouped(given, row, len(found))
        sums = np.empty_like(given)
        sums[row] = given  # each by itself
        return *np.divmod(found, size), sums

    def _moments(self, rows: Codes, group: Codes, groups: int, measure: int) -> dict[int, dict[str, Moments]]:
        """Moments of rows that are of numbered groups: group -> stratum -> moments."""
        return self._named(*self._summed(*self._by_unit(rows, group, groups, measure)))

    def _summed(self, unit: Codes, of: Codes, sums: Array) -> tuple[Codes, Array]:
        """The moments of groups by stratum: (K,) numbers of both together, and (K, ..., 13)."""
        names, stratum = self.strata_of
        size = max(1, len(names))
        keys, row = _distinct(of * size + stratum[unit], (int(of.max(initial=0)) + 1) * size)
        return keys, grouped(moments(sums), row, len(keys))

    def _named(self, keys: Codes, summed: Array) -> dict[int, dict[str, Moments]]:
        """The moments (K, 13) of one measure by group and stratum, where anybody answered."""
        names, found = self.strata_of.names, dict[int, dict[str, Moments]]()
        for key, numbers in zip(keys.tolist(), summed.tolist(), strict=True):
            which, at = divmod(key, max(1, len(names)))
            if numbers[0]:
                held = Moments(int(numbers[0]), int(numbers[1]), int(numbers[2]), *numbers[3:])
                found.setdefault(which, {})[names[at]] = held
        return found


def _distinct(numbers: Codes, bound: int) -> tuple[Codes, Codes]:
    """The distinct ones of numbers below a bound, in order, and the place of each number among them.

    As `np.unique`, without sorting where the bound is not far above how many there are.
    """
    if bound > SPARSE * len(numbers):
        found, place = np.unique(numbers, return_inverse=True)
        return found, place
    there = np.zeros(bound, dtype=bool)
    there[numbers] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]


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
