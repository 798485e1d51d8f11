"""Data files: that JSON and CSV carry the report's figures, all of them and nothing held back."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from survey import disclosure
from survey.agency import Agency, PublishedFigure, Target
from survey.case import Counters
from survey.figure import Distribution, Figure, Goal, Verdict
from survey.formats import answers
from survey.formats.figures import FORMAT, as_csv, as_json
from survey.frame import Wave, WaveKind
from survey.instrument import Factor, Instrument, Item, Missing, Scale, Step
from survey.report import Line, Report
from survey.stats import Estimate

SON_LA = Agency("son-la", {"vi": "Tỉnh Sơn La", "en": "Sơn La Province"}, "province")
TO_HIEU = Agency("03646", {"vi": "Phường Tô Hiệu", "en": "Tô Hiệu Ward"}, "ward", parent="son-la")
WAVE = Wave(
    "rating-short",
    {"vi": "Đánh giá", "en": "Rating"},
    WaveKind.CONTINUOUS,
    "onestop-short@1",
    "son-la",
    date(2026, 1, 1),
)
FIVE = Scale("five", tuple(Step(v, {"vi": f"bậc {v}", "en": f"step {v}"}) for v in range(1, 6)), 4)
FORM = Instrument(
    "onestop-short",
    "1",
    "rating",
    {"vi": "Phiếu", "en": "Form"},
    {"vi": "", "en": ""},
    ("vi", "en"),
    {"five": FIVE},
    (Factor("access", {"vi": "Tiếp cận", "en": "Access"}),),
    (Item("waiting", {"vi": "Thời gian chờ", "en": "Waiting"}, "five", factor="access"),),
)
ESTIMATE = Estimate(
    value=1 / 3, se=0.1, low=0.1 + 0.2, high=2 / 3, n=123, answers=456, psus=7, df=6, deff=1.25, n_eff=98.4
)
TARGET = Target("plan-2030", "son-la", "QĐ 282", {"vi": "Chung", "en": "Overall"}, (), 2030, ">=", 95.0)


def figure(code: str = "index", **changes: Any) -> Figure:
    base = Figure(
        code,
        "share",
        {"vi": "Chỉ số", "en": "Index"},
        "all",
        WAVE.code,
        FORM.ref,
        "2026",
        "short@1",
        ESTIMATE,
        missing={"dont_know": 4},
    )
    return replace(base, **changes)


@pytest.fixture
def report() -> Report:
    hidden = disclosure.gate(figure(domain="agency:03646", estimate=replace(ESTIMATE, n=7)))
    return Report(
        wave=WAVE,
        instrument=FORM,
        agency=SON_LA,
        simulated=True,
        period="2026",
        through="2026-11-23",
        sealed=123,
        root="ab" * 32,
        responses=figure("responses", kind="count", estimate=Estimate(value=123, n=123)),
        index=figure(),
        factors=(figure("factor:access"),),
        criteria=(figure("item:waiting", flags=("few-answers", "model-based")),),
        breakdown=(figure("mean:waiting", kind="mean", domain="agency:03646"),),
        trend=(figure(period="2026-10"), figure(period="2026-11", estimate=Estimate(reason="no-answers"))),
        distributions=(
            Distribution("waiting", {"vi": "Thời gian chờ"}, FIVE.steps, (1, 0, 2, 50, 70), {"refused": 3}),
        ),
        goals=(Goal(TARGET, figure(), Verdict.NOT_MET),),
        lines=(Line(TO_HIEU, hidden, Verdict.INSUFFICIENT),),
        published=(PublishedFigure("son-la", 2022, "sipas:overall", 82.18, "percent"),),
    )


def rows(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(report).removeprefix("\ufeff"), newline="")))


def records(report: Report) -> list[dict[str, Any]]:
    """The records after a way over the wire."""
    read: list[dict[str, Any]] = json.loads(json.dumps(as_json(report)))["figures"]
    return read


NUMBERS = [
    "value",
    "se",
    "low",
    "high",
    "level",
    "n",
    "answers",
    "psus",
    "df",
    "deff",
    "n_eff",
    "weight_total",
]


def test_json_and_csv_hold_the_same_figures_to_the_last_digit(report: Report) -> None:
    table, told = rows(report), records(report)
    assert len(table) == len(told)
    for row, record in zip(table, told, strict=True):
        for name in NUMBERS:
            assert row[name] == ("" if record[name] is None else repr(record[name]))
        for name in ("part", "wave", "instrument", "code", "kind", "domain", "period", "method", "estimator"):
            assert row[name] == record[name]
        assert row["agency"] == record["agency"]["code"]
        assert row["flags"].split() == record["flags"]
        assert {reason: row[f"missing_{reason}"] for reason in record["missing"]} == {
            reason: str(count) for reason, count in record["missing"].items()
        }


def test_every_figure_of_the_report_is_in_both(report: Report) -> None:
    wanted = {(f.code, f.domain, f.period) for f in report.figures()}
    assert wanted <= {(row["code"], row["domain"], row["period"]) for row in rows(report)}
    assert wanted <= {(r["code"], r["domain"], r["period"]) for r in records(report)}


def test_a_figure_names_the_agency_that_it_is_about(report: Report) -> None:
    row = next(row for row in rows(report) if row["part"] == "breakdown")
    assert (row["agency"], row["agency_vi"]) == ("03646", "Phường Tô Hiệu")


def test_a_float_reads_back_as_the_same_float(report: Report) -> None:
    index = next(row for row in rows(report) if row["part"] == "index")
    assert (float(index["value"]), float(index["low"])) == (1 / 3, 0.1 + 0.2)


def test_numbers_of_numpy_are_written_as_numbers(report: Report) -> None:
    odd = replace(report, index=figure(estimate=replace(ESTIMATE, value=np.float64(0.25))))
    assert rows(odd)[0]["value"] == "0.25"


def test_what_is_withheld_has_no_number_in_either(report: Report) -> None:
    row = next(row for row in rows(report) if row["part"] == "agency")
    assert row["withheld"] == "too-few"
    assert row["agency_vi"] == "Phường Tô Hiệu"
    kept = {"level"}
    assert all(row[name] == "" for name in NUMBERS if name not in kept)
    assert not any(row[f"missing_{reason.value}"] for reason in Missing)


def test_even_an_ungated_figure_that_is_marked_withheld_has_no_number(report: Report) -> None:
    careless = replace(report, index=figure(withheld="secondary"))
    assert [rows(careless)[0][name] for name in ("value", "n", "low")] == ["", "", ""]


def test_no_answers_is_an_empty_cell_and_never_zero(report: Report) -> None:
    empty = next(row for row in rows(report) if row["period"] == "2026-11")
    assert (empty["value"], empty["low"], empty["n"], empty["reason"]) == ("", "", "0", "no-answers")


def test_counts_of_steps_and_of_missing_answers_have_rows_of_their_own(report: Report) -> None:
    counts = {row["code"]: row["value"] for row in rows(report) if row["part"] == "distribution"}
    assert counts == {
        "item:waiting:step:1": "1",
        "item:waiting:step:2": "0",
        "item:waiting:step:3": "2",
        "item:waiting:step:4": "50",
        "item:waiting:step:5": "70",
        "item:waiting:missing:refused": "3",
    }


def test_a_withheld_distribution_has_no_counts(report: Report) -> None:
    hidden = replace(report.distributions[0], counts=None, missing={}, withheld="too-few")
    counts = [r for r in rows(replace(report, distributions=(hidden,))) if r["part"] == "distribution"]
    assert len(counts) == 5
    assert all(row["value"] == row["n"] == "" for row in counts)


def test_a_goal_carries_its_target_and_its_verdict(report: Report) -> None:
    goal = next(row for row in rows(report) if row["part"] == "goal")
    assert (goal["target_code"], goal["target_value"], goal["verdict"]) == ("plan-2030", "95.0", "not-met")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_label_is_never_a_formula(report: Report, start: str) -> None:
    label = {"vi": f'{start}HYPERLINK("x","y")', "en": "Index"}
    row = rows(replace(report, index=figure(label=label)))[0]
    assert row["label_vi"] == "'" + label["vi"]


def test_a_negative_number_stays_a_number(report: Report) -> None:
    cold = figure("mean", kind="mean", estimate=replace(ESTIMATE, value=-0.5))
    assert rows(replace(report, index=cold))[0]["value"] == "-0.5"


def test_quotes_commas_and_line_ends_survive(report: Report) -> None:
    label = {"vi": 'a,"b"\nc', "en": "d"}
    assert rows(replace(report, index=figure(label=label)))[0]["label_vi"] == label["vi"]
    assert as_csv(report).count("\r\n") == len(rows(report)) + 1


def test_simulated_figures_say_so_in_every_row(report: Report) -> None:
    assert {row["simulated"] for row in rows(report)} == {"true"}
    assert as_json(report)["simulated"] is True
    assert {row["simulated"] for row in rows(replace(report, simulated=False))} == {"false"}


def test_json_tells_what_the_figures_rest_on(report: Report) -> None:
    told = as_json(report)
    assert told["format"] == FORMAT
    assert told["ledger"] == {"size": 123, "root": "ab" * 32}
    assert (told["wave"]["code"], told["instrument"]["ref"]) == (WAVE.code, FORM.ref)
    assert told["published"][0]["value"] == 82.18
    assert "short@1" in told["methods"]


def test_spreadsheets_are_told_the_encoding(report: Report) -> None:
    assert as_csv(report).encode()[:3] == b"\xef\xbb\xbf"


def test_columns_keep_their_names_and_order(report: Report) -> None:
    """A new column goes to the end; a renamed one needs a new `FORMAT`."""
    assert list(rows(report)[0]) == [
        "report",
        "simulated",
        "ledger_size",
        "ledger_root",
        "part",
        "wave",
        "instrument",
        "agency",
        "agency_vi",
        "agency_en",
        "code",
        "kind",
        "domain",
        "period",
        "label_vi",
        "label_en",
        "method",
        "estimator",
        "value",
        "se",
        "low",
        "high",
        "level",
        "n",
        "answers",
        "psus",
        "df",
        "deff",
        "n_eff",
        "weight_total",
        "model_based",
        "reason",
        "withheld",
        "flags",
        "verdict",
        "target_code",
        "target_operator",
        "target_value",
        "target_year",
        "target_document",
        "target_status",
        "missing_not_asked",
        "missing_refused",
        "missing_dont_know",
        "missing_not_applicable",
        "placing_best",
        "placing_worst",
        "placing_of",
        "placing_level",
        "placing_method",
        "placing_band",
        "placing_difference",
        "placing_se",
        "placing_p",
        "placing_q",
        "change_against",
        "change_since",
        "change_before",
        "change_before_n",
        "change_after",
        "change_p",
        "change_q",
        "change_direction",
        "change_unfinished",
        "change_earlier",
        "coverage_counter",
        "coverage_completed",
        "coverage_invited",
        "coverage_invited_share",
        "coverage_answered_share",
        "coverage_p",
        "needed",
    ]


def test_an_agency_that_is_called_as_a_formula_is_text_also_beside_its_cases() -> None:
    agency = replace(TO_HIEU, name={"vi": "=1+1", "en": "+84"})
    row = answers.as_csv({agency.code: Counters(20, 20)}, {agency.code: agency}).splitlines()[1]
    assert row.startswith("03646,'=1+1,'+84,")
