"""Interviewers' phones: each interviewer sets her own up; whoever leads the field work sees and revokes them all."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import design
from survey.account import Account
from survey.collect import Issued
from survey.device import SLOT, slot_of
from survey.errors import UnknownDevice
from survey.fieldwork import phones
from survey.fieldwork.phones import Phone
from survey.household import HouseholdWave
from survey.visit import Conflict
from survey.web import guard
from survey.web.account.pages import page
from survey.web.context import now, store
from survey.web.errors import SENTENCES
from survey.web.field.names import DISPOSITIONS

blueprint = Blueprint("phones", __name__, url_prefix="/desk/<agency>/phones")


@blueprint.get("")
def listed(agency: str) -> Response:
    """One's own phones."""
    me = guard.signed_in().account
    return _listed(agency, [one for one in _phones(agency) if one.account.id == me.id], leads=False)


@blueprint.get("/all")
def every(agency: str) -> Response:
    """The phones of all interviewers, and visits that do not agree with earlier ones."""
    return _listed(
        agency,
        _phones(agency),
        leads=True,
        conflicts=phones.conflicts_within(store(), agency),
    )


@blueprint.post("")
def issue(agency: str) -> Response:
    """A phone for the person who asks; the code that activates it is shown here, and never again."""
    me = guard.signed_in().account
    return _told(agency, phones.issue(store(), me, by=me, at=now(), chance=secrets.token_bytes))


@blueprint.post("/<device>/reissue")
def reissue(agency: str, device: str) -> Response:
    """Another code for a phone there is: shown here, and never again."""
    _own(agency, device)
    me = guard.signed_in().account
    return _told(agency, phones.reissue(store(), device, by=me, at=now(), chance=secrets.token_bytes))


@blueprint.post("/<device>/revoke")
def revoke(agency: str, device: str) -> AnyResponse:
    """Let a phone that was lost send nothing more."""
    _own(agency, device)
    phones.revoke(store(), device, by=guard.signed_in().account, at=now())
    where = "phones.every" if guard.may("phones.every", agency) else "phones.listed"
    return redirect(url_for(where, agency=agency, done="revoked"), 303)


def _listed(
    agency: str,
    shown: list[Phone],
    *,
    leads: bool,
    conflicts: tuple[tuple[HouseholdWave, Conflict, Account], ...] = (),
) -> Response:
    return page(
        "agency/phones.html",
        agency=design.reference(store()).agency(agency),
        phones=shown,
        leads=leads,
        may_lead=guard.may("phones.every", agency),
        slot=slot_of(now()),
        seconds=SLOT,
        told_of={code: said.title for code, said in SENTENCES.items()},
        done=request.args.get("done"),
        conflicts=conflicts,
        names=DISPOSITIONS,
    )


def _phones(agency: str) -> list[Phone]:
    """The phones that the person of this request sees."""
    me, all_ = guard.signed_in().account, guard.may("phones.every", agency)
    return [one for one in phones.phones_within(store(), agency) if all_ or one.account.id == me.id]


def _own(agency: str, device: str) -> None:
    if not any(one.device.id == device for one in _phones(agency)):
        raise UnknownDevice(device=device)


def _told(agency: str, made: Issued) -> Response:
    return page("agency/phone_code.html", agency=design.reference(store()).agency(agency), made=made)
