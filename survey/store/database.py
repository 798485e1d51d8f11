"""One database: how it is opened, migrated, read and written. SQLite or PostgreSQL.

On SQLite submissions are committed in groups (`store.grouped`), because many threads that each wait for
the file's single write lock starve one another.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import ConnectionPoolEntry

from survey import errors
from survey.receipt import Keys
from survey.store.keeping import Keeping

__all__ = ["Connection", "Database", "check_schema", "connect", "migrate", "take_sealing_lock"]

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

#: the last two are for sealing: its pages stay in 16 MB of memory, and in as much of the log between two
#: checkpoints, because it touches the same ones again and again
SQLITE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=20000",
    "cache_size=-16000",
    "wal_autocheckpoint=4000",
)

#: seconds for which a glance holds: what another process loads is seen so much later, and a press, which
#: asks for the catalogue three times, costs no read
GLANCE = 0.2

#: seconds after which a connection to a server is asked whether it is still there, before it is used again
REST = 1.0
_USED = "used"

#: the number of PostgreSQL's advisory lock that a sealing process holds
SEALING_LOCK = 0x68_61_69_6C


class Database(Keeping):
    """An open database. Use `read()` and `write()`; close it with `dispose()`."""

    def __init__(self, url: str, keys: Keys) -> None:
        super().__init__()
        self.keys = keys
        self.engine = _engine(url)
        self.sqlite = self.engine.dialect.name == "sqlite"
        self._write = self.engine.execution_options(survey_write=True)
        self._each = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._glances: dict[str, tuple[float, Any]] = {}
        self._closers: list[Callable[[], None]] = []
        self._turn = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on one consistent snapshot."""
        with _faults_named(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def still(self) -> Iterator[Connection]:
        """A connection on which nothing moves however long it reads, whatever others write meanwhile."""
        isolated = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with _faults_named(), self.engine.execution_options(**isolated).begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in a transaction that is durable when the block ends without an error."""
        with _faults_named(), self._write.begin() as connection:
            yield connection
        self._glances.clear()  # what was written here is seen here at once

    @contextmanager
    def each(self) -> Iterator[Connection]:
        """A connection on which each statement is durable by itself. Not for SQLite, which commits in groups."""
        with _faults_named(), self._each.connect() as connection:
            yield connection

    @contextmanager
    def write_in_turn(self) -> Iterator[Connection]:
        """As `write`, one thread after the other on SQLite: many that wait for the file's lock starve one another."""
        with self._turn if self.sqlite else nullcontext(), self.write() as connection:
            yield connection

    def glance(self, statement: str) -> Any:
        """The first value of a statement without parameters, None without a row; `GLANCE` seconds old at most.

        Past the layers above the driver: every request asks for the catalogue's stamp this way.
        """
        known = self._glances.get(statement)
        if known is not None and time.monotonic() < known[0]:
            return known[1]
        until = time.monotonic() + GLANCE
        driver = self.engine.dialect.loaded_dbapi
        try:
            with closing(self.engine.raw_connection()) as pooled:
                row = pooled.driver_connection.execute(statement).fetchone()  # type: ignore[union-attr]
        except (driver.OperationalError, driver.InterfaceError, exc.TimeoutError) as fault:
            raise errors.TemporarilyUnavailable(fault=type(fault).__name__) from fault
        value = None if row is None else row[0]
        self._glances[statement] = (until, value)
        return value

    def on_dispose(self, close: Callable[[], None]) -> None:
        """Have `close` called before the connections are given back."""
        self._closers.append(close)

    def dispose(self) -> None:
        while self._closers:
            self._closers.pop()()
        self.engine.dispose()


def connect(url: str, keys: Keys) -> Database:
    """Open the database at a SQLAlchemy URL. `keys` are those that its responses are kept with."""
    return Database(url, keys)


def migrate(url: str, *, to: str = "head") -> None:
    """Bring the database at `url` to the newest schema, making it if it is a SQLite file.

    to: an earlier revision, for tests of the way from there. Raises `errors.WrongSchema` where a newer
    version of the service has been at work.
    """
    known = revisions()
    engine = _engine(url)
    try:
        with _faults_named(), engine.execution_options(survey_write=True).begin() as connection:
            held = _revision(connection)
            if held is not None and held not in known:
                raise errors.WrongSchema(holds=held, wanted=known[-1])
            if held != known[-1]:
                _upgrade(connection, to)
    finally:
        engine.dispose()


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and few starts need it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def check_schema(db: Database) -> None:
    """Raise `errors.WrongSchema` unless the tables are those of this version."""
    with db.read() as connection:
        held = _revision(connection)
    wanted = revisions()[-1]
    if held != wanted:
        raise errors.WrongSchema(holds=held, wanted=wanted)


def revisions() -> list[str]:
    """The schemas there were up to this version's, the oldest first: migrations are one line of numbered files."""
    return sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: Connection) -> str | None:
    """The schema that a database holds, None where none was ever made."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    held: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return held


def take_sealing_lock(connection: Connection) -> None:
    """Wait until no other process seals. SQLite's write transaction is that lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": SEALING_LOCK})


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):  # without their words: they hold the password
        raise errors.BadSettings(["the database's URL: can't be read"]) from None
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, pool_size=20, max_overflow=20)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(parsed, pool_size=10, max_overflow=20)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_look_after, engine))
    return engine


def _note_use(_driver: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _look_after(engine: Engine, driver: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Let the pool replace a connection that was closed while it rested.

    To ask at every use (`pool_pre_ping`) takes longer than to keep a response.
    """
    if time.monotonic() - record.info.get(_USED, math.inf) > REST:
        try:
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as fault:
            raise exc.DisconnectionError from fault


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in SQLITE:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("survey_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


#: faults that say something of the statement, and nothing of the database
_OF_A_STATEMENT = (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError)


@contextmanager
def _faults_named() -> Iterator[None]:
    """Turn "the disk is full", "locked", "no connection" and "no database" into the refusal that says so."""
    try:
        yield
    except (exc.DatabaseError, exc.InterfaceError, exc.TimeoutError) as fault:
        if isinstance(fault, _OF_A_STATEMENT):
            raise
        raise errors.TemporarilyUnavailable(fault=type(fault).__name__) from fault
