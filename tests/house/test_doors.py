"""Law 2: every door has a row in the permission table, and a door without one is closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from survey import roles
from survey.roles import PERMISSIONS, Role, may
from tests.web.service import serving


@pytest.fixture
def app(sqlite_province: Path, tmp_path: Path) -> Iterator[Flask]:
    with serving(sqlite_province, tmp_path) as made:
        yield made


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_door_has_a_row_and_every_row_a_door(app: Flask) -> None:
    assert endpoints(app) == set(PERMISSIONS)


def test_a_door_without_a_row_is_not_there(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    assert client.get("/method").status_code == 200
    closed = {name: row for name, row in PERMISSIONS.items() if name != "public.method"}
    monkeypatch.setattr(roles, "PERMISSIONS", closed)
    assert client.get("/method").status_code == 404


def test_nobody_may_knock_at_a_door_that_is_not_listed() -> None:
    assert not any(may(role, "public.backdoor") for role in Role)
