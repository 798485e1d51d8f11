"""Paper through the desk: printed, keyed by two people without a script, settled, accounted for."""

from __future__ import annotations

import re

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import paper, process
from survey.paper import serial
from survey.roles import Role
from survey.store.database import Database
from tests.web.test_desk import entered
from tests.web.visitor import hidden

PAPER = "/desk/03646/paper"
FIVES = "55555510"


@pytest.fixture
def lan(app: Flask, store: Database) -> FlaskClient:
    return entered(app, store, Role.OFFICER)


@pytest.fixture
def minh(app: Flask, store: Database) -> FlaskClient:
    return entered(app, store, Role.OFFICER, name="minh.vi")


def post(client: FlaskClient, path: str, page: str | None = None, **fields: str) -> TestResponse:
    form = hidden(client.get(page or path))
    return client.post(path, data={**form, **fields}, query_string={"lang": "en"})


def made(client: FlaskClient, sheets: int = 12) -> str:
    told = {"counter": "03646-1", "wave": "rating-short", "sheets": str(sheets), "percent": "100"}
    answer = post(client, PAPER, **told)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def key(client: FlaskClient, batch: str, sheet: int, digits: str = FIVES) -> TestResponse:
    return post(client, f"{batch}/entry", keyed=serial(1, sheet)[4:] + digits)


def test_two_clerks_key_a_batch_and_it_adds_up(
    lan: FlaskClient, minh: FlaskClient, client: FlaskClient, store: Database
) -> None:
    batch = made(lan)
    page = lan.get(f"{batch}/entry?lang=en")
    assert f'maxlength="{4 + len(FIVES)}"' in page.text
    for sheet in range(1, 11):
        assert "how=first" in key(lan, batch, sheet).location
    assert "Somebody else must key this sheet" in key(lan, batch, 1).text
    assert "how=differs" in key(minh, batch, 1, "54555510").location
    for sheet in range(2, 11):
        assert "how=ready" in key(minh, batch, sheet).location
    wrong = key(minh, batch, 11, "55655510")
    assert wrong.status_code == 422
    assert "First column that does not fit: 3" in wrong.text
    assert f'value="{serial(1, 11)[4:]}55655510"' in wrong.text
    assert "The sheet is of another batch" not in wrong.text
    assert "2 sheets" not in lan.get(f"{batch}?lang=en").text
    differing = minh.get(f"{batch}/differences?lang=en")
    assert "First person: 5 · second person: 4" in differing.text
    settled = post(minh, f"{batch}/differences/1", f"{batch}/differences", **{"column-1": "4"})
    assert settled.status_code == 303
    assert process.waiting(store) == 10
    bad = post(lan, batch, spoiled="1", missing="0")
    assert bad.status_code == 409
    assert "The batch does not add up" in bad.text
    assert post(lan, batch, spoiled="1", missing="1").status_code == 303
    told = re.sub(r"<[^>]+>|\s+", " ", lan.get(f"{batch}?lang=en").text)
    assert "Columns alike: 98.8% (79 of 80)" in told
    assert "Cohen" in told
    code = paper.code_of(store.keys.salt, 1, 1)
    assert client.get(f"/receipt/{code}?lang=en").status_code == 200
    waiting = client.get(f"/receipt/{paper.code_of(store.keys.salt, 1, 11)}?lang=en")
    assert waiting.status_code == 404
    assert "This sheet is not counted yet" in waiting.text


def test_sheets_bear_their_serial_and_the_strip_another_code(lan: FlaskClient, store: Database) -> None:
    batch = made(lan, 2)
    document = pypdfium2.PdfDocument(lan.get(f"{batch}.pdf").data)
    assert len(document) == 2
    for number, sheet in enumerate(document, 1):
        text = sheet.get_textpage().get_text_bounded()
        digits = serial(1, number)
        assert f"{digits[:4]} {digits[4:]}" in text
        scanned = [found.text for found in zxingcpp.read_barcodes(sheet.render(scale=3).to_numpy())]
        code = paper.code_of(store.keys.salt, 1, number)
        assert [each.replace("-", "")[-12:] for each in scanned] == [code]
        assert digits not in scanned[0]


def test_batches_of_others_are_not_there(lan: FlaskClient, app: Flask, store: Database) -> None:
    batch = made(lan)
    other = entered(app, store, Role.OFFICER, agency="03679", name="other.lo")
    foreign = batch.replace("03646", "03679")
    for path in (foreign, f"{foreign}.pdf", f"{foreign}/entry", f"{foreign}/differences"):
        assert other.get(path).status_code == 404
    assert other.get(batch).status_code == 403
    told = {"counter": "03646-1", "wave": "rating-short", "sheets": "5", "percent": "100"}
    assert post(other, "/desk/03679/paper", **told).status_code == 404
    refused = post(lan, PAPER, **told | {"sheets": "1000"})
    assert refused.status_code == 422
    assert f'<option value="{told["counter"]}" selected>' in refused.text
    assert f'<option value="{told["wave"]}" selected>' in refused.text
    assert f'<option value="{told["percent"]}" selected>' in refused.text
    assert 'value="1000"' in refused.text
