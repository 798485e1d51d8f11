"""What a template was compiled to serves the next process, for as long as its text stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import DictLoader, Environment

from survey.web.compiled import Compiled


class Counting(Environment):
    """An environment that knows how often it compiled."""

    compiled = 0

    def _generate(self, *arguments: Any, **named: Any) -> str:
        self.compiled += 1
        return super()._generate(*arguments, **named)


def started(folder: Path, text: str) -> Counting:
    """What a new process begins with."""
    return Counting(loader=DictLoader({"page": text}), bytecode_cache=Compiled(folder))


def test_a_process_that_starts_later_compiles_nothing(tmp_path: Path) -> None:
    first, later = started(tmp_path, "Hài lòng"), started(tmp_path, "Hài lòng")
    assert first.get_template("page").render() == later.get_template("page").render() == "Hài lòng"
    assert (first.compiled, later.compiled) == (1, 0)


def test_a_changed_template_is_compiled_anew(tmp_path: Path) -> None:
    assert started(tmp_path, "Hài lòng").get_template("page").render() == "Hài lòng"
    changed = started(tmp_path, "Rất hài lòng")
    assert changed.get_template("page").render() == "Rất hài lòng"
    assert changed.compiled == 1


def test_a_cut_off_file_is_compiled_anew(tmp_path: Path) -> None:
    started(tmp_path, "Hài lòng").get_template("page")
    [file] = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    assert started(tmp_path, "Hài lòng").get_template("page").render() == "Hài lòng"


def test_where_nobody_may_write_pages_are_shown_all_the_same(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert started(nowhere, "Hài lòng").get_template("page").render() == "Hài lòng"
    assert not nowhere.exists()


def test_the_service_keeps_them_with_the_code_of_its_modules(app: Flask) -> None:
    cache = app.jinja_env.bytecode_cache
    assert isinstance(cache, Compiled)
    assert Path(cache.directory) == Path(app.root_path) / "__pycache__"
