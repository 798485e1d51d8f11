"""The people of an agency: who they are, what their parts are, and letting them in or out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import admit, design
from survey.account import Account
from survey.admit import Given
from survey.admit.people import givable, role_of
from survey.agency import Agency
from survey.errors import (
    AddressTaken,
    BadAddress,
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
from survey.web.context import moment, store

blueprint = Blueprint("people", __name__, url_prefix="/desk/<agency>/people")

_FAULTS_OF_MAKING = (BadName, BadAddress, NameTaken, AddressTaken, UnknownAgency)
_FAULTS_OF_GIVING = (CannotGive, OwnAccount, UnknownRole, UnknownAgency)


@blueprint.get("")
def listed(agency: str) -> Response:
    """Everybody who belongs to the agency or to one below it."""
    found = admit.people_of(store(), agency)
    return page("agency/people.html", agency=_agency(agency), people=found, agencies=_known())


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


def _me() -> Account:
    return guard.signed_in().account


def _agency(code: str) -> Agency:
    return design.reference(store()).agency(code)


def _known() -> dict[str, Agency]:
    return dict(design.reference(store()).agencies)


def _within(agency: str) -> list[Agency]:
    """The agency and all below it, in the order of the catalogue."""
    known = design.reference(store())
    return [each for code, each in known.agencies.items() if known.under(agency, code)]


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
