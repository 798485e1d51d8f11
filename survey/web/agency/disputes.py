"""Disputes: what an agency says should not count, and what a reviewer decides about other agencies."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import design, reply
from survey.dispute import Reason, Ruling
from survey.errors import (
    CommentTooLong,
    NothingSaid,
    NothingToDispute,
    OwnAgency,
    OwnDispute,
    Refusal,
    UnknownChoice,
)
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.asked import number
from survey.web.context import moment, store, today

blueprint = Blueprint("disputes", __name__, url_prefix="/desk/<agency>/disputes")


@blueprint.get("")
def listed(agency: str) -> Response:
    """The agency's disputes, and those of others that wait for somebody to decide."""
    return _listed(agency)


@blueprint.post("")
def dispute(agency: str) -> AnyResponse:
    """Dispute all ratings of a place and day, or the one that a comment came with."""
    reason = next((one for one in Reason if one == typed("reason", 20)), None)
    comment, day, me = number(typed("comment", 12)), _day(typed("day", 10)), guard.signed_in().account
    if reason is None:
        raise UnknownChoice(of="reason")
    claim = reply.Claim(reason, typed("words", 2_001), today())
    try:
        if comment is not None:
            reply.dispute_comment(store(), me, agency, claim, comment=comment, at=moment())
        elif day:
            place = typed("place", 80)
            reply.dispute_day(store(), me, agency, claim, place=place, day=day, at=moment())
        else:
            raise UnknownChoice(of="day")
    except (NothingSaid, CommentTooLong, NothingToDispute) as refusal:
        return _listed(agency, refusal)
    return redirect(url_for("disputes.listed", agency=agency, done="disputed"), 303)


@blueprint.post("/<int:number>")
def decide(agency: str, number: int) -> AnyResponse:
    """Decide about another agency's dispute."""
    ruling, me = typed("ruling", 20), guard.signed_in().account
    if ruling not in (Ruling.UPHELD, Ruling.REJECTED):
        raise UnknownChoice(of="ruling")
    uphold = ruling == Ruling.UPHELD
    try:
        reply.decide(store(), me, number, uphold=uphold, why=typed("why", 2_001), on=today(), at=moment())
    except (NothingSaid, CommentTooLong, OwnAgency, OwnDispute) as refusal:
        return _listed(agency, refusal)
    return redirect(url_for("disputes.listed", agency=agency, done="decided"), 303)


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    decides = guard.allowed("disputes.decide", agency)
    places = [
        counter.code for counter in known.counters.values() if agency in (counter.agency, counter.receiver)
    ]
    return page(
        "agency/disputes.html",
        refusal,
        agency=known.agency(agency),
        agencies=known.agencies,
        disputes=reply.disputes_of(store(), agency),
        waiting=reply.to_decide(store(), guard.signed_in().account) if decides else (),
        places=[*places, f"online:{agency}"],
        counters=known.counters,
        disputing=guard.allowed("disputes.dispute", agency),
        comment=number(request.values.get("comment", "")),
        reasons=tuple(Reason),
        on=today(),
        done=request.args.get("done"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
