"""The public's pages: the figure with its interval, its gaps told in words, and one figure everywhere."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import collect, process, reply
from survey.dispute import Reason
from survey.explanations import EXPLANATIONS
from survey.response import Response
from survey.roles import Role
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import NOW, TODAY
from tests.staff import AT, settled
from tests.web.visitor import WARD, dead_links

PAGES = [
    "/",
    "/rate",
    f"/rate/{WARD}",
    f"/rate/{WARD}?form=long",
    f"/rate/{WARD}/procedures",
    "/receipt",
    f"/agencies/{WARD}",
    "/waves",
    "/waves/rating-short",
    "/waves/rating-long",
    f"/waves/rating-long/agencies/{WARD}",
    "/changes",
    "/waves/rating-long/changes",
    "/plan",
    "/method",
    "/privacy",
]
DATA = [
    "/index",
    "/changes",
    "/waves/rating-long/changes",
    f"/agencies/{WARD}",
    "/waves/rating-short",
    f"/waves/rating-short/agencies/{WARD}",
]
CHARTS = [
    "/waves/rating-short/agencies.svg",
    f"/waves/rating-short/agencies/{WARD}/trend.svg",
    f"/waves/rating-short/agencies/{WARD}/criteria.svg",
    f"/waves/rating-short/agencies/{WARD}/drivers.svg",
]


@pytest.fixture
def answered(store: Database, seal: Callable[[], int]) -> Callable[..., None]:
    """Take in responses and seal them."""

    def take(*responses: Response) -> None:
        collect.submit_many(store, responses, at=NOW)
        seal()

    return take


def people(count: int, *steps: int, **more: Any) -> list[Response]:
    return [rated(*steps, **more) for _ in range(count)]


def test_a_service_without_answers_names_no_period(
    client: FlaskClient, answered: Callable[..., None]
) -> None:
    assert "<dt>Kỳ</dt>" not in client.get("/").text
    answered(*people(12, 5))
    assert "<dt>Kỳ</dt><dd>2026</dd>" in client.get("/").text


def test_every_link_and_picture_of_an_empty_service_leads_somewhere(client: FlaskClient) -> None:
    assert dead_links(client, *PAGES, "/answers") == []


def test_every_link_and_picture_leads_somewhere_once_people_answered(
    client: FlaskClient, answered: Callable[..., None]
) -> None:
    answered(*people(12, 5))
    assert dead_links(client, "/", f"/agencies/{WARD}") == []


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_before_anybody_answered(client: FlaskClient, path: str, language: str) -> None:
    client.set_cookie("lang", language)
    page = client.get(path)
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("path", ["/", f"/agencies/{WARD}", "/waves/rating-long"])
def test_without_answers_there_is_no_figure_and_no_zero(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert "Chưa có số liệu" in page.text
    assert "0,0\u00a0%" not in page.text
    assert 'class="big"' not in page.text


def big(page: str) -> str:
    """The figure in front of a page."""
    found = re.search(r'<p class="big"><data value="[^"]+">([^<]+)</data></p>', page)
    return found[1] if found else ""


def test_nine_people_are_too_few_to_show_and_ten_are_enough(
    client: FlaskClient, answered: Callable[..., None]
) -> None:
    answered(*people(5, 5), *people(4, 2))
    assert 'class="big"' not in client.get(f"/agencies/{WARD}").text
    answered(*people(1, 5))
    page = client.get(f"/agencies/{WARD}").text
    assert big(page) == "60,0\u00a0%"
    assert "ít câu trả lời" in page


def test_a_few_people_who_agree_are_told_by_a_bound_and_not_as_nobody(
    client: FlaskClient, answered: Callable[..., None]
) -> None:
    answered(*people(12, 5))
    page = client.get("/agencies/03646?lang=en").text
    assert '<p class="big">more than 90%</p>' in page
    assert "Few people, who all agree" in page and "no answers yet" not in page
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="n">more than 90%</td>', page)
    assert "Access to the service" in rows


def test_page_json_and_csv_show_the_same_figure(client: FlaskClient, answered: Callable[..., None]) -> None:
    answered(*people(40, 5), *people(20, 3))
    records = list(csv.DictReader(io.StringIO(client.get("/index.csv").data.decode("utf-8-sig"))))
    row = next(record for record in records if record["part"] == "index")
    figure = next(each for each in client.get("/index.json").get_json()["figures"] if each["part"] == "index")
    assert float(row["value"]) == figure["value"] == 2 / 3
    assert big(client.get("/").text) == "66,7\u00a0%"
    assert big(client.get("/?lang=en").text) == "66.7%"


def test_an_agency_with_few_people_stands_in_the_list_without_a_number(
    client: FlaskClient, answered: Callable[..., None]
) -> None:
    answered(*people(40, 5), *people(3, 1, agency="03664", counter="03664-1"))
    line = client.get("/").text.split('href="/agencies/03664"')[1].split("</tr>")[0]
    assert "quá ít câu trả lời (&lt;10)" in line
    assert "%" not in line


def test_a_target_that_nobody_verified_is_marked(client: FlaskClient) -> None:
    basis = client.get("/").text.split("Căn cứ pháp lý")[1]
    row = next(part for part in basis.split("<tr>") if "QĐ 2407/QĐ-UBND" in part)
    assert "chưa kiểm chứng" in row


def test_the_published_series_says_that_it_cannot_be_compared(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Không so sánh được với số liệu ở trên." in page
    assert "90,13\u00a0%" in page


def test_a_page_shows_new_answers_as_soon_as_they_are_sealed(
    client: FlaskClient, answered: Callable[..., None]
) -> None:
    before = client.get("/")
    answered(*people(30, 5), *people(30, 2))
    after = client.get("/", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert big(after.text) == "50,0\u00a0%"


@pytest.mark.parametrize("path", ["/", "/method", "/index.json", "/index.csv", "/ledger.json", *CHARTS])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize("kind", ["json", "csv"])
def test_every_report_can_be_taken_away(client: FlaskClient, path: str, kind: str) -> None:
    answer = client.get(f"{path}.{kind}")
    assert answer.status_code == 200
    assert answer.mimetype == {"json": "application/json", "csv": "text/csv"}[kind]


@pytest.mark.parametrize("path", CHARTS)
def test_every_chart_is_drawn_without_answers_too(client: FlaskClient, path: str) -> None:
    chart = client.get(path)
    assert chart.mimetype == "image/svg+xml"
    assert chart.data.lstrip().startswith((b"<svg", b"<?xml"))


def test_a_year_without_answers_has_no_page(client: FlaskClient, answered: Callable[..., None]) -> None:
    answered(*people(10, 5))
    assert client.get("/?year=2026").status_code == 200
    assert client.get("/?year=1999").status_code == 404


def test_an_order_or_a_comparison_that_there_is_not_has_no_page(client: FlaskClient) -> None:
    assert client.get("/?order=catalogue").status_code == 200
    assert client.get("/?order=index").status_code == 200
    assert client.get("/?order=best").status_code == 404
    assert client.get("/changes?against=yesterday").status_code == 404


def test_agencies_can_be_put_in_order_of_the_index_and_the_page_says_that_it_is_no_ranking(
    client: FlaskClient, answered: Callable[..., None]
) -> None:
    answered(*people(20, 5), *people(30, 2))
    answered(*people(50, 5, agency="03664", counter="03664-1"))

    def order(page: str) -> list[str]:
        table = page.split('id="agencies-caption"')[1].split("</table>", maxsplit=1)[0]
        return [code for code in re.findall(r'href="/agencies/([^"]+)"', table) if code in (WARD, "03664")]

    assert order(client.get("/").text) == [WARD, "03664"]
    by_index = client.get("/?order=index").text
    assert order(by_index) == ["03664", WARD]
    assert EXPLANATIONS["order"]["vi"] in by_index


DAYS = [f"2026-{month:02}-{day:02}" for month in (8, 11) for day in range(1, 21)]


def test_changes_are_the_same_on_the_page_in_json_and_in_csv(
    client: FlaskClient, answered: Callable[..., None]
) -> None:
    for agency, steps in ((WARD, (2, 5)), ("03664", (5, 5)), ("03670", (5, 2))):
        for day in DAYS:
            step = steps[day >= "2026-10"]
            place = {"agency": agency, "counter": f"{agency}-1", "day": date.fromisoformat(day)}
            answered(rated(step, **place), rated(5, **place), rated(4 if day[-1] in "147" else 2, **place))
    told = client.get("/changes.json").get_json()["figures"]
    rows = list(csv.DictReader(io.StringIO(client.get("/changes.csv").data.decode("utf-8-sig"))))
    assert len(told) == len(rows)
    moved = [f for f in told if f["change"]["against"] == "quarter" and f["value"] is not None]
    assert len(moved) == 4
    page = client.get("/changes?against=quarter").text
    for figure in moved:
        row = next(r for r in rows if (r["domain"], r["change_against"]) == (figure["domain"], "quarter"))
        for name in ("value", "low", "high", "se"):
            assert float(row[name]) == figure[name]
        assert float(row["change_p"]) == figure["change"]["p"]
        assert row["change_direction"] == figure["change"]["direction"]
        assert f'<data value="{figure["value"]!r}">' in page
        assert f'<data value="{figure["change"]["before"]!r}">' in page
    by_agency = {f["agency"]["code"]: f["change"]["direction"] for f in moved}
    assert (by_agency[WARD], by_agency["03664"], by_agency["03670"]) == ("up", "not-shown", "down")
    own = client.get(f"/agencies/{WARD}.json").get_json()["figures"]
    mine = next(f for f in own if f["part"] == "change" and f["change"]["against"] == "quarter")
    listed = next(f for f in moved if f["agency"]["code"] == WARD)
    assert mine == listed


def test_the_ledger_is_told_even_when_it_is_empty(client: FlaskClient) -> None:
    told = client.get("/ledger.json").get_json()
    assert told["size"] == 0
    assert told["root"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_service_says_that_it_is_well(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"


def test_simulated_data_say_so_on_every_page(app: Flask, client: FlaskClient) -> None:
    assert "Dữ liệu mô phỏng" not in client.get("/").text
    app.jinja_env.globals["simulated"] = True
    for path in ("/method", f"/rate/{WARD}?form=long", "/nothing-here"):
        assert "Dữ liệu mô phỏng" in client.get(path).text


def disputed(store: Database, agency: str, n: int, day: date) -> None:
    """Ratings of an agency that it disputes, all of a day."""
    collect.submit_many(store, people(n, 1, agency=agency, counter=f"{agency}-1", day=day), at=NOW)
    process.seal_all(store, rng=random.Random(1), today=TODAY)
    head = settled(store, f"head-{agency}", Role.HEAD, agency=agency)
    claim = reply.Claim(Reason.TEST, "Thử máy", TODAY)
    reply.dispute_day(store, head, agency, claim, place=f"{agency}-1", day=day, at=AT)


def test_who_disputes_how_much_stands_in_a_table_by_what_it_is_at_least(
    client: FlaskClient, store: Database, answered: Callable[..., None]
) -> None:
    answered(*people(88, 5), *people(30, 4, agency="03679", counter="03679-1"), *people(30, agency="03664"))
    assert "Cơ quan nào đề nghị xem lại" in client.get("/agencies").text
    day = TODAY - timedelta(days=1)
    for agency, n in ((WARD, 12), ("03679", 6), ("03664", 15)):
        disputed(store, agency, n, day)
    page = client.get("/agencies?lang=en").text
    table = page[page.index('id="disputes-by-agency-caption"') :]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in table.split("<tr>")[2:5]]
    told = [" ".join(row) for row in rows]
    assert "333.3 15 45" in told[0] and "120.0 12 100" in told[1] and "at most 250.0 1 to 9 36" in told[2]
    own = client.get(f"/agencies/{WARD}?lang=en").text
    assert "Disputed: 12 of 100 ratings," in own and f'<data value="{12 / 100}">120.0</data>' in own
    assert "None of them is decided yet." in own
    assert client.get(f"/agencies/{WARD}.json").json["disputes"]["rate"] == 12 / 100  # type: ignore[index]


def test_an_agency_with_too_few_answers_says_so_instead_of_a_dispute_rate(
    client: FlaskClient, store: Database, answered: Callable[..., None]
) -> None:
    answered(*people(40, 5))
    disputed(store, "03679", 7, TODAY - timedelta(days=1))
    page = client.get("/agencies/03679?lang=en").text
    assert "How many ratings were disputed is not told here: too few answers (fewer than 10)." in page
    everybody = client.get("/agencies?lang=en").text
    assert "None of 47 ratings" not in everybody and "Disputed: 1 to 9 of 47 ratings," in everybody
