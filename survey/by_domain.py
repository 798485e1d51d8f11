"""The shares of very many domains from very many people, in one pass over plain arrays.

    found = shares(steps, agency, weights=w, strata=region, psu=village, satisfied_from=4)
    found["tax"]                                     # -> stats.Estimate, the same as of `of_arrays`

Whole numbers as labels are counted as they are; any others are numbered first, which takes longer
than all the rest. Rows are read in blocks that fit a processor's cache, so memory hardly grows with
them. For a single domain, means, second stages and covariances there are `stats` and `comparison`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts import Moments, Stratum
from survey.counts.arrays import codes_of, column, populations_of, positive_weights
from survey.intervals import Interval
from survey.stats import Estimate, of_arrays, share

Column = NDArray[Any]

#: rows that are read at once
_BLOCK = 1 << 17

#: whole numbers are codes as they are, up to this span and one for every fourth row
_SPAN = 1 << 20


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Labels as whole numbers from 0. names: of each number, also of those that no row has."""

    codes: Column
    names: list[Hashable]

    @property
    def span(self) -> int:
        return len(self.names)


def shares(
    values: ArrayLike,
    domain: ArrayLike,
    *,
    satisfied_from: float | None = None,
    level: float = 0.95,
    interval: Interval = "wilson",
    median_deff: float = 1.0,
    **drawn: ArrayLike | None,
) -> dict[Hashable, Estimate]:
    """The share of satisfied answers of every domain: `stats.share` for each label.

    values: (N,) steps with `satisfied_from`, or 0/1; NaN is missing · domain: (N,) the row's label
    drawn: weights, strata, psu and population, as in `stats.of_arrays`, with its errors.
    """
    told: dict[str, Any] = {"level": level, "interval": interval, "median_deff": median_deff}
    x = np.asarray(values)
    x = column(values, x.size, None if x.dtype.kind in "iub" else float)
    where = column(domain, len(x), name="domain")
    if drawn.get("psu") is not None and drawn.keys() <= {"weights", "strata", "psu", "population"}:
        found = _together(x, _numbered(where, "domain"), satisfied_from, domain, drawn)
        if found is not None:
            return {label: share(strata, **told) for label, strata in found.items()}
    return {
        label: share(of_arrays(x, domain=where == label, satisfied_from=satisfied_from, **drawn), **told)
        for label in np.unique(where).tolist()
    }


def _together(
    x: Column, domain: _Numbered, satisfied_from: float | None, given: ArrayLike, drawn: Mapping[str, Any]
) -> dict[Hashable, list[Stratum]] | None:
    """Each domain's strata; None where a unit holds people of several domains."""
    size = len(x)
    strata, population = drawn.get("strata"), drawn.get("population")
    unit = _numbered(column(drawn["psu"], size, name="psu"), "psu")
    if strata is None:
        stratum = _Numbered(np.zeros(size, np.int8), [0])
    elif strata is given or np.array_equal(strata, given):
        stratum = domain
    else:
        stratum = _numbered(column(strata, size, name="strata"), "strata")
    weights = None if drawn.get("weights") is None else column(drawn["weights"], size, float, name="weights")
    found = _summed(x, weights, satisfied_from, _Cells(unit, stratum, domain))
    if found is None:
        return None
    sums, of_domain, in_stratum = found
    if weights is not None and not (np.isfinite(sums[2]).all() and weights.min(initial=1.0) > 0):
        positive_weights(weights, size)
    sampled = np.bincount(in_stratum[sums[0] > 0], minlength=stratum.span)
    sizes = _populations(population, stratum, size, sampled)
    return {domain.names[one]: strata for one, strata in _strata(sums, of_domain, in_stratum, sampled, sizes)}


@dataclass(frozen=True, slots=True)
class _Cells:
    """A cell for each unit: of its label alone, where a label means one unit in all strata, or of both.

    All rows of a cell have one owner: its domain, and with labels alone its stratum and domain, as one number.
    """

    unit: _Numbered
    stratum: _Numbered
    domain: _Numbered
    across: bool = True

    @property
    def number(self) -> int:
        return self.unit.span * (1 if self.across else self.stratum.span)

    def at(self, rows: slice) -> Column:
        """The cell of each row."""
        if self.across or self.stratum.span == 1:
            return self.unit.codes[rows].astype(np.intp)
        return np.multiply(self.stratum.codes[rows], self.unit.span, dtype=np.intp) + self.unit.codes[rows]

    def owner(self, rows: slice) -> Column:
        """The owner of each row."""
        if not self.across or self.stratum is self.domain or self.stratum.span == 1:
            return self.domain.codes[rows]
        first = self.stratum.codes[rows].astype(self.kind, copy=False)
        owners: Column = first * self.kind(self.domain.span) + self.domain.codes[rows]
        return owners

    @property
    def kind(self) -> type[np.signedinteger[Any]]:
        """Of the numbers of owners."""
        return np.int32 if self.stratum.span * self.domain.span < 1 << 31 else np.int64

    @property
    def known(self) -> bool:
        """Whether a cell's place tells its owner."""
        return self.stratum is self.domain and not self.across

    def owners(self) -> Column:
        """The owner of each cell, -1 where only rows tell it."""
        if self.known:
            return np.repeat(np.arange(self.domain.span), self.unit.span)
        return np.full(self.number, -1, self.kind)

    def told(self, owners: Column) -> tuple[Column, Column]:
        """The domain and the stratum of each cell, from its owner."""
        if self.stratum is self.domain:
            return owners, owners
        if not self.across:
            return owners, np.repeat(np.arange(self.stratum.span), self.unit.span)
        return owners % self.domain.span, owners // self.domain.span


def _summed(
    x: Column, weights: Column | None, satisfied_from: float | None, cells: _Cells
) -> tuple[Column, Column, Column] | None:
    """The sums of each cell (4, cells), its domain and its stratum; None where a cell has several owners."""
    first = slice(0, _BLOCK)
    alone = _owned(
        np.full(cells.unit.span, -1, np.int32), cells.unit.codes[first], cells.stratum.codes[first]
    )
    for across in (True, False) if alone else (False,):
        tried = replace(cells, across=across)
        if tried.number > _SPAN + 4 * len(x):
            continue
        sums, owners = np.zeros((4, tried.number)), tried.owners()
        block = max(_BLOCK, tried.number)
        for start in range(0, len(x), block):
            rows = slice(start, start + block)
            at = tried.at(rows)
            if not (tried.known or _owned(owners, at, tried.owner(rows))):
                break
            _add(sums, at, x[rows], None if weights is None else weights[rows], satisfied_from)
        else:
            return sums, *tried.told(owners)
    return None


def _owned(owners: Column, at: Column, by: Column) -> bool:
    """Note by whom cells are owned (-1: nobody yet), and tell whether no cell has got a second owner."""
    before = owners.copy()
    owners[at] = by
    return not ((owners[at] != by).any() or ((owners != before) & (before >= 0)).any())


def _add(sums: Column, at: Column, x: Column, weights: Column | None, satisfied_from: float | None) -> None:
    """Add rows to the sums of their units: rows, people who answered, their weights, those of satisfied."""
    units = sums.shape[1]
    rows = np.bincount(at, minlength=units)
    sums[0] += rows
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        told = ~np.isnan(x)
        if np.isinf(x).any():
            raise ValueError("values: one of the rows is infinite")
        at, x, weights = at[told], x[told], None if weights is None else weights[told]
        rows = np.bincount(at, minlength=units)
    sums[1] += rows
    y = x if satisfied_from is None else x >= satisfied_from
    sums[2] += rows if weights is None else np.bincount(at, weights=weights, minlength=units)
    sums[3] += np.bincount(at, weights=y if weights is None else weights * y, minlength=units)


def _strata(
    sums: Column, of_domain: Column, in_stratum: Column, sampled: Column, sizes: list[float | None]
) -> list[tuple[int, list[Stratum]]]:
    """Each domain with the strata that have its units."""
    there = np.flatnonzero(sums[0])
    _, people, w, y = sums[:, there]
    pairs, group = np.unique(
        of_domain[there].astype(np.int64) * len(sampled) + in_stratum[there], return_inverse=True
    )
    fields = [people > 0, people, people, w, np.zeros(len(there)), y, y, y, w * w, w * y, y * y, w * y, y * y]
    moments = np.stack([np.bincount(group, weights=each, minlength=len(pairs)) for each in fields], axis=1)
    found: defaultdict[int, list[Stratum]] = defaultdict(list)
    for pair, row in zip(pairs.tolist(), moments.tolist(), strict=True):
        one, h = divmod(pair, len(sampled))
        found[one].append(Stratum(Moments.of(row), int(sampled[h]), sizes[h]))
    return list(found.items())


def _populations(
    population: ArrayLike | None, stratum: _Numbered, size: int, sampled: Column
) -> list[float | None]:
    """N_h of each stratum, None also for numbers that no row has."""
    if population is None:
        return [None] * stratum.span
    codes = codes_of(stratum.codes, size)
    known = populations_of(population, codes, sampled[sampled > 0])
    sizes: list[float | None] = [None] * stratum.span
    for number, people in zip(np.flatnonzero(sampled).tolist(), known, strict=True):
        sizes[number] = people
    return sizes


def _numbered(labels: Column, name: str) -> _Numbered:
    """Labels as whole numbers from 0, as they are where they are whole and near each other."""
    if labels.dtype.kind in "iu" and len(labels):
        least, most = int(labels.min()), int(labels.max())
        if most - least <= _SPAN + len(labels) // 4:
            return _Numbered(labels if least == 0 else labels - least, list(range(least, most + 1)))
    codes = codes_of(labels, len(labels), name=name)
    return _Numbered(codes, np.unique(labels).tolist())
