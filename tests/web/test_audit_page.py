"""The auditor's page: entries are searched and taken out as a file, and the taking out is an entry itself."""

from __future__ import annotations

import csv
import io

from flask import Flask

from survey import admit
from survey.account import Deed
from survey.roles import Role
from survey.store.database import Database
from survey.web.agency.deeds import DEEDS
from tests.staff import AT, deeds
from tests.web.test_comments_page import at_work


def test_every_deed_has_a_name() -> None:
    assert set(DEEDS) == set(Deed)


def test_what_an_entry_is_about_is_told_in_words(app: Flask, store: Database) -> None:
    auditor = at_work(app, store, "auditor", Role.AUDITOR, "son-la")
    for thing in (
        "case 7 answer",
        "dispute 3 of 03646: 8 ratings, upheld",
        "counters.csv revision 2, 12 rows",
        "alerts.listed of 03646",
        "wrong-name-or-password",
        "kept otherwise",
    ):
        admit.refused(store, Deed.ACCESS_REFUSED, account=None, thing=thing, at=AT)
    for deed, thing in (
        (Deed.INVITATIONS_ISSUED, "1 at 03646-1"),
        (Deed.KIOSK_ISSUED, "4GBPVPQ7 at 03646-1"),
        (Deed.DISABLED, "1"),
    ):
        admit.refused(store, deed, account=None, thing=thing, at=AT)
    page = auditor.get("/desk/son-la/audit").text
    for words in (
        "Vụ việc 7 · Trả lời người dân",
        "Phường Tô Hiệu · 8 phiếu · ",
        "Quầy tiếp nhận · 12 dòng",
        "Cảnh báo · Phường Tô Hiệu",
        "Thông tin chưa đúng",
        "Kiểm toán viên · Tỉnh Sơn La",
        '<span class="fine">dispute 3 of 03646: 8 ratings, upheld</span>',
        ">kept otherwise<",
        ">1 thư mời · Trung tâm Phục vụ hành chính công phường Tô Hiệu<",
        ">4GBPVPQ7 · Trung tâm Phục vụ",
        '>Lò Thị Lan<br><span class="fine">1</span>',
    ):
        assert words in page, words


def test_the_auditor_searches_and_takes_out_what_the_audit_tells(app: Flask, store: Database) -> None:
    auditor = at_work(app, store, "auditor", Role.AUDITOR, "son-la")
    ward = at_work(app, store, "ward", Role.AUDITOR, "03646")
    for number in range(55):
        admit.refused(store, Deed.ACCESS_REFUSED, account=None, thing=f"=x{number}%", at=AT)
    page = auditor.get("/desk/son-la/audit")
    assert "=x54%" in page.text and "=x1%" not in page.text and page.headers["Cache-Control"] == "no-store"
    before = min(admit.newest(store, 50), key=lambda entry: entry.number).number
    assert "=x1%" in auditor.get(f"/desk/son-la/audit?before={before}").text
    for query in (
        "thing=x54%25",
        "what=access-refused",
        "since=2026-11-23&until=2026-11-23",
        "since=x&before=y",
    ):
        assert "=x54%" in auditor.get(f"/desk/son-la/audit?{query}").text, query
    for query in ("thing=x54_", "who=nobody", "what=reset", "since=2026-11-24", "until=2026-11-22&thing=x54"):
        assert "=x54%" not in auditor.get(f"/desk/son-la/audit?{query}").text, query
    assert "=x54%" not in ward.get("/desk/03646/audit").text
    assert ward.get("/desk/son-la/audit").status_code == 403

    taken = auditor.get("/desk/son-la/audit/entries.csv?what=access-refused")
    rows = list(csv.DictReader(io.StringIO(taken.text)))
    assert [row["thing"] for row in rows].count("'=x54%") == 1 and len(rows) == 56
    assert {len(row["hash"]) for row in rows} == {64}
    assert deeds(store)[-1] == "audit-exported" and admit.verify(store) > 56
