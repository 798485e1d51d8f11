"""What kiosks and the service tell each other over HTTP: named refusals, nothing lost, no secret twice."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from survey import collect, design, process
from survey.errors import TooManyAttempts
from survey.store import deliveries
from survey.store.database import Database
from survey.web.attempts import MOST, Attempts
from survey.web.context import now
from tests.kiosk import COUNTER, batch, entry
from tests.web.service import serving


@pytest.fixture
def app(sqlite_province: Path, tmp_path: Path) -> Iterator[Flask]:
    with serving(sqlite_province, tmp_path) as made:
        yield made


def issued(store: Database, **more: Any) -> str:
    return collect.issue(store, COUNTER, at=now(), chance=secrets.token_bytes, **more).code


@pytest.fixture
def key(client: FlaskClient, store: Database) -> str:
    """The `Authorization` of a kiosk that was activated just now."""
    told = client.post("/kiosk/devices", json={"code": issued(store)}).json
    assert told is not None
    return f"Device {told['device']}.{told['key']}"


def press(seq: int, **more: Any) -> dict[str, Any]:
    return entry(seq, at=now(), **more)


def send(client: FlaskClient, key: str, body: bytes, path: str = "responses") -> TestResponse:
    return client.post(
        f"/kiosk/{path}", data=body, content_type="application/json", headers={"Authorization": key}
    )


def told(answer: TestResponse, status: int) -> dict[str, Any]:
    """A JSON answer with this status."""
    assert answer.status_code == status, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def problem(answer: TestResponse, status: int, code: str) -> None:
    found = told(answer, status)
    assert answer.content_type == "application/problem+json"
    assert found["code"] == code and found["detail"] and found["lang"] == "vi"


# Activation and configuration.


def test_a_code_opens_a_device_with_all_it_needs_to_ask(client: FlaskClient, store: Database) -> None:
    answer = client.post("/kiosk/devices", json={"code": issued(store, pin="2468")})
    made = told(answer, 201)
    config = made["config"]
    assert len(made["key"]) == 43 and config["device"] == made["device"]
    assert (config["counter"]["code"], config["agency"]["code"]) == (COUNTER, "03646")
    first = config["instrument"]["items"][0]
    assert first["code"] == "overall" and {"vi", "en"} <= set(first["text"])
    assert [step["face"] for step in config["instrument"]["scales"][first["scale"]]["steps"]] == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert set(config["privacy"]) == {"vi", "en"} and config["privacy"]["vi"] != config["privacy"]["en"]
    assert config["settings"]["pin"]["algorithm"] == "PBKDF2-SHA-256" and config["settings"]["audio"] == {}
    assert config["next_seq"] == 1
    assert "no-store" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers


def test_a_code_works_once(client: FlaskClient, store: Database) -> None:
    code = issued(store)
    told(client.post("/kiosk/devices", json={"code": code}), 201)
    problem(client.post("/kiosk/devices", json={"code": code}), 403, "wrong-activation-code")


def test_whoever_guesses_codes_has_to_wait(client: FlaskClient, store: Database) -> None:
    for _ in range(MOST):
        problem(client.post("/kiosk/devices", json={"code": "0000-0000-0000"}), 403, "wrong-activation-code")
    answer = client.post("/kiosk/devices", json={"code": issued(store)})
    problem(answer, 429, "too-many-attempts")
    assert 0 < int(answer.headers["Retry-After"]) <= 600


def test_after_a_while_codes_are_looked_at_again() -> None:
    moment = [0.0]
    attempts = Attempts(most=2, span=10, clock=lambda: moment[0])
    attempts.failed()
    moment[0] = 4
    attempts.failed()
    with pytest.raises(TooManyAttempts) as told_:
        attempts.check()
    assert told_.value.detail == {"seconds": 7}
    moment[0] = 10
    attempts.check()


def test_a_configuration_that_has_not_changed_is_not_sent_again(client: FlaskClient, key: str) -> None:
    first = client.get("/kiosk/config", headers={"Authorization": key})
    etag = first.headers["ETag"]
    assert told(first, 200)["etag"] in etag
    again = client.get("/kiosk/config", headers={"Authorization": key, "If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    zipped = client.get("/kiosk/config", headers={"Authorization": key, "Accept-Encoding": "gzip"})
    asked = {"Authorization": key, "Accept-Encoding": "gzip", "If-None-Match": zipped.headers["ETag"]}
    assert client.get("/kiosk/config", headers=asked).status_code == 304


def test_a_recording_is_named_served_and_changes_the_configuration(
    app: Flask, client: FlaskClient, key: str
) -> None:
    before = told(client.get("/kiosk/config", headers={"Authorization": key}), 200)
    folder = Path(app.instance_path) / "audio" / "blt"
    folder.mkdir(parents=True)
    (folder / "overall.ogg").write_bytes(b"OggS")
    for other in ("readme.txt", ".ogg", "a b.ogg"):
        (folder / other).write_bytes(b"secret")
    after = told(client.get("/kiosk/config", headers={"Authorization": key}), 200)
    assert set(after["settings"]["audio"]) == {"blt"} and set(after["settings"]["audio"]["blt"]) == {
        "overall"
    }
    assert after["etag"] != before["etag"]
    spoken = client.get(after["settings"]["audio"]["blt"]["overall"], buffered=True)
    assert (spoken.status_code, spoken.data) == (200, b"OggS")
    for hidden in ("readme.txt", ".ogg", "a b.ogg", "../../secrets.toml", "..%2f..%2fsecrets.toml"):
        assert client.get(f"/kiosk/audio/blt/{hidden}").status_code == 404


# Batches.


def test_a_batch_is_answered_entry_by_entry(client: FlaskClient, key: str, store: Database) -> None:
    sent = batch(press(1, comment="Cảm ơn"), press(2, answers={"nothing": 1}), press(3), 7)
    found = told(send(client, key, sent), 200)
    results = found["results"]
    assert [one["index"] for one in results] == [0, 1, 2, 3]
    assert [one["outcome"] for one in results] == ["kept", "refused", "kept", "refused"]
    assert [one["comment"] for one in results] == ["kept", None, None, None]
    assert results[1]["code"] == "unknown-item" and set(results[1]["sentence"]) == {"vi", "en"}
    assert results[1]["sentence"]["vi"] != results[1]["sentence"]["en"] and results[1]["receipt"] is None
    assert found["acknowledged"] == [[1, 3]]
    config = told(client.get("/kiosk/config", headers={"Authorization": key}), 200)
    assert found["config_etag"] == config["etag"] and config["next_seq"] == 4
    assert client.get(f"/receipt/{results[0]['receipt']}").status_code == 200
    assert process.waiting(store) == 2


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json"])
def test_a_kiosk_is_told_refusals_as_data_whatever_it_accepts(client: FlaskClient, accept: str) -> None:
    problem(client.get("/kiosk/config", headers={"Accept": accept}), 401, "unknown-device")


@pytest.mark.parametrize(
    "authorization", [None, "", "Device", "Device x", "Basic {}", "Device {}x", "Bearer {}"]
)
def test_without_its_key_a_kiosk_can_do_nothing(
    client: FlaskClient, key: str, authorization: str | None
) -> None:
    shown = {} if authorization is None else {"Authorization": authorization.format(key.split()[1])}
    for answer in (
        client.get("/kiosk/config", headers=shown),
        client.post("/kiosk/responses", json={"batch": []}, headers=shown),
        client.post("/kiosk/heartbeat", json={}, headers=shown),
    ):
        problem(answer, 401, "unknown-device")
        assert answer.headers["WWW-Authenticate"] == "Device"


def test_a_revoked_kiosk_is_told_so(client: FlaskClient, key: str, store: Database) -> None:
    collect.revoke(store, key.removeprefix("Device ").partition(".")[0], at=now())
    problem(send(client, key, batch(press(1))), 401, "device-revoked")
    problem(send(client, key, b"{}", "heartbeat"), 401, "device-revoked")
    assert process.waiting(store) == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed-json"),
        (b"{", 400, "malformed-json"),
        (b"\xff\xfe", 400, "malformed-json"),
        (b"[" * 100_000, 400, "malformed-json"),
        (b'{"batch": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", 400, "malformed-json"),
        (b'{"batch": [' + b"9" * 10_000 + b"]}", 400, "malformed-json"),
        (b"[]", 422, "malformed-entry"),
        (b"null", 422, "malformed-entry"),
        (b"NaN", 422, "malformed-entry"),
        (b'{"batch": {}}', 422, "malformed-entry"),
        (b'{"batch": [], "batch": []}', 422, "malformed-entry"),
        (json.dumps({"batch": [0] * 101}).encode(), 413, "batch-too-large"),
        (b" " * (1024 * 1024), 413, "body-too-large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_by_name(
    client: FlaskClient, key: str, store: Database, body: bytes, status: int, code: str
) -> None:
    problem(send(client, key, body), status, code)
    assert process.waiting(store) == 0


@pytest.mark.parametrize(
    "broken",
    [
        b'{"a": NaN}',
        b"1e999",
        b'{"id": "a", "id": "b"}',
        b'{"seq": 1, "answers": {"overall": 1, "overall": 5}}',
    ],
)
def test_json_that_says_two_things_or_none_spoils_its_own_entry_alone(
    client: FlaskClient, key: str, store: Database, broken: bytes
) -> None:
    sent = batch(press(1), "here", press(2)).replace(b'"here"', broken)
    found = told(send(client, key, sent), 200)
    assert [one["outcome"] for one in found["results"]] == ["kept", "refused", "kept"]
    assert process.waiting(store) == 2


def test_a_comment_of_half_a_megabyte_is_cut_and_its_answers_are_kept(client: FlaskClient, key: str) -> None:
    found = told(send(client, key, batch(press(1, comment="😀\0=cmd|<b>" * 25_000))), 200)
    assert [(one["outcome"], one["comment"]) for one in found["results"]] == [("kept", "cut")]


def test_only_kiosks_may_send_much(client: FlaskClient, key: str) -> None:
    problem(send(client, key, b" " * (64 * 1024), "heartbeat"), 413, "body-too-large")
    problem(client.post("/kiosk/devices", json={"code": "x" * 65_536}), 413, "body-too-large")
    assert client.post("/rate/03646", data=b"x" * 65_536).status_code == 413


def test_forms_of_other_sites_cannot_speak_for_a_kiosk(client: FlaskClient, key: str) -> None:
    for type_ in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post(
            "/kiosk/responses", data=b"{}", content_type=type_, headers={"Authorization": key}
        )
        problem(answer, 415, "not-json")


def test_while_the_database_is_away_a_kiosk_is_told_when_to_come_back(
    client: FlaskClient, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = batch(press(1))

    def away(*_: object) -> None:
        raise IntegrityError("", {}, Exception())

    with monkeypatch.context() as broken:
        broken.setattr(deliveries, "_keep", away)
        answer = send(client, key, sent)
        problem(answer, 503, "temporarily-unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    assert told(send(client, key, sent), 200)["results"][0]["outcome"] == "kept"


def test_kiosks_that_come_all_at_once_take_turns(app: Flask, client: FlaskClient, key: str) -> None:
    sent = batch(press(1))
    turns = app.extensions["batches"] = Semaphore(1)
    with turns:
        answer = send(client, key, sent)
        problem(answer, 503, "temporarily-unavailable")
        assert 2 <= int(answer.headers["Retry-After"]) < 10
        assert client.get("/rate/03646").status_code == 200
    for _ in range(2):
        assert told(send(client, key, sent), 200)["results"][0]["receipt"]


def test_while_nothing_is_asked_what_was_pressed_is_still_taken(
    client: FlaskClient, key: str, store: Database
) -> None:
    """The wave is over, and the kiosk has answers from when it was not."""
    over = replace(design.reference(store).wave("rating-short"), ends=now().date() - timedelta(days=1))
    design.open_wave(store, over, {}, (), on=now().date())
    problem(client.get("/kiosk/config", headers={"Authorization": key}), 409, "wave-closed")
    found = told(send(client, key, batch(press(1))), 200)
    assert found["config_etag"] is None and found["results"][0]["code"] == "date-out-of-range"
    assert told(send(client, key, b"{}", "heartbeat"), 200)["config_etag"] is None
    assert told(client.post("/kiosk/devices", json={"code": issued(store)}), 201)["config"] is None


# Heartbeats.


@pytest.mark.parametrize(
    "body",
    [
        {},
        {
            "waiting": 3,
            "oldest": "2026-11-23T09:00:00+07:00",
            "dead": 0,
            "app": "1",
            "storage": {"free": None},
        },
        {"waiting": -1, "oldest": "yesterday", "dead": 1e999, "app": "\x1b[2J" * 99, "storage": "none"},
        {"waiting": 2**80, "oldest": "0001-01-01T00:00:00+14:00", "storage": {"persisted": 1, "free": -2}},
    ],
)
def test_a_heartbeat_is_heard_whatever_else_it_says(
    client: FlaskClient, key: str, store: Database, body: dict[str, Any]
) -> None:
    found = told(send(client, key, json.dumps(body).encode(), "heartbeat"), 200)
    assert found["revoked"] is False and found["config_etag"] and found["server_time"].endswith("+07:00")
    (device,) = collect.kiosks(store)
    assert device.heard is not None and "\x1b" not in (device.app or "")
    assert device.told(device.heard, now().tzinfo)
