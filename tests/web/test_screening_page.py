"""Flags at the desk: what was held against what, in both languages, and what a person of another agency said of them."""

from __future__ import annotations

from flask import Flask

from survey.roles import Role
from survey.store import agencies, tokens
from survey.store.database import Database
from survey.token import Outcome
from survey.web.context import today
from tests.web.test_comments_page import at_work

DESK, WARD, COUNTER = "/desk/03646/screening", "03646", "03646-1"


def test_a_flag_says_what_was_found_and_is_looked_at(app: Flask, store: Database) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    lead = at_work(app, store, "lead", Role.SURVEY_LEAD, "son-la")
    assert "Nothing stands out." in lead.get(f"{DESK}?lang=en").text
    month = f"{today():%Y-%m}"
    with store.write() as connection:
        tokens.count_invited(
            connection, {(COUNTER, month, Outcome.GRANTED): 90, (COUNTER, month, Outcome.LATE): 1}
        )
        tokens.put_completed(
            connection, {(COUNTER, month, Outcome.GRANTED): 200, (COUNTER, month, Outcome.LATE): 80}
        )
        agencies.next_stamp(connection, today())
    page = lead.get(f"{DESK}?lang=en").text
    assert "Refused and late dossiers are invited more rarely" in page and "Fisher" in page
    assert all(share in page for share in ("1.2", "45.0")) and "<form" not in page.split("<h1>")[1]
    assert "Hồ sơ bị từ chối và trễ hạn ít được mời hơn" in lead.get(f"{DESK}?lang=vi").text

    apart = at_work(app, store, "apart", Role.REVIEWER, "son-la")
    words = {"sign": "selective", "subject": f"{WARD}:{COUNTER}", "verdict": "pursued", "words": "Đã hỏi lại"}
    assert apart.post(DESK, data=words | {"words": " "}).status_code == 422
    assert apart.post(DESK, data=words | {"sign": "burst"}).status_code == 422
    assert apart.post(DESK, data=words).status_code == 303
    assert "Đã hỏi lại" in apart.get(DESK).text
