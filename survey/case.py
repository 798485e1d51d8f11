"""A case: something that an agency has been asked to put right, until the person who asked says it is.

Whoever answers can claim that it is done. Only the citizen confirms that, or opens it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey import errors

#: cases of an agency below which its counters are not told
LEAST = 5


class State(StrEnum):
    """How far a case is. CLAIMED: the agency says that it is done; CONFIRMED: the citizen says so too."""

    RECEIVED = "received"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"


class Shelf(StrEnum):
    """Which cases a desk looks at. OPEN: not said to be done; OVERDUE: not answered although the day has passed."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"


class Move(StrEnum):
    """What can be done with a case. The citizen replies, confirms and reopens; ESCALATE and ROUTE are nobody's choice.

    ROUTE: what the citizen wrote later is for another desk, and the case goes there
    """

    NOTE = "note"
    ASSIGN = "assign"
    ANSWER = "answer"
    CLAIM = "claim"
    ESCALATE = "escalate"
    ROUTE = "route"
    REPLY = "reply"
    CONFIRM = "confirm"
    REOPEN = "reopen"


CITIZENS = frozenset({Move.REPLY, Move.CONFIRM, Move.REOPEN})

_OPEN = (State.RECEIVED, State.REOPENED)

#: (state, move) -> the state after it; what is not here can't be done
_AFTER: dict[tuple[State, Move], State] = {
    **{(state, move): state for state in State for move in (Move.NOTE,)},
    **{
        (state, move): state
        for state in _OPEN
        for move in (Move.ASSIGN, Move.ANSWER, Move.ESCALATE, Move.REPLY)
    },
    **{(state, Move.CLAIM): State.CLAIMED for state in _OPEN},
    (State.CLAIMED, Move.ASSIGN): State.CLAIMED,
    (State.CLAIMED, Move.ANSWER): State.CLAIMED,
    (State.CLAIMED, Move.REPLY): State.CLAIMED,
    (State.CLAIMED, Move.CONFIRM): State.CONFIRMED,
    (State.CLAIMED, Move.REOPEN): State.REOPENED,
}


def after(state: State, move: Move) -> State:
    """The state that a move leads to. Raises CaseClosed after the end, MoveNotAllowed before its time."""
    if (state, move) in _AFTER:
        return _AFTER[state, move]
    if state is State.CONFIRMED:
        raise errors.CaseClosed
    raise errors.MoveNotAllowed(state=state.value, move=move.value)


@dataclass(frozen=True)
class Event:
    """One step of a case. public: whether everybody may read an answer; None for what is no answer.

    by: "citizen", "staff" or "service" · account: of the staff, told to the staff alone
    """

    number: int
    on: date
    by: str
    account: int | None
    what: str
    public: bool | None
    text: str


@dataclass(frozen=True)
class Case:
    """A case. desk: whose it is to answer; agency: that it is about; escalated: whose it is too, once overdue."""

    number: int
    agency: str
    desk: str
    kind: str
    opened: date
    due: date
    state: State
    owner: int | None = None
    escalated: str | None = None
    answered: date | None = None
    reopened: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN

    def is_overdue(self, on: date) -> bool:
        """Whether nobody has answered although the day has passed."""
        return self.answered is None and on > self.due


@dataclass(frozen=True)
class Counters:
    """What became of the cases that an agency had to answer."""

    received: int = 0
    in_time: int = 0
    confirmed: int = 0
    reopened: int = 0
    overdue: int = 0

    def __add__(self, other: Counters) -> Counters:
        return Counters(
            self.received + other.received,
            self.in_time + other.in_time,
            self.confirmed + other.confirmed,
            self.reopened + other.reopened,
            self.overdue + other.overdue,
        )

    @property
    def told(self) -> bool:
        """Whether there are enough of them to point at nobody."""
        return self.received >= LEAST


class Protecting(Counters):
    """Counters that are not told because another agency's few cases would follow from them."""

    @property
    def told(self) -> bool:
        return False
