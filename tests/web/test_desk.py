"""The desk: what it leads to, and for whom."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from survey.account import Way
from survey.roles import Role
from survey.store.database import Database
from survey.web import guard
from survey.web.context import moment
from tests import staff

OWN, FOREIGN = "03646", "03679"


def entered(
    app: Flask, store: Database, *parts: Role, agency: str = OWN, name: str = "lan.lo"
) -> FlaskClient:
    client = app.test_client()
    session = staff.opened(
        store, staff.settled(store, name, *parts, agency=agency), at=moment(), way=Way.PASSKEY
    )
    client.set_cookie(guard.SESSION, session.token)
    return client


def bar_of(page: str) -> str:
    return page.split('<nav class="desk-bar"')[1].split("</nav>", maxsplit=1)[0]


def test_the_desk_shows_what_a_person_may_open_and_nothing_else(app: Flask, store: Database) -> None:
    head, officer = (
        entered(app, store, part, name=f"{part}.lo").get("/desk?lang=en").text
        for part in (Role.HEAD, Role.OFFICER)
    )
    assert f"/desk/{OWN}/kiosks" in head
    assert f"/desk/{OWN}/people" in head
    assert f"/desk/{OWN}/people" not in officer


def test_every_page_of_an_agency_bears_its_name_and_marks_where_one_is(app: Flask, store: Database) -> None:
    bar = bar_of(entered(app, store, Role.HEAD).get(f"/desk/{OWN}/people?lang=en").text)
    assert "Tô Hiệu Ward" in bar
    assert bar.count('aria-current="page"') == 1
    assert f'href="/desk/{OWN}/people" aria-current="page"' in bar


def test_many_rows_stand_in_groups_and_the_bar_opens_the_one_that_the_page_is_of(
    app: Flask, store: Database
) -> None:
    client = entered(app, store, Role.HEAD, Role.OFFICER)
    bar = bar_of(client.get(f"/desk/{OWN}/kiosks?lang=en").text)
    assert bar.count('aria-current="true"') == 1  # the group
    assert f'href="/desk/{OWN}/kiosks" aria-current="page"' in bar
    assert f'href="/desk/{OWN}/senders"' in bar  # beside it
    assert f'href="/desk/{OWN}/disputes"' not in bar  # of another group
    assert f'href="/desk/{OWN}/comments"' in bar  # which its first row leads to


def test_few_rows_stand_in_one_line_without_groups(app: Flask, store: Database) -> None:
    bar = bar_of(entered(app, store, Role.OFFICER).get(f"/desk/{OWN}/invitations?lang=en").text)
    assert f'href="/desk/{OWN}/paper"' in bar
    assert "desk-groups" not in bar
