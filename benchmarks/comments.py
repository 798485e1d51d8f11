"""A year of comments: how fast they are read, released and searched, and how well what is read agrees with people."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta

from benchmarks import hello
from benchmarks.measure import Options, Table, median, percentile, ratio, seconds, thousandths, whole
from benchmarks.responses import own_database
from survey import design, reply
from survey.comment import Comment, Kind, key_of
from survey.receipt import Keys
from survey.store import comments, database
from survey.store.database import Database
from tests import labelled

KEYS = Keys.of(b"b" * 32, b"c" * 32)
COMMENTS = 200_000
BEGIN = date(2025, 11, 24)
SEARCHES = (
    *("đất đai", "dat dai", "cán bộ hướng dẫn", "can bo", "phong bi", "chờ lâu", "ghế ngồi", "sổ đỏ"),
    *("máy in hỏng", "dung hen", "thai do", "giấy khai sinh", "lệ phí biên lai", "khong co", "mạng chậm xyz"),
)


def run(options: Options) -> list[Table]:
    made = 2_000 if options.quick else COMMENTS
    rows = [_measured("SQLite", f"sqlite:///{options.folder / 'comments.sqlite3'}", made, options)]
    if options.postgres:
        with own_database(options.postgres) as url:
            rows.append(_measured("PostgreSQL", url, made, options))
    return [_agreement(), _speed(rows, made)]


def _agreement() -> Table:
    rows = []
    for part in labelled.PARTS:
        some = labelled.sample(part)
        told = {"personal data, by person or number": labelled.whole(some)}
        told["personal data, by letter"] = labelled.of_masking(some)
        told["topics of feedback, by factor"] = labelled.of_topics(some)
        told |= {f"kind: {kind.value}": labelled.of_kind(some, kind) for kind in Kind}
        told["all but feedback, by the desk it is sent to"] = labelled.of_desk(some)
        for name, found in told.items():
            shown = (whole(found.right), whole(found.false), whole(found.missed))
            rows.append((part, name, *shown, ratio(found.precision), ratio(found.recall)))
    return Table(
        "What is read out of comments, against people's labels",
        ("part", "what", "right", "false", "missed", "precision", "recall"),
        tuple(rows),
        (
            "tests/golden/comments.csv: sentences written for the project, and no sample of what people write.",
            (
                "`tuned` is in view when words and rules are made. `held-out` was written before they were last tuned, by "
                "whoever tuned them."
            ),
        ),
    )


def _speed(rows: list[tuple[str, ...]], made: int) -> Table:
    client = hello.create_app().test_client()
    least = median([seconds(lambda: client.get("/")) for _ in range(50)])
    return Table(
        f"{whole(made)} comments of a year",
        (
            "database",
            "released per second",
            "search, median",
            "search, p95",
            "first page, p95",
            "topics",
            "p95 / hello world",
        ),
        tuple((*row[:-1], ratio(float(row[-1]) / least)) for row in rows),
        (
            f"A hello world of Flask answers in {thousandths(least)} (median, in-process, in the same run).",
            "Releasing masks, tells kinds and topics, and indexes; searches are of the whole province, of one to three words.",
        ),
    )


def _measured(name: str, url: str, made: int, options: Options) -> tuple[str, ...]:
    database.migrate(url)
    db = database.connect(url, KEYS)
    try:
        design.dedicate(db, "simulated")
        design.load_shipped(db, on=BEGIN)
        _fill(db, made, random.Random(options.seed))
        began = time.perf_counter()
        reply.release(db, rng=random.Random(options.seed), today=BEGIN + timedelta(days=371))
        released = time.perf_counter() - began
        times = [
            _seconds(db, "son-la", query) for query in SEARCHES for _ in range(2 if options.quick else 8)
        ]
        first = [_seconds(db, agency, "") for agency in ("son-la", "03646", "03679") for _ in range(10)]
        began = time.perf_counter()
        reply.topics(db, "son-la")
        topics = time.perf_counter() - began
    finally:
        db.dispose()
    worst = percentile(times, 95)
    shown = (thousandths(percentile(times, 50)), thousandths(worst), thousandths(percentile(first, 95)))
    return (name, whole(made / released), *shown, thousandths(topics), str(worst))


def _seconds(db: Database, agency: str, query: str) -> float:
    began = time.perf_counter()
    reply.search(db, agency, query)
    return time.perf_counter() - began


def _fill(db: Database, made: int, rng: random.Random) -> None:
    """Comments put together from the sentences of the sample, one to three each."""
    agencies = [one.code for one in design.places(db, on=date(2026, 11, 23))]
    sentences = [one.text for one in labelled.sample()]
    for start in range(0, made, 5_000):
        with db.write() as connection:
            comments.add(
                connection, list(_some(range(start, min(start + 5_000, made)), agencies, sentences, rng))
            )


def _some(numbers: range, agencies: list[str], sentences: list[str], rng: random.Random) -> Iterator[Comment]:
    for number in numbers:
        text = " ".join(rng.choices(sentences, k=rng.choice((1, 1, 2, 3))))
        received = BEGIN + timedelta(days=rng.randrange(364))
        yield Comment(key_of(KEYS.salt, number.to_bytes(32)), rng.choice(agencies), "vi", received, text)
