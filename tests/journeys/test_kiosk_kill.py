"""A kiosk that comes back after weeks, over a server that dies again and again: each answer once.

The real server in a process of its own; several kiosks that send their queues in batches, each until
it is acknowledged; SIGKILL at random moments, so that some batches are committed and never told of.
"""

from __future__ import annotations

import json
import random
import secrets
import threading
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from survey import collect, process
from survey.store.database import Database
from survey.web.context import now
from tests.journeys.conftest import Service
from tests.kiosk import COUNTER, entry
from tests.serving import kill, serving

KILLS = {"sqlite": 8, "postgres": 4}
KIOSKS, QUEUED, BATCH = 4, 400, 5
#: seconds that a life of the server lasts after it answers
LIVES = (0.02, 0.3)


@dataclass
class Kiosk:
    """A tablet with its key, its queue, and what was told of each of its answers."""

    key: str
    queue: list[dict[str, Any]]
    told: dict[str, set[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    unsure: int = 0

    def deliver(self, url: str, rng: random.Random) -> None:
        """Send batch after batch from anywhere in the queue until all are told of or the server is gone."""
        parts = urlsplit(url)
        with (
            suppress(OSError, HTTPException),
            closing(HTTPConnection(str(parts.hostname), parts.port)) as line,
        ):
            while self.queue:
                some = rng.sample(self.queue, min(BATCH, len(self.queue)))
                self.unsure += len(some)
                self._send(line, some)
                self.unsure -= len(some)

    def _send(self, line: HTTPConnection, some: list[dict[str, Any]]) -> None:
        body = json.dumps({"batch": some, "waiting": len(self.queue), "oldest": None, "dead": 0})
        head = {"Content-Type": "application/json", "Authorization": f"Device {self.key}"}
        line.request("POST", "/kiosk/responses", body, head)
        answer = line.getresponse()
        found = json.loads(answer.read())
        if answer.status == 503:  # others have their turn
            return
        if answer.status != 200:
            self.faults.append(f"status {answer.status}: {found}")
            return
        for result in found["results"]:
            if result["outcome"] == "refused":
                self.faults.append(str(result["code"]))
            self.told.setdefault(result["id"], set()).add(result["receipt"])
        self.queue = [one for one in self.queue if one["id"] not in self.told]


def kiosk_with_a_queue(store: Database) -> Kiosk:
    code = collect.issue(store, COUNTER, at=now(), chance=secrets.token_bytes).code
    made = collect.activate(store, code, at=now(), chance=secrets.token_bytes)
    queue = [entry(number, 1 + number % 5, at=now()) for number in range(1, QUEUED + 1)]
    return Kiosk(f"{made.device.id}.{made.key}", queue)


@pytest.mark.timeout(600)
def test_killed_while_kiosks_come_back_it_keeps_each_answer_once_and_knows_every_number(
    service: Service, store: Database
) -> None:
    rng = random.Random(20261123)
    kiosks = [kiosk_with_a_queue(store) for _ in range(KIOSKS)]
    unsure = 0
    for _ in range(service.kills):
        live(service, kiosks, rng, killed=True)
        unsure += sum(kiosk.unsure for kiosk in kiosks)
        for kiosk in kiosks:
            kiosk.unsure = 0
    live(service, kiosks, rng, killed=False)
    assert unsure, "no batch was under way at any kill: nothing was tried"
    assert [fault for kiosk in kiosks for fault in kiosk.faults] == []
    assert all(len(receipts) == 1 for kiosk in kiosks for receipts in kiosk.told.values())
    assert sum(len(kiosk.told) for kiosk in kiosks) == KIOSKS * QUEUED
    process.seal_all(store, rng=random.Random(1), today=now().date())
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM response")) == KIOSKS * QUEUED
        assert connection.scalar(text("SELECT sum(answers) FROM arrival")) == KIOSKS * QUEUED
        assert connection.execute(text("SELECT first, last FROM sequence")).all() == [(1, QUEUED)] * KIOSKS
    assert collect.missing(store) == [] and collect.dead_letters(store) == []
    assert not any(device.cloned for device in collect.kiosks(store))
    assert process.rebuild(store).equal


def live(service: Service, kiosks: list[Kiosk], rng: random.Random, *, killed: bool) -> None:
    """One life of the server, with every kiosk sending."""
    with serving(service.instance, settings=service.settings, path="/healthz", forked=True) as server:
        threads = [
            threading.Thread(target=kiosk.deliver, args=(server.url, random.Random(rng.random())))
            for kiosk in kiosks
        ]
        for thread in threads:
            thread.start()
        if killed:
            threading.Event().wait(rng.uniform(*LIVES))
            kill(server.process)
        for thread in threads:
            thread.join()
