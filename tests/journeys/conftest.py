"""A service of a test's own that is killed and started again, and what is in its database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey import config
from survey.store import database as databases
from survey.store.database import Database
from tests.serving import set_up


@dataclass(frozen=True)
class Service:
    """Where it lies, and how often it is killed: as often as the test's file says in KILLS, or the environment."""

    instance: Path
    settings: Mapping[str, str]
    kills: int


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Service:
    """A service that is set up over a database of this test's own, and seals whatever waits."""
    settings = {"SURVEY_SEAL_AT_LEAST": "1", "SURVEY_SEAL_EVERY": "1"}
    if request.param == "postgres":
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    set_up(tmp_path, settings=settings)
    kills: Mapping[str, int] = request.module.KILLS
    return Service(tmp_path, settings, int(os.environ.get("KILLS", kills[request.param])))


@pytest.fixture
def store(service: Service) -> Iterator[Database]:
    settings = config.read({"SURVEY_INSTANCE": str(service.instance), **service.settings})
    opened = databases.connect(settings.database_url, settings.keys)
    yield opened
    opened.dispose()
