"""People at work while others answer, each load in a process of its own; prints JSON.

python -m benchmarks.analysts read URL TOKEN SECONDS SEED PATH...
python -m benchmarks.analysts answer URL PATH A_SECOND SECONDS SEED
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load import load

ANALYSTS = 50
#: seconds that an analyst looks at a page before asking for the next one
LOOKING = 4.0
CONNECTIONS = 16


def read(url: str, token: str, seconds: str, seed: str, *paths: str) -> dict[str, list[float]]:
    """Fifty people who look at one page after the other: the seconds of each, and what went wrong."""
    end, seen, faults = time.monotonic() + float(seconds), list[float](), list[float]()

    def work(number: int) -> None:
        rng = random.Random(int(seed) + number)
        parts = urlsplit(url)
        time.sleep(rng.random() * LOOKING)
        while time.monotonic() < end:
            began = time.perf_counter()
            connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
            connection.request("GET", rng.choice(paths), headers={"Cookie": f"staff={token}"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            (seen if answer.status == 200 else faults).append(time.perf_counter() - began)
            time.sleep(LOOKING * (0.5 + rng.random()))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(ANALYSTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"seen": seen, "faults": faults}


def answer(url: str, path: str, a_second: str, seconds: str, seed: str) -> dict[str, list[float]]:
    """So many people in each second open the form and send it: the seconds of both together."""
    rng, seen, faults = random.Random(int(seed)), list[float](), list[float]()
    began = time.monotonic()
    for second in range(int(float(seconds))):
        time.sleep(max(0.0, began + second - time.monotonic()))
        found = load(url, path, connections=CONNECTIONS, pairs=int(a_second), seconds=60.0, rng=rng)
        seen += found.both
        faults += [0.0] * len(found.faults)
    return {"seen": seen, "faults": faults, "lasted": [time.monotonic() - began]}


if __name__ == "__main__":
    parts: dict[str, Callable[..., Any]] = {"read": read, "answer": answer}
    json.dump(parts[sys.argv[1]](*sys.argv[2:]), sys.stdout)
