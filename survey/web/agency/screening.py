"""Screening: what of the last weeks a person should look at, with evidence; the person says what there is to it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import analyse, design, reply
from survey.analyse.flags import Flagged
from survey.errors import NothingSaid, OwnAgency, Refusal, UnknownChoice
from survey.store.looked import Looked
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import ZONE, moment, store, today

blueprint = Blueprint("screening", __name__, url_prefix="/desk/<agency>/screening")


@blueprint.get("")
def listed(agency: str) -> Response:
    return _listed(agency)


@blueprint.post("")
def look(agency: str) -> AnyResponse:
    """Say what there is to a flag."""
    found = {(one.flag.sign.value, one.subject): one for one in _flags(agency)}
    flagged = found.get((typed("sign", 20), typed("subject", 200)))
    if flagged is None:
        raise UnknownChoice(of="flag")
    me, explained = guard.signed_in().account, typed("verdict", 20) == "explained"
    told = Looked(flagged.flag.sign, flagged.subject, today(), me.id, explained, typed("words", 2_001))
    try:
        reply.look(store(), me, flagged.agency, told, at=moment())
    except (NothingSaid, OwnAgency) as refusal:
        return _listed(agency, refusal)
    return redirect(url_for("screening.listed", agency=agency, done="looked"), 303)


def _flags(agency: str) -> tuple[Flagged, ...]:
    return analyse.flagged(store(), agency, on=today(), zone=ZONE)


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    return page(
        "agency/screening.html",
        refusal,
        agency=known.agency(agency),
        agencies=known.agencies,
        counters=known.counters,
        flags=_flags(agency),
        looks=reply.looks(store()),
        looking=guard.allowed("screening.look", agency),
        done=request.args.get("done"),
    )
