"""Doors for whoever comes from elsewhere: a poster's short address, a procedure's link, a portal's button."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from survey import design
from survey.agency import plain
from survey.design import Asked
from survey.errors import Refusal
from survey.response import Invitation
from survey.web.context import address, language, store, today
from survey.web.errors import SENTENCES
from survey.web.respond import grouped, named

blueprint = Blueprint("links", __name__)

POSTER, LINK = Invitation.POSTER.value, Invitation.LINK.value


@blueprint.get("/c/<counter>")
def counter(counter: str) -> AnyResponse:
    """The address on a counter's poster, short enough to type."""
    desk = design.desk(store(), counter, on=today())
    return redirect(
        url_for("respond.form", agency=desk.agency.code, counter=desk.counter.code, invitation=POSTER)
    )


@blueprint.get("/p/<procedure>")
def procedure(procedure: str) -> AnyResponse:
    """Rate a procedure: with `?agency=` at once, else choose who handled it; `?q=` searches."""
    found, agencies = design.handling(store(), procedure, on=today())
    if "agency" in request.args:
        agency = request.args["agency"]
        return redirect(url_for("respond.form", agency=agency, procedure=found.code, invitation=LINK))
    if len(agencies) == 1:
        return redirect(
            url_for("respond.form", agency=agencies[0].code, procedure=found.code, invitation=LINK)
        )
    sought = request.args.get("q", "").strip()[:80]
    shown = [agency for agency in agencies if named(agency, plain(sought).split())]
    page = render_template(
        "respond/agencies.html",
        procedure=found,
        sought=sought,
        groups=grouped(shown),
        found=len(shown),
        invitation=LINK,
    )
    return make_response(page)


@dataclass(frozen=True)
class Pieces:
    """What another site puts on its page; `label` is what a screen reader says."""

    address: str
    label: str
    link: str
    button: str
    styled: str


@blueprint.get("/embed")
def embed() -> Response:
    """What to put on another site so that its visitors rate an agency or a procedure."""
    chosen = {name: request.args.get(name, "").strip()[:80] for name in ("agency", "procedure")}
    pieces, told, status = None, None, 200
    if any(chosen.values()):
        try:
            pieces = _pieces(chosen["agency"], chosen["procedure"])
        except Refusal as refusal:
            told, status = SENTENCES[refusal.code], refusal.status
    page = render_template(
        "respond/embed.html",
        groups=grouped(design.places(store(), on=today())),
        chosen=chosen,
        pieces=pieces,
        told=told,
        style=_style(),
    )
    return make_response(page, status)


def _pieces(agency: str, procedure: str) -> Pieces:
    if agency:
        asked = design.questionnaire(store(), agency, procedure=procedure or None, on=today())
        code = asked.procedure.code if asked.procedure else None
        path = url_for("respond.form", agency=agency, procedure=code, invitation=LINK, lang=language())
        return _written(path, _label(asked))
    found, _ = design.handling(store(), procedure, on=today())
    return _written(url_for("links.procedure", procedure=found.code, lang=language()), found.name)


def _label(asked: Asked) -> str:
    agency = asked.agency.name.get(language()) or asked.agency.name["vi"]
    return f"{asked.procedure.name}, {agency}" if asked.procedure else agency


def _written(path: str, about: str) -> Pieces:
    """The pieces of HTML. They work without script and style sheet: what is left is a link."""
    where = address() + path.removeprefix(request.script_root)
    link, button, styled = (
        render_template("respond/snippet.html", address=where, about=about, kind=kind).strip()
        for kind in ("link", "button", "styled")
    )
    return Pieces(where, about, link, button, styled)


def _style() -> str:
    """The style sheet of the button, for sites that allow none inside of tags."""
    return Path(str(current_app.static_folder), "button.css").read_text(encoding="utf-8").strip()
