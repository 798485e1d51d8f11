"""The words that a comment is found by: without marks, and in ASCII alone.

Both engines keep these very words, so that both find the same. A word of the text is letters and digits;
what begins with another sign is a label that nobody can write into a comment: `@03646` for who may see
it, `#help` for its kind, `+officer` for a topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from survey.agency import plain

_WORD = re.compile(r"[^\W_]+")

#: words that a search looks for at the most
MOST = 12


def tokens(text: str) -> tuple[str, ...]:
    """The distinct words of a text, in their order: "Đất đai, đất" -> dat, dai."""
    return tuple(dict.fromkeys(_ascii(word) for word in _WORD.findall(plain(text))))


def _ascii(word: str) -> str:
    """A word of another script as digits, so that no tokenizer of an engine has a say in it."""
    return word if word.isascii() else f"_{word.encode().hex()}"


def audience(agencies: Iterable[str]) -> tuple[str, ...]:
    """Labels for those who may see a comment."""
    return tuple(f"@{agency}" for agency in agencies)


def of_kind(kind: str) -> str:
    return f"#{kind}"


def about(topic: str) -> str:
    return f"+{topic}"
