"""The way out of alerts, for whoever got one: one press, without signing in (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, render_template

from survey.reply import alerts
from survey.web.context import store

blueprint = Blueprint("unsubscribe", __name__)


@blueprint.get("/unsubscribe/<token>")
def ask(token: str) -> str:
    """A page with one button: a look at an address ends nothing."""
    return render_template("receipt/unsubscribe.html", token=token, stopped=False)


@blueprint.post("/unsubscribe/<token>")
def stop(token: str) -> str:
    """What mail programs and the button press."""
    alerts.stop(store(), token)
    return render_template("receipt/unsubscribe.html", token=token, stopped=True)
