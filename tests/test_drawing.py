"""Samples in stages: every unit has the probability it says, and the same seed draws the same sample."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.drawing import chance, communes_for, drawn, listed, picked
from survey.household import Part, Stages
from tests.households import COMMUNES, frame

STAGES = Stages(villages=2, people=6, substitutes=2)
FEW = {"urban": 2, "rural": 3}


def test_a_list_is_drawn_with_the_probabilities_it_says() -> None:
    sizes = [5, 1, 2, 30, 4, 7]
    found = Counter(place for number in range(6_000) for place in picked(sizes, 3, chance(number)).places)
    said = picked(sizes, 3, 0)
    assert fsum(said.probabilities) == pytest.approx(3)
    for place, probability in enumerate(said.probabilities):
        assert found[place] / 6_000 == pytest.approx(probability, abs=0.02)


def test_what_is_larger_than_a_part_of_the_list_is_certain() -> None:
    said = picked([100, 40, 3, 3, 3, 3], 3, chance("any"))
    assert said.certain == (True, True, False, False, False, False)
    assert said.probabilities == (1.0, 1.0, 0.25, 0.25, 0.25, 0.25) and said.places[:2] == (0, 1)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.integers(0, 40), st.integers(0))
def test_as_many_are_drawn_as_were_wanted_and_each_once(sizes: list[int], wanted: int, start: int) -> None:
    said = picked(sizes, wanted, start)
    assert len(set(said.places)) == len(said.places) == min(wanted, len(sizes))
    assert fsum(said.probabilities) == pytest.approx(min(wanted, len(sizes)))
    assert all(said.certain[place] or wanted < len(sizes) for place in range(len(sizes)))


def test_the_same_seed_draws_the_same_sample_whatever_the_order_of_the_file() -> None:
    units = frame()
    first = drawn("w", "seed", listed(units), FEW, STAGES)
    assert drawn("w", "seed", listed(units[::-1]), FEW, STAGES) == first
    assert drawn("w", "other", listed(units), FEW, STAGES) != first
    assert drawn("v", "seed", listed(units), FEW, STAGES) != first


def test_a_sample_that_was_drawn_once_is_drawn_again_to_the_letter() -> None:
    sample = drawn("sipas-2026", "2026", listed(frame()), FEW, STAGES)
    assert [unit.code for unit in sample.units[:3]] == GOLDEN


#: drawn once; another code here is another sample for everybody who drew one
GOLDEN = ["32MK03M8", "GAR5KXPG", "G1BWQEST"]


def test_people_of_the_main_sample_stand_for_everybody() -> None:
    units = frame()
    sample = drawn("w", "seed", listed(units), FEW, STAGES)
    main = [unit for unit in sample.units if unit.part is Part.MAIN]
    assert len(main) == 5 * 2 * 6 and len(sample.units) == 5 * 2 * 8
    assert fsum(unit.weight for unit in main) == pytest.approx(sum(unit.size for unit in units))
    assert len({unit.code for unit in sample.units}) == len(sample.units)
    for unit in sample.units:
        assert unit.weight * unit.probability == pytest.approx(1)
        assert (unit.layer, unit.psu) == (unit.stratum, unit.commune)


def test_below_what_is_certain_the_next_stage_carries_the_variance() -> None:
    whole = {stratum: len(communes) for stratum, communes in COMMUNES.items()}
    sample = drawn("w", "seed", listed(frame()), whole, STAGES)
    unit = sample.units[0]
    assert unit.layer == f"{unit.stratum}/{unit.commune}" and unit.psu == f"{unit.commune}/{unit.village}"
    all_villages = drawn("w", "seed", listed(frame()), whole, replace(STAGES, villages=4))
    unit = all_villages.units[0]
    assert unit.psu is None and unit.layer == f"{unit.stratum}/{unit.commune}/{unit.village}"
    assert unit.population == sum(
        each.size for each in frame() if (each.commune, each.village) == (unit.commune, unit.village)
    )


def test_substitutes_are_of_the_village_and_weigh_as_much_as_those_they_stand_in_for() -> None:
    sample = drawn("w", "seed", listed(frame()), FEW, STAGES)
    for unit in sample.units:
        if unit.part is Part.SUBSTITUTE:
            beside = [u for u in sample.units if (u.commune, u.village) == (unit.commune, unit.village)]
            assert {round(u.weight, 6) for u in beside} == {round(unit.weight, 6)}
            assert unit.place > max(u.place for u in beside if u.part is Part.MAIN)


def test_strata_get_communes_enough_for_their_people_and_two_at_least() -> None:
    listing = listed(frame())
    assert communes_for({"urban": 1, "rural": 40}, listing, STAGES) == {"urban": 2, "rural": 4}
    assert communes_for({"urban": 9_999, "rural": 0}, listing, STAGES) == {"urban": 4, "rural": 2}
