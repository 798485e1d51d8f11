"""Months, quarters and years by name."""

from __future__ import annotations

from datetime import date

import pytest

from survey.analyse import periods


@pytest.mark.parametrize(
    ("month", "quarter"), [("2026-01", "2026-Q1"), ("2026-03", "2026-Q1"), ("2026-12", "2026-Q4")]
)
def test_a_month_lies_in_its_quarter(month: str, quarter: str) -> None:
    assert periods.quarter_of(month) == quarter
    assert month in periods.months_of(quarter)


def test_a_period_is_its_months() -> None:
    assert periods.months_of("2026-Q4") == ("2026-10", "2026-11", "2026-12")
    assert periods.months_of("2026-11") == ("2026-11",)
    assert [m for q in periods.parts_of("2026") for m in periods.parts_of(q)] == list(
        periods.months_of("2026")
    )


def test_a_part_knows_its_whole() -> None:
    assert [periods.whole_of(name) for name in ("2026-11", "2026-Q4", "2026")] == ["2026-Q4", "2026", None]


def test_the_quarter_before_the_first_is_the_last_of_the_year_before() -> None:
    assert periods.before("2026-Q1") == "2025-Q4"
    assert periods.before("2026-Q3") == "2026-Q2"
    assert periods.a_year_before("2026-Q3") == "2025-Q3"


@pytest.mark.parametrize(
    ("period", "day", "over"),
    [
        ("2026", date(2026, 12, 31), False),
        ("2026", date(2027, 1, 1), True),
        ("2026-Q3", date(2026, 9, 30), False),
        ("2026-Q3", date(2026, 10, 1), True),
    ],
)
def test_a_period_is_over_after_its_last_day(period: str, day: date, over: bool) -> None:
    assert periods.is_over(period, day) is over


def test_halves_and_twelve_months_are_sums_of_longer_pieces() -> None:
    assert periods.pieces_of("2026-H2") == ("2026-Q3", "2026-Q4")
    assert periods.pieces_of("2025-12..2026-11") == (
        *("2025-12", "2026-Q1", "2026-Q2", "2026-Q3"),
        *("2026-10", "2026-11"),
    )
    assert periods.pieces_of("2025-01..2025-12") == ("2025",)


def test_every_period_has_one_before_it_and_one_a_year_before() -> None:
    before = {p: periods.before(p) for p in ("2026", "2026-H1", "2026-11", "2025-12..2026-11")}
    assert list(before.values()) == ["2025", "2025-H2", "2026-10", "2024-12..2025-11"]
    assert periods.a_year_before("2025-12..2026-11") == "2024-12..2025-11"


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-Q5", "2026-H3", "2026-01..2026-11", "26", "2026-11-03", ""]
)
def test_what_is_no_period_is_no_name_of_one(text: str) -> None:
    assert not periods.is_name(text)


def test_a_month_ends_with_its_last_day() -> None:
    assert periods.last_day("2026-02") == date(2026, 2, 28)
    assert periods.last_day("2026-12") == date(2026, 12, 31)
