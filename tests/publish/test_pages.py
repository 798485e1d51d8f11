"""Editions in the browser: proposed by one person, decided on by another, and open to everybody afterwards."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import publish
from survey.account import Way
from survey.admit.people import named
from survey.edition import Edition, Stage
from survey.errors import Refusal
from survey.formats import pdf
from survey.publish import Proposal, checking, reported
from survey.roles import Role
from survey.store.database import Database
from survey.web.agency import editions
from survey.web.agency.making import Makings
from survey.web.context import moment
from survey.web.report import making as reports
from tests.publish import province as small
from tests.staff import opened, settled
from tests.web.service import opened as serving

DESK = "/desk/son-la/editions"
ONE = f"{DESK}/rating-short-2026/r1"
PUBLIC = "/editions/rating-short-2026"


@pytest.fixture
def app(filled_sqlite: Path, tmp_path: Path) -> Iterator[Flask]:
    path = shutil.copy(filled_sqlite, tmp_path / "survey.sqlite3")
    with serving(f"sqlite:///{path}", tmp_path) as made:
        made.config["WTF_CSRF_ENABLED"] = False
        yield made


def browser(app: Flask, name: str, *roles: Role, way: Way = Way.PASSKEY) -> FlaskClient:
    store: Database = app.extensions["store"]
    settled(store, name, *roles)
    made = app.test_client()
    made.set_cookie("staff", opened(store, named(store, name), at=moment(), way=way).token)
    return made


def test_two_people_and_then_everybody(app: Flask) -> None:
    db: Database = app.extensions["store"]
    lead, other = browser(app, "lan.lo", Role.SURVEY_LEAD), browser(app, "minh.ca", Role.METHODOLOGIST)
    assert browser(app, "an.ha", Role.OFFICER).get(DESK).status_code == 403
    assert "Đề xuất ấn bản" in lead.get(DESK).text and "Đề xuất ấn bản" not in other.get(DESK).text
    small.proposed(db, named(db, "lan.lo"))
    assert "67,3" in other.get(ONE).text and "Công bố</button>" in other.get(ONE).text
    assert "Công bố</button>" not in lead.get(ONE).text
    refused = lead.post(f"{ONE}/publish")
    assert refused.status_code == 403 and "same-person" in refused.text
    visitor = app.test_client()
    assert visitor.get(f"{PUBLIC}/r1.zip").status_code == 404
    assert other.post(f"{ONE}/publish").status_code == 303
    bundle = visitor.get(f"{PUBLIC}/r1.zip")
    assert bundle.status_code == 200 and bundle.data[:2] == b"PK"
    rows = visitor.get(f"{PUBLIC}/r1/microdata/responses.csv")
    assert rows.text.count("\n") == 359 and "immutable" in rows.headers["Cache-Control"]
    assert visitor.get(f"{PUBLIC}/latest/quality.json").location.endswith("/r1/quality.json")
    assert visitor.get(f"{PUBLIC}/r1/none").status_code == 404
    again = other.post(f"{ONE}/reject")
    assert again.status_code == 409 and "edition-is-frozen" in again.text


def test_a_refused_proposal_keeps_its_reason(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = browser(app, "lan.lo", Role.SURVEY_LEAD)
    typed = {"period": "rating-short 1999", "reason": "Sửa <mẫu số>"}
    refused = lead.post(DESK, data=typed)
    assert refused.status_code >= 400 and ">Sửa &lt;mẫu số&gt;</textarea>" in refused.text
    assert "Sửa" not in lead.get(DESK).text
    monkeypatch.setattr(editions, "today", lambda: small.TODAY)  # the year is over
    monkeypatch.setattr(Makings, "begin", lambda *_, **__: False)  # somebody else's is being made
    busy = lead.post(DESK, data=typed | {"period": "rating-short 2026"})
    assert busy.status_code == 409 and "Refresh" not in busy.headers
    assert ">Sửa &lt;mẫu số&gt;</textarea>" in busy.text
    assert '<option value="rating-short 2026" selected>' in busy.text


def test_whoever_has_a_password_alone_is_told_before_publishing(app: Flask) -> None:
    db: Database = app.extensions["store"]
    other = browser(app, "minh.ca", Role.METHODOLOGIST, way=Way.PASSWORD)
    small.proposed(db, settled(db, "lan.lo", Role.SURVEY_LEAD))
    shown = other.get(ONE).text
    assert "lớp xác thực thứ hai" in shown and "Công bố</button>" not in shown
    refused = other.post(f"{ONE}/publish")
    assert refused.status_code == 403 and "second-factor-needed" in refused.text


def test_what_was_made_is_told_until_somebody_decided_on_it(app: Flask) -> None:
    db: Database = app.extensions["store"]
    lead, other = browser(app, "lan.lo", Role.SURVEY_LEAD), browser(app, "minh.ca", Role.METHODOLOGIST)
    made = app.extensions.setdefault("makings", Makings())
    made.make(
        app, "son-la", Proposal("rating-short", 2026, named(db, "lan.lo")), at=small.AT, today=small.TODAY
    )
    assert "Bây giờ người khác có thể công bố" in lead.get(DESK).text
    assert other.post(f"{ONE}/publish").status_code == 303
    assert "Bây giờ người khác có thể công bố" not in lead.get(DESK).text


def test_what_is_being_made_tells_how_far_it_is_and_what_was_refused(app: Flask) -> None:
    db: Database = app.extensions["store"]
    by = settled(db, "lan.lo", Role.SURVEY_LEAD)
    made = Makings()
    made.make(app, "son-la", Proposal("rating-short", 2027, by), at=small.AT, today=small.TODAY)
    told = made.of("son-la")
    assert told is not None and isinstance(told.refusal, Refusal) and told.refusal.code == "period-open"
    made.make(app, "son-la", Proposal("rating-short", 2026, by), at=small.AT, today=small.TODAY)
    told = made.of("son-la")
    assert told is not None and (told.done, told.percent) == ("rating-short-2026/r1", 100)
    [edition] = publish.editions(db, *Stage)
    assert edition.stage is Stage.PROPOSED
    _holds_the_report(app, edition)


def _holds_the_report(app: Flask, edition: Edition) -> None:
    """The report of both languages lies in the bundle; made again of what the bundle holds it is the same to the byte."""
    db: Database = app.extensions["store"]
    if not pdf.there():
        pytest.skip("Pango is not there; ./test installs it")
    with publish.bundle(db, edition) as reader:
        held = {part.name: reader.read(part.name) for part in reports.parts(app)}
    assert set(held) == {"report/report-vi.pdf", "report/report-en.pdf"}
    for content in held.values():
        assert content[:5] == b"%PDF-" and len(content) < 10 << 20
    part = reports.parts(app)[0]
    assert part.make(reported.of_edition(db, edition), lambda what, n, of: None) == held[part.name]
    assert checking.verify(io.BytesIO(b"".join(publish.stream(db, edition)))).holds
    publish.publish(db, edition, by=settled(db, "minh.ca"), at=small.AT)
    visitor = app.test_client()
    shown = visitor.get(f"{PUBLIC}/r1.pdf?lang=vi")
    assert shown.status_code == 302 and shown.location.endswith("/r1/report/report-vi.pdf")
    assert visitor.get(shown.location).data == held["report/report-vi.pdf"]
    assert "PDF (Tiếng Việt)" in visitor.get(PUBLIC).text
