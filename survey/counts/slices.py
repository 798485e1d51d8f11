"""The cells of one agency row by row, so that any part of its answers can be added up.

Moments are kept of parts that are told apart by one attribute. Of answers that are told apart by two, or by
attributes that no family is kept of, they follow from the cells: units times profiles, not responses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
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

    unit: (E,) numbers · month, stratum: (U,) names · of: attribute -> its values
    sums: (E, M, 7), the fields of a `Cell`
    """

    unit: Codes
    month: NDArray[np.str_]
    stratum: NDArray[np.str_]
    of: Mapping[str, Labels]
    sums: Array

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
        rows, (names, of) = self._rows(mask, months), Labels.read(self.month)
        found = self._moments(rows, of[self.unit[rows]].astype(np.intp), len(names), measure)
        return {names[number]: strata for number, strata in found.items()}

    def people(self, mask: Mask, months: Collection[str], measure: int = -1) -> int:
        """How many people answered."""
        return int(self.sums[self._rows(mask, months), measure, 0].sum())

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
        there, group = np.unique(of[rows], return_inverse=True)
        unit, key, sums = self._by_unit(rows, group, len(there), measure)
        strata, size = sorted(sampled), max(1, len(there))
        number = {name: place for place, name in enumerate(strata)}
        stratum = np.array([number.get(name, -1) for name in self.stratum.tolist()], dtype=np.intp)
        entries, row = np.unique(stratum[unit] * size + key, return_inverse=True)
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
        return np.flatnonzero(mask & np.isin(self.month, list(months))[self.unit])

    def _by_unit(self, rows: Codes, group: Codes, groups: int, measure: int) -> tuple[Codes, Codes, Array]:
        """What groups of rows hold in each unit, ordered by both: unit, group: (G,) numbers · sums: (G, 7)."""
        size = max(1, groups)
        found, row = np.unique(self.unit[rows] * size + group, return_inverse=True)
        return *np.divmod(found, size), grouped(self.sums[rows, measure], row, len(found))

    def _moments(self, rows: Codes, group: Codes, groups: int, measure: int) -> dict[int, dict[str, Moments]]:
        """Moments of rows that are of numbered groups: group -> stratum -> moments."""
        unit, of, sums = self._by_unit(rows, group, groups, measure)
        names, stratum = np.unique(self.stratum, return_inverse=True)
        size = max(1, len(names))
        keys, row = np.unique(of * size + stratum[unit], return_inverse=True)
        summed = grouped(moments(sums), row, len(keys)).tolist()
        found: dict[int, dict[str, Moments]] = {}
        for key, numbers in zip(keys.tolist(), summed, strict=True):
            which, at = divmod(key, size)
            if numbers[0]:
                held = Moments(int(numbers[0]), int(numbers[1]), int(numbers[2]), *numbers[3:])
                found.setdefault(which, {})[str(names[at])] = held
        return found


def no_slices(attributes: Collection[str]) -> Slices:
    """Of an agency that nobody rated."""
    names = np.zeros(0, dtype=np.str_)
    return Slices(
        np.zeros(0, np.intp),
        names,
        names,
        dict.fromkeys(attributes, Labels.read(names)),
        np.zeros((0, 1, CELL_FIELDS)),
    )
