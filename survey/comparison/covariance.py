"""Many domains, periods or measures of one sample at once, with the covariance of their estimates.

    design = Design(weights=w, strata=stratum, psu=village)
    totals = totals_of(steps, agency, year, design=design, satisfied_from=4)
    joint(totals).covariance        # of the shares of all (agency, year), in the order of .keys

Two figures of one sample share sampling units, so neither knows its error alone: the covariance comes
from the units in which both have answers. Only the totals of each unit are needed, or the sums of their
products: `survey.counts.Parts`, what is kept of domains of one family, takes the place of `Totals`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts import Cell, Moments, Parts, Stratum
from survey.counts.arrays import answers_of, codes_of, column, populations_of, positive_weights, units_of
from survey.counts.fold import grouped
from survey.counts.moving import moments
from survey.errors import PopulationBelowSample

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
Of = Literal["y", "s"]

#: places of the fields of a `Cell` in a row of sums
_PEOPLE, _ANSWERS, _W = 0, 1, 2
_FIELD = {"y": 4, "s": 5}

#: a variance below this part of the sum that it is the difference of is rounding, not variation
_ROUNDING = 1e-13

#: functions that every PSU gets a place for; of more, most PSUs hold few
_FEW = 8

#: pairs of entries that are multiplied in one go: what bounds the memory
_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Design:
    """How a sample was drawn, a value for each row; what is None is not known or was not done.

    psu: within its stratum; None: each row · population: PSUs of the row's stratum in the population
    second: the second stage's unit within its PSU; None: each row · second_population: second-stage
    units of the row's PSU in the population; without it the PSUs alone carry the variance
    """

    weights: ArrayLike | None = None
    strata: ArrayLike | None = None
    psu: ArrayLike | None = None
    population: ArrayLike | None = None
    second: ArrayLike | None = None
    second_population: ArrayLike | None = None


class UnitCell(NamedTuple):
    """What one PSU adds to one key (a domain, or a domain and a period)."""

    stratum: Hashable
    psu: Hashable
    key: Hashable
    cell: Cell


@dataclass(frozen=True, eq=False, slots=True)
class Totals:
    """The cells of K keys in the U sampled PSUs of H strata; E of them are not empty.

    unit, key: (E,) numbers of PSU and key · sums: (E, 7) the fields of `Cell`
    stratum: (U,) number of each PSU's stratum · sampled: (H,) n_h, also PSUs without any cell
    population: (H,) N_h or None · within: the second stage, whose strata are the PSUs
    """

    keys: tuple[Hashable, ...]
    unit: Codes
    key: Codes
    sums: Array
    stratum: Codes
    sampled: Codes
    population: tuple[float | None, ...]
    within: Totals | None = None

    def strata(self, key: Hashable) -> tuple[Stratum, ...]:
        """The strata in which a key has cells, for `survey.stats.share` and `mean`; () for none."""
        found = _strata(self, self.keys.index(key)) if key in self.keys else []
        return tuple(stratum for stratum in found if stratum.moments.psus)

    @property
    def people(self) -> Array:
        """People of each key: (K,)."""
        return grouped(self.sums[:, _PEOPLE], self.key, len(self.keys))

    @property
    def weight(self) -> Array:
        """The sum of weights of each key's answers: (K,)."""
        return grouped(self.sums[:, _W], self.key, len(self.keys))

    def amount(self, of: Of) -> Array:
        """The weighted sum of each key's satisfied answers ("y") or values ("s"): (K,)."""
        return grouped(self.sums[:, _FIELD[of]], self.key, len(self.keys))

    def fractions(self) -> Array:
        """f_h = n_h / N_h, 0 where N_h is not known; raises PopulationBelowSample above 1."""
        for sampled, population in zip(self.sampled.tolist(), self.population, strict=True):
            if population is not None and population < sampled:
                raise PopulationBelowSample(sampled=sampled, population=population)
        size = np.array([np.inf if known is None else known for known in self.population], dtype=float)
        return np.asarray(self.sampled / size, dtype=float)

    def linear_covariance(self, by_amount: Array, by_weight: Array, of: Of) -> tuple[Array, Array]:
        """See the function of the name: covariance (F, F), and what it is a difference of (F,)."""
        return _stage(self, (by_amount, by_weight), _FIELD[of], np.ones(len(self.sampled)))

    def df(self, keys: Iterable[Hashable]) -> int:
        """Degrees of freedom of keys together: PSUs with an answer to any, minus strata with one."""
        meant = set(keys)
        numbers = [number for number, key in enumerate(self.keys) if key in meant]
        units = np.unique(self.unit[np.isin(self.key, numbers) & (self.sums[:, _ANSWERS] > 0)])
        return len(units) - len(np.unique(self.stratum[units]))


@dataclass(frozen=True, eq=False, slots=True)
class Joint:
    """The estimates of all keys that have answers, with their design covariance.

    keys: D of them · value: (D,) · covariance: (D, D); a row of zeros where nothing varies
    n: (D,) people · totals: what they were computed from
    """

    keys: tuple[Hashable, ...]
    value: Array
    covariance: Array
    n: Codes
    totals: Totals | Parts = field(repr=False)

    def coefficients(self, of: Mapping[Hashable, float]) -> Array | None:
        """A contrast as a vector (D,); None where one of its keys has no answers."""
        places = {key: number for number, key in enumerate(self.keys)}
        if not of.keys() <= places.keys():
            return None
        vector = np.zeros(len(self.keys))
        for key, coefficient in of.items():
            vector[places[key]] = coefficient
        return vector


def _strata(totals: Totals, key: int) -> list[Stratum]:
    """All H strata of one key, each with its PSUs as strata where there is a second stage."""
    mine = np.flatnonzero(totals.key == key)
    of = totals.stratum[totals.unit[mine]]
    summed = grouped(moments(totals.sums[mine]), of, len(totals.sampled))
    inside: list[list[Stratum]] = [[] for _ in totals.sampled]
    for unit, stratum in enumerate(_strata(totals.within, key) if totals.within else ()):
        inside[totals.stratum[unit]].append(stratum)
    rows = zip(summed.tolist(), totals.sampled.tolist(), strict=True)
    return [
        Stratum(Moments.of(row), n, size, tuple(psus))
        for (row, n), size, psus in zip(rows, totals.population, inside, strict=True)
    ]


# From arrays and from cells.


def totals_of(
    values: ArrayLike,
    *labels: ArrayLike,
    design: Design | None = None,
    base: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    satisfied_from: float | None = None,
) -> Totals:
    """The totals of plain arrays, a row per person (and period, and measure); NaN values are missing.

    labels: of each row; the keys are the labels, or the tuples of several. For several measures stack
    their rows and give the measure as a label. Others as in `survey.stats.of_arrays`, with its errors.
    """
    design = design or Design()
    held, satisfied, steps, squares = answers_of(values, base, satisfied_from)
    size = len(held)
    w = positive_weights(design.weights, size)
    meant = np.ones(size, bool) if domain is None else column(domain, size, bool, name="domain")
    keys, key = _keys(labels, size)
    fields = [np.ones(size), held, w * held, w * w * held, w * satisfied, w * steps, w * squares]
    rows = _Rows(keys, key, np.stack(fields, axis=1), meant & (held > 0))
    in_stratum, in_unit, stratum = units_of(design.strata, design.psu, size)
    within = _second_stage(rows, design, in_unit)
    sampled = np.bincount(stratum)
    return rows.totals(
        in_unit, stratum, sampled, populations_of(design.population, in_stratum, sampled), within
    )


def totals_of_cells(
    cells: Iterable[UnitCell],
    sampled: Mapping[Hashable, int],
    population: Mapping[Hashable, float | None] | None = None,
) -> Totals:
    """The totals of kept cells. sampled: all PSUs of each stratum, also those without any cell here.

    Raises KeyError for a cell of a stratum that is not in `sampled`.
    """
    strata = {stratum: number for number, stratum in enumerate(sampled)}
    units: dict[tuple[Hashable, Hashable], int] = {}
    keys: dict[Hashable, int] = {}
    entries: dict[tuple[int, int], Cell] = {}
    for stratum, psu, key, cell in cells:
        unit = units.setdefault((stratum, psu), len(units))
        entry = (unit, keys.setdefault(key, len(keys)))
        entries[entry] = entries.get(entry, Cell()) + cell
    at = np.array(list(entries), dtype=np.intp).reshape(-1, 2)
    return Totals(
        tuple(keys),
        at[:, 0],
        at[:, 1],
        np.array([astuple(cell) for cell in entries.values()], dtype=float).reshape(-1, 7),
        np.array([strata[stratum] for stratum, _ in units], dtype=np.intp),
        np.array(list(sampled.values()), dtype=np.intp),
        tuple((population or {}).get(stratum) for stratum in sampled),
    )


class _Rows(NamedTuple):
    """Rows of people: the number of each one's key, its cell, and whether it is meant."""

    keys: tuple[Hashable, ...]
    key: Codes
    cells: Array
    inside: NDArray[np.bool_]

    def totals(
        self,
        in_unit: Codes,
        stratum: Codes,
        sampled: Codes,
        population: Sequence[float | None],
        within: Totals | None = None,
    ) -> Totals:
        pairs = in_unit[self.inside] * max(1, len(self.keys)) + self.key[self.inside]
        found, entry = np.unique(pairs, return_inverse=True)
        unit, key = np.divmod(found, max(1, len(self.keys)))
        sums = grouped(self.cells[self.inside], entry, len(found))
        return Totals(self.keys, unit, key, sums, stratum, sampled, tuple(population), within)


def _second_stage(rows: _Rows, design: Design, in_unit: Codes) -> Totals | None:
    if design.second_population is None:
        return None
    _, in_second, unit = units_of(in_unit, design.second, len(in_unit))
    sampled = np.bincount(unit)
    return rows.totals(in_second, unit, sampled, populations_of(design.second_population, in_unit, sampled))


def _keys(labels: tuple[ArrayLike, ...], size: int) -> tuple[tuple[Hashable, ...], Codes]:
    """The distinct labels, or tuples of labels, in order; and the number of each row's."""
    columns = [column(label, size, name="label") for label in labels]
    if not columns:
        raise ValueError("rows have no label")
    codes = np.stack([codes_of(label, size) for label in columns])
    _, first, number = np.unique(codes, axis=1, return_index=True, return_inverse=True)
    found = [label[first].tolist() for label in columns]
    keys = found[0] if len(found) == 1 else zip(*found, strict=True)
    return tuple(keys), number.reshape(-1)


# Covariance.


def joint(totals: Totals | Parts, *, of: Of = "y") -> Joint:
    """The ratios sum(y) / sum(w) of all keys (or sum(s) / sum(w): means), with their covariance."""
    weight, amount = totals.weight, totals.amount(of)
    kept = np.flatnonzero(weight > 0)
    value = amount[kept] / weight[kept]
    by_amount = np.zeros((len(weight), len(kept)))
    by_amount[kept, np.arange(len(kept))] = 1 / weight[kept]
    covariance = linear_covariance(totals, by_amount, -by_amount * value, of=of)
    n = np.rint(totals.people[kept]).astype(np.intp)
    return Joint(tuple(totals.keys[number] for number in kept), value, covariance, n, totals)


class Linear(Protocol):
    """Totals of which functions can be taken: `Totals`, `Parts`, or either with keys taken together."""

    def linear_covariance(self, by_amount: Array, by_weight: Array, of: Of) -> tuple[Array, Array]: ...


def linear_covariance(totals: Linear, by_amount: ArrayLike, by_weight: ArrayLike, *, of: Of = "y") -> Array:
    """The design covariance (F, F) of F smooth functions of the totals of all keys, by linearisation.

    by_amount, by_weight: (K, F) derivatives by the y (or s) and the w of each key. The functions are
    of degree 0: ratios, shares, differences, which stay when every weight is multiplied.
    With u_c = sum over keys of (derivative times total) in PSU c, as in
    `survey.stats.linearised_variance`: sum_h (1 - f_h) n_h / (n_h - 1) [sum u_c u_c' - U_h U_h' / n_h],
    plus f_h times the second stage. Source: Binder 1983; Särndal, Swensson & Wretman 1992.
    """
    derivatives = (np.asarray(by_amount, dtype=float), np.asarray(by_weight, dtype=float))
    covariance, scale = totals.linear_covariance(*derivatives, of)
    nothing = np.diag(covariance) <= _ROUNDING * scale
    covariance[nothing, :] = 0.0
    covariance[:, nothing] = 0.0
    return (covariance + covariance.T) / 2


def _stage(totals: Totals, derivatives: tuple[Array, Array], place: int, share: Array) -> tuple[Array, Array]:
    """Covariance (F, F) and its rounding scale (F,). share: (H,) what the stage above multiplies with."""
    fraction = totals.fractions()
    factor = share * (1 - fraction)
    several = totals.sampled > 1
    factor[several] *= totals.sampled[several] / (totals.sampled[several] - 1)
    centre = np.where(several, factor / np.maximum(totals.sampled, 1), 0.0)
    of_stage = _of_few if derivatives[0].shape[1] <= _FEW else _of_many
    covariance, scale = of_stage(totals, derivatives, place, factor, centre)
    if totals.within is not None:
        inner = _stage(totals.within, derivatives, place, (share * fraction)[totals.stratum])
        covariance, scale = covariance + inner[0], scale + inner[1]
    return covariance, scale


def _of_few(
    totals: Totals, derivatives: tuple[Array, Array], place: int, factor: Array, centre: Array
) -> tuple[Array, Array]:
    """Of one stage, by all PSUs. factor, centre: (H,) of the PSUs' squares, and of the strata's"""
    by_amount, by_weight = (each[totals.key] for each in derivatives)
    amount, weight = totals.sums[:, place, None] * by_amount, totals.sums[:, _W, None] * by_weight
    u, sizes = (
        grouped(values, totals.unit, len(totals.stratum))
        for values in (amount + weight, abs(amount) + abs(weight))
    )
    strata = grouped(u, totals.stratum, len(factor))
    scaled = factor[totals.stratum, None]
    return u.T @ (scaled * u) - strata.T @ (centre[:, None] * strata), (scaled * sizes**2).sum(axis=0)


def _of_many(
    totals: Totals, derivatives: tuple[Array, Array], place: int, factor: Array, centre: Array
) -> tuple[Array, Array]:
    """The same by the pairs of PSU and function that are not 0."""
    functions = derivatives[0].shape[1]
    u, sizes = _linearised(totals, derivatives, place)
    covariance = _crossed(u, factor[totals.stratum], functions)
    covariance -= _crossed(_merged(totals.stratum[u.row], u.function, u.value), centre, functions)
    weighted = factor[totals.stratum[sizes.row]] * sizes.value**2
    return covariance, grouped(weighted, sizes.function, functions)


class _Entries(NamedTuple):
    """A sparse matrix, ordered by row: PSU (or stratum) and function, each pair once."""

    row: Codes
    function: Codes
    value: Array


def _linearised(totals: Totals, derivatives: tuple[Array, Array], place: int) -> tuple[_Entries, _Entries]:
    """The linearised functions in each PSU; and the same sums of sizes, before anything cancels."""
    by_amount, by_weight = derivatives
    depends, function = np.nonzero((by_amount != 0) | (by_weight != 0))
    counts = np.bincount(depends, minlength=len(totals.keys))
    entry, link = _ranges((np.cumsum(counts) - counts)[totals.key], counts[totals.key])
    key = totals.key[entry]
    amount = totals.sums[entry, place] * by_amount[key, function[link]]
    weight = totals.sums[entry, _W] * by_weight[key, function[link]]
    at = (totals.unit[entry], function[link])
    return _merged(*at, amount + weight), _merged(*at, abs(amount) + abs(weight))


def _merged(row: Codes, function: Codes, value: Array) -> _Entries:
    width = int(function.max(initial=0)) + 1
    found, place = np.unique(row * width + function, return_inverse=True)
    return _Entries(*np.divmod(found, width), grouped(value, place, len(found)))


def _crossed(entries: _Entries, factor: Array, functions: int) -> Array:
    """The sum over rows of factor u u', (F, F), from the pairs of entries that share a row."""
    row, function, value = entries
    counts = np.bincount(row, minlength=len(factor))
    starts = np.cumsum(counts) - counts
    crossed = np.zeros(functions * functions)
    blocks = np.cumsum(counts[row]) // _PAIRS_AT_ONCE
    for part in np.split(np.arange(len(row)), np.flatnonzero(np.diff(blocks)) + 1):
        left, right = _ranges(starts[row[part]], counts[row[part]])
        left = part[left]
        products = factor[row[left]] * value[left] * value[right]
        crossed += grouped(products, function[left] * functions + function[right], len(crossed))
    return crossed.reshape(functions, functions)


def _ranges(starts: Codes, counts: Codes) -> tuple[Codes, Codes]:
    """Of ranges from `starts` on, one after another: the number of the range, and the places in it."""
    of = np.repeat(np.arange(len(counts)), counts)
    return of, np.arange(len(of)) - (np.cumsum(counts) - counts)[of] + starts[of]
