"""The rows of one agency's cells by month and by the values of an attribute: made once, added up for any period.

No unit lies in two months, so that the moments of a period are the sum of those of its months.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from survey.counts.fold import grouped
from survey.counts.moving import Pairs, moments, shared
from survey.counts.parts import Parts
from survey.counts.sums import Moments

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

#: how many times as many numbers there may be as are used, so that marking them is faster than sorting
SPARSE = 16

#: place of the people among the fields of `Moments`
_PEOPLE = 1


class _Sums(NamedTuple):
    """The moments (N, 13) of each label and value that has any. label, of: (N,) numbers"""

    label: Codes
    of: Codes
    moments: Array


@dataclass(frozen=True, eq=False)
class Monthly:
    """What G pairs of U units and V values add to one measure.

    values, months, strata: names, each in order · label: (U,) the number of each unit's month times the number of
    strata, plus its stratum's · unit, of: (G,) numbers of unit and value, each pair once, in order
    sums: (G, 7), the fields of a `Cell`
    """

    values: tuple[str, ...]
    months: tuple[str, ...]
    strata: tuple[str, ...]
    label: Codes
    unit: Codes
    of: Codes
    sums: Array

    @cached_property
    def _sums(self) -> _Sums:
        size = max(1, len(self.values))
        keys = self.label[self.unit] * size + self.of
        found, row = distinct(keys, max(1, len(self.months) * len(self.strata)) * size)
        return _Sums(*np.divmod(found, size), grouped(moments(self.sums), row, len(found)))

    @cached_property
    def _pairs(self) -> Pairs:
        """What values share, by label."""
        return shared(self.label[self.unit], self.unit, self.of, self.sums)

    def people(self, months: Collection[str]) -> dict[str, int]:
        """How many people answered with each value in some months; a value without any is not there."""
        held = self._sums
        weights = np.where(self._inside(held.label, months), held.moments[:, _PEOPLE], 0.0)
        counted = np.bincount(held.of, weights=weights, minlength=len(self.values))
        return {name: int(n) for name, n in zip(self.values, counted.tolist(), strict=True) if n}

    def by_value(
        self, months: Collection[str], values: Collection[str] | None = None
    ) -> dict[str, dict[str, Moments]]:
        """The moments of values in some months: value -> stratum -> moments, where anybody answered.

        values: those wanted, None for all
        """
        held, size = self._sums, max(1, len(self.strata))
        rows = np.flatnonzero(self._inside(held.label, months))
        at = held.of[rows] * size + held.label[rows] % size
        summed = grouped(held.moments[rows], at, len(self.values) * size)
        found: dict[str, dict[str, Moments]] = {}
        for place in np.flatnonzero(summed[:, 0]).tolist():
            value, stratum = divmod(place, size)
            if values is None or self.values[value] in values:
                told = found.setdefault(self.values[value], {})
                told[self.strata[stratum]] = Moments.of(summed[place].tolist())
        return found

    def parts(self, months: Collection[str], sampled: Mapping[str, int]) -> Parts:
        """The values side by side in some months, with what they share. sampled: all units of each stratum."""
        held, strata = self._sums, sorted(sampled)
        rows = np.flatnonzero(self._inside(held.label, months))
        there, key = distinct(held.of[rows], len(self.values))
        size, number = max(1, len(there)), {name: place for place, name in enumerate(strata)}
        place = np.array([number.get(name, -1) for name in self.strata], dtype=np.intp)
        stratum = place[held.label[rows] % max(1, len(self.strata))]
        entries, row = distinct(stratum * size + key, len(strata) * size)
        at = np.full(len(self.values), -1, dtype=np.intp)
        at[there] = np.arange(len(there))
        pairs = self._shared(months, place, at, size)
        return Parts(
            tuple(self.values[number] for number in there.tolist()),
            *np.divmod(entries, size),
            grouped(held.moments[rows], row, len(entries)),
            pairs.stratum,
            pairs.first,
            pairs.second,
            pairs.crosses,
            np.array([sampled[name] for name in strata], dtype=np.intp),
        )

    def _shared(self, months: Collection[str], stratum: Codes, key: Codes, size: int) -> Pairs:
        """What values share in some months. stratum, key: the number of each stratum and value in the result"""
        pairs = self._pairs
        rows = np.flatnonzero(self._inside(pairs.stratum, months))
        of, first, second = stratum[pairs.stratum[rows] % max(1, len(self.strata))], pairs.first, pairs.second
        found, row = distinct(
            (of * size + key[first[rows]]) * size + key[second[rows]],
            max(1, int(stratum.max(initial=0)) + 1) * size * size,
        )
        rest, b = np.divmod(found, size)
        label, a = np.divmod(rest, size)
        return Pairs(label, a, b, grouped(pairs.crosses[rows], row, len(found)))

    def period_of(self, periods: Sequence[Collection[str]]) -> Codes:
        """The number of the period (its months) that each unit lies in, -1 for none: (U,)."""
        found = np.full(len(self.label), -1, dtype=np.intp)
        for number, months in enumerate(periods):
            found[self._inside(self.label, months)] = number
        return found

    def _inside(self, label: Codes, months: Collection[str]) -> NDArray[np.bool_]:
        wanted = np.array([month in months for month in self.months], dtype=bool)
        return np.repeat(wanted, len(self.strata))[label]


def distinct(numbers: Codes, bound: int) -> tuple[Codes, Codes]:
    """The distinct ones of numbers below a bound, in order, and the place of each number among them.

    As `np.unique`, without sorting where the bound is not far above how many there are.
    """
    if bound > SPARSE * len(numbers):
        found, place = np.unique(numbers, return_inverse=True)
        return found, place
    there = np.zeros(bound, dtype=bool)
    there[numbers] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]
