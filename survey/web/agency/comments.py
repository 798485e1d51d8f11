"""What people wrote, as staff may read it: masked, in batches, with its topics and why it has them."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import design, reply
from survey.analyse.voice import topic_names
from survey.comment import Kind, pieces
from survey.errors import NotInComment
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.asked import number
from survey.web.context import moment, store

blueprint = Blueprint("comments", __name__, url_prefix="/desk/<agency>/comments")


@blueprint.get("")
def listed(agency: str) -> Response:
    """The comments that may be read here, searched and chosen from."""
    known, query = design.reference(store()), request.args.get("q", "").strip()[:200]
    kind = next((one for one in Kind if one == request.args.get("kind")), None)
    titles = topic_names(known)
    topic = request.args.get("topic") if request.args.get("topic") in titles else None
    before = number(request.args.get("before", ""))
    return page(
        "agency/comments.html",
        agency=known.agency(agency),
        agencies=known.agencies,
        found=reply.search(store(), agency, query, kind=kind, topic=topic, before=before),
        factors=reply.topics(store(), agency),
        titles=titles,
        chosen={"q": query or None, "kind": kind, "topic": topic},
        apart=lambda rated: reply.apart(known, guard.signed_in().account, rated),
        pieces=pieces,
        may_open=guard.allowed("cases.open_case", agency),
        may_dispute=guard.allowed("disputes.dispute", agency),
        may_mask=guard.allowed("comments.mask", agency),
        done=request.args.get("done"),
    )


@blueprint.get("/<int:number>/mask")
def mask(agency: str, number: int) -> Response:
    """The comment as it came in, for somebody of another agency; the look is in the audit."""
    return _mask(agency, number)


@blueprint.post("/<int:number>/mask")
def review(agency: str, number: int) -> AnyResponse:
    """Put the mask on that a person found right."""
    me, more = guard.signed_in().account, typed("more", 2_000).splitlines()
    keep = {int(place) for place in request.form.getlist("keep") if place.isdecimal()}
    try:
        reply.review_mask(store(), me, agency, number, keep=keep, more=more, at=moment())
    except NotInComment as refusal:
        return _mask(agency, number, refusal)
    return redirect(url_for("comments.listed", agency=agency, done="reviewed"), 303)


def _mask(agency: str, number: int, refusal: NotInComment | None = None) -> Response:
    seen = reply.masking(store(), guard.signed_in().account, agency, number, at=moment())
    known = design.reference(store())
    return page("agency/mask.html", refusal, agency=known.agency(agency), agencies=known.agencies, seen=seen)
