"""Rows of cells added up: any part of them, and its values side by side."""

from __future__ import annotations

import numpy as np
import pytest

from survey import stats
from survey.counts import Stratum
from survey.counts.slices import Labels, Slices

#: two months of two desks: a unit's month and stratum, and of each row its unit, mode and field
UNITS = (("2026-01", "one"), ("2026-01", "one"), ("2026-02", "two"))
ROWS = ((0, "kiosk", "land"), (0, "kiosk", "health"), (1, "online", "land"), (2, "kiosk", "land"))
MONTHS = ("2026-01", "2026-02")


@pytest.fixture
def slices() -> Slices:
    """The labels know of a mode that another agency of the same desks was answered in."""
    people = np.array([3.0, 2.0, 4.0, 5.0])
    satisfied = np.array([2.0, 2.0, 1.0, 4.0])
    sums = np.stack([people, people, people, people, satisfied, satisfied, satisfied], axis=1)[:, None, :]
    modes = Labels(("kiosk", "online", "paper"), np.array([0, 0, 1, 0], dtype=np.int32))
    fields = Labels.read(np.array([row[2] for row in ROWS]))
    return Slices(
        np.array([row[0] for row in ROWS]),
        np.array([unit[0] for unit in UNITS]),
        np.array([unit[1] for unit in UNITS]),
        {"mode": modes, "field": fields},
        sums,
    )


def test_each_value_at_once_is_as_each_by_itself(slices: Slices) -> None:
    for attribute in slices.of:
        every = slices.strata_by(attribute, slices.chosen(()), MONTHS)
        for value in slices.values(attribute):
            assert every[value] == slices.strata(slices.chosen([(attribute, value)]), MONTHS)
    assert slices.people_by("mode", slices.chosen(()), ["2026-01"]) == {"kiosk": 5, "online": 4}


def test_values_that_nobody_answered_with_are_no_parts(slices: Slices) -> None:
    parts = slices.parts("mode", slices.chosen([("field", "land")]), MONTHS, {"one": 2, "two": 1})
    assert parts.keys == ("kiosk", "online")
    assert parts.people.tolist() == [8.0, 4.0]


def test_parts_vary_as_what_they_are_parts_of(slices: Slices) -> None:
    """The covariance of the parts' totals, added up, is the variance of the whole's."""
    sampled = {"one": 2, "two": 1}
    parts = slices.parts("field", slices.chosen(()), MONTHS, sampled)
    assert len(parts.crosses) == 1  # both fields were asked for at the desk of one unit
    every = slices.strata(slices.chosen(()), MONTHS)
    told = stats.share([Stratum(moments, sampled[name]) for name, moments in sorted(every.items())])
    share, weight = told.value, parts.weight.sum()
    assert share is not None
    of_whole = np.full((len(parts.keys), 1), 1 / weight)
    covariance, _ = parts.linear_covariance(of_whole, -share * of_whole, "y")
    assert float(np.sqrt(covariance[0, 0])) == pytest.approx(told.se)
