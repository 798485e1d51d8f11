"""What figures say of each other: ranges of ranks, combined estimates, changes and modes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from survey import analyse, collect, design, process, stats
from survey.comparison import Design, Direction, change, joint, totals_of
from survey.frame import Wave, WaveKind
from survey.ranking import Band
from survey.report import Against, Comparison, Line
from survey.response import Answer, Mode, Response
from survey.store import database as databases
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import KEYS, NOW, TODAY, Chance

WARDS = ("03646", "03664", "03670", "03679", "03682", "03688", "03694", "03703")


@pytest.fixture
def province(sqlite_province: Any, tmp_path: Any) -> Iterator[Database]:
    """These are about figures and not about engines: one of the two is enough."""
    opened = databases.connect(f"sqlite:///{shutil.copy(sqlite_province, tmp_path / 'p.sqlite')}", KEYS)
    yield opened
    opened.dispose()


def taken(province: Database, given: Iterable[Response]) -> None:
    assert not collect.submit_many(province, given, at=NOW).refused
    process.seal_all(province, rng=Chance(1), today=TODAY)


def wards(province: Database) -> list[str]:
    """Agencies that have a counter of their own name."""
    return [c.receiver for c in design.reference(province).counters.values() if c.code == f"{c.receiver}-1"]


def answers(
    agency: str, satisfied: int, *, days: int, each: int, until: date, **more: Any
) -> Iterator[Response]:
    """Answers on some days up to `until`: of `each` on a day `satisfied` are, on every third one more or fewer."""
    for number in range(days):
        good = min(each, max(0, satisfied + number % 3 - 1))
        for person in range(each):
            place = {"agency": agency, "counter": f"{agency}-1", "day": until - timedelta(days=number)}
            yield rated(5 if person < good else 2, **place | more)


def line_of(province: Database, agency: str) -> Line:
    return next(line for line in analyse.report(province).lines if line.agency.code == agency)


# Ranks and bands.


@pytest.fixture
def four(province: Database) -> list[str]:
    """A good, two usual and a bad agency, and one that too few people rated."""
    good, usual, other, bad, small = wards(province)[:5]
    for agency, share, days in (
        (good, 10, 30),
        (usual, 8, 30),
        (other, 8, 30),
        (bad, 5, 30),
        (small, 6, 2),
    ):
        taken(province, answers(agency, share, days=days, each=10, until=TODAY))
    return [good, usual, other, bad, small]


def test_agencies_have_ranges_of_ranks_and_bands_and_no_position(province: Database, four: list[str]) -> None:
    good, usual, other, bad, small = (line_of(province, agency) for agency in four)
    assert good.placing and usual.placing and other.placing and bad.placing
    assert (good.placing.best, good.placing.worst, good.placing.of) == (1, 1, 4)
    assert (usual.placing.best, usual.placing.worst) == (2, 3) == (other.placing.best, other.placing.worst)
    assert bad.placing.best == 4
    assert good.placing.standing.band is Band.ABOVE
    assert bad.placing.standing.band is Band.BELOW
    assert small.placing is None


def test_an_agency_says_on_its_own_page_what_the_list_says_of_it(province: Database, four: list[str]) -> None:
    for agency in four:
        assert analyse.report(province, agency=agency).line == line_of(province, agency)


# Small agencies.


def test_an_agency_with_few_answers_has_a_combined_figure_beside_its_own(
    province: Database, four: list[str]
) -> None:
    line = line_of(province, four[-1])
    assert line.combined is not None
    direct, combined = line.figure.estimate, line.combined.estimate
    assert combined.n == direct.n == 20
    assert combined.value is not None and direct.value is not None
    overall = analyse.report(province).index.estimate.value
    assert overall is not None and min(overall, direct.value) < combined.value < max(overall, direct.value)
    assert "model-assisted" in line.combined.flags
    assert combined.method.startswith("fay-herriot-reml/benchmarked")
    assert [line_of(province, agency).combined for agency in four[:-1]] == [None] * 4


def test_agencies_that_differ_by_chance_alone_get_the_overall_result_without_an_interval(
    province: Database,
) -> None:
    """The same few days of answers everywhere."""
    for agency in wards(province)[:5]:
        taken(province, answers(agency, 3, days=6, each=4, until=TODAY))
    small = next(line for line in analyse.report(province).lines if line.combined)
    assert small.combined is not None
    assert small.combined.estimate.reason == "not-distinguishable"
    assert (small.combined.estimate.low, small.combined.estimate.high, small.combined.estimate.se) == (
        None,
    ) * 3


def test_what_is_withheld_has_no_combined_figure_either(province: Database, four: list[str]) -> None:
    hidden = wards(province)[5]
    taken(province, [rated(5, agency=hidden, counter=f"{hidden}-1") for _ in range(6)])
    lines = analyse.report(province).lines
    withheld = [line for line in lines if line.figure.withheld]
    assert len(withheld) == 2
    assert all(line.combined is None and line.placing is None for line in withheld)


def test_nothing_of_a_withheld_agency_enters_the_others_combined_figures(
    province: Database, four: list[str]
) -> None:
    """Six answers that nobody may see, good or bad: all that is shown stays as it was."""
    hidden, other = wards(province)[5:7]
    for agency, step in ((hidden, 1), (other, 5)):
        taken(province, [rated(step, agency=agency, counter=f"{agency}-1") for _ in range(6)])
    before = {line.agency.code: (line.combined, line.placing) for line in analyse.report(province).lines}
    taken(province, [rated(5, agency=hidden, counter=f"{hidden}-1") for _ in range(3)])
    after = {line.agency.code: (line.combined, line.placing) for line in analyse.report(province).lines}
    assert before == after


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


# Modes.


def test_modes_are_held_against_the_most_used_one(province: Database) -> None:
    agency = wards(province)[0]
    at_home = {"mode": Mode.ONLINE, "counter": None}
    taken(province, answers(agency, 7, days=30, each=8, until=TODAY))
    taken(province, answers(agency, 2, days=30, each=4, until=TODAY, **at_home))
    report = analyse.report(province)
    (contrast,) = report.mode_contrasts
    assert (contrast.reference.domain, contrast.figure.domain) == ("mode:kiosk", "mode:online")
    assert contrast.difference.value == pytest.approx(
        (contrast.figure.estimate.value or 0) - (contrast.reference.estimate.value or 0)
    )
    assert contrast.difference.p is not None and contrast.difference.p < 0.01
    assert [f.domain for f in report.mode_trend] == ["mode:kiosk", "mode:online"]


def test_two_modes_at_one_counter_share_its_days(province: Database) -> None:
    """The error of the difference is that of the answers themselves, with what the modes share."""
    agency = wards(province)[0]
    given = [
        *answers(agency, 5, days=30, each=6, until=TODAY),
        *answers(agency, 3, days=30, each=5, until=TODAY, mode=Mode.ONLINE),
    ]
    taken(province, given)
    steps = [float(r.answers[1].values[0]) for r in given]
    plan = Design(psu=[str(r.day) for r in given])
    together = joint(totals_of(steps, [r.mode.value for r in given], design=plan, satisfied_from=4))
    c = together.coefficients({"online": 1.0, "kiosk": -1.0})
    assert c is not None
    (contrast,) = analyse.report(province).mode_contrasts
    assert contrast.difference.se == pytest.approx(float(c @ together.covariance @ c) ** 0.5, rel=1e-9)
    assert contrast.difference.df == together.totals.df(["online", "kiosk"])
