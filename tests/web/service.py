"""The service as it stands after set-up: everything is known, and nobody has answered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from survey import create_app
from survey.config import Settings


@contextmanager
def serving(province: Path, instance: Path, **settings: Any) -> Iterator[Flask]:
    """The application over a copy of the `province` database, which lies in `instance`."""
    url = f"sqlite:///{shutil.copy(province, instance / 'survey.sqlite3')}"
    with opened(url, instance, **settings) as made:
        yield made


@contextmanager
def opened(database_url: str, instance: Path, **settings: Any) -> Iterator[Flask]:
    """The application over a database that is set up. Tests are faster than people; here that is no fault."""
    told: dict[str, Any] = {
        "instance": instance,
        "database_url": database_url,
        "simulated": False,
        "session_key": b"w" * 32,
        "salt_key": b"s" * 32,
        "signing_seed": b"k" * 32,
        "seal_at_least": 1,
        "seal_every": 1.0,
        "seal_here": False,
        "behind_proxy": False,
        "place_budget": 1_000_000,
        "browser_budget": 1_000_000,
        "form_seconds": 0,
    }
    made = create_app(Settings(**told | settings))
    yield made
    made.extensions["store"].dispose()
