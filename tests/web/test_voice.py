"""How the service speaks: in the reader's language, to people and to programs, and with what guards."""

from __future__ import annotations

import logging
import re
from typing import NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.visitor import WARD, send


def test_vietnamese_is_spoken_to_whoever_has_not_chosen(client: FlaskClient) -> None:
    page = client.get("/rate", headers={"Accept-Language": "en"})
    assert '<html lang="vi">' in page.text


def test_a_chosen_language_is_kept(client: FlaskClient) -> None:
    chosen = client.get("/rate?lang=en")
    assert "SameSite=Lax" in chosen.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/method").text
    assert '<html lang="vi">' in client.get("/method?lang=vi").text


@pytest.mark.parametrize("language", ["fr", "", "../vi", "VI\r\nSet-Cookie: x=1"])
def test_a_language_that_is_not_spoken_changes_nothing(client: FlaskClient, language: str) -> None:
    page = client.get("/rate", query_string={"lang": language})
    assert '<html lang="vi">' in page.text
    assert "Set-Cookie" not in page.headers


def test_the_first_readers_language_is_not_the_next_ones(client: FlaskClient) -> None:
    assert "95\u00a0%" in client.get("/?lang=vi").text
    english = client.get("/?lang=en").text
    assert "95%" in english and "\u00a0%" not in english


def test_the_other_language_is_a_link_to_the_same_page(client: FlaskClient) -> None:
    page = client.get(f"/rate/{WARD}?form=long")
    assert f'href="/rate/{WARD}?form=long&amp;lang=en"' in page.text


def test_a_form_is_answered_in_the_language_it_is_shown_in(client: FlaskClient) -> None:
    page = client.get(f"/rate/{WARD}?lang=en")
    assert f'action="/rate/{WARD}?lang=en"' in page.text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "page-not-found"),
        ("/agencies/atlantis", 404, "unknown-agency"),
        ("/waves/never", 404, "unknown-wave"),
        ("/receipt/AAAA", 404, "unknown-receipt"),
        ("/method?x=%zz", 400, "broken-encoding"),
    ],
)
def test_a_program_is_refused_in_a_form_that_it_reads(
    client: FlaskClient, path: str, status: int, code: str
) -> None:
    client.set_cookie("lang", "en")
    answer = client.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.get_json()
    assert (problem["status"], problem["code"], problem["lang"]) == (status, code, "en")
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize("path", ["/agencies/atlantis.json", "/waves/never.csv", "/nothing.json"])
def test_an_address_of_data_is_refused_as_data(client: FlaskClient, path: str) -> None:
    assert client.get(path).mimetype == "application/problem+json"


def test_a_person_is_refused_on_a_page_with_a_way_on(client: FlaskClient) -> None:
    page = client.get("/agencies/atlantis", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.mimetype == "text/html"
    assert "Không có cơ quan này" in page.text
    assert 'href="/rate"' in page.text


def test_a_page_that_is_only_read_says_what_it_allows(client: FlaskClient) -> None:
    answer = client.put("/method")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_fault_is_told_without_what_caused_it(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> NoReturn:
        raise RuntimeError("what somebody sent")

    monkeypatch.setitem(app.view_functions, "public.method", fail)
    with caplog.at_level(logging.DEBUG):
        page = client.get("/method")
    assert page.status_code == 500
    assert "Hệ thống gặp lỗi" in page.text
    assert "what somebody sent" not in page.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_a_fault_while_a_refusal_is_told_leaves_no_words_in_the_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_refusal: object) -> NoReturn:
        raise RuntimeError("what somebody sent")

    monkeypatch.setattr("survey.web.errors.wants_json", lambda faults=[fail]: faults and faults.pop()(None))
    page = client.get("/nothing")
    assert page.status_code == 500
    assert "what somebody sent" not in page.text + caplog.text
    assert "fault RuntimeError" in caplog.text


@pytest.mark.parametrize("path", ["/", f"/rate/{WARD}", "/nothing", "/index.json", "/static/hai-long.css"])
def test_every_answer_forbids_scripts_frames_and_strangers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", f"/rate/{WARD}", f"/rate/{WARD}?form=long", "/privacy", "/nothing"])
def test_no_page_brings_a_script_or_a_style_of_its_own(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    assert "<script" not in text
    assert "style=" not in text
    assert "<style" not in text
    assert not re.search(r'(href|src|action)="(https?:)?//', text)


def test_a_reader_gets_no_cookie_and_a_respondent_one_that_knows_nothing(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers
    cookie = client.get(f"/rate/{WARD}").headers["Set-Cookie"]
    assert cookie.startswith("form=")
    assert "HttpOnly" in cookie
    assert "Expires" not in cookie


def test_the_way_back_to_a_form_is_not_parted_by_its_cookie(client: FlaskClient) -> None:
    page = client.get(f"/rate/{WARD}")
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert page.headers["Vary"] == "Accept-Encoding"


def test_a_receipt_is_kept_by_no_cache(client: FlaskClient) -> None:
    assert client.get(send(client).location).headers["Cache-Control"] == "no-store"


def test_a_style_sheet_is_named_after_its_content_and_kept_for_long(client: FlaskClient) -> None:
    link = client.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "v=" in link
    assert "max-age=31536000" in client.get(link, buffered=True).headers["Cache-Control"]


@pytest.mark.parametrize("path", [f"/rate/{WARD}", "/", f"/agencies/{WARD}", "/method"])
def test_a_page_that_is_kept_for_all_says_nothing_of_its_first_reader(client: FlaskClient, path: str) -> None:
    client.get(path, query_string={"from": "first-reader", "q": "first-reader"})
    assert "first-reader" not in client.get(path).text


@pytest.mark.parametrize("path", [f"/rate/{WARD}?form=first-reader", "/?year=02026", "/?year=abc"])
def test_a_query_that_names_nothing_has_no_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
