"""The door to the posters: every counter is listed, and its sheet leads to its form."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from survey import design
from survey.store.database import Database
from tests.conftest import TODAY
from tests.web.visitor import dead_links


def scanned(document: bytes) -> str:
    with pypdfium2.PdfDocument(document) as opened:
        [code] = zxingcpp.read_barcodes(opened[0].render(scale=2).to_pil())
    text: str = code.text
    return text


@pytest.mark.parametrize("paper", ["a4", "a5"])
@pytest.mark.parametrize("counter", ["03646-1", "ttpvhcc-noi-vu"])
def test_what_a_camera_reads_from_a_poster_is_the_counters_form(
    client: FlaskClient, counter: str, paper: str
) -> None:
    sheet = client.get(f"/posters/{counter}.pdf?paper={paper}")
    assert sheet.mimetype == "application/pdf"
    form = client.get(urlsplit(scanned(sheet.data)).path, follow_redirects=True)
    assert form.status_code == 200
    assert f"counter={counter}" in form.text


def test_the_operators_address_is_printed_whatever_host_was_asked(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="https://hai-long.example/danh-gia")
    sheet = app.test_client().get("/posters/03646-1.pdf", headers={"Host": "intranet:8000"})
    assert scanned(sheet.data) == "https://hai-long.example/danh-gia/c/03646-1"


def test_every_counter_is_listed_once_on_each_paper(client: FlaskClient, store: Database) -> None:
    page = client.get("/posters")
    desks = design.desks(store, on=TODAY)
    assert len(desks) == 93
    for desk in desks:
        for paper in ("a4", "a5"):
            assert page.text.count(f'href="/posters/{desk.counter.code}.pdf?paper={paper}"') == 1


@pytest.mark.parametrize("words", ["Tô Hiệu", "to hieu", "03646"])
def test_a_counter_is_found_by_its_name_or_code(client: FlaskClient, words: str) -> None:
    page = client.get("/posters", query_string={"q": words})
    assert "/posters/03646-1.pdf" in page.text
    assert "/posters/ttpvhcc-noi-vu.pdf" not in page.text
    assert dead_links(client, f"/posters?q={words}") == []


def test_there_is_no_paper_of_another_size(client: FlaskClient) -> None:
    assert client.get("/posters/03646-1.pdf?paper=a3").status_code == 404
