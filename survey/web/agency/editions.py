"""Editions of an agency's waves: what is proposed, looked at, and published by another person."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import design, publish
from survey.account import Account
from survey.edition import Edition, Stage
from survey.errors import (
    CheckpointMoved,
    EditionProposed,
    NotProposed,
    Refusal,
    SamePerson,
    UnknownEdition,
)
from survey.publish import Proposal
from survey.publish.bundling import QUALITY, REVISIONS
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.agency.making import makings
from survey.web.context import address, moment, store, today
from survey.web.errors import SENTENCES

blueprint = Blueprint("publishing", __name__, url_prefix="/desk/<agency>/editions")

_FAULTS_OF_DECIDING = (SamePerson, NotProposed, CheckpointMoved)
#: differences that a page lists; the bundle has all
_LISTED = 50


@blueprint.get("")
def listed(agency: str) -> Response:
    """Every edition of the agency's waves, and what can be proposed."""
    return _listed(agency)


@blueprint.post("")
def propose(agency: str) -> AnyResponse:
    """Begin to freeze a period; the page tells how far it is."""
    wave, _, year = typed("period", 80).partition(" ")
    chosen = [(w, y) for w, _, y in publish.closed(store(), agency, today()) if w.code == wave]
    if (wave, int(year) if year.isdecimal() else None) not in [(w.code, y) for w, y in chosen]:
        return _listed(agency, Refusal())
    proposal = Proposal(
        wave,
        int(year) if year.isdecimal() else None,
        _me(),
        reason=typed("reason", 2_000),
        address=address(),
    )
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    if not makings().begin(app, agency, proposal, at=moment(), today=today()):
        return _listed(agency, EditionProposed(edition=wave))
    return redirect(url_for("publishing.listed", agency=agency), 303)


@blueprint.get("/<code>/r<int:revision>")
def one(agency: str, code: str, revision: int) -> Response:
    """An edition before it is decided on: its figures, its quality, and what changed."""
    return _one(_found(agency, code, revision))


@blueprint.post("/<code>/r<int:revision>/publish")
def decide(agency: str, code: str, revision: int) -> AnyResponse:
    """Sign it and make it public."""
    return _decided(agency, code, revision, publish.publish)


@blueprint.post("/<code>/r<int:revision>/reject")
def reject(agency: str, code: str, revision: int) -> AnyResponse:
    """Forget it."""
    return _decided(agency, code, revision, publish.reject)


@blueprint.get("/<code>/r<int:revision>/bundle.zip")
def bundle(agency: str, code: str, revision: int) -> Response:
    """The bundle as it is proposed, to be checked by whoever decides on it."""
    edition = _found(agency, code, revision)
    answer = Response(publish.stream(store(), edition), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{edition.file_name}"'
    return answer


def _decided(agency: str, code: str, revision: int, decide: Any) -> AnyResponse:
    edition = _found(agency, code, revision)
    try:
        decide(store(), edition, by=_me(), at=moment())
    except _FAULTS_OF_DECIDING as refusal:
        return _one(edition, refusal)
    return redirect(url_for("publishing.listed", agency=agency), 303)


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    of_agency = [e for e in publish.editions(store(), *Stage) if known.wave(e.wave).root == agency]
    making = makings().of(agency)
    if making is not None and making.done not in (
        "",
        *(e.name for e in of_agency if e.stage is Stage.PROPOSED),
    ):
        making = None  # it has been decided on since
    answer = page(
        "agency/editions.html",
        refusal,
        agency=known.agency(agency),
        editions=of_agency,
        periods=publish.closed(store(), agency, today()),
        making=making,
        sentences=SENTENCES,
        may_propose=guard.may("publishing.propose", agency),
    )
    if making is not None and making.running and refusal is None:
        answer.headers["Refresh"] = "2"
    return answer


def _one(edition: Edition, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    root = known.wave(edition.wave).root
    told: dict[str, Any] = {"quality": None, "differences": [], "members": ()}
    if edition.stage is not Stage.REJECTED:
        with publish.bundle(store(), edition) as reader:
            told["quality"] = json.loads(reader.read(QUALITY))
            log = json.loads(reader.read(REVISIONS))
        told["members"] = publish.members(store(), edition)
        told["differences"] = log[-2]["differences"] if len(log) > 1 else []
    return page(
        "agency/edition.html",
        refusal,
        agency=known.agency(root),
        edition=edition,
        agencies=known.agencies,
        listed=_LISTED,
        own=edition.proposed_by == _me().id,
        may_decide=guard.may("publishing.decide", root),
        strong=guard.strong(),
        **told,
    )


def _found(agency: str, code: str, revision: int) -> Edition:
    edition = publish.proposal(store(), code, revision)
    if design.reference(store()).wave(edition.wave).root != agency:
        raise UnknownEdition(edition=edition.name)
    return edition


def _me() -> Account:
    return guard.signed_in().account
