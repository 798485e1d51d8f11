"""The respondent's door: choose an agency, answer, take a receipt. Nobody is asked who they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from survey import collect, design, forms
from survey.agency import Agency, plain
from survey.design import Asked
from survey.errors import (
    CommentTooLong,
    FormExpired,
    NothingAnswered,
    PageNotFound,
    Refusal,
    TemporarilyUnavailable,
    TooManyAtOnce,
)
from survey.response import Invitation, Mode
from survey.web import pace, tokens
from survey.web.context import language, new_id, now, store, today, told
from survey.web.errors import SENTENCES, refused, wants_json, with_wait
from survey.web.headers import Answer
from survey.web.kept import kept
from survey.web.stencil import Stencil, cut, filled, zipped

blueprint = Blueprint("respond", __name__)

#: invitations that an address may name; others come from what was handed out to one person
INVITING = (Invitation.NONE, Invitation.POSTER, Invitation.LINK)

#: what stands in a kept page where each reader's own response id and token go
_ID, _TOKEN = "\x02id\x03", "\x02token\x03"


@blueprint.get("/rate")
def agencies() -> str:
    """Choose the agency to rate; `?q=` searches with or without diacritics."""
    sought = request.args.get("q", "").strip()[:80]
    words = plain(sought).split()
    found = [agency for agency in design.places(store(), on=today()) if named(agency, words)]
    return render_template("respond/agencies.html", sought=sought, groups=grouped(found), found=len(found))


@blueprint.get("/rate/<agency>")
def form(agency: str) -> Response:
    """The questionnaire, empty. Kept compressed: only its two tokens differ from reader to reader."""
    asked = _asked(agency)
    arguments = _kept_arguments().items() if request.args else ()
    names = (asked.wave.code, asked.agency.code, language(), *arguments)
    page: Stencil = kept(("form", *names), lambda: _empty(asked), of=asked.agency)
    own = {_ID: new_id(), _TOKEN: tokens.of_form()}
    if request.accept_encodings.quality("gzip") == 0:
        return fresh(filled(page, own))
    answer = fresh(zipped(page, own))
    answer.headers["Content-Encoding"] = "gzip"
    return answer


@blueprint.post("/rate/<agency>")
def submit(agency: str) -> AnyResponse:
    """Take a response and lead to its receipt."""
    asked = _asked(agency)
    try:
        response = forms.to_response(request.form, asked, on=today(), mode=Mode.ONLINE, language=language())
        doubt = pace.doubt_of(response)
        comment = request.form.get("comment", "")
        receipt = collect.submit(store(), response, at=now(), comment=comment, doubt=doubt)
    except (NothingAnswered, CommentTooLong, TooManyAtOnce, TemporarilyUnavailable) as refusal:
        return again(asked, refusal)
    return redirect(way_to(receipt.code), 303)


@blueprint.get("/rate/<agency>/procedures")
def procedures(agency: str) -> str:
    """Name the procedure, if one wants to; `?q=` searches with or without diacritics."""
    sought = request.args.get("q", "").strip()[:80]
    asked = _asked(agency)
    found = design.procedures(store(), agency, sought, on=today())
    return render_template(
        "respond/procedures.html", asked=asked, sought=sought, found=found, kept=_kept_arguments()
    )


@blueprint.errorhandler(CSRFError)
def expired(_error: CSRFError) -> AnyResponse:
    """A form that stood open for too long comes back with its answers, to be pressed once more."""
    try:
        return again(_asked((request.view_args or {})["agency"]), FormExpired())
    except Refusal as refusal:  # nobody handles what is raised while an error is handled
        return refused(refusal)


def way_to(code: str) -> str:
    """The address of a receipt. Made once for all: Flask takes as long for it as the checks of a response."""
    way: str = kept(("way", request.script_root), lambda: url_for("receipt.show", code="CODE", thanks=1))
    return way.replace("CODE", code)


def _asked(agency: str) -> Asked:
    asked_for = request.args
    if not asked_for:  # most forms are asked for without
        return design.questionnaire(store(), agency, on=today())
    invitation = asked_for.get("invitation", Invitation.NONE.value)
    if asked_for.get("form") not in (None, "long") or invitation not in INVITING:
        raise PageNotFound
    asked = design.questionnaire(
        store(),
        agency,
        form=asked_for.get("form"),
        wave=asked_for.get("wave"),
        counter=asked_for.get("counter"),
        procedure=asked_for.get("procedure"),
        on=today(),
    )
    return replace(asked, invitation=Invitation(invitation))


def _kept_arguments() -> dict[str, str]:
    """The parts of the address that say what is asked, for links that lead back to the form."""
    return {name: value for name, value in told().items() if name != "q"}


def questions(
    asked: Asked, form: forms.Questionnaire, token: str, refusal: Refusal | None = None, **own: object
) -> str:
    """The page of a questionnaire. own: what an invitation's page says otherwise."""
    return render_template(
        "respond/form.html",
        asked=asked,
        form=form,
        sections=forms.sections(asked.instrument, language()),
        token=token,
        kept=_kept_arguments(),
        told=refusal and SENTENCES[refusal.code],
        told_code=refusal and refusal.code,
        opened=request.form.get("opened") or request.form.get("csrf_token"),
        **own,
    )


def _empty(asked: Asked) -> Stencil:
    """The page cut at the places of its tokens."""
    form = forms.form_of(asked.instrument, language())(
        formdata=None, response=_ID, instrument=asked.instrument.ref, wave=asked.wave.code
    )
    return cut(questions(asked, form, _TOKEN), (_ID, _TOKEN))


def again(asked: Asked, refusal: Refusal, **own: object) -> Response:
    """The form with what was chosen, and what has to be done; a program is told the refusal alone."""
    if wants_json():
        return refused(refusal)
    form = forms.form_of(asked.instrument, language())(formdata=request.form)
    form.response.data = form.response.data or new_id()
    answer = fresh(questions(asked, form, tokens.of_form(), refusal, **own))
    answer.status_code = refusal.status
    return with_wait(answer, refusal)


def fresh(page: str | bytes) -> Response:
    """Asked for anew at every visit, yet kept by the browser for the way back: the same id again."""
    return Answer(
        page, headers={"Cache-Control": "private, no-cache"}, content_type="text/html; charset=utf-8"
    )


def named(agency: Agency, words: list[str]) -> bool:
    """Tell whether an agency's names hold all of these plain words."""
    name = plain(" ".join(agency.name.values()))
    return all(word in name for word in words)


def grouped(agencies: Iterable[Agency]) -> list[tuple[str, list[Agency]]]:
    """Agencies by what people call them: wards, communes, and bodies of the province."""
    groups: dict[str, list[Agency]] = {"ward": [], "commune": [], "provincial": []}
    for agency in agencies:
        groups[agency.kind if agency.kind in groups else "provincial"].append(agency)
    return [(name, members) for name, members in groups.items() if members]
