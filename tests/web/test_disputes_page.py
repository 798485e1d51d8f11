"""Disputes through the doors: opened at an agency's desk, decided at another's, by nobody twice; what was typed stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from survey import collect, process, reply
from survey.dispute import Ruling
from survey.roles import Role
from survey.store.database import Database
from survey.web.context import moment, now, today
from tests.answering import rated
from tests.conftest import Chance
from tests.staff import opened, settled
from tests.web.test_comments_page import at_work, commented

DESK = "/desk/03646/disputes"


@pytest.fixture
def claim(app: Flask, store: Database) -> dict[str, str]:
    """What a head types to dispute five ratings of yesterday."""
    app.config["WTF_CSRF_ENABLED"] = False
    day = today() - timedelta(days=1)
    collect.submit_many(store, [rated(1, day=day) for _ in range(5)], at=now().replace(tzinfo=None))
    process.seal_all(store, rng=Chance(1), today=today())
    return {"place": "03646-1", "day": day.isoformat(), "reason": "abuse", "words": "Bấm đùa <b>"}


def test_a_dispute_is_opened_at_one_desk_and_decided_at_another(
    app: Flask, store: Database, claim: dict[str, str]
) -> None:
    head = at_work(app, store, "head", Role.HEAD, "03646")
    assert head.post(DESK, data=claim).status_code == 303
    again = head.post(DESK, data=claim)
    assert again.status_code == 422 and "nothing-to-dispute" in again.text
    own = at_work(app, store, "own", Role.REVIEWER, "03646")
    refused = own.post(f"{DESK}/1", data={"ruling": "upheld", "why": "vì"})
    assert refused.status_code == 403 and "own-agency" in refused.text
    other = at_work(app, store, "other", Role.REVIEWER, "03679")
    theirs = "/desk/03679/disputes"
    assert "Bấm đùa &lt;b&gt;" in other.get(theirs).text
    for broken in ({"why": "vì"}, {"ruling": "maybe", "why": "vì"}, {"ruling": "upheld", "why": " "}):
        assert other.post(f"{theirs}/1", data=broken).status_code == 422
    assert reply.disputes_of(store, "03646")[0].ruling is Ruling.OPEN
    assert other.post(f"{theirs}/1", data={"ruling": "rejected", "why": "Người dân thật"}).status_code == 303
    assert other.post(f"{theirs}/1", data={"ruling": "upheld", "why": "vì"}).status_code == 404
    assert "Người dân thật" in head.get(DESK).text


def test_whoever_disputes_does_not_decide_about_it(
    app: Flask, store: Database, claim: dict[str, str]
) -> None:
    both = settled(store, "both", Role.HEAD, Role.REVIEWER)
    province = app.test_client()
    province.set_cookie("staff", opened(store, both, at=moment()).token)
    assert province.post(DESK, data=claim).status_code == 303
    page = province.get("/desk/son-la/disputes").text
    assert "Chờ ông/bà quyết định" not in page and "Bấm đùa" in page
    refused = province.post("/desk/son-la/disputes/1", data={"ruling": "upheld", "why": "vì"})
    assert refused.status_code == 403 and "own-dispute" in refused.text


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
    commented(store, chance)
    number = reply.search(store, "03646").comments[0].number
    head = at_work(app, store, "head", Role.HEAD, "03646")
    refused = head.post(DESK, data={"comment": str(number), "reason": "abuse", "words": " "})
    assert refused.status_code == 422
    assert f'<input type="hidden" name="comment" value="{number}">' in refused.text
    assert '<option value="abuse" selected>' in refused.text


def test_a_refused_ruling_keeps_its_reason_and_in_its_own_form_alone(
    app: Flask, store: Database, claim: dict[str, str]
) -> None:
    earlier = today() - timedelta(days=2)
    collect.submit_many(store, [rated(1, day=earlier) for _ in range(5)], at=now().replace(tzinfo=None))
    process.seal_all(store, rng=Chance(1), today=today())
    head = at_work(app, store, "head", Role.HEAD, "03646")
    for day in (claim["day"], earlier.isoformat()):
        assert head.post(DESK, data={**claim, "day": day}).status_code == 303
    other = at_work(app, store, "other", Role.REVIEWER, "03679")
    why = "Xem sổ trực <ca chiều> " + "x" * 2000
    refused = other.post("/desk/03679/disputes/2", data={"ruling": "upheld", "why": why})
    assert refused.status_code == 422 and "comment-too-long" in refused.text
    first, second = (refused.text.partition(f'id="why-{number}"')[2] for number in (1, 2))
    assert second.partition("</textarea>")[0].endswith(f">Xem sổ trực &lt;ca chiều&gt; {'x' * 2000}")
    assert first.partition("</textarea>")[0].endswith(">")
    assert "Xem sổ trực" not in other.get("/desk/03679/disputes").text
