"""The interviewers' app as it is served, and the pages on which phones are set up and looked at."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.fieldwork import phones
from survey.formats.visits import dispositions
from survey.roles import Role
from survey.store.database import Database
from survey.web.apps import WORKER
from survey.web.context import LANGUAGES, moment
from survey.web.field.names import DISPOSITIONS
from tests.staff import opened, settled
from tests.web.service import serving
from tests.web.test_kiosk_app import LARGEST, sources


@pytest.fixture
def app(sqlite_province: Path, tmp_path: Path) -> Iterator[Flask]:
    with serving(sqlite_province, tmp_path) as made:
        made.config["WTF_CSRF_ENABLED"] = False
        yield made


def kept(client: FlaskClient) -> list[str]:
    """What the service worker keeps."""
    return re.findall(r'"(/[^"]*)"', client.get("/field/worker.js").text.splitlines()[0])


def test_the_app_is_whole_small_and_served_under_its_version(client: FlaskClient) -> None:
    answers = {name: client.get(name, buffered=True) for name in kept(client)}
    assert {answer.status_code for answer in answers.values()} == {200}
    names = {name.rsplit("/", 1)[1] for name in answers}
    assert {file.name for file in sources("field")} - names == {WORKER}
    assert sum(len(gzip.compress(answer.data)) for answer in answers.values()) <= LARGEST
    modules = [file for file in sources("field") if file.suffix == ".js"]
    imported = {name for file in modules for name in re.findall(r'from "\./([^"]+)"', file.read_text())}
    assert imported <= {file.name for file in modules}


def test_every_screen_that_the_app_shows_is_there_in_every_language(client: FlaskClient) -> None:
    named = re.findall(r'<template id="(\w\w)-([\w-]+)">', client.get("/field/").text)
    there = {code: {name for own, name in named if own == code} for code in LANGUAGES}
    assert there["vi"] == there["en"]
    files = [file for file in sources("field") if file.suffix == ".js" and file.name != "network.js"]
    code = "\n".join(file.read_text() for file in files)
    shown = set(re.findall(r'\b(?:show|ask|cover|say|typed|surround)\("([\w-]+)"', code))
    assert shown and shown <= there["vi"]


def test_the_state_machine_goes_to_the_phone_as_data() -> None:
    told = dispositions({one: {"en": name} for one, name in DISPOSITIONS.items()})
    assert set(told) == set(DISPOSITIONS)
    assert told["complete"]["next"] == [] and told["complete"]["final"] and told["complete"]["answered"]
    assert "complete" in told["nobody_home"]["next"] and "vacant" not in told["away"]["next"]


def entered(app: Flask, db: Database, name: str, role: Role, agency: str = "son-la") -> FlaskClient:
    client = app.test_client()
    account = settled(db, name, role, agency=agency)
    client.set_cookie("staff", opened(db, account, at=moment()).token)
    return client


def test_an_interviewer_sets_up_her_own_phone_and_whoever_leads_revokes_it(
    app: Flask, store: Database
) -> None:
    lan = entered(app, store, "lan.lo", Role.INTERVIEWER)
    page = lan.post("/desk/son-la/phones?lang=en").text
    [code] = set(re.findall(r"#([0-9A-Z-]{14})", page))
    told = app.test_client().post("/field/devices", json={"code": code}).json
    assert told is not None and told["config"]["units"] == [] and len(told["vault"]) == 43
    [phone] = phones.phones_within(store, "son-la")
    assert phone.device.id in lan.get("/desk/son-la/phones").text
    assert lan.get("/desk/son-la/phones/all").status_code == 403
    other = entered(app, store, "binh.vi", Role.INTERVIEWER)
    assert phone.device.id not in other.get("/desk/son-la/phones").text
    assert other.post(f"/desk/son-la/phones/{phone.device.id}/revoke").status_code == 401
    lead = entered(app, store, "mai.tong", Role.SURVEY_LEAD)
    assert phone.device.id in lead.get("/desk/son-la/phones/all").text
    assert lead.post(f"/desk/son-la/phones/{phone.device.id}/revoke").status_code == 303
    key = {"Authorization": f"Device {told['device']}.{told['key']}"}
    answer = app.test_client().get("/field/config", headers=key)
    assert (answer.status_code, answer.json and answer.json["code"]) == (401, "device-revoked")
