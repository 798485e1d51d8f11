"""Counts are the sufficient statistic: cells per PSU, and the moments that add up over PSUs.

A `Cell` is what one primary sampling unit (a counter's day, a village, or one person where no unit
was recorded) adds to one measure in one domain. `Moments` hold the sums over PSUs of one stratum
from which shares, means and ratio estimates follow with their linearised design variance
(METHOD row 5 and 6: V needs only the sums and the sums of products of the PSU totals).
"""

from __future__ import annotations

import operator
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from survey.agency import PLAN_GROUPS
from survey.instrument import Instrument
from survey.response import Sealed

#: the measure that counts responses themselves, so that a stratum knows all of its PSUs
RESPONSES = "responses"

#: the domain of everybody
ALL = "all"


@dataclass(frozen=True, slots=True)
class Cell:
    """Sums over the valid answers of one PSU to one measure. Cells add.

    people: responses with at least one valid answer · answers: valid answers · w: sum of weights
    w2: sum of squared weights · y: sum of w over satisfied answers · s: sum of w times value
    q: sum of w times value squared
    """

    people: int = 0
    answers: int = 0
    w: float = 0.0
    w2: float = 0.0
    y: float = 0.0
    s: float = 0.0
    q: float = 0.0

    def __add__(self, other: Cell) -> Cell:
        return Cell(
            self.people + other.people,
            self.answers + other.answers,
            self.w + other.w,
            self.w2 + other.w2,
            self.y + other.y,
            self.s + other.s,
            self.q + other.q,
        )

    def moments(self) -> Moments:
        """This PSU's part of its stratum's moments."""
        w, y, s = self.w, self.y, self.s
        return Moments(
            1, self.people, self.answers, w, self.w2, y, s, self.q, w * w, w * y, y * y, w * s, s * s
        )


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over PSUs (c) of one stratum. They add over disjoint sets of PSUs, and subtract.

    psus: PSUs with a valid answer · people, answers, w, w2, y, s, q: as in `Cell`, summed
    ww: sum of w_c squared · wy: of w_c y_c · yy: of y_c squared · ws: of w_c s_c · ss: of s_c squared
    """

    psus: int = 0
    people: int = 0
    answers: int = 0
    w: float = 0.0
    w2: float = 0.0
    y: float = 0.0
    s: float = 0.0
    q: float = 0.0
    ww: float = 0.0
    wy: float = 0.0
    yy: float = 0.0
    ws: float = 0.0
    ss: float = 0.0

    def __add__(self, other: Moments) -> Moments:
        return Moments(*map(operator.add, _MOMENTS(self), _MOMENTS(other)))

    def __sub__(self, other: Moments) -> Moments:
        return Moments(*map(operator.sub, _MOMENTS(self), _MOMENTS(other)))


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum's part of a domain.

    moments: over the PSUs of the stratum in which the domain has answers
    sampled: all PSUs that were sampled in the stratum, with members of the domain or not (n_h)
    population: PSUs of the stratum in the population (N_h), None where unknown: no fpc
    within: each sampled PSU as a stratum of its people, where it is known of how many they were
    drawn (the second stage); empty where it is not, and the PSUs alone carry the variance
    """

    moments: Moments
    sampled: int
    population: float | None = None
    within: tuple[Stratum, ...] = ()


#: all sums of moments, in the order of their fields
_MOMENTS = operator.attrgetter(*(f.name for f in fields(Moments)))


def total(moments: Iterable[Moments]) -> Moments:
    """The sum of moments over disjoint sets of PSUs."""
    return sum(moments, Moments())


# Folding responses into counts.


class PsuKey(NamedTuple):
    """A primary sampling unit: it lies in one wave, one month and one stratum."""

    wave: str
    month: str
    stratum: str
    psu: str


class MomentKey(NamedTuple):
    wave: str
    month: str
    stratum: str
    domain: str
    measure: str


class TallyKey(NamedTuple):
    """`outcome` is a step ("4") or the reason why there is none ("dont_know")."""

    wave: str
    month: str
    domain: str
    measure: str
    outcome: str


@dataclass
class Fold:
    """What a batch of responses adds to the kept counts.

    cells: of units that several responses share · singles: of responses that are units themselves
    tallies: answers and their weight per outcome, for distributions and missing answers
    """

    cells: dict[tuple[PsuKey, str, str], Cell] = field(default_factory=dict)
    singles: dict[MomentKey, Moments] = field(default_factory=dict)
    tallies: dict[TallyKey, tuple[int, float]] = field(default_factory=dict)


def domains_of(response: Sealed) -> tuple[str, ...]:
    """The domains that a response belongs to; figures are given for these."""
    domains = [ALL, f"agency:{response.agency}", f"mode:{response.mode}"]
    if response.group:
        domains.append(f"group:{response.group}")
    if response.group in PLAN_GROUPS:
        domains.append("group:" + ";".join(PLAN_GROUPS))
    return tuple(domains)


def measures_of(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """Each rated item -> the measures that its answers are pooled into."""
    pooled: dict[str, tuple[str, ...]] = {}
    for item in instrument.ratings:
        names = [f"item:{item.code}"]
        if item.factor:
            names.append(f"factor:{item.factor}")
        if item.in_index and instrument.index:
            names.append(f"index:{instrument.index.code}")
        pooled[item.code] = tuple(names)
    return pooled


class _Group(NamedTuple):
    """Responses that add to the same cells with the same weight."""

    wave: str
    month: str
    stratum: str
    psu: str | None
    domains: tuple[str, ...]
    weight: float


@dataclass
class _Tally:
    responses: int = 0
    outcomes: Counter[tuple[str, int | str]] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)


def fold(responses: Iterable[Sealed], instrument: Instrument) -> Fold:
    """Fold responses to one instrument into counts. Order does not matter, and folds add."""
    pooled = measures_of(instrument)
    groups: defaultdict[_Group, _Tally] = defaultdict(_Tally)
    result = Fold()
    for response in responses:
        group = _Group(
            response.wave,
            response.month,
            response.stratum,
            response.psu,
            domains_of(response),
            response.weight,
        )
        if response.psu is None:
            _add_group(result, group, _tally(response, pooled, _Tally()), instrument, pooled)
        else:
            _tally(response, pooled, groups[group])
    for group, tally in groups.items():
        _add_group(result, group, tally, instrument, pooled)
    return result


def _tally(response: Sealed, pooled: dict[str, tuple[str, ...]], tally: _Tally) -> _Tally:
    tally.responses += 1
    outcomes = tally.outcomes
    reached: set[str] = set()
    for item, answer in response.answers.items():
        if isinstance(answer, list):
            outcomes.update((item, value) for value in answer)
            continue
        outcomes[item, answer] += 1
        if item in pooled and not isinstance(answer, str):
            reached.update(pooled[item])
    tally.people.update(reached)
    return tally


def _add_group(
    result: Fold, group: _Group, tally: _Tally, instrument: Instrument, pooled: dict[str, tuple[str, ...]]
) -> None:
    measured = dict(_measured(tally, instrument, pooled, group.weight))
    for domain in group.domains:
        for measure, cell in measured.items():
            if group.psu is None:
                key = MomentKey(group.wave, group.month, group.stratum, domain, measure)
                result.singles[key] = result.singles.get(key, Moments()) + cell.moments()
            else:
                unit = PsuKey(group.wave, group.month, group.stratum, group.psu)
                known = result.cells.get((unit, domain, measure))
                result.cells[unit, domain, measure] = cell if known is None else known + cell
        for (item, outcome), n in tally.outcomes.items():
            at = TallyKey(group.wave, group.month, domain, f"item:{item}", str(outcome))
            answers, weight = result.tallies.get(at, (0, 0.0))
            result.tallies[at] = (answers + n, weight + n * group.weight)


def _measured(
    tally: _Tally, instrument: Instrument, pooled: dict[str, tuple[str, ...]], weight: float
) -> Iterator[tuple[str, Cell]]:
    """The cells of one group, a measure each."""
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for (item, outcome), n in tally.outcomes.items():
        if item not in pooled or isinstance(outcome, str):
            continue
        satisfied_from = instrument.scale_of(instrument.by_code[item]).satisfied_from
        satisfied = n if satisfied_from is not None and outcome >= satisfied_from else 0
        for measure in pooled[item]:
            known = sums[measure]
            known[0] += n
            known[1] += satisfied
            known[2] += n * outcome
            known[3] += n * outcome * outcome
    everyone = tally.responses
    yield RESPONSES, Cell(everyone, everyone, weight * everyone, weight * weight * everyone)
    for measure, (n, y, s, q) in sums.items():
        people = tally.people[measure]
        w2 = weight * weight * n
        yield measure, Cell(people, n, weight * n, w2, weight * y, weight * s, weight * q)
