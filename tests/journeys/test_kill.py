"""Whatever moment the service is killed at, every response it acknowledged is there, exactly once.

The real server in a process of its own, several visitors pressing, a backlog being sealed; SIGKILL to
all of its processes at a random moment; started again over the same database, fifty times.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import text

from survey import collect, process
from survey.receipt import commit, hash_of_id, read_code, salt_of
from survey.response import Sealed
from survey.store import responses
from survey.store.database import Database
from survey.web.context import now
from tests.answering import rated
from tests.journeys.conftest import Service
from tests.serving import kill, serving
from tests.web.visitor import CHOICE, HIDDEN

#: kills on each engine; the environment's KILLS has another number
KILLS = {"sqlite": 50, "postgres": 10}
VISITORS = 6
PATHS = ("/rate/03646", "/rate/03664", "/rate/03646?form=long")

#: responses that wait when every second life of the server begins, so that it dies while it seals
BACKLOG = 1_000
#: seconds that a life lasts after the first answer: before the first sealing, and around it
LIVES = ((0.05, 0.6), (0.85, 1.35))
SECONDS_TO_SEAL = 60.0


@dataclass
class Press:
    """A filled-in form, the cookies to send it with, and the code of the receipt once there is one."""

    path: str
    fields: Mapping[str, str]
    cookies: str
    code: str | None = None

    @property
    def id(self) -> str:
        return self.fields["response"]


@dataclass
class Seen:
    """All presses, noted before they are sent, and answers that are no receipt."""

    presses: list[Press] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def open_form(connection: HTTPConnection, rng: random.Random) -> Press:
    path = rng.choice(PATHS)
    connection.request("GET", path)
    answer = connection.getresponse()
    page = answer.read().decode()
    cookies = "; ".join(set_.split(";")[0] for set_ in answer.headers.get_all("Set-Cookie") or ())
    steps: dict[str, list[str]] = {}
    for name, value, _ in CHOICE.findall(page):
        if name.startswith("item-") and value.isdecimal():
            steps.setdefault(name, []).append(value)
    chosen = {name: rng.choice(values) for name, values in steps.items()}
    return Press(path, {**dict(HIDDEN.findall(page)), **chosen}, cookies)


def send(connection: HTTPConnection, press: Press) -> str:
    """Send a form; the receipt's code, or the status there was instead."""
    head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": press.cookies}
    connection.request("POST", press.path, urlencode(press.fields), head)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 303:
        return f"status {answer.status}"
    return urlsplit(answer.headers["Location"]).path.rsplit("/", 1)[-1]


def connect(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    return HTTPConnection(parts.hostname or "", parts.port, timeout=20)


def visit(url: str, rng: random.Random, seen: Seen, stop: threading.Event) -> None:
    """Press until the server is gone, or until told to stop."""
    with suppress(OSError, HTTPException), closing(connect(url)) as connection:
        while not stop.is_set():
            press = open_form(connection, rng)
            seen.presses.append(press)
            code = send(connection, press)
            if read_code(code) is None:
                seen.faults.append(code)
            else:
                press.code = code


@contextmanager
def visitors(url: str, rng: random.Random, seen: Seen) -> Iterator[None]:
    stop = threading.Event()
    chances = [random.Random(rng.random()) for _ in range(VISITORS)]
    threads = [threading.Thread(target=visit, args=(url, chance, seen, stop)) for chance in chances]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()


def send_again(url: str, presses: Sequence[Press], seen: Seen) -> None:
    """Send forms once more: whoever has a receipt gets the same, whoever has none gets one."""
    with closing(connect(url)) as connection:
        for press in presses:
            code = send(connection, press)
            if read_code(code) is None or press.code not in (None, code):
                seen.faults.append(f"{code} instead of {press.code}")
            press.code = code


def live_and_die(service: Service, life: tuple[float, float], rng: random.Random, seen: Seen) -> None:
    """One life of the server: forms of the last one are sent again, new ones come, and it is killed."""
    unsure = [press for press in seen.presses if press.code is None]
    with serving(service.instance, settings=service.settings, path="/healthz", forked=True) as server:
        send_again(server.url, [press for press in unsure if rng.random() < 0.5], seen)
        with visitors(server.url, rng, seen):
            threading.Event().wait(rng.uniform(*life))
            kill(server.process)


def wait_until_sealed(store: Database) -> None:
    ticks = threading.Event()
    for _ in range(int(SECONDS_TO_SEAL / 0.1)):
        if not process.waiting(store):
            return
        ticks.wait(0.1)
    pytest.fail(f"{process.waiting(store)} responses wait after {SECONDS_TO_SEAL} s")


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [20261123])
def test_killed_at_any_moment_it_keeps_every_acknowledged_response_once(
    service: Service, store: Database, seed: int
) -> None:
    rng, seen, backlog = random.Random(seed), Seen(), 0
    for number in range(service.kills):
        if number % 2:
            waiting = (rated(1 + n % 5, day=now().date() - timedelta(days=n % 9)) for n in range(BACKLOG))
            backlog += collect.submit_many(store, waiting, at=now()).new
        live_and_die(service, LIVES[number % 2], rng, seen)
    unsure = [press for press in seen.presses if press.code is None]
    acknowledged = [press for press in seen.presses if press.code is not None]
    with serving(service.instance, settings=service.settings, path="/healthz", forked=True) as server:
        send_again(server.url, unsure[::2] + rng.sample(acknowledged, 50), seen)
        wait_until_sealed(store)
    assert not seen.faults
    assert unsure, "no request was under way at any kill: nothing was tried"
    check_ledger(store, seen.presses, backlog)
    found = process.rebuild(store)
    assert found.equal, found


def check_ledger(store: Database, presses: Sequence[Press], backlog: int) -> None:
    """Every acknowledged press has one place in the ledger with its answers, and nothing else has one."""
    with store.read() as connection:
        size = responses.count(connection)
        sealed = [row for rows in responses.stream(connection, until=size) for row in rows]
        positions = connection.scalars(text("SELECT position FROM response ORDER BY position")).all()
        hashes = {bytes(h): bytes(c) for h, c in connection.execute(text("SELECT * FROM submission"))}
    assert list(positions) == list(range(size)) == list(range(len(sealed)))
    often = Counter(bytes(commitment) for commitment, _, _ in sealed)
    contents = {bytes(commitment): bytes(content) for commitment, _, content in sealed}
    kept = 0
    for press in presses:
        commitment = hashes.get(hash_of_id(store.keys.salt, press.id))
        if commitment is None:
            assert press.code is None
            continue
        kept += 1
        assert often[commitment] == 1
        assert press.code is None or read_code(press.code) == commitment[:10]
        assert commit(salt_of(store.keys.salt, press.id), contents[commitment]) == commitment
        answers = Sealed.parse(contents[commitment]).answers
        assert {f"item-{item}": str(step) for item, step in answers.items()}.items() <= press.fields.items()
    assert kept + backlog == size == len(hashes)
