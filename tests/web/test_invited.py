"""Invitations through the doors: asked for by the desk and by dossier systems, and used by their holders, once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from survey import process
from survey.roles import Role
from survey.store.database import Database
from survey.token import LIFETIME
from survey.web import context
from tests.web.test_desk import entered
from tests.web.visitor import ALL_FIVE, hidden

DESK = "/desk/03646/invitations"
TABLE = "Mã hồ sơ;counter;outcome;procedure\nH52-1;03646-1;granted;1.004964\nH52-2;03646-1;từ chối;\n"


@pytest.fixture
def officer(app: Flask, store: Database) -> FlaskClient:
    return entered(app, store, Role.OFFICER)


def post(client: FlaskClient, path: str, page: str, **fields: str):  # type: ignore[no-untyped-def]
    return client.post(path, data={**hidden(client.get(page)), **fields}, query_string={"lang": "en"})


def link(officer: FlaskClient, number: str = "H52-9", outcome: str = "granted") -> str:
    page = post(officer, DESK, DESK, dossier=number, counter="03646-1", procedure="", outcome=outcome)
    assert page.status_code == 200, page.text
    return "/i/" + page.text.split("/i/")[1][:14]


def test_an_officer_makes_an_invitation_that_its_holder_uses_once(
    officer: FlaskClient, client: FlaskClient, store: Database
) -> None:
    way = link(officer)
    assert link(officer) == way
    form = client.get(way, query_string={"lang": "en"})
    assert "Tô Hiệu" in form.text
    assert "works once" in form.text
    fields = {**hidden(form), **ALL_FIVE}
    assert client.post(way, data={**hidden(form)}).status_code == 422
    first = client.post(way, data=fields)
    assert first.status_code == 303
    assert client.post(way, data=fields).location == first.location
    gone = client.get(way, query_string={"lang": "en"})
    assert gone.status_code == 409
    assert "This invitation was used already" in gone.text
    assert process.waiting(store) == 1


def test_an_invitation_that_others_used_meanwhile_leaves_the_answers_to_be_sent_without_it(
    officer: FlaskClient, client: FlaskClient, app: Flask, store: Database
) -> None:
    way = link(officer)
    mine = {**hidden(client.get(way)), **ALL_FIVE}
    other = app.test_client()
    other.post(way, data={**hidden(other.get(way)), **ALL_FIVE})
    page = client.post(way, data=mine, query_string={"lang": "en"})
    assert page.status_code == 409
    assert page.text.count(" checked") == len(ALL_FIVE)
    action = page.text.split('<form method="post" action="')[1].split('"')[0].replace("&amp;", "&")
    assert action.startswith("/rate/03646?")
    sent = client.post(action, data={**hidden(page), **ALL_FIVE})
    assert sent.status_code == 303
    assert process.waiting(store) == 2


def test_codes_that_are_forged_or_too_old_get_a_clear_sentence_and_another_way(
    officer: FlaskClient, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = link(officer)
    fields = {**hidden(client.get(way)), **ALL_FIVE}
    forged = client.get("/i/0000-0000-0000", query_string={"lang": "en"})
    assert forged.status_code == 404
    assert "This invitation is not known" in forged.text
    assert "/rate" in forged.text
    assert client.get("/i", query_string={"code": way[3:].lower()}).location.lower() == way.lower()
    late = context.now() + timedelta(days=LIFETIME)
    monkeypatch.setattr("survey.web.invited.today", late.date)
    old = client.get(way, query_string={"lang": "en"})
    assert old.status_code == 410
    assert "has run out" in old.text
    kept = client.post(way, data=fields, query_string={"lang": "en"})
    assert kept.status_code == 410
    assert kept.text.count(" checked") == len(ALL_FIVE)


def test_a_table_becomes_slips_or_messages_and_one_with_faults_becomes_nothing(officer: FlaskClient) -> None:
    made = post(officer, f"{DESK}/table", DESK, table=TABLE, **{"as": "csv"})
    rows = list(csv.DictReader(io.StringIO(made.text.removeprefix("\ufeff"))))
    assert [row["dossier"] for row in rows] == ["H52-1", "H52-2"]
    assert all(len(row["message"]) <= 160 and row["link"].endswith(row["code"]) for row in rows)
    slips = post(officer, f"{DESK}/table", DESK, table=TABLE, **{"as": "pdf"})
    sheet = pypdfium2.PdfDocument(slips.data)[0]
    text = sheet.get_textpage().get_text_bounded()
    assert all(row["link"].partition("://")[2] in text for row in rows)
    scanned = {code.text for code in zxingcpp.read_barcodes(sheet.render(scale=3).to_numpy())}
    assert scanned == {row["link"] for row in rows}
    assert "H52-1" not in text
    bad = TABLE + "H52-3;03679-1;granted;\n;;;\n\nH52-4;nowhere;granted;\nH52-5;03646-1;lost;\n"
    page = post(officer, f"{DESK}/table", DESK, table=bad, **{"as": "csv"})
    assert page.status_code == 422
    for line in (
        "Line 4: This counter belongs to others",
        "Line 7: There is no such counter",
        "Line 8: There is no",
    ):
        assert line in page.text
    assert post(officer, f"{DESK}/table", DESK, table="", **{"as": "csv"}).status_code == 422


def test_a_dossier_system_asks_with_a_key_and_is_told_row_by_row(
    app: Flask, store: Database, client: FlaskClient
) -> None:
    head = entered(app, store, Role.HEAD, name="head.lo")
    long = "Hệ <thống> " + "x" * 80
    refused_name = post(head, "/desk/03646/senders", "/desk/03646/senders", name=long)
    assert refused_name.status_code == 422 and "bad-sender-name" in refused_name.text
    assert f'value="Hệ &lt;thống&gt; {"x" * 80}"' in refused_name.text
    assert "Hệ &lt;" not in head.get("/desk/03646/senders").text
    page = post(head, "/desk/03646/senders", "/desk/03646/senders", name="Một cửa điện tử")
    key = page.text.split("<dt>Key</dt><dd><code>")[1].split("<")[0]
    shown = {"Authorization": f"Bearer {key}"}
    rows = [
        {"dossier": "H52-7", "counter": "03646-1", "outcome": "granted"},
        {"dossier": "H52-8", "counter": "03679-1", "outcome": "granted"},
        {"dossier": "", "counter": "03646-1", "outcome": "late"},
    ]
    told = [client.post("/api/invitations", json={"dossiers": rows}, headers=shown) for _ in range(2)]
    results = [each.get_json()["results"] for each in told]
    assert [row["outcome"] for row in results[0]] == ["issued", "refused", "refused"]
    assert [row.get("refusal") for row in results[0]] == [None, "foreign-invitation", "malformed-dossier"]
    assert results[1][0] == results[0][0] | {"outcome": "known"}
    counts = {"completed": [{"counter": "03646-1", "month": "2026-11", "outcome": "late", "completed": 3}]}
    assert client.post("/api/completed", json=counts, headers=shown).get_json() == {"kept": 1}
    for body, status in (("[]", 422), ("{", 400), ('{"dossiers": 1}', 422)):
        kind = {"Content-Type": "application/json"}
        assert client.post("/api/invitations", data=body, headers=shown | kind).status_code == status
    assert client.post("/api/invitations", json={"dossiers": rows}).status_code == 401
    post(head, f"/desk/03646/senders/{key.split('.')[0]}/revoke", "/desk/03646/senders")
    refused = client.post("/api/invitations", json={"dossiers": rows}, headers=shown)
    assert refused.get_json()["code"] == "sender-revoked"


def test_the_head_tells_what_was_completed_and_everybody_sees_the_coverage(
    app: Flask, store: Database, officer: FlaskClient, client: FlaskClient, seal: Callable[[], int]
) -> None:
    way = link(officer)
    client.post(way, data={**hidden(client.get(way)), **ALL_FIVE})
    seal()
    head = entered(app, store, Role.HEAD, name="head.lo")
    month = f"{context.today():%Y-%m}"
    table = f"counter,month,outcome,completed\n03646-1,{month},granted,40\n"
    assert post(head, "/desk/03646/coverage", "/desk/03646/coverage", table=table).status_code == 303
    for page in (head.get("/desk/03646/coverage?lang=en"), client.get("/agencies/03646?lang=en")):
        assert "All counters together" in page.text
        assert "fewer than 10" in page.text
    bad = post(head, "/desk/03646/coverage", "/desk/03646/coverage", table=table.replace("40", "many"))
    assert bad.status_code == 422
    assert "Line 2: A number does not fit" in bad.text
    assert ",granted,many" in bad.text  # what was typed stays
    assert "/desk/03646/coverage" not in officer.get("/desk?lang=en").text
    twice = post(head, "/desk/03646/coverage", "/desk/03646/coverage", table=table + table.splitlines()[1])
    assert twice.status_code == 422 and f"03646-1 {month} granted" in twice.text
    assert "is already on line 2" in twice.text


def test_a_table_is_read_as_excel_saves_it_and_else_told_how_to_save_it(app: Flask, store: Database) -> None:
    head, month = entered(app, store, Role.HEAD, name="head.lo"), f"{context.today():%Y-%m}"
    table = f"mã quầy\ttháng\tkết quả\tsố hồ sơ hoàn thành\n03646-1\t{month}\ttừ chối\t40\n"
    for encoding, status in (("utf-16", 303), ("utf-8-sig", 303), ("utf-16-le", 422)):
        form = hidden(head.get("/desk/03646/coverage"))
        sent = {**form, "file": (io.BytesIO(table.encode(encoding)), "bảng.txt")}
        answer = head.post("/desk/03646/coverage?lang=vi", data=sent)
        assert answer.status_code == status, encoding
    assert "vui lòng lưu lại dạng CSV UTF-8" in answer.text


def test_each_line_of_a_table_of_numbers_is_told_what_it_was_refused_for(app: Flask, store: Database) -> None:
    head = entered(app, store, Role.HEAD, name="head.lo")
    month = f"{context.today():%Y-%m}"
    rows = (
        f"03646-1,{month},granted,40",
        "03646-1,2026-13,granted,40",
        f"03646-1,{month},maybe,40",
        f"nowhere,{month},late,1",
    )
    table = "\n".join(("counter,month,outcome,completed", *rows))
    refused = post(head, "/desk/03646/coverage", "/desk/03646/coverage", table=table)
    assert refused.status_code == 422
    assert [f"Line {number}:" in refused.text for number in (2, 3, 4, 5)] == [False, True, True, True]
    assert "No dossier has been invited or told of" in head.get("/desk/03646/coverage?lang=en").text


@pytest.mark.parametrize("page", ["coverage", "invitations/table"])
@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "the file is empty"),
        ("a,b\n1,2\n", "column &#39;counter&#39; is missing"),
        ("counter,month\n", "there is no row under the heading"),
    ],
)
def test_a_table_that_is_none_is_told_why(
    app: Flask, store: Database, page: str, table: str, told: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    head = entered(app, store, Role.HEAD, name="head.lo")
    refused = head.post(f"/desk/03646/{page}?lang=en", data={"table": table})
    assert refused.status_code == 422
    assert told in refused.text
