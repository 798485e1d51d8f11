"""Group commit: what many threads bring at once is written to SQLite in one transaction.

There is no thread for it. Of those that wait the first writes what all of them brought, and leaves the turn to the
first that came meanwhile: so a press that comes alone is handed to nobody, and goes on when it is on disk.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

from sqlalchemy import PoolProxiedConnection

from survey import errors
from survey.store.database import Database

#: what is written in one transaction at the most
GROUP = 256

T = TypeVar("T")


class _Promise(Generic[T]):
    """What a thread waits for: what its group's commit found for it, or the refusal; or that it is its turn to write.

    A lock that is taken when the promise is made, and let go when there is something to hear: a `Future` costs six
    times as much.
    """

    __slots__ = ("_told", "found", "one", "refusal")

    def __init__(self, one: T) -> None:
        self.one = one
        self.found: bytes | None = None
        self.refusal: errors.Refusal | None = None
        self._told = threading.Lock()
        self._told.acquire()

    def wait(self) -> None:
        self._told.acquire()

    def tell(self) -> None:
        self._told.release()

    @property
    def kept(self) -> bool:
        return self.found is not None or self.refusal is not None

    def result(self) -> bytes:
        if self.refusal is not None:
            raise self.refusal
        assert self.found is not None
        return self.found


class GroupCommit(Generic[T]):
    """Writes to a SQLite database. `write` is given a connection in a transaction and some of what came.

    Each is acknowledged only after its group's commit is on disk, with what `write` found for it. If a group
    fails, each of it is refused.
    """

    def __init__(self, db: Database, write: Callable[[sqlite3.Connection, Sequence[T]], list[bytes]]) -> None:
        self._db, self._write = db, write
        self._lock = threading.Lock()
        self._waiting: list[_Promise[T]] = []
        self._writing = False
        self._pooled: PoolProxiedConnection | None = None

    def keep(self, one: T) -> bytes:
        """Wait for the durable commit; what was found for this one. Raises `errors.TemporarilyUnavailable`."""
        own = _Promise(one)
        with self._lock:
            self._waiting.append(own)
            first = not self._writing
            self._writing = True
        if not first:
            own.wait()
        if not own.kept:
            self._keep_group(own)
        return own.result()

    def close(self) -> None:
        """Give the connection back, unless somebody writes on it."""
        with self._lock:
            if self._pooled is not None and not self._writing:
                self._pooled.close()
                self._pooled = None

    def _keep_group(self, own: _Promise[T]) -> None:
        with self._lock:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
        try:
            self._commit(group)
        finally:
            with self._lock:
                following = self._waiting[:1]
                self._writing = bool(following)
            for promise in (*following, *group):
                if promise is not own:
                    promise.tell()

    def _commit(self, group: Sequence[_Promise[T]]) -> None:
        try:
            found = self._found([promise.one for promise in group])
        except BaseException as fault:
            refusal = errors.TemporarilyUnavailable(fault=type(fault).__name__)
            for promise in group:
                promise.refusal = refusal
            if not isinstance(fault, Exception):
                raise
            return
        for promise, one in zip(group, found, strict=True):
            promise.found = one

    def _found(self, group: Sequence[T]) -> list[bytes]:
        """Write a group in one transaction, past the layers above the driver: every press waits for it."""
        if self._pooled is None:
            self._pooled = self._db.engine.raw_connection()
        connection = cast(sqlite3.Connection, self._pooled.driver_connection)
        try:
            connection.execute("BEGIN IMMEDIATE")
            found = self._write(connection, group)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._pooled.close()
            self._pooled = None
            raise
        return found
