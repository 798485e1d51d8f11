"""The kiosk app as it is served: whole, under one version, with nothing inline and nothing from elsewhere."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.web.apps import SHARED, WORKER
from survey.web.context import LANGUAGES

STATIC = Path(__file__).resolve().parents[2] / "survey" / "static"
#: the whole app, as a server compresses it: a minute on a slow 2G line
LARGEST = 50 * 1024


def sources(app: str = "kiosk") -> list[Path]:
    """The files that an app is made of: its own, and those that apps share."""
    return [file for folder in (SHARED, app) for file in sorted((STATIC / folder).iterdir())]


def modules() -> list[Path]:
    return [file for file in sources() if file.suffix == ".js"]


def shell(client: FlaskClient) -> dict[str, object]:
    """What the service worker is told to keep."""
    told = re.match(r"const SHELL = (\{.*\});\n", client.get("/kiosk/worker.js").text)
    assert told
    found: dict[str, object] = json.loads(told[1])
    return found


def files(client: FlaskClient) -> list[str]:
    found = shell(client)["files"]
    assert isinstance(found, list)
    return found


def test_everything_the_app_needs_is_kept_and_served(client: FlaskClient) -> None:
    kept = files(client)
    assert [name for name in kept if client.get(name, buffered=True).status_code != 200] == []
    names = {name.rsplit("/", 1)[1] for name in kept}
    assert {file.name for file in sources()} - names == {WORKER}


def test_what_the_page_loads_is_what_the_worker_keeps(client: FlaskClient) -> None:
    page = client.get("/kiosk/").text
    loaded = set(re.findall(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"', page))
    assert loaded <= set(files(client))


def test_a_module_imports_only_what_lies_beside_it() -> None:
    imported = {name for file in modules() for name in re.findall(r'from "([^"]+)"', file.read_text())}
    assert {name.removeprefix("./") for name in imported} <= {file.name for file in sources()}


def test_a_file_is_there_under_its_own_version_only(client: FlaskClient) -> None:
    version = shell(client)["version"]
    own = client.get(f"/kiosk/app/{version}/start.js", buffered=True)
    assert own.status_code == 200 and own.cache_control.max_age == 365 * 24 * 3600
    assert client.get("/kiosk/app/000000000000/start.js").status_code == 404
    assert client.get(f"/kiosk/app/{version}/nothing.js").status_code == 404
    assert client.get(f"/kiosk/app/{version}/..%2Fhai-long.css").status_code == 404


def test_the_worker_and_the_page_are_asked_for_anew(client: FlaskClient) -> None:
    assert client.get("/kiosk/worker.js").cache_control.no_cache
    page = client.get("/kiosk/")
    assert page.cache_control.no_cache
    again = client.get("/kiosk/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


def test_the_page_runs_its_own_scripts_and_no_others(client: FlaskClient) -> None:
    page = client.get("/kiosk/")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "http" not in policy
    assert re.findall(r"<script(?![^>]* src=)", page.text) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", page.text) == []


def test_nothing_in_the_app_names_another_host() -> None:
    allowed = {"http://www.w3.org/2000/svg"}
    named = {url for file in sources() for url in re.findall(r"https?://[^\s\"'<>]+", file.read_text())}
    assert named <= allowed


def test_no_file_of_the_app_writes_html_or_a_log() -> None:
    """Text goes into the page as text; an answer goes into no console."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|console\.|eval\(|new Function"
    )
    assert [file.name for file in modules() if forbidden.search(file.read_text())] == []


def test_every_screen_is_there_in_every_language(client: FlaskClient) -> None:
    named = re.findall(r'<template id="(\w\w)-([\w-]+)">', client.get("/kiosk/").text)
    found = {code: [name for own, name in named if own == code] for code in LANGUAGES}
    assert found["vi"] == found["en"] and len(found["vi"]) == len(set(found["vi"])) > 40


def test_what_the_app_shows_is_there(client: FlaskClient) -> None:
    there = set(re.findall(r'<template id="vi-([\w-]+)">', client.get("/kiosk/").text))
    screens = (file for file in modules() if file.name not in {"service.js", "network.js"})
    source = "\n".join(file.read_text() for file in screens)
    shown = set(re.findall(r'\b(?:show|ask|cover|say|made|surround)\("([\w-]+)"', source))
    assert shown and shown <= there


def test_the_app_is_small(client: FlaskClient) -> None:
    sizes = [len(gzip.compress(client.get(name, buffered=True).data)) for name in files(client)]
    assert sum(sizes) <= LARGEST


def test_the_app_can_be_installed(client: FlaskClient) -> None:
    answer = client.get("/kiosk/manifest.webmanifest")
    told = answer.get_json(force=True)
    assert answer.mimetype == "application/manifest+json"
    assert told["start_url"] == told["scope"] == "/kiosk/" and told["display"] == "fullscreen"
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    assert all(client.get(icon["src"], buffered=True).status_code == 200 for icon in told["icons"])


def test_a_receipts_square_is_drawn_and_kept_nowhere(client: FlaskClient) -> None:
    answer = client.get("/kiosk/receipts/ABCD-EFGH-IJKL-MNOP.svg")
    assert answer.cache_control.no_store
    assert ET.fromstring(answer.data).tag == "{http://www.w3.org/2000/svg}svg"
    assert client.get("/kiosk/receipts/ABCD.svg").status_code == 404
    assert client.get("/kiosk/receipts/%3Cscript%3E.svg").status_code == 404


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/kiosk/", "/rate"),
        ("/kiosk/?agency=03646", "/rate/03646"),
        ("/kiosk/?agency=03646&counter=03646-1", "/rate/03646?counter=03646-1"),
        ('/kiosk/?agency="><script>', "/rate/%22%3E%3Cscript%3E"),
    ],
)
def test_without_javascript_the_page_leads_to_the_same_questions(
    client: FlaskClient, asked: str, leads_to: str
) -> None:
    page = client.get(asked).text
    without = page[page.index("<noscript>") : page.index("</noscript>")]
    assert re.findall(r'href="([^"]+)"', without) == [leads_to] * len(LANGUAGES)


def test_the_version_follows_from_what_the_app_is(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shell(client)["version"]
    app.extensions["kept"]._values.clear()
    assert shell(client)["version"] == before
    app.extensions["kept"]._values.clear()
    monkeypatch.setitem(app.jinja_env.globals, "simulated", True)
    assert shell(client)["version"] != before
