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
from survey.counts import Moments
from survey.counts.monthly import Monthly
from survey.counts.slices import Codes, Labels, Slices
from survey.dashboard import Dimension, Option, Part
from survey.figure import Figure
from survey.instrument import Text
from survey.lattice import Axis, Lattice, Whole, tree
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
    _lattices: dict[Sequence[bool | None], Lattice] = field(default_factory=dict)

    def values(self, dimension: Dimension) -> Sequence[str]:
        """The values that people answered with, the most frequent first."""
        if dimension not in self._values:
            counted = self.slices.people_by(dimension, self.over)
            self._values[dimension] = sorted(counted, key=lambda value: -counted[value])
        return self._values[dimension]

    @cached_property
    def time(self) -> Axis:
        """The periods that are told apart."""
        return _time(self.over)

    def lattice(self, told: Sequence[bool | None]) -> Lattice:
        """What may be told of parts. told: in which periods the index of all together is, as `Answers.told`"""
        made = self._lattices.get(told)
        if made is None:
            made = self._lattice(Whole.of(told))
            self._lattices.clear()  # of what was told before
            self._lattices[told] = made
        return made

    def _lattice(self, whole: Whole) -> Lattice:
        axes = {SUBJECT: self._subject, **{each.value: tree(self.slices.values(each)) for each in _PLAIN}}
        time = self.time
        rows = self.slices.rows(self.over)
        places = {name: _places(axes[name], self._named(name), rows) for name in axes}
        month = _places(time, self.slices.month.at(self.slices.unit), rows)
        people = self.slices.sums[rows, -1, 0].astype(np.int64)
        leaves = {}
        for first, second in combinations(axes, 2):
            counts = np.zeros((len(axes[first].nodes), len(axes[second].nodes), len(time.nodes)), np.int64)
            np.add.at(counts, (places[first], places[second], month), people)
            leaves[first, second] = counts
        return Lattice.of(axes, time, leaves, whole)

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
    _rows: dict[Chosen, Slices] = field(default_factory=dict)
    _by: dict[tuple[Dimension | None, Chosen], Monthly] = field(default_factory=dict)

    @property
    def over(self) -> Sequence[str]:
        return self.apart.over

    @property
    def slices(self) -> Slices:
        return self.apart.slices

    @cached_property
    def lattice(self) -> Lattice:
        """What may be told of parts beside the series."""
        return self.apart.lattice(tuple(map(self.told, self.apart.time.nodes)))

    def told(self, period: str) -> bool | None:
        """Whether the index of all parts together is told in a period; None of one with months that are not over.

        What is told of such a period has answers that no part has yet.
        """
        if any(month in self.series.months and month not in self.over for month in periods.months_of(period)):
            return None
        return self.series.held(self.domain(()), period) is None

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
        moments = self.monthly(None, chosen).by_value(self.months(period)).get("", {})
        return self._told(chosen, period, label, moments, self.held(chosen, period))

    def monthly(self, dimension: Dimension | None, chosen: Chosen) -> Monthly:
        """What was said within a choice by the values of a dimension, or of all together (None); not to be shown."""
        key = (dimension, tuple(chosen))
        if key not in self._by:
            self._by[key] = self._chosen(key[1]).by(dimension)
        return self._by[key]

    def _chosen(self, chosen: tuple[tuple[Dimension, str], ...]) -> Slices:
        if chosen not in self._rows:
            self._rows[chosen] = self.slices.chosen(chosen)
        return self._rows[chosen]

    def months(self, period: str) -> list[str]:
        """The months of a period that are over."""
        return [month for month in periods.months_of(period) if month in self.over]

    def _told(
        self,
        chosen: Chosen,
        period: str,
        label: Text | None,
        moments: Mapping[str, Moments],
        held: str | None,
    ) -> Figure:
        """held: why it is held back, None where it is not"""
        strata = cells.with_sampled(moments, self.sampled(self.months(period)))
        deff = self.counts.usual_deff.get(self.counts.index_code, 1.0)
        figure = self.counts.figure(
            self.counts.index_code,
            "share",
            label or self.counts.index_label,
            self.domain(chosen),
            share_of(strata, deff),
            period=period,
        )
        return disclosure.withhold(figure, held) if held else disclosure.gate(figure)

    def domain(self, chosen: Chosen) -> str:
        return "/".join([f"agency:{self.code}", *(f"{name}:{value}" for name, value in chosen)])

    def held(self, chosen: Chosen, period: str) -> str | None:
        """Why a part is held back in a period, None where it is not; periods across as in `Series.held`."""
        meant = {_axis(d): (d, value) for d, value in chosen}  # a procedure stands for its field
        (dimension, value), *others = meant.values() or [(Dimension.MODE, "")]
        return self.held_of(dimension, others, period).get(value)

    def held_of(self, dimension: Dimension, chosen: Chosen, period: str) -> Mapping[str, str]:
        """The values of a dimension within a choice that are held back in a period, and why; "" for all together."""
        axis, prefix = _axis(dimension), _node(dimension, "")
        there = [piece for piece in periods.pieces_of(period) if piece in self.lattice.time.number]
        nodes = {_axis(d): _node(d, value) for d, value in self.inside(dimension, chosen)}
        people, held = self.lattice.along(axis, nodes, there)
        names, total = self.lattice.axes[axis].nodes, people.sum(axis=1)
        found = {}
        for place in np.flatnonzero((held & (people > 0)).any(axis=1)).tolist():
            if not names[place] or names[place].startswith(prefix):
                few = total[place] < disclosure.SMALLEST
                code = disclosure.TOO_FEW if few else disclosure.SECONDARY
                found[names[place].removeprefix(prefix)] = code
        return found

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
        months = self.months(period)
        there = self.monthly(dimension, chosen).people(months)
        values = [value for value in self._values(dimension) if value in there]
        shown = values[:most]
        by_value = self.monthly(dimension, self.inside(dimension, chosen)).by_value(months, shown)
        held = self.held_of(dimension, chosen, period)
        figures = tuple(
            self._told(
                self.inside(dimension, chosen, value),
                period,
                self.label(dimension, value),
                by_value.get(value, {}),
                held.get(value),
            )
            for value in shown
        )
        return Part(dimension, figures, len(values))

    def inside(self, dimension: Dimension, chosen: Chosen, *value: str) -> Chosen:
        """A choice with a value of a dimension, which takes the place of what it is a part of."""
        kept = [(d, each) for d, each in chosen if _axis(d) != _axis(dimension)]
        return (*kept, *((dimension, each) for each in value))

    def _counters(self, period: str) -> tuple[Figure, ...]:
        """Each counter, where thirty people or more answered at every one of them.

        A counter is often one person. All are told or none: those who stood at no counter are the rest, and
        a way of answering that is held back would follow from them.
        """
        months = self.months(period)
        desks = self.slices.by(cells.DESK)
        by_month = {(d, m): n for m in self.over for d, n in desks.people([m]).items()}
        people = desks.people(months)
        counters = [desk for desk in people if desk in self.known.counters]
        few = any(people[desk] < disclosure.FEW for desk in counters)
        hidden = self.held_of(Dimension.MODE, (), period).keys() - {""}
        if len(counters) < 2 or few or hidden or within.thin(by_month, period):
            return ()
        told = desks.by_value(months, counters)
        label, chosen = self.label, Dimension.COUNTER
        return tuple(
            self._told(((chosen, desk),), period, label(chosen, desk), told[desk], None) for desk in counters
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


def _axis(dimension: Dimension) -> str:
    """The axis of the lattice that a dimension lies on."""
    return _AXIS.get(dimension, dimension.value)


def _node(dimension: Dimension, value: str) -> str:
    """What a value is called in the lattice."""
    return f"{dimension}:{value}" if dimension in _AXIS else value


def _places(axis: Axis, labels: Labels, rows: Codes) -> Codes:
    """The number on an axis of each of some rows."""
    number = {node: place for place, node in enumerate(axis.nodes)}
    of_name = np.array([number.get(name, -1) for name in labels.names], dtype=np.intp)
    return np.asarray(of_name[labels.of[rows]], dtype=np.intp)
