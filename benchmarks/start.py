"""How soon `./run` serves when it is started again, and how large pages are on the wire."""

from __future__ import annotations

import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import Options, Table, median, whole
from benchmarks.pages import build
from tests.serving import Server, serving

RUN = str(Path(__file__).resolve().parents[1] / "run")
PAGES = ("/", "/agencies/03646", "/rate", "/rate/03646", "/rate/03646?form=long", "/static/hai-long.css")
#: nothing, what browsers take over plain HTTP, and over TLS
ENCODINGS = ("identity", "gzip, deflate", "gzip, deflate, br, zstd")
RESPONSES = 20_000


def run(options: Options) -> list[Table]:
    instance = options.folder / "start"
    instance.mkdir()
    build(instance / "demo.sqlite3", 500 if options.quick else min(RESPONSES, options.size), options.seed)
    began = time.perf_counter()
    with serving(instance, "--demo", command=(RUN,)) as server:
        first = time.perf_counter() - began
        sizes = tuple(
            (f"`{path}`", *(whole(_size(server, path, how)) for how in ENCODINGS)) for path in PAGES
        )
    again = [first] if options.quick else [_seconds_to_serve(instance) for _ in range(3)]
    return [
        Table(
            "Starting again",
            ("", "seconds"),
            (("`./run --demo` until the first page", f"{median(again):.1f}"),),
            (f"median of {len(again)} starts; everything was set up before",),
        ),
        Table(
            "Pages on the wire, bytes",
            ("page", "as it is", "to a browser over HTTP", "over TLS"),
            sizes,
            ("a year of responses is in it; goal: every page below 50 KB as it is sent to browsers",),
        ),
    ]


def _seconds_to_serve(instance: Path) -> float:
    began = time.perf_counter()
    with serving(instance, "--demo", command=(RUN,)):
        return time.perf_counter() - began


def _size(server: Server, path: str, encoding: str) -> int:
    """Bytes of a page's body as they travel."""
    parts = urlsplit(server.url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": encoding})
    answer = connection.getresponse()
    assert answer.status == 200, f"{path}: {answer.status}"
    size = len(answer.read())
    connection.close()
    return size
