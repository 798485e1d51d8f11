"""All domains in one pass: the same estimates as of each by itself, whatever the labels are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import by_domain
from survey.by_domain import shares
from survey.errors import PopulationBelowSample, WeightNotPositive
from survey.stats import Estimate, of_arrays, share
from tests.test_roads import same


def _sample(seed: int) -> tuple[np.ndarray, dict[str, Any]]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 200))
    stratum = rng.integers(3, 6, n)
    steps = rng.integers(1, 6, n).astype(float)
    steps[rng.random(n) < 0.1] = np.nan
    sizes = np.choose(stratum - 3, [40.0, 50.0, 60.0])
    drawn = {"strata": stratum, "psu": rng.integers(0, 9, n), "population": sizes}
    return steps, drawn | {"weights": rng.uniform(0.3, 4, n)}


def _one_by_one(steps: np.ndarray, domain: np.ndarray, **drawn: Any) -> dict[Any, Estimate]:
    return {
        label: share(of_arrays(steps, domain=domain == label, satisfied_from=4, **drawn))
        for label in np.unique(domain).tolist()
    }


def _compared(steps: np.ndarray, domain: np.ndarray, **drawn: Any) -> None:
    together = shares(steps, domain, satisfied_from=4, **drawn)
    alone = _one_by_one(steps, domain, **drawn)
    assert together.keys() == alone.keys()
    for label, estimate in alone.items():
        same(together[label], estimate)


def _of_units(drawn: dict[str, Any]) -> np.ndarray:
    """A domain that every unit lies in whole."""
    return (drawn["strata"] * 9 + drawn["psu"]) % 4 + 7


@given(st.integers(0, 10_000), st.sampled_from(["strata", "units", "people"]), st.booleans())
def test_every_domain_is_as_by_itself(seed: int, kind: str, across: bool) -> None:
    """across: a unit's label is that of no unit of another stratum"""
    steps, drawn = _sample(seed)
    if across:
        drawn["psu"] = drawn["strata"] * 9 + drawn["psu"]
    people = np.random.default_rng(seed).integers(0, 3, len(steps))
    domain = {"strata": drawn["strata"], "units": _of_units(drawn), "people": people}[kind]
    _compared(steps, domain, **drawn)


@pytest.mark.parametrize("left_out", ["weights", "strata", "psu", "population"])
def test_what_is_not_known_of_the_design_is_left_out(left_out: str) -> None:
    steps, drawn = _sample(3)
    if left_out == "strata":
        drawn["population"] = np.full(len(steps), 90.0)
    domain = _of_units(drawn)
    drawn.pop(left_out)
    if left_out == "psu":
        drawn["population"] = np.full(len(steps), 900.0)
    _compared(steps, domain, **drawn)


def test_blocks_are_no_borders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_domain, "_BLOCK", 7)
    steps, drawn = _sample(4)
    _compared(steps, _of_units(drawn), **drawn)
    _compared(steps, drawn["strata"].copy(), **drawn)


@pytest.mark.parametrize("across", [False, True])
def test_a_unit_of_two_domains_or_strata_is_noticed_also_where_they_are_blocks_apart(
    across: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_domain, "_BLOCK", 10)
    steps, drawn = _sample(3)
    order = np.argsort(drawn["strata"], kind="stable")
    steps, drawn = steps[order], {name: values[order] for name, values in drawn.items()}
    drawn["psu"] = drawn["strata"] * 9 + drawn["psu"]
    domain = drawn["strata"] % 2
    if across:  # the last row's unit was another stratum's, or another domain's
        drawn["psu"][-1] = drawn["psu"][0]
    else:
        domain[-1] = 1 - domain[-1]
        drawn["psu"][-1] = drawn["psu"][-2]
    _compared(steps, domain, **drawn)


def test_small_whole_numbers_as_labels_do_not_overflow() -> None:
    steps, drawn = _sample(6)
    drawn["psu"] = drawn["psu"] * 300
    _compared(steps, _of_units(drawn).astype(np.int8), **drawn | {"strata": drawn["strata"].astype(np.int8)})


def test_numbers_that_are_far_apart_need_too_large_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_domain, "_SPAN", -10_000)
    steps, drawn = _sample(5)
    _compared(steps, _of_units(drawn), **drawn)


def test_names_are_labels_too() -> None:
    steps, drawn = _sample(6)
    named = np.array([f"agency {label}" for label in drawn["strata"].tolist()])
    villages = np.array([f"village {label}" for label in drawn["psu"].tolist()])
    _compared(steps, named, **(drawn | {"strata": named, "psu": villages}))


def test_whole_steps_are_read_as_they_are() -> None:
    _, drawn = _sample(7)
    steps = np.random.default_rng(7).integers(1, 6, len(drawn["psu"])).astype(np.int8)
    _compared(steps, _of_units(drawn), **drawn)
    assert shares([], [], psu=[]) == {}


def test_what_is_no_weight_population_or_value_is_refused() -> None:
    steps, drawn = _sample(8)
    domain = _of_units(drawn)
    for wrong in (0.0, -1.0, np.nan, np.inf):
        weights = drawn["weights"].copy()
        weights[11] = wrong
        with pytest.raises(WeightNotPositive, match="row=11"):
            shares(steps, domain, satisfied_from=4, **(drawn | {"weights": weights}))
    with pytest.raises(PopulationBelowSample):
        shares(steps, domain, satisfied_from=4, **(drawn | {"population": np.ones(len(steps))}))
    with pytest.raises(ValueError, match="domain of shape"):
        shares(steps, domain[:-1], satisfied_from=4, **drawn)
    with pytest.raises(ValueError, match="infinite"):
        shares(np.where(steps > 4, np.inf, steps), domain, satisfied_from=4, **drawn)
