"""The labelled sample of `tests/golden/comments.csv`, and how well what is read out of it agrees.

Sentences were written for the project; no one said them, and no one in them exists. Lexicons and rules are
made with the part `tuned` in view; what counts is the part `held-out`, written before they were last tuned.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey import reply
from survey.comment import Kind, Personal, Span

SAMPLE = Path(__file__).with_name("golden") / "comments.csv"
PARTS = ("tuned", "held-out")
_MARK = re.compile(r"\{\{(.*?)\|([a-z-]+)\}\}")


@dataclass(frozen=True)
class Labelled:
    """A sentence with what a person found in it."""

    part: str
    kind: Kind
    factors: frozenset[str]
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Agreement:
    """Right: found and meant. False: found alone. Missed: meant alone."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def sample(part: str | None = None) -> list[Labelled]:
    with SAMPLE.open(encoding="utf-8") as lines:
        next(lines)  # says where the sentences come from
        return [_labelled(row) for row in csv.DictReader(lines) if part in (None, row["part"])]


def _labelled(row: dict[str, str]) -> Labelled:
    text, spans = "", []
    for place, piece in enumerate(_MARK.split(row["text"])):
        if place % 3 == 1:
            spans.append((len(text), len(text) + len(piece)))
        text += piece if place % 3 != 2 else ""
    kinds = [Personal(found[1]) for found in _MARK.findall(row["text"])]
    marked = tuple(Span(*ends, kind) for ends, kind in zip(spans, kinds, strict=True))
    factors = frozenset(filter(None, row["factors"].split(";")))
    return Labelled(row["part"], Kind(row["kind"]), factors, text, marked)


def of_masking(some: Sequence[Labelled]) -> Agreement:
    """By characters that are letters or digits: a name that is half masked is half found."""
    return sum((_characters(one) for one in some), Agreement())


def _characters(one: Labelled) -> Agreement:
    meant, found = (_covered(one.text, spans) for spans in (one.spans, reply.read(one.text).spans))
    return Agreement(len(meant & found), len(found - meant), len(meant - found))


def _covered(text: str, spans: Collection[Span]) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end) if text[at].isalnum()}


def whole(some: Sequence[Labelled]) -> Agreement:
    """By persons and numbers: right where nothing of one is left to read but its title."""
    found = Agreement()
    for one in some:
        read = reply.read(one.text).spans
        for span in one.spans:
            last = span.end - 1
            hidden = any(other.start <= last < other.end for other in read)
            found += Agreement(right=hidden, missed=not hidden)
        for other in read:
            false = not any(other.start < span.end and span.start < other.end for span in one.spans)
            found += Agreement(false=false)
    return found


def of_kind(some: Sequence[Labelled], kind: Kind) -> Agreement:
    found = [(one.kind is kind, reply.read(one.text).kind is kind) for one in some]
    return Agreement(
        sum(meant and told for meant, told in found),
        sum(told and not meant for meant, told in found),
        sum(meant and not told for meant, told in found),
    )


def of_desk(some: Sequence[Labelled]) -> Agreement:
    """Of all that is no feedback: whether it reaches the desk outside the agency that it is for."""
    routes, found = reply.lexicons().routes, Agreement()
    for one in some:
        meant, told = (
            None if kind is Kind.FEEDBACK else routes[kind].agency
            for kind in (one.kind, reply.read(one.text).kind)
        )
        same = meant == told
        found += Agreement(bool(meant and same), bool(told and not same), bool(meant and not same))
    return found


def of_topics(some: Sequence[Labelled]) -> Agreement:
    """Of feedback by factor: what is routed elsewhere is not told apart by topics."""
    factor_of = reply.lexicons().factor_of
    found = Agreement()
    for one in some:
        if one.kind is Kind.FEEDBACK:
            told = {factor_of[topic.label] for topic in reply.read(one.text).topics}
            found += Agreement(len(told & one.factors), len(told - one.factors), len(one.factors - told))
    return found
