"""What a process keeps: made once, shown while it is good, and made one at a time so that others get their turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from survey import errors
from survey.store import keeping
from survey.store.keeping import FRESH, OLDEST, Keeping
from tests.together import three_ask

AT = 1_000_000


@pytest.fixture
def kept() -> Keeping:
    return Keeping()


@contextmanager
def another_at_work(kept: Keeping) -> Iterator[Callable[[], None]]:
    """Somebody else makes something until what is given here is called, or the block ends."""
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        with kept.turn():
            begun.set()
            over.wait()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()

    def end() -> None:
        over.set()
        thread.join()

    try:
        yield end
    finally:
        end()


def test_a_value_is_made_once_for_a_stamp(kept: Keeping) -> None:
    assert [kept.kept("name", stamp, lambda made=made: made) for stamp, made in ((1, "a"), (1, "b"))] == [
        "a"
    ] * 2
    assert kept.kept("name", 2, lambda: "c") == "c"


def test_a_value_is_never_older_than_it_may_be(kept: Keeping) -> None:
    first = kept.lately("name", 1, lambda: "first", at=AT)
    assert first.at == AT
    assert kept.lately("name", 1, lambda: "next", at=AT + FRESH - 1) is first
    later = kept.lately("name", 1, lambda: "next", at=AT + FRESH)
    assert (later.value, later.at) == ("next", AT + FRESH)


def test_while_another_is_made_an_older_value_is_shown_at_once(kept: Keeping) -> None:
    first = kept.lately("name", 1, lambda: "first", at=AT)
    with another_at_work(kept):
        assert kept.lately("name", 1, lambda: "next", at=AT + OLDEST - 1) is first


def test_none_is_shown_that_is_older_than_the_oldest_may_be(
    kept: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "WAITING", 0)
    kept.lately("name", 1, lambda: "first", at=AT)
    with another_at_work(kept) as end:
        with pytest.raises(errors.AskedByMany):
            kept.lately("name", 1, lambda: "next", at=AT + OLDEST)
        end()
        assert kept.lately("name", 1, lambda: "next", at=AT + OLDEST).value == "next"


def test_what_was_loaded_or_released_is_seen_at_once(kept: Keeping) -> None:
    kept.lately("name", 1, lambda: "before", at=AT)
    assert kept.lately("name", 2, lambda: "after", at=AT).value == "after"


def test_two_who_ask_at_once_are_given_what_was_made_once(kept: Keeping) -> None:
    assert three_ask(lambda make: kept.lately("name", 1, make, at=AT).value) == (1, ["value"] * 3)


def test_no_more_wait_than_leave_room_for_those_who_answer(
    kept: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "WAITING", 0)
    with another_at_work(kept), pytest.raises(errors.AskedByMany), kept.turn():
        pass
    with kept.turn(), kept.turn():
        pass  # who has the turn needs to wait for nobody


def test_when_there_is_no_room_the_longest_unread_goes(
    kept: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    for name in ("first", "second", "first", "third"):
        kept.kept(name, 1, lambda name=name: name)
    assert kept.kept("first", 1, lambda: "again") == "first"
    assert kept.kept("second", 1, lambda: "again") == "again"
