"""The service as it stands after set-up: everything is known, and nobody has answered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from survey import create_app
from survey.config import Settings


@contextmanager
def serving(province: Path, instance: Path) -> Iterator[Flask]:
    """The application over a copy of the `province` database, which lies in `instance`."""
    with opened(f"sqlite:///{shutil.copy(province, instance / 'survey.sqlite3')}", instance) as made:
        yield made


@contextmanager
def opened(database_url: str, instance: Path) -> Iterator[Flask]:
    """The application over a database that is set up."""
    made = create_app(
        Settings(
            instance=instance,
            database_url=database_url,
            simulated=False,
            session_key=b"w" * 32,
            salt_key=b"s" * 32,
            signing_seed=b"k" * 32,
            seal_at_least=1,
            seal_every=1.0,
            seal_here=False,
            behind_proxy=False,
        )
    )
    yield made
    made.extensions["store"].dispose()
