"""A load of visitors, in a process of its own: each opens the form, fills it in, sends it, and again.

One thread serves all connections by readiness, so that the load takes little of the machine that
the server needs too. `python -m benchmarks.load URL PATH CONNECTIONS PAIRS SECONDS SEED` prints JSON.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import selectors
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode, urlsplit

HIDDEN = re.compile(rb'<input type="hidden" name="([^"]+)" value="([^"]*)">')
RADIO = re.compile(rb'<input type="radio" name="(item-[^"]+)" value="([0-9]+)"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)
ZIPPED = re.compile(rb"\r\ncontent-encoding: *gzip", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)


@dataclass
class Loaded:
    """What a load saw: seconds of each GET, of each POST and of both, and where each POST led."""

    seconds: float = 0.0
    got: list[float] = field(default_factory=list)
    posted: list[float] = field(default_factory=list)
    both: list[float] = field(default_factory=list)
    led: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Visitor:
    """One connection that is kept alive, and the visit it is in."""

    def __init__(self, host: str, port: int, path: str, rng: random.Random) -> None:
        self.socket = socket.create_connection((host, port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: {host}:{port}\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n".encode()
        self._path, self._rng = path.encode(), rng
        self._at = self._path
        self._buffer = b""
        self._cookies: dict[bytes, bytes] = {}
        self.began = self.sent = 0.0
        self.posting = False

    def open(self) -> None:
        """Ask for the form, or for what leads to it."""
        self._cookies.clear()
        self.posting = False
        self.began = time.perf_counter()
        self.follow(self._path)

    def follow(self, path: bytes) -> None:
        """Ask for the page that the form is on."""
        self._at = path
        self.sent = time.perf_counter()
        self.socket.sendall(b"GET " + path + b" HTTP/1.1\r\n" + self._head + b"\r\n")

    def send(self, page: bytes) -> None:
        """Fill in the form of a page and send it, with all it carries."""
        fields = dict(HIDDEN.findall(page))
        steps: dict[bytes, list[bytes]] = {}
        for name, value in RADIO.findall(page):
            steps.setdefault(name, []).append(value)
        fields |= {name: self._rng.choice(values) for name, values in steps.items()}
        body = urlencode(fields).encode()
        cookies = b"; ".join(name + b"=" + value for name, value in self._cookies.items())
        head = self._head + b"Cookie: " + cookies + b"\r\n" if cookies else self._head
        self.posting = True
        self.sent = time.perf_counter()
        self.socket.sendall(
            b"POST " + self._at + b" HTTP/1.1\r\n" + head
            + b"Content-Type: application/x-www-form-urlencoded\r\n"
            + b"Content-Length: %d\r\n\r\n" % len(body) + body
        )  # fmt: skip

    def receive(self) -> tuple[bytes, bytes] | None:
        """The head and body of an answer, None while it is on its way."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("closed by the server")
        self._buffer += part
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._buffer[:end]
        length = LENGTH.search(head)
        last = end + 4 + int(length[1] if length else 0)
        if len(self._buffer) < last:
            return None
        body, self._buffer = self._buffer[end + 4 : last], self._buffer[last:]
        self._cookies |= dict(cookie.split(b"=", 1) for cookie in COOKIE.findall(head))
        return head, gzip.decompress(body) if ZIPPED.search(head) else body


def load(url: str, path: str, *, connections: int, pairs: int, seconds: float, rng: random.Random) -> Loaded:
    """Visit until `pairs` visits were begun or the time is over; visits that were begun are ended."""
    host, port = str(urlsplit(url).hostname), int(urlsplit(url).port or 80)
    visitors = [Visitor(host, port, path, rng) for _ in range(min(connections, pairs))]
    seen = Loaded()
    began = time.perf_counter()
    left = pairs - len(visitors)
    with selectors.DefaultSelector() as selector:
        for visitor in visitors:
            selector.register(visitor.socket, selectors.EVENT_READ, visitor)
            visitor.open()
        while selector.get_map():
            ready = selector.select(timeout=10)
            if not ready:
                raise TimeoutError("no answer for ten seconds")
            for key, _ in ready:
                if not _go_on(key.data, seen):
                    continue
                if left > 0 and time.perf_counter() - began < seconds:
                    left -= 1
                    key.data.open()
                else:
                    selector.unregister(key.fileobj)
    seen.seconds = time.perf_counter() - began
    for visitor in visitors:
        visitor.socket.close()
    return seen


def _go_on(visitor: Visitor, seen: Loaded) -> bool:
    """Take what came for a visitor; whether its visit has ended."""
    answer = visitor.receive()
    if answer is None:
        return False
    head, body = answer
    now = time.perf_counter()
    status = head.split(b" ", 2)[1]
    if not visitor.posting and status == b"200":
        seen.got.append(now - visitor.sent)
        visitor.send(body)
        return False
    where = LOCATION.search(head)
    if not visitor.posting and status in (b"302", b"303") and where:
        visitor.follow(where[1])
        return False
    if visitor.posting and status == b"303" and where:
        seen.posted.append(now - visitor.sent)
        seen.both.append(now - visitor.began)
        seen.led.append(where[1].decode())
    else:
        seen.faults.append(head.split(b"\r\n")[0].decode())
    return True


def main(url: str, path: str, connections: str, pairs: str, seconds: str, seed: str) -> None:
    rng = random.Random(int(seed))
    seen = load(url, path, connections=int(connections), pairs=int(pairs), seconds=float(seconds), rng=rng)
    json.dump(asdict(seen), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
