"""The desk's page of comments: masked, searched, with why; the original only for somebody of another agency."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from survey import collect, reply
from survey.roles import Role
from survey.store.database import Database
from survey.web.context import moment
from tests.answering import rated
from tests.conftest import NOW, Chance
from tests.staff import opened, settled

TEXTS = ("chị Lan hướng dẫn tận tình", "chờ lâu", "tốt", "<b>phí</b> cao", "máy in hỏng")


def at_work(app: Flask, store: Database, name: str, role: Role, agency: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("staff", opened(store, settled(store, name, role, agency=agency), at=moment()).token)
    return client


def commented(store: Database, chance: Chance) -> None:
    """Comments that have been released."""
    for text in TEXTS:
        collect.submit(store, rated(), at=NOW, comment=text)
    reply.release(store, rng=chance, today=date(2026, 11, 30))


def test_comments_are_shown_masked_with_their_topics_and_their_mask_is_seen_to(
    app: Flask, store: Database, chance: Chance
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    commented(store, chance)
    head = at_work(app, store, "head", Role.HEAD, "03646")
    page = head.get("/desk/03646/comments")
    assert "Lan" not in page.text.split("<h1>")[1] and '<span class="masked">' in page.text
    assert "&lt;b&gt;phí&lt;/b&gt;" in page.text and "hướng dẫn" in page.text
    assert "/mask" not in page.text and head.get("/desk/03646/comments/1/mask").status_code == 403
    assert "máy in hỏng" in head.get("/desk/03646/comments?q=may+in").text
    assert "máy in hỏng" not in head.get("/desk/03646/comments?q=tot").text
    assert head.get("/desk/03646/comments?kind=x&topic=y&before=z&lang=en").status_code == 200

    dashboard = head.get("/desk/03646?lang=en").text
    section = dashboard.partition('id="written"')[2].partition("</section>")[0]
    latest = reply.search(store, "03646").comments[:3]
    assert section.count('class="card"') == 3 and "Lan" not in section
    assert section.count('<span class="masked">') == sum(one.text.count("⟦") for one in latest)
    assert 'href="/desk/03646/comments?topic=' in section and 'href="/desk/03646/comments"' in section
    lead = at_work(app, store, "lead", Role.SURVEY_LEAD, "03646").get("/desk/03646?lang=en").text
    assert "Your roles do not reach them" in lead and 'class="masked"' not in lead
    few = at_work(app, store, "few", Role.HEAD, "03664").get("/desk/03664?lang=en").text
    assert "No comment can be read yet" in few

    number = next(one.number for one in reply.search(store, "03646").comments if "⟦" in one.text)
    own = at_work(app, store, "own", Role.REVIEWER, "03646")
    refused = own.get(f"/desk/03646/comments/{number}/mask")
    assert refused.status_code == 403 and "own-agency" in refused.text
    apart = at_work(app, store, "apart", Role.REVIEWER, "son-la")
    assert "Lan" in apart.get(f"/desk/03646/comments/{number}/mask").text
    missed = apart.post(
        f"/desk/03646/comments/{number}/mask", data={"keep": [], "more": "tận tình\nTận Tinh"}
    )
    assert missed.status_code == 422 and "not-in-comment" in missed.text
    assert "tận tình\nTận Tinh</textarea>" in missed.text.replace("\r", "")
    assert (
        'name="keep" value="0">' in missed.text and "⟦other⟧" not in reply.find(store, "03646", number).text
    )
    sent = apart.post(f"/desk/03646/comments/{number}/mask", data={"keep": ["0"], "more": "tận tình"})
    assert sent.status_code == 303
    assert reply.find(store, "03646", number).text == "chị ⟦name⟧ hướng dẫn ⟦other⟧"
