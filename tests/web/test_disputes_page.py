"""Disputes through the doors: what was typed stays where a dispute or a ruling is refused."""

from __future__ import annotations

from datetime import date

from flask import Flask

from survey import collect, reply
from survey.roles import Role
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import NOW, Chance
from tests.web.test_comments_page import TEXTS, at_work

DESK = "/desk/03646/disputes"


def test_a_refused_dispute_keeps_what_was_typed(app: Flask, store: Database) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    head = at_work(app, store, "head", Role.HEAD, "03646")
    typed = {"place": "online:03646", "day": "2026-01-05", "reason": "test", "words": "Tập huấn <hôm đó>"}
    refused = head.post(DESK, data=typed)
    assert refused.status_code == 422 and "nothing-to-dispute" in refused.text
    assert '<option value="online:03646" selected>' in refused.text
    assert '<option value="test" selected>' in refused.text
    assert 'value="2026-01-05"' in refused.text
    assert "Tập huấn &lt;hôm đó&gt;</textarea>" in refused.text
    assert "Tập huấn" not in head.get(DESK).text


def test_a_refused_dispute_of_a_comment_is_still_about_that_comment(
    app: Flask, store: Database, chance: Chance
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for text in TEXTS:
        collect.submit(store, rated(), at=NOW, comment=text)
    reply.release(store, rng=chance, today=date(2026, 11, 30))
    number = reply.search(store, "03646").comments[0].number
    head = at_work(app, store, "head", Role.HEAD, "03646")
    refused = head.post(DESK, data={"comment": str(number), "reason": "abuse", "words": " "})
    assert refused.status_code == 422
    assert f'<input type="hidden" name="comment" value="{number}">' in refused.text
    assert '<option value="abuse" selected>' in refused.text
