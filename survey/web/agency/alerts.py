"""Alerts of an agency: who is told, how often, and what became of what was sent."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import design
from survey.alert import Every, Subscription, Way
from survey.errors import BadAddress, Refusal, SubscriptionKnown, TargetRefused, UnknownChoice
from survey.reply import alerts
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import moment, store

blueprint = Blueprint("alerts", __name__, url_prefix="/desk/<agency>/alerts")


@blueprint.get("")
def listed(agency: str) -> Response:
    return _listed(agency)


@blueprint.post("")
def order(agency: str) -> Response:
    """Have digests sent; the secret that signs them is shown here, and never again."""
    way = next((one for one in Way if one == typed("way", 10)), None)
    every = next((one for one in Every if one == typed("every", 10)), None)
    if way is None or every is None:
        raise UnknownChoice(of="way")
    me, target = guard.signed_in().account, typed("target", 400).strip()
    try:
        made = alerts.subscribe(
            store(), me, agency, way, target, every, secret=secrets.token_bytes(32), at=moment()
        )
    except (BadAddress, SubscriptionKnown, TargetRefused) as refusal:
        return _listed(agency, refusal)
    return _listed(agency, made=made)


@blueprint.post("/<int:number>/end")
def end(agency: str, number: int) -> AnyResponse:
    """Send no more."""
    alerts.end(store(), guard.signed_in().account, agency, number, at=moment())
    return redirect(url_for("alerts.listed", agency=agency, done="ended"), 303)


def _listed(agency: str, refusal: Refusal | None = None, made: Subscription | None = None) -> Response:
    return page(
        "agency/alerts.html",
        refusal,
        agency=design.reference(store()).agency(agency),
        subscriptions=alerts.subscriptions(store(), agency),
        sent=alerts.sent(store(), agency),
        made=made,
        by_mail=current_app.config["SETTINGS"].mailbox is not None,
        done=request.args.get("done"),
    )
