"""Kiosks that come back at once, in a process of its own: each sends its queue in batches of a hundred.

`python -m benchmarks.fleet URL QUEUED SEED` reads keys from standard input, one in a line, and prints JSON.
Each kiosk waits for one batch's answer before it sends the next, and sends again what was not taken.
"""

from __future__ import annotations

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

ITEMS = ("overall", "access", "procedure", "officer", "result", "feedback")
BATCH = 100
#: seconds after which a kiosk that is not served gives up
PATIENCE = 500.0


@dataclass
class Fleet:
    """What the kiosks saw: seconds of each batch that was taken and of each kiosk, receipts, outcomes, refusals."""

    seconds: float = 0.0
    batches: list[float] = field(default_factory=list)
    kiosks: list[float] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    kept: int = 0
    known: int = 0
    put_off: int = 0
    faults: list[str] = field(default_factory=list)


def queue(queued: int, rng: random.Random) -> list[str]:
    """Bodies of requests: presses of the last week, a few minutes apart."""
    now = datetime.now(UTC)
    presses = [_press(n + 1, now - timedelta(minutes=15 * (queued - n)), rng) for n in range(queued)]
    return [
        json.dumps(
            {
                "batch": presses[start : start + BATCH],
                "waiting": queued - start,
                "oldest": presses[start]["at"],
                "dead": 0,
            }
        )
        for start in range(0, queued, BATCH)
    ]


def _press(number: int, at: datetime, rng: random.Random) -> dict[str, Any]:
    return {
        "id": str(UUID(int=rng.getrandbits(128), version=4)),
        "seq": number,
        "instrument": "onestop-short@2026.1",
        "wave": "rating-short",
        "answers": {item: rng.choice((1, 2, 3, 4, 4, 5, 5)) for item in ITEMS},
        "at": at.isoformat(),
        "clock": {"offset_ms": 12, "age_ms": None, "steady": True},
        "language": "vi",
        "partial": False,
    }


def deliver(host: str, port: int, key: str, bodies: list[str], seen: Fleet) -> None:
    """One kiosk's return."""
    head = {"Content-Type": "application/json", "Authorization": f"Device {key}"}
    began = time.perf_counter()
    with closing(HTTPConnection(host, port, timeout=PATIENCE)) as line:
        left = list(reversed(bodies))
        while left and time.perf_counter() - began < PATIENCE:
            sent = time.perf_counter()
            line.request("POST", "/kiosk/responses", left[-1], head)
            answer = line.getresponse()
            told = json.loads(answer.read())
            if answer.status == 503:
                seen.put_off += 1
                time.sleep(float(answer.headers["Retry-After"]))
                continue
            seen.batches.append(time.perf_counter() - sent)
            left.pop()
            if answer.status == 200:
                _take(told["results"], seen)
            else:
                seen.faults.append(f"{answer.status} {told.get('code')}")
    seen.kiosks.append(time.perf_counter() - began)


def _take(results: list[dict[str, Any]], seen: Fleet) -> None:
    for result in results:
        if result["outcome"] == "refused":
            seen.faults.append(str(result["code"]))
        else:
            seen.receipts.append(result["receipt"])
            seen.kept += result["outcome"] == "kept"
            seen.known += result["outcome"] == "known"


def main(url: str, queued: str, seed: str) -> None:
    parts = urlsplit(url)
    keys = sys.stdin.read().split()
    rng, seen = random.Random(int(seed)), Fleet()
    queues = [queue(int(queued), rng) for _ in keys]
    began = time.perf_counter()
    with ThreadPoolExecutor(len(keys)) as kiosks:
        for one in [
            kiosks.submit(deliver, str(parts.hostname), int(parts.port or 80), key, bodies, seen)
            for key, bodies in zip(keys, queues, strict=True)
        ]:
            one.result()
    seen.seconds = time.perf_counter() - began
    json.dump(asdict(seen), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
