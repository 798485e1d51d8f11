"""The dashboard of a desk: one selection, and the same figures on its page, in its files and its charts."""

from __future__ import annotations

import csv
import io
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import analyse, charts, collect, design, process
from survey.account import Way
from survey.analyse import desk
from survey.analyse.reading import Reader
from survey.counts import RESPONSES
from survey.dashboard import Dashboard
from survey.formats import spreadsheet
from survey.formats.spreadsheet import Reading
from survey.frame import Wave, WaveKind
from survey.instrument import Missing
from survey.response import Answer, Invitation, Mode, Respondent, Response
from survey.roles import Role
from survey.store import cells, keeping
from survey.store.database import Database
from survey.store.keeping import FRESH
from survey.web import guard
from survey.web.agency import dashboard, filters, reading
from survey.web.context import ZONE, moment
from tests import staff
from tests.answering import rated
from tests.conftest import NOW, TODAY
from tests.store.test_keeping import another_at_work
from tests.web.service import serving

WARD, OTHER = "03646", "03679"
DESK = f"/desk/{WARD}"
MONTHS = [(2025, month) for month in range(7, 13)] + [(2026, month) for month in range(1, 12)]


def answered(db: Database, rng: random.Random) -> Iterator[Response]:
    """Seventeen months of answers in three wards; in the first enough for figures of many parts."""
    known = design.reference(db)
    items = [item.code for item in known.instruments["onestop-short@2026.1"].items]
    counter = {c.receiver: c.code for c in known.counters.values()}
    fields = dict.fromkeys(p.field for p in known.procedures.values() if p.at_commune and p.field)
    by_field = [[p for p in known.procedures.values() if p.at_commune and p.field == f][:2] for f in fields]
    procedures = [p.code for few in by_field[:3] for p in few]
    for agency, often in ((WARD, 36), (OTHER, 14), ("03664", 3)):
        for place, (year, month) in enumerate(MONTHS * often):
            mode = rng.choices([Mode.KIOSK, Mode.ONLINE, Mode.PAPER], [60, 38, 2])[0]
            yield Response(
                id=f"desk-{agency}-{place:012d}",
                wave="rating-short",
                instrument="onestop-short@2026.1",
                agency=agency,
                day=date(year, month, 1 + place % 23),
                answers=tuple(Answer(i, (rng.choices([2, 3, 4, 5], [1, 1, 5, 4])[0],)) for i in items),
                mode=mode,
                respondent=rng.choices(list(Respondent), [70, 25, 5])[0],
                counter=counter.get(agency) if mode is Mode.KIOSK else None,
                procedure=rng.choice(procedures),
            )


@pytest.fixture(scope="module")
def service(sqlite_province: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with serving(sqlite_province, tmp_path_factory.mktemp("desk")) as made:
        db, rng = made.extensions["store"], random.Random(3)
        taken = collect.submit_many(db, answered(db, rng), at=NOW)
        assert not taken.refused, taken
        process.seal_all(db, rng=rng, today=TODAY)
        yield made


def let_in(service: Flask, part: Role, agency: str) -> FlaskClient:
    client, db = service.test_client(), service.extensions["store"]
    account = staff.settled(db, f"{part}.{agency}".lower(), part, agency=agency)
    client.set_cookie(guard.SESSION, staff.opened(db, account, at=moment(), way=Way.PASSKEY).token)
    client.set_cookie("lang", "en")
    return client


@pytest.fixture(scope="module")
def analyst(service: Flask) -> FlaskClient:
    return let_in(service, Role.ANALYST, WARD)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def numbers_on(page: str) -> set[str]:
    return set(re.findall(r'<data value="([^"]+)"', page))


SELECTIONS = ("", "?period=2026", "?period=2026-H1", "?period=2026-Q3", "?period=2025-12..2026-11")


@pytest.mark.parametrize("asked", SELECTIONS)
def test_page_csv_and_workbook_show_the_same_to_the_last_digit(analyst: FlaskClient, asked: str) -> None:
    page = analyst.get(DESK + asked).text
    rows = rows_of(analyst.get(f"{DESK}/figures.csv{asked}").text)
    shown = {row["value"] for row in rows if row["value"]} | {row["change_before"] for row in rows}
    shown |= {row["placing_difference"] for row in rows}
    told = numbers_on(page)
    assert len(told) > 20
    assert told <= shown | {row["change_after"] for row in rows}
    counted = ("distribution", "responses")
    assert {row["value"] for row in rows if row["value"] and row["part"] not in counted} <= told
    book = openpyxl.load_workbook(io.BytesIO(analyst.get(f"{DESK}/figures.xlsx{asked}").data))
    head, *cells = book["figures"].iter_rows(values_only=True)
    assert list(head) == list(rows[0])
    assert len(cells) == len(rows)
    for row, line in zip(rows, cells, strict=True):
        for name, cell in zip(head, line, strict=True):
            text = row[str(name)]
            assert (float(text) == cell) if isinstance(cell, float | int) else (text == (cell or "")), name


def section(page: str, name: str) -> str:
    """The section that is headed by `name`."""
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def test_first_comes_where_it_stands_against_what_and_what_to_mend(analyst: FlaskClient) -> None:
    page = analyst.get(f"{DESK}?period=2026").text
    rows = rows_of(analyst.get(f"{DESK}/figures.csv?period=2026").text)
    places = [
        page.index(f'<h2 id="{name}"') for name in ("standing", "against", "first", "priorities", "trend")
    ]
    assert places == sorted(places)
    index = next(row for row in rows if row["part"] == "index")
    assert index["value"] in numbers_on(section(page, "standing"))
    assert f"{int(index['n']):,} people" in section(page, "standing")
    drivers = [row for row in rows if row["part"] == "driver" and "fix-first" in row["flags"]]
    worst = max(drivers, key=lambda row: float(row["value"]))
    first = section(page, "first")
    assert worst["label_en"] in first and first.index(worst["label_en"]) == min(
        first.index(row["label_en"]) for row in drivers if row["label_en"] in first
    )
    told = re.findall(r'<th scope="row">([^<]+)</th><td>(?:mend first|keep up|mend later|good enough)', page)
    assert told[: len(drivers)] == [r["label_en"] for r in sorted(drivers, key=lambda r: -float(r["value"]))]


def test_how_far_the_answers_reach_is_on_the_page_and_in_its_file(analyst: FlaskClient) -> None:
    rows = rows_of(analyst.get(f"{DESK}/figures.csv?period=2026").text)
    reach = {row["code"]: row["value"] for row in rows if row["part"] == "heard"}
    assert set(reach) == {"heard:days", "heard:counters"} and int(reach["heard:days"]) > 20
    assert set(reach.values()) <= numbers_on(section(analyst.get(f"{DESK}?period=2026").text, "standing"))


def test_how_far_it_lies_from_the_others_is_told_beside_its_ranks(analyst: FlaskClient) -> None:
    page = analyst.get(f"{DESK}?period=2026").text
    rows = rows_of(analyst.get(f"{DESK}/figures.csv?period=2026").text)
    own = next(row for row in rows if row["part"] == "agency")
    assert own["placing_difference"] in numbers_on(section(page, "against"))
    assert own["placing_difference"] in numbers_on(section(page, "place"))
    alike = next(row for row in rows if row["part"] == "alike-agency" and row["agency"] == WARD)
    assert not alike["placing_difference"] or alike["placing_difference"] in numbers_on(
        section(page, "alike")
    )


def test_of_what_is_chosen_the_least_satisfying_factor_is_named_first(analyst: FlaskClient) -> None:
    asked = "?period=2026&mode=kiosk"
    rows = rows_of(analyst.get(f"{DESK}/figures.csv{asked}").text)
    factors = [row for row in rows if row["part"] == "factor"]
    least = min(factors, key=lambda row: float(row["value"]))
    first = section(analyst.get(DESK + asked).text, "first")
    assert "People are least satisfied with:" in first
    assert least["label_en"] in first and least["value"] in numbers_on(first)
    field = next(row["domain"] for row in rows if row["part"] == "by-field").rpartition("field:")[2]
    assert "Questions are not told apart" in section(analyst.get(f"{DESK}?field={field}").text, "first")


def test_what_the_contents_lead_to_is_there(analyst: FlaskClient) -> None:
    for asked in ("", "?period=2026&mode=kiosk", "?period=2025&mode=kiosk&kind=citizen"):
        page = analyst.get(DESK + asked).text
        contents = page.partition('aria-label="On this page"')[2].partition("</nav>")[0]
        wanted = re.findall(r'href="#([^"]+)"', contents)
        assert {"changes", "trend", "written", "data"} <= set(wanted)
        assert all(f'id="{name}"' in page for name in wanted)


def test_every_period_of_the_calendar_has_its_page_and_no_other_has(analyst: FlaskClient) -> None:
    page = analyst.get(DESK).text
    offered = re.findall(r'<option value="(20[^"]+)"', page)
    assert {"2026", "2025-H2", "2026-Q3", "2026-11", "2025-12..2026-11"} <= set(offered)
    for period in ("2024", "2026-Q5", "2026-11-03", "2026-01..2026-11", "x" * 90):
        answer = analyst.get(f"{DESK}?period={period}")
        assert answer.status_code == 404
        assert "unknown-selection" in answer.text


def test_a_page_says_what_it_shows_and_how_to_see_all(analyst: FlaskClient) -> None:
    page = analyst.get(f"{DESK}?period=2026-Q3").text
    assert "Shown now:" in page and "period Q3 2026" in page
    assert '<option value="2026-Q3" selected>' in page


@pytest.mark.parametrize(
    ("name", "kind", "begins"), [("trend", "svg", b"<?xml"), ("criteria", "png", b"\x89PNG")]
)
def test_a_chart_is_a_drawing_or_pixels(analyst: FlaskClient, name: str, kind: str, begins: bytes) -> None:
    answer = analyst.get(f"{DESK}/charts/{name}.{kind}?period=2026&download=1")
    assert answer.data.startswith(begins)
    assert f"hai-long-{WARD}-2026-{name}.{kind}" in answer.headers["Content-Disposition"]
    assert analyst.get(f"{DESK}/charts/everything.svg").status_code == 404


@pytest.mark.parametrize("asked", ["?period=2026", "?period=2026&mode=kiosk", "?period=2026&series=today"])
def test_a_workbook_opens_with_a_sheet_to_read_that_says_every_figure_in_words(
    analyst: FlaskClient, asked: str
) -> None:
    rows = rows_of(analyst.get(f"{DESK}/figures.csv{asked}").text)
    file = analyst.get(f"{DESK}/figures.xlsx{asked}&lang=vi").data
    analyst.set_cookie("lang", "en")
    sheet = openpyxl.load_workbook(io.BytesIO(file)).worksheets[0]
    above = [[cell for cell in row if cell] for row in sheet.iter_rows(max_row=6, values_only=True)]
    said = " ".join(str(cell) for row in above for cell in row)
    assert all(each in said for each in ("Phường Tô Hiệu", "2026", "95\u00a0%", "short@1", "Nguồn:"))
    assert ("Máy đánh giá tại quầy" in said) == ("mode=kiosk" in asked)
    head = next(row[0].row for row in sheet.iter_rows(max_row=8) if row[0].value == "Phần")
    assert sheet.freeze_panes == f"A{head + 1}" and sheet.auto_filter.ref.startswith(f"A{head}:")
    told = list(sheet.iter_rows(min_row=head + 1))
    assert len(told) == len(rows)
    for row, line in zip(rows, told, strict=True):
        part, _what, _when, value, low, high, _unit, people, note = line
        assert part.value and "-" not in part.value
        scale = 100 if row["kind"] == "difference" else 1
        for cell, name in ((value, "value"), (low, "low"), (high, "high")):
            assert cell.value == (scale * float(row[name]) if row[name] else None), row
        assert row["value"] or note.value, row
        if row["kind"] == "share" and row["value"]:
            assert value.number_format == "0.0%"
            assert people.value == int(row["n"])


@pytest.mark.parametrize("agency", ["son-la", WARD])
def test_no_two_rows_of_the_sheet_to_read_are_of_the_same(service: Flask, agency: str) -> None:
    db = service.extensions["store"]
    shown: Dashboard = analyse.dashboard(db, agency, period="2026", at=moment()).value
    means = tuple(
        replace(shown.report.criteria[0], code="mean:access", kind="mean", domain=f"agency:{code}")
        for code in (WARD, OTHER)
        if shown.report.lines  # as of an imported survey
    )
    shown = replace(shown, report=replace(shown.report, breakdown=means))
    with service.test_request_context("/?lang=vi"):
        read = reading.sheet(shown, filters.row(shown, design.reference(db)))
    parts = {str(row[0]) for row in read.rows}
    assert not [part for part in parts if part.islower() and part.isascii()]
    said = Counter((*row[:3], row[6]) for row in read.rows)
    assert not [row for row, times in said.items() if times > 1]


def test_what_looks_like_a_formula_is_a_text() -> None:
    read = Reading("To read", "=1+1", [("=1", "=2")], ["=A"], [["=1+1"]])
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet.written(read, ["=A"], [["=1+1"]])))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert len(cells) == 7 and {cell.data_type for cell in cells} == {"s"}


def test_where_too_few_answered_nothing_says_on_how_many_days(app: Flask, store: Database) -> None:
    given = [rated(5, day=TODAY - timedelta(days=day)) for day in range(9)]
    assert not collect.submit_many(store, given, at=NOW).refused
    process.seal_all(store, rng=random.Random(5), today=TODAY)
    head = let_in(app, Role.HEAD, WARD)
    page = head.get(f"{DESK}?lang=en").text
    assert "Not shown" in page and "Answers on" not in page
    rows = rows_of(head.get(f"{DESK}/figures.csv").text)
    assert "heard" not in {row["part"] for row in rows}


def test_parts_and_months_of_few_people_who_agree_are_told_by_bounds(
    app: Flask, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = design.reference(store)
    procedures = [p.code for p in known.procedures.values() if p.at_commune and p.field][:9]
    days, head = [date(2026, month, 7) for month in (8, 9)] * 12, let_in(app, Role.HEAD, WARD)
    alike = [rated(5, day=day) for day in days]
    apart = [rated(5, day=day, procedure=code) for day in days for code in procedures]
    at = moment()
    for some, page in ((alike, "trend"), (apart, "parts")):
        assert not collect.submit_many(store, some, at=NOW).refused
        process.seal_all(store, rng=random.Random(5), today=TODAY)
        at += FRESH
        monkeypatch.setattr(dashboard, "moment", lambda at=at: at)
        seen = head.get(f"{DESK}?period=2026-Q3&lang=en").text
        assert "more than 90%" in section(seen, page)
    assert "none can be shown" not in seen and "charts/procedure.svg" in section(seen, "data")


def test_another_questionnaire_is_a_break_in_the_trend_on_page_and_chart(app: Flask, store: Database) -> None:
    """A survey that asks another questionnaire goes on where an earlier one ended: one row of months, and a line."""
    long = design.reference(store).instruments["sipas-service@2024"]
    title = {"vi": "Đánh giá", "en": "Rating"}
    following = Wave("rating-next", title, WaveKind.CONTINUOUS, long.ref, "son-la", date(2026, 9, 1))
    design.open_wave(store, following, {}, (), on=TODAY)
    answers = tuple(Answer(item.code, (5,)) for item in long.items)
    more = {"wave": following.code, "instrument": long.ref, "answers": answers}
    days = [date(2026, month, day) for month in (7, 8, 9, 10) for day in range(1, 16)] * 3
    given = [rated(5 if n % 4 else 2, day=day) for n, day in enumerate(days)]
    given = [replace(each, **more) if each.day >= following.starts else each for each in given]
    assert not collect.submit_many(store, given, at=NOW).refused
    process.seal_all(store, rng=random.Random(5), today=TODAY)
    head = let_in(app, Role.HEAD, WARD)
    asked = f"?wave={following.code}&period=2026&lang=en"
    trend = section(head.get(DESK + asked).text, "trend")
    months = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', trend.partition("<h3")[0])
    line = f"From here on another questionnaire was asked ({long.ref}): nothing is compared across this line"
    assert months == ["July 2026", "August 2026", line, "September 2026", "October 2026"]
    rows = [row for row in rows_of(head.get(f"{DESK}/figures.csv{asked}").text) if row["part"] == "trend"]
    assert [row["instrument"] for row in rows] == ["onestop-short@2026.1"] * 2 + [long.ref] * 2
    assert all(row["value"] for row in rows)
    drawn, before = (
        head.get(f"{DESK}/charts/trend.svg?wave={wave}&lang=en").text
        for wave in (following.code, "rating-short")
    )
    assert ">another questionnaire<" in drawn and ">another questionnaire<" not in before


WAYS = ((Mode.KIOSK, 50, 50), (Mode.ONLINE, 40, 40), (Mode.PAPER, 14, 8))


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (
            [(date(2025, 9, 1), *way) for way in WAYS],
            [f"period=2025&mode={way}" for way, _, _ in WAYS],
        ),
        (
            [(date(2026, month, 1), Mode.KIOSK, 14, 8 if month == 8 else 14) for month in (2, 5, 8, 10)]
            + [(date(2026, month, 1), Mode.ONLINE, 40, 40) for month in (2, 5, 8, 10)],
            [f"period=2026-Q{quarter}&mode=kiosk" for quarter in (1, 2, 3, 4)],
        ),
    ],
    ids=["ways", "quarters"],
)
def test_what_eight_people_said_to_a_question_follows_from_no_others(
    app: Flask, store: Database, given: list[tuple[date, Mode, int, int]], asked: list[str]
) -> None:
    """More answered the form than this question of it: the index is told of all of them."""
    for first, mode, people, answering in given:
        steps = [(5 if n % 3 else 2) if n < answering else Missing.REFUSED for n in range(people)]
        counter = f"{WARD}-1" if mode is Mode.KIOSK else None
        some = [
            rated(5, step, 5, 5, 5, 2, day=first + timedelta(days=n % 20), mode=mode, counter=counter)
            for n, step in enumerate(steps)
        ]
        assert not collect.submit_many(store, some, at=NOW).refused
    process.seal_all(store, rng=random.Random(5), today=TODAY)
    head = let_in(app, Role.HEAD, WARD)
    found = [
        rows_of(head.get(f"{DESK}/figures.csv?{each}").text)
        for each in (f"period={given[0][0].year}", *asked)
    ]
    indices, question = (
        [next(row["withheld"] for row in rows if row["code"] == code) for rows in found]
        for code in ("index:short@1", "item:access")
    )
    assert not any(indices) and not question[0]
    assert "too-few" in question and question.count("secondary") == 1


def test_nor_does_it_follow_from_others_with_two_filters(app: Flask, store: Database) -> None:
    for mode in (Mode.KIOSK, Mode.ONLINE):
        counter = f"{WARD}-1" if mode is Mode.KIOSK else None
        for kind in Respondent:
            few = (mode, kind) == (Mode.KIOSK, Respondent.UNSTATED)
            steps = [Missing.REFUSED if few and n > 7 else 5 if n % 3 else 2 for n in range(40)]
            more = {"mode": mode, "counter": counter, "respondent": kind}
            some = [
                rated(5, step, 5, 5, 5, 2, day=date(2025, 9, 1 + n % 20), **more)
                for n, step in enumerate(steps)
            ]
            assert not collect.submit_many(store, some, at=NOW).refused
    process.seal_all(store, rng=random.Random(5), today=TODAY)
    head = let_in(app, Role.HEAD, WARD)
    held = {
        (mode, kind): next(row["withheld"] for row in rows_of(text) if row["code"] == "item:access")
        for mode in ("kiosk", "online")
        for kind in Respondent
        for text in [head.get(f"{DESK}/figures.csv?period=2025&mode={mode}&kind={kind}").text]
    }
    assert held.pop(("kiosk", "unstated")) == "too-few"
    assert held["online", "unstated"] == "secondary"
    assert [mode for (mode, _), why in held.items() if why].count("kiosk") == 1


@pytest.mark.parametrize("name", ["trend", "mode", "criteria", "drivers", "agencies"])
def test_a_chart_that_is_taken_away_says_what_it_shows_of_whom_when_and_from_where(
    analyst: FlaskClient, name: str
) -> None:
    asked = "" if name in ("drivers", "agencies") else "&kind=citizen"
    address = f"{DESK}/charts/{name}.svg?period=2026{asked}&lang=en"
    on_the_page, taken = analyst.get(address).text, analyst.get(f"{address}&download=1").text
    known = design.reference(analyst.application.extensions["store"])
    texts = " ".join(re.findall(r"<text[^>]*>([^<]+)</text>", taken))
    agency = known.agencies[WARD].name["en"]
    told = (agency, "2026", "Source: Hài lòng, ", "short@1", *(["citizen"] if asked else []))
    assert all(each.lower() in texts.lower() for each in told), texts
    assert re.search(r"[\d,]+ people", texts)
    assert "Source:" not in on_the_page and 'role="img"' in taken
    size = re.search(r'width="720" height="(\d+)" viewBox="0 0 720 (\d+)"', taken)
    assert size and size[1] == size[2]


def test_the_name_of_a_file_tells_selections_apart(analyst: FlaskClient) -> None:
    names = [
        analyst.get(f"{DESK}/figures.xlsx?period=2026{more}").headers["Content-Disposition"]
        for more in (
            "",
            "&mode=kiosk",
            "&kind=citizen",
            "&kind=citizen&mode=kiosk",
            "&parts=all",
            "&series=today",
        )
    ]
    assert len(set(names)) == len(names)
    assert f'"hai-long-{WARD}-2026-mode-kiosk-figures.xlsx"' in names[1]


def test_those_who_read_figures_see_their_agency_and_no_other(service: Flask, analyst: FlaskClient) -> None:
    assert analyst.get(f"/desk/{OTHER}").status_code == 403
    assert let_in(service, Role.OFFICER, WARD).get(DESK).status_code == 403
    auditor = let_in(service, Role.AUDITOR, "son-la")
    assert auditor.get(DESK).status_code == auditor.get("/desk/son-la").status_code == 200
    assert f'href="{DESK}?period=' in auditor.get("/desk/son-la").text


def test_from_the_province_an_agency_is_opened_in_the_same_period(service: Flask) -> None:
    page = let_in(service, Role.HEAD, "son-la").get("/desk/son-la?period=2026-Q2").text
    lines = section(page, "every")
    assert f'href="{DESK}?period=2026-Q2' in lines and f'href="{DESK}"' not in lines


def test_an_agency_that_few_rated_is_told_so_in_a_sentence(service: Flask) -> None:
    page = let_in(service, Role.HEAD, "03670").get("/desk/03670").text
    assert "Nobody has been counted for this period" in page


FILTERED = (
    "?period=2026&mode=kiosk",
    "?period=2026-Q2&kind=citizen",
    "?period=2025-11..2026-10&mode=online&kind=citizen",
)


@pytest.mark.parametrize("asked", FILTERED)
def test_filtered_page_csv_and_workbook_show_the_same(analyst: FlaskClient, asked: str) -> None:
    page = analyst.get(DESK + asked).text
    rows = rows_of(analyst.get(f"{DESK}/figures.csv{asked}").text)
    told = numbers_on(page)
    shown = {row[name] for row in rows for name in ("value", "change_before", "change_after")}
    assert len(told) >= 4
    assert told <= shown
    assert {row["value"] for row in rows if row["value"] and row["part"] != "responses"} <= told
    assert "Show all answers of this period" in page
    book = openpyxl.load_workbook(io.BytesIO(analyst.get(f"{DESK}/figures.xlsx{asked}").data))
    assert book["figures"].max_row == len(rows) + 1


def index_of(analyst: FlaskClient, asked: str) -> dict[str, str]:
    return rows_of(analyst.get(f"{DESK}/figures.csv{asked}").text)[0]


def test_parts_of_a_year_that_is_over_add_up_to_all_of_it(analyst: FlaskClient) -> None:
    """Kiosk, online and paper people of 2025 are everybody of 2025."""
    whole = int(index_of(analyst, "?period=2025")["n"])
    rows = rows_of(analyst.get(f"{DESK}/figures.csv?period=2025").text)
    kinds = [row for row in rows if row["part"] == "by-kind"]
    assert sum(int(row["n"] or 0) for row in kinds) <= whole
    everyone = [row for row in rows if row["part"] == "by-field"]
    assert sum(int(row["n"]) for row in everyone) == whole
    kiosk = index_of(analyst, "?period=2025&mode=kiosk")
    told = next(row for row in rows if row["part"] == "by-mode" and row["domain"].endswith("mode:kiosk"))
    assert (told["value"], told["n"], told["low"]) == (kiosk["value"], kiosk["n"], kiosk["low"])


def test_of_many_values_the_most_answered_are_told_and_all_when_they_are_asked_for(
    analyst: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "TOLD", 2)
    few, every = (f"?period=2025-H2&kind=citizen{more}&lang=en" for more in ("", "&parts=all"))

    def told(asked: str) -> list[str]:
        rows = csv.DictReader(io.StringIO(analyst.get(f"{DESK}/figures.csv{asked}").text))
        return [row["domain"] for row in rows if row["part"] == "by-procedure"]

    page = analyst.get(DESK + few).text
    assert len(told(few)) == 2 and len(told(every)) == 6
    assert told(every)[:2] == told(few)
    assert "All 6, not the most answered alone" in page and "parts=all" in page
    assert "not the most answered alone" not in analyst.get(DESK + every).text


@pytest.mark.parametrize(
    ("asked", "over"),
    [("kind=citizen", {"field", "mode"}), ("mode=kiosk", {"field"}), ("field={}", {"procedure", "mode"})],
)
def test_a_change_of_a_chosen_part_is_its_level_and_its_mix(
    analyst: FlaskClient, asked: str, over: set[str]
) -> None:
    known = analyst.get(f"{DESK}/figures.csv?period=2026").text
    field = next(r["domain"] for r in rows_of(known) if r["part"] == "by-field").rpartition("field:")[2]
    address = f"?period=2026&{asked.format(field)}"
    rows = rows_of(analyst.get(f"{DESK}/figures.csv{address}").text)
    parts = [row for row in rows if row["part"] == "change-part" and row["change_since"] == "2025"]
    assert {row["code"].rpartition(":")[2] for row in parts} == over
    change = next(r for r in rows if r["part"] == "change" and r["change_since"] == "2025")
    for each in over:
        two = [float(row["value"]) for row in parts if row["code"].endswith(f":{each}")]
        assert len(two) == 2 and sum(two) == pytest.approx(float(change["value"]))
    assert "These follow from each person" in analyst.get(DESK + address).text


def test_questions_under_two_filters_are_told_of_years_alone(analyst: FlaskClient) -> None:
    """Of a quarter they would follow from the year and the other quarters."""
    asked = f"{DESK}/figures.csv?mode=kiosk&kind=citizen&period="
    told = {
        period: {row["code"] for row in rows_of(analyst.get(asked + period).text)}
        for period in ("2026", "2026-Q1", "2026-H1")
    }
    assert "item:access" in told["2026"] and "index:short@1" in told["2026-Q1"]
    assert not any(code.startswith(("item:", "factor:")) for code in told["2026-Q1"] | told["2026-H1"])
    page = analyst.get(f"{DESK}?mode=kiosk&kind=citizen&period=2026-Q1&lang=en").text
    assert "With two filters, factors and criteria are told of a whole year alone" in page


def test_with_two_filters_a_change_is_told_and_not_taken_apart(analyst: FlaskClient) -> None:
    rows = rows_of(analyst.get(f"{DESK}/figures.csv?period=2026-Q3&mode=kiosk&kind=citizen").text)
    assert {row["part"] for row in rows} >= {"change"} and "change-part" not in {row["part"] for row in rows}


def test_what_is_added_up_of_all_answers_is_what_is_kept_of_them(service: Flask) -> None:
    """The fields of the ward from its cells, and from its moments: the same, and what they share as well."""
    months = [f"2026-{month:02}" for month in range(1, 10)]
    with service.extensions["store"].read() as connection:
        sampled = cells.sampled(connection, "rating-short", RESPONSES, (months[0], months[-1]))
        told = cells.parts(connection, "rating-short", f"agency:{WARD}/field", (months[0], months[-1]))
        slices = cells.slices(
            connection,
            "rating-short",
            WARD,
            (months[0], months[-1]),
            strata=sorted(sampled),
            instrument="onestop-short@2026.1",
        )
    parts = slices.by("field").parts(months, sampled)
    assert [f"agency:{WARD}/field:{key}" for key in parts.keys] == list(told.keys)
    each = np.eye(len(parts.keys))
    assert parts.amount("y").tolist() == told.amount("y").tolist() and len(parts.crosses)
    for one, other in zip(*(p.linear_covariance(each, 2 * each, "y") for p in (parts, told)), strict=True):
        assert one == pytest.approx(other)


def test_what_is_chosen_is_told_without_the_report_of_all_answers(
    service: Flask, analyst: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Reader, "report")
    assert analyst.get(f"{DESK}?period=2026-Q1&mode=online").status_code == 200


def test_a_page_says_of_what_time_its_figures_are(
    analyst: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = moment() + 3600
    monkeypatch.setattr(dashboard, "moment", lambda: at)
    time = datetime.fromtimestamp(at, ZONE).strftime("%H:%M")
    assert f"As of {time};" in analyst.get(DESK).text
    monkeypatch.setattr(dashboard, "moment", lambda: at + FRESH - 1)
    assert f"As of {time};" in analyst.get(DESK).text


def test_a_month_that_goes_on_is_in_no_part(analyst: FlaskClient) -> None:
    """Two looks at a part would otherwise tell what was answered between them."""
    answer = analyst.get(f"{DESK}/figures.csv?period=2026-11&mode=kiosk")
    assert rows_of(answer.text)[0]["value"] == ""
    periods_told = {row["period"] for row in rows_of(analyst.get(f"{DESK}/figures.csv?mode=kiosk").text)}
    assert "2026-10" in periods_told and "2026-11" not in periods_told


def test_what_nobody_chose_and_more_than_two_filters_are_refused_in_words(analyst: FlaskClient) -> None:
    nobody = analyst.get(f"{DESK}?mode=interviewer")
    assert (nobody.status_code, "unknown-selection" in nobody.text) == (404, True)
    many = analyst.get(f"{DESK}?mode=kiosk&kind=citizen&field=x")
    assert (many.status_code, "too-many-filters" in many.text) == (400, True)


@pytest.mark.parametrize(
    ("asked", "code", "said", "ways_out"),
    [
        ("period=2026-Q9&mode=kiosk", "unknown-selection", "Period: <strong>2026-Q9", ["mode=kiosk"]),
        ("mode=foo", "unknown-selection", "Way of answering: <strong>foo", []),
        (
            "procedure=9.999999&period=2026",
            "unknown-selection",
            "Procedure: <strong>9.999999",
            ["period=2026"],
        ),
        ("field=" + "x" * 500, "unknown-selection", "Field: <strong>" + "x" * 80 + "<", []),
        ("mode=kiosk&mode=online", "contradictory-filters", "Way of answering: <strong>kiosk", []),
        ("period=2026&period=2025", "contradictory-filters", "Period: <strong>2026", []),
        (
            "mode=kiosk&kind=citizen&field=x",
            "too-many-filters",
            "Who answered: <strong>citizen",
            ["mode=kiosk&amp;field=x"],
        ),
        (
            "wave=rating-long&mode=kiosk",
            "unknown-selection",
            "Way of answering: <strong>kiosk",
            ["wave=rating-long"],
        ),
    ],
)
def test_what_cannot_be_shown_is_named_and_leads_back_to_the_dashboard(
    analyst: FlaskClient, asked: str, code: str, said: str, ways_out: list[str]
) -> None:
    answer = analyst.get(f"{DESK}?{asked}&lang=en")
    assert answer.status_code in (400, 404) and f"{answer.status_code} · {code}" in answer.text
    assert said in answer.text
    out = answer.text.partition('aria-label="Next"')[2].partition("</nav>")[0]
    assert out.count("href=") >= 1 and f'href="{DESK}#filters"' in out
    for each in ways_out:
        assert f'href="{DESK}?{each}#filters"' in out
        assert analyst.get(f"{DESK}?{each}").status_code in (200, 404)
    told = analyst.get(f"{DESK}/figures.csv?{asked}").get_json()
    assert told["code"] == code and told["fields"]


def test_who_stood_at_a_kiosk_is_not_said_to_have_opened_a_page(service: Flask, analyst: FlaskClient) -> None:
    """By invitation all ways of answering lie together, and most of those without one were at a counter."""
    db, rng = service.extensions["store"], random.Random(9)
    linked = [
        replace(each, id=f"linked-{n:012d}", mode=Mode.ONLINE, counter=None, invitation=Invitation.LINK)
        for n, each in enumerate(answered(db, rng))
        if each.agency == WARD and each.day.year == 2025 and n < 120
    ]
    assert not collect.submit_many(db, linked, at=NOW).refused
    process.seal_all(db, rng=rng, today=TODAY)
    answer = analyst.get(f"{DESK}/figures.csv?period=2025&kind=citizen&parts=all&lang=en")
    rows = [row for row in rows_of(answer.text) if row["part"] == "by-invitation"]
    none = next(row for row in rows if row["domain"].endswith("invitation:none"))
    assert none["label_vi"].startswith("Không có lời mời (tại quầy")


def test_a_procedure_of_another_field_is_told_from_one_that_nobody_rated(
    service: Flask, analyst: FlaskClient
) -> None:
    known = design.reference(service.extensions["store"])
    rows = rows_of(analyst.get(f"{DESK}/figures.csv?period=2026&kind=citizen").text)
    code = next(row["domain"] for row in rows if row["part"] == "by-procedure").rpartition("procedure:")[2]
    own = known.procedures[code].field
    other = next(field for field in known.fields if field != own)
    assert analyst.get(f"{DESK}?procedure={code}&field={own}").status_code == 200
    answer = analyst.get(f"{DESK}?procedure={code}&field={other}&lang=en")
    assert answer.status_code == 400 and "400 · contradictory-filters" in answer.text
    for way_out in (f"procedure={code}", f"field={other}"):
        assert f'href="{DESK}?{way_out}#filters"' in answer.text


def test_a_procedure_that_moved_is_found_in_the_field_that_its_answers_are_counted_in(
    service: Flask, analyst: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = service.extensions["store"]
    known = design.reference(db)
    rows = rows_of(analyst.get(f"{DESK}/figures.csv?period=2026&kind=citizen").text)
    code = next(row["domain"] for row in rows if row["part"] == "by-procedure").rpartition("procedure:")[2]
    own, other = (
        known.procedures[code].field,
        next(f for f in known.fields if f != known.procedures[code].field),
    )
    moved = {**known.procedures, code: replace(known.procedures[code], field=other)}
    monkeypatch.setattr(design, "reference", lambda _: replace(known, procedures=moved))
    assert f'<option value="{code}"' in analyst.get(f"{DESK}?field={own}").text
    assert analyst.get(f"{DESK}?procedure={code}&field={own}").status_code == 200


def test_a_merged_agency_says_that_parts_leave_its_predecessors_out(analyst: FlaskClient) -> None:
    said = "not with those of its predecessors"
    assert (
        said in analyst.get(f"{DESK}?series=today&mode=kiosk&lang=en").text.partition('class="standing"')[0]
    )
    assert said not in analyst.get(f"{DESK}?lang=en").text


def test_a_chart_is_drawn_anew_when_its_figures_change_and_not_when_others_do(
    service: Flask, analyst: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, drawn, draw = moment() + 7200, list[object](), charts.trend_chart

    def drawing(*figures: object, **more: object) -> bytes:
        drawn.append(figures)
        return draw(*figures, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(charts, "trend_chart", drawing)
    monkeypatch.setattr(dashboard, "moment", lambda: at)
    before, now = (f"{DESK}/charts/trend.svg?period={period}&lang=vi" for period in ("2025", "2026"))
    images = [analyst.get(address).data for address in (before, now)]
    db, rng = service.extensions["store"], random.Random(4)
    assert not collect.submit_many(
        db, [rated(5, agency=WARD, counter=f"{WARD}-1", day=TODAY)], at=NOW
    ).refused
    process.seal_all(db, rng=rng, today=TODAY)
    monkeypatch.setattr(dashboard, "moment", lambda: at + FRESH)
    assert analyst.get(before).data == images[0] and len(drawn) == 2
    assert analyst.get(now).data != images[1] and len(drawn) == 3


def test_who_finds_too_many_waiting_is_asked_to_wait_and_the_page_opens_again(
    app: Flask, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = let_in(app, Role.HEAD, WARD)
    monkeypatch.setattr(keeping, "WAITING", 0)
    with another_at_work(store):
        answer = head.get(f"{DESK}?lang=en")
    assert (answer.status_code, answer.headers["Refresh"], answer.headers["Retry-After"]) == (503, "5", "5")
    assert "opens again by itself" in answer.text
