"""Folding: from a batch of responses to what it adds to cells, tallies and products.

Done on arrays, a row for each response and a column for each measure, because every sealed response
passes here. Shapes: R responses, U units (PSUs, and people who are units themselves), E cells, M measures,
7 fields of a `Cell`, O outcomes, B numbers of products. Folds add, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from survey.counts.domains import NO_FIELD, WHOLE, Profile, families_of
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
    profiles: that cells refer to; in `whole` cells without their field
    whole: cells of all measures · parts: of the headline measures, by field
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
    sums = _sums(places, weights, plan)
    months, month_of = _numbered([(response.wave, response.month) for response in rows])
    setting = _Setting(months, profiles, month_of * len(profiles) + whole_of)
    replicate = _replicates(psus, alone, unit_of, draws)
    return Fold(
        plan=plan,
        psus=psus,
        alone=alone,
        profiles=profiles,
        whole=_cells(sums, unit_of, whole_of, len(profiles)),
        parts=_cells(sums[:, plan.headline], unit_of, profile_of, len(profiles)),
        tallies=_tallies(rows, places, weights, plan, setting),
        products=_products(places, weights, plan, setting, replicate),
    )


def _numbered(labels: Sequence[Any]) -> tuple[tuple[Any, ...], Codes]:
    """The distinct labels in the order they come, and the number of each."""
    numbers: dict[Any, int] = {}
    codes = [numbers.setdefault(label, len(numbers)) for label in labels]
    return tuple(numbers), np.array(codes, dtype=np.intp)


def _units(rows: Sequence[Sealed]) -> tuple[tuple[PsuKey, ...], NDArray[np.bool_], Codes]:
    """The units, whether each is a person of its own, and the number of each response's unit (R,)."""
    found, unit_of = _numbered(
        [
            (r.wave, r.month, r.stratum, r.psu, 0 if r.psu is not None else number)
            for number, r in enumerate(rows)
        ]
    )
    alone = np.array([unit[3] is None for unit in found], dtype=bool)
    return tuple(PsuKey(w, m, h, psu or "") for w, m, h, psu, _ in found), alone, unit_of


def _profiles(rows: Sequence[Sealed]) -> tuple[tuple[Profile, ...], Codes, Codes]:
    """The profiles; the number of each response's, and of the same without its field (R,)."""
    found, profile_of = _numbered([(r.agency, r.mode, r.group, r.respondent, r.field) for r in rows])
    full = [Profile(a, m, group or "", kind, field or NO_FIELD) for a, m, group, kind, field in found]
    profiles, number_of = _numbered([*full, *(profile._replace(field="") for profile in full)])
    return profiles, number_of[: len(full)][profile_of], number_of[len(full) :][profile_of]


def _places(rows: Sequence[Sealed], plan: Plan) -> Codes:
    """The number of each answer's outcome (R, I); the last is of none, and of several choices."""
    answers, none = [response.answers for response in rows], len(plan.outcomes)
    columns = []
    for item, known in zip(plan.items, plan.places, strict=True):
        given = [each.get(item) for each in answers]
        if item in plan.several:
            given = [choice if not isinstance(choice, list) else _SEVERAL for choice in given]
        columns.append([known[answer] if answer != _SEVERAL else none for answer in given])
    return np.array(columns, dtype=np.intp).reshape(len(plan.items), len(rows)).T


_SEVERAL = -1


def _sums(places: Codes, weights: Array, plan: Plan) -> Array:
    """Each response's own cells: (R, M, 7)."""
    valid, values, satisfied = plan.valid[places], plan.value[places], plan.satisfied[places]
    answers = valid @ plan.pools
    answers[:, 0] = 1.0
    w = weights[:, None]
    result = np.empty((len(places), len(plan.measures), CELL_FIELDS))
    result[..., 0] = answers > 0
    result[..., 1] = answers
    result[..., 2] = w * answers
    result[..., 3] = w * w * answers
    result[..., 4] = w * (satisfied @ plan.pools)
    result[..., 5] = w * (values @ plan.pools)
    result[..., 6] = w * ((values * values) @ plan.pools)
    return result


def _cells(sums: Array, unit_of: Codes, profile_of: Codes, profiles: int) -> Cells:
    found, entry = np.unique(unit_of * max(1, profiles) + profile_of, return_inverse=True)
    unit, profile = np.divmod(found, max(1, profiles))
    return Cells(unit, profile, grouped(sums, entry, len(found)))


def grouped(rows: Array, of: Codes, groups: int) -> Array:
    """The first axis of `rows` summed by group number: (groups, ...)."""
    result = np.zeros((groups, *rows.shape[1:]))
    if len(rows):
        order = np.argsort(of, kind="stable")
        sorted_of = of[order]
        starts = np.flatnonzero(np.diff(sorted_of, prepend=-1))
        result[sorted_of[starts]] = np.add.reduceat(rows[order], starts, axis=0)
    return result


# Tallies and products: by month and profile first, then into their domains.


class _Setting(NamedTuple):
    """of: (R,) the number of each response's month times the number of profiles, plus its profile's."""

    months: tuple[tuple[str, str], ...]
    profiles: tuple[Profile, ...]
    of: Codes

    def domains(self, group: int, families: Sequence[str]) -> list[DomainKey]:
        month, profile = divmod(group, len(self.profiles))
        found = families_of(self.profiles[profile])
        return [DomainKey(*self.months[month], found[name]) for name in families if name in found]


def _into_domains(setting: _Setting, groups: Codes, sums: Array, families: Sequence[str]) -> Sums:
    """Sums (G, ...) of groups of a setting, added to their domains'."""
    keys: dict[DomainKey, int] = {}
    taken, target = [], []
    for row, group in enumerate(groups.tolist()):
        for key in setting.domains(group, families):
            taken.append(row)
            target.append(keys.setdefault(key, len(keys)))
    return Sums(tuple(keys), grouped(sums[taken], np.array(target, dtype=np.intp), len(keys)))


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
    return _into_domains(setting, groups, both, WHOLE)


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
    groups, group_of = np.unique(setting.of, return_inverse=True)
    whole = np.concatenate(numbers, axis=1)
    sums = grouped(whole, group_of * GROUPS + replicate, len(groups) * GROUPS)
    return _into_domains(
        setting, groups, sums.reshape(len(groups), GROUPS, whole.shape[1]), ("all", "agency")
    )


def _replicates(
    psus: Sequence[PsuKey], alone: NDArray[np.bool_], unit_of: Codes, draws: Sequence[int]
) -> Codes:
    """The replicate group of each response (R,)."""
    by_label = np.array([crc32(psu.psu.encode()) % GROUPS for psu in psus], dtype=np.intp)
    replicate: Codes = by_label[unit_of] if len(psus) else unit_of
    if len(draws):
        replicate = np.where(alone[unit_of], np.array(draws, dtype=np.intp) % GROUPS, replicate)
    return replicate
