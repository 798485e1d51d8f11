"""Invitations as an agency hands them out: one by one, or many from a table of completed dossiers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, request

from survey import design, invite
from survey.admit.kiosks import counters_of
from survey.design import Desk
from survey.errors import (
    BadData,
    ForeignInvitation,
    MalformedDossier,
    Refusal,
    UnknownAgency,
    UnknownCounter,
    UnknownOutcome,
    UnknownProcedure,
)
from survey.formats import dossiers, slip
from survey.formats.dossiers import Line, Slip
from survey.token import LIFETIME, Bound, Dossier, Outcome
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import now, store, today
from survey.web.errors import SENTENCES, Told
from survey.web.slips import drawing, slip_of

blueprint = Blueprint("invitations", __name__, url_prefix="/desk/<agency>/invitations")

#: what a dossier, or a row of a table, may be refused for
_FAULTS = (
    ForeignInvitation,
    MalformedDossier,
    UnknownAgency,
    UnknownCounter,
    UnknownOutcome,
    UnknownProcedure,
)
#: faults of a file that are shown at once
SHOWN = 50


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line of a table."""

    line: int
    told: Told


@blueprint.get("")
def ask(agency: str) -> Response:
    """One dossier to type, or a table to send."""
    return _ask(agency)


@blueprint.post("")
def issue(agency: str) -> Response:
    """The invitation of one dossier: to print, to scan, or to send as a message."""
    names = ("dossier", "counter", "procedure", "outcome")
    try:
        dossier = dossiers.dossier({name: typed(name, 100).strip() for name in names})
        made = _issued(agency, [dossier])[0]
    except _FAULTS as refusal:
        return _ask(agency, refusal)
    found = design.reference(store()).agency(agency)
    if typed("as", 10) == "pdf":
        return _pdf([made])
    answer = page("agency/invitation.html", agency=found, slip=made, drawing=drawing(made.link), typed=typed)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/table")
def upload(agency: str) -> Response:
    """The invitations of a table: slips to print, or a table of messages to send. A table with faults issues none."""
    try:
        lines = dossiers.lines(dossiers.rows_of_csv(table_text()))
    except BadData as refusal:
        return _ask(agency, refusal)
    faults = [fault for line in lines if (fault := _fault(agency, line))]
    if faults:
        return _ask(agency, faults=faults)
    found = [line.dossier for line in lines if line.dossier]
    try:
        made = _issued(agency, found)
    except ForeignInvitation as refusal:
        return _ask(agency, refusal)
    if typed("as", 10) == "pdf":
        return _pdf(made)
    answer = make_response(dossiers.as_csv(zip(found, made, strict=True)))
    answer.headers.update(
        {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="invitations.csv"',
        }
    )
    return answer


def _issued(agency: str, found: Sequence[Dossier]) -> list[Slip]:
    bound: list[tuple[Dossier, Bound]] = [
        (each, invite.checked(store(), each, within=agency, on=today())) for each in found
    ]
    me = guard.signed_in().account
    made = invite.issue(store(), bound, within=agency, at=now(), chance=secrets.token_bytes, by=me.id)
    slips = []
    for each in made:
        if isinstance(each, Refusal):
            raise each
        slips.append(slip_of(each))
    return slips


def _fault(agency: str, line: Line) -> Fault | None:
    if line.dossier is None:
        return Fault(line.number, SENTENCES[(line.refusal or MalformedDossier()).code])
    try:
        invite.checked(store(), line.dossier, within=agency, on=today())
    except _FAULTS as refusal:
        return Fault(line.number, SENTENCES[refusal.code])
    return None


def table_text() -> str:
    """The file that was sent, or the text that was typed in its place. Raises BadData."""
    sent = request.files.get("file")
    raw = sent.read() if sent else b""
    return dossiers.text_of(raw) if raw else request.form.get("table", "")


def _pdf(slips: Sequence[Slip]) -> Response:
    answer = make_response(slip.as_pdf(slips, on=today()), {"Content-Type": "application/pdf"})
    answer.headers["Content-Disposition"] = 'inline; filename="invitations.pdf"'
    return answer


def desks_of(agency: str) -> list[Desk]:
    """The counters that an agency, or one below it, runs or is served by, where somebody can be rated."""
    known = design.reference(store())
    run = {each.code for each in counters_of(store(), agency)}
    return [
        desk
        for desk in design.desks(store(), on=today())
        if desk.counter.code in run or known.under(agency, desk.agency.code)
    ]


def _ask(agency: str, refusal: Refusal | None = None, *, faults: Sequence[Fault] = ()) -> Response:
    answer = page(
        "agency/invitations.html",
        refusal,
        agency=design.reference(store()).agency(agency),
        desks=desks_of(agency),
        outcomes=tuple(Outcome),
        faults=faults[:SHOWN],
        more=max(0, len(faults) - SHOWN),
        days=LIFETIME,
        most=dossiers.MOST,
        typed=typed,
    )
    if faults:
        answer.status_code = 422
    return answer
