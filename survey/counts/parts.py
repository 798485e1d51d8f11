"""Domains of one family side by side, with what they share: figures of parts, and their covariance.

How to read them (`store.cells.parts` gives `Parts` of the headline index):

    modes = cells.parts(connection, "rating-short", "mode", months)       # or "agency", "agency:03646/field"
    joint(modes).covariance                      # of the shares of all modes, in the order of its keys
    decomposed(stacked({2025: before, 2026: after}), 2025, 2026)           # level and mix of a change

Two domains that share PSUs have shares that vary together. What that takes is the sums of products of
their totals in the PSUs where both have answers (`Cross`), beside the moments of each.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from survey.counts.sums import Moments, Stratum

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
Of = Literal["y", "s"]

#: places of the fields of `Moments`, and of those of `Cross`
_PSUS, _PEOPLE, _W, _WW = 0, 1, 3, 8
_FIRST = {"y": 5, "s": 6}
_PRODUCTS = {"y": (9, 10), "s": (11, 12)}


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """The moments of K domains of one measure in H strata, and the cross moments of pairs of them.

    stratum, key: (E,) numbers of each entry, each pair once · moments: (E, 13) the fields of `Moments`
    in_stratum, first, second: (C,) numbers of each pair's stratum and keys; a pair that shares no PSU has
    no entry · crosses: (C, 5) the fields of `Cross` · sampled: (H,) n_h, all PSUs of each stratum
    """

    keys: tuple[Hashable, ...]
    stratum: Codes
    key: Codes
    moments: Array
    in_stratum: Codes
    first: Codes
    second: Codes
    crosses: Array
    sampled: Codes

    def strata(self, key: Hashable) -> tuple[Stratum, ...]:
        """The strata in which a domain has answers, for `survey.stats.share` and `mean`; () for none."""
        if key not in self.keys:
            return ()
        mine = np.flatnonzero((self.key == self.keys.index(key)) & (self.moments[:, _PSUS] > 0))
        rows = zip(self.moments[mine].tolist(), self.sampled[self.stratum[mine]].tolist(), strict=True)
        return tuple(Stratum(Moments.of(row), n) for row, n in rows)

    @property
    def people(self) -> Array:
        """People of each domain: (K,)."""
        return self._added(_PEOPLE)

    @property
    def weight(self) -> Array:
        """The sum of weights of each domain's answers: (K,)."""
        return self._added(_W)

    def amount(self, of: Of) -> Array:
        """The weighted sum of each domain's satisfied answers ("y") or values ("s"): (K,)."""
        return self._added(_FIRST[of])

    def _added(self, place: int) -> Array:
        values = self.moments[:, place]
        return np.asarray(np.bincount(self.key, weights=values, minlength=len(self.keys)), dtype=float)

    def df(self, keys: Iterable[Hashable]) -> int:
        """Degrees of freedom of domains together: PSUs with an answer to any, minus strata with one.

        Exact for one and two domains. PSUs that three or more share are not told: then it is the fewest
        that there can be.
        """
        meant = set(keys)
        inside = np.array([key in meant for key in self.keys], dtype=bool)
        mine = inside[self.key]
        size = len(self.sampled)
        psus = np.where(mine, self.moments[:, _PSUS], 0.0)
        each = np.bincount(self.stratum, weights=psus, minlength=size)
        both = np.where(inside[self.first] & inside[self.second], self.crosses[:, 0], 0.0)
        shared = np.bincount(self.in_stratum, weights=both, minlength=size)
        most = np.zeros(size)
        np.maximum.at(most, self.stratum, psus)
        units = np.maximum(most, each - shared)
        return round(float(units.sum())) - int(np.count_nonzero(units))

    def linear_covariance(self, by_amount: Array, by_weight: Array, of: Of) -> tuple[Array, Array]:
        """The design covariance (F, F) of functions of the totals, and what it is a difference of (F,).

        by_amount, by_weight: (K, F) derivatives by the y (or s) and the w of each domain. With the
        linearised totals z: sum_h n_h / (n_h - 1) [sum over PSUs of z z' - z_h z_h' / n_h], where the
        sum of z z' follows from the moments of each domain and the cross moments of pairs.
        Raises ValueError for "s" where domains share PSUs: no cross moments are kept of values.
        """
        if of == "s" and len(self.crosses):
            raise ValueError("no cross moments are kept of values")
        factor = np.where(self.sampled > 1, self.sampled / np.maximum(self.sampled - 1, 1), 1.0)
        covariance = self._products(by_amount, by_weight, of, factor)
        a, b, m = by_amount[self.key], by_weight[self.key], self.moments
        z = np.zeros((len(self.sampled), by_amount.shape[1]))
        np.add.at(z, self.stratum, a * m[:, _FIRST[of], None] + b * m[:, _W, None])
        centre = np.where(self.sampled > 1, factor / np.maximum(self.sampled, 1), 0.0)
        covariance -= (z * centre[:, None]).T @ z
        sizes = np.diag(self._products(abs(by_amount), abs(by_weight), of, factor))
        return covariance, sizes

    def _products(self, by_amount: Array, by_weight: Array, of: Of, factor: Array) -> Array:
        """The sum over PSUs of the functions' linearised totals with each other, times the factors."""
        m, scale = self.moments, factor[self.stratum]
        cross, square = _PRODUCTS[of]
        a, b = by_amount[self.key], by_weight[self.key]
        yy, wy, ww = (
            _scaled(m[:, place] * scale, b_or_a) for place, b_or_a in ((square, a), (cross, b), (_WW, b))
        )
        mixed = a.T @ wy
        total = a.T @ yy + mixed + mixed.T + b.T @ ww
        c, scale = self.crosses, factor[self.in_stratum]
        a1, b1, a2, b2 = (d[keys] for keys in (self.first, self.second) for d in (by_amount, by_weight))
        between = (
            a1.T @ _scaled(c[:, 4] * scale, a2)
            + a1.T @ _scaled(c[:, 3] * scale, b2)
            + b1.T @ _scaled(c[:, 2] * scale, a2)
            + b1.T @ _scaled(c[:, 1] * scale, b2)
        )
        result: Array = total + between + between.T
        return result


def _scaled(scale: Array, rows: Array) -> Array:
    return scale[:, None] * rows


def stacked(periods: Mapping[Hashable, Parts]) -> Parts:
    """Parts of several periods as one, with keys (domain, period).

    The periods share no PSU, as those of a continuous wave: each has its own strata.
    """
    keys = tuple((key, period) for period, parts in periods.items() for key in parts.keys)
    some = list(periods.values())
    at_key = np.cumsum([0, *(len(parts.keys) for parts in some)])
    at_stratum = np.cumsum([0, *(len(parts.sampled) for parts in some)])

    def moved(name: str, by: Codes) -> Codes:
        return np.concatenate([getattr(p, name) + start for p, start in zip(some, by, strict=False)])

    return Parts(
        keys,
        moved("stratum", at_stratum),
        moved("key", at_key),
        np.concatenate([parts.moments for parts in some]),
        moved("in_stratum", at_stratum),
        moved("first", at_key),
        moved("second", at_key),
        np.concatenate([parts.crosses for parts in some]),
        np.concatenate([parts.sampled for parts in some]),
    )
