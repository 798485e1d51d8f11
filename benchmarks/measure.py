"""What every benchmark needs: options, tables, percentiles, the machine, and seconds."""

from __future__ import annotations

import gc
import math
import os
import platform
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

#: packages whose versions stand beside the figures
TOLD = ("flask", "sqlalchemy", "granian", "numpy", "psycopg")


@dataclass(frozen=True)
class Options:
    """How a benchmark is to run.

    folder: empty, on disk, and thrown away afterwards · size: the most responses it makes
    quick: only show that it works; its numbers say nothing · postgres: a server to measure too
    """

    folder: Path
    size: int = 1_000_000
    quick: bool = False
    seed: int = 2026
    postgres: str | None = None


@dataclass(frozen=True)
class Table:
    """Measured figures under a title; `notes` say how they came about and what they are held against."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        head = [f"| {' | '.join(self.columns)} |", f"|{'---|' * len(self.columns)}"]
        body = [f"| {' | '.join(row)} |" for row in self.rows]
        notes = ["", *(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n".join([f"### {self.title}", "", *head, *body, *notes])


def machine() -> str:
    """Where the figures come from, in one line."""
    packages = ", ".join(f"{name} {version(name)}" for name in TOLD)
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return (
        f"{os.cpu_count()} cores ({_processor()}), {_memory()} GB, {platform.system()}; {python}; {packages}"
    )


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in told.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def seconds(run: Callable[[], Any]) -> float:
    """How long one run takes; garbage that others left is not swept within it."""
    return spent(run)[0]


def spent(run: Callable[[], Any]) -> tuple[float, float]:
    """How long one run takes, and how much of a processor's time: the latter others hardly lengthen."""
    gc.collect()
    began, worked = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - worked


def processor_time(group: int) -> float:
    """Seconds of processor time that the living processes of a group have used (Linux)."""
    ticks = 0
    for told in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = told.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def whole(value: float) -> str:
    return f"{value:,.0f}"


def thousandths(value: float) -> str:
    """Seconds as milliseconds."""
    return f"{value * 1000:,.1f} ms"


def ratio(value: float) -> str:
    return f"{value:.2f}"


def tell(text: str) -> None:
    """Say what is going on, while it goes on."""
    print(text, file=sys.stderr, flush=True)
