"""The benchmarks run end to end; how fast they find the service is not for a test to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_tells_its_figures(name: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert f"## {name}" in told.stdout and "|---|" in told.stdout
    assert "Traceback" not in told.stderr


def test_every_benchmark_is_run_without_a_name() -> None:
    own = {"measure", "answers", "load", "hello", "fleet", "outbox", "tablet", "analysts", "filled"}
    found = {file.stem for file in (ROOT / "benchmarks").glob("[a-z]*.py")}
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert all(name in told.stdout for name in found - own)
