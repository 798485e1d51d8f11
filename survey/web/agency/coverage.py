"""Coverage as an agency's head sees it: completed, invited and answered dossiers, counter by counter."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import analyse, design, invite, roles
from survey.errors import (
    BadData,
    BadNumber,
    ForeignInvitation,
    Refusal,
    UnknownCounter,
    UnknownOutcome,
)
from survey.formats import dossiers
from survey.formats.dossiers import Row
from survey.web import guard
from survey.web.account.pages import page
from survey.web.agency.invitations import SHOWN, Fault, table_text
from survey.web.context import now, store, today
from survey.web.errors import SENTENCES

blueprint = Blueprint("coverage", __name__, url_prefix="/desk/<agency>/coverage")


#: what a row of a table may be refused for
_FAULTS = (BadNumber, ForeignInvitation, UnknownCounter, UnknownOutcome)


@blueprint.get("")
def shown(agency: str) -> Response:
    """The coverage of this year, as the public page has it."""
    return _shown(agency)


@blueprint.post("")
def tell(agency: str) -> AnyResponse:
    """Say how many dossiers were completed, by counter, month and outcome. Of a table with faults nothing is kept."""
    try:
        rows = dossiers.rows_of_csv(table_text())
    except BadData as refusal:
        return _shown(agency, refusal)
    if faults := [fault for number, row in rows.items() if (fault := _fault(agency, number, row))]:
        return _shown(agency, faults=faults)
    try:
        told = dossiers.all_completed(rows)
    except BadData as refusal:
        return _shown(agency, refusal)
    invite.tell_completed(store(), told, within=agency, at=now(), by=guard.signed_in().account.id)
    return redirect(url_for("coverage.shown", agency=agency, done="told"), 303)


def _fault(agency: str, number: int, row: Row) -> Fault | None:
    try:
        invite.checked_told(store(), dossiers.completed(row), within=agency, on=today())
    except _FAULTS as refusal:
        return Fault(number, SENTENCES[refusal.code])
    return None


def _shown(agency: str, refusal: Refusal | None = None, *, faults: Sequence[Fault] = ()) -> Response:
    known = design.reference(store())
    answer = page(
        "agency/coverage.html",
        refusal,
        agency=known.agency(agency),
        counters=known.counters,
        report=analyse.report(store(), agency=agency),
        done=request.args.get("done"),
        faults=faults[:SHOWN],
        more=max(0, len(faults) - SHOWN),
        may_tell=roles.may(
            "coverage.tell", guard.signed_in().account.grants, agency=agency, under=known.under
        ),
    )
    if faults:
        answer.status_code = 422
    return answer
