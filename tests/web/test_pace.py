"""A hall full of people is served from one address; a program is slowed, and what it sent waits for review."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import process
from survey.errors import TooManyAtOnce
from survey.quarantine import Doubt
from survey.store.database import Database
from survey.web import pace
from survey.web.pace import DEBT, PERIOD, Budget
from tests.web.service import serving
from tests.web.visitor import ALL_FIVE, WARD, chosen, hidden, send

FORM = f"/rate/{WARD}?counter={WARD}-1"


@pytest.fixture
def app(sqlite_province: Path, tmp_path: Path) -> Iterator[Flask]:
    """The service as an operator gets it, with the budgets that it has by itself."""
    with serving(sqlite_province, tmp_path, **DEFAULTS) as made:
        yield made


DEFAULTS: dict[str, Any] = {"place_budget": 200, "browser_budget": 20, "form_seconds": 2}


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every form stands open for as long as it takes to read it."""
    monkeypatch.setattr(pace, "time", lambda: time() + 20)


def doubts(db: Database) -> dict[Doubt, int]:
    found: dict[Doubt, int] = {}
    for group in process.in_quarantine(db):
        found[group.doubt] = found.get(group.doubt, 0) + group.responses
    return found


# The budget.


def test_a_budget_is_spent_then_in_debt_then_refused() -> None:
    budget = Budget(10)
    assert [budget.spend("here", at=0) for _ in range(10)] == [True] * 10
    assert [budget.spend("here", at=0) for _ in range(10 * DEBT)] == [False] * 10 * DEBT
    with pytest.raises(TooManyAtOnce):
        budget.spend("here", at=0)


def test_whoever_waits_as_long_as_told_is_served() -> None:
    budget = Budget(7)
    for _ in range(7 + 7 * DEBT):
        budget.spend("here", at=0)
    with pytest.raises(TooManyAtOnce) as refused:
        budget.spend("here", at=0)
    wait = refused.value.detail["seconds"]
    assert isinstance(wait, int) and wait > 0
    assert budget.spend("here", at=float(wait)) is False


def test_a_budget_is_full_again_after_its_period_and_never_fuller() -> None:
    budget = Budget(10)
    for _ in range(10):
        budget.spend("here", at=0)
    later = 3 * PERIOD
    assert [budget.spend("here", at=later) for _ in range(11)] == [True] * 10 + [False]


def test_one_places_crowd_is_not_anothers() -> None:
    budget = Budget(1)
    assert [budget.spend(key, at=0) for key in ("here", "here", "there")] == [True, False, True]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "REMEMBERED", 3)
    budget = Budget(1)
    for key in "abcd":
        budget.spend(key, at=0)
    assert budget.spend("a", at=0) is True


# People.


@pytest.mark.usefixtures("unhurried")
def test_two_hundred_people_behind_one_address_are_all_served_and_counted(
    app: Flask, store: Database, seal: Callable[[], int]
) -> None:
    sent = [send(app.test_client(), path=FORM) for _ in range(200)]
    assert {answer.status_code for answer in sent} == {303}
    assert process.in_quarantine(store) == []
    assert seal() == 200
    page = app.test_client().get(f"/agencies/{WARD}.json").get_json()
    assert page["quarantine"] == {"waiting": 0, "set_aside": 0}


@pytest.mark.usefixtures("unhurried")
def test_a_tablet_that_many_use_one_after_the_other_is_served(
    client: FlaskClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person in forty seconds, for an hour."""
    for minute in range(90):
        monkeypatch.setattr(pace, "monotonic", lambda seconds=40.0 * minute: monotonic() + seconds)
        assert send(client, path=FORM).status_code == 303
    assert process.in_quarantine(store) == []


@pytest.mark.parametrize("fault", ["empty", "expired"])
def test_a_form_that_came_back_was_open_since_its_first_opening(
    client: FlaskClient, store: Database, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    opened = hidden(client.get(FORM))
    if fault == "expired":
        client.delete_cookie("form")
    page = client.post(FORM, data=opened if fault == "empty" else {**opened, **ALL_FIVE})
    assert page.status_code in (400, 422)
    monkeypatch.setattr(pace, "time", lambda: time() + 2)
    again = hidden(page)
    assert again["opened"] == opened["csrf_token"]
    assert client.post(FORM, data={**again, **ALL_FIVE}).status_code == 303
    assert process.in_quarantine(store) == []


def test_an_opening_that_was_not_ours_is_not_believed(client: FlaskClient, store: Database) -> None:
    assert send(client, {**ALL_FIVE, "opened": "forged.in.2020"}, path=FORM).status_code == 303
    assert doubts(store) == {Doubt.SPEED: 1}


# Programs.


@pytest.mark.usefixtures("unhurried")
def test_a_program_that_hammers_is_slowed_and_what_it_sent_waits_for_review(
    client: FlaskClient, store: Database, seal: Callable[[], int]
) -> None:
    answers = [send(client, path=FORM) for _ in range(20 + 20 * DEBT + 3)]
    assert [answer.status_code for answer in answers] == [303] * (20 + 20 * DEBT) + [429] * 3
    assert doubts(store) == {Doubt.BROWSER: 20 * DEBT}
    assert seal() == 20 + 20 * DEBT
    told = client.get(f"/agencies/{WARD}.json").get_json()
    assert told["quarantine"]["waiting"] == 20 * DEBT
    assert "Chờ xem xét, chưa tính" in client.get(f"/agencies/{WARD}").text


@pytest.mark.usefixtures("unhurried")
def test_a_program_that_comes_as_somebody_new_each_time_meets_the_places_budget(
    sqlite_province: Path, tmp_path: Path
) -> None:
    (tmp_path / "small").mkdir()
    with serving(sqlite_province, tmp_path / "small", **DEFAULTS | {"place_budget": 10}) as app:
        answers = [send(app.test_client(), path=FORM).status_code for _ in range(10 + 10 * DEBT + 2)]
        assert answers == [303] * (10 + 10 * DEBT) + [429] * 2
        assert doubts(app.extensions["store"]) == {Doubt.PLACE: 10 * DEBT}
        elsewhere = send(app.test_client(), path="/rate/03664?counter=03664-1")
        assert elsewhere.status_code == 303


@pytest.mark.usefixtures("unhurried")
def test_whoever_is_slowed_keeps_the_form_and_is_told_when_to_come_again(
    sqlite_province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "small").mkdir()
    with serving(sqlite_province, tmp_path / "small", **DEFAULTS | {"place_budget": 1}) as app:
        for _ in range(1 + DEBT):
            send(app.test_client(), path=FORM)
        client = app.test_client()
        page = send(client, {**ALL_FIVE, "comment": "Cán bộ rất tận tình"}, path=FORM)
        assert page.status_code == 429
        assert "Xin chờ một lát" in page.text and "Cán bộ rất tận tình" in page.text
        assert chosen(page) == ALL_FIVE
        wait = int(page.headers["Retry-After"])
        monkeypatch.setattr(pace, "monotonic", lambda: monotonic() + wait)
        sent = client.post(FORM, data={**hidden(page), **chosen(page)})
        assert sent.status_code == 303


def test_a_program_is_slowed_in_its_own_language(sqlite_province: Path, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    with serving(sqlite_province, tmp_path / "small", **DEFAULTS | {"browser_budget": 1}) as app:
        client = app.test_client()
        for _ in range(1 + DEBT):
            send(client, path=FORM)
        form = {**hidden(client.get(FORM)), **ALL_FIVE}
        answer = client.post(FORM, data=form, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.get_json()["code"]) == (429, "too-many-at-once")
        assert int(answer.headers["Retry-After"]) > 0


def receipt_of(client: FlaskClient, sent: TestResponse) -> str:
    assert sent.status_code == 303
    return client.get(sent.location).text


@pytest.mark.usefixtures("unhurried")
def test_what_fills_in_the_field_that_nobody_sees_waits_for_review_and_is_told_so(
    client: FlaskClient, store: Database
) -> None:
    told = receipt_of(client, send(client, {**ALL_FIVE, "subject": "Cheap watches"}, path=FORM))
    assert "Đang chờ người xem xét" in told
    assert doubts(store) == {Doubt.TRAP: 1}


def test_a_form_that_is_sent_as_soon_as_it_is_opened_waits_for_review(
    client: FlaskClient, store: Database, seal: Callable[[], int]
) -> None:
    sent = send(client, path=FORM)
    seal()
    told = receipt_of(client, sent)
    assert "Đã niêm phong." in told and "Đã niêm phong và tính" not in told
    assert doubts(store) == {Doubt.SPEED: 1}


def test_people_neither_see_nor_hear_the_trap(client: FlaskClient) -> None:
    page = client.get(FORM).text
    trap = re.search(r'<div class="trap" aria-hidden="true">.*?</div>', page)
    assert trap and 'name="subject"' in trap[0] and 'tabindex="-1"' in trap[0]
    style = client.get("/static/hai-long.css", buffered=True).text
    assert ".trap {display:none}" in style
