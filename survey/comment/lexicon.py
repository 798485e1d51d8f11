"""What a comment is about, told by words and their weights, and by nothing that can't be shown.

A label's score is the sum of the weights of its terms that stand in the text, each once. "…" in a term
stands for up to four words. Terms have marks; in a text that was typed without, they are looked for
without. A term that follows a "no" is left out where its lexicon says that a "no" takes it back ("không
có tiêu cực").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from survey.agency import plain
from survey.comment.marks import few_marks

#: a label with less is not given
ENOUGH = 1.0

#: words that take back what follows within two words
NEGATIONS = frozenset({"không", "chưa", "chẳng", "đừng", "khỏi", "no", "not", "never"})
_BARE_NEGATIONS = frozenset(map(plain, NEGATIONS))
_REACH = 2

#: "không có tiền thì …" denies nothing: a condition follows within so many words
_IF, _IF_WITHIN = "thì", 6

#: stands in a term for up to so many words
GAP = "…"
_WIDEST = 4

#: one word without its marks is too many others
_SHORTEST_BARE = 5

#: a question tells something too
_WORD = re.compile(r"[^\W_]+|\?")

#: money as people write it: "500k", "2tr"
_THOUSANDS = re.compile(r"(?<=\d)\s?(?:k|ngàn|ng|nghìn)\b")
_MILLIONS = re.compile(r"(?<=\d)\s?(?:tr|triệu)\b")

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
    """Words that speak for a label, `GAP` among them. weight: how much; below 0 they speak against it."""

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
        terms = (Term(t.label, tuple(map(plain, t.words)), t.weight) for t in self.terms if _is_told(t.words))
        return _by_first(tuple({(t.label, t.words): t for t in terms}.values()))


def _is_told(words: Sequence[str]) -> bool:
    """Whether words tell the same without marks: not one short word, nor one that becomes a "no"."""
    if len(words) == 1 and len(words[0]) < _SHORTEST_BARE and not words[0].isascii():
        return False
    return all(word in NEGATIONS or plain(word) not in _BARE_NEGATIONS for word in words)


def weighed(text: str, lexicon: Lexicon) -> tuple[Weighed, ...]:
    """The labels whose terms stand in the text, the highest score first."""
    words, bare = words_of(text, lexicon.short), few_marks(text)
    if bare:
        words = [plain(word) for word in words]
    terms = lexicon.without_marks if bare else lexicon.with_marks
    denied = _denials(words, _BARE_NEGATIONS if bare else NEGATIONS) if lexicon.negated else frozenset()
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for place, word in enumerate(words):
        for term in terms.get(word, ()):
            if place not in denied and stands(words, place, term.words):
                found.setdefault(term.label, {})[term.words] = term.weight
    scored = (
        Weighed(label, round(sum(said.values()), 3), tuple(" ".join(term) for term in said))
        for label, said in found.items()
    )
    return tuple(sorted(scored, key=lambda one: (-one.score, one.label)))


def stands(words: Sequence[str], place: int, term: Sequence[str]) -> bool:
    """Tell whether a term stands in a text at a place, up to four words in the place of each gap."""
    if not term:
        return True
    if term[0] == GAP:
        rest = term[1:]
        return any(stands(words, place + some, rest) for some in range(_WIDEST + 1))
    return place < len(words) and words[place] == term[0] and stands(words, place + 1, term[1:])


def words_of(text: str, short: Mapping[str, str]) -> list[str]:
    """The words of a text in small letters, marks where they stand now, short forms written out."""
    small = _THOUSANDS.sub(" nghìn", unicodedata.normalize("NFC", text).casefold())
    small = _MILLIONS.sub(" triệu", small)
    return [
        part for word in _WORD.findall(small) for part in short.get(word, _OLD_MARKS.sub(_now, word)).split()
    ]


def _now(old: re.Match[str]) -> str:
    return _OLD[old[0]]


def _denials(words: Sequence[str], negations: frozenset[str]) -> frozenset[int]:
    """The places of words that a "no" before them takes back."""
    conditions = {_IF, plain(_IF)}
    return frozenset(
        after
        for place, word in enumerate(words)
        if word in negations and conditions.isdisjoint(words[place + 1 : place + 1 + _IF_WITHIN])
        for after in range(place + 1, place + 1 + _REACH)
    )


def _by_first(terms: Sequence[Term]) -> Mapping[str, Sequence[Term]]:
    found: dict[str, list[Term]] = {}
    for term in terms:
        found.setdefault(term.words[0], []).append(term)
    return found
