"""The cases of an agency: what people asked it to put right, and what it has answered."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import admit, design, reply
from survey.account import Account
from survey.case import CITIZENS, Move, Shelf
from survey.comment import pieces
from survey.errors import CaseClosed, CommentTooLong, MoveNotAllowed, NothingSaid, Refusal, UnknownChoice
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.asked import chosen, number
from survey.web.context import moment, store, today

blueprint = Blueprint("cases", __name__, url_prefix="/desk/<agency>/cases")

#: no database has more pages of cases
LAST_PAGE = 1_000_000

_STEPS = {move.value: move for move in Move if move not in CITIZENS | {Move.ESCALATE, Move.ROUTE}}


@blueprint.get("")
def listed(agency: str) -> Response:
    """The cases that are the agency's to answer, or were brought to it: open ones first."""
    known, asked = design.reference(store()), request.args
    shelf = chosen("which", {each.value: each for each in Shelf}) if asked.get("which") else None
    mine = "mine" in asked
    at = max(1, min(number(asked.get("page", "")) or 1, LAST_PAGE))
    found = reply.listed(store(), agency, on=today(), shelf=shelf, owner=_me().id if mine else None, page=at)
    return page(
        "agency/cases.html",
        agency=known.agency(agency),
        agencies=known.agencies,
        found=found,
        shelf=shelf,
        mine=mine,
        at=at,
        people=_people(agency),
        on=today(),
    )


@blueprint.get("/<int:number>")
def case(agency: str, number: int) -> Response:
    return _case(agency, number)


@blueprint.post("/<int:number>")
def move(agency: str, number: int) -> AnyResponse:
    """Note, assign, answer, or claim that it is done."""
    what, owner = _STEPS.get(typed("step", 20)), typed("owner", 12)
    if what is None or (owner and int(owner if owner.isdecimal() else 0) not in _people(agency)):
        raise UnknownChoice(of="step")
    step = reply.Step(what, typed("text", 2_001), "public" in request.form, int(owner) if owner else None)
    try:
        reply.move(store(), _me(), agency, number, step, on=today(), at=moment())
    except (CaseClosed, MoveNotAllowed, NothingSaid, CommentTooLong) as refusal:
        return _case(agency, number, refusal)
    return redirect(url_for("cases.case", agency=agency, number=number), 303)


@blueprint.post("/from/<int:comment>")
def open_case(agency: str, comment: int) -> AnyResponse:
    """Open a case from a comment."""
    days = current_app.config["SETTINGS"].case_days
    made = reply.open_case(store(), _me(), agency, comment, on=today(), at=moment(), days=days)
    return redirect(url_for("cases.case", agency=agency, number=made.number), 303)


def _case(agency: str, number: int, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    return page(
        "agency/case.html",
        refusal,
        agency=known.agency(agency),
        agencies=known.agencies,
        followed=reply.case_of(store(), agency, number),
        people=_people(agency),
        pieces=pieces,
        on=today(),
        typed=typed("text", 2_001),
    )


def _me() -> Account:
    return guard.signed_in().account


def _people(agency: str) -> dict[int, Account]:
    """Who may have a case of the agency: the people who belong to it, and whoever asks."""
    found = (*admit.people_of(store(), agency), _me())
    return {person.id: person for person in found if not person.disabled}
