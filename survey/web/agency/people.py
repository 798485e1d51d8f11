"""The people of an agency: who they are, what their parts are, and letting them in or out."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import admit, design
from survey.account import Account
from survey.admit import Given, batches
from survey.admit.people import givable, role_of
from survey.agency import Agency
from survey.errors import (
    AddressTaken,
    BadAddress,
    BadData,
    BadName,
    CannotGive,
    NameTaken,
    OwnAccount,
    Refusal,
    UnknownAgency,
    UnknownRole,
)
from survey.roles import Grant
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import moment, store, today

blueprint = Blueprint("people", __name__, url_prefix="/desk/<agency>/people")

_FAULTS_OF_MAKING = (BadName, BadAddress, NameTaken, AddressTaken, UnknownAgency)
_FAULTS_OF_GIVING = (CannotGive, OwnAccount, UnknownRole, UnknownAgency)


@blueprint.get("")
def listed(agency: str) -> Response:
    """Everybody who belongs to the agency or to one below it."""
    return _listed(agency)


@blueprint.post("/file")
def send(agency: str) -> AnyResponse:
    """A file of people: checked, kept, and shown before any account is made."""
    sent, draft = request.files.get("file"), secrets.token_urlsafe(12)
    try:
        if sent is None or not sent.filename:
            raise BadData(["people.csv:1: no file was chosen"])
        batches.send(
            store(), _me(), agency, "people.csv", sent.stream, sent.filename, draft=draft, at=moment()
        )
    except BadData as refusal:
        return _listed(agency, refusal)
    return redirect(url_for("people.batch", agency=agency, draft=draft), 303)


@blueprint.get("/drafts/<draft>")
def batch(agency: str, draft: str) -> Response:
    """The accounts that a file would make."""
    return _batch(agency, draft)


@blueprint.post("/drafts/<draft>")
def apply(agency: str, draft: str) -> Response:
    """Make the accounts of a file; their first passwords are shown here, and never again."""
    try:
        made = batches.create(store(), _me(), agency, draft, at=moment())
    except (BadData, NameTaken, AddressTaken, CannotGive) as refusal:
        return _listed(agency, refusal)
    rows = [(given.account.person, given.account.name, given.password) for given in made]
    return page("agency/batch_done.html", agency=_agency(agency), kind="people", rows=rows)


@blueprint.get("/new")
def new(agency: str) -> Response:
    return _new(agency)


@blueprint.post("")
def create(agency: str) -> Response:
    """Make an account; its first password is shown here, and never again."""
    home = typed("home", 40)
    try:
        if not design.reference(store()).under(agency, home):
            raise UnknownAgency(agency=home)
        given = admit.create(
            store(),
            _me(),
            name=typed("name", 200),
            person=typed("person", 200),
            agency=home,
            address=typed("address", 300),
            at=moment(),
        )
    except _FAULTS_OF_MAKING as refusal:
        return _new(agency, refusal)
    return _given(agency, given)


@blueprint.get("/<name>")
def person(agency: str, name: str) -> Response:
    return _person(agency, name)


@blueprint.post("/<name>/grant")
def grant(agency: str, name: str) -> AnyResponse:
    """Give the person a part."""
    try:
        wanted = Grant(role_of(typed("role", 20)), typed("where", 40))
        admit.give(store(), _me(), _found(agency, name), wanted, at=moment())
    except _FAULTS_OF_GIVING as refusal:
        return _person(agency, name, refusal)
    return _back(agency, name, "granted")


@blueprint.post("/<name>/revoke")
def revoke(agency: str, name: str) -> AnyResponse:
    """Take a part back."""
    try:
        wanted = Grant(role_of(typed("role", 20)), typed("where", 40))
        admit.take_back(store(), _me(), _found(agency, name), wanted, at=moment())
    except _FAULTS_OF_GIVING as refusal:
        return _person(agency, name, refusal)
    return _back(agency, name, "revoked")


@blueprint.post("/<name>/reset")
def reset(agency: str, name: str) -> Response:
    """A new first password: shown here, and never again."""
    try:
        given = admit.reset(store(), _me(), _found(agency, name), at=moment())
    except (CannotGive, OwnAccount) as refusal:
        return _person(agency, name, refusal)
    return _given(agency, given)


@blueprint.post("/<name>/disable")
def disable(agency: str, name: str) -> AnyResponse:
    """Let the person in no more."""
    try:
        admit.disable(store(), _me(), _found(agency, name), at=moment())
    except (CannotGive, OwnAccount) as refusal:
        return _person(agency, name, refusal)
    return _back(agency, name, "disabled")


@blueprint.post("/<name>/enable")
def enable(agency: str, name: str) -> AnyResponse:
    """Let the person in again."""
    try:
        admit.enable(store(), _me(), _found(agency, name), at=moment())
    except (CannotGive, OwnAccount) as refusal:
        return _person(agency, name, refusal)
    return _back(agency, name, "enabled")


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    found = admit.people_of(store(), agency)
    return page("agency/people.html", refusal, agency=_agency(agency), people=found, agencies=_known())


def _batch(agency: str, draft: str) -> Response:
    found = batches.batch(store(), _me(), agency, "people.csv", draft, at=moment())
    names = {code: each.name for code, each in _known().items()}
    return page("agency/batch.html", agency=_agency(agency), kind="people", batch=found, names=names)


def _me() -> Account:
    return guard.signed_in().account


def _agency(code: str) -> Agency:
    return design.reference(store()).agency(code)


def _known() -> dict[str, Agency]:
    return dict(design.reference(store()).agencies)


def _within(agency: str) -> list[Agency]:
    """The agency and all below it, in the order of the catalogue."""
    known = design.reference(store())
    day = today()
    return [each for code, each in known.agencies.items() if known.under(agency, code) and each.valid_on(day)]


def _found(agency: str, name: str) -> Account:
    return admit.person(store(), agency, name)


def _new(agency: str, refusal: Refusal | None = None) -> Response:
    return page("agency/person_new.html", refusal, agency=_agency(agency), within=_within(agency))


def _given(agency: str, given: Given) -> Response:
    return page("agency/person_given.html", agency=_agency(agency), given=given)


def _person(agency: str, name: str, refusal: Refusal | None = None) -> Response:
    found, me = _found(agency, name), _me()
    return page(
        "agency/person.html",
        refusal,
        agency=_agency(agency),
        person=found,
        within=_within(agency),
        agencies=_known(),
        givable=givable(store(), me, agency),
        manageable=admit.manageable(store(), me, found),
        own=me.id == found.id,
        done=request.args.get("done"),
    )


def _back(agency: str, name: str, done: str) -> AnyResponse:
    return redirect(url_for("people.person", agency=agency, name=name, done=done), 303)
