"""What an invitation costs: opened by itself, as a page, and spent with an answer; beside the least that Flask does."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import hello
from benchmarks.answers import KEYS, province
from benchmarks.attacker import AGENCY, COUNTER, ITEMS
from benchmarks.measure import Options, Table, median, ratio, seconds, whole
from survey import create_app, invite
from survey.config import Settings
from survey.device import grouped
from survey.errors import UnknownInvitation
from survey.invite import Issued, Opened
from survey.store.database import Database
from survey.token import Dossier, Outcome
from survey.web.context import now, today

ISSUED, TURNS = 2_000, 5


def run(options: Options) -> list[Table]:
    number, turns = (50, 1) if options.quick else (ISSUED, TURNS)
    file = options.folder / "tokens.sqlite3"
    province(f"sqlite:///{file}").dispose()
    service = create_app(_settings(file))
    db = service.extensions["store"]
    dossiers = [Dossier(f"H52-{each}", COUNTER, Outcome.GRANTED) for each in range(number)]
    codes: list[str] = []

    def issue() -> None:
        bound = [(each, invite.checked(db, each, within=AGENCY, on=today())) for each in dossiers]
        made = invite.issue(db, bound, within=AGENCY, at=now(), chance=secrets.token_bytes)
        codes.extend(each.code for each in made if isinstance(each, Issued))

    issued = number / seconds(issue)
    least, client = hello.create_app().test_client(), service.test_client()
    good, forged = codes[: number // 2], [f"{'0' * 8}{each:04}" for each in range(number // 2)]
    some = max(10, number // 10)
    measured: Sequence[tuple[str, int, Callable[[], object]]] = (
        ("baseline: GET a line of hello world", some, lambda: [least.get("/") for _ in range(some)]),
        ("a check by itself, good code", len(good), lambda: [_open(db, code) for code in good]),
        ("a check by itself, forged code", len(forged), lambda: [_open(db, code) for code in forged]),
        (
            "GET a form without invitation (kept)",
            some,
            lambda: [client.get(f"/rate/{AGENCY}") for _ in range(some)],
        ),
        ("GET an invitation's form", some, lambda: [client.get(f"/i/{code}") for code in good[:some]]),
        (
            "GET with a forged code",
            some,
            lambda: [client.get(f"/i/{grouped(code)}") for code in forged[:some]],
        ),
    )
    taken = {name: median([seconds(do) / many for _ in range(turns)]) for name, many, do in measured}
    spent = iter(good)
    fields = {f"item-{item}": "5" for item in ITEMS} | {
        "instrument": "onestop-short@2026.1",
        "wave": "rating-short",
    }

    def post(way: Callable[[], str]) -> None:
        for place in range(some):
            answer = client.post(way(), data=fields | {"response": f"bench-{secrets.token_hex(12)}-{place}"})
            assert answer.status_code == 303, answer.status

    service.config["WTF_CSRF_ENABLED"] = False
    taken["POST without invitation"] = (
        seconds(lambda: post(lambda: f"/rate/{AGENCY}?counter={COUNTER}")) / some
    )
    taken["POST that spends an invitation"] = seconds(lambda: post(lambda: f"/i/{next(spent)}")) / some
    db.dispose()
    base = taken["baseline: GET a line of hello world"]
    rows = tuple((name, whole(1 / each), ratio(base / each)) for name, each in taken.items())
    return [
        Table(
            "Invitations a second, one thread, in the process, SQLite",
            ("what", "a second", "times hello world"),
            (*rows, (f"issue {whole(number)} at once", whole(issued), ratio(issued * base))),
            ("median of turns; a check reads keys, token and spent hash, and opens what it is bound to",),
        )
    ]


def _open(db: Database, code: str) -> Opened | None:
    try:
        return invite.opened(db, code, on=today())
    except UnknownInvitation:
        return None


def _settings(file: Path) -> Settings:
    return Settings(
        instance=file.parent,
        database_url=f"sqlite:///{file}",
        simulated=True,
        session_key=b"b" * 32,
        salt_key=KEYS.salt,
        signing_seed=b"m" * 32,
        seal_at_least=1,
        seal_every=1.0,
        seal_here=False,
        behind_proxy=False,
        place_budget=1_000_000,
        browser_budget=1_000_000,
        form_seconds=0,
    )
