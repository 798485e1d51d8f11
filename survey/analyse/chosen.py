"""Factors and criteria of what is chosen, where moments or cells of all measures are kept of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from survey import disclosure
from survey.analyse import periods, within
from survey.analyse.answers import Answers
from survey.analyse.wave import share_of
from survey.counts import Moments
from survey.counts.domains import measures_of
from survey.counts.slices import Slices
from survey.dashboard import Dimension, Selection
from survey.figure import Figure
from survey.instrument import Text
from survey.lattice import Lattice, Whole, tree
from survey.store import cells
from survey.store.database import Connection

#: measure -> stratum -> moments
_ByMeasure = Mapping[str, Mapping[str, Moments]]


class _Said(NamedTuple):
    """What was said in a period.

    own: of what is chosen · wider: people by measure of each choice with one filter less
    held: measures that are held back beside the other values of a filter and other periods
    """

    own: _ByMeasure
    wider: Sequence[Mapping[str, int]] = ()
    held: frozenset[str] = frozenset()

    def tells_of_few(self, measure: str) -> bool:
        """Whether what fewer than ten people answered follows from what is told beside it."""
        people = sum(moments.people for moments in self.own.get(measure, {}).values())
        apart = (0 < each.get(measure, 0) - people < disclosure.SMALLEST for each in self.wider)
        return measure in self.held or any(apart)


def criteria(connection: Connection, answers: Answers, selection: Selection) -> dict[str, Any]:
    """The parts of a report that are told of questions and factors.

    Of one filter each question has a lattice of its own, of the filter's values and of time, since not everybody
    answers each. Of two, they are told of a year, so that none follows from other periods; nothing follows from the
    other ways and kinds of the year, nor from the difference to one filter: the people who are left out by either
    are ten or more, or none.
    """
    months = answers.months(selection.period)
    said = _said(connection, answers, selection, months)
    sampled, domain = answers.sampled(months), answers.domain(selection.chosen)
    instrument, usual = answers.counts.instrument, answers.counts.usual_deff

    def figure(measure: str, label: Text) -> Figure:
        strata = cells.with_sampled(said.own.get(measure, {}), sampled)
        told = share_of(strata, usual.get(measure, 1.0))
        made = answers.counts.figure(measure, "share", label, domain, told, period=selection.period)
        few = 0 < made.estimate.n < disclosure.SMALLEST
        if said.tells_of_few(measure) and not few:
            return disclosure.withhold(made, disclosure.SECONDARY)
        return disclosure.gate(made)

    items = [(item, figure(f"item:{item.code}", item.text)) for item in instrument.ratings]
    return {
        "overall": tuple(made for item, made in items if not item.factor),
        "factors": tuple(figure(f"factor:{f.code}", f.label) for f in instrument.factors),
        "criteria": tuple(made for item, made in items if item.factor),
    }


def _said(connection: Connection, answers: Answers, selection: Selection, months: Sequence[str]) -> _Said:
    """One filter from what is kept of ways or kinds within the agency; two from its cells."""
    by = [_kept(connection, answers, one, months) for one in selection.chosen]
    if len(by) == 1:
        return _Said(by[0], held=_held(connection, answers, *selection.chosen[0], selection.period))
    slices, measures = _cells(connection, answers, months), tuple(measures_of(answers.counts.instrument))
    own = dict(zip(measures, slices.chosen(selection.chosen).strata_of_each(), strict=True))
    held = _held_of_two(slices, measures, dict(selection.chosen))
    return _Said(own, [_people(one) for one in by], held)


def _kept(
    connection: Connection, answers: Answers, one: tuple[Dimension, str], months: Sequence[str]
) -> _ByMeasure:
    """The moments of a value of a dimension."""
    wave, span = answers.counts.wave.code, (months[0], months[-1])
    found = cells.strata(connection, wave, domains=[answers.domain([one])], months=span)
    return {measure: by for (_, measure), by in found.items()}


def _held(
    connection: Connection, answers: Answers, dimension: Dimension, value: str, period: str
) -> frozenset[str]:
    """The measures that are held back of a value in a period, so that no other value or period follows."""
    values, time = answers.lattice.axes[dimension.value], answers.lattice.time
    domains = {answers.domain([(dimension, each)]): each for each in values.nodes if each}
    years = (f"{answers.over[0][:4]}-01", f"{answers.over[-1][:4]}-12")
    found = cells.people(connection, answers.counts.wave.code, list(domains), years)
    measures = sorted({measure for by in found.values() for measure, _ in by})
    leaves = np.zeros((len(values.nodes), 1, len(time.nodes), len(measures)), np.int64)
    every: Counter[tuple[str, str]] = Counter()
    for domain, by in found.items():
        every.update(by)
        for (measure, month), n in by.items():
            if month in time.number:
                leaves[values.number[domains[domain]], 0, time.number[month], measures.index(measure)] = n
    whole = Whole.of(_told(answers, every, measures))
    made = Lattice.of({dimension: values, "": tree(())}, time, {(dimension, ""): leaves}, whole)
    people, held = made.along(
        dimension, {}, [piece for piece in periods.pieces_of(period) if piece in time.number]
    )
    flags = (held & (people > 0))[values.number[value]].any(axis=0)
    return frozenset(measure for measure, flag in zip(measures, flags.tolist(), strict=True) if flag)


def _told(
    answers: Answers, people: Mapping[tuple[str, str], int], measures: Sequence[str]
) -> list[list[bool | None]]:
    """Whether a measure of all parts together is told in a period (`within.told`): (periods, measures)."""
    thin: dict[tuple[str, int], frozenset[str]] = {}
    rows: list[list[bool | None]] = []
    for period in answers.lattice.time.nodes:
        told = answers.told(period)
        if told and "-" in period:
            size = (period[:4], len(periods.months_of(period)))
            if size not in thin:
                thin[size] = within.thin(people, period)
            rows.append([measure not in thin[size] for measure in measures])
        else:
            rows.append([told] * len(measures))
    return rows


def _cells(connection: Connection, answers: Answers, months: Sequence[str]) -> Slices:
    """What was said to every measure in some months, by way and kind."""
    instrument = answers.counts.instrument
    size = len(measures_of(instrument))
    return cells.bare(
        connection, answers.code, answers.slices, months, instrument=instrument.ref, measures=size
    )


def _held_of_two(slices: Slices, measures: Sequence[str], chosen: Mapping[Dimension, str]) -> frozenset[str]:
    """The measures that are held back of a way and a kind, so that no other way or kind follows in the period."""
    rows, columns = (slices.of[dimension] for dimension in chosen)
    row, column = (slices.of[dimension].names.index(value) for dimension, value in chosen.items())
    table = np.zeros((len(rows.names), len(columns.names), len(measures)), np.int64)
    np.add.at(table, (rows.of, columns.of), slices.sums[:, :, 0].astype(np.int64))
    found = set()
    for measure, people in zip(measures, np.moveaxis(table, 2, 0), strict=True):
        held = np.array([[bool(code) for code in row] for row in disclosure.suppressed(people.tolist())])
        lines = [*zip(people, held, strict=True), *zip(people.T, held.T, strict=True)]
        if held[row, column] or any(disclosure.follows(n[hidden].tolist()) for n, hidden in lines):
            found.add(measure)
    return frozenset(found)


def _people(by: _ByMeasure) -> dict[str, int]:
    """How many people answered to each measure."""
    return {measure: sum(moments.people for moments in strata.values()) for measure, strata in by.items()}
