"""What an agency's dashboard costs: as responses grow, and while people answer."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from benchmarks import hello
from benchmarks.analysts import ANALYSTS, LOOKING
from benchmarks.answers import KEYS, province
from benchmarks.filled import count_only, service
from benchmarks.measure import Options, Table, median, percentile, ratio, tell, thousandths, whole
from survey import admit, design
from survey.account import Stage, Way
from survey.admit import sessions
from survey.factory import settle
from survey.roles import Grant, Role
from survey.store import accounts
from survey.store.database import Database, connect
from survey.web import guard
from tests.serving import serving, set_up

#: counts are cheap to make: five times as many responses as elsewhere
SIZES, MORE = (10_000, 1_000_000, 5_000_000), 5
QUICK = (1_000, 2_000)
#: agencies whose dashboards are asked for, and what is asked of each
AGENCIES = 16
KINDS = {
    "the year": "",
    "a quarter": "?period=2026-Q3",
    "one filter": "?period=2026&mode=kiosk",
    "two filters": "?period=2026-Q3&mode=online&kind=citizen",
}
OFTEN, A_SECOND, LASTING = 5, 100, 60
#: how often all sizes are gone through: of each dashboard the median counts, so that no stall of the machine does
TURNS = 3


def run(options: Options) -> list[Table]:
    sizes = QUICK if options.quick else tuple(size for size in SIZES if size <= MORE * options.size)
    files = {size: options.folder / f"desk-{size}.sqlite3" for size in sizes}
    for size, file in files.items():
        if not file.exists():
            count_only(province(f"sqlite:///{file}"), size, options.seed)
    measured(files[sizes[0]])  # loads what the process loads once
    turns = [
        {size: measured(file) for size, file in files.items()} for _ in range(1 if options.quick else TURNS)
    ]
    found = {size: _medians([turn[size] for turn in turns]) for size in sizes}
    least = _least()
    heads = tuple(whole(size) for size in sizes)
    return [
        _table("A dashboard that nobody has asked for yet, p95", heads, found, "cold", least),
        _table("A dashboard that is kept, p95", heads, found, "kept", least),
        Table(
            "Figures that such a dashboard tells, median",
            ("dashboard", *heads),
            tuple(
                (kind, *(whole(int(median(one[f"told {kind}"]))) for one in found.values())) for kind in KINDS
            ),
            (
                "where few answered, most parts are held back: a page with fewer figures takes less to make and to write",
            ),
        ),
        _at_work(options),
    ]


def _table(
    title: str, heads: tuple[str, ...], found: dict[int, dict[str, list[float]]], which: str, least: float
) -> Table:
    rows = []
    for kind in KINDS:
        times = [percentile(one[f"{which} {kind}"], 95) for one in found.values()]
        against = ratio(times[-1] / least)
        rows.append((kind, *map(thousandths, times), ratio(times[-1] / times[0]), against))
    return Table(
        title,
        ("dashboard", *heads, "growth", "against hello"),
        tuple(rows),
        (
            f"processor time, of {AGENCIES} agencies each, one after the other, in one process without a network; of each the median of {TURNS} turns through the sizes",
            "code, catalogue and templates are loaded, no figures; the first agency's year and quarter are with all that agencies share",
            f"hello: the least Flask application in the same process, p95 {thousandths(least)}",
            f"goal: from {heads[0]} to {heads[-1]} responses at most 1.5 times as long",
            "a year of counts at 93 counters and as many online desks, and of the procedures of each agency (1 : 1/2 : 1/3 ...): days of drawn responses, folded as sealing does, come again until there are enough",
        ),
    )


def measured(file: Path) -> dict[str, list[float]]:
    """Seconds of processor time of each dashboard, asked for the first time ("cold ...") and again ("kept ...").

    And how many figures it tells ("told ...").
    """
    app = service(file)
    db: Database = app.extensions["store"]
    client = _let_in(app, db)
    known = design.reference(db)
    rated = sorted({counter.agency or counter.receiver for counter in known.counters.values()})
    client.get("/rate")
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    settle()
    times: dict[str, list[float]] = {}
    for kind, asked in KINDS.items():
        paths = [f"/desk/{agency}{asked}" for agency in rated[:: max(1, len(rated) // AGENCIES)][:AGENCIES]]
        for path in paths:
            times.setdefault(f"cold {kind}", []).append(_worked(partial(_get, client.get, path)))
        for path in paths * OFTEN:
            times.setdefault(f"kept {kind}", []).append(_worked(partial(_get, client.get, path)))
        times[f"told {kind}"] = [float(client.get(path).text.count("<data ")) for path in paths]
    db.dispose()
    return times


def _medians(turns: Sequence[dict[str, list[float]]]) -> dict[str, list[float]]:
    """Of each figure the median over turns."""
    return {
        name: [median(some) for some in zip(*(turn[name] for turn in turns), strict=True)]
        for name in turns[0]
    }


def _least() -> float:
    """The p95 of the least Flask application, in processor time."""
    client = hello.create_app().test_client()
    return percentile([_worked(lambda: _get(client.get, "/")) for _ in range(AGENCIES * OFTEN)], 95)


def _let_in(app: Flask, db: Database) -> FlaskClient:
    client = app.test_client()
    client.set_cookie(guard.SESSION, token(db))
    return client


def token(db: Database) -> str:
    """The token of a session of somebody who may read every dashboard."""
    at, name = int(time.time()), f"analyst-{secrets.token_hex(4)}"
    given = admit.create(db, None, name=name, person="Analyst", agency="son-la", address="", at=at)
    admit.give(db, None, given.account, Grant(Role.ANALYST, "son-la"), at=at)
    with db.write() as connection:
        accounts.change(connection, given.account.id, first_password=False)
        account = accounts.account(connection, given.account.id)
        begun = sessions.begin(
            connection, account, stage=Stage.OPEN, way=Way.PASSKEY, device="benchmark", at=at
        )
    return begun.token


def _worked(run: Callable[[], Any]) -> float:
    """Seconds of processor time: what else the machine does hardly lengthens them."""
    began = time.process_time()
    run()
    return time.process_time() - began


def _get(get: Callable[..., Any], path: str) -> None:
    answer = get(path)
    assert answer.status_code in (200, 404), f"{path}: {answer.status}"  # 404: nobody answered so


# While people answer.


def _at_work(options: Options) -> Table:
    """Fifty analysts before one server, alone and while a hundred people a second answer."""
    size, lasting = (2_000, 5) if options.quick else (100_000, LASTING)
    instance = options.folder / "at-work"
    instance.mkdir(exist_ok=True)
    set_up(instance)
    tell(f"  {ANALYSTS} analysts")
    db = connect(f"sqlite:///{instance / 'survey.sqlite3'}", KEYS)
    count_only(db, size, options.seed, keep=True)
    own = token(db)
    agencies = sorted({c.agency or c.receiver for c in design.reference(db).counters.values()})
    db.dispose()
    paths = [f"/desk/{agency}{asked}" for agency in agencies for asked in KINDS.values()]
    rows = []
    with serving(instance) as server:
        reading = ("read", server.url, own, str(lasting), str(options.seed), *paths)
        answering = ("answer", server.url, "/rate/03646", str(A_SECOND), str(lasting), str(options.seed))
        rows += _beside(reading, answering, "nothing kept at first")
        rows.append(_row(f"{ANALYSTS} analysts alone", _finished(_begun(*reading))))
        rows += _beside(reading, answering, "most is kept")
    return Table(
        f"{ANALYSTS} analysts at once while {A_SECOND} responses a second come in",
        ("", "asked", "median", "p95", "p99", "refused"),
        tuple(rows),
        (
            f"for {lasting} s each; an analyst looks at a page for about {LOOKING:.0f} s before the next of {len(paths)}",
            f"{whole(size)} responses before; one process on SQLite, sealing on; all loads run on the same cores",
        ),
    )


def _beside(reading: Sequence[str], answering: Sequence[str], how: str) -> list[tuple[str, ...]]:
    """Analysts and people who answer, both from the same second on."""
    others = _begun(*answering)
    read = _finished(_begun(*reading))
    answered = _finished(others)
    came = len(answered["seen"]) / max(1.0, answered["lasted"][0])
    return [
        _row(f"{ANALYSTS} analysts, {how}", read),
        _row(f"people who answer meanwhile, {came:.0f} a second (form and press)", answered),
    ]


def _begun(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.analysts", *arguments], stdout=subprocess.PIPE)


def _finished(load: subprocess.Popen[bytes]) -> dict[str, list[float]]:
    told, _ = load.communicate(timeout=LASTING * 6)
    found: dict[str, list[float]] = json.loads(told)
    return found


def _row(name: str, found: dict[str, list[float]]) -> tuple[str, ...]:
    seen = found["seen"] or [0.0]
    times = (median(seen), percentile(seen, 95), percentile(seen, 99))
    return name, whole(len(found["seen"])), *map(thousandths, times), whole(len(found["faults"]))
