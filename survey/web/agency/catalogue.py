"""The catalogue as its editors see it: rows, files that come and go, and what a change would change."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import admit, design, revise
from survey.errors import (
    BadData,
    CatalogueChanged,
    PageNotFound,
    ReasonMissing,
    Refusal,
)
from survey.formats import catalogue_text
from survey.formats.catalogue import COLUMNS, KEYS, key_of
from survey.revise import Preview, Scope
from survey.web import guard
from survey.web.account.pages import page, typed
from survey.web.agency import columns
from survey.web.context import moment, store, today

blueprint = Blueprint("catalogue", __name__, url_prefix="/desk/<agency>/catalogue")

#: rows on one page of a table, and changes that a preview tells one by one
ROWS = 50
TOLD = 300


@blueprint.get("")
def home(agency: str) -> Response:
    """The files of which one may change rows."""
    files = revise.files_of(store(), guard.signed_in().account, agency)
    counts = {file: len(revise.rows(store(), _scope(agency, file))) for file in files}
    last = revise.last_changes(store())
    listed = [(_name(file), counts[file], last.get(file)) for file in files]
    return _page("catalogue.html", agency, files=listed)


@blueprint.get("/<file>")
def listed(agency: str, file: str) -> Response:
    """The rows of a file, fifty at a time, those that have all words of the search."""
    return _listed(agency, file)


@blueprint.get("/<file>.csv")
def download(agency: str, file: str) -> Response:
    """The rows of a file as they would be sent back."""
    scope = _scope(agency, f"{file}.csv")
    text = "\ufeff" + catalogue_text.text(scope.file, revise.rows(store(), scope))
    answer = make_response(text, {"Content-Type": "text/csv; charset=utf-8"})
    answer.headers["Content-Disposition"] = f'attachment; filename="{scope.file}"'
    return answer


@blueprint.post("/<file>")
def upload(agency: str, file: str) -> AnyResponse:
    """A file with rows that are new or changed: it is checked, kept, and shown as what it would change."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _listed(agency, file, BadData([f"{file}.csv:1: no file was chosen"]))
    name, stream = sent.filename, sent.stream
    return _sent(
        agency,
        file,
        lambda scope, draft: revise.send(store(), scope, stream, name, draft=draft),
        lambda refusal: _listed(agency, file, refusal),
    )


@blueprint.post("/<file>/shipped")
def shipped(agency: str, file: str) -> AnyResponse:
    """What the service brings along for this file, as a change."""
    return _sent(
        agency,
        file,
        lambda scope, draft: revise.send_shipped(store(), scope, draft=draft),
        lambda refusal: _listed(agency, file, refusal),
    )


@blueprint.get("/<file>/row")
def row(agency: str, file: str) -> Response:
    """One row to change, or an empty one."""
    scope, key = _scope(agency, f"{file}.csv"), request.args.get("key")
    known = {key_of(scope.file, cells): cells for cells in revise.rows(store(), scope)}
    if key is not None and key not in known:
        raise PageNotFound
    return _row(agency, file, known[key] if key else {}, bool(key))


@blueprint.post("/<file>/row")
def change_row(agency: str, file: str) -> AnyResponse:
    """One row as it was filled in: checked, kept, and shown as what it would change."""
    names = COLUMNS.get(f"{file}.csv", ())
    cells = {name: ";".join(" ".join(part.split()) for part in request.form.getlist(name)) for name in names}
    return _sent(
        agency,
        file,
        lambda scope, draft: revise.send_row(store(), scope, cells, draft=draft),
        lambda refusal: _row(agency, file, cells, bool(request.form.get("known")), refusal),
    )


@blueprint.get("/<file>/drafts/<draft>")
def preview(agency: str, file: str, draft: str) -> Response:
    """What a draft would add, change and end."""
    return _preview(agency, file, draft)


@blueprint.post("/<file>/drafts/<draft>")
def apply(agency: str, file: str, draft: str) -> AnyResponse:
    """Apply a draft as it was looked at."""
    scope = _scope(agency, f"{file}.csv")
    try:
        revise.apply(store(), scope, draft, stamp=typed("stamp", 60), reason=typed("reason", 1000))
    except (CatalogueChanged, ReasonMissing, BadData) as refusal:
        return _preview(agency, file, draft, refusal)
    return redirect(url_for("catalogue.listed", agency=agency, file=file, done="applied"), 303)


@blueprint.get("/<file>/history")
def history(agency: str, file: str) -> Response:
    """Who changed what, when and why."""
    found = revise.history(store(), _scope(agency, f"{file}.csv"))
    people = {account.id: account.person for account in admit.people.everybody(store())}
    return _page("catalogue_history.html", agency, file=file, revisions=found, people=people)


def _scope(agency: str, file: str) -> Scope:
    return Scope(guard.signed_in().account, agency, file, at=moment(), on=today())


def _name(file: str) -> str:
    return file.removesuffix(".csv")


def _page(template: str, agency: str, refusal: Refusal | None = None, **told: object) -> Response:
    known = design.reference(store())
    body = known.agency(agency)
    names = {code: each.name for code, each in known.agencies.items()}
    return page(f"agency/{template}", refusal, agency=body, names=names, words_of=columns, **told)


def _sent(
    agency: str,
    file: str,
    send: Callable[[Scope, str], Preview],
    again: Callable[[Refusal], Response],
) -> AnyResponse:
    """Keep what was sent under a new name and lead on to its preview, or show what is wrong with it."""
    draft = secrets.token_urlsafe(12)
    try:
        send(_scope(agency, f"{file}.csv"), draft)
    except BadData as refusal:
        return again(refusal)
    return redirect(url_for("catalogue.preview", agency=agency, file=file, draft=draft), 303)


def _listed(agency: str, file: str, refusal: Refusal | None = None) -> Response:
    every = revise.rows(store(), _scope(agency, f"{file}.csv"))
    query = request.args.get("q", "")[:100]
    wanted = design.plain(query).split()
    found = [cells for cells in every if _has(cells, wanted)] if wanted else every
    number = request.args.get("page", "1")
    pages = max(1, -(-len(found) // ROWS))
    at = min(int(number), pages) if number.isascii() and number.isdecimal() and int(number[:6]) else 1
    return _page(
        "catalogue_rows.html",
        agency,
        refusal,
        file=file,
        rows=found[(at - 1) * ROWS : at * ROWS],
        found=len(found),
        every=len(every),
        query=query,
        at=at,
        pages=pages,
        key_of=lambda cells: key_of(f"{file}.csv", cells),
        done=request.args.get("done"),
    )


def _has(cells: Mapping[str, str], wanted: list[str]) -> bool:
    text = design.plain(" ".join(cells.values()))
    return all(word in text for word in wanted)


def _row(
    agency: str, file: str, cells: Mapping[str, str], known: bool, refusal: Refusal | None = None
) -> Response:
    within = design.reference(store())
    return _page(
        "catalogue_row.html",
        agency,
        refusal,
        file=file,
        cells=cells,
        known=known,
        keys=KEYS[f"{file}.csv"],
        columns=COLUMNS[f"{file}.csv"],
        bodies=[body for body in within.agencies.values() if within.under(agency, body.code)],
        fields=list(within.fields.values()),
    )


def _preview(agency: str, file: str, draft: str, refusal: Refusal | None = None) -> Response:
    scope = _scope(agency, f"{file}.csv")
    try:
        seen = revise.preview(store(), scope, draft)
    except BadData as fault:
        return _listed(agency, file, fault)
    return _page(
        "catalogue_preview.html",
        agency,
        refusal,
        file=file,
        seen=seen,
        shown=seen.changes[:TOLD],
        reason=request.form.get("reason", ""),
    )
