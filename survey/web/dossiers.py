"""The door for dossier systems: invitations by JSON, with a sender's own key and no cookie."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, json, jsonify, request

from survey import invite
from survey.errors import MalformedJson, NotJson, Refusal, UnknownSender
from survey.formats import dossiers
from survey.formats.dossiers import Line
from survey.invite import Issued
from survey.token import Bound, Dossier, Sender
from survey.web.context import now, store, today
from survey.web.errors import sentence_of
from survey.web.slips import slip_of

blueprint = Blueprint("dossiers", __name__, url_prefix="/api")


@blueprint.post("/invitations")
def invitations() -> Response:
    """Issue the invitations of completed dossiers. The same dossier gets the same one, however often it is sent."""
    sender = _sender()
    lines = dossiers.lines(dict(enumerate(dossiers.rows_of_json(_body(), "dossiers"), 1)))
    checked = [_checked(sender, line) for line in lines]
    good = [(line.dossier, bound) for line, bound in zip(lines, checked, strict=True) if _fits(line, bound)]
    made = iter(
        invite.issue(
            store(),
            good,  # type: ignore[arg-type]  # a line that fits has a dossier
            within=sender.agency,
            at=now(),
            chance=secrets.token_bytes,
        )
    )
    results = [
        _told(next(made) if _fits(line, each) else each) for line, each in zip(lines, checked, strict=True)
    ]
    return _answer(results=results)


@blueprint.post("/completed")
def completed() -> Response:
    """Keep how many dossiers were completed; a later word on a counter's month replaces an earlier one."""
    sender = _sender()
    told = [dossiers.completed(row) for row in dossiers.rows_of_json(_body(), "completed")]
    invite.tell_completed(store(), told, within=sender.agency, at=now())
    return _answer(kept=len(told))


def _sender() -> Sender:
    """The sender whose key the request shows. Raises UnknownSender, SenderRevoked."""
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise UnknownSender
    return invite.sender_of(store(), shown.strip())


def _body() -> object:
    if not request.is_json:
        raise NotJson
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise MalformedJson from None


def _checked(sender: Sender, line: Line) -> Bound | Refusal:
    if line.dossier is None:
        return line.refusal or Refusal()
    try:
        return invite.checked(store(), line.dossier, within=sender.agency, on=today())
    except Refusal as refusal:
        return refusal


def _fits(line: Line, bound: Bound | Refusal) -> bool:
    return isinstance(line.dossier, Dossier) and isinstance(bound, Bound)


def _told(each: Issued | Bound | Refusal) -> dict[str, Any]:
    """What became of one dossier: its invitation, or why there is none."""
    if isinstance(each, Issued):
        return {"outcome": "issued" if each.new else "known", **dossiers.as_record(slip_of(each))}
    code = each.code if isinstance(each, Refusal) else Refusal.code
    return {"outcome": "refused", "refusal": code, "sentence": sentence_of(code)}


def _answer(**told: object) -> Response:
    answer = jsonify(**told)
    answer.headers["Cache-Control"] = "no-store"
    return answer
