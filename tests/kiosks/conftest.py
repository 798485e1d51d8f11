"""A kiosk that stands at a counter of the province."""

from __future__ import annotations

import pytest

from survey.device import Device
from survey.store.database import Database
from tests.kiosk import activated


@pytest.fixture
def device(province: Database) -> Device:
    return activated(province)
