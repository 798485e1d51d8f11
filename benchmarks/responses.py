"""How many visitors the real service takes: each opens the form, fills it in, sends it, has a receipt."""

from __future__ import annotations

import json
import random
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from benchmarks.load import Loaded
from benchmarks.measure import (
    Options,
    Table,
    median,
    percentile,
    processor_time,
    ratio,
    seconds,
    thousandths,
    whole,
)
from survey.receipt import read_code
from tests.serving import Server, serving, set_up

CONNECTIONS = 16
WARM_UP = 200
PATH = "/rate/03646"
#: what others published: the ODK Central team, submissions per second
ODK = 41.2


def run(options: Options) -> list[Table]:
    pairs, repeats = (40, 1) if options.quick else (4_000, 3)
    tables = [_table("SQLite", {}, options, pairs, repeats)]
    if options.postgres:
        with own_database(options.postgres) as url:
            tables.append(_table("PostgreSQL", {"DATABASE_URL": url}, options, pairs, repeats))
    return tables


def _table(engine: str, settings: dict[str, str], options: Options, pairs: int, repeats: int) -> Table:
    """The service and the least Flask application in turns, and the disk below them."""
    instance = options.folder / f"responses-{engine}"
    instance.mkdir()
    set_up(instance, settings=settings)
    hello = (sys.executable, "-m", "benchmarks.hello")
    own, least, disk, pressed = [], [], [], []
    with serving(instance, settings=settings) as service, serving(instance, command=hello) as flask:
        pressed += visit(service, PATH, min(WARM_UP, pairs), options.seed).led
        visit(flask, "/", min(WARM_UP, pairs), options.seed)
        for turn in range(repeats):
            own.append(visited(service, PATH, pairs, options.seed + turn + 1))
            least.append(visited(flask, "/", pairs, options.seed))
            disk.append(durable_inserts(options.folder / f"raw-{engine}-{turn}.sqlite3", pairs))
            pressed += own[-1][0].led
    database = settings.get("DATABASE_URL") or f"sqlite:///{instance / 'survey.sqlite3'}"
    lost, twice = missing_or_doubled(database, pressed)
    return Table(
        f"Responses through the form on {engine}, {CONNECTIONS} connections",
        ("", "per second", "median", "p99", "of it the POST, p99", "against hello", "processor"),
        (
            _row("the service: GET the form + POST it", own, least),
            _row("hello: GET a line + POST a redirect", least, least),
            ("SQLite, one durable commit for each", whole(median([a for a, _ in disk])), "", "", "", "", ""),
            (f"SQLite, a commit for {CONNECTIONS}", whole(median([b for _, b in disk])), "", "", "", "", ""),
        ),
        (
            f"medians of {repeats} turns of {pairs} responses; the load runs on the same cores; sealing is on",
            "processor: what the server and its threads used for each pair, whatever else ran on the machine",
            f"goal: at least 400 per second, p99 below 100 ms; published by others: ODK {ODK} submissions/s",
            (
                f"{len(pressed)} receipts given: {lost} not kept, {twice} kept twice "
                f"(in the inbox or in the ledger), {sum(len(seen.faults) for seen, _ in own)} refused"
            ),
        ),
    )


def visit(server: Server, path: str, pairs: int, seed: int) -> Loaded:
    """Let a process of its own visit `pairs` times."""
    command = (sys.executable, "-m", "benchmarks.load", server.url, path)
    told = subprocess.run(
        [*command, *map(str, (CONNECTIONS, pairs, 60.0, seed))],
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    ).stdout
    return Loaded(**json.loads(told))


def visited(server: Server, path: str, pairs: int, seed: int) -> tuple[Loaded, float]:
    """What a load saw, and the seconds of processor time that the server used for each of its visits."""
    before = processor_time(server.process.pid)
    seen = visit(server, path, pairs, seed)
    return seen, (processor_time(server.process.pid) - before) / pairs


def _row(name: str, turns: list[tuple[Loaded, float]], base: list[tuple[Loaded, float]]) -> tuple[str, ...]:
    seen = [turn for turn, _ in turns]
    own, least = (median([len(turn.both) / turn.seconds for turn, _ in some]) for some in (turns, base))
    return (
        name,
        whole(own),
        thousandths(median([median(turn.both) for turn in seen])),
        thousandths(median([percentile(turn.both, 99) for turn in seen])),
        thousandths(median([percentile(turn.posted, 99) for turn in seen])),
        ratio(own / least),
        f"{1000 * median([used for _, used in turns]):.2f} ms",
    )


def durable_inserts(file: Path, rows: int) -> tuple[float, float]:
    """Rows per second that one thread makes durable: one by one, and in groups."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE row (id BLOB PRIMARY KEY, content BLOB) WITHOUT ROWID")
    rng = random.Random(1)

    def insert(group: int) -> None:
        for _ in range(rows // group):
            connection.execute("BEGIN IMMEDIATE")
            for _ in range(group):
                connection.execute("INSERT INTO row VALUES (?, ?)", (rng.randbytes(32), rng.randbytes(450)))
            connection.execute("COMMIT")

    found = rows / seconds(lambda: insert(1)), rows / seconds(lambda: insert(CONNECTIONS))
    connection.close()
    return found


def missing_or_doubled(url: str, led: list[str]) -> tuple[int, int]:
    """Of the responses that these addresses of receipts are for: how many are not kept, and kept twice."""
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text("SELECT commitment FROM inbox UNION ALL SELECT commitment FROM response")
        kept = [bytes(row[0])[:10] for row in connection.execute(query)]
    engine.dispose()
    codes = [read_code(where.split("/")[-1].split("?")[0]) for where in led]
    return len(set(codes) - set(kept)), len(kept) - len(set(kept)) + len(codes) - len(set(codes))


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """A database of this run alone on a PostgreSQL server."""
    name = f"survey_bench_{secrets.token_hex(4)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
