"""The whole service over Sơn La's database, asked through its doors without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import process
from survey.store.database import Database
from tests.conftest import TODAY, Chance
from tests.web.service import serving


@pytest.fixture
def app(sqlite_province: Path, tmp_path: Path) -> Iterator[Flask]:
    with serving(sqlite_province, tmp_path) as made:
        yield made


@pytest.fixture
def store(app: Flask) -> Database:
    opened: Database = app.extensions["store"]
    return opened


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def seal(store: Database, chance: Chance) -> Callable[[], int]:
    """Seal everything that waits."""
    return lambda: process.seal_all(store, rng=chance, today=TODAY)
