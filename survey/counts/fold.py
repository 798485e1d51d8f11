"""Folding: from a batch of responses to what it adds to cells, moments and tallies.

Done on arrays, a row for each response and a column for each measure, because every sealed response
passes here. Shapes: R responses, I items, M measures, U units (PSU and profile), 7 fields of a
`Cell`, 13 fields of `Moments`. Folds add, in any order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from survey.counts.domains import Profile, domains_of, measures_of
from survey.instrument import Instrument, Missing
from survey.response import Sealed

Array = NDArray[np.float64]

CELL_FIELDS = 7
MOMENT_FIELDS = 13

#: how a missing reason is written among the steps; no scale reaches this low
_MISSING = {reason.value: -1000 - number for number, reason in enumerate(Missing)}
_REASON = {number: reason for reason, number in _MISSING.items()}
_UNRATED = -2000
_NOT_ASKED = Missing.NOT_ASKED.value


class PsuKey(NamedTuple):
    """A primary sampling unit: it lies in one wave, one month and one stratum."""

    wave: str
    month: str
    stratum: str
    psu: str


class MomentKey(NamedTuple):
    """Whose moments: one domain of one stratum in one month."""

    wave: str
    month: str
    stratum: str
    domain: str


class TallyKey(NamedTuple):
    """`outcome` is a step ("4") or the reason why there is none ("dont_know")."""

    wave: str
    month: str
    domain: str
    item: str
    outcome: str


@dataclass
class Fold:
    """What a batch of responses to one instrument adds to the kept counts.

    measures: names of the M rows of every array
    cells: (M, 7) for each PSU and profile · singles: (M, 13) moments of responses that are units
    themselves · tallies: answers and their weight per outcome, for distributions and missing answers
    """

    measures: tuple[str, ...]
    cells: dict[tuple[PsuKey, Profile], Array] = field(default_factory=dict)
    singles: dict[MomentKey, Array] = field(default_factory=dict)
    tallies: dict[TallyKey, tuple[int, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Plan:
    """An instrument as arrays. satisfied: (I,) lowest satisfied step · pools: (I, M) of 0 and 1."""

    items: tuple[str, ...]
    rated: NDArray[np.bool_]
    satisfied: Array
    measures: tuple[str, ...]
    pools: Array


class _Unit(NamedTuple):
    psu: PsuKey
    alone: bool
    profile: Profile


def fold(responses: Iterable[Sealed], instrument: Instrument) -> Fold:
    """Fold responses to one instrument into counts."""
    plan = _plan(instrument)
    rows = list(responses)
    result = Fold(plan.measures)
    if not rows:
        return result
    units, unit_of = _units(rows)
    weights = np.array([response.weight for response in rows])
    steps = _steps(rows, plan.items)
    sums = _sums(steps, weights, plan)
    alone = np.array([units[unit].alone for unit in unit_of])
    together = np.flatnonzero(~alone)
    if together.size:
        by_unit = _grouped(sums[together], unit_of[together], len(units))
        for unit in np.unique(unit_of[together]):
            result.cells[units[unit].psu, units[unit].profile] = by_unit[unit]
    if alone.any():
        single = np.flatnonzero(alone)
        result.singles = _by_domain(moments(sums[single]), [units[unit] for unit in unit_of[single]])
    _add_tallies(result, steps, weights, units, unit_of, plan)
    _add_choices(result, rows, plan)
    return result


def moments(sums: Array) -> Array:
    """Cells (..., 7) as units' moments (..., 13), in the order of `Moments`."""
    w, y, s = sums[..., 2], sums[..., 4], sums[..., 5]
    psus = (sums[..., 1] > 0).astype(float)
    products = [w * w, w * y, y * y, w * s, s * s]
    return np.concatenate([psus[..., None], sums, np.stack(products, axis=-1)], axis=-1)


def moment_changes(
    kept: Mapping[tuple[PsuKey, Profile], Array], added: Mapping[tuple[PsuKey, Profile], Array]
) -> dict[MomentKey, Array]:
    """How the moments (M, 13) of each domain change when cells are added to kept ones.

    kept: every kept cell of the units that are added to, also those of other profiles.
    """
    if not added:
        return {}
    cells = list(dict.fromkeys([*kept, *added]))
    zero = np.zeros_like(next(iter(added.values())))
    old = np.array([kept.get(cell, zero) for cell in cells])
    new = old + np.array([added.get(cell, zero) for cell in cells])
    rows: dict[tuple[PsuKey, str], int] = {}
    taken: list[int] = []
    target: list[int] = []
    for number, (psu, profile) in enumerate(cells):
        for domain in domains_of(profile):
            taken.append(number)
            target.append(rows.setdefault((psu, domain), len(rows)))
    into = np.array(target)
    change = moments(_grouped(new[taken], into, len(rows))) - moments(_grouped(old[taken], into, len(rows)))
    keys: dict[MomentKey, int] = {}
    of = [keys.setdefault(MomentKey(*psu[:3], domain), len(keys)) for psu, domain in rows]
    summed = _grouped(change, np.array(of), len(keys))
    return {key: summed[number] for key, number in keys.items()}


def _plan(instrument: Instrument) -> _Plan:
    measures = measures_of(instrument)
    items = tuple(item.code for item in instrument.items)
    rated = {item.code: instrument.scale_of(item).satisfied_from for item in instrument.ratings}
    pools = [[float(item in pooled) for pooled in measures.values()] for item in items]
    return _Plan(
        items,
        np.array([item in rated for item in items]),
        np.array([rated.get(item) or 0 for item in items], dtype=float),
        tuple(measures),
        np.array(pools),
    )


def _units(rows: Sequence[Sealed]) -> tuple[list[_Unit], NDArray[np.intp]]:
    """The distinct units, and the number of each response's unit (R,)."""
    numbers: dict[tuple[str, str, str, str | None, str, str, str | None], int] = {}
    unit_of = [
        numbers.setdefault((r.wave, r.month, r.stratum, r.psu, r.agency, r.mode, r.group), len(numbers))
        for r in rows
    ]
    return [_unit(*key) for key in numbers], np.array(unit_of, dtype=np.intp)


def _unit(
    wave: str, month: str, stratum: str, psu: str | None, agency: str, mode: str, group: str | None
) -> _Unit:
    return _Unit(PsuKey(wave, month, stratum, psu or ""), psu is None, Profile(agency, mode, group or ""))


def _steps(rows: Sequence[Sealed], items: Sequence[str]) -> NDArray[np.int64]:
    """The steps of all responses, (R, I); missing reasons and choices lie below them."""
    unasked = dict.fromkeys(items, _NOT_ASKED)
    picked = [{**unasked, **response.answers} for response in rows]
    flat = [a if type(a := answers[item]) is int else _unrated(a) for answers in picked for item in items]
    return np.array(flat, dtype=np.int64).reshape(len(rows), len(items))


def _unrated(answer: int | list[int] | str) -> int:
    return _MISSING[answer] if isinstance(answer, str) else _UNRATED


def _sums(steps: NDArray[Any], weights: Array, plan: _Plan) -> Array:
    """Each response's own cells: (R, M, 7)."""
    valid = ((steps > -1000) & plan.rated).astype(float)
    values = steps * valid
    satisfied = (steps >= plan.satisfied) * valid
    answers = valid @ plan.pools
    answers[:, 0] = 1.0
    w = weights[:, None]
    return np.stack(
        [
            (answers > 0).astype(float),
            answers,
            w * answers,
            w * w * answers,
            w * (satisfied @ plan.pools),
            w * (values @ plan.pools),
            w * ((values * values) @ plan.pools),
        ],
        axis=-1,
    )


def _grouped(rows: Array, of: NDArray[np.intp], groups: int) -> Array:
    """Sum the first axis of `rows` by group number: (groups, ...)."""
    order = np.argsort(of, kind="stable")
    found, starts = np.unique(of[order], return_index=True)
    result = np.zeros((groups, *rows.shape[1:]))
    result[found] = np.add.reduceat(rows[order], starts, axis=0)
    return result


def _by_domain(units: Array, of: Sequence[_Unit]) -> dict[MomentKey, Array]:
    keys: dict[MomentKey, int] = {}
    taken, target = [], []
    for row, unit in enumerate(of):
        for domain in domains_of(unit.profile):
            taken.append(row)
            target.append(keys.setdefault(MomentKey(*unit.psu[:3], domain), len(keys)))
    summed = _grouped(units[taken], np.array(target), len(keys))
    return {key: summed[number] for key, number in keys.items()}


def _add_tallies(
    result: Fold,
    steps: NDArray[Any],
    weights: Array,
    units: Sequence[_Unit],
    unit_of: NDArray[np.intp],
    plan: _Plan,
) -> None:
    """Count the outcomes of each item, first by month and profile, then into their domains."""
    keys: dict[tuple[str, str, Profile], int] = {}
    number_of = np.array([keys.setdefault((u.psu.wave, u.psu.month, u.profile), len(keys)) for u in units])
    groups = list(keys)
    group_of = number_of[unit_of]
    for item, column in zip(plan.items, steps.T, strict=True):
        steps_there, step_of = np.unique(column, return_inverse=True)
        cell_of = group_of * len(steps_there) + step_of
        counts = np.bincount(cell_of)
        sums = np.bincount(cell_of, weights=weights)
        for cell in np.flatnonzero(counts).tolist():
            group, place = divmod(cell, len(steps_there))
            step, n, weight = int(steps_there[place]), int(counts[cell]), float(sums[cell])
            if step != _UNRATED:
                _tally(result, groups[group], item, _REASON.get(step) or str(step), n, weight)


def _add_choices(result: Fold, rows: Sequence[Sealed], plan: _Plan) -> None:
    """Count each choice of the items that allow several."""
    chosen: Counter[tuple[tuple[str, str, Profile], str, int]] = Counter()
    weight: defaultdict[tuple[tuple[str, str, Profile], str, int], float] = defaultdict(float)
    unrated = [item for item, rated in zip(plan.items, plan.rated, strict=True) if not rated]
    for response in rows if unrated else ():
        for item in unrated:
            choices = response.answers.get(item)
            if not isinstance(choices, list):
                continue
            profile = Profile(response.agency, response.mode, response.group or "")
            for choice in choices:
                key = ((response.wave, response.month, profile), item, choice)
                chosen[key] += 1
                weight[key] += response.weight
    for key, n in chosen.items():
        group, item, choice = key
        _tally(result, group, item, str(choice), n, weight[key])


def _tally(
    result: Fold, group: tuple[str, str, Profile], item: str, outcome: str, n: int, weight: float
) -> None:
    wave, month, profile = group
    for domain in domains_of(profile):
        key = TallyKey(wave, month, domain, item, outcome)
        answers, weights = result.tallies.get(key, (0, 0.0))
        result.tallies[key] = (answers + n, weights + weight)
