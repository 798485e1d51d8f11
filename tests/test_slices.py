"""Rows of cells added up: any part of them, and its values side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from survey import stats
from survey.counts import Moments, Stratum
from survey.counts.slices import Labels, Slices, joined

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
        np.array([7, 8, 9]),
        Labels.read(np.array([unit[0] for unit in UNITS])),
        Labels.read(np.array([unit[1] for unit in UNITS])),
        {"mode": modes, "field": fields},
        sums,
    )


def whole(slices: Slices) -> dict[str, Moments]:
    """The moments of all rows, by stratum."""
    return slices.by(None).by_value(MONTHS).get("", {})


def test_each_value_at_once_is_as_each_by_itself(slices: Slices) -> None:
    for attribute in slices.of:
        every = slices.by(attribute).by_value(MONTHS)
        for value in slices.values(attribute):
            assert every[value] == whole(slices.chosen([(attribute, value)]))
    assert slices.people_by("mode", ["2026-01"]) == {"kiosk": 5, "online": 4}
    assert slices.by("mode").people(["2026-01"]) == {"kiosk": 5, "online": 4}


def test_a_period_is_the_sum_of_its_months(slices: Slices) -> None:
    fields = slices.by("field")
    first, second = (fields.by_value([month])["land"] for month in MONTHS)
    assert fields.by_value(MONTHS)["land"] == first | second  # no stratum is in both
    assert fields.by_value(MONTHS, ["health"]).keys() == {"health"}
    assert fields.by_value(["2026-02"], ["health"]) == {}
    assert fields.period_of([["2026-02"], ["2026-01"]]).tolist() == [1, 1, 0]
    assert fields.period_of([["2026-02"]]).tolist() == [-1, -1, 0]


def test_values_that_nobody_answered_with_are_no_parts(slices: Slices) -> None:
    modes = slices.chosen([("field", "land")]).by("mode")
    parts = modes.parts(MONTHS, {"one": 2, "two": 1})
    assert parts.keys == ("kiosk", "online")
    assert parts.people.tolist() == [8.0, 4.0]
    assert modes.parts(["2026-02"], {"two": 1}).keys == ("kiosk",)


def test_parts_vary_as_what_they_are_parts_of(slices: Slices) -> None:
    """The covariance of the parts' totals, added up, is the variance of the whole's."""
    sampled = {"one": 2, "two": 1}
    parts = slices.by("field").parts(MONTHS, sampled)
    assert len(parts.crosses) == 1  # both fields were asked for at the desk of one unit
    every = whole(slices)
    told = stats.share([Stratum(moments, sampled[name]) for name, moments in sorted(every.items())])
    share, weight = told.value, parts.weight.sum()
    assert share is not None
    of_whole = np.full((len(parts.keys), 1), 1 / weight)
    covariance, _ = parts.linear_covariance(of_whole, -share * of_whole, "y")
    assert float(np.sqrt(covariance[0, 0])) == pytest.approx(told.se)


def test_every_measure_at_once_is_as_each_by_itself(slices: Slices) -> None:
    two = replace(slices, sums=np.concatenate([slices.sums, 2 * slices.sums], axis=1))
    kiosk = two.chosen([("mode", "kiosk")])
    single = [replace(kiosk, sums=kiosk.sums[:, [measure]]) for measure in (0, 1)]
    assert kiosk.strata_of_each() == [whole(one) for one in single]


def test_months_read_apart_and_joined_are_as_read_together(slices: Slices) -> None:
    last = replace(
        slices,
        unit=np.array([0]),
        psu=slices.psu[2:],
        month=slices.month.at(np.array([2])),
        stratum=slices.stratum.at(np.array([2])),
        of={
            "mode": Labels(("kiosk",), np.zeros(1, np.int32)),
            "field": Labels(("land",), np.zeros(1, np.int32)),
        },
        sums=slices.sums[3:],
    )
    rest = replace(
        slices,
        unit=slices.unit[:3],
        psu=slices.psu[:2],
        month=slices.month.at(np.arange(2)),
        stratum=slices.stratum.at(np.arange(2)),
        of={name: labels.at(np.arange(3)) for name, labels in slices.of.items()},
        sums=slices.sums[:3],
    )
    both = joined([rest, last])
    assert both.units(MONTHS).tolist() == [0, 1, 2] and both.psu.tolist() == [7, 8, 9]
    for attribute in slices.of:
        assert both.by(attribute).by_value(MONTHS) == slices.by(attribute).by_value(MONTHS)
