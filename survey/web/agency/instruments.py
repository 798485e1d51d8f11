"""The methodologist's door: questionnaires as they are asked, and new versions as they are written."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from survey import design, drafting, forms
from survey.drafting import Written
from survey.errors import (
    CatalogueChanged,
    InstrumentUnfinished,
    ItemCodeTaken,
    OwnDraft,
    PageNotFound,
    Refusal,
    UnknownInstrument,
    VersionTaken,
)
from survey.formats.instrument import REASONS
from survey.formats.instrument_draft import Data, decided, item_of, put_item, with_decision, without_item
from survey.instrument import Kind
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.context import LANGUAGES, moment, store, today

blueprint = Blueprint("instruments", __name__, url_prefix="/desk/<agency>/instruments")

#: the longest wording, in characters
LONGEST = 1000


@blueprint.before_request
def check() -> None:
    """Questionnaires are the whole province's: they are written at its root alone."""
    agency = (request.view_args or {}).get("agency", "")
    if design.reference(store()).agency(agency).parent is not None:
        raise PageNotFound


@blueprint.get("")
def listed(agency: str) -> Response:
    return _listed(agency)


@blueprint.post("")
def begin(agency: str) -> AnyResponse:
    """Begin a new version from a published one."""
    me = guard.signed_in().account
    try:
        ref = drafting.begin(store(), me, typed("base", 80), typed("version", 20).strip(), at=moment())
    except (VersionTaken, UnknownInstrument) as refusal:
        return _listed(agency, refusal)
    return redirect(url_for("instruments.shown", agency=agency, ref=ref), 303)


@blueprint.get("/<ref>")
def shown(agency: str, ref: str) -> Response:
    return _shown(agency, ref)


@blueprint.get("/<ref>.toml")
def toml(agency: str, ref: str) -> Response:
    """The file of a version or of a draft."""
    answer = make_response(
        drafting.text_of(store(), ref), {"Content-Type": "application/toml; charset=utf-8"}
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{ref}.toml"'
    return answer


@blueprint.post("/<ref>")
def reword(agency: str, ref: str) -> AnyResponse:
    """Other words above and below the questions."""
    data = _written(ref).draft.content
    for part in ("title", "intro", "index"):
        if part in data:
            data[part] = data[part] | _wording(data, f"{part}_")
    if "index" in data:
        data["index"] = {"code": _line("index_code"), **_words_only(data["index"])}
    data["factors"] = [
        factor | _wording(data, f"factor_{factor['code']}_") for factor in data.get("factors", [])
    ]
    return _changed(agency, ref, data)


@blueprint.get("/<ref>/item")
def item(agency: str, ref: str) -> Response:
    """One question to change, or a new one."""
    return _item(agency, ref, request.args.get("code"))


@blueprint.post("/<ref>/item")
def change_item(agency: str, ref: str) -> AnyResponse:
    """A question as it was filled in; what it lacks is told beside the draft."""
    found = _written(ref)
    data, code = found.draft.content, _line("code")[:60]
    before: Data = item_of(data, code) or {"code": code}
    made = before | _wording(data, "text_") | {"scale": _line("scale"), "missing": _reasons()}
    made = _tagged(made, _line("factor"))
    made["in_index"] = "in_index" in request.form
    if code in found.base.by_code:
        choice = {"yes": True, "no": False}.get(_line("equated"))
        made = with_decision(made, found.base, choice, _line("note"))
    place = _line("place")
    at = int(place) if place.isascii() and place.isdecimal() and len(place) < 5 else len(data["items"]) + 1
    if "new" in request.form and (not code or item_of(data, code)):
        return _item(agency, ref, None, ItemCodeTaken(), made)
    try:
        return _kept(agency, ref, put_item(data, made, at))
    except CatalogueChanged as refusal:
        known = item_of(_written(ref).draft.content, code)
        return _item(agency, ref, code if known else None, refusal, made)


@blueprint.post("/<ref>/remove")
def remove_item(agency: str, ref: str) -> AnyResponse:
    """Ask a question no more in this version."""
    return _changed(agency, ref, without_item(_written(ref).draft.content, _line("code")))


@blueprint.get("/<ref>/preview/<tongue>")
def preview(agency: str, ref: str, tongue: str) -> Response:
    """The questions as respondents see them, in one language. Nothing is sent from here."""
    if tongue not in LANGUAGES:
        raise PageNotFound
    try:
        made = drafting.preview(store(), ref)
    except InstrumentUnfinished as refusal:
        return _shown(agency, ref, refusal)
    with force_locale(tongue):
        form = forms.new_form(made, tongue)(formdata=None, meta={"csrf": False})
        shown_as = render_template("respond/asked.html", form=form, sections=forms.sections(made, tongue))
    return _page("instrument_preview.html", agency, made=made, tongue=tongue, asked=Markup(shown_as))  # noqa: S704 - our own template made it


@blueprint.post("/<ref>/publish")
def publish(agency: str, ref: str) -> AnyResponse:
    """Publish a draft that somebody else wrote, as it was looked at."""
    me = guard.signed_in().account
    try:
        drafting.publish(store(), me, ref, seen=_seen(), at=moment(), on=today())
    except (OwnDraft, InstrumentUnfinished, CatalogueChanged) as refusal:
        return _shown(agency, ref, refusal)
    return redirect(url_for("instruments.shown", agency=agency, ref=ref, done="published"), 303)


@blueprint.post("/<ref>/drop")
def drop(agency: str, ref: str) -> AnyResponse:
    """Throw a draft away."""
    drafting.drop(store(), _written(ref).draft.ref)
    return redirect(url_for("instruments.listed", agency=agency), 303)


def _page(template: str, agency: str, refusal: Refusal | None = None, **told: object) -> Response:
    body = design.reference(store()).agency(agency)
    return page(f"agency/{template}", refusal, agency=body, **told)


def _listed(agency: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store())
    asked = {
        ref: [wave for wave in known.waves.values() if wave.instrument == ref] for ref in known.instruments
    }
    return _page(
        "instruments.html",
        agency,
        refusal,
        published=list(known.instruments.values()),
        asked=asked,
        drafts=drafting.listed(store()),
    )


def _written(ref: str) -> Written:
    found = drafting.written(store(), ref)
    if found is None:
        raise UnknownInstrument
    return found


def _shown(agency: str, ref: str, refusal: Refusal | None = None) -> Response:
    known = design.reference(store()).instruments
    if ref in known:
        told = {"made": known[ref], "done": request.args.get("done")}
        return _page("instrument.html", agency, refusal, **told)
    found = _written(ref)
    return _page(
        "instrument_draft.html",
        agency,
        refusal,
        found=found,
        data=found.draft.content,
        decided=decided,
        own=found.draft.author == guard.signed_in().account.id,
        done=request.args.get("done"),
    )


def _item(
    agency: str, ref: str, code: str | None, refusal: Refusal | None = None, typed: Data | None = None
) -> Response:
    """The form of a question, as it is in the draft or as somebody filled it in."""
    found = _written(ref)
    data = found.draft.content
    one = item_of(data, code) if code else {}
    if one is None:
        raise PageNotFound
    return _page(
        "instrument_item.html",
        agency,
        refusal,
        found=found,
        data=data,
        item=one,
        filled=typed or one,
        place=data["items"].index(one) + 1 if one else len(data["items"]) + 1,
        decision=decided(typed or one, found.base) if one else None,
        before=found.base.by_code.get(code or ""),
        reasons={reason.value: label for reason, label in forms.MISSING_LABELS.items() if reason in REASONS},
        rating=one.get("kind", Kind.RATING.value) == Kind.RATING.value,
    )


def _changed(agency: str, ref: str, data: Data) -> AnyResponse:
    """Keep what the draft has become, if nobody changed it since the page was opened."""
    try:
        return _kept(agency, ref, data)
    except CatalogueChanged as refusal:
        return _shown(agency, ref, refusal)


def _kept(agency: str, ref: str, data: Data) -> AnyResponse:
    """Keep it and lead back to the draft. Raises CatalogueChanged."""
    drafting.change(store(), ref, data, seen=_seen(), at=moment())
    return redirect(url_for("instruments.shown", agency=agency, ref=ref, done="kept"), 303)


def _seen() -> int:
    seen = request.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0


def _line(name: str) -> str:
    """A field as one line of tidy text."""
    return " ".join(request.form.get(name, "").split())[:LONGEST]


def _wording(data: Data, prefix: str) -> dict[str, str]:
    return {language: _line(f"{prefix}{language}") for language in data["languages"]}


def _words_only(table: Data) -> Data:
    return {key: value for key, value in table.items() if key != "code"}


def _reasons() -> list[str]:
    return [reason for reason in request.form.getlist("missing") if reason in set(REASONS)]


def _tagged(made: Data, factor: str) -> Data:
    kept = {key: value for key, value in made.items() if key != "factor"}
    return kept | ({"factor": factor} if factor else {})
