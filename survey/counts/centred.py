"""Sums over strata that give the same figure as the strata themselves, and tell of none of them.

The variance of a share needs of each stratum n / (n - 1) [sum of products - product of sums / n]. Such
centred products add up over strata, so that one row stands for all of them: value, variance and degrees
of freedom follow from it, and what a single stratum (often one agency's counter) adds does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from survey.counts.parts import Parts
from survey.counts.sums import Moments, Stratum

Array = NDArray[np.float64]

#: centred products below this part of the products themselves are rounding
_ROUNDING = 1e-12

#: places of w and y in `Moments`, and of ww, wy and yy
_W, _Y = 3, 5
_OWN = (8, 9, 10)

#: pairs of sums whose products `Moments` hold, in the order of its fields
_PAIRS = (("w", "w"), ("w", "y"), ("y", "y"), ("w", "s"), ("s", "s"))


def centred(strata: Iterable[Stratum]) -> Stratum:
    """The strata as one whose products are centred already: it is computed with as a single unit is."""
    found = [stratum for stratum in strata if stratum.moments.psus]
    sums = sum((stratum.moments for stratum in found), Moments())
    products = [_added(found, *pair) for pair in _PAIRS]
    plain = (sums.psus, sums.people, sums.answers, sums.w, sums.w2, sums.y, sums.s, sums.q)
    return Stratum(Moments(*plain, *products), sampled=1, strata=len(found))


def _added(strata: Iterable[Stratum], one: str, other: str) -> float:
    """A centred product, summed over strata."""
    total = scale = 0.0
    for stratum in strata:
        n, moments = stratum.sampled, stratum.moments
        product = getattr(moments, one + other)
        between = getattr(moments, one) * getattr(moments, other)
        total += (product - between / n) * n / (n - 1) if n > 1 else product
        scale += abs(product)
    return total if abs(total) > _ROUNDING * scale else 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """What two domains share, centred and summed over strata. df: degrees of freedom of both together.

    ww: of w and w · wy: of the first's w and the second's y · yw: the other way · yy: of y and y
    """

    ww: float
    wy: float
    yw: float
    yy: float
    df: int


def pairs(parts: Parts, keys: Iterable[str]) -> Mapping[tuple[str, str], Pair]:
    """Every pair of these domains, in their order."""
    places = {key: parts.keys.index(key) for key in keys if key in parts.keys}
    sums = _between(parts)
    return {
        (one, other): Pair(*_of(sums, places[one], places[other]), parts.df((one, other)))
        for one, other in combinations(places, 2)
    }


def grouped(parts: Parts, group_of: NDArray[np.intp]) -> Array:
    """Sums of groups of domains, as if each were one domain: (3, G, G) of w with w, w with y, y with y.

    group_of: (K,) number of each key's group. Centred and summed over strata; a group with itself on the diagonal.
    """
    factor, centre = _factors(parts)
    one, other = group_of[parts.first], group_of[parts.second]
    own, of, c = group_of[parts.key], parts.moments, parts.crosses
    size = int(group_of.max(initial=-1)) + 1
    sums = np.zeros((3, size, size))
    products = ((c[:, 1], c[:, 1]), (c[:, 2], c[:, 3]), (c[:, 4], c[:, 4]))
    for found, (there, back), place in zip(sums, products, _OWN, strict=True):
        np.add.at(found, (one, other), there * factor[parts.in_stratum])
        np.add.at(found, (other, one), back * factor[parts.in_stratum])
        np.add.at(found, (own, own), of[:, place] * factor[parts.stratum])
    totals = np.zeros((2, len(parts.sampled), size))
    for found, place in zip(totals, (_W, _Y), strict=True):
        np.add.at(found, (parts.stratum, own), of[:, place])
    w, y = totals
    for number, (a, b) in enumerate(((w, w), (w, y), (y, y))):
        sums[number] -= (a * centre[:, None]).T @ b
    return sums


def _factors(parts: Parts) -> tuple[Array, Array]:
    """Of each stratum n / (n - 1), and that over n; 1 and 0 of strata with one unit."""
    many = parts.sampled > 1
    factor = np.where(many, parts.sampled / np.maximum(parts.sampled - 1, 1), 1.0)
    return factor, np.where(many, factor / np.maximum(parts.sampled, 1), 0.0)


def _between(parts: Parts) -> Array:
    """What each pair of domains shares, the one with the lower number first: (4, K, K)."""
    factor, centre = _factors(parts)
    shape = (len(parts.sampled), len(parts.keys))
    w, y = np.zeros(shape), np.zeros(shape)
    w[parts.stratum, parts.key], y[parts.stratum, parts.key] = parts.moments[:, _W], parts.moments[:, _Y]
    sums = np.zeros((4, len(parts.keys), len(parts.keys)))
    crosses = parts.crosses[:, 1:] * factor[parts.in_stratum, None]
    for number in range(4):
        np.add.at(sums[number], (parts.first, parts.second), crosses[:, number])
    for number, (a, b) in enumerate(((w, w), (w, y), (y, w), (y, y))):
        sums[number] -= (a * centre[:, None]).T @ b
    return sums


def _of(sums: Array, first: int, second: int) -> tuple[float, float, float, float]:
    """The four sums of a pair; they are kept with the lower place first."""
    if first < second:
        ww, wy, yw, yy = sums[:, first, second].tolist()
        return ww, wy, yw, yy
    ww, wy, yw, yy = sums[:, second, first].tolist()
    return ww, yw, wy, yy


@dataclass(frozen=True, eq=False)
class Centred(Parts):
    """Parts made of centred sums: one stratum stands for all. degrees: of pairs of keys."""

    degrees: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def df(self, keys: Iterable[object]) -> int:
        return self.degrees[tuple(sorted(str(key) for key in keys))]


def together(rows: Mapping[str, Stratum], shared: Mapping[tuple[str, str], Pair]) -> Centred:
    """Domains side by side from centred sums: their covariance is that of the strata themselves."""
    keys = tuple(sorted(rows))
    place = {key: number for number, key in enumerate(keys)}
    moments = np.array([_fields(rows[key].moments) for key in keys], dtype=float).reshape(len(keys), 13)
    known = [(one, other, pair) for (one, other), pair in shared.items() if one in place and other in place]
    turned = [
        (place[one], place[other], pair.ww, pair.wy, pair.yw, pair.yy)
        if place[one] < place[other]
        else (place[other], place[one], pair.ww, pair.yw, pair.wy, pair.yy)
        for one, other, pair in known
    ]
    table = np.array(turned, dtype=float).reshape(len(turned), 6)
    crosses = np.concatenate([np.zeros((len(turned), 1)), table[:, 2:]], axis=1)
    none = np.zeros(len(turned), dtype=np.intp)
    return Centred(
        keys,
        np.zeros(len(keys), dtype=np.intp),
        np.arange(len(keys)),
        moments,
        none,
        table[:, 0].astype(np.intp),
        table[:, 1].astype(np.intp),
        crosses,
        np.ones(1, dtype=np.intp),
        {tuple(sorted((one, other))): pair.df for one, other, pair in known},
    )


def _fields(moments: Moments) -> list[float]:
    return [getattr(moments, name) for name in Moments.__dataclass_fields__]
