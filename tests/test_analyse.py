"""The one road out: figures from counts, with what must travel with them, after disclosure control."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median

import pytest

from survey import analyse, collect, design, errors, process, stats
from survey.comparison import verdict
from survey.figure import Verdict
from survey.instrument import Missing
from survey.report import Report
from survey.response import Mode, Response
from survey.store.database import Database
from tests.answering import SHORT, rated
from tests.conftest import NOW, TODAY, Chance

POOLED = ("access", "procedure", "officer", "result", "feedback")


def taken(province: Database, given: Iterable[Response]) -> None:
    collect.submit_many(province, given, at=NOW)
    process.seal_all(province, rng=Chance(1), today=TODAY)


def test_with_no_answers_there_is_no_figure_and_not_zero(province: Database) -> None:
    report = analyse.report(province)
    for figure in (report.index, *report.factors, *(line.figure for line in report.lines)):
        assert (figure.estimate.value, figure.estimate.low) == (None, None)
        assert figure.estimate.reason == "no-answers"
    assert {goal.verdict for goal in report.goals} == {Verdict.INSUFFICIENT}


def test_the_index_pools_the_criteria_and_leaves_the_overall_question_beside(province: Database) -> None:
    taken(province, [rated(1, 5, 5, 5, 5, 2) for _ in range(40)])
    report = analyse.report(province, agency="03646")
    assert report.index.code == "index:short@1"
    assert report.index.estimate.value == pytest.approx(4 / 5)
    (overall,) = report.overall
    # forty equal answers of one counter-day tell nothing of their spread
    assert overall.estimate.value == 0.0 and overall.estimate.model_based


def test_a_missing_answer_is_out_of_the_base_and_counted_beside(province: Database) -> None:
    unknown = Missing.REFUSED
    taken(province, [rated(5, 4, 4, 4, 4, unknown if n % 2 else 1) for n in range(40)])
    report = analyse.report(province, agency="03646")
    feedback = next(f for f in report.criteria if f.code == "item:feedback")
    assert (feedback.estimate.n, feedback.missing) == (20, {"refused": 20})
    assert report.index.estimate.answers == 4 * 40 + 20
    assert report.index.estimate.n == 40


def test_people_who_queue_together_widen_the_interval(province: Database) -> None:
    """The same answers spread over days in two ways: alike within days, or mixed."""
    days = [TODAY - timedelta(days=n) for n in range(10)]
    alike = [rated(5 if n < 5 else 2, day=day) for n, day in enumerate(days) for _ in range(10)]
    mixed = [
        rated(5 if k < 5 else 2, day=day, agency="03664", counter="03664-1")
        for day in days
        for k in range(10)
    ]
    taken(province, [*alike, *mixed])
    clustered = analyse.report(province, agency="03646").index.estimate
    even = analyse.report(province, agency="03664").index.estimate
    assert clustered.value == even.value == 0.5
    assert clustered.n_eff is not None and clustered.n_eff == pytest.approx(9, rel=0.2)
    assert clustered.df == 9


def test_kept_counts_give_the_same_figure_as_the_answers_themselves(province: Database) -> None:
    chance = Chance(7)
    given = [
        rated(*(chance.choice((1, 2, 3, 4, 5, Missing.REFUSED)) for _ in SHORT), day=day, **place)
        for day in (TODAY - timedelta(days=n) for n in range(15))
        for place in ({}, {"agency": "03664", "counter": "03664-1"})
        for _ in range(chance.randint(1, 9))
    ]
    kept = [r for r in given if any(a.values for a in r.answers)]
    taken(province, kept)
    values, psu, strata = [], [], []
    for response in kept:
        step = next(a for a in response.answers if a.item == "officer").values
        values.append(step[0] if step else float("nan"))
        psu.append(f"{response.counter}:{response.day}")
        strata.append(response.agency)
    given_arrays = stats.of_arrays(values, psu=psu, strata=strata, satisfied_from=4)
    apart = [stats.share([one]).deff for one in given_arrays]  # a stratum is an agency here
    expected = stats.share(given_arrays, interval="wilson-usual", median_deff=median(d for d in apart if d))
    found = next(f for f in analyse.report(province).criteria if f.code == "item:officer").estimate
    assert (found.n, found.psus, found.df) == (expected.n, expected.psus, expected.df)
    for name in ("value", "se", "low", "high", "deff", "n_eff"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-12), name


def test_a_province_is_more_than_the_mean_of_its_agencies(province: Database) -> None:
    many = [rated(5) for _ in range(90)]
    few = [rated(1, agency="03664", counter="03664-1") for _ in range(30)]
    taken(province, [*many, *few])
    assert analyse.report(province).index.estimate.value == pytest.approx(0.75)


def test_fewer_than_ten_people_show_no_number_at_all(province: Database) -> None:
    taken(province, [rated() for _ in range(9)])
    report = analyse.report(province, agency="03646")
    for figure in (report.index, report.responses, *report.factors, *report.means, *report.trend):
        assert figure.withheld and figure.estimate.n == 0 and figure.estimate.value is None
    assert all(d.counts is None for d in report.distributions)


def test_no_small_agency_follows_from_the_total_by_subtraction(province: Database) -> None:
    big = [rated(4, agency="03664", counter="03664-1") for _ in range(50)]
    bigger = [rated(4, agency="03670", counter="03670-1") for _ in range(80)]
    taken(province, [*big, *bigger, *[rated(1) for _ in range(4)]])
    lines = {line.agency.code: line.figure for line in analyse.report(province).lines}
    assert lines["03646"].withheld == "too-few"
    assert lines["03664"].withheld == "secondary"
    assert lines["03670"].withheld is None


def test_land_construction_and_investment_have_their_own_figure(province: Database) -> None:
    procedures = design.reference(province).procedures.values()
    codes = {
        group: next(p.code for p in procedures if p.group == group) for group in ("land", "construction")
    }
    other = next(p.code for p in procedures if p.group is None)
    given = [rated(2, procedure=codes["land"]) for _ in range(20)]
    given += [rated(5, procedure=codes["construction"]) for _ in range(20)]
    given += [rated(5, procedure=other) for _ in range(40)]
    taken(province, given)
    report = analyse.report(province)
    pooled = next(g for g in report.goals if g.target.groups)
    assert pooled.figure.domain == "group:land;construction;investment"
    assert pooled.figure.estimate.value == pytest.approx(0.5)
    assert report.index.estimate.value == pytest.approx(0.75)


def test_a_goal_gets_its_verdict_from_the_interval_and_says_what_is_unverified(province: Database) -> None:
    days = [TODAY - timedelta(days=n) for n in range(30)]
    taken(province, [rated(2 if n == 0 else 5, day=day) for day in days for n in range(20)])
    report = analyse.report(province)
    assert report.goals
    for goal in report.goals:
        if not goal.target.groups:
            expected = verdict(goal.figure.estimate, goal.target.value / 100, goal.target.operator)
            assert goal.verdict is expected
    by_code = {goal.target.code: goal for goal in report.goals}
    assert by_code["qd282-2030"].target.verified
    assert not by_code["nq76-2030"].target.verified


def test_a_month_without_answers_is_not_in_the_trend(province: Database) -> None:
    given = [rated(5, day=date(2026, month, 3)) for month in (8, 10) for _ in range(35)]
    taken(province, given)
    assert [figure.period for figure in analyse.report(province).trend] == ["2026-08", "2026-10"]


def test_a_year_holds_its_own_days_and_the_latest_is_shown(province: Database) -> None:
    taken(province, [rated(5, day=date(2025, 12, 31)) for _ in range(40)])
    taken(province, [rated(1, day=date(2026, 1, 1)) for _ in range(50)])
    assert analyse.report(province).period == "2026"
    assert analyse.report(province).responses.estimate.value == 50
    assert analyse.report(province, year=2025).responses.estimate.value == 40
    assert analyse.years(province, "rating-short") == (2026, 2025)


def test_a_report_is_made_again_after_sealing(province: Database) -> None:
    taken(province, [rated(5) for _ in range(40)])
    assert analyse.report(province).responses.estimate.value == 40
    taken(province, [rated(5) for _ in range(2)])
    assert analyse.report(province).responses.estimate.value == 42


def test_modes_are_told_apart(province: Database) -> None:
    taken(province, [rated(5) for _ in range(40)])
    taken(province, [rated(3, mode=Mode.ONLINE, counter=None) for _ in range(40)])
    values = {f.domain: f.estimate.value for f in analyse.report(province).ways[0].figures}
    assert values == {"mode:kiosk": 1.0, "mode:online": 0.0}


def test_two_questionnaires_are_never_mixed(province: Database) -> None:
    taken(province, [rated(5) for _ in range(40)])
    assert analyse.report(province, wave="rating-long").responses.estimate.value == 0


@pytest.mark.parametrize(
    ("names", "refusal"),
    [
        ({"wave": "nowhere"}, errors.UnknownWave),
        ({"agency": "99999"}, errors.UnknownAgency),
        ({"agency": "../../etc"}, errors.UnknownAgency),
    ],
)
def test_what_there_is_not_is_refused(
    province: Database, names: dict[str, str], refusal: type[errors.Refusal]
) -> None:
    with pytest.raises(refusal):
        analyse.report(province, **names)  # type: ignore[arg-type]


def everything(report: Report) -> list[object]:
    return [(f.code, f.domain, f.period, f.estimate) for f in report.figures()]


def test_the_figures_do_not_depend_on_the_order_or_the_batches(province: Database) -> None:
    """Sealed one by one or at once, shuffled this way or that: the same report to the last digit."""
    chance = Chance(3)
    given = [
        rated(*(chance.randint(1, 5) for _ in SHORT), day=TODAY - timedelta(days=n % 5)) for n in range(60)
    ]
    for start in range(0, 60, 7):
        taken(province, given[start : start + 7])
    first = everything(analyse.report(province))
    process.rebuild(province, replace=True)
    province._kept.clear()
    assert everything(analyse.report(province)) == first
