"""A year of comments: how fast they are read, released and searched, and how well what is read agrees with people."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from benchmarks import hello
from benchmarks.measure import Options, Table, median, percentile, ratio, spent, thousandths, whole
from benchmarks.responses import own_database
from survey import design, reply
from survey.comment import Comment, Kind, key_of
from survey.receipt import Keys
from survey.reply.comments import as_read
from survey.store import comments, database, readings
from survey.store.database import Database
from tests import labelled

KEYS = Keys.of(b"b" * 32, b"c" * 32)
COMMENTS = 200_000
#: of these so many are released as the service does it; the others are put beside them as it would have left them
RELEASED, DISTINCT = 20_000, 5_000
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
                "whoever tuned them, with a look at its totals between rounds: it flatters."
            ),
        ),
    )


def _speed(rows: list[tuple[str, ...]], made: int) -> Table:
    client = hello.create_app().test_client()
    both = [spent(lambda: client.get("/")) for _ in range(50)]
    clock, processor = (median([one[which] for one in both]) for which in (0, 1))
    least = {"SQLite": processor, "PostgreSQL": clock}
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
        tuple((*row[:-1], ratio(float(row[-1]) / least[row[0]])) for row in rows),
        (
            (
                f"A hello world of Flask answers in {thousandths(clock)}, {thousandths(processor)} of them the processor's "
                "(median, in-process, in the same run)."
            ),
            "On SQLite searches are timed by the processor, on PostgreSQL, whose work is another process's, by the clock.",
            (
                f"Releasing masks, tells kinds and topics, and indexes: per second of processor time, of the first "
                f"{whole(min(made, RELEASED))}. The rest was put beside them as read. Searches are of the whole province, "
                "of one to three words."
            ),
        ),
    )


def _measured(name: str, url: str, made: int, options: Options) -> tuple[str, ...]:
    database.migrate(url)
    db = database.connect(url, KEYS)
    try:
        design.dedicate(db, "simulated")
        design.load_shipped(db, on=BEGIN)
        rng, first = random.Random(options.seed), min(made, RELEASED)
        _fill(db, range(first), rng)
        began = time.process_time()
        reply.release(db, rng=random.Random(options.seed), today=BEGIN + timedelta(days=371))
        released = time.process_time() - began
        _fill_as_read(db, range(first, made), rng)
        assert reply.search(db, "son-la").comments[0].number == made
        which, often = (1 if db.sqlite else 0), (2 if options.quick else 8)
        searches = [_found(db, "son-la", each)[which] for each in SEARCHES for _ in range(often)]
        pages = [_found(db, one, "")[which] for one in ("son-la", "03646", "03679") for _ in range(10)]
        topics = min(spent(lambda: reply.topics(db, "son-la"))[which] for _ in range(3))
    finally:
        db.dispose()
    worst = percentile(searches, 95)
    shown = (thousandths(percentile(searches, 50)), thousandths(worst), thousandths(percentile(pages, 95)))
    return (name, whole(first / released), *shown, thousandths(topics), str(worst))


def _found(db: Database, agency: str, query: str) -> tuple[float, float]:
    return spent(lambda: reply.search(db, agency, query))


def _fill(db: Database, numbers: range, rng: random.Random) -> None:
    """Comments put together from the sentences of the sample, one to three each."""
    agencies, sentences = _agencies(db), [one.text for one in labelled.sample()]
    for some in _thousands(numbers):
        with db.write() as connection:
            comments.add(connection, list(_some(some, agencies, lambda: _text(sentences, rng), rng)))


def _fill_as_read(db: Database, numbers: range, rng: random.Random) -> None:
    """More of them, of texts that were read before: the tables are as after a year, in a part of the time."""
    known, agencies = design.reference(db), _agencies(db)
    sentences = [one.text for one in labelled.sample()]
    texts = [_text(sentences, rng) for _ in range(min(len(numbers), DISTINCT))]
    told = {text: reply.read(text) for text in texts}
    for some in _thousands(numbers):
        made = list(_some(some, agencies, lambda: rng.choice(texts), rng))
        week = BEGIN + timedelta(days=371)
        with db.write() as connection:
            comments.add(connection, made)
            readings.add(connection, [as_read(known, one, told[one.text], week) for one in made])


def _thousands(numbers: range) -> Iterator[range]:
    return (numbers[start : start + 5_000] for start in range(0, len(numbers), 5_000))


def _agencies(db: Database) -> list[str]:
    return [one.code for one in design.places(db, on=date(2026, 11, 23))]


def _text(sentences: list[str], rng: random.Random) -> str:
    return " ".join(rng.choices(sentences, k=rng.choice((1, 1, 2, 3))))


def _some(
    numbers: range, agencies: list[str], text: Callable[[], str], rng: random.Random
) -> Iterator[Comment]:
    for number in numbers:
        received = BEGIN + timedelta(days=rng.randrange(364))
        yield Comment(key_of(KEYS.salt, number.to_bytes(32)), rng.choice(agencies), "vi", received, text())
