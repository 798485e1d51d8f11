"""A change split in two: people are served better (level), or other cases came in (mix).

    totals = totals_of(steps, procedure, year, design=design, satisfied_from=4)
    decomposed(totals, 2025, 2026)             # level + mix = change, exactly
    decomposed(stacked({2025: fields, 2026: fields_then}), 2025, 2026)   # from kept counts

An office that suddenly receives more of the easy procedures looks better without having changed.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.comparison.covariance import Of, Totals, linear_covariance
from survey.counts import Parts

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """What one group adds to the change. before, after: its part of the answers in each period.

    level: by its own change · mix: by its growing or shrinking, against the mean of both periods
    """

    group: Hashable
    before: float
    after: float
    level: float
    mix: float


@dataclass(frozen=True, slots=True)
class Decomposition:
    """change = level + mix = the sum over parts; the errors are None where nothing varies.

    reason: why there is none: "no-answers" (in one of the periods)
    """

    change: float | None = None
    level: float | None = None
    mix: float | None = None
    level_se: float | None = None
    mix_se: float | None = None
    parts: tuple[Part, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Merged:
    """Totals whose keys (group, period) are taken together: group_of: (K,) number of each key's new one."""

    totals: Totals | Parts
    keys: tuple[Hashable, ...]
    group_of: NDArray[np.intp]

    @property
    def weight(self) -> Array:
        return self._summed(self.totals.weight)

    def amount(self, of: Of) -> Array:
        return self._summed(self.totals.amount(of))

    def linear_covariance(self, by_amount: Array, by_weight: Array, of: Of) -> tuple[Array, Array]:
        """A sum of keys moves a function as each of them does."""
        return self.totals.linear_covariance(by_amount[self.group_of], by_weight[self.group_of], of)

    def _summed(self, values: Array) -> Array:
        return np.asarray(np.bincount(self.group_of, weights=values, minlength=len(self.keys)), dtype=float)


def merged(totals: Totals | Parts, group_of: Mapping[Hashable, Hashable]) -> Merged:
    """The totals of keys (group, period) with groups taken together; a group that is not named stays."""
    pairs = [key if isinstance(key, tuple) else (key, None) for key in totals.keys]
    new = [(group_of.get(group, group), period) for group, period in pairs]
    keys = tuple(dict.fromkeys(new))
    places = {key: number for number, key in enumerate(keys)}
    return Merged(totals, keys, np.array([places[key] for key in new], dtype=np.intp))


@dataclass(frozen=True, slots=True)
class _Groups:
    """Groups in one period, each (G,). at: number of the key, -1 without answers · weight, share, rate."""

    at: NDArray[np.intp]
    weight: Array
    share: Array
    rate: Array


def decomposed(
    totals: Totals | Parts | Merged, before: Hashable, after: Hashable, *, of: Of = "y"
) -> Decomposition:
    """The change between two periods split over groups; totals with keys (group, period).

    With s the groups' parts of the answers and r their rates:
    level = sum (r2 - r1)(s1 + s2)/2, mix = sum (s2 - s1)(r1 + r2)/2. A group without answers in one
    period has no change of its own there: it is all mix. Standard errors by linearisation, with the
    covariance of units in both periods. Source: Kitagawa 1955; Oaxaca 1973 for the same idea.
    """
    groups = tuple(dict.fromkeys(key[0] for key in totals.keys if isinstance(key, tuple)))
    one, two = (_groups(totals, groups, period, of) for period in (before, after))
    if not (one.weight.sum() and two.weight.sum()):
        return Decomposition(reason="no-answers")
    r1, r2 = np.where(one.at < 0, two.rate, one.rate), np.where(two.at < 0, one.rate, two.rate)
    level = (r2 - r1) * (one.share + two.share) / 2
    centre = (one.share @ r1 + two.share @ r2) / 2
    mix = (two.share - one.share) * ((r1 + r2) / 2 - centre)
    rows = zip(groups, one.share.tolist(), two.share.tolist(), level.tolist(), mix.tolist(), strict=True)
    level_se, mix_se = _errors(totals, one, two, (r1, r2), of)
    sums = math.fsum(level), math.fsum(mix)
    return Decomposition(sum(sums), *sums, level_se, mix_se, tuple(Part(*row) for row in rows))


def _groups(
    totals: Totals | Parts | Merged, groups: tuple[Hashable, ...], period: Hashable, of: Of
) -> _Groups:
    places = {key: number for number, key in enumerate(totals.keys)}
    at = np.array([places.get((group, period), -1) for group in groups], dtype=np.intp)
    all_weights, amounts = totals.weight, totals.amount(of)
    weight = np.where(at < 0, 0.0, all_weights[at])
    there = weight > 0
    rate = np.divide(amounts[at], weight, out=np.zeros(len(at)), where=there)
    share = weight / weight.sum() if there.any() else weight
    return _Groups(np.where(there, at, -1), weight, share, rate)


def _errors(
    totals: Totals | Parts | Merged, one: _Groups, two: _Groups, rates: tuple[Array, Array], of: Of
) -> tuple[float | None, float | None]:
    """Standard errors of level and mix, by the derivatives of both by every group's totals."""
    (r1, r2), both = rates, (one.at >= 0) & (two.at >= 0)
    grown, usual = two.share - one.share, (one.share + two.share) / 2
    by_amount, by_weight = np.zeros((len(totals.keys), 2)), np.zeros((len(totals.keys), 2))
    for period, sign in ((one, -1.0), (two, 1.0)):
        by_rate = np.stack([np.where(both, sign * usual, 0.0), np.where(both, grown / 2, grown)], axis=1)
        by_share = np.stack([(r2 - r1) / 2, sign * (r1 + r2) / 2], axis=1)
        there = period.at >= 0
        at, weight = period.at[there], period.weight[there, None]
        by_amount[at] = by_rate[there] / weight
        moved = (by_share - period.share @ by_share) / period.weight.sum()
        by_weight[at] = moved[there] - by_amount[at] * period.rate[there, None]
    level, mix = np.diag(linear_covariance(totals, by_amount, by_weight, of=of)).tolist()
    return math.sqrt(level) if level else None, math.sqrt(mix) if mix else None
