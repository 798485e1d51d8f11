"""The senders of an agency: dossier systems with a key, let in and shut out by its head."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import design, invite
from survey.errors import BadSenderName, Refusal
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import address, moment, store

blueprint = Blueprint("senders", __name__, url_prefix="/desk/<agency>/senders")


@blueprint.get("")
def listed(agency: str) -> Response:
    """Every sender of the agency, and of those below it."""
    return _listed(agency)


@blueprint.post("")
def add(agency: str) -> Response:
    """Let a sender in; its key is shown here, and never again."""
    me = guard.signed_in().account
    try:
        given = invite.add_sender(
            store(), me, agency, typed("name", 200), at=moment(), chance=secrets.token_bytes
        )
    except BadSenderName as refusal:
        return _listed(agency, refusal)
    known = design.reference(store()).agency(agency)
    return page("agency/sender_key.html", agency=known, given=given, address=address())


@blueprint.post("/<sender>/revoke")
def revoke(agency: str, sender: str) -> AnyResponse:
    """Let a sender in no more."""
    invite.revoke_sender(store(), guard.signed_in().account, agency, sender, at=moment())
    return redirect(url_for("senders.listed", agency=agency, done="revoked"), 303)


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    return page(
        "agency/senders.html",
        refusal,
        agency=known.agency(agency),
        agencies=known.agencies,
        senders=invite.senders_of(store(), agency),
        done=request.args.get("done"),
    )
