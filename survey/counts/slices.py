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
        rows = np.flatnonzero(mask & np.isin(self.month, list(months))[self.unit])
        units, place = np.unique(self.unit[rows], return_inverse=True)
        by_unit = moments(grouped(self.sums[rows, measure], place, len(units)))
        names, of = np.unique(self.stratum[units], return_inverse=True)
        summed = grouped(by_unit, of, len(names)).tolist()
        return {
            name: Moments(int(row[0]), int(row[1]), int(row[2]), *row[3:])
            for name, row in zip(names.tolist(), summed, strict=True)
            if row[0]
        }

    def people(self, mask: Mask, months: Collection[str], measure: int = -1) -> int:
        """How many people answered."""
        return int(self.sums[mask & np.isin(self.month, list(months))[self.unit], measure, 0].sum())


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
