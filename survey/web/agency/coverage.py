"""Coverage as an agency's head sees it: completed, invited and answered dossiers, counter by counter."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import analyse, design, invite, roles
from survey.errors import (
    BadData,
    BadNumber,
    BrokenEncoding,
    ForeignInvitation,
    Refusal,
    UnknownCounter,
    UnknownOutcome,
)
from survey.formats import dossiers
from survey.web import guard
from survey.web.account.pages import page
from survey.web.agency.invitations import table_text
from survey.web.context import now, store

blueprint = Blueprint("coverage", __name__, url_prefix="/desk/<agency>/coverage")


@blueprint.get("")
def shown(agency: str) -> Response:
    """The coverage of this year, as the public page has it."""
    return _shown(agency)


@blueprint.post("")
def tell(agency: str) -> AnyResponse:
    """Say how many dossiers were completed, by counter, month and outcome."""
    try:
        told = dossiers.completed(dossiers.rows_of_csv(table_text()))
        invite.tell_completed(store(), told, within=agency, at=now(), by=guard.signed_in().account.id)
    except (BadData, BrokenEncoding, UnknownCounter, ForeignInvitation, UnknownOutcome, BadNumber) as refusal:
        return _shown(agency, refusal)
    return redirect(url_for("coverage.shown", agency=agency, done="told"), 303)


def _shown(agency: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    return page(
        "agency/coverage.html",
        refusal,
        agency=known.agency(agency),
        counters=known.counters,
        report=analyse.report(store(), agency=agency),
        done=request.args.get("done"),
        may_tell=roles.may(
            "coverage.tell", guard.signed_in().account.grants, agency=agency, under=known.under
        ),
    )
