"""Series as it was and as today: the worked example of the mergers of 1 July 2025."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from survey import analyse, design
from survey.formats import figures
from survey.frame import Wave, WaveKind
from survey.report import Report
from survey.response import Response
from survey.store.database import Database
from tests.analyse.rating import taken
from tests.answering import rated
from tests.conftest import TODAY

OLD = ("03646-to-2025", "03649-to-2025", "03652-to-2025", "03655-to-2025")
WAVE = "rating-before"


@pytest.fixture
def before(province: Database) -> Database:
    """A wave that began half a year before the mergers."""
    wave = Wave(
        WAVE,
        {"vi": "Đánh giá", "en": "Rating"},
        WaveKind.CONTINUOUS,
        "onestop-short@2026.1",
        "son-la",
        date(2025, 1, 1),
    )
    design.open_wave(province, wave, {}, (), on=TODAY)
    return province


def month(agency: str, number: int, satisfied: int, people: int) -> Iterator[Response]:
    for person in range(people):
        day = date(2025, number, 1) + timedelta(days=person % 5)
        yield rated(5 if person < satisfied else 2, wave=WAVE, agency=agency, counter=None, day=day)


def of(db: Database, agency: str, *, today: bool) -> Report:
    return analyse.report(db, wave=WAVE, agency=agency, year=2025, as_of=TODAY if today else None)


def people(report: Report) -> dict[str, int]:
    return {figure.period: figure.estimate.n for figure in report.trend if figure.estimate.n}


def test_the_ward_has_the_answers_of_its_four_predecessors(before: Database) -> None:
    for code, satisfied in zip(OLD, (40, 30, 20, 10), strict=True):
        taken(before, month(code, 5, satisfied, 40))
    taken(before, month("03646", 7, 45, 50))
    taken(before, month("03664", 7, 30, 60))
    was, today = of(before, "03646", today=False), of(before, "03646", today=True)
    assert people(was) == {"2025-07": 50}
    assert people(today) == {"2025-05": 160, "2025-07": 50}
    may = next(figure for figure in today.trend if figure.period == "2025-05")
    assert may.estimate.value == pytest.approx(100 / 160)
    assert "as-today" in may.flags and may.estimate.low is not None
    july = [next(f for f in report.trend if f.period == "2025-07") for report in (was, today)]
    assert july[0] == july[1]  # after the merger both are the same figure, to the last digit
    # so are the year's index, its verdict and its questions
    for figure in (today.index, *today.factors, *today.criteria):
        assert (figure.estimate.n, figure.estimate.value) == (210, pytest.approx(145 / 210)), figure.code
    assert (was.index.estimate.n, was.factors[0].estimate.n, today.responses.estimate.n) == (50, 50, 210)
    assert today.line and today.line.figure == today.index and today.line.placing is None
    assert today.index == next(figure for figure in today.years if figure.period == "2025")
    quarter = next(each for each in today.comparisons if each.before == "2025-Q2")
    assert quarter.whole and quarter.whole.before.estimate.n == 160 and quarter.whole.change.value is not None
    assert not (today.drivers or today.distributions) and was.drivers
    # the parts as they were, and the whole as today, are the same people
    parts = [of(before, code, today=False) for code in OLD]
    assert sum(people(part)["2025-05"] for part in parts) == people(today)["2025-05"]
    assert people(of(before, OLD[0], today=True)) == {}
    # the province is the same both ways
    root = [of(before, "son-la", today=view) for view in (False, True)]
    assert root[0].trend == root[1].trend and root[0].years == root[1].years
    assert {kin.edge.predecessor for kin in today.predecessors} == set(OLD)
    assert parts[0].successors[0].edge.on == date(2025, 7, 1)
    told = json.loads(json.dumps(figures.as_json(today)))
    assert told["succession"]["as_of"] == TODAY.isoformat() and told["report"].endswith("/as-today")
    assert len(told["succession"]["predecessors"]) == 4
    assert "as-today" in figures.as_csv(today) and "as-today" not in figures.as_csv(was)


def test_the_view_as_today_tells_nothing_of_a_predecessor_that_is_withheld(before: Database) -> None:
    """Of four predecessors one had four people: with the sum shown, they would follow by subtraction."""
    for code, number in zip(OLD, (40, 40, 40, 4), strict=True):
        taken(before, month(code, 5, number // 2, number))
    for other in ("03664-to-2025", "03679-to-2025", "03688-to-2025"):
        taken(before, month(other, 5, 30, 60))
    was = [next(f for f in of(before, c, today=False).trend if f.period == "2025-05") for c in OLD]
    assert was[3].withheld == "too-few"
    may = next(f for f in of(before, "03646", today=True).trend if f.period == "2025-05")
    hidden = [f for f in was if f.withheld]
    assert may.withheld == "secondary" or len(hidden) > 1
    today = of(before, "03646", today=True)
    assert all(f.withheld for f in (today.responses, *today.factors, *today.criteria))
