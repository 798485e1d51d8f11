"""How moments and cross moments move when cells grow.

A unit's part of its stratum's moments is made of products of its sums: what it was is taken away, what
it is is added. Shapes: E cells, M measures, 7 fields of a `Cell`, 13 of `Moments`, 5 of `Cross`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from survey.counts.domains import SLOTS, WHOLE, Profile, crossed, numbered, slotted
from survey.counts.fold import PsuKey, grouped

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

MOMENT_FIELDS = 13
CROSS_FIELDS = 5

#: places of the fields of a `Cell`
_ANSWERS, _W, _Y, _S = 1, 2, 4, 5


class FamilyKey(NamedTuple):
    """Whose moments: all domains of one family in one stratum and month."""

    wave: str
    month: str
    stratum: str
    family: str


class Grown(NamedTuple):
    """Cells before and after: unit, profile: (E,) numbers · old, new: (E, M, 7)."""

    unit: Codes
    profile: Codes
    old: Array
    new: Array


class Moved(NamedTuple):
    """What is added to the moments of families: N rows, one for each key and domain, and C pairs.

    of, domain: (N,) numbers of key and domain · moments: (N, M, 13)
    pair_of, first, second: (C,) numbers of the key and of both domains · crosses: (C, 5)
    """

    keys: tuple[FamilyKey, ...]
    domains: tuple[str, ...]
    of: Codes
    domain: Codes
    moments: Array
    pair_of: Codes
    first: Codes
    second: Codes
    crosses: Array


def moments(sums: Array) -> Array:
    """Cells (..., 7) as units' moments (..., 13), in the order of `Moments`."""
    w, y, s = sums[..., _W], sums[..., _Y], sums[..., _S]
    result = np.empty((*sums.shape[:-1], MOMENT_FIELDS))
    result[..., 0] = sums[..., _ANSWERS] > 0
    result[..., 1:8] = sums
    for place, product in enumerate((w * w, w * y, y * y, w * s, s * s), start=8):
        result[..., place] = product
    return result


def crosses(first: Array, second: Array) -> Array:
    """Two domains' cells in the same units (..., 7) as cross moments (..., 5), in the order of `Cross`."""
    both = (first[..., _ANSWERS] > 0) & (second[..., _ANSWERS] > 0)
    (w, y), (v, x) = ((cell[..., _W], cell[..., _Y]) for cell in (first, second))
    return np.stack([both.astype(float), w * v, w * x, y * v, y * x], axis=-1)


def changes(
    psus: Sequence[PsuKey], profiles: Sequence[Profile], whole: Grown, parts: Grown, index: int
) -> tuple[Moved, Moved]:
    """How the moments change: of the families that carry all measures, and of those with the headline.

    whole: cells of all measures, of bare profiles · parts: of the headline measures, by all that a
    profile holds · index: place in `whole` of the measure that crosses are kept of, which in `parts` is the last
    """
    places, place = numbered([psu[:3] for psu in psus])
    return (
        _moved(_sets(places, place, profiles, whole, WHOLE), index),
        _moved(_sets(places, place, profiles, parts, [slot for slot in SLOTS if slot not in WHOLE]), -1),
    )


class _Sets(NamedTuple):
    """Cells with the places of their units and the domains of their profiles.

    place: (U,) · slots: the number of each profile's domain, -1 for none, by slot
    family: (D,) of all domains
    """

    cells: Grown
    places: tuple[tuple[str, str, str], ...]
    place: Codes
    domains: tuple[str, ...]
    families: tuple[str, ...]
    family: Codes
    slots: dict[str, Codes]


def _sets(
    places: tuple[tuple[str, str, str], ...],
    place: Codes,
    profiles: Sequence[Profile],
    cells: Grown,
    slots: Sequence[str],
) -> _Sets:
    used, profile = np.unique(cells.profile, return_inverse=True)
    some = [profiles[number] for number in used.tolist()]
    domains: list[str] = []
    families: list[str] = []
    family, of = [], {}
    for name in slots:
        slot = slotted(some, SLOTS[name])
        of[name] = np.where(slot.of < 0, -1, slot.of + len(domains))
        family.append(slot.family + len(families))
        domains += slot.domains
        families += slot.families
    cells = cells._replace(profile=profile)
    return _Sets(cells, places, place, tuple(domains), tuple(families), np.concatenate(family), of)


class _Rows(NamedTuple):
    """What domains hold in units, ordered by both: unit, domain: (G,) numbers · old, new: (G, M, 7)."""

    unit: Codes
    domain: Codes
    old: Array
    new: Array


def _by_domain(cells: Grown, domain_of: Codes, domains: int) -> _Rows:
    domain = domain_of[cells.profile]
    there = np.flatnonzero(domain >= 0)
    found, row = np.unique(cells.unit[there] * domains + domain[there], return_inverse=True)
    old, new = (grouped(sums[there], row, len(found)) for sums in (cells.old, cells.new))
    return _Rows(*np.divmod(found, domains), old, new)


def _moved(sets: _Sets, measure: int) -> Moved:
    rows: list[tuple[Codes, Codes, Array]] = []
    pairs: list[tuple[Codes, Codes, Codes, Array]] = []
    for slot, domain_of in sets.slots.items():
        held = _by_domain(sets.cells, domain_of, max(1, len(sets.domains)))
        rows.append(_moments_moved(sets, held))
        if crossed(slot):
            pairs.append(_crosses_moved(sets, held, measure))
    key, domain, sums = (np.concatenate(column) for column in zip(*rows, strict=True))
    found, of = np.unique(key, return_inverse=True)
    pair_key, *others = (np.concatenate(column) for column in zip(*pairs, strict=True))
    names = [divmod(code, len(sets.families)) for code in found.tolist()]
    keys = tuple(FamilyKey._make((*sets.places[place], sets.families[family])) for place, family in names)
    return Moved(keys, sets.domains, of, domain, sums, np.searchsorted(found, pair_key), *others)


def _moments_moved(sets: _Sets, held: _Rows) -> tuple[Codes, Codes, Array]:
    """Key and domain of each row, and the change of its moments."""
    at = sets.place[held.unit] * len(sets.domains) + held.domain
    found, row = np.unique(at, return_inverse=True)
    place, domain = np.divmod(found, len(sets.domains))
    sums = grouped(moments(held.new), row, len(found))
    grown = np.flatnonzero(held.old[:, :, _ANSWERS].any(axis=1))
    if grown.size:
        sums -= grouped(moments(held.old[grown]), row[grown], len(found))
    return place * len(sets.families) + sets.family[domain], domain, sums


def _crosses_moved(sets: _Sets, held: _Rows, measure: int) -> tuple[Codes, Codes, Codes, Array]:
    """Key and both domains of each pair in common units, and the change of its cross moments."""
    block = held.unit * len(sets.families) + sets.family[held.domain]
    order = np.argsort(block, kind="stable")
    first, second = (order[places] for places in pairs_within(block[order]))
    old, new = (crosses(s[first, measure], s[second, measure]) for s in (held.old, held.new))
    there = new[:, 0] > 0
    first, second, size = first[there], second[there], len(sets.domains)
    pair = (sets.place[held.unit[first]] * size + held.domain[first]) * size + held.domain[second]
    found, row = np.unique(pair, return_inverse=True)
    rest, b = np.divmod(found, size)
    place, a = np.divmod(rest, size)
    sums = grouped((new - old)[there], row, len(found))
    return place * len(sets.families) + sets.family[a], a, b, sums


class Pairs(NamedTuple):
    """Pairs of keys in strata, each once. stratum, first, second: (C,) numbers · crosses: (C, 5)"""

    stratum: Codes
    first: Codes
    second: Codes
    crosses: Array


def shared(stratum: Codes, unit: Codes, key: Codes, sums: Array) -> Pairs:
    """What keys share in each stratum, by products of tables of units and keys.

    stratum, unit, key: (G,) numbers of each entry, each unit and key once · sums: (G, 7) of cells
    """
    order = np.argsort(stratum, kind="stable")
    starts = np.flatnonzero(np.diff(stratum[order], prepend=-1))
    if not starts.size:
        return Pairs(stratum, stratum, stratum, np.zeros((0, CROSS_FIELDS)))
    found = [_shared(key[rows], unit[rows], sums[rows]) for rows in np.split(order, starts[1:])]
    names = np.repeat(stratum[order][starts], [len(first) for first, _, _ in found])
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    return Pairs(names, *columns)


def _shared(key: Codes, unit: Codes, sums: Array) -> tuple[Codes, Codes, Array]:
    """The pairs of one stratum: both keys, the lower first, and their cross moments."""
    keys, column = np.unique(key, return_inverse=True)
    units, row = np.unique(unit, return_inverse=True)
    there, w, y = np.zeros((3, len(units), len(keys)))
    there[row, column] = sums[:, _ANSWERS] > 0
    w[row, column], y[row, column] = sums[:, _W], sums[:, _Y]
    both = there.T @ there
    first, second = np.nonzero(np.triu(both, 1))
    products = np.stack([both, w.T @ w, w.T @ y, y.T @ w, y.T @ y], axis=-1)
    return keys[first], keys[second], products[first, second]


def pairs_within(blocks: Codes) -> tuple[Codes, Codes]:
    """Places of all pairs of entries that are of one block, the earlier first; blocks: (E,), in order."""
    starts = np.flatnonzero(np.diff(blocks, prepend=-1))
    edges = np.append(starts, len(blocks))
    ends = np.repeat(edges[1:], np.diff(edges))
    later = ends - np.arange(len(blocks)) - 1
    first = np.repeat(np.arange(len(blocks)), later)
    offset = np.arange(len(first)) - np.repeat(np.cumsum(later) - later, later)
    return first, first + 1 + offset
