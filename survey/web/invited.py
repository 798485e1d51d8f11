"""The door for whoever holds an invitation: the form about that one dossier, once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from survey import collect, design, forms, invite
from survey.design import Asked
from survey.device import grouped
from survey.errors import (
    CommentTooLong,
    FormExpired,
    InvitationExpired,
    InvitationSpent,
    NothingAnswered,
    Refusal,
    TemporarilyUnavailable,
    TooManyAtOnce,
    UnknownInvitation,
)
from survey.invite import Opened
from survey.response import Mode
from survey.token import Bound
from survey.web import pace, tokens
from survey.web.account.pages import page
from survey.web.context import language, new_id, now, store, today, told
from survey.web.respond import again, fresh, questions, way_to

blueprint = Blueprint("invited", __name__, url_prefix="/i")


@blueprint.get("")
def ask() -> AnyResponse:
    """Type a code; a typed one leads to its form."""
    code = request.args.get("code", "").strip()
    if code:
        return redirect(url_for("invited.form", code=code[:80]))
    return make_response(render_template("respond/invitation.html", told=None))


@blueprint.get("/<code>")
def form(code: str) -> AnyResponse:
    """The questionnaire about what the invitation is for, empty."""
    try:
        opened = invite.opened(store(), code, on=today())
        if opened.used:
            raise InvitationSpent(bound=opened.bound)
    except (UnknownInvitation, InvitationExpired, InvitationSpent) as refusal:
        return _closed(refusal)
    asked = _asked(opened)
    empty = forms.form_of(asked.instrument, language())(
        formdata=None, response=new_id(), instrument=asked.instrument.ref, wave=asked.wave.code
    )
    return fresh(questions(asked, empty, tokens.of_form(), **_own(opened)))


@blueprint.post("/<code>")
def submit(code: str) -> AnyResponse:
    """Take the response and spend the invitation, both or neither, and lead to the receipt."""
    try:
        opened = invite.opened(store(), code, on=today())
    except InvitationExpired as refusal:
        return _without(refusal)
    except UnknownInvitation as refusal:
        return _closed(refusal)
    asked = _asked(opened)
    try:
        response = forms.to_response(request.form, asked, on=today(), mode=Mode.ONLINE, language=language())
        receipt = collect.submit(
            store(),
            response,
            at=now(),
            comment=request.form.get("comment", ""),
            doubt=pace.doubt_of(response),
            token=opened.spent,
        )
    except InvitationSpent:
        return _without(InvitationSpent(bound=opened.bound))
    except (NothingAnswered, CommentTooLong, TooManyAtOnce, TemporarilyUnavailable) as refusal:
        return again(asked, refusal, **_own(opened))
    return redirect(way_to(receipt.code), 303)


@blueprint.errorhandler(CSRFError)
def expired(_error: CSRFError) -> AnyResponse:
    """A form that stood open for too long comes back with its answers, to be pressed once more."""
    try:
        opened = invite.opened(store(), (request.view_args or {}).get("code", ""), on=today())
    except InvitationExpired as refusal:
        return _without(refusal)
    except UnknownInvitation as refusal:
        return _closed(refusal)
    return again(_asked(opened), FormExpired(), **_own(opened))


def _asked(opened: Opened) -> Asked:
    return opened.asked(store(), form=request.args.get("form"), on=today())


def _own(opened: Opened) -> dict[str, Any]:
    """Where the form is sent to, and that it is an invitation's."""
    code = grouped(opened.code)
    asked: dict[str, Any] = dict(told())
    return {
        "action": url_for("invited.submit", code=code, lang=language(), **asked),
        "invited": opened.bound,
        "longer": url_for("invited.form", code=code, form=None if "form" in request.args else "long"),
    }


def _without(refusal: Refusal) -> AnyResponse:
    """The same answers once more, to be sent without the invitation that can't be used any more."""
    bound: Bound = refusal.detail["bound"]  # type: ignore[assignment]
    names = _open_names(bound)
    asked = design.questionnaire(
        store(),
        bound.agency,
        on=today(),
        form=request.args.get("form"),
        counter=bound.counter,
        procedure=names.get("procedure"),
    )
    about: dict[str, Any] = told() | names
    way = url_for("respond.submit", agency=bound.agency, lang=language(), **about)
    return again(asked, refusal, action=way)


def _closed(refusal: Refusal) -> Response:
    """What is wrong with the invitation, and the way to the form without it."""
    bound = refusal.detail.get("bound")
    way = (
        url_for("respond.form", agency=bound.agency, **_open_names(bound))
        if isinstance(bound, Bound)
        else url_for("respond.agencies")
    )
    return page("respond/invitation.html", refusal, way=way, typed=(request.view_args or {}).get("code", ""))


def _open_names(bound: Bound) -> dict[str, Any]:
    """Counter and procedure for the address of the form that is open to everybody."""
    names = {"counter": bound.counter, "procedure": bound.procedure}
    return {name: value for name, value in names.items() if value}
