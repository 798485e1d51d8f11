"""Cases: opened by a citizen or from a comment, answered by a desk, and solved when the citizen says so.

The citizen is known by the receipt alone. A case lies under the key that receipt and secret give together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from survey import collect, design, disclosure, errors
from survey import comment as comments
from survey.account import Account, Deed
from survey.case import Case, Counters, Event, Move, Protecting, Shelf, after
from survey.comment.reading import Kind, monday
from survey.formats.lexicon import OVERDUE
from survey.reply.calendar import due
from survey.reply.comments import everywhere, read
from survey.reply.comments import find as find_comment
from survey.reply.lexicons import desk_of, lexicons
from survey.response import Sealed
from survey.store import about, audit, cases, inbox, readings, responses
from survey.store.agencies import Reference
from survey.store.database import Connection, Database

#: working days to answer in by kind, where an operator has set others than the lexicon's
Days = Mapping[str, int]


@dataclass(frozen=True)
class Followed:
    """A case with its steps."""

    case: Case
    events: tuple[Event, ...]


# The citizen, with the receipt.


def of_receipt(db: Database, code: str) -> Followed | None:
    """The case of a response as its citizen may see it: no internal notes. Raises `errors.UnknownReceipt`."""
    key = _key(db, code)
    with db.read() as connection:
        case = cases.of_key(connection, key)
        if case is None:
            return None
        told = [event for event in cases.events(connection, case.number) if event.what not in _INTERNAL]
    return Followed(case, tuple(told))


#: cases on one page
LISTED = 50

#: what goes to a desk outside the agency whenever it is said
GRAVE = frozenset({Kind.CORRUPTION, Kind.COMPLAINT, Kind.DENUNCIATION})

_INTERNAL = frozenset({Move.NOTE.value, Move.ASSIGN.value})


def ask(db: Database, code: str, text: str, *, on: date, days: Days) -> Case:
    """Open a case for the response of a receipt. Raises UnknownReceipt, CaseKnown, NothingSaid, CommentTooLong."""
    said, key = _said(text), _key(db, code)
    known, kind = design.reference(db), read(said).kind
    agency = _agency_of(db, code)
    desk = desk_of(known, kind, agency)
    with db.write() as connection:
        case = cases.open_(
            connection, key, agency=agency, desk=desk, kind=kind, opened=on, due=due(kind, on, days)
        )
        cases.add(connection, case, Event(0, on, "citizen", None, Move.REPLY, None, said))
    return case


def _agency_of(db: Database, code: str) -> str:
    """The agency that the response of a receipt is about."""
    commitment = collect.commitment_to(db, code)
    with db.read() as connection:
        sealed = responses.rows(connection, [commitment])
        content = next((row[2] for row in sealed), None) or inbox.content(connection, commitment)
    return Sealed.parse(content).agency


def _key(db: Database, code: str) -> bytes:
    return comments.key_of(db.keys.salt, collect.commitment_to(db, code))


def citizen_moves(db: Database, code: str, move: Move, text: str, *, on: date, days: Days) -> None:
    """Reply, confirm or open again: then an answer is due anew.

    What is graver than what the case was opened for takes the case to the desk that such things go to.
    Raises UnknownCase, CaseClosed, MoveNotAllowed, NothingSaid, CommentTooLong.
    """
    key = _key(db, code)
    said = comments.checked(text) if move is Move.CONFIRM else _said(text)
    kind = read(said).kind
    with db.write() as connection:
        found = cases.of_key(connection, key)
        case = None if found is None else cases.find(connection, found.number, lock=True)
        if case is None:
            raise errors.UnknownCase
        changed: dict[str, object] = {"state": after(case.state, move).value}
        if move is Move.REOPEN:
            changed |= {"reopened": case.reopened + 1, "answered": None, "due": due(case.kind, on, days)}
        cases.add(connection, case, Event(0, on, "citizen", None, move, None, said), **changed)
        if kind in GRAVE and case.kind not in GRAVE and move is not Move.CONFIRM:
            desk, new = desk_of(design.reference(db), kind, case.agency), due(kind, on, days)
            event = Event(0, on, "service", None, Move.ROUTE, None, "")
            cases.add(connection, case, event, kind=kind.value, desk=desk, due=new, answered=None, owner=None)


def _said(text: str) -> str:
    said = comments.checked(text)
    if not said:
        raise errors.NothingSaid
    return said


# The staff.


def open_case(db: Database, by: Account, agency: str, comment: int, *, on: date, at: int, days: Days) -> Case:
    """Open a case from a comment. Raises UnknownComment, CaseKnown."""
    found = find_comment(db, agency, comment)
    with db.write() as connection:
        original, _ = readings.original(connection, comment)
        case = cases.open_(
            connection,
            original.key,
            agency=found.agency,
            desk=found.desk,
            kind=found.kind,
            opened=on,
            due=due(found.kind, on, days),
        )
        cases.add(connection, case, Event(0, on, "citizen", None, Move.REPLY, None, original.text))
        _note(connection, db, by, Deed.CASE_OPENED, f"case {case.number} from comment {comment}", at)
    return case


@dataclass(frozen=True)
class Listed:
    """Some of the cases of an agency. often: how many there are by shelf · more: whether others follow"""

    cases: tuple[Case, ...]
    often: Mapping[Shelf, int]
    more: bool


def listed(
    db: Database,
    agency: str,
    *,
    on: date,
    shelf: Shelf | None = None,
    owner: int | None = None,
    page: int = 1,
) -> Listed:
    """The cases that an agency, or one below it, has to answer or was brought, `LISTED` to a page.

    shelf, owner: those of it, or of an account, alone
    """
    bodies, first = _within(design.reference(db), agency), (page - 1) * LISTED
    with db.read() as connection:
        found = cases.listed(
            connection, bodies, on=on, shelf=shelf, owner=owner, first=first, most=LISTED + 1
        )
        often = cases.counted(connection, bodies, on=on)
    return Listed(tuple(found[:LISTED]), often, len(found) > LISTED)


def case_of(db: Database, agency: str, number: int) -> Followed:
    """A case that an agency sees, what citizens wrote masked. Raises `errors.UnknownCase`."""
    with db.read() as connection:
        case = _theirs(design.reference(db), cases.find(connection, number), agency)
        found = cases.events(connection, number)
        also = readings.masked_words(connection, cases.key(connection, number))
    events = tuple(_masked(event, also) if event.by == "citizen" else event for event in found)
    return Followed(case, events)


def _masked(event: Event, also: Sequence[str] = ()) -> Event:
    """A step with what points at a person masked, and what a person masked in the comment that it began with."""
    wanted = comments.merged((*everywhere(event.text, also), *comments.personal_data(event.text)))
    return replace(event, text=comments.masked(event.text, wanted))


@dataclass(frozen=True)
class Step:
    """What somebody of the staff does with a case. public: whether everybody may read an answer."""

    what: Move
    text: str = ""
    public: bool = False
    owner: int | None = None


def move(db: Database, by: Account, agency: str, number: int, step: Step, *, on: date, at: int) -> None:
    """Note, assign, answer, or claim that it is done. Raises UnknownCase, CaseClosed, MoveNotAllowed, NothingSaid."""
    known, what = design.reference(db), step.what
    said = "" if what is Move.ASSIGN else _said(step.text)
    with db.write() as connection:
        case = _theirs(known, cases.find(connection, number, lock=True), agency)
        changed: dict[str, object] = {"state": after(case.state, what).value}
        answers = what in (Move.ANSWER, Move.CLAIM)
        if answers and case.answered is None:
            changed["answered"] = on
        if what is Move.ASSIGN:
            changed["owner"] = step.owner
        event = Event(0, on, "staff", by.id, what, step.public if answers else None, said)
        cases.add(connection, case, event, **changed)
        _note(connection, db, by, Deed.CASE_MOVED, f"case {number} {what.value}", at)


def escalate(db: Database, *, on: date) -> tuple[Case, ...]:
    """Bring cases that are overdue to a desk outside their agency; those that were brought now."""
    known, wanted = design.reference(db), lexicons().routes[OVERDUE].agency
    with db.write() as connection:
        late = cases.overdue(connection, on)
        for case in late:
            line = known.line(case.desk)
            to = wanted if wanted in known.agencies and not known.under(case.desk, wanted) else line[-1]
            event = Event(0, on, "service", None, Move.ESCALATE, None, "")
            cases.add(connection, case, event, escalated=to)
    return tuple(late)


# Everybody.

#: public answers that are shown together
SHOWN = 20


def public_answers(db: Database) -> tuple[tuple[str, Event], ...]:
    """The newest answers that everybody may read, each with its agency; by the week, and masked."""
    with db.read() as connection:
        found = cases.public_answers(connection, SHOWN)
    return tuple((agency, replace(_masked(event), on=monday(event.on))) for agency, event in found)


def counters(db: Database, *, on: date) -> Mapping[str, Counters]:
    """Agency -> what became of the cases that it, or an agency below it, had to answer."""
    known = design.reference(db)

    def make() -> dict[str, Counters]:
        with db.read() as connection:
            own = cases.counters(connection, on)
        found: dict[str, Counters] = {}
        for desk, counted in own.items():
            for code in known.line(desk):
                found[code] = found.get(code, Counters()) + counted
        return _protected(known, own, found)

    kept: Mapping[str, Counters] = db.kept("answers", (about.answers_stamp(db), on), make)
    return kept


def _protected(
    known: Reference, own: Mapping[str, Counters], found: Mapping[str, Counters]
) -> dict[str, Counters]:
    """The same, with those withheld from whom an agency's few cases would follow by subtraction.

    What an agency had to answer itself, and none below it, is never told alone: it counts as withheld.
    """
    told = dict(found)
    below: defaultdict[str, list[str]] = defaultdict(list)
    for code in found:
        below[known.agency(code).parent or ""].append(code)
    for parent in sorted(below, key=lambda code: len(known.line(code))):  # from the root down
        codes, rest = below[parent], own.get(parent, Counters()).received
        held = [*(not told[code].told for code in codes), *([True] if rest else [])]
        people = [*(told[code].received for code in codes), *([rest] if rest else [])]
        for code, out in zip(codes, disclosure.also_held(held, people), strict=False):
            if out and told[code].told:
                told[code] = Protecting(**vars(told[code]))
    return told


def _theirs(known: Reference, case: Case | None, agency: str) -> Case:
    if case is None or not any(known.under(agency, each) for each in (case.desk, case.escalated) if each):
        raise errors.UnknownCase
    return case


def _within(known: Reference, agency: str) -> list[str]:
    return [code for code in known.agencies if known.under(agency, code)]


def _note(connection: Connection, db: Database, by: Account, what: Deed, thing: str, at: int) -> None:
    audit.record(connection, db.keys.salt, at=at, account=by.id, what=what, thing=thing)
