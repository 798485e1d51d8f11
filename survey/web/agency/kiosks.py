"""The kiosks of an agency: issued and revoked by its head, and what of them should be looked at."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import design
from survey.admit import batches, kiosks
from survey.collect import Issued
from survey.device import SLOT, slot_of
from survey.errors import BadData, BadPin, Refusal, UnknownCounter
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import moment, now, store, words

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


@blueprint.post("/file")
def send(agency: str) -> AnyResponse:
    """A file of counters: checked, kept, and shown before any kiosk is issued."""
    me, sent, draft = guard.signed_in().account, request.files.get("file"), secrets.token_urlsafe(12)
    try:
        if sent is None or not sent.filename:
            raise BadData(["kiosks.csv:1: no file was chosen"])
        batches.send(store(), me, agency, "kiosks.csv", sent.stream, sent.filename, draft=draft, at=moment())
    except BadData as refusal:
        return _listed(agency, refusal)
    return redirect(url_for("kiosks.batch", agency=agency, draft=draft), 303)


@blueprint.get("/drafts/<draft>")
def batch(agency: str, draft: str) -> Response:
    """The kiosks that a file would issue."""
    return _batch(agency, draft)


@blueprint.post("/drafts/<draft>")
def apply(agency: str, draft: str) -> Response:
    """Issue the kiosks of a file; their codes are shown here, and never again."""
    me, pin = guard.signed_in().account, typed("pin", 20)
    try:
        made = batches.issue(store(), me, agency, draft, at=now(), chance=secrets.token_bytes, pin=pin)
    except BadPin as refusal:
        return _batch(agency, draft, refusal)
    except BadData as refusal:
        return _listed(agency, refusal)
    known = design.reference(store())
    rows = [(words(known.counters[counter].name), each.device, each.code) for counter, each in made]
    return page("agency/batch_done.html", agency=known.agency(agency), kind="kiosks", rows=rows)


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


def _batch(agency: str, draft: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    me = guard.signed_in().account
    found = batches.batch(store(), me, agency, "kiosks.csv", draft, at=moment())
    names = {code: counter.name for code, counter in known.counters.items()}
    return page(
        "agency/batch.html", refusal, agency=known.agency(agency), kind="kiosks", batch=found, names=names
    )


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    return page(
        "agency/kiosks.html",
        refusal,
        agency=design.reference(store()).agency(agency),
        kiosks=kiosks.kiosks_of(store(), agency),
        counters=[each for each in kiosks.counters_of(store(), agency) if each.valid_on(now().date())],
        slot=slot_of(now()),
        seconds=SLOT,
        done=request.args.get("done"),
    )


def _told(agency: str, made: Issued) -> Response:
    known = design.reference(store()).agency(agency)
    return page("agency/kiosk_code.html", agency=known, made=made)
