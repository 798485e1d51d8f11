"""A case through the doors: asked for on the receipt's page, answered at the desk, and told in public."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import collect, reply
from survey.admit.people import named
from survey.response import Mode
from survey.roles import Role
from survey.store.database import Database
from survey.web.context import moment, now, today
from tests.answering import rated
from tests.staff import opened, settled
from tests.web.test_comments_page import at_work
from tests.web.visitor import dead_links, hidden

DESK = "/desk/03646/cases"


def asked(client: FlaskClient, store: Database, text: str = "Chờ lâu quá <b>") -> str:
    response = rated(mode=Mode.ONLINE, counter=None, day=today())
    code = collect.submit(store, response, at=now().replace(tzinfo=None)).code
    sent = client.post(
        f"/receipt/{code}", data={**hidden(client.get(f"/receipt/{code}")), "step": "ask", "text": text}
    )
    assert sent.status_code == 303
    return code


def test_a_desk_looks_at_the_cases_that_wait_or_at_its_own(
    app: Flask, store: Database, client: FlaskClient
) -> None:
    asked(client, store)
    app.config["WTF_CSRF_ENABLED"] = False
    head = at_work(app, store, "head", Role.HEAD, "03646")
    for shelf, there in (("open", True), ("overdue", False), ("done", False)):
        page = head.get(f"{DESK}?which={shelf}")
        assert page.status_code == 200 and ("/cases/1" in page.text) is there
    assert "Không có vụ việc nào như vậy" in head.get(f"{DESK}?which=overdue").text
    assert "/cases/1" not in head.get(f"{DESK}?mine=1").text
    mine = str(named(store, "head").id)
    assert head.post(f"{DESK}/1", data={"step": "assign", "owner": mine}).status_code == 303
    assert "/cases/1" in head.get(f"{DESK}?mine=1&which=open").text
    assert head.get(f"{DESK}?which=none").status_code == 404
    for wrong in ("0", "-1", "x", "9" * 30):
        assert "/cases/1" in head.get(f"{DESK}?page={wrong}").text
    assert dead_links(head, f"{DESK}?which=open") == []


def test_a_citizen_and_a_desk_bring_a_case_to_its_end(
    app: Flask, store: Database, client: FlaskClient
) -> None:
    code = asked(client, store)
    app.config["WTF_CSRF_ENABLED"] = False
    page = client.get(f"/receipt/{code}")
    assert "<strong>Đã nhận.</strong> Hạn trả lời:" in page.text
    assert "Chờ lâu quá &lt;b&gt;" in page.text and page.headers["Cache-Control"] == "no-store"
    head = at_work(app, store, "head", Role.HEAD, "03646")
    assert "/cases/1" in head.get(DESK).text
    assert head.post(f"{DESK}/1", data={"step": "claim", "text": " "}).status_code == 422
    assert head.post(f"{DESK}/1", data={"step": "confirm", "text": "x"}).status_code == 422
    assert head.post(f"{DESK}/1", data={"step": "assign", "owner": "999"}).status_code == 422
    assert (
        head.post(f"{DESK}/1", data={"step": "answer", "text": "Đang xem", "public": "1"}).status_code == 303
    )
    assert "đã trả lời, chưa báo làm xong" in head.get(DESK).text
    assert head.post(f"{DESK}/1", data={"step": "claim", "text": "Đã thêm quầy"}).status_code == 303
    assert "Đang xem" in client.get("/answers").text and "Đã thêm quầy" not in client.get("/answers").text
    assert "Đã thêm quầy" in client.get(f"/receipt/{code}?lang=en").text
    late = client.post(f"/receipt/{code}", data={"step": "ask", "text": "giữ lại"})
    assert late.status_code == 409 and "case-known" in late.text
    assert client.post(f"/receipt/{code}", data={"step": "confirm"}).status_code == 303
    closed = client.post(f"/receipt/{code}", data={"step": "reply", "text": "muộn"})
    assert closed.status_code == 409 and "case-closed" in closed.text
    assert client.post(f"/receipt/{code}", data={"step": "note", "text": "x"}).status_code == 422
    assert client.post("/receipt/AAAA-BBBB-CCCC-DDDD", data={"step": "ask", "text": "x"}).status_code == 404
    assert dead_links(client, f"/receipt/{code}") == []


def test_a_refused_answer_keeps_its_words_and_that_all_may_read_it(
    app: Flask, store: Database, client: FlaskClient
) -> None:
    code = asked(client, store)
    app.config["WTF_CSRF_ENABLED"] = False
    head, tick = at_work(app, store, "head", Role.HEAD, "03646"), 'name="public" value="1" checked'
    words = "Mai mở thêm <quầy> " + "x" * 2000
    for public in ({"public": "1"}, {}):
        refused = head.post(f"{DESK}/1", data={"step": "answer", "text": words, **public})
        assert refused.status_code == 422 and "comment-too-long" in refused.text
        assert f">Mai mở thêm &lt;quầy&gt; {'x' * 1982}</textarea>" in refused.text
        assert (tick in refused.text) is bool(public)
    shown = head.get(f"{DESK}/1").text
    assert "Mai mở" not in shown and tick not in shown

    assert head.post(f"{DESK}/1", data={"step": "claim", "text": "Đã mở"}).status_code == 303
    assert client.post(f"/receipt/{code}", data={"step": "confirm"}).status_code == 303
    late = head.post(f"{DESK}/1", data={"step": "answer", "text": "Viết khi chưa biết"})
    assert late.status_code == 409 and "readonly>Viết khi chưa biết</textarea>" in late.text


def test_what_was_written_is_shown_where_the_session_was_over(
    app: Flask, store: Database, client: FlaskClient
) -> None:
    asked(client, store)
    sent = {"step": "answer", "text": "Mai mở thêm <quầy> hai"}
    secret = {"password": "ba con trâu", "again": "bốn con trâu", "code": "123 456", "pin": "98 76"}
    address = {"Referer": f"http://localhost{DESK}/1"}
    fields = hidden(client.get("/sign-in"))
    late = client.post(f"{DESK}/1", data=fields | sent | secret, headers=address)
    assert late.status_code == 401 and "readonly>Mai mở thêm &lt;quầy&gt; hai</textarea>" in late.text
    assert late.headers["Cache-Control"] == "no-store"
    assert not [each for each in (*secret.values(), fields["csrf_token"]) if each in late.text]
    for elsewhere in ("https://evil.example/", "https://evil.example/localhost/", "http://[", ""):
        foreign = client.post(f"{DESK}/1", data=fields | sent, headers={"Referer": elsewhere})
        assert foreign.status_code == 401 and "Mai mở" not in foreign.text


def test_counters_are_public_once_there_are_five(store: Database, client: FlaskClient) -> None:
    for _ in range(4):
        asked(client, store)
    told = client.get("/answers.json").json
    assert told is not None and all(one["withheld"] and one["received"] is None for one in told["agencies"])
    assert ">4<" not in client.get("/agencies/03646").text
    asked(client, store)
    told = client.get("/answers.json").json
    assert told is not None
    assert [one["received"] for one in told["agencies"] if one["agency"] == "03646"] == [5]
    row = next(line for line in client.get("/answers.csv").text.splitlines() if line.startswith("03646,"))
    assert row.endswith(",5,0,0,0,0,")
    assert "<dd>5</dd>" in client.get("/agencies/03646").text
    assert 'class="n">5<' in client.get("/answers").text
    assert reply.counters(store, on=today())["03646"].received == 5


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("cases/99999999999999999999", 404),
        ("comments/99999999999999999999/mask", 404),
        ("audit?before=99999999999999999999", 200),
        ("comments?before=99999999999999999999", 200),
        ("disputes?comment=99999999999999999999", 200),
    ],
)
def test_a_number_that_no_row_can_have_is_no_fault(
    app: Flask, store: Database, path: str, status: int
) -> None:
    everything = settled(store, "all", Role.HEAD, Role.REVIEWER, Role.AUDITOR)
    client = app.test_client()
    client.set_cookie("staff", opened(store, everything, at=moment()).token)
    assert client.get(f"/desk/son-la/{path}").status_code == status
