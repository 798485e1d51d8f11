"""Writing a questionnaire at the desk: from an earlier version to a published one, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import design
from survey.account import Account, Way
from survey.roles import Role
from survey.store.database import Database
from survey.web.context import moment
from tests.staff import opened, settled

AT = "/desk/son-la/instruments"
NEW = f"{AT}/onestop-short@2027.1"


def browser(app: Flask, store: Database, account: Account) -> FlaskClient:
    made = app.test_client()
    made.set_cookie("staff", opened(store, account, at=moment(), way=Way.PASSKEY).token)
    return made


@pytest.fixture
def both(app: Flask, store: Database) -> tuple[FlaskClient, FlaskClient]:
    """The browsers of a methodologist and of a second one."""
    app.config["WTF_CSRF_ENABLED"] = False
    accounts = [settled(store, name, Role.METHODOLOGIST) for name in ("viet.phieu", "xem.phieu")]
    return browser(app, store, accounts[0]), browser(app, store, accounts[1])


def fields(page: str) -> dict[str, Any]:
    """What a form of the page would send as it stands, for its texts and marks."""
    sent: dict[str, Any] = dict(re.findall(r'<input type="hidden" name="(seen)" value="(\d+)">', page))
    sent |= dict(re.findall(r'<textarea id="(\w+)"[^>]*>([^<]*)</textarea>', page))
    sent |= dict(re.findall(r'<input id="(code|place|note|index_code)"[^>]*?value="([^"]*)"', page))
    for name in ("factor", "scale"):
        chosen = re.search(rf'<select id="{name}".*?<option value="([^"]*)" selected', page, re.DOTALL)
        sent[name] = chosen[1] if chosen else ""
    sent["missing"] = re.findall(r'name="missing" value="(\w+)" checked', page)
    sent |= {"in_index": "1"} if re.search(r'name="in_index" value="1" checked', page) else {}
    return sent


def test_a_version_is_written_previewed_and_published(
    both: tuple[FlaskClient, FlaskClient], store: Database
) -> None:
    author, second = both
    begun = author.post(AT, data={"base": "onestop-short@2026.1", "version": "2027.1"})
    assert begun.status_code == 303 and begun.location == NEW
    assert "không có gì khác với onestop-short@2026.1" in author.get(NEW).text
    form = author.get(f"{NEW}/item?code=access").text
    done = author.post(f"{NEW}/item", data=fields(form) | {"text_vi": "Tìm đến đúng nơi có dễ không ạ?"})
    assert done.status_code == 303
    shown = author.get(NEW).text
    assert "câu access đã sửa: hãy quyết định" in shown and "đã sửa, chưa quyết định" in shown
    form = author.get(f"{NEW}/item?code=access").text
    assert "onestop-short@2026.1: " in form  # the earlier wording stands below
    author.post(f"{NEW}/item", data=fields(form) | {"equated": "yes", "note": "chỉ đổi cách nói"})
    shown = author.get(NEW).text
    assert "Không thiếu gì" in shown and "có thể tiếp tục bằng phiên bản này" in shown
    for tongue, words in (("vi", "Tìm đến đúng nơi có dễ không ạ?"), ("en", "Very dissatisfied")):
        preview = author.get(f"{NEW}/preview/{tongue}").text
        assert words in preview and f'<div lang="{tongue}">' in preview
    own = author.post(f"{NEW}/publish", data={"seen": "3"})
    assert own.status_code == 403 and "own-draft" in own.text
    assert "[[items]]" in second.get(f"{NEW}.toml").text
    published = second.post(f"{NEW}/publish", data=fields(second.get(NEW).text), follow_redirects=True)
    assert "từ nay không thay đổi" in published.text
    assert "onestop-short@2027.1" in design.reference(store).instruments
    assert author.post(f"{NEW}/item", data={"code": "access", "seen": "4"}).status_code == 404


def test_questions_are_added_moved_and_left_out(both: tuple[FlaskClient, FlaskClient]) -> None:
    author, second = both
    author.post(AT, data={"base": "onestop-short@2026.1", "version": "2027.1"})
    new = {
        "code": "waiting",
        "text_vi": "Chờ có lâu không?",
        "scale": "satisfaction",
        "place": "1",
        "seen": "1",
    }
    author.post(f"{NEW}/item", data=new)
    page = author.get(NEW).text
    assert "item waiting: chưa có lời văn bằng ngôn ngữ en" in page.replace("&#39;", "'") or "waiting" in page
    assert author.get(f"{NEW}/preview/vi").status_code == 422  # it can't be shown before it is whole
    late = second.post(f"{NEW}/remove", data={"code": "waiting", "seen": "1"})
    assert late.status_code == 409 and "catalogue-changed" in late.text
    second.post(f"{NEW}/remove", data={"code": "waiting", "seen": "2"})
    form = fields(author.get(NEW).text)
    author.post(NEW, data=form | {"title_en": "How was it?", "index_code": "short@1"})
    page = author.get(f"{NEW}?lang=en").text
    assert "How was it?" in page and "Nothing: every wording is there" in page
    author.post(f"{NEW}/drop")
    assert author.get(NEW).status_code == 404


def test_a_new_question_takes_no_others_place(both: tuple[FlaskClient, FlaskClient]) -> None:
    author, _ = both
    author.post(AT, data={"base": "onestop-short@2026.1", "version": "2027.1"})
    assert '<input type="hidden" name="new" value="1">' in author.get(f"{NEW}/item").text
    assert 'name="new"' not in author.get(f"{NEW}/item?code=access").text
    new = {
        "text_vi": "Chờ có <lâu> không?",
        "scale": "satisfaction",
        "factor": "access",
        "seen": "1",
        "new": "1",
    }
    for code in ("access", ""):
        refused = author.post(f"{NEW}/item", data=new | {"code": code})
        assert refused.status_code == 422 and "item-code-taken" in refused.text
        assert (
            "Chờ có &lt;lâu&gt; không?</textarea>" in refused.text
            and f'name="code" value="{code}"' in refused.text
        )
        assert '<option value="access" selected>' in refused.text
    assert "Chờ có" not in author.get(NEW).text


def test_what_was_typed_stays_where_somebody_else_was_faster(both: tuple[FlaskClient, FlaskClient]) -> None:
    author, second = both
    author.post(AT, data={"base": "onestop-short@2026.1", "version": "2027.1"})
    asked = {"code": "access", "scale": "satisfaction", "seen": "1"}
    assert author.post(f"{NEW}/item", data=asked | {"text_vi": "Một"}).status_code == 303
    late = second.post(f"{NEW}/item", data=asked | {"text_vi": "Hai"})
    assert late.status_code == 409 and "catalogue-changed" in late.text
    assert ">Hai</textarea>" in late.text and ">Một</textarea>" not in late.text
    assert 'name="seen" value="2"' in late.text  # looked at again, it is kept


def test_questionnaires_are_written_at_the_root_alone(
    app: Flask, both: tuple[FlaskClient, FlaskClient], store: Database
) -> None:
    author, _ = both
    assert author.get("/desk/03646/instruments").status_code == 404
    head = browser(app, store, settled(store, "truong", Role.HEAD))
    assert head.get(AT).status_code == 403
    for ref in design.reference(store).instruments:
        assert author.get(f"{AT}/{ref}").status_code == 200
        assert author.get(f"{AT}/{ref}/preview/en").status_code == 200
    assert author.get(f"{AT}/{ref}/preview/xx").status_code == 404
    wrong = author.post(AT, data={"base": "onestop-short@2026.1", "version": "new"})
    assert wrong.status_code == 409 and "version-taken" in wrong.text


def test_the_survey_lead_sets_which_version_is_asked_and_from_when(
    both: tuple[FlaskClient, FlaskClient], app: Flask, store: Database
) -> None:
    author, second = both
    asked = "/desk/son-la/asking"
    assert author.get(asked).status_code == 200 and author.post(asked).status_code == 403
    lead = browser(app, store, settled(store, "dat.phieu", Role.SURVEY_LEAD))
    assert (
        "Mới có một phiên bản" in lead.get(asked).text and lead.get("/desk/03646/asking").status_code == 404
    )
    author.post(AT, data={"base": "onestop-short@2026.1", "version": "2027.1"})
    form = author.get(f"{NEW}/item?code=access").text
    author.post(
        f"{NEW}/item", data=fields(form) | {"text_vi": "Dễ không?", "equated": "yes", "note": "gọn hơn"}
    )
    second.post(f"{NEW}/publish", data=fields(second.get(NEW).text))
    sent = {"wave": "rating-short", "version": "onestop-short@2027.1", "since": "2999-01-01"}
    done = lead.post(asked, data=sent)
    assert (done.status_code, done.location) == (303, f"{asked}?done=set")
    page = lead.get(asked).text
    assert ">1/1/2999<" in page and "onestop-short@2026.1</code>" in page
    passed = lead.post(asked, data=sent | {"since": "2020-01-01"})
    assert passed.status_code == 422 and "day-passed" in passed.text
    assert lead.post(f"{asked}/back", data=sent).status_code == 303
    assert ">1/1/2999<" not in lead.get(asked).text
