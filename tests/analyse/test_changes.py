"""What figures of one period say against those of another: changes, and what they come from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from survey import analyse, design, stats
from survey.comparison import Direction, change
from survey.frame import Wave, WaveKind
from survey.report import Against, Comparison
from survey.response import Answer
from survey.store.database import Database
from tests.analyse.rating import answers, taken, wards
from tests.conftest import TODAY

# Changes.

LAST_YEAR, SPRING, SUMMER = date(2025, 11, 20), date(2026, 5, 20), date(2026, 8, 20)


def against(province: Database, which: Against, **more: Any) -> Comparison:
    return next(c for c in analyse.changes(province, **more).comparisons if c.against is which)


@pytest.fixture
def moving(province: Database) -> list[str]:
    """An agency that became better, one that became worse, three that stayed."""
    better, worse, *same = wards(province)[:5]
    for agency, then, now in (
        (better, 6, 9),
        (worse, 9, 6),
        *((agency, 8, 8) for agency in same),
    ):
        for until, share in ((LAST_YEAR, then), (SUMMER, then), (TODAY, now)):
            taken(province, answers(agency, share, days=20, each=10, until=until))
    return [better, worse, *same]


def test_a_year_and_a_quarter_are_held_against_earlier_ones(province: Database, moving: list[str]) -> None:
    found = {
        c.against: (c.before, c.after, c.unfinished, c.refused) for c in analyse.changes(province).comparisons
    }
    assert found == {
        Against.YEAR: ("2025", "2026", True, None),
        Against.QUARTER: ("2026-Q3", "2026-Q4", True, None),
        Against.SAME_QUARTER: ("2025-Q4", "2026-Q4", True, None),
    }


def test_agencies_that_changed_are_told_from_those_that_did_not(
    province: Database, moving: list[str]
) -> None:
    comparison = against(province, Against.QUARTER)
    directions = [comparison.of(agency).direction for agency in moving]  # type: ignore[union-attr]
    assert directions == [Direction.UP, Direction.DOWN] + [Direction.NOT_SHOWN] * 3
    for agency in moving:
        move = comparison.of(agency)
        assert move is not None and move.change.p is not None and move.change.q is not None
        assert move.change.q >= move.change.p


def test_a_change_is_the_difference_of_the_two_figures_that_are_shown(
    province: Database, moving: list[str]
) -> None:
    move = against(province, Against.YEAR).of(moving[0])
    assert move is not None
    for year, figure in ((2025, move.before), (2026, move.after)):
        found = analyse.report(province, year=year).lines
        line = next(line for line in found if line.agency.code == moving[0])
        assert figure.estimate == line.figure.estimate
    expected = change(move.before.estimate, move.after.estimate)
    assert replace(move.change, q=None) == expected
    assert move.change.df == move.before.estimate.df + move.after.estimate.df


def test_a_change_from_kept_counts_is_that_of_the_answers_themselves(province: Database) -> None:
    agency = wards(province)[0]
    given = [
        response
        for until, share in ((SUMMER, 5), (TODAY, 7))
        for response in answers(agency, share, days=15, each=9, until=until)
    ]
    taken(province, given)
    steps = [r.answers[1].values[0] for r in given]
    period = ["Q3" if r.day.month < 10 else "Q4" for r in given]
    rows = [p + str(r.day) for p, r in zip(period, given, strict=True)]
    design_ = stats.of_arrays  # the plain road, period by period: other days are other strata
    before, after = (
        stats.share(
            design_(
                [float(s) for s, q in zip(steps, period, strict=True) if q == quarter],
                psu=[r for r, q in zip(rows, period, strict=True) if q == quarter],
                satisfied_from=4,
            )
        )
        for quarter in ("Q3", "Q4")
    )
    expected = change(before, after)
    whole = against(province, Against.QUARTER).of(agency)
    assert whole is not None and expected.se is not None
    assert whole.change.value == pytest.approx(expected.value, rel=1e-12)
    # one answer of everybody is as satisfied as all five
    assert whole.change.se == pytest.approx(expected.se, rel=1e-12)
    assert whole.change.p == pytest.approx(expected.p, rel=1e-10)


def test_fewer_than_thirty_people_in_either_period_are_not_compared(province: Database) -> None:
    agency, other = wards(province)[:2]
    for until, days in ((SUMMER, 5), (TODAY, 20)):
        taken(province, answers(agency, 4, days=days, each=5, until=until))
        taken(province, answers(other, 4, days=20, each=5, until=until))
    move = against(province, Against.QUARTER).of(agency)
    assert move is not None
    assert (move.change.reason, move.change.value, move.change.p, move.change.low) == (
        "few-answers",
        None,
        None,
        None,
    )
    assert move.direction is Direction.NOT_SHOWN


def test_a_withheld_quarter_has_no_change_and_takes_another_with_it(province: Database) -> None:
    agency, other = wards(province)[:2]
    taken(province, answers(agency, 1, days=6, each=1, until=SUMMER))
    taken(province, answers(agency, 4, days=20, each=5, until=SPRING))
    taken(province, answers(agency, 4, days=20, each=4, until=TODAY))
    for until in (SPRING, SUMMER, TODAY):
        taken(province, answers(other, 4, days=20, each=5, until=until))
    report = analyse.report(province, agency=agency)
    assert [(f.period, f.withheld) for f in report.quarters] == [
        ("2026-Q2", None),
        ("2026-Q3", "too-few"),
        ("2026-Q4", "secondary"),
    ]
    assert [figure.withheld for figure in report.trend if figure.period >= "2026-10"] == ["secondary"]
    move = against(province, Against.QUARTER).of(agency)
    assert move is not None and move.change.value is None and move.change.reason == "too-few"
    # nor does the other agency's quarter tell it, with the province's
    assert [f.withheld for f in analyse.report(province, agency=other).quarters] == [
        None,
        "secondary",
        "secondary",
    ]


def test_before_the_first_quarter_there_is_nothing_to_compare_with(province: Database) -> None:
    taken(province, answers(wards(province)[0], 4, days=20, each=5, until=TODAY))
    assert {c.refused for c in analyse.changes(province).comparisons} == {"no-earlier"}


def test_a_service_without_answers_compares_nothing(province: Database) -> None:
    assert analyse.changes(province).comparisons == ()


NEXT = Wave(
    "rating-next",
    {"vi": "Đánh giá", "en": "Rating"},
    WaveKind.CONTINUOUS,
    "sipas-service@2024",
    "son-la",
    date(2026, 10, 1),
)


def test_another_questionnaire_is_a_break_and_nothing_is_compared_across_it(province: Database) -> None:
    agency = wards(province)[0]
    design.open_wave(province, NEXT, {}, (), on=TODAY)
    taken(province, answers(agency, 4, days=20, each=5, until=SUMMER))
    instrument = design.reference(province).instruments["sipas-service@2024"]
    long = tuple(Answer(item.code, (5,)) for item in instrument.items)
    more = {"wave": "rating-next", "instrument": instrument.ref, "answers": long}
    taken(
        province,
        (replace(r, **more) for r in answers(agency, 4, days=20, each=5, until=TODAY)),
    )
    comparison = against(province, Against.QUARTER, wave="rating-next")
    assert (comparison.refused, comparison.earlier) == ("method-break", "onestop-short@2026.1")
    assert comparison.whole is None and comparison.agencies == ()


def test_the_province_and_each_agency_show_their_own_change_alone(
    province: Database, moving: list[str]
) -> None:
    report = analyse.report(province, agency=moving[0])
    every = analyse.changes(province).comparisons
    own = [c.whole and replace(c.whole, splits=()) for c in report.comparisons]
    assert own == [c.of(moving[0]) for c in every]
    assert all(c.agencies == () for c in report.comparisons)
    whole = analyse.report(province).comparisons
    assert [c.whole and replace(c.whole, splits=()) for c in whole] == [c.whole for c in every]


def test_figures_are_there_by_quarter_and_year(province: Database, moving: list[str]) -> None:
    report = analyse.report(province, agency=moving[0])
    assert [figure.period for figure in report.quarters] == ["2025-Q4", "2026-Q3", "2026-Q4"]
    assert [figure.period for figure in report.years] == ["2025", "2026"]
    assert report.years[-1].estimate == report.index.estimate


# Level and mix.


def procedures(province: Database, *fields: str) -> list[str]:
    """A procedure of each field."""
    known = design.reference(province).procedures.values()
    return [next(p.code for p in known if p.field == field) for field in fields]


def test_a_change_is_split_into_what_became_better_and_what_came_in(province: Database) -> None:
    """Nothing became better: there are more of the easy cases, and all of the change is mix."""
    agency = wards(province)[0]
    fields = sorted({p.field for p in design.reference(province).procedures.values() if p.field})[:2]
    easy, hard = procedures(province, *fields)
    for until, of_easy, of_hard in ((SUMMER, 4, 12), (TODAY, 12, 4)):
        for code, each, good in ((easy, of_easy, of_easy), (hard, of_hard, of_hard // 2)):
            given = answers(agency, good, days=20, each=each, until=until, procedure=code)
            taken(province, given)
    report = analyse.report(province, agency=agency)
    move = next(c.whole for c in report.comparisons if c.against is Against.QUARTER)
    assert move is not None and move.change.value is not None
    (field,) = (split for split in move.splits if split.over == "field")
    assert field.groups == 2
    assert field.level.value + field.mix.value == pytest.approx(move.change.value, abs=1e-12)
    assert abs(field.level.value) < 0.05 < field.mix.value
    assert field.mix.low is not None and field.mix.low > 0


def test_a_field_of_fewer_than_ten_people_is_told_of_with_others_alone(province: Database) -> None:
    agency = wards(province)[0]
    fields = sorted({p.field for p in design.reference(province).procedures.values() if p.field})[:2]
    usual, rare = procedures(province, *fields)
    for until in (SUMMER, TODAY):
        taken(province, answers(agency, 4, days=20, each=5, until=until, procedure=usual))
        taken(province, answers(agency, 1, days=6, each=1, until=until, procedure=rare))
    move = next(
        c.whole for c in analyse.report(province, agency=agency).comparisons if c.against is Against.QUARTER
    )
    assert move is not None and move.change.value is not None
    assert move.splits == ()


def test_the_province_changes_by_its_agencies_and_by_who_was_rated_more(
    province: Database, moving: list[str]
) -> None:
    for comparison in analyse.report(province).comparisons:
        assert comparison.whole is not None
        agencies = next(split for split in comparison.whole.splits if split.over == "agency")
        assert comparison.whole.change.value is not None
        together = agencies.level.value + agencies.mix.value
        assert together == pytest.approx(comparison.whole.change.value, abs=1e-12)
