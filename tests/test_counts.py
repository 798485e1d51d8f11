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
    Cells,
    Cross,
    DomainKey,
    FamilyKey,
    Fold,
    Grown,
    Moments,
    Moved,
    Profile,
    PsuKey,
    Stratum,
    changes,
    domains_of,
    families_of,
    family_of,
    fold,
    measures_of,
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
INDEX = "index:index@1"
UNIT = PsuKey("2026", "2026-11", "H1", "counter 1, 2026-11-23")
KIOSK = Profile("03646", "kiosk", "", "citizen", "-")
MONTH = DomainKey("2026", "2026-11", ALL)
CROSSED = ("agency", "mode", "invitation", "assisted")


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


def _held(folded: Fold, cells: Cells) -> dict[tuple[PsuKey, Profile], np.ndarray]:
    return {
        (folded.psus[unit], folded.profiles[profile]): sums
        for unit, profile, sums in zip(*cells, strict=True)
    }


def _cell(folded: Fold, measure: str) -> Cell:
    sums = _held(folded, folded.whole)[UNIT, KIOSK.bare()]
    return Cell(*sums[folded.plan.measures.index(measure)])


def _tally(folded: Fold, item: str, outcome: str, domain: str = ALL) -> tuple[int, float]:
    of = folded.tallies.keys.index(MONTH._replace(domain=domain))
    answers, weight = folded.tallies.sums[of, folded.plan.outcomes.index((item, outcome))]
    return int(answers), float(weight)


def test_an_item_is_pooled_into_its_factor_and_the_index() -> None:
    assert POOLED == {
        RESPONSES: (),
        "item:A1": ("A1",),
        "item:A2": ("A2",),
        "item:overall": ("overall",),
        FACTOR: ("A1", "A2"),
        INDEX: ("A1", "A2"),
    }


def test_a_response_belongs_to_everybody_its_agency_its_mode_and_its_field() -> None:
    domains = ("all", "agency:03646", "mode:kiosk", "assisted:none", "kind:citizen")
    narrow = (
        "field:-",
        "agency:03646/field:-",
        "agency:03646/mode:kiosk",
        "agency:03646/kind:citizen",
    )
    assert domains_of(KIOSK) == (*domains, *narrow)
    assert domains_of(KIOSK._replace(group="health")) == (*domains, "group:health", *narrow)
    in_plan = (*domains, "group:land", "group:land;construction;investment", *narrow)
    assert domains_of(KIOSK._replace(group="land")) == in_plan
    assert "field:dat-dai" in domains_of(KIOSK._replace(field="dat-dai"))
    assert "invitation:poster" in domains_of(KIOSK._replace(mode="online", invitation="poster"))


@pytest.mark.parametrize("group", ["", "land", "health"])
def test_a_domain_tells_its_family(group: str) -> None:
    for family, domain in families_of(KIOSK._replace(group=group, field="dat-dai")).items():
        assert family_of(domain) == family


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
    assert _tally(folded, "A1", missing.value) == (1, 1.0)
    assert _tally(folded, "why", "2", "agency:03646") == (1, 1.0)
    assert _tally(folded, "A2", "not_asked") == (1, 1.0)


def test_without_a_recorded_unit_each_person_is_one() -> None:
    people = [_sealed({"A1": 5, "A2": 5}, psu=None), _sealed({"A1": 1, "A2": 2}, psu=None)]
    folded = fold(people, INSTRUMENT)
    assert folded.alone.all()
    kept = _moments_of_batches([people])[AT, ALL, FACTOR]
    assert (kept.psus, kept.people, kept.answers, kept.yy, kept.ww) == (2, 2, 4, 4, 8)


def test_nobody_folds_to_nothing() -> None:
    folded = fold([], INSTRUMENT)
    assert not folded.psus and not len(folded.whole.sums) and not folded.tallies.keys


# The slow way, response by response, from the meaning of the words.


AT = FamilyKey("2026", "2026-11", "H1", ALL)


def _units_by_hand(some: Iterable[Sealed]) -> dict[tuple[FamilyKey, str, str], dict[Any, Cell]]:
    """What each unit holds: (family, domain, measure) -> unit -> cell."""
    units: dict[tuple[FamilyKey, str, str], dict[Any, Cell]] = {}
    for number, r in enumerate(some):
        unit = number if r.psu is None else (r.stratum, r.psu)
        profile = Profile(
            r.agency,
            r.mode,
            r.group or "",
            r.respondent,
            r.field or "-",
            r.invitation or "none",
            r.assisted or "none",
        )
        for family, domain in families_of(profile).items():
            key = FamilyKey(r.wave, r.month, r.stratum, family)
            for measure, items in POOLED.items():
                cell = _cell_by_hand(r, items) if items else _one_response(r.weight)
                held = units.setdefault((key, domain, measure), {})
                held[unit] = held.get(unit, Cell()) + cell
    return units


def _carried(family: str) -> tuple[str, ...]:
    return (
        (RESPONSES, INDEX)
        if family.endswith("/field") or family in ("field", "invitation", "assisted")
        else tuple(POOLED)
    )


def _moments_by_hand(some: Iterable[Sealed]) -> dict[tuple[FamilyKey, str, str], Moments]:
    return {
        key: total(cell.moments() for cell in held.values())
        for key, held in _units_by_hand(some).items()
        if key[2] in _carried(key[0].family)
    }


def _crosses_by_hand(some: Iterable[Sealed]) -> dict[tuple[FamilyKey, str, str], Cross]:
    """Of the index, for families whose domains meet in units: (family, domain, domain) -> what they share."""
    held = {(key, d): units for (key, d, m), units in _units_by_hand(some).items() if m == INDEX}
    found = {}
    for (key, one), mine in held.items():
        for (other_key, other), theirs in held.items():
            if key != other_key or one >= other or not key.family.endswith(CROSSED):
                continue
            pairs = [(mine[u], theirs[u]) for u in mine if u in theirs]
            both = [(a, b) for a, b in pairs if a.answers and b.answers]
            if both:
                sums = [(a.w * b.w, a.w * b.y, a.y * b.w, a.y * b.y) for a, b in both]
                found[key, one, other] = Cross(len(both), *map(sum, zip(*sums, strict=True)))
    return found


def _cell_by_hand(response: Sealed, items: tuple[str, ...]) -> Cell:
    given = [x for item in items if isinstance(x := response.answers.get(item), int)]
    w, n = response.weight, len(given)
    satisfied = sum(1 for x in given if x >= 4)
    return Cell(min(n, 1), n, w * n, w * w * n, w * satisfied, w * sum(given), w * sum(x * x for x in given))


def _one_response(weight: float) -> Cell:
    return Cell(1, 1, weight, weight * weight)


class _Kept:
    """What is kept after sealing batch after batch, in dictionaries."""

    def __init__(self, batches: Iterable[list[Sealed]]) -> None:
        self.cells: dict[int, dict[Any, Any]] = {0: {}, 1: {}}
        self.moments: dict[Any, Any] = {}
        self.crosses: dict[Any, Any] = {}
        for batch in filter(None, batches):
            self._add(fold(batch, INSTRUMENT))

    def _add(self, folded: Fold) -> None:
        profiles = list(folded.profiles)
        named = [(psu, alone and object()) for psu, alone in zip(folded.psus, folded.alone, strict=True)]
        whole, parts = (
            self._grown(self.cells[kind], cells, named, profiles)
            for kind, cells in enumerate((folded.whole, folded.parts))
        )
        moved = changes(folded.psus, profiles, whole, parts, folded.plan.headline[-1])
        for some, measures in zip(moved, (tuple(POOLED), (RESPONSES, INDEX)), strict=True):
            self._move(some, measures)

    @staticmethod
    def _grown(kept: dict[Any, Any], cells: Cells, named: list[Any], profiles: list[Profile]) -> Grown:
        added = {(named[u], profiles[p]): sums for u, p, sums in zip(*cells, strict=True)}
        rows = list(dict.fromkeys([*added, *(key for key in kept if key[0] in named)]))
        profiles += [key[1] for key in rows if key[1] not in profiles]
        zero = np.zeros(cells.sums.shape[1:])
        old = np.array([kept.get(key, zero) for key in rows])
        new = old + np.array([added.get(key, zero) for key in rows])
        kept.update(zip(rows, new, strict=True))
        places = [(named.index(unit), profiles.index(profile)) for unit, profile in rows]
        return Grown(*np.array(places).T, old, new)

    def _move(self, some: Moved, measures: tuple[str, ...]) -> None:
        for of, domain, rows in zip(some.of, some.domain, some.moments, strict=True):
            for measure, sums in zip(measures, rows, strict=True):
                at = (some.keys[of], some.domains[domain], measure)
                self.moments[at] = self.moments.get(at, 0) + sums
        for of, a, b, sums in zip(some.pair_of, some.first, some.second, some.crosses, strict=True):
            one, other = some.domains[a], some.domains[b]
            at = (some.keys[of], min(one, other), max(one, other))
            self.crosses[at] = self.crosses.get(at, 0) + (sums if one < other else sums[[0, 1, 3, 2, 4]])


def _moments_of_batches(batches: Iterable[list[Sealed]]) -> dict[tuple[FamilyKey, str, str], Moments]:
    return {key: Moments(*sums) for key, sums in _Kept(batches).moments.items()}


answers = st.fixed_dictionaries(
    {}, optional={"A1": st.integers(1, 5), "A2": st.sampled_from([1, 3, 5, "refused"]), "why": st.just([1])}
)
responses = st.lists(
    st.builds(
        _sealed,
        answers,
        psu=st.sampled_from([None, "a", "b"]),
        stratum=st.sampled_from(["H1", "H2"]),
        agency=st.sampled_from(["03646", "03664"]),
        mode=st.sampled_from(["kiosk", "online"]),
        invitation=st.sampled_from([None, "poster"]),
        assisted=st.sampled_from([None, "staff"]),
        field=st.sampled_from([None, "dat-dai"]),
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
    kept = _Kept([mixed[:cut], mixed[cut:]])
    assert {key: Moments(*sums) for key, sums in kept.moments.items()} == _moments_by_hand(some)
    assert {key: Cross(*sums) for key, sums in kept.crosses.items()} == _crosses_by_hand(some)


@given(responses)
def test_the_outcomes_of_an_item_add_up_to_the_responses(some: list[Sealed]) -> None:
    folded = fold(some, INSTRUMENT)
    for item in ("A1", "A2", "overall"):
        places = [place for place, (code, _) in enumerate(folded.plan.outcomes) if code == item]
        assert all(
            sums[places, 0].sum() == len(some)
            for key, sums in zip(*folded.tallies, strict=True)
            if key.domain == ALL
        )


def test_folded_counts_give_the_pooled_share() -> None:
    people = [_sealed({"A1": 5, "A2": 4}), _sealed({"A1": 2, "A2": 5}, psu="counter 2")]
    kept = _moments_of_batches([people])[AT, ALL, FACTOR]
    estimate = share([Stratum(kept, sampled=2)])
    assert (estimate.value, estimate.n, estimate.answers, estimate.df) == (0.75, 2, 4, 1)
