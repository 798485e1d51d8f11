"""The kiosks of an agency as its head sees them: a code is shown once, and what was answered never."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from survey import collect, design
from survey.account import Way
from survey.roles import Role
from survey.store.database import Database
from survey.web.context import moment, now
from tests.staff import deeds, opened, settled
from tests.web.test_signin import post
from tests.web.visitor import WARD, hidden

PAGE = f"/desk/{WARD}/kiosks"
OTHER = "03679"


@pytest.fixture
def head(client: FlaskClient, store: Database) -> FlaskClient:
    """The browser of the ward's head, who showed who they are a moment ago."""
    account = settled(store, "head", Role.HEAD, agency=WARD)
    client.set_cookie("staff", opened(store, account, at=moment(), way=Way.PASSKEY).token)
    return client


def counter_of(store: Database, agency: str) -> str:
    counters = design.reference(store).counters.values()
    return next(each.code for each in counters if each.receiver == agency)


def issued(client: FlaskClient, store: Database, **fields: str) -> tuple[str, str]:
    """Issue a kiosk on the page: its code and its id."""
    told = post(client, PAGE, counter=counter_of(store, WARD), **fields)
    assert told.status_code == 200 and told.headers["Cache-Control"] == "no-store"
    code, device = re.findall(r"<code>([^<]+)</code>", told.text)
    return code, device


def chance(size: int) -> bytes:
    return bytes(range(size))


def test_a_code_is_shown_once_and_activates_the_kiosk(head: FlaskClient, store: Database) -> None:
    code, device = issued(head, store)
    page = head.get(PAGE).text
    assert device in page and code not in page and "chưa kích hoạt" in page
    activated = collect.activate(store, code, at=now(), chance=chance)
    assert activated.device.id == device
    assert "tốt" in head.get(PAGE).text
    assert deeds(store)[-1] == "kiosk-issued"


def test_a_kiosk_that_is_revoked_sends_nothing_more(head: FlaskClient, store: Database) -> None:
    code, device = issued(head, store)
    key = collect.activate(store, code, at=now(), chance=chance).key
    assert collect.authorised(store, f"{device}.{key}")
    answer = post(head, PAGE, f"{PAGE}/{device}/revoke")
    assert answer.location == f"{PAGE}?done=revoked"
    assert "Đã thu hồi máy." in head.get(answer.location).text
    with pytest.raises(collect.devices.errors.DeviceRevoked):
        collect.authorised(store, f"{device}.{key}")
    assert deeds(store)[-1] == "kiosk-revoked"
    assert "<code>" in post(head, PAGE, f"{PAGE}/{device}/reissue").text


def test_a_head_decides_about_their_own_counters_alone(head: FlaskClient, store: Database) -> None:
    foreign = collect.issue(store, counter_of(store, OTHER), at=now(), chance=chance).device
    assert foreign not in head.get(PAGE).text
    before = deeds(store)
    for deed in ("revoke", "reissue"):
        assert post(head, PAGE, f"{PAGE}/{foreign}/{deed}").status_code == 401
    elsewhere = post(head, PAGE, counter=counter_of(store, OTHER))
    assert elsewhere.status_code == 404 and "unknown-counter" in elsewhere.text
    assert deeds(store) == before
    assert head.get(f"/desk/{OTHER}/kiosks").status_code == 403


@pytest.mark.parametrize("pin", ["1", "123", "123456789", "abcd", "１２３４"])
def test_a_pin_that_does_not_fit_issues_nothing(head: FlaskClient, store: Database, pin: str) -> None:
    refused = post(head, PAGE, counter=counter_of(store, WARD), pin=pin)
    assert refused.status_code == 422 and "bad-pin" in refused.text
    assert f'<option value="{counter_of(store, WARD)}" selected>' in refused.text
    assert collect.kiosks(store) == []


def test_a_pin_is_kept_with_the_kiosk(head: FlaskClient, store: Database) -> None:
    issued(head, store, pin="2468")
    assert collect.kiosks(store)[0].pin is not None


def test_the_command_line_is_in_the_audit_too(store: Database) -> None:
    device = collect.issue(store, counter_of(store, WARD), at=now(), chance=chance).device
    collect.revoke(store, device, at=now())
    assert deeds(store) == ["kiosk-issued", "kiosk-revoked"]


def test_issuing_asks_again_who_one_is(client: FlaskClient, store: Database) -> None:
    account = settled(store, "head", Role.HEAD, agency=WARD)
    client.set_cookie("staff", opened(store, account, at=moment() - 700, way=Way.PASSKEY).token)
    form = hidden(client.get(PAGE))
    late = client.post(PAGE, data=form, headers={"Referer": f"http://localhost{PAGE}"})
    assert late.location == f"/account/confirm?next={PAGE}&why=confirmation-needed"
    assert collect.kiosks(store) == []
