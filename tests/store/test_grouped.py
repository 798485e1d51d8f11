"""A group commit: everybody is written once and told of it after the commit; a group that fails takes nobody along."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import count
from threading import Event

import pytest

from survey import errors
from survey.comment import Comment
from survey.store import database, inbox
from survey.store.grouped import GroupCommit
from survey.store.inbox import Waiting
from tests.conftest import KEYS, TODAY

#: seconds within which threads that were started come to wait
SOON = 20.0


class Shelf:
    """What was written, group by group; the first group is held until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.go = Event()

    def write(self, connection: sqlite3.Connection, group: Sequence[str]) -> list[bytes]:
        assert connection.in_transaction
        first = not self.groups
        self.groups.append(list(group))
        if first:
            self.go.wait(SOON)
        if "bad" in group:
            raise sqlite3.OperationalError
        return [one.encode() for one in group]


@pytest.fixture
def db(sqlite_url: str) -> Iterator[database.Database]:
    opened = database.connect(sqlite_url, KEYS)
    yield opened
    opened.dispose()


def pressed(commits: GroupCommit[str], shelf: Shelf, following: Sequence[str]) -> list[bytes | str]:
    """What is found for a first one, and for those that come while it is being written."""

    def keep(one: str) -> bytes | str:
        try:
            return commits.keep(one)
        except errors.Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(1 + len(following)) as presses:
        first = presses.submit(keep, "first")
        until(lambda: bool(shelf.groups))
        others = [presses.submit(keep, one) for one in following]
        until(lambda: len(commits._waiting) == len(following))
        shelf.go.set()
        return [each.result() for each in (first, *others)]


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_who_comes_while_one_is_written_is_written_in_one_group(db: database.Database) -> None:
    shelf = Shelf()
    commits = GroupCommit(db, shelf.write)
    assert pressed(commits, shelf, ["a", "b", "c"]) == [b"first", b"a", b"b", b"c"]
    assert [sorted(group) for group in shelf.groups] == [["first"], ["a", "b", "c"]]
    assert commits.keep("later") == b"later"
    commits.close()


def test_a_group_that_fails_is_refused_whole_and_the_next_is_written(db: database.Database) -> None:
    shelf = Shelf()
    commits = GroupCommit(db, shelf.write)
    refused = errors.TemporarilyUnavailable.code
    assert pressed(commits, shelf, ["a", "bad", "c"]) == [b"first", refused, refused, refused]
    assert [commits.keep("a"), commits.keep("c")] == [b"a", b"c"]
    commits.close()


def waiting(number: int, commitment: int | None = None) -> Waiting:
    told = number if commitment is None else commitment
    return Waiting(bytes([number] * 32), bytes([told] * 32), b"salt", b"{}", "online:03646", TODAY)


@pytest.mark.parametrize("beside", [False, True])
def test_each_of_a_group_is_told_apart_whatever_the_others_are(
    db: database.Database, *, beside: bool
) -> None:
    """New, sent twice at once, known, and known with another content; with a comment beside one of them, or not."""
    numbers = count(1)
    new, twice, known, other = (waiting(next(numbers)) for _ in range(4))
    if beside:
        new = replace(new, comment=Comment(b"k" * 32, "03646", "vi", TODAY, "Tốt"))
    group = [new, twice, twice, known, waiting(4, 9)]
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert inbox._keep_group(connection, [known, other]) == [known.commitment, other.commitment]
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        assert inbox._keep_group(connection, group) == [
            new.commitment, twice.commitment, twice.commitment, known.commitment, other.commitment,
        ]  # fmt: skip
        connection.execute("COMMIT")
        for table in ("submission", "inbox"):
            kept = {row[0] for row in connection.execute(f"SELECT commitment FROM {table}")}
            assert kept == {one.commitment for one in (new, twice, known, other)}
        assert connection.execute("SELECT count(*) FROM comment").fetchone() == (int(beside),)
