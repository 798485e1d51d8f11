"""Many accounts or kiosks by one file: seen before they are made, made all at once, or not at all."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import admit, collect
from survey.account import Way
from survey.roles import GRANTED, Role
from survey.store.database import Database
from survey.web.context import moment
from tests.staff import opened, settled

PEOPLE = "name,person,agency,address,roles\n"
KIOSKS = "counter,kiosks\n"


@pytest.fixture
def head(app: Flask, store: Database) -> FlaskClient:
    """The browser of the head of a ward."""
    app.config["WTF_CSRF_ENABLED"] = False
    made = app.test_client()
    account = settled(store, "truong", Role.HEAD, agency="03646")
    made.set_cookie("staff", opened(store, account, at=moment(), way=Way.PASSKEY).token)
    return made


def sent(client: FlaskClient, what: str, rows: str) -> TestResponse:
    return client.post(f"/desk/03646/{what}/file", data={"file": (io.BytesIO(rows.encode()), "tệp.csv")})


def told(answer: TestResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 422
    return re.findall(r'<tr><td>tệp.csv</td><td class="n">(\d+)</td><td>(.*?)</td></tr>', answer.text)


def test_people_of_a_file_get_accounts_all_at_once(head: FlaskClient, store: Database) -> None:
    rows = PEOPLE + "hoa.cam,Cầm Thị Hoa,,,officer;analyst\nson.lo,Lò Văn Sơn,03646,son@example.vn,\n"
    preview = sent(head, "people", rows)
    page = head.get(preview.location).text
    assert "2 tài khoản sẽ được tạo" in page and "Cầm Thị Hoa" in page
    assert "Phường Tô Hiệu <code>03646</code>" in page
    assert "officer" not in page and "Cán bộ một cửa, " in page
    assert len(admit.people_of(store, "03646")) == 1
    done = head.post(preview.location)
    passwords = re.findall(r"<td><code>(.*?)</code></td><td><code>(.*?)</code></td>", done.text)
    assert [name for name, _ in passwords] == ["hoa.cam", "son.lo"]
    people = {account.name: account for account in admit.people_of(store, "03646")}
    assert {grant.role for grant in people["hoa.cam"].grants} == {Role.OFFICER, Role.ANALYST}
    assert people["hoa.cam"].first_password and people["son.lo"].address == "son@example.vn"
    assert head.post(preview.location).status_code == 404  # once


def test_one_fault_and_nobody_gets_an_account(head: FlaskClient, store: Database) -> None:
    rows = (
        "hoa.cam,Cầm Thị Hoa,,,officer\n!,X,,,\ntruong,Ai,,,\nhoa.cam,Hai,,,\n"
        "xa,Xa,03664,,officer\ncao,Cao,,,operator\nla,La,,,king\nthu,Thư,,not-an-address,\n"
    )
    assert told(sent(head, "people", PEOPLE + rows)) == [
        ("3", "tên đăng nhập hoặc họ tên sai dạng"),
        ("4", "đã có tài khoản &#39;truong&#39;"),
        ("5", "&#39;hoa.cam&#39; đã có ở dòng 2"),
        ("6", "&#39;03664&#39; không thuộc phạm vi của &#39;03646&#39;"),
        ("7", "bạn không có quyền giao vai trò &#39;operator&#39; tại &#39;03646&#39;"),
        ("8", f"roles không nhận &#39;king&#39;; chỉ nhận một trong: {', '.join(sorted(GRANTED))}"),
        ("9", "địa chỉ thư điện tử sai dạng"),
    ]
    assert len(admit.people_of(store, "03646")) == 1


def test_kiosks_of_a_file_are_issued_all_at_once(head: FlaskClient, store: Database) -> None:
    preview = sent(head, "kiosks", KIOSKS + "03646-1,3\n")
    assert "Phường Tô Hiệu" in head.get(preview.location).text or "03646-1" in head.get(preview.location).text
    assert head.post(preview.location, data={"pin": "12"}).status_code == 422
    done = head.post(preview.location, data={"pin": "4711"})
    assert len(set(re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", done.text))) == 3
    assert len(collect.kiosks(store)) == 3
    faults = told(sent(head, "kiosks", KIOSKS + "03664-1,1\n03646-1,0\n03646-1,\n03646-1,99\n"))
    assert [line for line, _ in faults] == ["2", "3", "5"]
    assert len(collect.kiosks(store)) == 3
