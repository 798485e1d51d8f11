"""Charts: what they draw, what they must not draw, and that anybody can read them."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from survey import disclosure
from survey.agency import Agency, Status, Target
from survey.charts import criteria_chart, intervals_chart, trend_chart
from survey.charts.marks import MARKS, Point, distinct, share_axis_start, target_label
from survey.charts.months import _runs
from survey.charts.sheet import _DARK, _DRAWING, BLUE, GOAL, INK, MUTED, PANEL, RUST, Sheet
from survey.charts.spread import STEPS
from survey.charts.words import WORDS, month_in, percent
from survey.figure import Figure, Verdict
from survey.instrument import Factor, Instrument, Item, Scale, Step
from survey.report import Line
from survey.stats import Estimate

TARGETS = [
    Target(f"plan-{year}", "son-la", "plan", {"vi": "Chung", "en": "Overall"}, (), year, ">=", value)
    for year, value in ((2025, 90.0), (2030, 95.0))
]


def figure(
    value: float | None, *, n: int = 400, code: str = "index", period: str = "2026", **more: object
) -> Figure:
    half = 0.5 / n**0.5
    known = {} if value is None else {"low": max(0, value - half), "high": min(1, value + half)}
    estimate = Estimate(value=value, n=n, **known)
    label = {"vi": "Chỉ số", "en": "Index"}
    return Figure(code, "share", label, "all", "w", "short@1", period, "share@1", estimate, **more)


def line(name: str, shown: Figure, verdict: Verdict = Verdict.INSUFFICIENT) -> Line:
    return Line(Agency(name, {"vi": f"Xã {name}", "en": f"{name} Commune"}, "commune"), shown, verdict)


def agencies(lines: list[Line], language: str = "vi") -> bytes:
    return intervals_chart(lines, targets=TARGETS, language=language, title="Mức độ hài lòng")


def written(svg: bytes) -> list[str]:
    """The text of a chart, piece by piece."""
    root = ET.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def questionnaire() -> Instrument:
    scale = Scale("five", tuple(Step(value, {"vi": str(value)}) for value in range(1, 6)), 4)
    items = (
        Item("waiting", {"vi": "Thời gian chờ"}, "five", factor="access"),
        Item("seats", {"vi": "Chỗ ngồi"}, "five", factor="access"),
        Item("manner", {"vi": "Thái độ"}, "five", factor="officer"),
    )
    factors = (Factor("access", {"vi": "Tiếp cận"}), Factor("officer", {"vi": "Công chức"}))
    words = {"vi": "Phiếu"}
    return Instrument("short", "1", "rating", words, words, ("vi",), {"five": scale}, factors, items)


def test_every_agency_is_named_with_its_value_and_its_people() -> None:
    svg = agencies([line("Bắc Yên", figure(0.823, n=1530)), line("Phù Yên", figure(0.95))])
    for expected in ("Xã Bắc Yên", "82,3\u00a0%", "1.530 người", "Xã Phù Yên", "95,0\u00a0%"):
        assert expected in written(svg)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert "82.3%" in written(agencies([line("Bắc Yên", figure(0.823))], "en"))
    assert percent(82.25, "vi") == "82,2\u00a0%"
    assert (month_in("2026-01", "vi"), month_in("2026-01", "en"), month_in("2026", "vi")) == (
        "1/2026",
        "2026-01",
        "2026",
    )


def test_a_withheld_figure_is_a_dash_with_its_reason_and_its_value_is_nowhere() -> None:
    svg = agencies([line("Mù Cả", figure(0.8765, n=7, withheld="too-few"))])
    assert "— quá ít câu trả lời" in written(svg)
    assert "87,6" not in svg.decode()
    assert "7 người" not in written(svg)
    assert not Point("", figure(0.8765, withheld="too-few"), "met").interval


def test_an_agency_that_nobody_has_rated_is_not_at_zero() -> None:
    svg = agencies([line("Mù Cả", figure(None, n=1))])
    assert "0,0\u00a0%" not in written(svg)
    assert "— không công bố" in written(svg)


def test_a_small_group_that_agrees_is_a_range_without_a_point() -> None:
    estimate = Estimate(low=0.9, high=1.0, n=17, reason="all-in-one-step")
    coarse = replace(figure(1.0), estimate=estimate, flags=("few-answers", "above-90"))
    svg = agencies([line("Mù Cả", coarse)])
    assert {"> 90\u00a0%", "17 người"} <= set(written(svg))
    assert "100,0\u00a0%" not in written(svg)
    assert Point("", coarse, "met").interval == (90, 100)
    assert "100,0\u00a0%" not in written(trend_chart([coarse], language="vi"))


def test_every_reason_of_disclosure_control_has_words() -> None:
    reasons = {disclosure.TOO_FEW, disclosure.SECONDARY, disclosure.ONE_STEP, "no-answers"}
    assert reasons | {disclosure.FEW_ANSWERS, disclosure.ABOVE_90, disclosure.BELOW_10} <= WORDS["vi"].keys()


def test_rows_keep_the_order_they_are_given_in() -> None:
    names = ["Sốp Cộp", "Bắc Yên", "Mường La"]
    labels = [text for text in written(agencies([line(n, figure(0.9)) for n in names])) if "Xã" in text]
    assert labels == [f"Xã {name}" for name in names]


def test_targets_are_labelled_and_equal_ones_are_drawn_once() -> None:
    svg = intervals_chart(
        [line("Bắc Yên", figure(0.9))], targets=[*TARGETS, TARGETS[0]], language="vi", title="x"
    )
    assert [text for text in written(svg) if "mục tiêu" in text] == [
        "mục tiêu 2025: ≥ 90\u00a0%",
        "mục tiêu 2030: ≥ 95\u00a0%",
    ]


def test_a_target_that_nobody_has_verified_says_so_and_gives_way_to_one_that_is() -> None:
    assumed = replace(TARGETS[1], operator=">", status=Status.ASSUMED)
    assert target_label(assumed, "en") == "target 2030: > 95% (not verified)"
    assert distinct([assumed, *reversed(TARGETS)]) == TARGETS


def test_verdicts_differ_without_colour() -> None:
    looks = {(MARKS[verdict.value].shape, MARKS[verdict.value].filled) for verdict in Verdict}
    assert len(looks) == len(Verdict)


def test_few_answers_are_drawn_dotted_and_said_in_the_legend() -> None:
    sure, unsure = figure(0.9, n=14), figure(0.9, n=14, flags=("few-answers",))
    assert "ít câu trả lời" in written(agencies([line("Bắc Yên", unsure)]))
    assert "ít câu trả lời" not in written(agencies([line("Bắc Yên", sure)]))


def test_the_axis_leaves_out_no_interval_and_no_target() -> None:
    wide = Point("", figure(0.3, n=10), "met")
    assert share_axis_start([wide], TARGETS) <= 100 * (wide.figure.estimate.low or 0)
    assert share_axis_start([], ()) == 80
    assert share_axis_start([Point("", figure(0.0), "met")], ()) == 0


def test_a_chart_of_every_agency_is_small() -> None:
    lines = [line(f"Mường {i}", figure(0.7 + i / 400, n=20 + i)) for i in range(97)]
    assert len(gzip.compress(agencies(lines))) < 30_000


def test_the_same_figures_give_the_same_bytes_in_any_thread() -> None:
    lines = [line(f"Mường {i}", figure(0.7 + i / 100)) for i in range(8)]
    alone = agencies(lines)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(agencies, [lines] * 8)) == {alone}


def test_one_chart_is_drawn_at_a_time_and_a_failed_one_frees_the_way() -> None:
    def fail() -> None:
        with Sheet("x", height=80):
            assert _DRAWING.locked()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not _DRAWING.locked()


def test_markup_in_a_name_stays_text() -> None:
    svg = agencies([line("<script>alert(1)</script> & $x$", figure(0.9))])
    assert b"<script" not in svg
    assert {"<script>", "$x$"} <= set(" ".join(written(svg)).replace("alert", " ").split())


def test_months_that_are_withheld_or_missing_break_the_line() -> None:
    assert _runs([1, 2, 3, 5, 8, 9]) == [[1, 2, 3], [5], [8, 9]]
    months = [figure(0.9, period=f"2026-{m:02}") for m in (1, 2, 3, 5, 8, 9)]
    hidden = figure(0.9, period="2026-04", withheld="too-few")
    svg = trend_chart([*months, hidden], language="vi", target=TARGETS[0]).decode()
    assert written(svg.encode()).count("—") == 1
    strokes = re.findall(rf'<path d="([^"]*)"[^>]*style="fill: none; stroke: {BLUE}; stroke-width: 1.4', svg)
    assert sorted(path.count("L") for path in strokes if "L" in path) == [1, 2]


def test_a_trend_runs_over_the_turn_of_the_year() -> None:
    months = [figure(0.9, period=period) for period in ("2025-12", "2026-01")]
    assert {"12/2025", "1/2026"} <= set(written(trend_chart(months, language="vi")))


def test_long_trends_name_some_months_and_always_the_last() -> None:
    months = [figure(0.9, period=f"{2020 + m // 12}-{m % 12 + 1:02}") for m in range(60)]
    labels = [text for text in written(trend_chart(months, language="vi")) if "/20" in text]
    assert "12/2024" in labels
    assert len(labels) <= 10


def test_criteria_stand_under_their_factor() -> None:
    criteria = [
        figure(0.8, code="item:manner"),
        figure(0.9, code="item:waiting"),
        figure(0.7, code="item:seats"),
    ]
    factors = [figure(0.85, code="factor:officer"), figure(0.95, code="factor:access")]
    svg = criteria_chart(criteria, factors, instrument=questionnaire(), language="vi")
    values = [text for text in written(svg) if re.fullmatch(r"\d\d,\d\u00a0%", text)]
    assert values == ["95,0\u00a0%", "90,0\u00a0%", "70,0\u00a0%", "85,0\u00a0%"]


def test_the_only_criterion_of_a_factor_is_drawn_once() -> None:
    figures = [figure(0.8, code="item:manner")], [figure(0.8, code="factor:officer")]
    svg = criteria_chart(*figures, instrument=questionnaire(), language="vi")
    assert written(svg).count("80,0\u00a0%") == 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_chart_of_nothing_says_so(language: str) -> None:
    nothing = WORDS[language]["nothing"]
    assert nothing in written(agencies([], language))
    assert nothing in written(trend_chart([], language=language))
    assert nothing in written(criteria_chart([], [], instrument=questionnaire(), language=language))


def test_both_languages_have_every_word() -> None:
    assert WORDS["vi"].keys() == WORDS["en"].keys()
    for word, vietnamese in WORDS["vi"].items():
        assert re.findall(r"{\w+}", vietnamese) == re.findall(r"{\w+}", WORDS["en"][word])


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [INK, MUTED, BLUE, RUST, GOAL])
def test_text_and_marks_stand_out_on_light_and_on_dark_pages(colour: str) -> None:
    assert _contrast(colour, PANEL) >= 4.5
    assert _contrast(_DARK[colour], _DARK[PANEL]) >= 4.5


def test_charts_are_images_with_a_title_and_no_date() -> None:
    svg = agencies([line("Bắc Yên", figure(0.9))]).decode()
    assert "<title>Mức độ hài lòng</title>" in svg
    assert 'role="img"' in svg
    assert "dc:date" not in svg
    assert 'width="720"' in svg


def test_a_process_that_draws_nothing_does_not_load_matplotlib() -> None:
    check = "import sys, survey.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_neighbouring_steps_differ_in_lightness_so_that_grey_print_and_any_eye_tells_them() -> None:
    for one, other in pairwise(STEPS):
        assert _contrast(one, other) >= 1.5


def test_bands_are_told_apart_by_shape_and_fill_alone() -> None:
    kinds = ("above", "not-different", "below", "unranked")
    assert len({(MARKS[kind].shape, MARKS[kind].filled) for kind in kinds}) == len(kinds)
