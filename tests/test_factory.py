"""A process that serves is set up for a long life."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import url_for
from werkzeug.routing import Rule

from survey.factory import OBJECTS, settle
from tests.web.service import serving


@pytest.fixture
def as_started() -> Iterator[None]:
    """This process as Python starts one; afterwards it is set up for a long life again, as all tests are."""
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    yield
    settle()


@pytest.mark.usefixtures("as_started")
def test_what_is_there_is_no_garbage_any_more_and_what_comes_later_is_still_looked_through() -> None:
    assert gc.get_freeze_count() == 0
    settle()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == OBJECTS
    later: list[object] = []
    later.append(later)
    del later
    assert gc.collect() > 0
    assert gc.get_freeze_count() > 0


def test_what_puts_an_address_together_is_compiled_once_and_not_before_the_address_is_wanted(
    sqlite_province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    compile_builder = Rule._compile_builder

    def told(rule: Rule, append_unknown: bool = True) -> Any:
        compiled.append(rule.rule)
        return compile_builder(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", told)
    with serving(sqlite_province, tmp_path) as app, app.test_request_context():
        assert compiled == []
        assert url_for("public.agency", agency="son-la") == url_for("public.agency", agency="son-la")
        assert compiled == ["/agencies/<agency>"]
