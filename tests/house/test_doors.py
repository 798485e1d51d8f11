"""Law 2: every door has a row in the permission table, and a door without one is closed."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import roles
from survey.roles import PERMISSIONS, Role, may

pytest_plugins = ("tests.web.conftest",)


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_door_has_a_row_and_every_row_a_door(app: Flask) -> None:
    assert endpoints(app) == set(PERMISSIONS)


def test_a_door_without_a_row_is_not_there(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/method").status_code == 200
    closed = {name: row for name, row in PERMISSIONS.items() if name != "public.method"}
    monkeypatch.setattr(roles, "PERMISSIONS", closed)
    assert client.get("/method").status_code == 404


def test_nobody_may_knock_at_a_door_that_is_not_listed() -> None:
    assert not any(may(role, "public.backdoor") for role in Role)
