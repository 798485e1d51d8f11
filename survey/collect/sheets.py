"""Paper: batches are printed, keyed, keyed again by somebody else, accounted for, and handed on as responses."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from survey import comment as comments
from survey import design, errors, paper
from survey.agreement import Agreement, agreement
from survey.collect.responses import comment_on, late_of, prepared
from survey.instrument import Instrument
from survey.paper import Batch, Entered, Progress, Typed
from survey.response import Mode, Response
from survey.store import deliveries, inbox, sheets
from survey.store.agencies import Reference
from survey.store.database import Connection, Database
from survey.store.inbox import Waiting

#: sheets that are handed on together, unless their batch is closed
TOGETHER = 10


@dataclass(frozen=True)
class Account:
    """A batch with how far its sheets are, and how far its clerks agree."""

    batch: Batch
    progress: Counter[Progress]
    agreement: Agreement | None

    @property
    def returned(self) -> int:
        return sum(self.progress.values())

    @property
    def open(self) -> int:
        """Sheets that nobody has accounted for yet."""
        return self.batch.sheets - self.returned - (self.batch.spoiled or 0) - (self.batch.missing or 0)


def issue_batch(
    db: Database, counter: str, *, wave: str, sheets_: int, percent: int, language: str, on: date
) -> Batch:
    """A new batch of sheets for a counter. Raises BatchOutOfRange, UnknownCounter, UnknownWave, WaveClosed."""
    if not 1 <= sheets_ <= paper.MOST_SHEETS or percent not in paper.VERIFIED:
        raise errors.BatchOutOfRange
    desk = design.desk(db, counter, on=on)
    asked = design.questionnaire(db, desk.agency.code, on=on, wave=wave, counter=desk.counter.code)
    if language not in asked.instrument.languages:
        raise errors.UnknownChoice(of="language")
    with db.write_in_turn() as connection:
        number = sheets.next_number(connection)
        if number > paper.MOST_BATCHES:
            raise errors.BatchOutOfRange
        made = Batch(
            number,
            desk.agency.code,
            desk.counter.code,
            asked.wave.code,
            asked.instrument.ref,
            language,
            sheets_,
            percent,
            on,
        )
        sheets.add_batch(connection, made)
    return made


def batch_of(db: Database, number: int, counters: frozenset[str]) -> Account:
    """A batch of one of these counters. Raises UnknownBatch."""
    with db.read() as connection:
        found = sheets.batch(connection, number)
        if found is None or found.counter not in counters:
            raise errors.UnknownBatch
        return _account(connection, found)


def batches_of(db: Database, counters: frozenset[str]) -> list[Account]:
    """The batches of these counters, the newest first."""
    with db.read() as connection:
        return [_account(connection, each) for each in sheets.batches(connection, sorted(counters))]


def _account(connection: Connection, batch: Batch) -> Account:
    return Account(
        batch, sheets.progress(connection, batch.number), agreement(batch.pairs, alike=batch.alike)
    )


def enter(db: Database, number: int, typed: Typed, *, by: int, at: datetime, rng: random.Random) -> Entered:
    """Keep what a clerk keyed of a sheet: the first time, or the second time where a second entry is due.

    by: the clerk's account. Raises UnknownBatch, WrongSerial, ForeignSheet, WrongKeys, SheetAlreadyEntered,
    SameClerk, CommentTooLong, and what `collect.submit` raises.
    """
    known = design.reference(db)
    with db.write_in_turn() as connection:
        batch = _locked(connection, number)
        sheet = paper.sheet_of(batch, typed.serial)
        instrument = known.instruments[batch.instrument]
        entered = sheets.sheet(connection, number, sheet)
        if entered is None:
            comment = comments.checked(typed.comment) or None
            entered = Entered(number, sheet, Progress.FIRST, typed.day, typed.digits, by, comment=comment)
            prepared(known, _response(db, instrument, batch, entered), db.keys, at.date(), late=True)
            if not paper.is_verified(db.keys.salt, batch, sheet):
                entered = replace(entered, progress=Progress.READY)
            sheets.add_sheet(connection, entered)
            if batch.closed:
                _found_late(connection, batch)
        else:
            entered = _second(connection, instrument, batch, entered, typed.digits, by)
        _hand_on(connection, db, known, number, at, rng)
    return entered


def _second(
    connection: Connection, instrument: Instrument, batch: Batch, entered: Entered, digits: str, by: int
) -> Entered:
    """The same sheet by another clerk, if it is to be keyed twice."""
    if entered.progress is not Progress.FIRST:
        raise errors.SheetAlreadyEntered
    if entered.first_by == by:
        raise errors.SameClerk
    paper.split(instrument, digits)
    first = entered.first or ""
    alike = not paper.unlike(instrument, first, digits)
    progress = Progress.READY if alike else Progress.DIFFERS
    sheets.change_sheet(
        connection, batch.number, entered.sheet, second=digits, second_by=by, progress=progress
    )
    pairs = zip(paper.split(instrument, first), paper.split(instrument, digits), strict=True)
    compared = batch.compared or tuple({} for _ in paper.columns(instrument))
    told = [
        dict(Counter(column) + Counter({f"{a}/{b}": 1}))
        for column, ((_, a), (_, b)) in zip(compared, pairs, strict=True)
    ]
    sheets.change_batch(connection, batch.number, compared=told, alike=batch.alike + alike)
    return replace(entered, second=digits, second_by=by, progress=progress)


def differing(db: Database, number: int) -> list[Entered]:
    """The sheets of a batch that two clerks keyed otherwise."""
    with db.read() as connection:
        return sheets.sheets(connection, number, Progress.DIFFERS)


def settle(
    db: Database,
    number: int,
    sheet: int,
    choose: Callable[[Entered], str],
    *,
    at: datetime,
    rng: random.Random,
) -> None:
    """Say what a sheet has that two clerks keyed otherwise. choose: makes the digits from both entries.

    Raises UnknownBatch, NothingToSettle, WrongKeys.
    """
    known = design.reference(db)
    with db.write_in_turn() as connection:
        batch = _locked(connection, number)
        entered = sheets.sheet(connection, number, sheet)
        if entered is None or entered.progress is not Progress.DIFFERS:
            raise errors.NothingToSettle
        settled = replace(entered, settled=choose(entered))
        instrument = known.instruments[batch.instrument]
        prepared(known, _response(db, instrument, batch, settled), db.keys, at.date(), late=True)
        sheets.change_sheet(connection, number, sheet, settled=settled.settled, progress=Progress.READY)
        _hand_on(connection, db, known, number, at, rng)


def close_batch(
    db: Database, number: int, *, spoiled: int, missing: int, at: datetime, rng: random.Random
) -> None:
    """Account for a batch: what was issued came back, was spoiled, or is missing.

    Raises UnknownBatch, BatchDoesNotAddUp; then nothing is changed.
    """
    known = design.reference(db)
    with db.write_in_turn() as connection:
        batch = _locked(connection, number)
        returned = sum(sheets.progress(connection, number).values())
        if spoiled < 0 or missing < 0 or returned + spoiled + missing != batch.sheets:
            raise errors.BatchDoesNotAddUp(
                issued=batch.sheets, returned=returned, spoiled=spoiled, missing=missing
            )
        sheets.change_batch(connection, number, spoiled=spoiled, missing=missing, closed=at.date())
        _hand_on(connection, db, known, number, at, rng)


def _found_late(connection: Connection, batch: Batch) -> None:
    """A sheet of a batch that was accounted for turned up: it is missing no longer."""
    changes = {"late": batch.late + 1}
    if batch.missing:
        changes["missing"] = batch.missing - 1
    elif batch.spoiled:
        changes["spoiled"] = batch.spoiled - 1
    sheets.change_batch(connection, batch.number, **changes)


def _locked(connection: Connection, number: int) -> Batch:
    batch = sheets.batch(connection, number, lock=True)
    if batch is None:
        raise errors.UnknownBatch
    return batch


def _hand_on(
    connection: Connection, db: Database, known: Reference, number: int, at: datetime, rng: random.Random
) -> None:
    """Put ready sheets into the inbox, shuffled: ten or more together, or all once the batch is closed."""
    batch = _locked(connection, number)
    ready = sheets.sheets(connection, number, Progress.READY)
    if not ready or (len(ready) < TOGETHER and not batch.closed):
        return
    rng.shuffle(ready)
    instrument, on = known.instruments[batch.instrument], at.date()
    found: list[Waiting] = []
    late: Counter[tuple[str, str]] = Counter()
    handed: list[int] = []
    for each in ready:
        response = _response(db, instrument, batch, each)
        try:
            waiting = prepared(known, response, db.keys, on, late=True)
        except errors.Refusal:  # the catalogue changed: it stays ready, and shows
            continue
        if each.comment:
            waiting = replace(waiting, comment=comment_on(db.keys, waiting, response, each.comment))
        found.append(waiting)
        handed.append(each.sheet)
        late.update(filter(None, [late_of(known, response, on)]))
    inbox.add(connection, found)
    deliveries.count_late(connection, late, received=f"{on:%Y-%m}")
    sheets.hand_on(connection, number, handed)


def _response(db: Database, instrument: Instrument, batch: Batch, entered: Entered) -> Response:
    """The response of a sheet. Raises WrongKeys."""
    keyed = paper.read(instrument, entered.digits)
    return Response(
        id=paper.response_id(paper.code_of(db.keys.salt, batch.number, entered.sheet)),
        wave=batch.wave,
        instrument=batch.instrument,
        agency=batch.agency,
        day=entered.day or batch.day,
        answers=keyed.answers,
        mode=Mode.PAPER,
        respondent=keyed.respondent,
        language=batch.language,
        counter=batch.counter,
        assisted=keyed.assisted,
    )
