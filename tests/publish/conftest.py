"""The small province, filled once on each engine; every test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection

from survey.receipt import Keys
from survey.store import database as databases
from survey.store.database import Database
from tests.conftest import KEYS, copied, written
from tests.publish import province


def _filled(url: str) -> None:
    opened = databases.connect(url, KEYS)
    province.load(opened)
    province.fill(opened)
    opened.dispose()


@pytest.fixture(scope="session")
def filled_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("filled") / "small.sqlite"))
    _filled(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def filled_postgres(postgres: Connection, postgres_template: URL) -> Iterator[URL]:
    with copied(postgres, postgres_template) as filled:
        _filled(written(filled))
        yield filled


@pytest.fixture
def db(filled_sqlite: Path, tmp_path: Path, keys: Keys) -> Iterator[Database]:
    """The small province in a file of this test's own."""
    opened = databases.connect(f"sqlite:///{shutil.copy(filled_sqlite, tmp_path / 'small.sqlite')}", keys)
    yield opened
    opened.dispose()


@pytest.fixture
def in_postgres(postgres: Connection, filled_postgres: URL, keys: Keys) -> Iterator[Database]:
    """The small province in a PostgreSQL database of this test's own."""
    with copied(postgres, filled_postgres) as own:
        opened = databases.connect(written(own), keys)
        yield opened
        opened.dispose()
