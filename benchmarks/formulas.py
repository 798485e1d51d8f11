"""Shares of 300 agencies with clustered standard errors, from weighted responses: our roads beside others.

Each way runs in a process of its own, on the same columns in files, several times; what is told is the
median of its processor time (over all its threads), and the most memory that its process ever held.
Ways whose program is not installed are left out, with a line that says so.
"""

from __future__ import annotations

import json
import math
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Options, Table, median, ratio, tell, thousandths, whole

AGENCIES, DAYS, MONTHS = 300, 250, 12
UNITS = AGENCIES * DAYS
#: responses of the comparison, of R's part of it, and of the table of growth
SIZE, OF_R, GROWTH = 5_000_000, 100_000, (10_000, 100_000, 1_000_000, 10_000_000)
REPEATS = 7
COLUMNS = {"agency": np.int32, "day": np.int32, "weight": np.float64, "step": np.int8}

#: sums of an agency's month as the service keeps them, and what is summed over months
_KEPT = ("psus", "people", "answers", "w", "w2", "y", "s", "q", "ww", "wy", "yy", "ws", "ss")


def run(options: Options) -> tuple[Table, ...]:
    """The comparison at 5 million responses, and how the cost grows."""
    size, growth = (20_000, GROWTH[:1]) if options.quick else (SIZE, GROWTH)
    repeats = 1 if options.quick else REPEATS
    folder = _made(options.folder / "compared", size, options.seed)
    found = {way: _measured(way, folder, repeats) for way in WAYS}
    rows, notes = _compared(found, size)
    if shutil.which("Rscript"):
        of_r = _made(options.folder / "r", min(size, OF_R), options.seed)
        rows.append(_of_r(of_r, min(size, OF_R)))
    else:
        notes.append("R is not installed: svyby is left out")
    columns = ("way", "processor time", "× the numpy pass", "most memory", "largest difference")
    compared = Table(f"{whole(size)} responses, {AGENCIES} agencies, {whole(UNITS)} counter days", columns, tuple(rows), tuple(notes))  # fmt: skip
    return compared, _grown(growth, options, repeats)


def _compared(found: dict[str, dict[str, Any] | None], size: int) -> tuple[list[tuple[str, ...]], list[str]]:
    rows: list[tuple[str, ...]] = []
    notes = ["kept counts ≤ 0.5 and our arrays ≤ 2 times the pass are what is aimed at"]
    base = found["numpy, one pass"]
    assert base is not None
    for way, told in found.items():
        if told is None:
            notes.append(f"{way}: not installed here")
            continue
        apart = max(abs(a / b - 1) for a, b in zip(told["se"], base["se"], strict=True))
        times = ratio(told["seconds"] / base["seconds"])
        rows.append((way, thousandths(told["seconds"]), times, f"{told['memory']:.0f} MB", f"{apart:.0e}"))
    notes.append(f"memory holds the columns themselves where they are read: {size * 17 / 2**20:.0f} MB")
    notes.append("the largest difference is that of any standard error from the numpy pass")
    return rows, notes


def _grown(sizes: tuple[int, ...], options: Options, repeats: int) -> Table:
    """Processor time of three ways at growing numbers of responses."""
    ways = ("kept counts", "numpy, one pass", "our arrays")
    rows = []
    for size in sizes:
        folder = _made(options.folder / str(size), size, options.seed)
        told = [_measured(way, folder, repeats) for way in ways]
        rows.append((whole(size), *(thousandths(each["seconds"]) for each in told if each)))
        shutil.rmtree(folder)
    return Table("How the cost grows", ("responses", *ways), tuple(rows))


def _made(folder: Path, size: int, seed: int) -> Path:
    """Responses in the order of their days, as columns in files; and their counts as the service keeps them."""
    tell(f"  {whole(size)} responses")
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    day = np.sort(rng.integers(0, DAYS, size, dtype=np.int32))
    agency = rng.integers(0, AGENCIES, size, dtype=np.int32)
    usual = rng.normal(1.0, 0.5, AGENCIES)[agency] + rng.normal(0.0, 0.4, UNITS)[agency * DAYS + day]
    step = np.clip(np.floor(3.2 + usual + rng.normal(0.0, 1.0, size)), 1, 5).astype(np.int8)
    columns = {"agency": agency, "day": day, "weight": rng.uniform(0.5, 3.0, size), "step": step}
    for name, values in columns.items():
        np.save(folder / f"{name}.npy", values)
    _keep(folder / "kept.sqlite3", columns)
    return folder


def _keep(path: Path, columns: dict[str, Any]) -> None:
    unit = columns["agency"] * DAYS + columns["day"]
    w, x = columns["weight"], columns["step"].astype(float)
    y = x >= 4
    n = np.bincount(unit, minlength=UNITS)
    sums = [np.bincount(unit, weights=each, minlength=UNITS) for each in (w, w * w, w * y, w * x, w * x * x)]
    weight, _, good, total, _ = sums
    products = [weight**2, weight * good, good**2, weight * total, total**2]
    fields = np.stack([(n > 0).astype(float), n, n, *sums, *products])
    of_month = np.arange(UNITS) // DAYS * MONTHS + np.arange(UNITS) % DAYS * MONTHS // DAYS
    rows = np.stack([np.bincount(of_month, weights=field) for field in fields], axis=1)
    with sqlite3.connect(path) as kept:
        kept.execute(f"CREATE TABLE moments (agency INTEGER, month INTEGER, {', '.join(_KEPT)}, PRIMARY KEY (agency, month))")  # fmt: skip
        marks = ", ".join("?" * (len(_KEPT) + 2))
        values = ((number // MONTHS, number % MONTHS, *row) for number, row in enumerate(rows.tolist()))
        kept.executemany(f"INSERT INTO moments VALUES ({marks})", values)
    kept.close()


# The ways. Each takes the folder, and gives what is to be repeated: shares and standard errors by agency.

Result = tuple[Any, Any]


def _columns(folder: Path) -> dict[str, Any]:
    return {name: np.load(folder / f"{name}.npy") for name in COLUMNS}


def kept_counts(folder: Path) -> Callable[[], Result]:
    from survey.counts import Moments, Stratum  # noqa: PLC0415 - in the process of its way alone
    from survey.stats import share  # noqa: PLC0415

    kept = sqlite3.connect(folder / "kept.sqlite3")
    summed = ", ".join(f"sum({name})" for name in _KEPT)

    def estimates() -> Result:
        rows = kept.execute(f"SELECT {summed} FROM moments GROUP BY agency ORDER BY agency").fetchall()
        strata = [Stratum(Moments(*(int(v) for v in row[:3]), *row[3:]), int(row[0])) for row in rows]
        found = [share([stratum]) for stratum in strata]
        return [each.value for each in found], [each.se for each in found]

    return estimates


def numpy_pass(folder: Path) -> Callable[[], Result]:
    data, block = _columns(folder), 1 << 18  # the fastest of several blocks

    def estimates() -> Result:
        w, y, n = np.zeros(UNITS), np.zeros(UNITS), np.zeros(UNITS)
        for start in range(0, len(data["day"]), block):
            part = slice(start, start + block)
            at = data["agency"][part] * DAYS + data["day"][part]
            weight, satisfied = data["weight"][part], data["step"][part] >= 4
            w += np.bincount(at, weights=weight, minlength=UNITS)
            y += np.bincount(at, weights=weight * satisfied, minlength=UNITS)
            n += np.bincount(at, minlength=UNITS)
        return _clustered(w, y, n)

    return estimates


def _clustered(w: Any, y: Any, n: Any) -> Result:
    """Shares and errors of the agencies, from the sums of their counter days."""
    w, y, there = (each.reshape(AGENCIES, DAYS) for each in (w, y, n > 0))
    total = w.sum(axis=1)
    p = y.sum(axis=1) / total
    z = (y - p[:, None] * w) / total[:, None]
    m = there.sum(axis=1)
    variance = m / (m - 1) * ((z * z).sum(axis=1) - z.sum(axis=1) ** 2 / m)
    return p, np.sqrt(variance)


def our_arrays(folder: Path) -> Callable[[], Result]:
    from survey.by_domain import shares  # noqa: PLC0415

    data = _columns(folder)

    def estimates() -> Result:
        drawn = {"weights": data["weight"], "strata": data["agency"], "psu": data["day"]}
        found = shares(data["step"], data["agency"], satisfied_from=4, **drawn)
        return [each.value for each in found.values()], [each.se for each in found.values()]

    return estimates


def pandas_groupby(folder: Path) -> Callable[[], Result]:
    import pandas as pd  # noqa: PLC0415

    frame = pd.DataFrame(_columns(folder))

    def estimates() -> Result:
        good = frame.assign(y=frame["weight"] * (frame["step"] >= 4))
        sums = good.groupby(["agency", "day"]).agg(w=("weight", "sum"), y=("y", "sum"), n=("step", "size"))
        return _clustered(*_spread(sums.index.get_level_values(0), sums.index.get_level_values(1), sums))

    return estimates


def _spread(agency: Any, day: Any, sums: Any) -> list[Any]:
    at, spread = np.asarray(agency) * DAYS + np.asarray(day), []
    for name in ("w", "y", "n"):
        column = np.zeros(UNITS)
        column[at] = np.asarray(sums[name])
        spread.append(column)
    return spread


def polars_group_by(folder: Path) -> Callable[[], Result]:
    import polars as pl  # noqa: PLC0415

    frame = pl.DataFrame(_columns(folder))

    def estimates() -> Result:
        good = pl.col("weight").filter(pl.col("step") >= 4).sum()
        sums = frame.group_by("agency", "day").agg(w=pl.col("weight").sum(), y=good, n=pl.len())
        return _clustered(*_spread(sums["agency"], sums["day"], sums))

    return estimates


def duckdb_sql(folder: Path) -> Callable[[], Result]:
    import duckdb  # noqa: PLC0415

    data = _columns(folder)
    base = duckdb.connect()
    base.register("given", data)
    base.execute("CREATE TABLE responses AS SELECT * FROM given")

    def estimates() -> Result:
        sums = base.execute(
            "SELECT agency, day, sum(weight) w, sum(CASE WHEN step >= 4 THEN weight ELSE 0 END) y, count(*) n "
            "FROM responses GROUP BY agency, day"
        ).fetchnumpy()
        return _clustered(*_spread(sums["agency"], sums["day"], sums))

    return estimates


def samplics_taylor(folder: Path) -> Callable[[], Result]:
    from samplics import PopParam, TaylorEstimator  # noqa: PLC0415

    data = _columns(folder)

    def estimates() -> Result:
        found = TaylorEstimator(PopParam.mean)
        found.estimate(
            y=(data["step"] >= 4).astype(float),
            samp_weight=data["weight"],
            stratum=data["agency"],
            psu=data["agency"] * DAYS + data["day"],
            domain=data["agency"],
        )
        return list(found.point_est.values()), list(found.stderror.values())

    return estimates


WAYS: dict[str, tuple[Callable[[Path], Callable[[], Result]], str]] = {
    "kept counts": (kept_counts, "sqlite3"),
    "numpy, one pass": (numpy_pass, "numpy"),
    "our arrays": (our_arrays, "numpy"),
    "pandas groupby": (pandas_groupby, "pandas"),
    "polars group_by": (polars_group_by, "polars"),
    "DuckDB": (duckdb_sql, "duckdb"),
    "samplics": (samplics_taylor, "samplics"),
}


def _measured(way: str, folder: Path, repeats: int) -> dict[str, Any] | None:
    """What the process of a way tells; None where its program is not installed."""
    if find_spec(WAYS[way][1]) is None:
        return None
    tell(f"    {way}")
    command = [sys.executable, "-m", "benchmarks.formulas", way, str(folder), str(repeats)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def _one(way: str, folder: Path, repeats: int) -> None:
    """Run one way in this process, and tell median seconds, memory and standard errors."""
    estimates = WAYS[way][0](folder)
    taken, result = [], estimates() if repeats > 1 else None  # once to warm up
    for _ in range(repeats):
        began = time.process_time()
        result = estimates()
        taken.append(time.process_time() - began)
    assert result is not None
    print(
        json.dumps(
            {"seconds": median(taken), "memory": _most_memory(), "se": [float(se) for se in result[1]]}
        )
    )


def _most_memory() -> float:
    """The most memory that this process held, in MB; `ru_maxrss` would tell that of who started it too."""
    try:
        told = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return math.nan
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmHWM")) / 1024


_OF_R = """
suppressMessages(library(survey))
d <- read.csv("rows.csv")
d$y <- as.numeric(d$step >= 4)
d$psu <- d$agency * 250 + d$day
options(survey.lonely.psu = "adjust")
took <- system.time({
  design <- svydesign(id = ~psu, strata = ~agency, weights = ~weight, data = d)
  found <- svyby(~y, ~agency, design, svymean)
})
memory <- sum(gc()[, 6])
cat(took[["user.self"]] + took[["sys.self"]], memory, "\\n")
write(format(found$se, digits = 17), "se.txt", ncolumns = 1)
"""


def _of_r(folder: Path, size: int) -> tuple[str, ...]:
    """R's survey package, once, on fewer responses: at 5 million it takes minutes and gigabytes."""
    tell("    R svyby")
    data = _columns(folder)
    head = ",".join(COLUMNS)
    np.savetxt(
        folder / "rows.csv", np.column_stack(list(data.values())), "%.17g", ",", header=head, comments=""
    )
    (folder / "run.R").write_text(_OF_R, encoding="utf-8")
    try:
        told = subprocess.run(["Rscript", "run.R"], cwd=folder, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError:
        return ("R svyby", "its package survey is not installed", "–", "–", "–")
    seconds, memory = (float(part) for part in told.stdout.split()[-2:])
    ours = numpy_pass(folder)
    began = time.process_time()
    expected = ours()[1]
    base = max(time.process_time() - began, 1e-9)
    found = np.loadtxt(folder / "se.txt")
    both = np.isfinite(expected) & (expected > 0) & (found > 0)
    apart = float(np.abs(found[both] / expected[both] - 1).max()) if both.any() else math.nan
    return (f"R svyby, {whole(size)} responses", thousandths(seconds), whole(seconds / base), f"{memory:.0f} MB", f"{apart:.0e}")  # fmt: skip


if __name__ == "__main__":
    _one(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
