"""The kiosks of an agency: issued and revoked by its head, and what of them should be looked at."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import design
from survey.admit import kiosks
from survey.collect import Issued
from survey.device import SLOT, slot_of
from survey.errors import BadPin, Refusal, UnknownCounter
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import now, store

blueprint = Blueprint("kiosks", __name__, url_prefix="/desk/<agency>/kiosks")


@blueprint.get("")
def listed(agency: str) -> Response:
    """Every kiosk at the counters that the agency, or one below it, runs."""
    return _listed(agency)


@blueprint.post("")
def issue(agency: str) -> Response:
    """A new kiosk; the code that activates it is shown here, and never again."""
    me, counter, pin = guard.signed_in().account, typed("counter", 60), typed("pin", 20)
    try:
        made = kiosks.issue(store(), me, agency, counter, at=now(), chance=secrets.token_bytes, pin=pin)
    except (BadPin, UnknownCounter) as refusal:
        return _listed(agency, refusal)
    return _told(agency, made)


@blueprint.post("/<device>/reissue")
def reissue(agency: str, device: str) -> Response:
    """Another code for a kiosk there is: shown here, and never again."""
    me = guard.signed_in().account
    return _told(agency, kiosks.reissue(store(), me, agency, device, at=now(), chance=secrets.token_bytes))


@blueprint.post("/<device>/revoke")
def revoke(agency: str, device: str) -> AnyResponse:
    """Let a kiosk send nothing more."""
    kiosks.revoke(store(), guard.signed_in().account, agency, device, at=now())
    return redirect(url_for("kiosks.listed", agency=agency, done="revoked"), 303)


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    return page(
        "agency/kiosks.html",
        refusal,
        agency=design.reference(store()).agency(agency),
        kiosks=kiosks.kiosks_of(store(), agency),
        counters=kiosks.counters_of(store(), agency),
        slot=slot_of(now()),
        seconds=SLOT,
        done=request.args.get("done"),
    )


def _told(agency: str, made: Issued) -> Response:
    known = design.reference(store()).agency(agency)
    return page("agency/kiosk_code.html", agency=known, made=made)
