"""Paper at an agency's desk: batches to print, sheets to key, differences to settle, and the account of them all."""

from __future__ import annotations

import random
from datetime import date

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import collect, design, paper
from survey.collect import Account
from survey.errors import (
    BatchDoesNotAddUp,
    BatchOutOfRange,
    CommentTooLong,
    DateOutOfRange,
    ForeignSheet,
    NothingAnswered,
    NothingToSettle,
    Refusal,
    SameClerk,
    SheetAlreadyEntered,
    TemporarilyUnavailable,
    UnknownCounter,
    WrongKeys,
    WrongSerial,
)
from survey.formats import sheets
from survey.frame import WaveKind
from survey.instrument import Instrument
from survey.paper import MOST_SHEETS, SERIAL_KEYS, VERIFIED, Entered, Progress, Typed
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.agency.invitations import desks_of
from survey.web.context import address, language, now, store, today
from survey.web.headers import with_script

blueprint = Blueprint("sheets", __name__, url_prefix="/desk/<agency>/paper")

_FAULTS_OF_ENTRY = (
    CommentTooLong,
    DateOutOfRange,
    ForeignSheet,
    NothingAnswered,
    SameClerk,
    SheetAlreadyEntered,
    TemporarilyUnavailable,
    WrongKeys,
    WrongSerial,
)


@blueprint.get("")
def listed(agency: str) -> Response:
    """Every batch at the agency's counters, and a new one to be made."""
    return _listed(agency)


@blueprint.post("")
def issue(agency: str) -> AnyResponse:
    """Make a batch of sheets for a counter."""
    try:
        if typed("counter", 60) not in _counters(agency):
            raise UnknownCounter(counter=typed("counter", 60))
        made = collect.issue_batch(
            store(),
            typed("counter", 60),
            wave=typed("wave", 60),
            sheets_=_whole("sheets"),
            percent=_whole("percent"),
            language=language(),
            on=today(),
        )
    except (BatchOutOfRange, UnknownCounter) as refusal:
        return _listed(agency, refusal)
    return redirect(url_for("sheets.batch", agency=agency, number=made.number), 303)


@blueprint.get("/<int:number>")
def batch(agency: str, number: int) -> Response:
    """How far a batch is: what came back, what is open, how far two clerks agree."""
    return _batch(agency, number)


@blueprint.get("/<int:number>.pdf")
def document(agency: str, number: int) -> Response:
    """The sheets of a batch to print."""
    made, known = _account(agency, number).batch, design.reference(store())
    form = sheets.Form(
        made,
        known.instruments[made.instrument],
        known.agency(made.agency).name,
        known.counters[made.counter].name,
        address(),
        store().keys.salt,
    )
    answer = make_response(
        sheets.as_pdf(form, range(1, made.sheets + 1), on=made.day), {"Content-Type": "application/pdf"}
    )
    answer.headers["Content-Disposition"] = f'inline; filename="paper-{made.number:04}.pdf"'
    return answer


@blueprint.post("/<int:number>")
def close(agency: str, number: int) -> AnyResponse:
    """Account for a batch: what did not come back was spoiled, or is missing."""
    _account(agency, number)
    try:
        collect.close_batch(
            store(), number, spoiled=_whole("spoiled"), missing=_whole("missing"), at=now(), rng=_chance()
        )
    except BatchDoesNotAddUp as refusal:
        return _batch(agency, number, refusal)
    return redirect(url_for("sheets.batch", agency=agency, number=number, done="closed"), 303)


@blueprint.get("/<int:number>/entry")
def entry(agency: str, number: int) -> Response:
    """The page at which a clerk keys sheet after sheet."""
    return _entry(agency, number)


@blueprint.post("/<int:number>/entry")
def enter(agency: str, number: int) -> AnyResponse:
    """Keep what was keyed, and wait for the next sheet."""
    _account(agency, number)
    digits = "".join(typed("keyed", 400).split())
    day = _day()
    try:
        told = Typed(digits[:SERIAL_KEYS], digits[SERIAL_KEYS:], day, request.form.get("comment", ""))
        entered = collect.enter(
            store(), number, told, by=guard.signed_in().account.id, at=now(), rng=_chance()
        )
    except _FAULTS_OF_ENTRY as refusal:
        return _entry(agency, number, refusal)
    return redirect(
        url_for(
            "sheets.entry",
            agency=agency,
            number=number,
            done=paper.serial(number, entered.sheet)[SERIAL_KEYS:],
            how=entered.progress.value,
            day=day.isoformat(),
        ),
        303,
    )


@blueprint.get("/<int:number>/differences")
def differences(agency: str, number: int) -> Response:
    """Sheets that two clerks keyed otherwise, with the paper to be looked at once more."""
    return _differences(agency, number)


@blueprint.post("/<int:number>/differences/<int:sheet>")
def settle(agency: str, number: int, sheet: int) -> AnyResponse:
    """Say what stands on the paper."""
    instrument = _instrument(_account(agency, number))
    try:
        collect.settle(
            store(), number, sheet, lambda each: _chosen(instrument, each), at=now(), rng=_chance()
        )
    except (NothingToSettle, WrongKeys, NothingAnswered) as refusal:
        return _differences(agency, number, refusal)
    return redirect(url_for("sheets.differences", agency=agency, number=number, done=sheet), 303)


def _chosen(instrument: Instrument, entered: Entered) -> str:
    """The first clerk's digits, with what was typed in the columns that differ."""
    first, second = entered.first or "", entered.second or ""
    unlike = paper.unlike(instrument, first, second)
    keys = [key for _, key in paper.split(instrument, first)]
    for place in unlike:
        keys[place] = typed(f"column-{place}", 2)
    return "".join(keys)


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    return page(
        "agency/sheets.html",
        refusal,
        agency=known.agency(agency),
        counters=known.counters,
        batches=collect.batches_of(store(), _counters(agency)),
        desks=desks_of(agency),
        waves=[
            wave for wave in known.waves.values() if wave.kind is WaveKind.CONTINUOUS and wave.covers(today())
        ],
        shares=VERIFIED,
        most=MOST_SHEETS,
    )


def _batch(agency: str, number: int, refusal: Refusal | None = None) -> Response:
    known, account = design.reference(store()), _account(agency, number)
    return page(
        "agency/sheets_batch.html",
        refusal,
        agency=known.agency(agency),
        counter=known.counters[account.batch.counter],
        wave=known.waves[account.batch.wave],
        account=account,
        Progress=Progress,
        done=request.args.get("done"),
    )


def _entry(agency: str, number: int, refusal: Refusal | None = None) -> Response:
    account = _account(agency, number)
    instrument = _instrument(account)
    columns = paper.columns(instrument)
    answer = page(
        "agency/sheets_entry.html",
        refusal,
        agency=design.reference(store()).agency(agency),
        account=account,
        instrument=instrument,
        columns=columns,
        digits=SERIAL_KEYS + paper.length(instrument),
        serial=SERIAL_KEYS,
        day=_day(),
        today=today(),
        keyed=typed("keyed", 400) if refusal else "",
        comment=request.form.get("comment", "") if refusal else "",
        done=request.args.get("done"),
        how=request.args.get("how"),
    )
    return with_script(answer)


def _differences(agency: str, number: int, refusal: Refusal | None = None) -> Response:
    account = _account(agency, number)
    instrument = _instrument(account)
    found = []
    for each in collect.differing(store(), number):
        first, second = (paper.split(instrument, digits or "") for digits in (each.first, each.second))
        unlike = paper.unlike(instrument, each.first or "", each.second or "")
        found.append((each, [(place, *first[place], second[place][1]) for place in unlike]))
    return page(
        "agency/sheets_differences.html",
        refusal,
        agency=design.reference(store()).agency(agency),
        account=account,
        instrument=instrument,
        found=found,
        serial=paper.serial,
        done=request.args.get("done"),
    )


def _account(agency: str, number: int) -> Account:
    """A batch at one of the agency's counters. Raises UnknownBatch."""
    return collect.batch_of(store(), number, _counters(agency))


def _counters(agency: str) -> frozenset[str]:
    return frozenset(desk.counter.code for desk in desks_of(agency))


def _instrument(account: Account) -> Instrument:
    return design.reference(store()).instruments[account.batch.instrument]


def _whole(name: str) -> int:
    """A whole number as it was typed; -1 for what is none, which fits nowhere."""
    text = typed(name, 6).strip()
    return int(text) if text.isascii() and text.isdecimal() else -1


def _day() -> date:
    """The day of the sheets that are keyed, as it was last said."""
    try:
        return date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        return today()


def _chance() -> random.Random:
    return random.SystemRandom()
