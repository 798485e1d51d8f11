"""What an edition costs as responses grow: making, handing out and verifying it, each in a process of its own."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.answers import TODAY, province, spread
from benchmarks.measure import Options, Table, ratio, tell, whole
from survey import admit, collect, design, process
from survey.frame import Wave, WaveKind
from survey.response import Response
from survey.store.database import Database

SIZES, MORE = (10_000, 100_000, 1_000_000, 5_000_000), 5
QUICK = (500,)
#: a form as long as the household one: factors, and criteria of each
WAVE, FORM, FACTORS = "rating-39", "benchmark-39@1", (5, 5, 5, 5, 5, 5, 5, 4)
DAYS = 300
BATCH = 25_000
#: after the year that is published
SEALED, AFTER = date(TODAY.year + 1, 1, 5), date(TODAY.year + 1, 1, 20)
SON_LA = "son-la"

#: seconds of the processor and the most memory (MB) of what a child process does
_CHILD = """
import json, sys, time
from benchmarks import edition
found = getattr(edition, sys.argv[1])(*sys.argv[2:])
print(json.dumps({"cpu": time.process_time(), "memory": edition.most_memory(), **found}))
"""
#: what is done with an edition, one after the other, and what that is called
STEPS = {"make": "made", "export": "handed out", "check": "verified"}


@dataclass(frozen=True)
class Measured:
    """What one size took. steps: of each of `STEPS`, seconds ("cpu"), memory, and what else it told"""

    size: int
    bundle: int
    steps: dict[str, dict[str, Any]]


def run(options: Options) -> list[Table]:
    sizes = QUICK if options.quick else tuple(size for size in SIZES if size <= MORE * options.size)
    file = options.folder / "edition.sqlite3"
    found, before = [], 0
    for size in sizes:
        _fill(file, size - before, options.seed + size)
        before = size
        found.append(_measured(file, size))
        tell(f"  {found[-1]}")
    return [_table(found), *([_growth(found)] if len(found) > 1 else [])]


def _measured(file: Path, size: int) -> Measured:
    tell(f"  an edition of {whole(size)} responses")
    bundle = file.with_suffix(".zip")
    bundle.unlink(missing_ok=True)
    steps = {step: _child(step, str(file), str(bundle)) for step in STEPS}
    return Measured(size, bundle.stat().st_size, steps)


def _table(found: list[Measured]) -> Table:
    first = found[0]
    rows = [
        (
            whole(one.size),
            *(f"{one.steps[step]['cpu']:.0f} s" for step in STEPS),
            *(f"{one.steps[step]['memory']:.0f} MB" for step in STEPS),
            ratio(one.steps["make"]["memory"] / first.steps["make"]["memory"]),
            f"{one.bundle / 2**20:.0f} MB",
            whole(int(one.steps["check"]["figures"])),
            whole(int(one.steps["check"]["rows"])),
        )
        for one in found
    ]
    memory = tuple(f"memory, {name}" for name in STEPS.values())
    return Table(
        "An edition of 96 agencies and 39 criteria",
        ("responses", *STEPS.values(), *memory, "growth", "bundle", "figures", "rows of microdata"),
        tuple(rows),
        (
            "seconds of the processor and the most memory of a process each; made: figures, microdata, commitments",
            "handed out: the bundle streamed from the database to a file, by pieces of a mebibyte",
            "growth: memory of making against the first row",
            "the report as PDF is not in it: it takes the same at any number of responses",
        ),
    )


def _growth(found: list[Measured]) -> Table:
    """What each further response costs, from one size to the next."""
    pairs = list(itertools.pairwise(found))
    rows = [
        (
            name,
            *(
                f"{1e6 * (b.steps[code]['cpu'] - a.steps[code]['cpu']) / (b.size - a.size):.0f} µs"
                for a, b in pairs
            ),
        )
        for code, name in STEPS.items()
    ]
    columns = ("for each further response", *(f"to {whole(b.size)}" for _, b in pairs))
    return Table(
        "How it grows", columns, tuple(rows), ("what does not grow: some hundred reports and figures",)
    )


def _child(what: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, what, *arguments], stdout=subprocess.PIPE, check=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


# A database.


def _fill(file: Path, more: int, seed: int) -> None:
    """Take in and seal more responses, over the same days as those before."""
    tell(f"  {whole(more)} responses more")
    new, rng = not file.exists(), random.Random(seed)
    db = province(f"sqlite:///{file}")
    if new:
        _open(db)
    at = datetime(SEALED.year, SEALED.month, SEALED.day, 9)  # noqa: DTZ001 - the doors hand over local time
    everyone = spread(db, WAVE, number=more, days=DAYS, rng=rng)
    while collect.submit_many(db, _some(everyone), at=at).new:
        process.seal(db, rng=rng, today=SEALED, limit=BATCH)
    db.dispose()


def _open(db: Database) -> None:
    """Open the wave with the long form, and let two people in."""
    title = {"vi": "Phiếu dài", "en": "Long form"}
    wave = Wave(WAVE, title, WaveKind.CONTINUOUS, FORM, SON_LA, date(TODAY.year - 1, 7, 1))
    design.open_wave(db, wave, {f"{FORM}.toml": _form()}, (), on=TODAY)
    for name in ("lead.one", "method.two"):
        admit.create(db, None, name=name, person="Lò Thị Lan", agency=SON_LA, address="", at=0)


def _form() -> str:
    """A questionnaire of 39 criteria."""
    code, version = FORM.split("@")
    steps = ", ".join(f'{{value = {n}, face = {n}, vi = "{n}", en = "{n}"}}' for n in range(1, 6))
    head = (
        f'code = "{code}"\nversion = "{version}"\nform = "rating"\nminutes = 10\nlanguages = ["vi", "en"]\n'
        'source = "made for measuring"\nstatus = "assumed"\n'
        '[title]\nvi = "Phiếu"\nen = "Form"\n[intro]\nvi = "."\nen = "."\n'
        f'[index]\ncode = "{FORM}"\nvi = "Chỉ số"\nen = "Index"\n'
        f"[scales.satisfaction]\nsatisfied_from = 4\nsteps = [{steps}]\n"
    )
    factors = [
        f'[[factors]]\ncode = "f{factor}"\ncomponent = "service"\nreforms = []\nvi = "F{factor}"\nen = "F{factor}"\n'
        for factor in range(len(FACTORS))
    ]
    items = [
        f'[[items]]\ncode = "f{factor}_{item}"\nfactor = "f{factor}"\nscale = "satisfaction"\nin_index = true\n'
        f'missing = ["refused", "dont_know"]\nvi = "Tiêu chí {factor}.{item}"\nen = "Criterion {factor}.{item}"\n'
        for factor, number in enumerate(FACTORS)
        for item in range(number)
    ]
    return "\n".join((head, *factors, *items))


def _some(responses: Iterator[Response]) -> Iterator[Response]:
    return islice(responses, BATCH)


# What is measured, each in its own process.


def make(file: str, bundle: str) -> dict[str, Any]:
    """Make the edition of the year and keep it as a proposal."""
    from survey import publish  # noqa: PLC0415 - counted in the child alone
    from survey.admit import people  # noqa: PLC0415

    db = province(f"sqlite:///{file}")
    proposal = publish.Proposal(WAVE, TODAY.year, people.named(db, "lead.one"))
    made = publish.propose(db, proposal, at=0, today=AFTER)
    Path(f"{bundle}.name").write_text(f"{made.code} {made.revision}", encoding="utf-8")
    db.dispose()
    return {}


def export(file: str, bundle: str) -> dict[str, Any]:
    """Write the bundle to a file, and forget the proposal, so that the next one is not compared with it."""
    from survey import publish  # noqa: PLC0415
    from survey.admit import people  # noqa: PLC0415

    db = province(f"sqlite:///{file}")
    code, revision = Path(f"{bundle}.name").read_text(encoding="utf-8").split()
    edition = publish.proposal(db, code, int(revision))
    with Path(bundle).open("wb") as opened:
        opened.writelines(publish.stream(db, edition))
    publish.reject(db, edition, by=people.named(db, "method.two"), at=0)
    db.dispose()
    return {}


def most_memory() -> float:
    """The most memory that this process ever had in use (MB), not that of the one it came from (Linux)."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(row.split()[1]) / 1024 for row in told.splitlines() if row.startswith("VmHWM"))


def check(_: str, bundle: str) -> dict[str, Any]:
    """Verify a bundle."""
    from survey.publish import checking  # noqa: PLC0415

    with Path(bundle).open("rb") as opened:
        found = checking.verify(opened)
    if not found.holds:
        raise SystemExit(str(found.findings[:3]))
    return {"figures": found.figures, "rows": found.rows}
