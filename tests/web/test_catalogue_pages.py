"""The catalogue's pages: whoever may change it sees what would change, in words, before it does."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import design
from survey.account import Way
from survey.formats import catalogue_text
from survey.roles import Role
from survey.store.database import Database
from survey.web.context import moment
from survey.web.faults import place_of
from tests.staff import opened, settled

COUNTERS = "code,name_vi,name_en,receiver,agency,valid_from,valid_to,source,status\n"
SECOND = "03646-2,Quầy hai,Counter two,03646,03646,,,QĐ 5,found\n"


@pytest.fixture
def client(app: Flask, store: Database) -> FlaskClient:
    """The operator's browser."""
    app.config["WTF_CSRF_ENABLED"] = False
    return browser(app, store, settled(store, "dieu.hanh", Role.OPERATOR).name)


def browser(app: Flask, store: Database, name: str) -> FlaskClient:
    from survey.admit.people import named  # noqa: PLC0415 -- beside its only use

    made = app.test_client()
    made.set_cookie("staff", opened(store, named(store, name), at=moment(), way=Way.PASSKEY).token)
    return made


def sent(client: FlaskClient, rows: str, file: str = "counters", where: str = "son-la") -> TestResponse:
    return client.post(
        f"/desk/{where}/catalogue/{file}", data={"file": (io.BytesIO(rows.encode()), "sổ:quầy.csv")}
    )


def test_a_file_is_looked_at_and_then_applied(client: FlaskClient, store: Database) -> None:
    preview = sent(client, "\ufeff" + COUNTERS + SECOND)
    assert preview.status_code == 303
    page = client.get(preview.location).text
    assert "Quầy hai" in page and "thêm mới" in page
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)
    assert stamp
    without = client.post(preview.location, data={"stamp": stamp[1], "reason": " "})
    assert without.status_code == 422 and "reason-missing" in without.text
    late = client.post(preview.location, data={"stamp": "1 2020-01-01", "reason": "QĐ 5"})
    assert late.status_code == 409 and "Có người đã thay đổi trước" in late.text
    assert "03646-2" not in design.reference(store).counters
    done = client.post(preview.location, data={"stamp": stamp[1], "reason": "QĐ 5"}, follow_redirects=True)
    assert "Thay đổi đã được áp dụng" in done.text
    history = client.get("/desk/son-la/catalogue/counters/history").text
    assert "QĐ 5" in history and "Lò Thị Lan" in history
    assert "03646-2,Quầy hai,Counter two" in client.get("/desk/son-la/catalogue/counters.csv").text


def test_faults_are_told_with_their_lines_in_the_readers_language(client: FlaskClient) -> None:
    told = sent(client, COUNTERS + SECOND.replace("Quầy hai", "").replace("03646,03646", "nobody,03646"))
    assert told.status_code == 422
    rows = re.findall(r'<tr><td>(.*?)</td><td class="n">(.*?)</td><td>(.*?)</td></tr>', told.text)
    assert rows == [
        ("sổ quầy.csv", "2", "name_vi đang để trống"),
        ("sổ quầy.csv", "2", "receiver không nhận &#39;nobody&#39;"),
    ]
    english = client.post(
        "/desk/son-la/catalogue/counters?lang=en",
        data={"file": (io.BytesIO((COUNTERS + SECOND).encode("utf-16-le")[:-1]), "a.csv")},
    )
    assert english.status_code == 422 and "1 fault. Nothing was taken" in english.text


def test_a_file_of_ten_megabytes_is_refused_as_a_file(client: FlaskClient) -> None:
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/desk/son-la/catalogue/counters", data=b"x" * 10_000_000, content_type=kind)
    assert answer.status_code == 413 and "file-too-large" in answer.text


def test_one_row_is_changed_by_its_form(client: FlaskClient, store: Database) -> None:
    page = client.get("/desk/son-la/catalogue/agencies/row?key=03646").text
    cells = dict(re.findall(r'<input id="(\w+)" name="\w+" type="\w+" value="([^"]*)"', page))
    cells |= dict(re.findall(r'<textarea id="(\w+)".*?>(.*?)</textarea>', page))
    cells |= {"kind": "ward", "parent": "son-la", "status": "found", "known": "1"}
    same = client.post("/desk/son-la/catalogue/agencies/row", data=cells)
    assert "đúng như vậy" in client.get(same.location).text
    wrong = client.post("/desk/son-la/catalogue/agencies/row", data=cells | {"valid_to": "2020-01-01"})
    assert wrong.status_code == 422 and "trước ngày bắt đầu" in wrong.text
    assert client.get("/desk/son-la/catalogue/agencies/row?key=nobody").status_code == 404


def test_every_table_opens_on_its_first_and_last_page(client: FlaskClient) -> None:
    assert client.get("/desk/son-la/catalogue").text.count("<tr>") == 8
    for file in ("agencies", "succession", "counters", "procedures", "fields", "targets", "published"):
        for query in ("", "?page=9999", "?page=0", "?page=x", "?q=dat+dai", "?q=%25%3C"):
            assert client.get(f"/desk/son-la/catalogue/{file}{query}").status_code == 200
        assert client.get(f"/desk/son-la/catalogue/{file}/row").status_code == 200
        shipped = client.post(f"/desk/son-la/catalogue/{file}/shipped", follow_redirects=True)
        assert "đúng như vậy" in shipped.text, file
    assert client.get("/desk/son-la/catalogue/nothing").status_code == 404


def test_a_head_sees_the_counters_of_the_own_agency_and_nothing_else(
    app: Flask, client: FlaskClient, store: Database
) -> None:
    head = browser(app, store, settled(store, "truong", Role.HEAD, agency="03646").name)
    assert head.get("/desk/03646/catalogue").text.count("<tr>") == 2
    assert head.get("/desk/03646/catalogue/agencies").status_code == 403
    told = sent(head, COUNTERS + SECOND.replace("03646", "03664"), where="03646")
    assert "không thuộc phạm vi của" in told.text
    theirs = sent(client, COUNTERS + SECOND).location  # a draft is its sender's alone
    assert head.get(theirs.replace("son-la", "03646")).status_code == 404


def test_every_sentence_of_the_formats_is_known_in_both_languages(app: Flask) -> None:
    """What a reader of files may say is found again by its template."""
    folder = Path(catalogue_text.__file__).parent
    said = set[str]()
    for name in ("rows", "catalogue", "succession", "catalogue_upload"):
        text = (folder / f"{name}.py").read_text("utf-8")
        said |= set(re.findall(r'(?:\.fault|faults\.add)\((?:[\w.]+, )*f?"([^"]+)"', text))
    assert len(said) > 25
    with app.test_request_context("/?lang=vi"):
        for sentence in said:
            plain = re.sub(
                r"\{[^{}]*\}", "x1", sentence.replace("{column} {reason}", "{column} has odd white space")
            )
            place = place_of(f"a.csv:3: {plain}")
            assert place.line == 3
            told_at_uploads = not re.match(
                r"is |\{len\(cells", sentence
            )  # the others are of whole sets of files
            assert place.sentence != plain or not told_at_uploads, sentence
