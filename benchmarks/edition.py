"""What an edition costs as responses grow: making, publishing and verifying it, each in a process of its own."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.answers import TODAY, province, spread
from benchmarks.measure import Options, Table, ratio, tell, whole
from survey import admit, collect, design, process
from survey.response import Response

SIZES = (10_000, 100_000, 1_000_000)
QUICK = (2_000,)
#: every agency's long form: 39 criteria
WAVE = "rating-long"
DAYS = 300
BATCH = 25_000
#: after the year that is published
SEALED, AFTER = date(TODAY.year + 1, 1, 5), date(TODAY.year + 1, 1, 20)

#: seconds, seconds of the processor and the most memory (MB) of what a child process does
_CHILD = """
import json, resource, sys, time
from datetime import date
from benchmarks import edition
began = time.perf_counter()
found = getattr(edition, sys.argv[1])(*sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"wall": time.perf_counter() - began, "cpu": used.ru_utime + used.ru_stime,
                  "memory": used.ru_maxrss / 1024, **found}))
"""


def run(options: Options) -> list[Table]:
    sizes = QUICK if options.quick else [size for size in SIZES if size <= options.size]
    rows = []
    first: dict[str, float] = {}
    for size in sizes:
        file = options.folder / f"edition-{size}.sqlite3"
        bundle = options.folder / f"edition-{size}.zip"
        _build(file, size, options.seed)
        tell(f"  an edition of {whole(size)} responses")
        made = _child("propose", str(file), str(bundle))
        checked = _child("check", str(bundle))
        first = first or made
        rows.append(
            (
                whole(size),
                f"{made['cpu']:.0f} s",
                ratio(made["cpu"] / first["cpu"]),
                f"{made['memory']:.0f} MB",
                ratio(made["memory"] / first["memory"]),
                f"{bundle.stat().st_size / 2**20:.1f} MB",
                f"{checked['cpu']:.0f} s",
                f"{checked['memory']:.0f} MB",
                whole(int(checked["figures"])),
            )
        )
    notes = (
        f"96 agencies, {WAVE}: every figure, microdata with their SPSS file, and the ledger's commitments",
        "seconds of the processor, of a process each; growth against the first row",
    )
    columns = (
        "responses",
        "made in",
        "growth",
        "most memory",
        "growth",
        "bundle",
        "verified in",
        "memory",
        "figures",
    )
    return [Table("An edition, made and verified", columns, tuple(rows), notes)]


def _child(what: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, what, *arguments], capture_output=True, check=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _build(file: Path, size: int, seed: int) -> None:
    tell(f"  a database of {whole(size)} responses")
    db = province(f"sqlite:///{file}")
    rng = random.Random(seed)
    at = datetime(SEALED.year, SEALED.month, SEALED.day, 9)  # noqa: DTZ001 - the doors hand over local time
    everyone = spread(design.reference(db), WAVE, number=size, days=DAYS, rng=rng)
    while collect.submit_many(db, _some(everyone), at=at).new:
        process.seal(db, rng=rng, today=SEALED, limit=BATCH)
    for name in ("lead.one", "method.two"):
        admit.create(db, None, name=name, person="Lò Thị Lan", agency="son-la", address="", at=0)
    db.dispose()


def _some(responses: Iterator[Response]) -> Iterator[Response]:
    return islice(responses, BATCH)


def propose(file: str, bundle: str) -> dict[str, Any]:
    """Make and publish the edition of the year, and write its bundle."""
    from survey import publish  # noqa: PLC0415 - counted in the child alone
    from survey.admit import people  # noqa: PLC0415

    db = province(f"sqlite:///{file}")
    lead, other = people.named(db, "lead.one"), people.named(db, "method.two")
    proposal = publish.Proposal(WAVE, TODAY.year, lead)
    edition = publish.propose(db, proposal, at=0, today=AFTER)
    edition = publish.publish(db, edition, by=other, at=0)
    with Path(bundle).open("wb") as opened:
        opened.writelines(publish.stream(db, edition))
    db.dispose()
    return {}


def check(bundle: str) -> dict[str, Any]:
    """Verify a bundle."""
    from survey.publish import checking  # noqa: PLC0415

    with Path(bundle).open("rb") as opened:
        found = checking.verify(opened)
    if not found.holds:
        raise SystemExit(str(found.findings[:3]))
    return {"figures": found.figures}
