"""What a comment is about, told by words and their weights, and by nothing that can't be shown.

A label's score is the sum of the weights of its terms that stand in the text, each once. Terms have
marks; in a text that was typed without any, they are looked for without. A term that follows a "no" is
left out where its lexicon says that a "no" takes it back ("không có tiêu cực").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from survey.agency import plain

#: a label with less is not given
ENOUGH = 1.0

#: words that take back what follows within two words
NEGATIONS = frozenset({"không", "chưa", "chẳng", "no", "not", "never"})
_REACH = 2

_WORD = re.compile(r"[^\W_]+")

#: two ways to set a mark that are one word, as hoà and hòa: the second is what is looked for
_OLD = dict(
    pair.split()
    for pair in [
        "oà òa",
        "oá óa",
        "oả ỏa",
        "oã õa",
        "oạ ọa",
        "oè òe",
        "oé óe",
        "oẻ ỏe",
        "oẽ õe",
        "oẹ ọe",
        "uỳ ùy",
        "uý úy",
        "uỷ ủy",
        "uỹ ũy",
        "uỵ ụy",
    ]
)
_OLD_MARKS = re.compile(rf"(?<!q)(?:{'|'.join(_OLD)})\b")


@dataclass(frozen=True)
class Term:
    """Words that speak for a label. weight: how much; below 0 they speak against it."""

    label: str
    words: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Weighed:
    """A label with its score, and the terms that make it up, as they stand in the lexicon."""

    label: str
    score: float
    because: tuple[str, ...]

    @property
    def enough(self) -> bool:
        return self.score >= ENOUGH


@dataclass(frozen=True)
class Lexicon:
    """Terms by label. short: what people type for longer words · negated: whether a "no" takes a term back"""

    terms: tuple[Term, ...]
    short: Mapping[str, str]
    negated: bool = False

    @cached_property
    def with_marks(self) -> Mapping[str, Sequence[Term]]:
        return _by_first(self.terms)

    @cached_property
    def without_marks(self) -> Mapping[str, Sequence[Term]]:
        bare = (Term(t.label, tuple(map(plain, t.words)), t.weight) for t in self.terms)
        return _by_first(tuple({(t.label, t.words): t for t in bare}.values()))


def weighed(text: str, lexicon: Lexicon) -> tuple[Weighed, ...]:
    """The labels whose terms stand in the text, the highest score first."""
    words = words_of(text, lexicon.short)
    marked = any(not word.isascii() for word in words)
    terms = lexicon.with_marks if marked else lexicon.without_marks
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for place, word in enumerate(words):
        for term in terms.get(word, ()):
            here = words[place : place + len(term.words)] == list(term.words)
            if here and not (lexicon.negated and _denied(words, place, term.words)):
                found.setdefault(term.label, {})[term.words] = term.weight
    scored = (
        Weighed(label, round(sum(said.values()), 3), tuple(" ".join(term) for term in said))
        for label, said in found.items()
    )
    return tuple(sorted(scored, key=lambda one: (-one.score, one.label)))


def words_of(text: str, short: Mapping[str, str]) -> list[str]:
    """The words of a text in small letters, marks where they stand now, short forms written out."""
    small = unicodedata.normalize("NFC", text).casefold()
    return [
        part for word in _WORD.findall(small) for part in short.get(word, _OLD_MARKS.sub(_now, word)).split()
    ]


def _now(old: re.Match[str]) -> str:
    return _OLD[old[0]]


def _denied(words: list[str], place: int, term: Sequence[str]) -> bool:
    before = words[max(0, place - _REACH) : place]
    bare = {plain(word) for word in NEGATIONS} if all(word.isascii() for word in term) else NEGATIONS
    return not bare.isdisjoint(before)


def _by_first(terms: Sequence[Term]) -> Mapping[str, Sequence[Term]]:
    found: dict[str, list[Term]] = {}
    for term in terms:
        found.setdefault(term.words[0], []).append(term)
    return found
