"""docs/method.md names the functions that compute what it describes, and they are there."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest

from survey import disclosure
from survey.explanations import EXPLANATIONS
from survey.figure import Verdict
from survey.stats import of_arrays, share

METHOD = (Path(__file__).parents[1] / "docs" / "method.md").read_text()
NAMED = sorted(set(re.findall(r"`(survey(?:\.\w+)+)`", METHOD)))


@pytest.mark.parametrize("name", NAMED)
def test_what_the_method_names_exists(name: str) -> None:
    assert pkgutil.resolve_name(name) is not None


def test_every_formula_of_the_published_figures_is_in_the_method() -> None:
    for name in ("stats.share", "stats.mean", "stats.rescaled", "stats.linearised_variance"):
        assert f"survey.{name}" in NAMED
    for code in ("no-answers", "one-answer", "one-psu", "no-variance"):
        assert f"`{code}`" in METHOD


def test_the_numbers_of_the_method_are_those_of_the_code() -> None:
    assert f"1–{disclosure.SMALLEST - 1} " in METHOD
    assert f"{disclosure.SMALLEST}–{disclosure.FEW - 1} " in METHOD
    assert f"{disclosure.FEW} and more" in METHOD
    for code in (disclosure.TOO_FEW, disclosure.SECONDARY, disclosure.ONE_STEP):
        assert f"`{code}`" in METHOD
    assert len(Verdict) == METHOD.count("\n| **")


def test_fifty_of_fifty_is_as_the_method_says() -> None:
    everyone = share(of_arrays([1.0] * 50))
    assert f"{100 * (everyone.low or 0):.0f}–{100 * (everyone.high or 0):.0f} %" == "93–100 %"
    assert "93–100 %" in METHOD


def test_the_method_quotes_what_pages_say_of_their_words() -> None:
    """Every explanation stands in the table word for word, and the table has no others."""
    table = METHOD.split("## 9. In one sentence")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    assert {row[0].strip("`"): {"vi": row[2], "en": row[3]} for row in rows} == EXPLANATIONS
