"""Drivers and reliability on the road out: from kept products, with their error, or with the reason for none."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from survey import analyse, charts, collect, drivers, process, reliability
from survey.figure import Figure
from survey.formats import figures
from survey.instrument import Missing
from survey.report import Report
from survey.response import Answer, Response
from survey.store.database import Database
from tests.answering import SHORT, rated
from tests.conftest import NOW, TODAY, Chance


def _people(n: int, seed: int = 1) -> list[Response]:
    """People whose overall answer follows the officer most, the result less, and nothing else."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(1, 6, size=(n, 6))
    steps[:, 5] = np.clip(rng.integers(2, 6, n) - 1, 1, 5)
    steps[:, 0] = np.clip(np.round(0.7 * steps[:, 3] + 0.3 * steps[:, 4] + rng.normal(0, 0.4, n)), 1, 5)
    return [rated(*row, day=TODAY - timedelta(days=i % 40)) for i, row in enumerate(steps.tolist())]


def _report(province: Database, people: list[Response]) -> Report:
    collect.submit_many(province, people, at=NOW)
    process.seal_all(province, rng=Chance(1), today=TODAY)
    return analyse.report(province, agency="03646")


def _by_code(found: tuple[Figure, ...]) -> dict[str, Figure]:
    return {figure.code: figure for figure in found}


def test_drivers_are_johnsons_parts_of_what_people_said(province: Database) -> None:
    people = _people(200)
    report = _report(province, people)
    answers = np.array([[answer.values[0] for answer in person.answers] for person in people], float)
    alone = drivers.importance(answers[:, 0], answers[:, 1:])
    told = _by_code(report.drivers)
    assert told["driver:together"].estimate.value == pytest.approx(alone.r2, rel=1e-9)
    parts = [told[f"driver:{code}"].estimate for code in SHORT[1:]]
    assert [part.value for part in parts] == pytest.approx(np.array(alone.johnson) / alone.r2, rel=1e-9)
    assert sum(part.value or 0 for part in parts) == pytest.approx(1)
    for part in parts:
        assert part.n == 200 and part.se is not None and 0 < part.se < 0.2
        assert part.low is not None and part.high is not None and part.value is not None
        assert 0 <= part.low < part.value < part.high <= 1


def test_what_matters_and_goes_worse_than_the_rest_comes_first(province: Database) -> None:
    rng = np.random.default_rng(4)
    officer = rng.integers(1, 6, 300)
    good = rng.integers(4, 6, (300, 3))
    said = [(o, a, p, o, r, 5) for o, (a, p, r) in zip(officer.tolist(), good.tolist(), strict=True)]
    people = [rated(*steps, day=TODAY - timedelta(days=i % 40)) for i, steps in enumerate(said)]
    told = _by_code(_report(province, people).drivers)
    assert told["driver:officer"].flags == ("fix-first",)
    assert told["driver:access"].flags == ("enough",)
    # nothing can follow from what everybody answers alike
    assert told["driver:feedback"].estimate.reason == "no-variance"
    assert told["driver:feedback"].flags == ()


@pytest.mark.parametrize(("complete", "reason", "withheld"), [(0, "no-answers", None), (6, "too-few", "too-few"), (29, "few-complete", None)])  # fmt: skip
def test_below_thirty_complete_answers_there_is_a_reason_and_no_number(
    province: Database, complete: int, reason: str, withheld: str | None
) -> None:
    partly = [rated(5, 4, Missing.REFUSED, 4, 3, 2) for _ in range(40)]
    report = _report(province, _people(complete) + partly)
    for figure in report.drivers:
        assert (figure.estimate.value, figure.estimate.low, figure.estimate.se) == (None, None, None)
        assert (figure.estimate.reason, figure.withheld) == (reason, withheld)
        assert figure.estimate.n == (0 if withheld else complete)


def test_a_factor_of_one_question_has_no_reliability_and_says_so(province: Database) -> None:
    for figure in _report(province, _people(40)).reliabilities:
        assert (figure.estimate.value, figure.estimate.reason) == (None, "one-item")


def test_reliability_is_that_of_the_answers(province: Database) -> None:
    rng = np.random.default_rng(3)
    form = analyse.report(province, wave="rating-long").instrument
    codes = [item.code for item in form.items if item.kind.value == "rating" and item.factor]
    common = rng.normal(size=80)
    taken, access = [], []
    first = form.factors[0].code
    own = [item.code for item in form.criteria(first)]
    for number in range(80):
        steps = {c: int(np.clip(round(3.4 + common[number] + rng.normal(0, 0.8)), 1, 5)) for c in codes}
        access.append([float(steps[code]) for code in own])
        taken.append(_long(form.ref, [item.code for item in form.items], steps))
    collect.submit_many(province, taken, at=NOW)
    process.seal_all(province, rng=Chance(1), today=TODAY)
    told = _by_code(analyse.report(province, wave="rating-long", agency="03646").reliabilities)
    alone = reliability.alpha(access)
    alpha = told[f"alpha:{first}"].estimate
    assert (alpha.value, alpha.low, alpha.high) == pytest.approx(
        (alone.alpha, alone.low, alone.high), rel=1e-9
    )
    assert alpha.n == 80
    omega = told[f"omega:{first}"].estimate
    assert omega.value == pytest.approx(reliability.omega(access).omega, rel=1e-6)


def _long(ref: str, items: list[str], steps: dict[str, int]) -> Response:
    answers = tuple(
        Answer(code, (steps[code],)) if code in steps else Answer(code, missing=Missing.REFUSED)
        for code in items
    )
    return rated(wave="rating-long", instrument=ref, answers=answers)


def test_files_carry_what_the_page_shows(province: Database) -> None:
    report = _report(province, _people(60))
    records = {r["code"]: r for r in figures.as_json(report)["figures"] if r["part"] == "driver"}
    for figure in report.drivers:
        record = records[figure.code]
        assert (record["value"], record["se"], record["n"]) == (figure.estimate.value, figure.estimate.se, 60)
        assert record["flags"] == list(figure.flags)
    assert "driver:officer" in figures.as_csv(report)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_picture_names_every_driver_and_every_quadrant(province: Database, language: str) -> None:
    report = _report(province, _people(60))
    drawn = charts.drivers_chart(report.drivers, report.factors, language=language).decode()
    for figure in report.drivers[1:]:
        assert figure.label[language].split()[0] in drawn
    for name in ("fix-first", "keep-up", "later", "enough"):
        assert charts.words.WORDS[language][name] in drawn
    assert drawn.encode() == charts.drivers_chart(report.drivers, report.factors, language=language)


def test_without_drivers_the_picture_says_so() -> None:
    assert "Chưa có số liệu" in charts.drivers_chart((), (), language="vi").decode()
