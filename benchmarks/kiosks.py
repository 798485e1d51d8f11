"""What the kiosks' door takes: beside the form and the least there is, and when all come back at once."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from benchmarks.fleet import BATCH, Fleet
from benchmarks.load import Loaded
from benchmarks.measure import Options, Table, median, percentile, ratio, seconds, tell, thousandths, whole
from benchmarks.responses import CONNECTIONS, PATH, missing_or_doubled, own_database, visit
from survey import collect, config, design
from survey.formats import importmap, table
from survey.store import database as databases
from survey.store.database import Database
from survey.web.context import now
from tests.serving import Server, serving, set_up

#: kiosks of the province that come back together, and the answers that wait in each
FLEET, QUEUED = 200, 500
#: kiosks that send at once in an ordinary hour
FEW = 16
#: what leads to the form: the address on a counter's poster, and a procedure's link on another site
POSTER, LINK = "/c/03646-1", "/p/1.001193?agency=03646"
#: a map for files, and people in the file that is taken in by it
MAP, PEOPLE = Path(__file__).parents[1] / "examples" / "juarez-2023" / "map.toml", 20_000


@dataclass(frozen=True)
class Took:
    """What a fleet saw, and the seconds of processor time that the server spent on it."""

    fleet: Fleet
    processor: float

    @property
    def rate(self) -> float:
        return len(self.fleet.receipts) / self.fleet.seconds


def run(options: Options) -> list[Table]:
    tables = _engine("SQLite", {}, options)
    if options.postgres:
        with own_database(options.postgres) as url:
            tables += _engine("PostgreSQL", {"DATABASE_URL": url}, options)
    return tables


def _engine(engine: str, settings: dict[str, str], options: Options) -> list[Table]:
    instance = options.folder / f"kiosks-{engine}"
    instance.mkdir()
    set_up(instance, settings=settings)
    fleet, queued, pairs = (6, 120, 40) if options.quick else (FLEET, QUEUED, 4_000)
    hello = (sys.executable, "-m", "benchmarks.hello")
    tell(f"  {engine}")
    with _opened(instance, settings) as store, serving(instance, settings=settings) as service:
        with serving(instance, command=hello) as least:
            form = visit(service, PATH, pairs, options.seed)
            base = visit(least, "/", pairs, options.seed)
        poster, link = (visit(service, path, pairs // 2, options.seed) for path in (POSTER, LINK))
        file = _imported(store, instance / "people.csv", min(PEOPLE, 5 * pairs))
        few = _send(service, _keys(store, min(FEW, fleet)), queued, options.seed)
        tell(f"  {engine}: {fleet} kiosks come back")
        keys = _keys(store, fleet)
        with ThreadPoolExecutor(1) as beside:
            coming = beside.submit(_send, service, keys, queued, options.seed + 1)
            meanwhile = visit(service, PATH, pairs // 8, options.seed + 2)
            back = coming.result()
        again = _send(service, keys[:FEW], queued, options.seed + 1)  # the same answers once more
        gaps = len(collect.missing(store))
    url = settings.get("DATABASE_URL") or f"sqlite:///{instance / 'survey.sqlite3'}"
    visits = (form, poster, link, meanwhile)
    given = [*few.fleet.receipts, *back.fleet.receipts, *chain.from_iterable(each.led for each in visits)]
    lost, twice = missing_or_doubled(url, given)
    counted = f"{len(given):,} receipts: {lost} not kept, {twice} kept twice; {gaps} kiosks with gaps"
    came = _return(
        f"{fleet} kiosks come back at once with {queued} answers each, on {engine}", fleet * queued, back
    )
    rows = (
        *came.rows,
        ("the form meanwhile: GET + POST, median", thousandths(median(meanwhile.both))),
        ("the form meanwhile: GET + POST, p99", thousandths(percentile(meanwhile.both, 99))),
        (
            f"{len(again.fleet.receipts):,} of the answers sent again",
            f"{again.fleet.kept} kept, {again.fleet.known:,} known",
        ),
    )
    notes = (f"counted in the database afterwards (inbox and ledger): {counted}", *came.notes)
    visited = {
        "the form: GET + POST": form,
        f"a poster's address ({POSTER}): 2 GET + POST": poster,
        f"a procedure's link ({LINK}): 2 GET + POST": link,
    }
    return [_intake(engine, base, visited, few, file), replace(came, rows=rows, notes=notes)]


def _intake(engine: str, base: Loaded, visited: dict[str, Loaded], few: Took, file: float) -> Table:
    """What each door takes in. file: people a second, of one that is imported."""
    pairs = len(base.both) / base.seconds
    doors = {"hello: GET a line + POST a redirect": base, **visited}
    return Table(
        f"Answers through each door on {engine}",
        ("", "answers per second", "p99 of a request", "against hello"),
        (
            *(_door(name, len(seen.both) / seen.seconds, seen.both, pairs) for name, seen in doors.items()),
            _door(f"{FEW} kiosks, batches of {BATCH}", few.rate, few.fleet.batches, pairs),
            _door("a file, by `survey import`", file, [], pairs),
        ),
        (
            f"form and hello with {CONNECTIONS} connections; the load runs on the same cores; sealing is on",
            "p99 of a visit with all its requests, or of a batch; a file is one request to nobody",
            (
                f"the server spent {1e6 * few.processor / max(1, len(few.fleet.receipts)):,.0f} µs of processor "
                "time on an answer from a kiosk, sealing included"
            ),
        ),
    )


def _door(name: str, rate: float, requests: list[float], base: float) -> tuple[str, ...]:
    p99 = thousandths(percentile(requests, 99)) if requests else ""
    return name, whole(rate), p99, ratio(rate / base)


def _imported(store: Database, file: Path, people: int) -> float:
    """People a second that are taken in from a file, read, checked and kept."""
    plan = importmap.parse(MAP.name, MAP.read_text(encoding="utf-8"))
    columns = ("resultId", "Q1", "Q2", "date", "Q40", "Q45", "Q46", "Q47", "Q51", "Q61")
    lines = (f"{n},{n % 100},{2 + n % 9},1582-10-14,9,7,8,{1 + n % 10},5,6" for n in range(people))
    file.write_text("\n".join((",".join(columns), *lines)), encoding=plan.options.encoding)
    own = {plan.wave.instrument: MAP.with_name(plan.wave.instrument).read_text(encoding="utf-8")}

    def run() -> None:
        with file.open("rb") as opened:
            read = table.read(opened, file.name, plan.options)
            assert collect.import_table(store, read, plan, own, at=now()).new == people

    return people / seconds(run)


def _return(title: str, waiting: int, back: Took) -> Table:
    seen = back.fleet
    return Table(
        title,
        ("", ""),
        (
            ("answers kept", f"{seen.kept:,} of {waiting:,}"),
            ("seconds until the last was acknowledged", f"{seen.seconds:,.1f}"),
            ("answers per second", whole(back.rate)),
            ("a batch of 100 that is taken, median", thousandths(median(seen.batches))),
            ("a batch of 100 that is taken, p99", thousandths(percentile(seen.batches, 99))),
            ("a kiosk's whole queue, p99", thousandths(percentile(seen.kiosks, 99))),
            ("put off with 503, to come back within seconds", f"{seen.put_off:,}"),
            ("refused, or another fault", str(len(seen.faults))),
        ),
        ("the service takes few batches at a time and puts the others off, so that people at forms go on",),
    )


def _keys(store: Database, number: int) -> list[str]:
    """The keys of kiosks that were activated a month ago, at counters by turns."""
    since: datetime = now() - timedelta(days=30)
    counters = sorted(design.reference(store).counters)
    found = []
    for n in range(number):
        code = collect.issue(store, counters[n % len(counters)], at=since, chance=secrets.token_bytes).code
        made = collect.activate(store, code, at=since, chance=secrets.token_bytes)
        found.append(f"{made.device.id}.{made.key}")
    return found


def _send(server: Server, keys: list[str], queued: int, seed: int) -> Took:
    before = processor_seconds(server.process.pid)
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.fleet", server.url, str(queued), str(seed)],
        input="\n".join(keys).encode(),
        stdout=subprocess.PIPE,
        check=True,
        timeout=600,
    ).stdout
    return Took(Fleet(**json.loads(told)), processor_seconds(server.process.pid) - before)


def processor_seconds(group: int) -> float:
    """The processor time of a group of processes, those that ended left out; 0 where the system does not tell."""
    spent = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = file.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(parts[2]) == group:
            spent += int(parts[11]) + int(parts[12])
    return spent / os.sysconf("SC_CLK_TCK")


@contextmanager
def _opened(instance: Path, settings: dict[str, str]) -> Iterator[Database]:
    told = config.read({"SURVEY_INSTANCE": str(instance), **settings})
    store = databases.connect(told.database_url, told.keys)
    try:
        yield store
    finally:
        store.dispose()
