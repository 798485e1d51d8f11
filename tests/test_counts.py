"""Counts add: over answers, over sampling units, over batches, in any order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.counts import (
    ALL,
    RESPONSES,
    Cell,
    Fold,
    MomentKey,
    Moments,
    Profile,
    PsuKey,
    Stratum,
    TallyKey,
    domains_of,
    fold,
    measures_of,
    moment_changes,
    total,
)
from survey.instrument import Factor, Index, Instrument, Item, Kind, Missing, Scale, Step
from survey.response import Sealed
from survey.stats import share

whole = st.integers(0, 1000)
cells = st.builds(Cell, *[whole] * 7)
moments = st.lists(cells, max_size=6).map(lambda some: total(cell.moments() for cell in some))


@given(cells, cells, cells)
def test_cells_add_in_any_order(a: Cell, b: Cell, c: Cell) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + Cell() == a


@given(st.lists(cells, max_size=8), st.integers(0, 8))
def test_moments_add_over_disjoint_units(some: list[Cell], cut: int) -> None:
    each = [cell.moments() for cell in some]
    assert total(each) == total(each[:cut]) + total(each[cut:])
    assert total(each).psus == sum(1 for cell in some if cell.answers)


@given(moments, moments)
def test_what_was_added_can_be_taken_away(a: Moments, b: Moments) -> None:
    assert (a + b) - b == a


def test_the_moments_of_a_unit_are_products_of_its_sums() -> None:
    cell = Cell(people=3, answers=5, w=2.0, w2=3.0, y=5.0, s=7.0, q=11.0)
    assert cell.moments() == Moments(1, 3, 5, 2.0, 3.0, 5.0, 7.0, 11.0, 4.0, 10.0, 25.0, 14.0, 49.0)


def test_one_unit_split_in_two_is_not_the_same_as_one_unit() -> None:
    half = Cell(people=1, answers=1, w=1, w2=1, y=1)
    assert (half + half).moments().yy == 4
    assert (half.moments() + half.moments()).yy == 2


# Folding.

RATED = Scale("five", tuple(Step(v, {"vi": str(v)}) for v in range(1, 6)), satisfied_from=4)
TOPICS = Scale("topics", (Step(1, {"vi": "phí"}), Step(2, {"vi": "thời gian"})))
INSTRUMENT = Instrument(
    code="short",
    version="1",
    form="rating",
    title={"vi": "Phiếu"},
    intro={"vi": ""},
    languages=("vi",),
    scales={"five": RATED, "topics": TOPICS},
    factors=(Factor("access", {"vi": "Tiếp cận"}),),
    items=(
        Item("A1", {"vi": "?"}, "five", factor="access", in_index=True),
        Item("A2", {"vi": "?"}, "five", factor="access", in_index=True),
        Item("overall", {"vi": "?"}, "five"),
        Item("why", {"vi": "?"}, "topics", kind=Kind.CHOICES),
    ),
    index=Index("index@1", {"vi": "Chỉ số"}),
)
POOLED = measures_of(INSTRUMENT)
FACTOR = "factor:access"
UNIT = PsuKey("2026", "2026-11", "H1", "counter 1, 2026-11-23")
KIOSK = Profile("03646", "kiosk", "")


def _sealed(answers: dict[str, Any], **more: Any) -> Sealed:
    fields: dict[str, Any] = {
        "wave": UNIT.wave,
        "instrument": "short@1",
        "agency": KIOSK.agency,
        "day": "2026-11-23",
        "month": UNIT.month,
        "mode": KIOSK.mode,
        "respondent": "citizen",
        "language": "vi",
        "stratum": UNIT.stratum,
        "psu": UNIT.psu,
    }
    return Sealed(**(fields | {"answers": answers} | more))


def _cell(folded: Fold, measure: str) -> Cell:
    return Cell(*folded.cells[UNIT, KIOSK][folded.measures.index(measure)])


def test_an_item_is_pooled_into_its_factor_and_the_index() -> None:
    assert POOLED == {
        RESPONSES: (),
        "item:A1": ("A1",),
        "item:A2": ("A2",),
        "item:overall": ("overall",),
        FACTOR: ("A1", "A2"),
        "index:index@1": ("A1", "A2"),
    }


def test_a_response_belongs_to_everybody_its_agency_its_mode_and_its_field() -> None:
    domains = ("all", "agency:03646", "mode:kiosk")
    assert domains_of(KIOSK) == domains
    assert domains_of(KIOSK._replace(group="health")) == (*domains, "group:health")
    in_plan = (*domains, "group:land", "group:land;construction;investment")
    assert domains_of(KIOSK._replace(group="land")) == in_plan


def test_a_pooled_cell_counts_people_once_and_each_of_their_answers() -> None:
    folded = fold([_sealed({"A1": 5, "A2": 3}), _sealed({"A1": 4, "A2": "dont_know"})], INSTRUMENT)
    assert _cell(folded, FACTOR) == Cell(people=2, answers=3, w=3, w2=3, y=2, s=12, q=50)
    assert _cell(folded, "item:A2") == Cell(people=1, answers=1, w=1, w2=1, y=0, s=3, q=9)


def test_weights_enter_the_sums_and_not_the_counts() -> None:
    folded = fold([_sealed({"A1": 5}, weight=2.5), _sealed({"A1": 2}, weight=0.5)], INSTRUMENT)
    assert _cell(folded, "item:A1") == Cell(people=2, answers=2, w=3.0, w2=6.5, y=2.5, s=13.5, q=64.5)
    responses = _cell(folded, RESPONSES)
    assert (responses.people, responses.answers, responses.w) == (2, 2, 3.0)


@pytest.mark.parametrize("missing", list(Missing))
def test_a_missing_answer_is_counted_beside_the_base_and_not_in_it(missing: Missing) -> None:
    folded = fold([_sealed({"A1": missing.value, "why": [1, 2]})], INSTRUMENT)
    assert _cell(folded, "item:A1") == Cell()
    assert _cell(folded, FACTOR) == Cell()
    assert _cell(folded, RESPONSES).people == 1
    at = TallyKey("2026", "2026-11", ALL, "A1", missing.value)
    assert folded.tallies[at] == (1, 1.0)
    assert folded.tallies[at._replace(item="why", outcome="2")] == (1, 1.0)


def test_without_a_recorded_unit_each_person_is_one() -> None:
    people = [_sealed({"A1": 5, "A2": 5}, psu=None), _sealed({"A1": 1, "A2": 2}, psu=None)]
    folded = fold(people, INSTRUMENT)
    assert not folded.cells
    sums = folded.singles[MomentKey("2026", "2026-11", "H1", ALL)][folded.measures.index(FACTOR)]
    kept = Moments(*sums)
    assert (kept.psus, kept.people, kept.answers, kept.yy, kept.ww) == (2, 2, 4, 4, 8)


def test_nobody_folds_to_nothing() -> None:
    folded = fold([], INSTRUMENT)
    assert (folded.cells, folded.singles, folded.tallies) == ({}, {}, {})
    assert moment_changes({}, folded.cells) == {}


# The slow way, response by response, from the meaning of the words.


def _moments_by_hand(some: Iterable[Sealed]) -> dict[tuple[MomentKey, str], Moments]:
    units: dict[tuple[Any, MomentKey, str], Cell] = {}
    for number, response in enumerate(some):
        unit = number if response.psu is None else (response.stratum, response.psu)
        for domain in domains_of(Profile(response.agency, response.mode, response.group or "")):
            key = MomentKey(response.wave, response.month, response.stratum, domain)
            for measure, items in POOLED.items():
                cell = _cell_by_hand(response, items) if items else _one_response(response.weight)
                at = (unit, key, measure)
                units[at] = units.get(at, Cell()) + cell
    kept: dict[tuple[MomentKey, str], Moments] = {}
    for (_, key, measure), cell in units.items():
        kept[key, measure] = kept.get((key, measure), Moments()) + cell.moments()
    return kept


def _cell_by_hand(response: Sealed, items: tuple[str, ...]) -> Cell:
    given = [x for item in items if isinstance(x := response.answers.get(item), int)]
    w, n = response.weight, len(given)
    satisfied = sum(1 for x in given if x >= 4)
    return Cell(min(n, 1), n, w * n, w * w * n, w * satisfied, w * sum(given), w * sum(x * x for x in given))


def _one_response(weight: float) -> Cell:
    return Cell(1, 1, weight, weight * weight)


def _moments_of_batches(batches: Iterable[list[Sealed]]) -> dict[tuple[MomentKey, str], Moments]:
    """What is kept after sealing batch after batch: moments that follow their cells."""
    cells: dict[Any, Any] = {}
    kept: dict[MomentKey, Any] = {}
    for batch in batches:
        folded = fold(batch, INSTRUMENT)
        touched = {psu for psu, _ in folded.cells}
        before = {key: cell for key, cell in cells.items() if key[0] in touched}
        for changes in (moment_changes(before, folded.cells), folded.singles):
            for key, change in changes.items():
                kept[key] = kept.get(key, np.zeros_like(change)) + change
        for unit, cell in folded.cells.items():
            cells[unit] = cells.get(unit, np.zeros_like(cell)) + cell
    return {
        (key, measure): Moments(*sums)
        for key, rows in kept.items()
        for measure, sums in zip(POOLED, rows, strict=True)
    }


answers = st.fixed_dictionaries(
    {}, optional={"A1": st.integers(1, 5), "A2": st.sampled_from([1, 3, 5, "refused"]), "why": st.just([1])}
)
responses = st.lists(
    st.builds(
        _sealed,
        answers,
        psu=st.sampled_from([None, "a", "b"]),
        stratum=st.sampled_from(["H1", "H2"]),
        mode=st.sampled_from(["kiosk", "paper"]),
        group=st.sampled_from([None, "land"]),
        weight=st.sampled_from([1.0, 2.0]),
    ),
    max_size=12,
)


@given(responses, st.integers(0, 12), st.randoms())
def test_batches_in_any_order_leave_the_moments_of_all_responses(
    some: list[Sealed], cut: int, chance: Any
) -> None:
    mixed = list(some)
    chance.shuffle(mixed)
    assert _moments_of_batches([mixed[:cut], mixed[cut:]]) == _moments_by_hand(some)


@given(responses)
def test_the_outcomes_of_an_item_add_up_to_the_responses(some: list[Sealed]) -> None:
    tallies = fold(some, INSTRUMENT).tallies
    for item in ("A1", "A2", "overall"):
        found = [n for key, (n, _) in tallies.items() if (key.domain, key.item) == (ALL, item)]
        assert sum(found) == len(some)


def test_folded_counts_give_the_pooled_share() -> None:
    people = [_sealed({"A1": 5, "A2": 4}), _sealed({"A1": 2, "A2": 5}, psu="counter 2")]
    kept = _moments_of_batches([people])[MomentKey("2026", "2026-11", "H1", ALL), FACTOR]
    estimate = share([Stratum(kept, sampled=2)])
    assert (estimate.value, estimate.n, estimate.answers, estimate.df) == (0.75, 2, 4, 1)
