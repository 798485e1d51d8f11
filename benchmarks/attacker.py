"""An attacker with the whole database: does anything in it lead from an invitation to an answer?

People are invited and answer in the very order in which they were invited: whoever finds an order, or what was
written together, finds them. The attacker reads every table in the order of its rows, every byte of the file and
of its log (SQLite), the place and the transaction of every row (PostgreSQL), and is even told which invitations
were spent in which batch. What is left is to guess within a batch: that is chance.
"""

from __future__ import annotations

import random
import secrets
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import scipy
from sqlalchemy import exc, make_url, text

from benchmarks.answers import TODAY, province
from benchmarks.measure import Options, Table, ratio, tell
from benchmarks.responses import own_database
from survey import collect, invite, process
from survey.response import Answer, Invitation, Mode, Response
from survey.store.database import Database
from survey.token import Dossier, Outcome, issued_hash, period_of, spent_hash, unwrapped

COUNTER, AGENCY = "03646-1", "03646"
NOON = datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=12)
ITEMS = ("overall", "access", "procedure", "officer", "result", "feedback")
#: people in one batch, and batches
BATCH, BATCHES = 25, 40


@dataclass(frozen=True)
class Pair:
    """The truth about one person: the two hashes of the token, and the commitment to the answer."""

    issued: bytes
    spent: bytes
    commitment: bytes


@dataclass(frozen=True)
class Attack:
    """What one way of looking found: right guesses of so many, and how many chance would find right."""

    name: str
    tokens: int
    right: int
    chance: float

    @property
    def p(self) -> float:
        """How often chance finds so many right, or more.

        A guess within a batch is right by chance as often as a shuffled pack of cards has one in its place:
        the hits of a batch are nearly Poisson with mean 1, and those of several add up.
        """
        return float(scipy.stats.poisson.sf(self.right - 1, self.chance))

    @property
    def better(self) -> bool:
        """Whether so many right guesses come by chance less often than once in ten thousand times."""
        return self.p < 1e-4

    @property
    def interval(self) -> tuple[float, float]:
        """Times chance, at 95 % (Garwood's exact interval of a Poisson mean)."""
        low = scipy.stats.chi2.ppf(0.025, 2 * self.right) / 2 if self.right else 0.0
        high = scipy.stats.chi2.ppf(0.975, 2 * self.right + 2) / 2
        return float(low / self.chance), float(high / self.chance)


def adjusted(found: Sequence[Attack]) -> list[float]:
    """The p of each way of looking, for how many ways there were (Holm 1979), in their order."""
    order = sorted(range(len(found)), key=lambda n: found[n].p)
    p = [0.0] * len(found)
    highest = 0.0
    for place, n in enumerate(order):
        highest = max(highest, min(1.0, (len(found) - place) * found[n].p))
        p[n] = highest
    return p


def act(
    db: Database, rng: random.Random, *, batches: int = BATCHES, size: int = BATCH, mixing: bool = True
) -> list[list[Pair]]:
    """Invite, answer and seal; the truth, batch by batch. Nobody is late, nobody swaps places.

    mixing: False leaves the rows of tokens, and the log, as they were written.
    """
    people: list[list[Pair]] = []
    for batch in range(batches):
        dossiers = [Dossier(f"H52-{batch}-{each}", COUNTER, Outcome.GRANTED) for each in range(size)]
        pairs = [_answered(db, dossier, rng) for dossier in dossiers]
        process.seal_all(db, rng=rng, today=TODAY, at_least=size)
        if mixing:
            invite.mix(db, at_least=size)
        people.append(pairs)
    return people


def _answered(db: Database, dossier: Dossier, rng: random.Random) -> Pair:
    bound = invite.checked(db, dossier, within=AGENCY, on=TODAY)
    made = invite.issue(db, [(dossier, bound)], within=AGENCY, at=NOON, chance=secrets.token_bytes)[0]
    assert isinstance(made, invite.Issued)
    opened = invite.opened(db, made.code, on=TODAY)
    response = Response(
        id=f"attacked-{rng.getrandbits(80):020x}",
        wave="rating-short",
        instrument="onestop-short@2026.1",
        agency=AGENCY,
        day=TODAY,
        answers=tuple(Answer(item, (rng.randint(1, 5),)) for item in ITEMS),
        mode=Mode.ONLINE,
        counter=COUNTER,
        invitation=Invitation.DOSSIER,
    )
    receipt = collect.submit(db, response, at=NOON, token=opened.spent)
    with db.read() as connection:
        kept = connection.scalar(text("SELECT wrapped FROM token_key"))
    key = unwrapped(db.keys.salt, bytes(kept))
    assert opened.spent.period == period_of(TODAY)
    return Pair(issued_hash(key, made.code), spent_hash(key, made.code), receipt.commitment)


def attacks(db: Database, people: Sequence[Sequence[Pair]], rng: random.Random) -> list[Attack]:
    """Every way of looking, for what a token is issued under and what is kept when it is spent."""
    dump = _file(db) if db.sqlite else _server(db)
    found = []
    for which in ("issued", "spent"):
        sides = [([getattr(p, which) for p in batch], [p.commitment for p in batch]) for batch in people]
        for name, places in dump.orders.items():
            found.append(_score(f"{which}: {name}", sides, lambda a, b, at=places: _by_order(a, b, at)))  # type: ignore[misc]
        for name, groups in dump.together.items():
            found.append(_score(f"{which}: {name}", sides, lambda a, b, at=groups: _by_group(a, b, at, rng)))  # type: ignore[misc]
        found.append(_score(f"{which}: the nearest hash", sides, _by_nearness))
    return found


@dataclass(frozen=True)
class Dump:
    """What the attacker reads: places of values in some order, and groups of values that came together."""

    orders: Mapping[str, Mapping[bytes, float]]
    together: Mapping[str, Sequence[set[bytes]]]


Guess = Callable[[list[bytes], list[bytes]], dict[bytes, bytes]]


def _score(name: str, sides: Sequence[tuple[list[bytes], list[bytes]]], guess: Guess) -> Attack:
    right = tokens = 0
    for hashes, commitments in sides:
        told = guess(sorted(hashes), sorted(commitments))
        right += sum(told.get(one) == other for one, other in zip(hashes, commitments, strict=True))
        tokens += len(hashes)
    return Attack(name, tokens, right, float(len(sides)))


def _by_order(hashes: list[bytes], commitments: list[bytes], at: Mapping[bytes, float]) -> dict[bytes, bytes]:
    """The first token to the first answer, and so on."""
    ordered = [sorted(values, key=lambda value: at.get(value, 0.0)) for values in (hashes, commitments)]
    return dict(zip(*ordered, strict=True))


def _by_group(
    hashes: list[bytes], commitments: list[bytes], groups: Sequence[set[bytes]], rng: random.Random
) -> dict[bytes, bytes]:
    """An answer of the smallest group that the token is in; any of the batch where there is none."""
    told = {}
    for one in hashes:
        near = [[c for c in commitments if c in group] for group in groups if one in group]
        told[one] = rng.choice(min(filter(None, near), key=len, default=commitments))
    return told


def _by_nearness(hashes: list[bytes], commitments: list[bytes]) -> dict[bytes, bytes]:
    return {one: min(commitments, key=lambda c: int.from_bytes(c) ^ int.from_bytes(one)) for one in hashes}


# SQLite: the file and its log.


def _file(db: Database) -> Dump:
    path = Path(str(make_url(str(db.engine.url)).database))
    log = path.with_name(path.name + "-wal")
    raw, written = path.read_bytes(), log.read_bytes() if log.exists() else b""
    values = _values(db)
    first = {value: float(raw.find(value)) for value in values}
    last = {value: float(raw.rfind(value)) for value in values}
    frames = _frames(written)
    logged = {value: float(written.find(value)) for value in values}
    return Dump(
        {"rows of the tables": _rows(db), "first place in the file": first}
        | {"last place in the file": last, "place in the log": logged},
        {
            "pages of the file": [_within(values, page) for page in _pages(raw)],
            "written together (log)": _news(values, frames),
        },
    )


def _pages(raw: bytes) -> list[bytes]:
    size = struct.unpack(">H", raw[16:18])[0]
    size = 65536 if size == 1 else size
    return [raw[start : start + size] for start in range(0, len(raw), size)]


def _frames(log: bytes) -> list[list[bytes]]:
    """The pages of each transaction in a log (SQLite's file format, section 4)."""
    if len(log) < 32:
        return []
    size = struct.unpack(">I", log[8:12])[0]
    transactions: list[list[bytes]] = [[]]
    for start in range(32, len(log) - 24 - size + 1, 24 + size):
        transactions[-1].append(log[start + 24 : start + 24 + size])
        if struct.unpack(">I", log[start + 4 : start + 8])[0]:
            transactions.append([])
    return [each for each in transactions if each]


def _news(values: Iterable[bytes], transactions: Sequence[list[bytes]]) -> list[set[bytes]]:
    """What each transaction was the first to write."""
    seen: set[bytes] = set()
    found = []
    for pages in transactions:
        held = set().union(*(_within(values, page) for page in pages))
        found.append(held - seen)
        seen |= held
    return found


def _within(values: Iterable[bytes], page: bytes) -> set[bytes]:
    return {value for value in values if value in page}


# PostgreSQL: where a row lies, which transaction wrote it, and what the files hold of rows that are gone.


def _server(db: Database) -> Dump:
    places: dict[bytes, float] = {}
    by_transaction: dict[str, set[bytes]] = {}
    with db.read() as connection:
        for table, column in _COLUMNS:
            query = text(f"SELECT {column}, ctid::text, xmin::text FROM {table}")
            for value, ctid, xmin in connection.execute(query):
                page, line = ctid.strip("()").split(",")
                places.setdefault(bytes(value), int(page) * 1e6 + int(line))
                by_transaction.setdefault(xmin, set()).add(bytes(value))
    files = files_of(db)
    values = _values(db)
    found = {
        "first place in the file": {each: float(_whole(files, each).find(each)) for each in values},
        "last place in the file": {each: float(_whole(files, each).rfind(each)) for each in values},
    }
    return Dump(
        {"rows of the tables": _rows(db), "place of the row (ctid)": places} | (found if files else {}),
        {
            "transaction of the row (xmin)": list(by_transaction.values()),
            "transaction of rows that are gone": _gone(db, values),
        },
    )


def files_of(db: Database) -> dict[str, bytes]:
    """Each table's file as it lies on the disk; none where the server does not let this account read it."""
    try:
        with db.each() as connection:
            connection.exec_driver_sql("CHECKPOINT").close()
            return {
                table: bytes(
                    connection.scalar(text(f"SELECT pg_read_binary_file(pg_relation_filepath('{table}'))"))
                )
                for table, _ in _COLUMNS
            }
    except exc.DBAPIError:
        return {}


def _whole(files: Mapping[str, bytes], value: bytes) -> bytes:
    """The first file that holds a value."""
    return next((content for content in files.values() if value in content), b"")


#: a row's header begins with the transaction that wrote it, 23 bytes or more before its first column
_HEADER = struct.Struct("<I")


def _gone(db: Database, values: Sequence[bytes]) -> list[set[bytes]]:
    """Values by the transaction in the header before each of their copies, those of rows that are gone too."""
    by_transaction: dict[int, set[bytes]] = {}
    for content in files_of(db).values():
        for value in values:
            at = content.find(value)
            while at >= 0:
                for header in range(at - 28, at - 23):
                    (xmin,) = _HEADER.unpack_from(content, max(0, header))
                    by_transaction.setdefault(xmin, set()).add(value)
                at = content.find(value, at + 1)
    return [group for group in by_transaction.values() if len(group) > 1]


# Both.

_COLUMNS = (
    ("token", "hash"),
    ("token_spent", "hash"),
    ("submission", "commitment"),
    ("response", "commitment"),
    ("inbox", "commitment"),
)


def _values(db: Database) -> list[bytes]:
    with db.read() as connection:
        return [
            bytes(value)
            for table, column in _COLUMNS
            for value in connection.scalars(text(f"SELECT {column} FROM {table}"))
        ]


def _rows(db: Database) -> dict[bytes, float]:
    """The place of every value among the rows of its table, as they come."""
    places: dict[bytes, float] = {}
    with db.read() as connection:
        for table, column in _COLUMNS:
            for place, value in enumerate(connection.scalars(text(f"SELECT {column} FROM {table}"))):
                places.setdefault(bytes(value), float(place))
    return places


def run(options: Options) -> list[Table]:
    batches = 3 if options.quick else BATCHES
    tables = [
        _table("SQLite", province(f"sqlite:///{options.folder / 'attacked.sqlite3'}"), batches, options.seed)
    ]
    if options.postgres:
        with own_database(options.postgres) as url:
            tables.append(_table("PostgreSQL", province(url), batches, options.seed))
    return tables


def _table(engine: str, db: Database, batches: int, seed: int) -> Table:
    tell(f"  {batches} batches of {BATCH} on {engine}")
    rng = random.Random(seed)
    people = act(db, rng, batches=batches)
    found = attacks(db, people, rng)
    db.dispose()
    rows = tuple(
        (
            each.name,
            str(each.tokens),
            str(each.right),
            f"{each.chance:.0f}",
            ratio(each.right / each.chance),
            "{:.2f} to {:.2f}".format(*each.interval),
            f"{p:.2f}",
        )
        for each, p in zip(found, adjusted(found), strict=True)
    )
    return Table(
        f"Invitations that an attacker with the whole database links to their answers ({engine})",
        ("way of looking", "invitations", "right", "by chance", "times chance", "at 95 %", "p, for all ways"),
        rows,
        (
            f"{BATCH} people in a batch, all in the order of their invitations",
            "the attacker knows the batches, so that one guess in each is right by chance",
            "issued: the hash that a token is issued under; spent: the one that is kept when it is used",
            "p: how often chance finds so many or more in one of all these ways (Poisson, Holm)",
        ),
    )
