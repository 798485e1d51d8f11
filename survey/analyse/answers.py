"""The answers about one agency told apart by what a person chooses, and what of them may be told.

Read from the cells of the agency's units (`cells.slices`), of months that are over: while a month goes on, two
looks at a part of it would tell the answers that came between them. `lattice` says which parts may be told
beside each other, for every period and every two attributes at once, whatever somebody asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np

from survey import disclosure
from survey.analyse import periods, within
from survey.analyse.series import Series
from survey.analyse.wave import WAYS, WaveCounts, share_of
from survey.counts import Moments, Parts
from survey.counts.slices import Codes, Labels, Mask, Slices
from survey.dashboard import Dimension, Option, Part
from survey.figure import Figure
from survey.instrument import Text
from survey.lattice import Axis, Lattice, tree
from survey.store import cells
from survey.store.agencies import Reference

KINDS: Mapping[str, Text] = {
    "citizen": {"vi": "Công dân", "en": "Citizens"},
    "business": {"vi": "Doanh nghiệp, tổ chức", "en": "Businesses and organisations"},
    "unstated": {"vi": "Không nói rõ", "en": "Not stated"},
}
#: of all ways of answering together: most of those who name no invitation stood at a counter
_NOT_INVITED: Text = {
    "vi": "Không có lời mời (tại quầy, phiếu giấy hoặc tự mở trang)",
    "en": "No invitation (at the counter, on paper, or page opened by oneself)",
}
_WAYS = WAYS | {"invitation": WAYS["invitation"] | {"invitation:none": _NOT_INVITED}}
NO_PROCEDURE: Text = {"vi": "Không rõ thủ tục", "en": "No procedure named"}

#: what fields and procedures are told apart on together: a procedure is a part of its field
SUBJECT = "subject"
#: the axes of the lattice; a field and a procedure are values of one
_AXIS = {Dimension.FIELD: SUBJECT, Dimension.PROCEDURE: SUBJECT}
#: dimensions with an axis of their own
_PLAIN = (Dimension.MODE, Dimension.INVITATION, Dimension.KIND)

Chosen = Sequence[tuple[Dimension, str]]


@dataclass(frozen=True, eq=False)
class Apart:
    """The cells of an agency's units of the months `over`, and what may be told of them."""

    slices: Slices
    over: Sequence[str]
    _values: dict[Dimension, Sequence[str]] = field(default_factory=dict)

    def values(self, dimension: Dimension) -> Sequence[str]:
        """The values that people answered with, the most frequent first."""
        if dimension not in self._values:
            counted = self.slices.people_by(dimension, self.slices.chosen(()), self.over)
            self._values[dimension] = sorted(counted, key=lambda value: -counted[value])
        return self._values[dimension]

    @cached_property
    def lattice(self) -> Lattice:
        axes = {SUBJECT: self._subject, **{each.value: tree(self.slices.values(each)) for each in _PLAIN}}
        time = _time(self.over)
        rows = np.flatnonzero(np.isin(self.slices.month, list(self.over))[self.slices.unit])
        places = {name: _places(axes[name], self._named(name), rows) for name in axes}
        month = _places(time, Labels.read(self.slices.month).at(self.slices.unit), rows)
        people = self.slices.sums[rows, -1, 0].astype(np.int64)
        leaves = {}
        for first, second in combinations(axes, 2):
            counts = np.zeros((len(axes[first].nodes), len(axes[second].nodes), len(time.nodes)), np.int64)
            np.add.at(counts, (places[first], places[second], month), people)
            leaves[first, second] = counts
        return Lattice.of(axes, time, leaves)

    @property
    def _subject(self) -> Axis:
        groups: dict[str, list[str]] = {}
        for procedure, of in self.fields.items():
            groups.setdefault(f"field:{of}", []).append(f"procedure:{procedure}")
        return tree(tuple(groups), groups)

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """Procedure -> the field that its answers are counted in."""
        procedures, of = self.slices.of[Dimension.PROCEDURE]
        fields, at_row = self.slices.of[Dimension.FIELD]
        numbers, first = np.unique(of, return_index=True)
        return {
            procedures[n]: fields[at_row[at]] for n, at in zip(numbers.tolist(), first.tolist(), strict=True)
        }

    def _named(self, axis: str) -> Labels:
        """What each row is called on an axis."""
        if axis != SUBJECT:
            return self.slices.of[axis]
        labels = self.slices.of[Dimension.PROCEDURE]
        return labels._replace(names=tuple(f"procedure:{name}" for name in labels.names))


@dataclass(frozen=True)
class Answers:
    """What was said of an agency in months that are over. code: of the agency."""

    counts: WaveCounts
    series: Series
    known: Reference
    code: str
    apart: Apart
    _monthly: dict[Chosen, Mapping[str, Mapping[str, Moments]]] = field(default_factory=dict)

    @property
    def over(self) -> Sequence[str]:
        return self.apart.over

    @property
    def slices(self) -> Slices:
        return self.apart.slices

    @property
    def lattice(self) -> Lattice:
        return self.apart.lattice

    # What may be chosen.

    def options(self, chosen: Chosen) -> dict[Dimension, tuple[Option, ...]]:
        """The values of every dimension that people answered in; procedures of the chosen field alone."""
        found = {
            dimension: tuple(Option(value, self.label(dimension, value)) for value in self._values(dimension))
            for dimension in (Dimension.FIELD, Dimension.PROCEDURE, *_PLAIN)
        }
        if field := dict(chosen).get(Dimension.FIELD):
            procedures = found[Dimension.PROCEDURE]
            found[Dimension.PROCEDURE] = tuple(o for o in procedures if self.apart.fields[o.value] == field)
        return {dimension: options for dimension, options in found.items() if len(options) > 1 or chosen}

    def _values(self, dimension: Dimension) -> Sequence[str]:
        return self.apart.values(dimension)

    def label(self, dimension: Dimension, value: str) -> Text:
        """What a value is called."""
        if dimension is Dimension.KIND:
            return KINDS.get(value, {"vi": value, "en": value})
        if dimension is Dimension.FIELD and value in self.known.fields:
            return self.known.fields[value].name
        if dimension is Dimension.PROCEDURE and value in self.known.procedures:
            name = f"{self.known.procedures[value].name} ({value})"
            return {"vi": name, "en": name}
        if dimension is Dimension.COUNTER:
            return self.known.counters[value].name
        if dimension in (Dimension.FIELD, Dimension.PROCEDURE):
            return NO_PROCEDURE if value == "-" else {"vi": value, "en": value}
        return _WAYS[dimension].get(f"{dimension}:{value}", {"vi": value, "en": value})

    # Figures.

    def figure(self, chosen: Chosen, period: str, label: Text | None = None) -> Figure:
        """The index of a part of the answers in a period, as it may be shown."""
        key = tuple(chosen)
        if key not in self._monthly:
            self._monthly[key] = self.slices.monthly(self.slices.chosen(chosen), self.over)
        summed: dict[str, Moments] = {}
        for month in self._months(period):
            for stratum, moments in self._monthly[key].get(month, {}).items():
                summed[stratum] = summed[stratum] + moments if stratum in summed else moments
        return self._told(chosen, period, label, summed)

    def _months(self, period: str) -> list[str]:
        return [month for month in periods.months_of(period) if month in self.over]

    def _told(
        self, chosen: Chosen, period: str, label: Text | None, moments: Mapping[str, Moments]
    ) -> Figure:
        strata = cells.with_sampled(moments, self.sampled(self._months(period)))
        deff = self.counts.usual_deff.get(self.counts.index_code, 1.0)
        figure = self.counts.figure(
            self.counts.index_code,
            "share",
            label or self.counts.index_label,
            self.domain(chosen),
            share_of(strata, deff),
            period=period,
        )
        code = self.held(chosen, period)
        return disclosure.withhold(figure, code) if code else disclosure.gate(figure)

    def domain(self, chosen: Chosen) -> str:
        return "/".join([f"agency:{self.code}", *(f"{name}:{value}" for name, value in chosen)])

    def held(self, chosen: Chosen, period: str) -> str | None:
        """Why a part is held back in a period, None where it is not; periods across as in `Series.held`."""
        nodes = self._node(chosen)
        there = [piece for piece in periods.pieces_of(period) if piece in self.lattice.time.nodes]
        people = [self.lattice.count(nodes, piece) for piece in there]
        if not any(self.lattice.is_held(nodes, p) for p, n in zip(there, people, strict=True) if n):
            return None
        return disclosure.TOO_FEW if sum(people) < disclosure.SMALLEST else disclosure.SECONDARY

    def _node(self, chosen: Chosen) -> dict[str, str]:
        """The choice as nodes of the lattice; a procedure stands for its field."""
        return {_AXIS.get(d, d.value): f"{d}:{value}" if d in _AXIS else value for d, value in chosen}

    def sampled(self, months: Sequence[str]) -> Mapping[str, int]:
        """All units of each stratum in months that follow on each other."""
        return self.series.sampled_between(months[0], months[-1]) if months else {}

    def part(self, dimension: Dimension, chosen: Chosen, period: str, most: int | None) -> Part:
        """The index of values of a dimension within what is chosen, the most answered first.

        most: so many of them, None for all
        """
        if dimension is Dimension.COUNTER:
            counters = self._counters(period) if not chosen else ()
            return Part(dimension, counters, len(counters))
        months = self._months(period)
        there = self.slices.people_by(dimension, self.slices.chosen(chosen), months)
        values = [value for value in self._values(dimension) if value in there]
        wider = self.slices.chosen(self.inside(dimension, chosen))
        by_value = self.slices.strata_by(dimension, wider, months)
        figures = tuple(
            self._told(
                self.inside(dimension, chosen, value),
                period,
                self.label(dimension, value),
                by_value.get(value, {}),
            )
            for value in values[:most]
        )
        return Part(dimension, figures, len(values))

    def inside(self, dimension: Dimension, chosen: Chosen, *value: str) -> Chosen:
        """A choice with a value of a dimension, which takes the place of what it is a part of."""
        kept = [(d, each) for d, each in chosen if _AXIS.get(d) != _AXIS.get(dimension, "")]
        return (*kept, *((dimension, each) for each in value))

    def parts(self, dimension: Dimension, chosen: Chosen, period: str) -> Parts:
        """The values of a dimension within a choice, with what they share; not to be shown as they are."""
        months = self._months(period)
        return self.slices.parts(dimension, self.slices.chosen(chosen), months, self.sampled(months))

    def _counters(self, period: str) -> tuple[Figure, ...]:
        """Each counter, where thirty people or more answered at every one of them.

        A counter is often one person. All are told or none: those who stood at no counter are the rest, and
        a way of answering that is held back would follow from them.
        """
        months = self._months(period)
        desks = {desk: self.slices.chosen([(cells.DESK, desk)]) for desk in self.slices.values(cells.DESK)}
        by_month = {(d, m): self.slices.people(mask, [m]) for d, mask in desks.items() for m in self.over}
        counters = [d for d in desks if d in self.known.counters and any(by_month[d, m] for m in months)]
        few = any(sum(by_month[d, m] for m in months) < disclosure.FEW for d in counters)
        modes = self.slices.values(Dimension.MODE)
        hidden = any(self.held(((Dimension.MODE, mode),), period) for mode in modes)
        if len(counters) < 2 or few or hidden or within.thin(by_month, period):
            return ()
        return tuple(self._counter(desk, desks[desk], months, period) for desk in counters)

    def _counter(self, desk: str, mask: Mask, months: Sequence[str], period: str) -> Figure:
        strata = cells.with_sampled(self.slices.strata(mask, months), self.sampled(months))
        deff = self.counts.usual_deff.get(self.counts.index_code, 1.0)
        domain = self.domain(((Dimension.COUNTER, desk),))
        told = share_of(strata, deff)
        label = self.label(Dimension.COUNTER, desk)
        return disclosure.gate(
            self.counts.figure(self.counts.index_code, "share", label, domain, told, period=period)
        )


def _time(months: Sequence[str]) -> Axis:
    """Years, quarters and months that are over; nothing is told of all years together."""
    quarters = tuple(dict.fromkeys(map(periods.quarter_of, months)))
    years = tuple(dict.fromkeys(month[:4] for month in months))
    nodes = (*years, *quarters, *months)
    number = {node: place for place, node in enumerate(nodes)}
    sums = [
        (number[whole], tuple(number[part] for part in periods.parts_of(whole) if part in number))
        for whole in (*quarters, *years)
    ]
    return Axis(nodes, tuple(sums))


def _places(axis: Axis, labels: Labels, rows: Codes) -> Codes:
    """The number on an axis of each of some rows."""
    number = {node: place for place, node in enumerate(axis.nodes)}
    of_name = np.array([number.get(name, -1) for name in labels.names], dtype=np.intp)
    return np.asarray(of_name[labels.of[rows]], dtype=np.intp)
