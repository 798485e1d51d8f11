"""A province of its own for each test, on one of the engines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from survey.store import database as databases
from survey.store.database import Database
from tests.analyse.rating import answers, taken, wards
from tests.conftest import KEYS, TODAY


@pytest.fixture
def province(sqlite_province: Any, tmp_path: Any) -> Iterator[Database]:
    """These are about figures and not about engines: one of the two is enough."""
    opened = databases.connect(f"sqlite:///{shutil.copy(sqlite_province, tmp_path / 'p.sqlite')}", KEYS)
    yield opened
    opened.dispose()


@pytest.fixture
def four(province: Database) -> list[str]:
    """A good, two usual and a bad agency, and one that too few people rated."""
    good, usual, other, bad, small = wards(province)[:5]
    for agency, share, days in (
        (good, 10, 30),
        (usual, 8, 30),
        (other, 8, 30),
        (bad, 5, 30),
        (small, 6, 2),
    ):
        taken(province, answers(agency, share, days=days, each=10, until=TODAY))
    return [good, usual, other, bad, small]
