"""Factors and criteria of what is chosen, where moments or cells of all measures are kept of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from survey import disclosure
from survey.analyse.answers import Answers, Chosen
from survey.analyse.wave import share_of
from survey.counts import Moments
from survey.counts.domains import measures_of
from survey.dashboard import Dimension, Selection
from survey.figure import Figure
from survey.instrument import Text
from survey.store import cells
from survey.store.database import Connection

#: dimensions of which moments of all measures are kept within an agency, and of two of them cells
BARE = frozenset({Dimension.MODE, Dimension.KIND})

#: measure -> stratum -> moments
_ByMeasure = Mapping[str, Mapping[str, Moments]]


class _Said(NamedTuple):
    """What was said in a period. own: of what is chosen · wider: people by measure of each choice with one filter less"""

    own: _ByMeasure
    wider: Sequence[Mapping[str, int]]

    def tells_of_few(self, measure: str) -> bool:
        """Whether what fewer than ten people answered follows from the difference to a wider choice."""
        people = sum(moments.people for moments in self.own.get(measure, {}).values())
        return any(0 < each.get(measure, 0) - people < disclosure.SMALLEST for each in self.wider)


def criteria(connection: Connection, answers: Answers, selection: Selection) -> dict[str, Any]:
    """The parts of a report that are told of questions and factors.

    Told only where nobody's answer follows from the difference to a wider choice: where the people who were
    left out by a filter are ten or more, or none.
    """
    months = answers.months(selection.period)
    said = _said(connection, answers, selection.chosen, months)
    sampled, domain = answers.sampled(months), answers.domain(selection.chosen)
    instrument, usual = answers.counts.instrument, answers.counts.usual_deff

    def figure(measure: str, label: Text) -> Figure:
        strata = cells.with_sampled(said.own.get(measure, {}), sampled)
        told = share_of(strata, usual.get(measure, 1.0))
        made = answers.counts.figure(measure, "share", label, domain, told, period=selection.period)
        if said.tells_of_few(measure):
            return disclosure.withhold(made, disclosure.SECONDARY)
        return disclosure.gate(made)

    items = [(item, figure(f"item:{item.code}", item.text)) for item in instrument.ratings]
    return {
        "overall": tuple(made for item, made in items if not item.factor),
        "factors": tuple(figure(f"factor:{f.code}", f.label) for f in instrument.factors),
        "criteria": tuple(made for item, made in items if item.factor),
    }


def _said(connection: Connection, answers: Answers, chosen: Chosen, months: Sequence[str]) -> _Said:
    """One filter from what is kept of ways or kinds within the agency, which together are all; two from its cells."""
    if len(chosen) == 1:
        ((dimension, value),) = chosen
        kept = _kept(connection, answers, dimension, months)
        together: Counter[str] = Counter()
        for by in kept.values():
            together.update(_people(by))
        return _Said(kept.get(value, {}), [together])
    wider = [_people(_kept(connection, answers, d, months).get(value, {})) for d, value in chosen]
    return _Said(_of_cells(connection, answers, chosen, months), wider)


def _kept(
    connection: Connection, answers: Answers, dimension: Dimension, months: Sequence[str]
) -> dict[str, _ByMeasure]:
    """The moments of the values of a dimension."""
    values = {answers.domain([(dimension, value)]): value for value in answers.slices.values(dimension)}
    found: dict[str, dict[str, Mapping[str, Moments]]] = {}
    wave, span = answers.counts.wave.code, (months[0], months[-1])
    for (domain, measure), by in cells.strata(connection, wave, domains=list(values), months=span).items():
        found.setdefault(values[domain], {})[measure] = by
    return dict(found)


def _of_cells(connection: Connection, answers: Answers, chosen: Chosen, months: Sequence[str]) -> _ByMeasure:
    """The moments of a way and a kind together."""
    instrument = answers.counts.instrument
    measures = tuple(measures_of(instrument))
    slices = cells.bare(
        connection, answers.code, answers.slices, months, instrument=instrument.ref, measures=len(measures)
    )
    return dict(zip(measures, slices.chosen(chosen).strata_of_each(), strict=True))


def _people(by: _ByMeasure) -> dict[str, int]:
    """How many people answered to each measure."""
    return {measure: sum(moments.people for moments in strata.values()) for measure, strata in by.items()}
