"""A process that serves is set up for a long life."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from survey.factory import OBJECTS, settle


@pytest.fixture
def as_before() -> Iterator[None]:
    """This process as it was, after it was set up for a long life."""
    kept = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*kept)


@pytest.mark.usefixtures("as_before")
def test_what_is_there_is_no_garbage_any_more_and_what_comes_later_is_still_looked_through() -> None:
    settle()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == OBJECTS
    later: list[object] = []
    later.append(later)
    del later
    assert gc.collect() > 0
    assert gc.get_freeze_count() > 0
