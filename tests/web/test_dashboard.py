"""The dashboard of a desk: one selection, and the same figures on its page, in its files and its charts."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import charts, collect, design, process
from survey.account import Way
from survey.analyse import desk
from survey.analyse.reading import Reader
from survey.counts import RESPONSES
from survey.response import Answer, Mode, Respondent, Response
from survey.roles import Role
from survey.store import cells
from survey.store.database import Database
from survey.store.keeping import FRESH
from survey.web import guard
from survey.web.agency import dashboard
from survey.web.context import ZONE, moment
from tests import staff
from tests.answering import rated
from tests.conftest import NOW, TODAY
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
    told = numbers_on(page)
    assert len(told) > 20
    assert told <= shown | {row["change_after"] for row in rows}
    counted = ("distribution", "responses")
    assert {row["value"] for row in rows if row["value"] and row["part"] not in counted} <= told
    book = openpyxl.load_workbook(io.BytesIO(analyst.get(f"{DESK}/figures.xlsx{asked}").data))
    head, *cells = book.active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert list(head) == list(rows[0])
    assert len(cells) == len(rows)
    for row, line in zip(rows, cells, strict=True):
        for name, cell in zip(head, line, strict=True):
            text = row[str(name)]
            assert (float(text) == cell) if isinstance(cell, float | int) else (text == (cell or "")), name


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


def test_those_who_read_figures_see_their_agency_and_no_other(service: Flask, analyst: FlaskClient) -> None:
    assert analyst.get(f"/desk/{OTHER}").status_code == 403
    assert let_in(service, Role.OFFICER, WARD).get(DESK).status_code == 403
    auditor = let_in(service, Role.AUDITOR, "son-la")
    assert auditor.get(DESK).status_code == auditor.get("/desk/son-la").status_code == 200
    assert f'href="{DESK}"' in auditor.get("/desk/son-la").text


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
    assert book.active.max_row == len(rows) + 1  # type: ignore[union-attr]


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
    parts = slices.parts("field", slices.chosen(()), months, sampled)
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
    assert f"Figures as of {time}." in analyst.get(DESK).text
    monkeypatch.setattr(dashboard, "moment", lambda: at + FRESH - 1)
    assert f"Figures as of {time}." in analyst.get(DESK).text


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
