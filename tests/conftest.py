"""Databases for every test: SQLite files and PostgreSQL databases, at the newest schema and empty.

Migrating takes a hundred times longer than copying, so each worker migrates one template of either
kind and every test gets a copy of its own.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import URL, Connection, create_engine, text

from survey import design
from survey.admit import passwords
from survey.factory import settle
from survey.receipt import Keys
from survey.store import database as databases

# A neighbour on the same machine makes an example slow, not wrong.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")

# Whoever starts the tests where the service runs keeps the service's data out of them.
for name in list(os.environ):
    if name.startswith("SURVEY_") or name in {"DATABASE_URL", "DEMO_DATABASE_URL"}:
        del os.environ[name]


def pytest_collection_finish() -> None:
    """What all tests are made of lasts until the end: search no garbage among it, as the service does."""
    settle()


NUMBERS = itertools.count(1)

KEYS = Keys.of(salt=b"s" * 32, seed=b"k" * 32)

#: the day that it is in tests, and a moment of it
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001 - the doors hand over local time


@pytest.fixture(scope="session", autouse=True)
def own_hasher() -> Iterator[PasswordHasher]:
    """What the service hashes passwords with. Tests hash hundreds, and do so at the least cost instead."""
    own = passwords._HASHER
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield own


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "survey.sqlite"
    databases.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite file of this test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'survey.sqlite')}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Connection]:
    """A connection to the PostgreSQL that the tests make their databases in."""
    if "DATABASE_URL_TEST" not in os.environ:
        pytest.skip("no PostgreSQL: run ./test, or name a server with DATABASE_URL_TEST")
    engine = create_engine(os.environ["DATABASE_URL_TEST"], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def made(postgres: Connection, name: str, how: str = "") -> Iterator[URL]:
    """A PostgreSQL database until the block ends."""
    postgres.execute(text(f"CREATE DATABASE {name} {how}"))
    try:
        yield postgres.engine.url.set(database=name)
    finally:
        postgres.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def copied(postgres: Connection, template: URL) -> AbstractContextManager[URL]:
    """A PostgreSQL database like `template`; to copy its files takes a third of the time of copying its pages."""
    name = f"{template.database}_{next(NUMBERS)}"
    return made(postgres, name, f"TEMPLATE {template.database} STRATEGY FILE_COPY")


def written(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres: Connection) -> Iterator[URL]:
    """A migrated database of this worker; its name is what the tests' databases begin with."""
    with made(postgres, f"survey_test_{os.getpid()}") as template:
        databases.migrate(written(template))
        yield template


@pytest.fixture
def postgres_url(postgres: Connection, postgres_template: URL) -> Iterator[str]:
    """A PostgreSQL database of this test's own."""
    with copied(postgres, postgres_template) as own:
        yield written(own)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database of this test's own; the test runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def keys() -> Keys:
    """The secrets of every test, always the same: what they sign can be compared to the letter."""
    return KEYS


@pytest.fixture
def database(database_url: str, keys: Keys) -> Iterator[databases.Database]:
    """An open database of this test's own, on each engine."""
    opened = databases.connect(database_url, keys)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def sqlite_province(sqlite_template: Path) -> Path:
    """A SQLite file with Sơn La's catalogue and questionnaires in it."""
    path = sqlite_template.with_name("province.sqlite")
    shutil.copy(sqlite_template, path)
    _load_province(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_province(postgres: Connection, postgres_template: URL) -> Iterator[URL]:
    """A PostgreSQL database with Sơn La's catalogue and questionnaires in it."""
    with copied(postgres, postgres_template) as province:
        _load_province(written(province))
        yield province


def _load_province(url: str) -> None:
    opened = databases.connect(url, KEYS)
    design.dedicate(opened, "real")
    design.load_shipped(opened, on=TODAY)
    opened.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def province_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a loaded database of this test's own; marked tests run on PostgreSQL."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_province")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'province.sqlite')}"
        return
    loaded: URL = request.getfixturevalue("postgres_province")
    with copied(request.getfixturevalue("postgres"), loaded) as own:
        yield written(own)


@pytest.fixture
def province(province_url: str, keys: Keys) -> Iterator[databases.Database]:
    """Sơn La's loaded database, open, on each engine."""
    opened = databases.connect(province_url, keys)
    yield opened
    opened.dispose()


#: chance with a seed, as tests hand it over
Chance = random.Random


@pytest.fixture
def chance() -> Chance:
    """Chance that falls the same way in every run."""
    return Chance(20261123)
