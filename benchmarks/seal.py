"""How fast waiting responses become ledger and counts, beside a bare insert of the same rows."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.answers import TODAY, province, spread
from benchmarks.measure import Options, Table, median, ratio, seconds, spent, tell, thousandths, whole
from survey import collect, process
from survey.factory import settle
from survey.store import responses
from survey.store.database import Database

NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12)  # noqa: DTZ001 - the doors hand over local time


@dataclass(frozen=True)
class Case:
    """An inbox: how it came about, its wave, and over how many days its responses are spread."""

    name: str
    wave: str
    days: int
    share: float = 1.0


CASES = (
    Case("a week, short form (6 items)", "rating-short", 7),
    Case("a week, long form", "rating-long", 7, 0.3),
    Case("a year's backlog in no order, short form", "rating-short", 365),
)


def run(options: Options) -> list[Table]:
    settle()
    whole_inbox, repeats = (1_000, 1) if options.quick else (min(100_000, options.size), 2)
    rows = []
    for case in CASES:
        number = int(whole_inbox * case.share)
        tell(f"  {case.name}: {number}")
        turns = [_measured(case, number, options, turn) for turn in range(repeats)]
        rows.append((case.name, whole(number), *_columns([list(turn) for turn in turns])))
    return [
        Table(
            "Sealing on SQLite",
            ("inbox", "responses", "taken in, per s", "sealed, per s", "sealed, per s of CPU",
             "against a bare insert", "longest transaction", "CPU in it", "rebuilt, per s"),
            tuple(rows),
            (
                f"medians of {repeats} inboxes each; batches of {process.BATCH}; goal: 20,000 sealed per second",
                "people choose among the procedures of their agency (1 : 1/2 : 1/3 ...)",
                "in a process that is set up as the service's (`factory.settle`)",
                "taken in: checked, committed to, and written durably by `collect.submit_many`",
                "a bare insert: the same rows by `executemany` into a table with the same key, in one transaction",
                "per s of CPU: of the processor's time that the process had, whatever else ran beside it",
                "longest transaction: for so long a press may wait for SQLite's write lock",
            ),
        )
    ]  # fmt: skip


def _columns(turns: list[list[float]]) -> tuple[str, ...]:
    taken, sealed, worked, against, longest, busiest, rebuilt = (
        median(list(column)) for column in zip(*turns, strict=True)
    )
    return (
        *map(whole, (taken, sealed, worked)),
        ratio(against),
        thousandths(longest),
        thousandths(busiest),
        whole(rebuilt),
    )


def _measured(case: Case, number: int, options: Options, turn: int) -> tuple[float, ...]:
    """Responses per second taken in, sealed, and sealed per second of CPU; the bare insert's share of the
    time of sealing; the longest batch and the most CPU in one; responses rebuilt per second.
    """
    file = options.folder / f"seal-{case.wave}-{case.days}-{turn}.sqlite3"
    db = province(f"sqlite:///{file}")
    rng = random.Random(options.seed + turn)
    people = list(spread(db, case.wave, number=number, days=case.days, rng=rng))
    taking = seconds(lambda: collect.submit_many(db, people, at=NOON))
    batches = []
    while process.waiting(db):
        batches.append(spent(lambda: process.seal(db, rng=rng, today=TODAY)))
    bare = _bare_insert(db, file.with_suffix(".bare"), number)
    rebuilding = seconds(lambda: process.rebuild(db))
    db.dispose()
    walls, works = zip(*batches, strict=True)
    sealing = sum(walls)
    return (
        number / taking,
        number / sealing,
        number / sum(works),
        bare / sealing,
        max(walls),
        max(works),
        number / rebuilding,
    )


def _bare_insert(db: Database, file: Path, number: int) -> float:
    """Seconds that the driver alone takes to keep the same rows."""
    with db.read() as connection:
        chunks = responses.stream(connection, until=number)
        rows = [(i, *row) for i, row in enumerate(row for chunk in chunks for row in chunk)]
    bare = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        bare.execute(f"PRAGMA {pragma}")
    bare.execute(
        "CREATE TABLE row (position INTEGER PRIMARY KEY, commitment BLOB UNIQUE, salt BLOB, content BLOB)"
    )

    def insert() -> None:
        bare.execute("BEGIN")
        bare.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", rows)
        bare.execute("COMMIT")

    taken = seconds(insert)
    bare.close()
    return taken
