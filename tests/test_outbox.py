"""The Python that the fault simulation runs says the same as the app's JavaScript: one table holds both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import outbox

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "browser" / "outbox.json").read_text(encoding="utf-8")
)
RULES = {
    "next": outbox.next_after,
    "batch": lambda entries, options=None: outbox.batch(entries, **(options or {})),
    "bounds": outbox.bounds,
    "settle": outbox.settle,
    "after": outbox.after,
    "pause": outbox.pause,
    "renumbered": outbox.renumbered,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}({json.dumps(case['given'])[1:-1]})")
def test_a_rule_of_the_outbox(case: dict[str, Any]) -> None:
    assert RULES[case["rule"]](*case["given"]) == case["gives"]
