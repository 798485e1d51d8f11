"""Invitations and paper in a real browser: an officer hands one out, its holder answers, a clerk keys a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from survey import config, design
from survey.account import Way
from survey.paper import serial
from survey.roles import Role
from survey.web.context import moment
from tests import staff
from tests.browser.test_pages import faults
from tests.serving import Server, environment, serving, set_up


class Office(NamedTuple):
    """A service, and the session of an officer of Tô Hiệu ward."""

    server: Server
    token: str


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    instance = tmp_path_factory.mktemp("office")
    set_up(instance)
    settings = config.read(environment(instance))
    db = design.opened(settings.database_url, settings.keys, settings.purpose)
    officer = staff.settled(db, "lan.lo", Role.HEAD, agency="03646")
    token = staff.opened(db, officer, at=moment(), way=Way.PASSKEY).token
    db.dispose()
    with serving(instance) as server:
        yield Office(server, token)


def signed_in(page: Page, office: Office, path: str) -> None:
    page.context.add_cookies([{"name": "staff", "value": office.token, "url": office.server.url}])
    page.goto(office.server.url + path)


@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_an_invitation_goes_from_the_desk_to_its_holder(page: Page, office: Office) -> None:
    signed_in(page, office, "/desk/03646/invitations?lang=en")
    assert faults(page) == []
    page.get_by_label("Number of the dossier").fill("H52-1")
    page.get_by_label("granted in time").check()
    page.get_by_role("button", name="Make the invitation").click()
    assert faults(page) == []
    page.goto(page.locator("dd code").nth(1).inner_text())
    expect(page.get_by_text("works once, until")).to_be_visible()
    assert faults(page) == []
    for question in page.locator("fieldset:has(.faces)").all():
        question.locator("label.step").last.click()
    page.get_by_role("button", name="Send my answers").click()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="This invitation was used already")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_a_sheet_is_keyed_with_digits_alone(page: Page, office: Office) -> None:
    signed_in(page, office, "/desk/03646/paper?lang=en")
    assert faults(page) == []
    page.get_by_role("button", name="Make the batch").click()
    assert faults(page) == []
    page.get_by_role("link", name="Key sheets").click()
    assert faults(page) == []
    page.keyboard.type(serial(1, 7)[4:] + "5549551")
    expect(page.locator(".columns .current")).to_contain_text("Helped by nobody")
    page.keyboard.type("0")
    expect(page.get_by_role("status")).to_contain_text(f"Sheet {serial(1, 7)[4:]} is kept")
    page.keyboard.type(serial(1, 8)[4:] + "7")
    expect(page.locator(".columns .wrong")).to_have_count(1)
    for path in ("coverage", "senders"):
        page.goto(f"{office.server.url}/desk/03646/{path}?lang=en")
        assert faults(page) == []
