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
from survey.admit.people import named
from survey.formats import catalogue_text
from survey.roles import Role
from survey.store.database import Database
from survey.web.context import moment, today
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


def test_who_one_is_is_asked_before_a_reason_is_typed(
    client: FlaskClient, store: Database, app: Flask
) -> None:
    preview = sent(client, COUNTERS + SECOND).location
    late = app.test_client()
    before = opened(store, named(store, "dieu.hanh"), at=moment() - 1800, way=Way.PASSKEY)
    late.set_cookie("staff", before.token)
    assert late.get(preview).location == f"/account/confirm?next={preview}&why=confirmation-needed"


def test_faults_are_told_with_their_lines_in_the_readers_language(client: FlaskClient) -> None:
    told = sent(client, COUNTERS + SECOND.replace("Quầy hai", "").replace("03646,03646", "nobody,03646"))
    assert told.status_code == 422
    rows = re.findall(r'<tr><td>(.*?)</td><td class="n">(.*?)</td><td>(.*?)</td></tr>', told.text)
    assert rows == [
        ("sổ quầy.csv", "2", "name_vi đang để trống"),
        ("sổ quầy.csv", "2", "receiver không nhận &#39;nobody&#39;"),
    ]
    document = sent(client, "%PDF-1.7")
    assert "đây là tệp PDF; phần mềm đọc được: CSV" in document.text and "workbooks" not in document.text
    long = sent(client, COUNTERS + SECOND.replace("Quầy hai", "Q" * 2001))
    assert long.status_code == 422 and "name_vi dài hơn 2000 ký tự" in long.text
    english = client.post(
        "/desk/son-la/catalogue/counters?lang=en",
        data={"file": (io.BytesIO((COUNTERS + SECOND).encode("utf-16-le")[:-1]), "a.csv")},
    )
    assert english.status_code == 422 and "1 fault. Nothing was taken" in english.text


def test_a_file_of_ten_megabytes_is_refused_as_a_file(client: FlaskClient) -> None:
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/desk/son-la/catalogue/counters", data=b"x" * 10_000_000, content_type=kind)
    assert answer.status_code == 413 and "file-too-large" in answer.text
    assert 'href="/desk"' in answer.text and "Chọn cơ quan" not in answer.text


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
    nameless = client.post("/desk/son-la/catalogue/agencies/row", data=cells | {"name_vi": ""})
    assert "<li>Tên tiếng Việt đang để trống</li>" in nameless.text
    assert "agencies.csv" not in nameless.text


def test_what_ends_next_year_is_there_until_then(client: FlaskClient) -> None:
    assert "không còn tồn tại" in client.get("/agencies/03646-to-2025").text
    year = today().year + 1
    ward = next(
        line
        for line in client.get("/desk/son-la/catalogue/agencies.csv").text.splitlines()
        if "03646," in line
    ).split(",")
    ward[6] = f"{year}-12-31"
    new = f"ward-new,Phường Mới,New Ward,ward,son-la,{year + 1}-01-01,,NQ 1,assumed"
    heading = "code,name_vi,name_en,kind,parent,valid_from,valid_to,source,status"
    preview = sent(client, "\n".join((heading, ",".join(ward), new)), "agencies").location
    stamp = re.search(r'name="stamp" value="([^"]+)"', client.get(preview).text)
    assert stamp and client.post(preview, data={"stamp": stamp[1], "reason": "NQ 1"}).status_code == 303
    old, coming = client.get("/agencies/03646").text, client.get("/agencies/ward-new").text
    assert f"31/12/{year}" in old and "không còn tồn tại" not in old and 'href="/rate/03646"' in old
    assert "chưa thành lập" in coming and f"01/01/{year + 1}" in coming and "/rate/ward-new" not in coming


def test_every_table_opens_on_its_first_and_last_page(client: FlaskClient) -> None:
    home = client.get("/desk/son-la/catalogue").text
    assert home.count("<tr>") == 8 and ">1.351<" in home
    assert "1,351 rows" in client.get("/desk/son-la/catalogue/procedures?lang=en").text
    client.set_cookie("lang", "vi")
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
