"""One plain sentence for each figure, in both languages: what it says, and what it must never say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from survey import telling
from survey.agency import Agency, Target
from survey.comparison import change
from survey.figure import Distribution, Figure, Goal, Verdict
from survey.instrument import Step
from survey.report import METHOD_BREAK, NO_EARLIER, Against, Comparison, Move
from survey.stats import Estimate
from survey.telling.words import SENTENCES

ESTIMATE = Estimate(value=0.8533, se=0.01, low=0.8331, high=0.8712, n=1368, answers=6840, df=40, n_eff=1200.0)
SON_LA = Agency("son-la", {"vi": "Tỉnh Sơn La", "en": "Sơn La Province"}, "province")
TARGET = Target("t", "national", "QĐ 282", {"vi": "Chung", "en": "Overall"}, (), 2030, ">=", 95.0)


def figure(vi: str = "Công chức", en: str = "Civil servants", **changes: Any) -> Figure:
    label = {"vi": vi, "en": en}
    base = Figure("factor:officer", "share", label, "all", "w", "i@1", "2026", "share/wilson@1", ESTIMATE)
    return replace(base, **changes)


def valued(value: float, half: float = 0.01, n: int = 500) -> Estimate:
    return Estimate(
        value=value, se=half / 2, low=value - half, high=value + half, n=n, answers=n, df=60, n_eff=float(n)
    )


def test_the_headline_carries_period_interval_and_people() -> None:
    assert telling.headline(figure(), "vi") == (
        "Năm 2026, 85,3\u00a0% câu trả lời là hài lòng hoặc rất hài lòng "
        "(khoảng tin cậy 95\u00a0%: từ 83,3\u00a0% đến 87,1\u00a0%; 1.368 người trả lời)."
    )
    assert telling.headline(figure(), "en") == (
        "In 2026, 85.3% of the answers were satisfied or very satisfied "
        "(95% confidence interval from 83.3% to 87.1%; 1,368 people)."
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_withheld_or_missing_is_told_without_a_number_of_its_own(language: str) -> None:
    held = figure(estimate=Estimate(reason="too-few"), withheld="too-few")
    nobody = figure(estimate=Estimate(reason="no-answers"))
    coarse = figure(estimate=replace(ESTIMATE, value=None, n=12), flags=("few-answers", "above-90"))
    told = [
        tell(one, language) for tell in (telling.headline, telling.figure) for one in (held, nobody, coarse)
    ]
    assert all("85" not in sentence and "0,0" not in sentence and "0.0" not in sentence for sentence in told)
    assert "10" in telling.figure(held, language)
    assert "90" in telling.figure(coarse, language)


def test_every_sentence_is_there_in_both_languages_with_the_same_gaps() -> None:
    def gaps(text: str) -> set[str]:
        return {part.split("}")[0].split(":")[0] for part in text.split("{")[1:]}

    for code, told in SENTENCES.items():
        assert set(told) == {"vi", "en"}, code
        if code not in ("month", "in"):
            assert gaps(told["vi"]) == gaps(told["en"]), code


def test_a_goal_is_told_with_its_gap_and_what_is_missing_to_a_verdict() -> None:
    unmet = Goal(TARGET, figure(), Verdict.NOT_MET)
    assert telling.goal(unmet, "vi") == (
        "Mục tiêu ≥ 95\u00a0% vào năm 2030 (QĐ 282): không đạt; kết quả 85,3\u00a0%, thấp hơn mục tiêu 9,7 điểm phần trăm."
    )
    assert telling.missing(unmet, "en") == "The result is 9.7 percentage points short of the target."
    open_ = Goal(TARGET, figure(estimate=valued(0.94, 0.02)), Verdict.INSUFFICIENT, needed=1)
    assert telling.goal(open_, "en").endswith(
        "If the share stays as it is, about 1 person more must answer for a verdict."
    )
    few = Goal(TARGET, figure(estimate=valued(0.94, 0.09, 20)), Verdict.INSUFFICIENT)
    assert "dưới 30 người" in telling.goal(few, "vi")
    assert telling.missing(Goal(TARGET, figure(), Verdict.MET), "vi") == ""


def test_a_difference_is_told_only_where_the_intervals_are_apart() -> None:
    low, near, high = (
        figure("Thấp", "Low", estimate=valued(0.7)),
        figure("Gần", "Near", estimate=valued(0.71)),
        figure("Cao", "High", estimate=valued(0.9)),
    )
    assert "larger than the error" in telling.beside([low, near, high], "factor", "en")
    assert "a difference is not shown" in telling.beside([low, near], "factor", "en")
    small = figure("Nhỏ", "Small", estimate=valued(0.2, n=29))
    assert "Small" not in telling.beside([low, small, high], "factor", "en")
    assert telling.beside([low], "field", "vi") == "Chưa có đủ câu trả lời để so sánh."


def test_a_rise_a_fall_and_neither_are_told_apart() -> None:
    def told(before: float, after: float, half: float = 0.01) -> str:
        one, two = figure(estimate=valued(before, half)), figure(estimate=valued(after, half))
        move = Move(SON_LA, one, two, change(one.estimate, two.estimate))
        return telling.change(Comparison(Against.YEAR, "2025", "2026", whole=move), "en")

    assert told(0.80, 0.90).startswith("From 2025 to 2026, the index rose by 10.0 percentage points")
    assert "fell by 10.0 percentage points" in told(0.90, 0.80)
    assert "not enough evidence" in told(0.80, 0.81, 0.05)
    broken = Comparison(Against.YEAR, "2025", "2026", refused=METHOD_BREAK, earlier="old@1")
    assert "không so sánh được" in telling.change(broken, "vi")
    first = Comparison(Against.QUARTER, "2026-Q3", "2026-Q4", refused=NO_EARLIER)
    assert (
        telling.change(first, "en")
        == "Nobody was asked in quarter 3 of 2026, so there is nothing to compare."
    )


def test_a_distribution_adds_up_to_all_answers() -> None:
    steps = tuple(Step(value, {"vi": str(value)}) for value in range(1, 6))
    one = Distribution("q", {"vi": "Câu hỏi", "en": "Question"}, steps, (10, 10, 20, 40, 120))
    assert telling.distribution(one, 4, "vi") == (
        "“Câu hỏi”: trong 200 câu trả lời, 80,0\u00a0% hài lòng trở lên, 10,0\u00a0% ở mức giữa, 10,0\u00a0% không hài lòng."
    )
    assert "200" not in telling.distribution(replace(one, counts=None, withheld="all-in-one-step"), 4, "en")


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("2026", "năm 2026", "in 2026"),
        ("2026-Q4", "quý 4 năm 2026", "in quarter 4 of 2026"),
        ("2026-03", "tháng 3/2026", "in March 2026"),
        ("2026-11-23", "ngày 23/11/2026", "on 23 November 2026"),
        ("2024-01-01/2024-03-31", "từ 1/1/2024 đến 31/3/2024", "from 1 January 2024 to 31 March 2024"),
    ],
)
def test_a_period_is_told_as_people_say_it(name: str, vi: str, en: str) -> None:
    assert (telling.period(name, "vi"), telling.period(name, "en")) == (vi, en)


def test_one_is_singular_in_english() -> None:
    assert telling.people(1, "en") == "1 person"
    assert telling.counted(1, "agency", "en") == "1 agency"
    assert telling.counted(2, "agency", "en") == "2 agencies"
