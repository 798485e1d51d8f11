"""Hài lòng: hears how satisfied citizens are, and publishes figures that a stranger can check.

ARCHITECTURE.md is the map.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

# Before NumPy is loaded: its matrices here are small, and threads that wait for each other over one cost thirty
# times what they save.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from flask import Flask

    from survey.config import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The service over one database: reads the settings, opens the store and hangs the doors.

    Raises `errors.BadSettings`, and the refusals of `design.opened`.
    """
    from survey import factory  # noqa: PLC0415 - slow to import, and most commands need no door

    return factory.create_app(settings)
