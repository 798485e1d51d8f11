"""A comment as people at work read it: masked, with what it is about, from a batch of one week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from survey.comment.lexicon import Weighed
from survey.comment.span import Span

#: comments on an agency that are released together at the least
BATCH = 5


class Kind(StrEnum):
    """What a comment is. All but FEEDBACK go to a desk outside the agency, and are no survey feedback.

    HELP: somebody needs something done (hỗ trợ) · CORRUPTION: money or favours were asked for (tiêu cực)
    COMPLAINT: against a decision or an act (khiếu nại) · DENUNCIATION: of a violation of law (tố cáo)
    """

    FEEDBACK = "feedback"
    HELP = "help"
    CORRUPTION = "corruption"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"


#: the kinds that decide before others, where a comment has signs of several
PRECEDENCE = (Kind.DENUNCIATION, Kind.CORRUPTION, Kind.COMPLAINT, Kind.HELP)


@dataclass(frozen=True)
class Reading:
    """What was read out of a comment: its kind, and topics with the words that say so."""

    kind: Kind
    kinds: tuple[Weighed, ...]
    topics: tuple[Weighed, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Released:
    """A comment that staff may read. `text` is masked; `week` is the Monday of the week it was released in.

    agency: that it is about · desk: whose it is, another agency's unless it is feedback
    topics, signs: why it was given its topics and its kind · reviewed: whether a person saw to its mask
    """

    number: int
    agency: str
    desk: str
    kind: Kind
    language: str
    week: date
    text: str
    topics: tuple[Weighed, ...]
    signs: tuple[Weighed, ...]
    reviewed: bool


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


def kind_of(signs: tuple[Weighed, ...]) -> Kind:
    """The kind that a comment's signs tell: the gravest of those with weight enough."""
    found = {sign.label for sign in signs if sign.enough}
    return next((kind for kind in PRECEDENCE if kind.value in found), Kind.FEEDBACK)
