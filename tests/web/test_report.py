"""The report, the plan's page and what is published: one figure everywhere, in every form it is given in."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import analyse, collect, design, process
from survey.publish import documents
from survey.report import Stage, document_name
from survey.response import Respondent
from survey.web.context import moment
from survey.web.report import making
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance
from tests.web.service import serving
from tests.web.visitor import WARD, dead_links

PAGES = [
    "/goal",
    "/fields",
    "/fields/land",
    "/factors",
    "/factors/officer",
    "/agencies",
    "/editions",
    "/corrections",
    "/data",
    "/figures",
    "/report",
]
LAND, BUILDING, PEOPLE = "1.012753", "1.013225", "1.001193"


@pytest.fixture(scope="module")
def served(sqlite_province: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service with answers of two years, sealed; the tests of this file only look."""
    with serving(sqlite_province, tmp_path_factory.mktemp("report")) as app:
        store = app.extensions["store"]
        known = analyse.reform_plan(store).report.wave  # the catalogue is loaded
        assert known.headline
        store_procedures = _procedures(app)
        given = []
        for year in (2025, 2026):
            for number in range(90):
                step = 2 if number % (9 if year == 2026 else 6) == 0 else 5
                given.append(
                    rated(
                        step,
                        day=date(year, 8 + number % 3, 3 + number % 20),
                        procedure=store_procedures[number % 3],
                        respondent=Respondent.BUSINESS if number % 4 == 0 else Respondent.CITIZEN,
                    )
                )
        given += [rated(5, agency="03664", counter="03664-1") for _ in range(12)]
        collect.submit_many(store, given, at=NOW)
        process.seal_all(store, rng=Chance(1), today=TODAY)
        yield app


def _procedures(app: Flask) -> list[str]:
    """A procedure of land, one of construction, and one of neither."""
    known = design.reference(app.extensions["store"]).procedures.values()
    first = {group: next(p.code for p in known if p.group == group) for group in ("land", "construction")}
    return [*first.values(), next(p.code for p in known if not p.group and p.field)]


@pytest.fixture
def client(served: Flask) -> FlaskClient:
    return served.test_client()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_opens_with_and_without_answers(served: Flask, language: str) -> None:
    client = served.test_client()
    client.set_cookie("lang", language)
    for path in PAGES:
        page = client.get(path)
        assert (path, page.status_code) == (path, 200)
        assert f'<html lang="{language}">' in page.text


def test_every_link_and_picture_of_them_leads_somewhere(client: FlaskClient) -> None:
    assert dead_links(client, *PAGES) == []


def test_an_empty_service_has_all_pages_and_claims_nothing(sqlite_province: Path, tmp_path: Path) -> None:
    with serving(sqlite_province, tmp_path) as app:
        client = app.test_client()
        for path in PAGES:
            page = client.get(path)
            assert (path, page.status_code) == (path, 200)
            assert "0,0\u00a0%" not in page.text


def exact(text: str, code: str) -> set[str]:
    return set(re.findall(r'<data value="([^"]+)">', text))


def test_report_pages_json_and_csv_show_the_same_figures_to_the_last_digit(client: FlaskClient) -> None:
    told = client.get("/index.json").get_json()["figures"]
    csv = client.get("/index.csv").data.decode("utf-8-sig")
    for part, path in {
        "index": "/goal",
        "factor": "/factors",
        "group": "/fields",
        "field": "/fields",
        "kind": "/report",
        "mode": "/report",
        "agency": "/agencies",
    }.items():
        values = {repr(one["value"]) for one in told if one["part"] == part and one["value"] is not None}
        assert values, part
        assert values <= exact(client.get(path).text, part), part
        assert values <= exact(client.get("/report").text, part), part
        assert all(value in csv for value in values), part


def test_chapters_without_data_are_left_out_and_numbered_without_a_gap(client: FlaskClient) -> None:
    page = client.get("/report").text
    numbers = re.findall(r'<h1 id="[a-z]+"><span class="number">(\d+)</span>', page)
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))
    contents = re.findall(r'<li><a href="#([a-z]+)">', page)
    assert contents == re.findall(r'<section class="chapter ([a-z]+)"', page)
    assert {"overview", "plan", "factors", "agencies", "fields", "groups", "change", "instrument"} <= set(
        contents
    )
    assert "cases" not in contents


def test_the_goal_page_breaks_the_published_series_and_names_what_informs_nothing(
    client: FlaskClient,
) -> None:
    page = client.get("/goal").text
    assert "Chưa có câu hỏi nào của các đợt khảo sát phản ánh nội dung này." in page
    assert page.count('class="told-by"') == 8
    chart = client.get("/goal/years.svg").text
    assert "đổi phương pháp từ 2022" in chart
    assert "mục tiêu 2030" in chart


def test_the_pdf_is_made_once_and_says_what_the_page_says(served: Flask, client: FlaskClient) -> None:
    pytest.importorskip("weasyprint", exc_type=OSError, reason="Pango is not there; ./test installs it")
    store = served.extensions["store"]
    assert client.get("/waves/rating-short/report.pdf").status_code == 404
    matter = making.matter_of(store)
    name = document_name(matter.report, "vi")
    assert documents.begin(store, name, root="", at=moment())
    assert not making.make(served, matter, "vi"), "somebody is at it"
    documents.finish(store, name, None)
    assert making.make(served, matter, "vi")
    answer = client.get("/waves/rating-short/report.pdf")
    assert answer.mimetype == "application/pdf"
    document = pypdfium2.PdfDocument(answer.data)
    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    found = [one for one in client.get("/index.json").get_json()["figures"] if one["part"] == "factor"]
    for one in found:
        assert f"{100 * one['value']:.1f}".replace(".", ",") in text
        assert one["label"]["vi"] in text
    assert len(answer.data) < 10_000_000
    assert len([mark for mark in document.get_toc() if mark.level == 0]) >= 12
    assert pdfium.FPDFCatalog_IsTagged(document)


def test_a_document_is_given_up_when_whoever_made_it_is_gone(served: Flask) -> None:
    store = served.extensions["store"]
    assert documents.begin(store, "gone", root="", at=1_000)
    assert not documents.begin(store, "gone", root="", at=1_000 + documents.PATIENCE)
    (told,) = documents.listed(store, "gone", at=2_000 + documents.PATIENCE)
    assert told.stage is Stage.FAILED
    assert documents.begin(store, "gone", root="", at=1_001 + documents.PATIENCE)


def test_programs_find_the_feed_the_map_and_the_figure(client: FlaskClient) -> None:
    feed = ET.fromstring(client.get("/feed.atom").data)
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    places = [node.text or "" for node in ET.fromstring(client.get("/sitemap.xml").data).iter() if node.text]
    own = [place.removeprefix("http://localhost") for place in places if place.startswith("http")]
    assert len(own) > 90
    assert [place for place in own[:16] if client.get(place).status_code != 200] == []
    figure = client.get(f"/figures/{WARD}.svg")
    assert figure.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/goal").headers["Cross-Origin-Resource-Policy"] == "same-origin"
    ET.fromstring(figure.data)
    told = client.get(f"/agencies/{WARD}.json").get_json()["figures"][0]
    assert f"{100 * told['value']:.1f}".replace(".", ",") in figure.text
    assert f"{told['n']} người" in figure.text
    assert "2026" in figure.text


def test_a_small_group_is_in_no_picture_for_other_sites(client: FlaskClient, served: Flask) -> None:
    page = client.get("/figures/03664.svg").text
    assert "> 90" in page or "hơn 90" in page
    assert "100,0" not in page


def test_counts_of_a_day_are_told_in_tens(served: Flask) -> None:
    counted = process.counted(served.extensions["store"], TODAY)
    assert (counted.today, counted.week, counted.ever) == (190, 190, 192)
    assert process.counted(served.extensions["store"], date(2027, 1, 1)).week == 0
