"""An instrument as arrays: what folding looks up for every answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.counts.domains import headline_of, measures_of, outcomes_of, overall_of
from survey.instrument import Instrument, Kind, Missing

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Block:
    """Columns whose products are kept over complete cases: a factor's items, or scores of persons.

    name: "factor:access", or "persons" · columns: "item:access_1", "factor:access"
    """

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """An instrument as arrays; I items, M measures, O outcomes (and one more: no outcome).

    places: per item, answer -> number of its outcome · several: items that allow several choices
    valid, value, satisfied: (O + 1,) of each outcome, 0 where it is no rating
    pools: (I, M) of 0 and 1 · headline: places of the headline measures
    """

    items: tuple[str, ...]
    several: tuple[str, ...]
    places: tuple[dict[Any, int], ...]
    outcomes: tuple[tuple[str, str], ...]
    valid: Array
    value: Array
    satisfied: Array
    measures: tuple[str, ...]
    headline: tuple[int, ...]
    pools: Array
    blocks: tuple[Block, ...]


def plan_of(instrument: Instrument) -> Plan:
    """The arrays of an instrument."""
    outcomes = outcomes_of(instrument)
    measures = measures_of(instrument)
    rated = {item.code: instrument.scale_of(item).satisfied_from for item in instrument.ratings}
    valid, value, satisfied = np.zeros((3, len(outcomes) + 1))
    places: dict[str, dict[Any, int]] = {item.code: {} for item in instrument.items}
    reasons = {reason.value for reason in Missing}
    for (item, outcome), place in outcomes.items():
        places[item][outcome if outcome in reasons else int(outcome)] = place
        if item in rated and outcome not in reasons:
            valid[place], value[place] = 1.0, float(outcome)
            satisfied[place] = float(int(outcome) >= (rated[item] or 0))
    for known in places.values():
        known[None] = known[Missing.NOT_ASKED.value]
    return Plan(
        items=tuple(places),
        several=tuple(item.code for item in instrument.items if item.kind is Kind.CHOICES),
        places=tuple(places.values()),
        outcomes=tuple(outcomes),
        valid=valid,
        value=value,
        satisfied=satisfied,
        measures=tuple(measures),
        headline=headline_of(tuple(measures)),
        pools=np.array([[float(item in pool) for pool in measures.values()] for item in places]),
        blocks=blocks_of(instrument),
    )


def blocks_of(instrument: Instrument) -> tuple[Block, ...]:
    """The blocks of an instrument: its factors of two or more items, and the persons' scores.

    "persons": the overall question, where there is one, then the mean of each factor.
    """
    factors = [factor.code for factor in instrument.factors if instrument.criteria(factor.code)]
    criteria = {code: tuple(f"item:{i.code}" for i in instrument.criteria(code)) for code in factors}
    blocks = [Block(f"factor:{code}", items) for code, items in criteria.items() if len(items) > 1]
    overall = overall_of(instrument)
    persons = (*((f"item:{overall.code}",) if overall else ()), *(f"factor:{code}" for code in factors))
    return (*blocks, Block("persons", persons)) if persons else tuple(blocks)
