"""The whole service over Sơn La's database, asked through its doors without a network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import create_app, process
from survey.config import Settings
from survey.store.database import Database
from tests.conftest import TODAY, Chance


@pytest.fixture
def app(sqlite_province: Path, tmp_path: Path) -> Iterator[Flask]:
    """The service as it stands after set-up: everything is known, and nobody has answered."""
    file = shutil.copy(sqlite_province, tmp_path / "survey.sqlite3")
    settings = Settings(
        instance=tmp_path,
        database_url=f"sqlite:///{file}",
        simulated=False,
        session_key=b"w" * 32,
        salt_key=b"s" * 32,
        signing_seed=b"k" * 32,
        seal_at_least=1,
        seal_every=1.0,
        seal_here=False,
    )
    made = create_app(settings)
    yield made
    made.extensions["store"].dispose()


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
