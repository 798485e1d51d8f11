"""The survey lead's door to the continuous surveys: which version each asks, and from which day on."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import asking, design
from survey.errors import DayPassed, PageNotFound, Refusal, UnknownInstrument, UnknownWave, VersionApart
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import moment, store, today

blueprint = Blueprint("asking", __name__, url_prefix="/desk/<agency>/asking")


@blueprint.before_request
def check() -> None:
    """Surveys are the whole province's: they are set at its root alone."""
    agency = (request.view_args or {}).get("agency", "")
    if design.reference(store()).agency(agency).parent is not None:
        raise PageNotFound


@blueprint.get("")
def listed(agency: str) -> Response:
    return _listed(agency)


@blueprint.post("")
def turn(agency: str) -> AnyResponse:
    """Let a survey ask a version from a day on."""
    me = guard.signed_in().account
    try:
        asking.turn_to(store(), me, typed("wave", 60), typed("version", 60), _day(), at=moment(), on=today())
    except (DayPassed, UnknownInstrument, UnknownWave, VersionApart) as refusal:
        return _listed(agency, refusal)
    return redirect(url_for("asking.listed", agency=agency, done="set"), 303)


@blueprint.post("/back")
def back(agency: str) -> AnyResponse:
    """Take back what was set for a day that has not come."""
    try:
        me = guard.signed_in().account
        asking.take_back(store(), me, typed("wave", 60), _day(), at=moment(), on=today())
    except DayPassed as refusal:
        return _listed(agency, refusal)
    return redirect(url_for("asking.listed", agency=agency, done="back"), 303)


def _day() -> date:
    """The day that was typed. Raises DayPassed for none."""
    try:
        return date.fromisoformat(typed("since", 10))
    except ValueError:
        raise DayPassed from None


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    return page(
        "agency/asking.html",
        refusal,
        agency=known.agency(agency),
        waves=asking.listed(store()),
        instruments=known.instruments,
        may_set=guard.allowed("asking.turn", agency),
        today=today(),
        done=request.args.get("done"),
    )
