"""Responses one by one or many at a time: checked, completed, committed to, and kept."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from survey import comment as comments
from survey import design, device, errors, paper
from survey.comment import Comment
from survey.formats import importer, importmap
from survey.formats.cells import Table
from survey.formats.importer import Exclusions
from survey.formats.importmap import ImportMap
from survey.frame import Wave, WaveKind
from survey.instrument import Instrument, Item, Kind, Missing
from survey.quarantine import Doubt, Quarantined, Review
from survey.receipt import CODE_BYTES, Keys, Receipt, commit, hash_of_id, inclusion_proof, read_code, salt_of
from survey.response import Answer, Assistance, Invitation, Mode, Respondent, Response, Sealed
from survey.store import inbox, ledger, quarantine, responses
from survey.store.agencies import Reference
from survey.store.database import Connection, Database
from survey.store.inbox import Waiting
from survey.token import Spent

# What can be chosen beside the items: going through an `Enum` costs more than all else that is looked at.
_MODES, _RESPONDENTS, _ASSISTED, _INVITATIONS = map(tuple, (Mode, Respondent, Assistance, Invitation))

#: what a client-made id looks like
ID = re.compile(r"[0-9A-Za-z_-]{16,64}")

#: responses in one transaction of a bulk door
BULK = 2_000


@dataclass(frozen=True)
class Trace:
    """Where a response is, for the holder of its receipt. `position` is None while it waits.

    review: how far somebody has looked at it, if it was in doubt.
    """

    receipt: Receipt
    position: int | None = None
    size: int | None = None
    root: bytes | None = None
    proof: tuple[bytes, ...] = ()
    review: Review | None = None


@dataclass(frozen=True)
class Taken:
    """What a bulk door took: new responses, ones it knew already, and refusals by code."""

    new: int
    known: int
    refused: dict[str, int]


def submit(
    db: Database,
    response: Response,
    *,
    at: datetime,
    comment: str = "",
    doubt: Doubt | None = None,
    token: Spent | None = None,
) -> Receipt:
    """Take one response in and promise that it will be in the ledger.

    comment: what the person wrote beside the answers. It is kept apart from them.
    doubt: why a person should look at it before it counts (`process.release`); it is kept and sealed as any other.
    token: what is kept when the response's token is spent: with the response, or neither is.
    Idempotent: the same id with the same content is stored once and gets the same receipt; the comment
    that came with it first stays, and the token that it came with is no longer asked for.
    Raises the refusals of `check`, CommentTooLong, SameIdOtherContent, InvitationSpent and TemporarilyUnavailable.
    """
    known = design.reference(db)
    text = comments.checked(comment)
    waiting = prepared(known, response, db.keys, at.date())
    if text:
        waiting = replace(waiting, comment=comment_on(db.keys, waiting, response, text))
    if doubt:
        waiting = replace(waiting, quarantined=_quarantined(waiting, response, doubt))
    if token:
        waiting = replace(waiting, spent=token)
    try:
        inbox.keep(db, waiting)
    except errors.SameIdOtherContent:
        waiting = _of_the_day_before(known, response, db.keys, at.date())
        inbox.keep(db, waiting)
    return Receipt(waiting.commitment, db.keys)


def _of_the_day_before(known: Reference, response: Response, keys: Keys, on: date) -> Waiting:
    """The same press as it was before midnight: sent again after it, it is no other response.

    Nothing new can be stored by it, because its id is known already.
    """
    try:
        return prepared(known, replace(response, day=response.day - timedelta(days=1)), keys, on)
    except errors.Refusal:
        raise errors.SameIdOtherContent from None


def submit_many(
    db: Database, batch: Iterable[Response], *, at: datetime, written: Mapping[str, str] | None = None
) -> Taken:
    """Take many responses in, a transaction for each `BULK` of them. Refused ones are counted.

    written: id of a response -> what its person wrote beside the answers
    """
    known = design.reference(db)
    new = met = 0
    refused: dict[str, int] = {}
    for some in _chunks(batch, BULK):
        waiting = []
        for response in some:
            try:
                one = prepared(known, response, db.keys, at.date())
                text = comments.checked((written or {}).get(response.id, ""))
                if text:
                    one = replace(one, comment=comment_on(db.keys, one, response, text))
                waiting.append(one)
            except errors.Refusal as refusal:
                refused[refusal.code] = refused.get(refusal.code, 0) + 1
        added, clashes = inbox.keep_many(db, waiting)
        new += added
        met += len(waiting) - added - clashes
        if clashes:
            code = errors.SameIdOtherContent.code
            refused[code] = refused.get(code, 0) + clashes
    return Taken(new, met, refused)


def receipt_of(db: Database, response: Response, *, on: date) -> Receipt:
    """The receipt of a response that came in on a day, made anew. Raises the refusals of `check`."""
    return Receipt(prepared(design.reference(db), response, db.keys, on).commitment, db.keys)


@dataclass(frozen=True)
class Imported(Taken):
    """What an import took, with the tally of every value that was left out."""

    tally: Exclusions


def import_table(
    db: Database, table: Table, plan: ImportMap, instrument: Mapping[str, str], *, at: datetime
) -> Imported:
    """Take in the rows of another survey's file: its wave, its agencies, and then its responses.

    instrument: the questionnaire that comes with the map (name -> text), empty where the map names
    one that is loaded. The same file twice adds nothing. Raises `errors.BadData` where map,
    instrument and table do not fit; then nothing was taken.
    """
    fitted = importmap.fit(plan, design.instrument_of(db, plan.wave.instrument, instrument))
    deque(importer.outcomes(table, fitted), maxlen=0)  # a fault in the last row is told before the first
    design.open_wave(db, fitted.wave, instrument, fitted.domain.agencies, on=at.date())
    tally = Exclusions()
    found = importer.tallied(importer.outcomes(table, fitted), tally)
    taken = submit_many(db, found, at=at)
    return Imported(taken.new, taken.known, taken.refused, tally)


def trace(db: Database, code: str) -> Trace:
    """What became of the response with this receipt code: its place in the ledger, never its answers.

    Raises `errors.UnknownReceipt`.
    """
    first_bytes = _first_bytes(db, code)
    with db.read() as connection:
        commitment, position = _found(connection, first_bytes)
        if position is None:
            return Trace(Receipt(commitment, db.keys), review=quarantine.review_of(connection, commitment))
        checkpoint = ledger.checkpoint(connection)
        assert checkpoint is not None, "a sealed response has a checkpoint"
        proof = inclusion_proof(
            position, checkpoint.size, lambda start, end: ledger.subtree(connection, start, end)
        )
        review = quarantine.review_of(connection, commitment)
        return Trace(Receipt(commitment, db.keys), position, checkpoint.size, checkpoint.root, proof, review)


def commitment_to(db: Database, code: str) -> bytes:
    """The commitment to the response with this receipt code. Raises `errors.UnknownReceipt`."""
    first_bytes = _first_bytes(db, code)
    with db.read() as connection:
        return _found(connection, first_bytes)[0]


def _first_bytes(db: Database, code: str) -> bytes:
    first_bytes = read_code(code) or _of_sheet(db, code)
    if first_bytes is None:
        raise errors.UnknownReceipt
    return first_bytes


def _found(connection: Connection, first_bytes: bytes) -> tuple[bytes, int | None]:
    """The commitment that begins so, and its position if it is sealed. Raises `errors.UnknownReceipt`."""
    sealed = responses.find(connection, first_bytes)
    if sealed is not None:
        return sealed[1], sealed[0]
    commitment = inbox.find(connection, first_bytes)
    if commitment is None:
        raise errors.UnknownReceipt
    return commitment, None


def _of_sheet(db: Database, code: str) -> bytes | None:
    """The beginning of the commitment to a sheet of paper, from the code that was torn off it; None if it is none.

    Raises `errors.SheetNotEntered` while nothing of it has arrived.
    """
    torn = device.read_code(code)
    if torn is None:
        return None
    with db.read() as connection:
        commitment = inbox.commitment_to(connection, hash_of_id(db.keys.salt, paper.response_id(torn)))
    if commitment is None:
        raise errors.SheetNotEntered
    return commitment[:CODE_BYTES]


def check(known: Reference, response: Response, *, on: date, late: bool = False) -> Sealed:
    """The response as it will be kept, completed from the catalogue; or the refusal that names why not.

    late: whether it may arrive long after it was given: when its wave is over, or goes on with a newer
    version of the questionnaire.
    Raises MalformedId, UnknownWave, WaveClosed, WrongVersion, UnknownAgency, UnknownCounter,
    UnknownProcedure, DateOutOfRange, WeightNotPositive, UnknownChoice, UnknownItem, UnknownStep,
    AnsweredAndMissing, NothingAnswered.
    """
    if not ID.fullmatch(response.id):
        raise errors.MalformedId
    wave = known.wave(response.wave)
    if response.instrument not in (known.versions[wave.code] if late else (wave.instrument,)):
        raise errors.WrongVersion(asked=response.instrument, current=wave.instrument)
    if wave.ends is not None and on > wave.ends and not late and wave.kind is not WaveKind.IMPORTED:
        raise errors.WaveClosed(wave=wave.code)
    _check_setting(known, wave, response, on)
    if wave.kind is WaveKind.HOUSEHOLD and (response.mode not in _VISITED or not response.stratum):
        raise errors.UnknownChoice(of="mode")
    counter = known.counters[response.counter] if response.counter else None
    procedure = known.procedures[response.procedure] if response.procedure else None
    day = response.day.isoformat()
    continuous = wave.kind is WaveKind.CONTINUOUS
    receiver = counter.receiver if counter else response.agency
    desk = response.counter or f"{response.mode}:{response.agency}"
    return Sealed(
        wave=wave.code,
        instrument=response.instrument,
        agency=response.agency,
        day=day,
        month=day[:7] if continuous else wave.starts.isoformat()[:7],
        mode=response.mode.value,
        respondent=response.respondent.value,
        language=response.language,
        answers=_checked_answers(known.instruments[response.instrument], response.answers),
        stratum=receiver if continuous else response.stratum or "",
        psu=f"{desk}:{day}" if continuous else response.psu,
        counter=response.counter,
        procedure=response.procedure,
        field=procedure.field if procedure else None,
        group=procedure.group if procedure else None,
        weight=response.weight,
        partial=response.partial or None,
        assisted=None if response.assisted is Assistance.NONE else response.assisted.value,
        invitation=None if response.invitation is Invitation.NONE else response.invitation.value,
    )


#: how people of a household wave answer: whoever was drawn is visited
_VISITED = frozenset({Mode.INTERVIEWER, Mode.PAPER})


def _check_setting(known: Reference, wave: Wave, response: Response, on: date) -> None:
    if not wave.covers(response.day) or response.day > on:
        raise errors.DateOutOfRange
    if not known.under(wave.root, response.agency) or not known.agency(response.agency).valid_on(
        response.day
    ):
        raise errors.UnknownAgency(agency=response.agency)
    if response.counter is not None and response.counter not in known.counters:
        raise errors.UnknownCounter(counter=response.counter)
    if response.procedure is not None and not _in_force(known, response.procedure, response.day):
        raise errors.UnknownProcedure(procedure=response.procedure)
    if not (math.isfinite(response.weight) and response.weight > 0):
        raise errors.WeightNotPositive
    instrument = known.instruments[response.instrument]
    choices = (
        (response.mode in _MODES, "mode"),
        (response.respondent in _RESPONDENTS, "respondent"),
        (response.language in instrument.languages, "language"),
        (response.assisted in _ASSISTED, "assisted"),
        (response.invitation in _INVITATIONS, "invitation"),
    )
    for valid, name in choices:
        if not valid:
            raise errors.UnknownChoice(of=name)


def _in_force(known: Reference, procedure: str, day: date) -> bool:
    return procedure in known.procedures and known.procedures[procedure].valid_on(day)


def _checked_answers(instrument: Instrument, answers: tuple[Answer, ...]) -> dict[str, int | list[int] | str]:
    checked: dict[str, int | list[int] | str] = {}
    for answer in answers:
        item = instrument.by_code.get(answer.item)
        if item is None:
            raise errors.UnknownItem
        if answer.item in checked or (answer.values and answer.missing is not None):
            raise errors.AnsweredAndMissing(item=item.code)
        checked[item.code] = _checked(instrument, item, answer)
    if all(isinstance(value, str) for value in checked.values()):
        raise errors.NothingAnswered
    for item in instrument.items:
        checked.setdefault(item.code, Missing.NOT_ASKED.value)
    return checked


def _checked(instrument: Instrument, item: Item, answer: Answer) -> int | list[int] | str:
    if not answer.values:
        if answer.missing is None or answer.missing not in (*item.missing, *_ALWAYS):
            raise errors.UnknownStep(item=item.code)
        return answer.missing.value
    steps = instrument.scale_of(item).values
    values = sorted(set(answer.values))
    if not steps.issuperset(values) or (item.kind is not Kind.CHOICES and len(values) != 1):
        raise errors.UnknownStep(item=item.code)
    return values if item.kind is Kind.CHOICES else values[0]


#: reasons that can be true of any item: it was not asked, or the person gave no answer
_ALWAYS = (Missing.NOT_ASKED, Missing.REFUSED)


def prepared(known: Reference, response: Response, keys: Keys, on: date, *, late: bool = False) -> Waiting:
    """The response as the inbox takes it. Raises the refusals of `check`."""
    sealed = check(known, response, on=on, late=late)
    content = sealed.canonical()
    salt = salt_of(keys.salt, response.id)
    return Waiting(
        hash_of_id(keys.salt, response.id),
        commit(salt, content),
        salt,
        content,
        sealed.counter or f"{sealed.mode}:{sealed.agency}",
        on,
    )


def late_of(known: Reference, response: Response, received: date) -> tuple[str, str] | None:
    """The wave and month of an answer that came after its wave's end, or after its month was over."""
    ends = known.waves[response.wave].ends
    month = response.day.isoformat()[:7]
    late = month < received.isoformat()[:7] or (ends is not None and ends < received)
    return (response.wave, month) if late else None


def _quarantined(waiting: Waiting, response: Response, doubt: Doubt) -> Quarantined:
    return Quarantined(
        waiting.commitment, response.wave, response.agency, waiting.place, waiting.received, doubt
    )


def comment_on(keys: Keys, waiting: Waiting, response: Response, text: str) -> Comment:
    """A comment as it is kept beside a response that waits."""
    key = comments.key_of(keys.salt, waiting.commitment)
    return Comment(key, response.agency, response.language, waiting.received, text)


def _chunks(batch: Iterable[Response], size: int) -> Iterator[list[Response]]:
    rest = iter(batch)
    while some := list(islice(rest, size)):
        yield some
