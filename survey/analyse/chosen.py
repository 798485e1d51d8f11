"""Factors and criteria of what is chosen, where cells of all measures are kept of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from survey import disclosure
from survey.analyse import periods
from survey.analyse.answers import Answers
from survey.analyse.wave import share_of
from survey.counts.domains import measures_of
from survey.counts.slices import Slices
from survey.dashboard import Dimension, Selection
from survey.figure import Figure
from survey.instrument import Text
from survey.store import cells

#: dimensions of bare profiles, of which cells of all measures are kept
BARE = frozenset({Dimension.MODE, Dimension.KIND})

#: cells of all measures, of months from the first to the last
Reading = Callable[[tuple[str, str], int], Slices]


def criteria(answers: Answers, selection: Selection, read: Reading) -> dict[str, Any]:
    """The parts of a report that are told of questions and factors.

    Told only where nobody's answer follows from the difference to a wider choice: where the people who were
    left out by a filter are ten or more, or none.
    """
    measures = tuple(measures_of(answers.counts.instrument))
    months = [month for month in periods.months_of(selection.period) if month in answers.over]
    slices = read((months[0], months[-1]), len(measures))
    chosen = dict(selection.chosen)
    wider = [{d: v for d, v in chosen.items() if d is not left} for left in chosen]

    def figure(measure: str, label: Text) -> Figure:
        place = measures.index(measure)
        mask = slices.chosen(chosen.items())
        n = slices.people(mask, months, place)
        others = [slices.people(slices.chosen(each.items()), months, place) - n for each in wider]
        strata = cells.with_sampled(slices.strata(mask, months, place), answers.sampled(months))
        told = share_of(strata, answers.counts.usual_deff.get(measure, 1.0))
        domain = answers.domain(selection.chosen)
        made = answers.counts.figure(measure, "share", label, domain, told, period=selection.period)
        if any(0 < left < disclosure.SMALLEST for left in others):
            return disclosure.withhold(made, disclosure.SECONDARY)
        return disclosure.gate(made)

    instrument = answers.counts.instrument
    items = [(item, figure(f"item:{item.code}", item.text)) for item in instrument.ratings]
    return {
        "overall": tuple(made for item, made in items if not item.factor),
        "factors": tuple(figure(f"factor:{f.code}", f.label) for f in instrument.factors),
        "criteria": tuple(made for item, made in items if item.factor),
    }
