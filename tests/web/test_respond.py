"""A citizen answers: what the door takes, what it refuses and in which words, and what it never tells."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import process
from survey.errors import TemporarilyUnavailable
from survey.receipt import leaf_hash, root_from_proof
from survey.store.database import Database
from survey.web import LARGEST_BODY
from tests.web.visitor import ALL_FIVE, WARD, chosen, hidden, send, send_raw


def code_of(page: TestResponse) -> str:
    """The stable code that a page of refusal shows."""
    return page.text.split("· ")[-1].split("<")[0]


def test_a_press_leads_to_a_receipt_and_is_kept(client: FlaskClient, store: Database) -> None:
    sent = send(client)
    assert sent.status_code == 303
    receipt = client.get(sent.location)
    assert "Cảm ơn" in receipt.text
    assert process.waiting(store) == 1


def test_the_second_press_of_one_form_gives_the_same_receipt(client: FlaskClient, store: Database) -> None:
    form = {**hidden(client.get(f"/rate/{WARD}")), **ALL_FIVE}
    first, second = (client.post(f"/rate/{WARD}", data=form) for _ in range(2))
    assert first.location == second.location
    assert process.waiting(store) == 1


def test_two_people_at_one_kiosk_are_two_responses(client: FlaskClient, store: Database) -> None:
    assert send(client).location != send(client).location
    assert process.waiting(store) == 2


def test_other_answers_on_a_form_that_was_sent_change_nothing(client: FlaskClient, store: Database) -> None:
    form = {**hidden(client.get(f"/rate/{WARD}")), **ALL_FIVE}
    client.post(f"/rate/{WARD}", data=form)
    again = client.post(f"/rate/{WARD}", data={**form, "item-overall": "1"})
    assert (again.status_code, code_of(again)) == (409, "same-id-other-content")
    assert process.waiting(store) == 1


def test_an_empty_form_comes_back_with_what_to_do(client: FlaskClient, store: Database) -> None:
    page = send(client, {"respondent": "business"})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "Chưa chọn câu trả lời nào" in page.text
    assert chosen(page) == {"respondent": "business"}
    assert process.waiting(store) == 0


def test_the_form_that_came_back_can_be_sent(client: FlaskClient, store: Database) -> None:
    page = send(client, {})
    sent = client.post(f"/rate/{WARD}", data={**hidden(page), **ALL_FIVE})
    assert sent.status_code == 303
    assert process.waiting(store) == 1


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"item-salary": "5"}, 422, "unknown-item"),
        ({"item-overall": "6"}, 422, "unknown-step"),
        ({"item-overall": "0"}, 422, "unknown-step"),
        ({"item-overall": "five"}, 422, "unknown-step"),
        ({"item-overall": "not_applicable"}, 422, "unknown-step"),
        ({"respondent": "officer"}, 422, "unknown-choice"),
        ({"response": ""}, 422, "malformed-id"),
        ({"response": "<script>alert(1)</script>"}, 422, "malformed-id"),
        ({"instrument": "onestop-short@2025.1"}, 409, "wrong-version"),
        ({"instrument": ""}, 409, "wrong-version"),
        ({"wave": "rating-long"}, 404, "unknown-wave"),
        ({f"more-{n}": "x" for n in range(401)}, 413, "too-many-fields"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_not_kept(
    client: FlaskClient, store: Database, fields: dict[str, str], status: int, code: str
) -> None:
    page = send(client, {**ALL_FIVE, **fields})
    assert (page.status_code, code_of(page)) == (status, code)
    assert process.waiting(store) == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"item-result=4&item-result=dont_know", 422, "answered-and-missing"),
        (b"item-result=4&item-result=2", 422, "unknown-step"),
        (b"item-overall=5&x=%E1%BB", 400, "broken-encoding"),
        (b"item-overall=5&x=%zz", 400, "broken-encoding"),
        (b"item-overall=5&x=%00", 400, "broken-encoding"),
        (b"item-overall=5&x=%EF%BF%BD", 400, "broken-encoding"),
        (b"item-overall=5&x=\xff", 400, "broken-encoding"),
        (b"item-overall=5&x=" + b"x" * LARGEST_BODY, 413, "body-too-large"),
    ],
)
def test_a_body_that_no_form_sends_is_refused_by_name_and_not_kept(
    client: FlaskClient, store: Database, body: bytes, status: int, code: str
) -> None:
    page = send_raw(client, body)
    assert (page.status_code, code_of(page)) == (status, code)
    assert process.waiting(store) == 0


def test_a_body_of_unknown_length_is_measured_as_it_is_read(client: FlaskClient, store: Database) -> None:
    page = client.post(
        f"/rate/{WARD}",
        input_stream=io.BytesIO(b"item-overall=5&x=" + b"x" * LARGEST_BODY),
        content_type="application/x-www-form-urlencoded",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert (page.status_code, code_of(page)) == (413, "body-too-large")
    assert process.waiting(store) == 0


def test_a_form_of_another_site_comes_back_unsent_with_its_answers(
    client: FlaskClient, store: Database
) -> None:
    form = hidden(client.get(f"/rate/{WARD}"))
    page = client.post(f"/rate/{WARD}", data={**form, **ALL_FIVE, "csrf_token": "forged"})
    assert page.status_code == 400
    assert "Phiếu đã mở quá lâu" in page.text
    assert chosen(page) == ALL_FIVE
    assert process.waiting(store) == 0


def test_a_form_that_expired_is_sent_by_pressing_once_more(client: FlaskClient, store: Database) -> None:
    form = hidden(client.get(f"/rate/{WARD}"))
    client.delete_cookie("form")
    page = client.post(f"/rate/{WARD}", data={**form, **ALL_FIVE})
    assert hidden(page)["response"] == form["response"]
    sent = client.post(f"/rate/{WARD}", data={**hidden(page), **chosen(page)})
    assert sent.status_code == 303
    assert process.waiting(store) == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/rate/atlantis", 404, "unknown-agency"),
        (f"/rate/{WARD}?procedure=9.999999", 404, "unknown-procedure"),
        (f"/rate/{WARD}?form=endless", 404, "page-not-found"),
    ],
)
def test_a_form_without_its_token_is_refused_by_the_first_fault_it_has(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, status: int, code: str
) -> None:
    page = client.post(path, data=ALL_FIVE)
    assert (page.status_code, code_of(page)) == (status, code)
    assert "atlantis" not in caplog.text and "Traceback" not in caplog.text


def test_a_form_that_cannot_be_stored_comes_back_with_its_answers(
    client: FlaskClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise TemporarilyUnavailable(fault="OperationalError")

    with monkeypatch.context() as disk:
        disk.setattr("survey.store.inbox.keep", full)
        page = send(client)
    assert page.status_code == 503
    assert "Xin chờ một lát" in page.text
    assert chosen(page) == ALL_FIVE
    assert process.waiting(store) == 0
    sent = client.post(f"/rate/{WARD}", data={**hidden(page), **chosen(page)})
    assert sent.status_code == 303
    assert process.waiting(store) == 1


@pytest.mark.parametrize(("fields", "code"), [({}, "nothing-answered"), ({"csrf_token": ""}, "form-expired")])
def test_a_program_that_sends_a_form_is_refused_as_a_program(
    client: FlaskClient, fields: dict[str, str], code: str
) -> None:
    form = hidden(client.get(f"/rate/{WARD}"))
    answer = client.post(f"/rate/{WARD}", data={**form, **fields}, headers={"Accept": "application/json"})
    assert (answer.mimetype, answer.get_json()["code"]) == ("application/problem+json", code)


@pytest.mark.parametrize("query", ["counter=nowhere", "procedure=9.999999&form=long"])
def test_a_link_with_an_old_name_in_it_leads_to_the_form_without_it(client: FlaskClient, query: str) -> None:
    page = client.get(f"/rate/{WARD}?{query}")
    way_on = page.text.split('class="button" href="')[1].split('"')[0]
    assert client.get(way_on).status_code == 200
    assert ("form=long" in way_on) == ("form=long" in query)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/rate/atlantis", "unknown-agency"),
        (f"/rate/{WARD}?counter=nowhere", "unknown-counter"),
        (f"/rate/{WARD}?procedure=9.999999", "unknown-procedure"),
        (f"/rate/{WARD}?wave=never", "unknown-wave"),
    ],
)
def test_what_is_not_in_the_catalogue_is_told_by_name(client: FlaskClient, path: str, code: str) -> None:
    page = client.get(path)
    assert (page.status_code, code_of(page)) == (404, code)


def test_each_visitor_gets_an_id_and_a_token_of_their_own(app: Flask) -> None:
    first, second = (hidden(app.test_client().get(f"/rate/{WARD}")) for _ in range(2))
    assert first["response"] != second["response"]
    assert first["csrf_token"] != second["csrf_token"]
    assert (first["wave"], first["instrument"]) == (second["wave"], second["instrument"])


def test_the_long_form_asks_every_criterion_under_its_factor(client: FlaskClient) -> None:
    page = client.get(f"/rate/{WARD}?form=long&lang=en")
    assert page.text.count("<fieldset") == 16 + 2
    assert page.text.count('<h2 class="factor">') == 5
    assert send(client, {"item-access.1": "5"}, path=f"/rate/{WARD}?form=long").status_code in (303, 422)


def test_every_item_name_of_the_long_form_is_taken(client: FlaskClient, store: Database) -> None:
    path = f"/rate/{WARD}?form=long"
    page = client.get(path)
    names = {line.split('"')[0] for line in page.text.split('name="')[1:] if line.startswith("item-")}
    assert len(names) == 16
    sent = client.post(path, data={**hidden(page), **dict.fromkeys(names, "4")})
    assert sent.status_code == 303
    assert process.waiting(store) == 1


@pytest.mark.parametrize("words", ["Chiềng Cơi", "chieng coi", "CHIENG  COI", "coi chieng"])
def test_an_agency_is_found_with_and_without_accents(client: FlaskClient, words: str) -> None:
    page = client.get("/rate", query_string={"q": words})
    assert "Phường Chiềng Cơi" in page.text
    assert "Xã Mường Giôn" not in page.text


def test_a_procedure_is_found_without_accents_and_kept_through_the_press(client: FlaskClient) -> None:
    page = client.get(f"/rate/{WARD}/procedures", query_string={"q": "dang ky khai sinh"})
    link = page.text.split("procedure=")[1].split('"')[0]
    form = client.get(f"/rate/{WARD}?procedure={link}")
    assert f"procedure={link}" in form.text.split('<form method="post"')[1].split(">")[0]


@pytest.mark.parametrize("path", ["/rate", f"/rate/{WARD}/procedures"])
def test_what_was_typed_comes_back_as_text(client: FlaskClient, path: str) -> None:
    page = client.get(path, query_string={"q": '"><script>alert(1)</script>'})
    assert "<script" not in page.text


def test_the_receipt_tells_where_the_response_is_and_nothing_of_the_answers(
    client: FlaskClient, seal: Callable[[], int]
) -> None:
    address = send(client, {"item-overall": "1"}).location.split("?")[0]
    assert "Đang chờ niêm phong" in client.get(address).text
    seal()
    page = client.get(address)
    assert "Số thứ tự 1 trong 1" in page.text
    assert "không hài lòng" not in page.text.lower()
    assert page.headers["Cache-Control"] == "no-store"


def test_a_receipt_is_found_as_people_type_it(client: FlaskClient) -> None:
    code = send(client).location.split("/")[-1].split("?")[0]
    typed = code.lower().replace("-", " ").replace("o", "0").replace("i", "1")
    asked = client.get("/receipt", query_string={"code": typed})
    assert code in client.get(asked.location).text


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA-AAAA", "nonsense", "%3Cscript%3E", "A" * 3000])
def test_an_unknown_receipt_is_told_as_such(client: FlaskClient, code: str) -> None:
    page = client.get(f"/receipt/{code}")
    assert (page.status_code, code_of(page)) == (404, "unknown-receipt")


def test_the_log_knows_codes_and_endpoints_and_nothing_that_was_sent(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.logger.setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        send(client, {**ALL_FIVE, "item-overall": "secret-value"}, response="my-own-id-1234567890")
    assert "unknown-step at respond.submit" in caplog.text
    for secret in ("secret-value", "my-own-id", "127.0.0.1", "Werkzeug", WARD):
        assert secret not in caplog.text


def test_anybody_can_compute_the_ledgers_root_from_a_receipt(
    client: FlaskClient, seal: Callable[[], int]
) -> None:
    addresses = [send(client).location.split("?")[0] for _ in range(5)]
    seal()
    root = bytes.fromhex(client.get("/ledger.json").get_json()["root"])
    for address in addresses:
        told = client.get(f"{address}.json").get_json()
        leaf = leaf_hash(bytes.fromhex(told["commitment"]))
        path = [bytes.fromhex(step) for step in told["proof"]]
        assert root_from_proof(leaf, told["position"], told["size"], path) == root
