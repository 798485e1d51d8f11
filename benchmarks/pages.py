"""What pages cost as responses grow a hundredfold over the same year, counters and days."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.filled import DAYS, seal_year, service
from benchmarks.measure import Options, Table, median, ratio, seconds, spent, thousandths, whole

SIZES = (10_000, 100_000, 1_000_000)
QUICK = (500, 1_000)
PATHS = ("/", "/index.json", "/agencies/03646", "/agencies/03646.json")
COLD, WARM, OFTEN = 5, 3, 20


def run(options: Options) -> list[Table]:
    sizes = QUICK if options.quick else [size for size in SIZES if size <= options.size]
    files = {size: options.folder / f"pages-{size}.sqlite3" for size in sizes}
    kept = tuple(build(file, size, options.seed) for size, file in files.items())
    cold = {path: _by_size(files, partial(_cold, path=path), 1 if options.quick else COLD) for path in PATHS}
    warm = {path: _by_size(files, partial(_warm, path=path), 1 if options.quick else WARM) for path in PATHS}
    heads = tuple(whole(size) for size in sizes)
    held = f"goal: from {heads[0]} to {heads[-1]} responses a page may take at most 1.5 times as long"
    spread_over = f"all responses lie in {DAYS} days, at 93 counters and as many online desks: only n grows"
    turns = "each the median of turns that went through the sizes one after the other"
    return [
        Table(
            "A page with nothing kept in memory",
            ("page", *heads, "growth"),
            _rows(cold),
            (held, spread_over, f"processor time, {turns}; code and catalogue are loaded, no figures"),
        ),
        Table("A page that is kept", ("page", *heads, "growth"), _rows(warm)),
        Table("The SQLite database", ("responses", "size", "bytes a response", "made in"), kept),
    ]


def _by_size(files: Mapping[int, Path], run: Callable[[Path], float], turns: int) -> list[float]:
    """The median seconds at each size; every turn goes through all sizes."""
    taken = [[run(file) for file in files.values()] for _ in range(turns)]
    return [median(times) for times in zip(*taken, strict=True)]


def _rows(taken: dict[str, list[float]]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (f"`{path}`", *map(thousandths, times), ratio(times[-1] / times[0])) for path, times in taken.items()
    )


def build(file: Path, size: int, seed: int) -> tuple[str, ...]:
    """Seal a year of responses; the row that tells of the file."""
    began = time.perf_counter()
    seal_year(file, size, seed)
    taken = time.perf_counter() - began
    stored = file.stat().st_size
    return whole(size), f"{stored / 2**20:,.0f} MB", whole(stored / size), f"{taken:.0f} s"


def _cold(file: Path, *, path: str) -> float:
    """The first page of a service whose code and catalogue are loaded, and that has no figures yet."""
    app = service(file)
    client = app.test_client()
    client.get("/rate")
    _, taken = spent(lambda: _get(client.get, path))
    app.extensions["store"].dispose()
    return taken


def _warm(file: Path, *, path: str) -> float:
    """A page asked for again and again, without a network."""
    app = service(file)
    client = app.test_client()
    _get(client.get, path)

    def often() -> None:
        for _ in range(OFTEN):
            _get(client.get, path)

    taken = seconds(often) / OFTEN
    app.extensions["store"].dispose()
    return taken


def _get(get: Callable[..., Any], path: str) -> None:
    answer = get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"
