"""Factors and criteria of what is chosen, where cells of all measures are kept of it."""

from __future__ import annotations

from typing import Any

from survey import disclosure
from survey.analyse import periods
from survey.analyse.answers import Answers
from survey.analyse.wave import share_of
from survey.counts.domains import measures_of
from survey.dashboard import Dimension, Selection
from survey.figure import Figure
from survey.instrument import Text
from survey.store import cells
from survey.store.database import Connection

#: dimensions of bare profiles, of which cells of all measures are kept
BARE = frozenset({Dimension.MODE, Dimension.KIND})


def criteria(connection: Connection, answers: Answers, selection: Selection) -> dict[str, Any]:
    """The parts of a report that are told of questions and factors.

    Told only where nobody's answer follows from the difference to a wider choice: where the people who were
    left out by a filter are ten or more, or none.
    """
    measures = tuple(measures_of(answers.counts.instrument))
    months = [month for month in periods.months_of(selection.period) if month in answers.over]
    slices = cells.bare(
        connection,
        answers.code,
        answers.slices,
        months,
        instrument=answers.counts.instrument.ref,
        measures=len(measures),
    )
    chosen = dict(selection.chosen)
    wider = [{d: v for d, v in chosen.items() if d is not left} for left in chosen]
    mask = slices.chosen(chosen.items())
    people = slices.people_of_each(mask, months)
    others = [slices.people_of_each(slices.chosen(each.items()), months) for each in wider]
    strata = slices.strata_of_each(mask, months)
    sampled, domain = answers.sampled(months), answers.domain(selection.chosen)

    def figure(measure: str, label: Text) -> Figure:
        place = measures.index(measure)
        told = share_of(
            cells.with_sampled(strata[place], sampled), answers.counts.usual_deff.get(measure, 1.0)
        )
        made = answers.counts.figure(measure, "share", label, domain, told, period=selection.period)
        if any(0 < wide[place] - people[place] < disclosure.SMALLEST for wide in others):
            return disclosure.withhold(made, disclosure.SECONDARY)
        return disclosure.gate(made)

    instrument = answers.counts.instrument
    items = [(item, figure(f"item:{item.code}", item.text)) for item in instrument.ratings]
    return {
        "overall": tuple(made for item, made in items if not item.factor),
        "factors": tuple(figure(f"factor:{f.code}", f.label) for f in instrument.factors),
        "criteria": tuple(made for item, made in items if item.factor),
    }
