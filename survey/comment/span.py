"""What of a text points at a person, and the text with that taken out of sight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Personal(StrEnum):
    """What points at a person."""

    DOSSIER = "dossier"
    EMAIL = "e-mail"
    PLATE = "plate"
    PHONE = "phone"
    ID = "id-number"
    NAME = "name"
    ADDRESS = "address"
    BIRTH = "birth"
    OTHER = "other"


@dataclass(frozen=True, order=True)
class Span:
    """Characters from `start` to `end` (excluded) of a text, and what they are."""

    start: int
    end: int
    kind: Personal


#: around the name of what was masked; no keyboard has them, and `masked` takes them out of the text
OPENS, CLOSES = "⟦", "⟧"


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order; of those that overlap the first found stays, and takes in what is longer."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if found and span.start < found[-1].end:
            last = found[-1]
            found[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            found.append(span)
    return tuple(found)


def masked(text: str, spans: Iterable[Span]) -> str:
    """The text with the name of what it was in the place of each span: "gọi ⟦phone⟧"."""
    return "".join(f"{OPENS}{kind}{CLOSES}" if kind else part for part, kind in _cut(text, spans))


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """A masked text as (text, "") and ("", kind) in turn, for a page to show."""
    rest = text
    while OPENS in rest:
        before, _, rest = rest.partition(OPENS)
        kind, _, rest = rest.partition(CLOSES)
        yield before, ""
        yield "", kind
    yield rest, ""


def _cut(text: str, spans: Iterable[Span]) -> Iterator[tuple[str, Personal | None]]:
    at = 0
    for span in spans:
        yield _unmarked(text[at : span.start]), None
        yield "", span.kind
        at = span.end
    yield _unmarked(text[at:]), None


def _unmarked(text: str) -> str:
    return text.replace(OPENS, "[").replace(CLOSES, "]")
