"""Counts add: over answers, over sampling units, over batches, in any order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
    PsuKey,
    Stratum,
    TallyKey,
    domains_of,
    fold,
    measures_of,
    total,
)
from survey.instrument import Factor, Index, Instrument, Item, Scale, Step
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
    assert total(each).psus == len(some)


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
        Item("why", {"vi": "?"}, "topics"),
    ),
    index=Index("index@1", {"vi": "Chỉ số"}),
)
FACTOR = "factor:access"


def _sealed(answers: dict[str, Any], **more: Any) -> Sealed:
    fields: dict[str, Any] = {
        "wave": "2026",
        "instrument": "short@1",
        "agency": "03646",
        "day": "2026-11-23",
        "month": "2026-11",
        "mode": "kiosk",
        "respondent": "citizen",
        "language": "vi",
        "stratum": "H1",
        "psu": "counter 1, 2026-11-23",
    }
    return Sealed(**(fields | {"answers": answers} | more))


def _cell(folded: Fold, measure: str, domain: str = ALL) -> Cell:
    return folded.cells[PsuKey("2026", "2026-11", "H1", "counter 1, 2026-11-23"), domain, measure]


def test_an_item_is_pooled_into_its_factor_and_the_index() -> None:
    pooled = measures_of(INSTRUMENT)
    assert pooled["A1"] == ("item:A1", FACTOR, f"index:{INSTRUMENT.index.code}" if INSTRUMENT.index else "")
    assert pooled["overall"] == ("item:overall",)
    assert "why" not in pooled


def test_a_response_belongs_to_everybody_its_agency_its_mode_and_its_field() -> None:
    response = _sealed({"A1": 5}, group="land")
    assert domains_of(response) == (
        "all",
        "agency:03646",
        "mode:kiosk",
        "group:land",
        "group:land;construction;investment",
    )
    assert domains_of(_sealed({"A1": 5})) == ("all", "agency:03646", "mode:kiosk")


def test_a_pooled_cell_counts_people_once_and_answers_each() -> None:
    folded = fold([_sealed({"A1": 5, "A2": 3}), _sealed({"A1": 4, "A2": "dont_know"})], INSTRUMENT)
    assert _cell(folded, FACTOR) == Cell(people=2, answers=3, w=3, w2=3, y=2, s=12, q=50)
    assert _cell(folded, "item:A2") == Cell(people=1, answers=1, w=1, w2=1, y=0, s=3, q=9)
    assert _cell(folded, RESPONSES) == Cell(people=2, answers=2, w=2, w2=2)


def test_a_missing_answer_is_counted_beside_and_not_in_the_base() -> None:
    folded = fold([_sealed({"A1": "dont_know", "why": [1, 2]})], INSTRUMENT)
    assert {measure for _, _, measure in folded.cells} == {RESPONSES}
    at = TallyKey("2026", "2026-11", ALL, "item:A1", "dont_know")
    assert folded.tallies[at] == (1, 1.0)
    assert folded.tallies[at._replace(measure="item:why", outcome="2")] == (1, 1.0)


def test_weights_enter_the_sums_and_not_the_counts() -> None:
    folded = fold([_sealed({"A1": 5}, weight=2.5), _sealed({"A1": 2}, weight=0.5)], INSTRUMENT)
    assert _cell(folded, "item:A1") == Cell(people=2, answers=2, w=3.0, w2=6.5, y=2.5, s=13.5, q=64.5)


def test_without_a_recorded_unit_each_person_is_one() -> None:
    people = [_sealed({"A1": 5, "A2": 5}, psu=None), _sealed({"A1": 1, "A2": 2}, psu=None)]
    folded = fold(people, INSTRUMENT)
    assert not folded.cells
    kept = folded.singles[MomentKey("2026", "2026-11", "H1", ALL, FACTOR)]
    assert (kept.psus, kept.people, kept.answers, kept.yy, kept.ww) == (2, 2, 4, 4, 8)


def _added(folds: Iterable[Fold]) -> tuple[dict[Any, Cell], dict[Any, Moments], dict[Any, tuple[int, float]]]:
    summed: dict[Any, Cell] = {}
    singles: dict[Any, Moments] = {}
    tallies: dict[Any, tuple[int, float]] = {}
    for one in folds:
        for key, cell in one.cells.items():
            summed[key] = summed.get(key, Cell()) + cell
        for kept, some in one.singles.items():
            singles[kept] = singles.get(kept, Moments()) + some
        for at, (n, w) in one.tallies.items():
            known = tallies.get(at, (0, 0.0))
            tallies[at] = (known[0] + n, known[1] + w)
    return summed, singles, tallies


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
        weight=st.sampled_from([1.0, 2.0]),
    ),
    max_size=12,
)


@given(responses, st.integers(0, 12), st.randoms())
def test_batches_fold_to_the_same_counts_in_any_order(some: list[Sealed], cut: int, chance: Any) -> None:
    together = _added([fold(some, INSTRUMENT)])
    assert _added([fold(some[:cut], INSTRUMENT), fold(some[cut:], INSTRUMENT)]) == together
    mixed = list(some)
    chance.shuffle(mixed)
    assert _added([fold(mixed, INSTRUMENT)]) == together


@given(responses)
def test_the_modes_add_up_to_everybody(some: list[Sealed]) -> None:
    folded = fold(some, INSTRUMENT)
    for (unit, domain, measure), cell in folded.cells.items():
        if domain == ALL:
            parts = [folded.cells.get((unit, f"mode:{m}", measure), Cell()) for m in ("kiosk", "paper")]
            assert sum(parts, Cell()) == cell


def test_folded_counts_give_the_pooled_share() -> None:
    people = [_sealed({"A1": 5, "A2": 4}), _sealed({"A1": 2, "A2": 5}, psu="counter 2")]
    folded = fold(people, INSTRUMENT)
    units = [
        cell.moments() for (_, domain, name), cell in folded.cells.items() if (domain, name) == (ALL, FACTOR)
    ]
    estimate = share([Stratum(total(units), sampled=len(units))])
    assert (estimate.value, estimate.n, estimate.answers, estimate.df) == (0.75, 2, 4, 1)


@pytest.mark.parametrize("missing", ["refused", "dont_know", "not_applicable"])
def test_a_reason_is_never_read_as_a_step(missing: str) -> None:
    assert FACTOR not in {measure for _, _, measure in fold([_sealed({"A1": missing})], INSTRUMENT).cells}
