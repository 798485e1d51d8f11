"""Folding: from a batch of responses to what it adds to cells, tallies and products.

Done on arrays, a row for each response and a column for each measure, because every sealed response
passes here. Shapes: R responses, U units (PSUs, and people who are units themselves), E cells, M measures,
7 fields of a `Cell`, O outcomes, B numbers of products. Folds add, in any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from survey.counts.domains import (
    ALL,
    BARELY,
    NO_FIELD,
    NO_PROCEDURE,
    NONE,
    SLOTS,
    TALLIED,
    Profile,
    bare,
    numbered,
    slotted,
)
from survey.counts.plan import Plan, plan_of
from survey.counts.products import GROUPS, block_products
from survey.instrument import Instrument
from survey.response import Sealed

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

CELL_FIELDS = 7


class PsuKey(NamedTuple):
    """A primary sampling unit: it lies in one wave, one month and one stratum."""

    wave: str
    month: str
    stratum: str
    psu: str


class DomainKey(NamedTuple):
    """Whose tallies or products: one domain in one month."""

    wave: str
    month: str
    domain: str


class Cells(NamedTuple):
    """Cells as arrays, each pair of unit and profile once. unit, profile: (E,) numbers · sums: (E, M, 7)."""

    unit: Codes
    profile: Codes
    sums: Array


class Sums(NamedTuple):
    """Sums of domains, an entry of the array for each key."""

    keys: tuple[DomainKey, ...]
    sums: Array


@dataclass(frozen=True)
class Fold:
    """What a batch of responses to one instrument adds to the kept counts.

    psus: of the U units; alone: (U,) whether the unit is a person, of whom no cell is kept
    profiles: that cells refer to; in `whole` cells bare
    whole: cells of all measures · parts: of the headline measures, by all that a profile holds
    tallies: (n, O, 2) answers and their weight per outcome · products: (n, GROUPS, B)
    """

    plan: Plan
    psus: tuple[PsuKey, ...]
    alone: NDArray[np.bool_]
    profiles: tuple[Profile, ...]
    whole: Cells
    parts: Cells
    tallies: Sums
    products: Sums


def fold(responses: Iterable[Sealed], instrument: Instrument, draws: Sequence[int] = ()) -> Fold:
    """Fold responses to one instrument into counts.

    draws: a number for each response that never changes and tells nothing of it; where the person is
    the unit, it decides the replicate group. Without them all such persons are of one group.
    """
    plan, rows = plan_of(instrument), list(responses)
    psus, alone, unit_of = _units(rows)
    profiles, profile_of, whole_of = _profiles(rows)
    weights = np.array([response.weight for response in rows], dtype=float)
    places = _places(rows, plan)
    given = _given(places, weights, plan)
    months, month_of = numbered([psu[:2] for psu in psus])
    setting = _Setting(months, profiles, month_of[unit_of] * len(profiles) + whole_of)
    replicate = _replicates(psus, alone, unit_of, draws)
    return Fold(
        plan=plan,
        psus=psus,
        alone=alone,
        profiles=profiles,
        whole=_cells(given, range(len(plan.measures)), unit_of, whole_of, len(profiles)),
        parts=_cells(given, plan.headline, unit_of, profile_of, len(profiles)),
        tallies=_tallies(rows, places, weights, plan, setting),
        products=_products(places, weights, plan, setting, replicate),
    )


_UNIT = attrgetter("wave", "month", "stratum", "psu")
_PROFILE = attrgetter("agency", "mode", "group", "respondent", "field", "invitation", "assisted", "procedure")


def _units(rows: Sequence[Sealed]) -> tuple[tuple[PsuKey, ...], NDArray[np.bool_], Codes]:
    """The units, whether each is a person of its own, and the number of each response's unit (R,)."""
    labels = list(map(_UNIT, rows))
    found, unit_of = numbered(
        [label if label[3] is not None else (*label, number) for number, label in enumerate(labels)]
    )
    alone = np.array([unit[3] is None for unit in found], dtype=bool)
    return tuple(PsuKey._make((*unit[:3], unit[3] or "")) for unit in found), alone, unit_of


def _profiles(rows: Sequence[Sealed]) -> tuple[tuple[Profile, ...], Codes, Codes]:
    """The profiles; the number of each response's, and of the same bare (R,)."""
    found, profile_of = numbered(list(map(_PROFILE, rows)))
    full = [
        Profile._make(
            (
                a,
                m,
                group or "",
                kind,
                field or NO_FIELD,
                i or NONE,
                assisted or NONE,
                procedure or NO_PROCEDURE,
            )
        )
        for a, m, group, kind, field, i, assisted, procedure in found
    ]
    kinds, kind_of = numbered([profile[:BARELY] for profile in full])
    profiles, number_of = numbered([*full, *map(bare, kinds)])
    return profiles, number_of[: len(full)][profile_of], number_of[len(full) :][kind_of[profile_of]]


def _places(rows: Sequence[Sealed], plan: Plan) -> Codes:
    """The number of each answer's outcome (R, I); the last is of none, and of several choices."""
    answers, none = [response.answers for response in rows], len(plan.outcomes)
    columns = []
    for item, known in zip(plan.items, plan.places, strict=True):
        if item in plan.several:
            given = (each.get(item) for each in answers)
            columns.append([none if isinstance(choice, list) else known[choice] for choice in given])
        else:
            columns.append([known[each.get(item)] for each in answers])
    return np.array(columns, dtype=np.intp).reshape(len(plan.items), len(rows)).T


class _Given(NamedTuple):
    """What each response adds. people: (R, M) · by_item: (R, 6, I + 1) the other fields of a `Cell`.

    All but the people add up over a measure's items, so that items are summed by cell before they are
    pooled. The last item is the response itself.
    """

    people: Array
    by_item: Array
    pools: Array


def _given(places: Codes, weights: Array, plan: Plan) -> _Given:
    itself = np.zeros((1, len(plan.measures)))
    itself[0, 0] = 1.0
    pools = np.concatenate([plan.pools, itself])
    by_item = np.zeros((len(places), CELL_FIELDS - 1, len(pools)))
    items = by_item[:, :, :-1]
    w = weights[:, None]
    items[:, 0], items[:, 3], items[:, 4] = plan.valid[places], plan.satisfied[places], plan.value[places]
    by_item[:, 0, -1] = 1.0
    people = (by_item[:, 0] @ pools > 0).astype(float)
    by_item[:, 1] = w * by_item[:, 0]
    by_item[:, 2] = w * by_item[:, 1]
    items[:, 5] = items[:, 4] * items[:, 4]
    by_item[:, 3:] *= w[:, None]
    return _Given(people, by_item, pools)


def _cells(given: _Given, measures: Sequence[int], unit_of: Codes, profile_of: Codes, profiles: int) -> Cells:
    found, entry = np.unique(unit_of * max(1, profiles) + profile_of, return_inverse=True)
    unit, profile = np.divmod(found, max(1, profiles))
    sums = np.empty((len(found), len(measures), CELL_FIELDS))
    sums[..., 0] = grouped(given.people[:, measures], entry, len(found))
    by_item = grouped(given.by_item, entry, len(found))
    sums[..., 1:] = np.swapaxes(by_item @ given.pools[:, measures], 1, 2)
    return Cells(unit, profile, sums)


def grouped(rows: Array, of: Codes, groups: int) -> Array:
    """The first axis of `rows` summed by group number: (groups, ...)."""
    shape = rows.shape[1:]
    width = math.prod(shape)
    at = (of[:, None] * width + np.arange(width)).ravel()
    sums = np.asarray(np.bincount(at, weights=rows.ravel(), minlength=groups * width), dtype=float)
    return sums.reshape(groups, *shape)


# Tallies and products: by month and profile first, then into their domains.


class _Setting(NamedTuple):
    """Months and profiles. of: (R,) the number of a month times the number of profiles, plus a profile's."""

    months: tuple[tuple[str, str], ...]
    profiles: tuple[Profile, ...]
    of: Codes

    def by_agency(self) -> _Setting:
        """The same with one profile for each agency."""
        _, first, agency = np.unique(
            [p.agency for p in self.profiles], return_index=True, return_inverse=True
        )
        month, profile = np.divmod(self.of, max(1, len(self.profiles)))
        return self._replace(of=month * len(self.profiles) + first[agency][profile])


def _into_domains(setting: _Setting, groups: Codes, sums: Array, slots: Sequence[str]) -> Sums:
    """Sums (G, ...) of groups of a setting, added to their domains'."""
    month, profile = np.divmod(groups, max(1, len(setting.profiles)))
    used, profile = np.unique(profile, return_inverse=True)
    profiles = [setting.profiles[number] for number in used.tolist()]
    keys: list[DomainKey] = []
    parts = []
    for name in slots:
        slot = slotted(profiles, SLOTS[name])
        domain = slot.of[profile]
        there, size = np.flatnonzero(domain >= 0), max(1, len(slot.domains))
        found, row = np.unique(month[there] * size + domain[there], return_inverse=True)
        parts.append(grouped(sums[there], row, len(found)))
        at = (axis.tolist() for axis in np.divmod(found, size))
        keys += [DomainKey._make((*setting.months[m], slot.domains[d])) for m, d in zip(*at, strict=True)]
    return Sums(tuple(keys), np.concatenate(parts))


def _tallies(rows: Sequence[Sealed], places: Codes, weights: Array, plan: Plan, setting: _Setting) -> Sums:
    """How often each outcome was given, and by what weight."""
    groups, group_of = np.unique(setting.of, return_inverse=True)
    width = len(plan.outcomes) + 1
    at = group_of[:, None] * width + places
    each = np.repeat(weights, places.shape[1])
    counts = np.bincount(at.ravel(), minlength=len(groups) * width).astype(float)
    sums = np.bincount(at.ravel(), weights=each, minlength=len(groups) * width)
    both = np.stack([counts, sums], axis=1).reshape(len(groups), width, 2)[:, :-1]
    for item, known in zip(plan.items, plan.places, strict=True):
        if item in plan.several:
            for row, response in enumerate(rows):
                choices = response.answers.get(item)
                for choice in choices if isinstance(choices, list) else ():
                    both[group_of[row], known[choice]] += (1.0, weights[row])
    return _into_domains(setting, groups, both, TALLIED)


def _products(places: Codes, weights: Array, plan: Plan, setting: _Setting, replicate: Codes) -> Sums:
    """Products of answers over complete cases, by replicate group: of everybody, and of each agency."""
    valid, values = plan.valid[places], plan.value[places]
    columns: dict[str, tuple[Array, NDArray[np.bool_]]] = {}
    for number, measure in enumerate(plan.measures):
        items = np.flatnonzero(plan.pools[:, number])
        answered = valid[:, items].sum(axis=1)
        enough = (answered > 0) & (2 * answered >= len(items))
        columns[measure] = (values[:, items].sum(axis=1) / np.maximum(answered, 1), enough)
    numbers = [np.zeros((len(places), 0))]
    for block in plan.blocks:
        x, there = (np.stack(some, axis=1) for some in zip(*map(columns.get, block.columns), strict=True))
        numbers.append(block_products(x, there, weights))
    setting = setting.by_agency()
    groups, group_of = np.unique(setting.of, return_inverse=True)
    whole = np.concatenate(numbers, axis=1)
    sums = grouped(whole, group_of * GROUPS + replicate, len(groups) * GROUPS)
    by_group = sums.reshape(len(groups), GROUPS, whole.shape[1])
    return _into_domains(setting, groups, by_group, (ALL, "agency"))


def _replicates(
    psus: Sequence[PsuKey], alone: NDArray[np.bool_], unit_of: Codes, draws: Sequence[int]
) -> Codes:
    """The replicate group of each response (R,)."""
    by_label = np.array([crc32(psu.psu.encode()) % GROUPS for psu in psus], dtype=np.intp)
    replicate: Codes = by_label[unit_of] if len(psus) else unit_of
    if len(draws):
        replicate = np.where(alone[unit_of], np.array(draws, dtype=np.intp) % GROUPS, replicate)
    return replicate
