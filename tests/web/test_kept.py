"""A page is kept for as long as what it was made of stands, and no more pages than there is room for."""

from __future__ import annotations

from survey.web.kept import Kept
from tests.together import three_ask


def test_a_value_is_made_once() -> None:
    kept, made = Kept(), []
    for _ in range(3):
        kept.get("page", lambda: made.append("made"))
    assert made == ["made"]


def test_a_value_is_made_anew_when_what_it_was_made_of_is_replaced() -> None:
    kept = Kept()
    old, same, new = [1], [1], [2]
    assert kept.get("page", lambda: "old", of=old) == "old"
    assert kept.get("page", lambda: "other", of=old) == "old"
    assert kept.get("page", lambda: "other", of=same) == "old"
    assert kept.get("page", lambda: "new", of=new) == "new"


def test_when_there_is_no_room_the_longest_unread_goes() -> None:
    kept = Kept(most=2)
    for name in ("first", "second"):
        kept.get(name, lambda: "kept")
    kept.get("first", lambda: "made again")
    kept.get("third", lambda: "kept")
    assert kept.get("first", lambda: "made again") == "kept"
    assert kept.get("second", lambda: "made again") == "made again"


def test_two_who_ask_at_once_are_given_what_was_made_once() -> None:
    kept = Kept()
    assert three_ask(lambda make: kept.get("page", make)) == (1, ["value"] * 3)
