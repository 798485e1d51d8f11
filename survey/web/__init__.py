"""Doors, named after who knocks. A route reads the request, calls one verb, shows one page."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.exceptions import RequestEntityTooLarge

from survey import forms
from survey.errors import BodyTooLarge, FileTooLarge
from survey.web import (
    asked,
    bundles,
    catalogues,
    comparing,
    compiled,
    context,
    dossiers,
    errors,
    field,
    guard,
    headers,
    invited,
    kiosk,
    links,
    numbers,
    pace,
    plan,
    posters,
    public,
    published,
    receipt,
    respond,
    tokens,
    topics,
    unsubscribe,
)
from survey.web import faults as file_faults
from survey.web.account import mine, signin
from survey.web.agency import (
    alerts,
    asking,
    audit,
    cases,
    catalogue,
    comments,
    coverage,
    dashboard,
    desk,
    disputes,
    editions,
    filters,
    instruments,
    invitations,
    kiosks,
    navigation,
    people,
    phones,
    screening,
    senders,
    sheets,
    things,
    waves,
)
from survey.web.kept import Kept
from survey.web.report import pages as report

#: a form may be this large (bytes); the longest questionnaire needs a twentieth of it
LARGEST_BODY = 64 * 1024
#: endpoints that may be sent more: a kiosk's hundred answers with their comments, a thousand dossiers
LARGEST_BODIES = {
    "kiosk.responses": 1024 * 1024,
    "field.deliver": 1024 * 1024,
    "dossiers.invitations": 512 * 1024,
    "invitations.upload": 512 * 1024,
    "coverage.tell": 512 * 1024,
    "catalogue.upload": 2 * 1024 * 1024,
    "people.send": 2 * 1024 * 1024,
    "kiosks.send": 2 * 1024 * 1024,
    "waves.frame": 32 * 1024 * 1024,
    "waves.weight": 1024 * 1024,
}
#: endpoints that take files: what is too large there is told as such
UPLOADS = frozenset({"catalogue.upload", "people.send", "kiosks.send", "waves.frame", "waves.weight"})
#: seconds for which an open form can be sent: a kiosk may stand untouched for half a day
FORM_LIFETIME = 12 * 3600
#: how answers are compressed
ENCODINGS = ("br", "gzip")
#: what is sent compressed: people open the form on slow telephones
COMPRESSED = ["text/html", "text/css", "text/csv", "text/javascript", "application/json", "image/svg+xml"]


_DOORS = (
    respond,
    invited,
    receipt,
    public,
    kiosk,
    field,
    dossiers,
    links,
    posters,
    plan,
    topics,
    published,
    report,
    bundles,
    signin,
    mine,
    unsubscribe,
)
_DESKS = (
    desk,
    dashboard,
    comments,
    cases,
    disputes,
    screening,
    alerts,
    editions,
    audit,
    people,
    kiosks,
    phones,
    invitations,
    sheets,
    coverage,
    senders,
    catalogue,
    waves,
    instruments,
    asking,
)


def hang(app: Flask) -> None:
    """Hang every door: pages, refusals, permissions, headers, languages, and the guard on forms."""
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=context.YEAR,
        SESSION_COOKIE_NAME="form",
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=FORM_LIFETIME,
        COMPRESS_ALGORITHM=list(ENCODINGS),
        # The form is compressed for every visitor: the lowest levels take a third of the time.
        COMPRESS_BR_LEVEL=1,
        COMPRESS_LEVEL=1,
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_REGISTER=False,
    )
    app.url_map.converters["int"] = asked.Number
    app.extensions["kept"] = Kept()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    compiled.hang(app)
    for name, file in (
        ("style", "hai-long.css"),
        ("button_style", "button.css"),
        ("desk_style", "desk.css"),
        ("site_style", "site.css"),
        ("passkey_script", "passkeys.js"),
        ("entry_script", "entry.js"),
    ):
        app.jinja_env.globals[name] = _version(app, file)
    app.jinja_env.filters["day_of"] = numbers.when_read(published.day_of)
    for part in (
        errors,
        context,
        catalogues,
        numbers,
        comparing,
        headers,
        pace,
        guard,
        navigation,
        filters,
        file_faults,
        things,
    ):
        part.hang(app)
    app.before_request(_check_request)
    protection = tokens.hang(app)
    for door in (kiosk, field, dossiers, unsubscribe):  # they carry a key, and no cookie
        protection.exempt(door.blueprint)
    compress = Compress(app)
    app.after_request(lambda answer: answer if _as_it_is(answer) else _compressed(answer, compress))
    for each in (*_DOORS, *_DESKS):
        app.register_blueprint(each.blueprint)


def _check_request() -> None:
    """Refuse what is too large or no text; who may ask at all has been decided by the guard."""
    if request.query_string:
        forms.check_encoding(request.query_string)
    if request.method == "POST":
        request.max_content_length = LARGEST_BODIES.get(request.endpoint or "", LARGEST_BODY)
        try:
            _check_body(request.get_data(), request.max_content_length)
        except (BodyTooLarge, RequestEntityTooLarge):
            raise (FileTooLarge if request.endpoint in UPLOADS else BodyTooLarge) from None


def _check_body(body: bytes, largest: int) -> None:
    """Refuse what is too large or no text. A body sent in chunks arrives cut off at the limit."""
    if len(body) >= largest:
        raise BodyTooLarge
    if request.mimetype == "application/x-www-form-urlencoded":
        forms.check_encoding(body)


def _as_it_is(answer: Response) -> bool:
    """Whether there is nothing to compress, or it was compressed before."""
    return answer.status_code != 200 or "Content-Encoding" in answer.headers


def _compressed(answer: Response, compress: Compress) -> Response:
    """The answer as its reader takes it: Flask-Compress would send an encoding that is refused with `q=0`."""
    taken = {name: request.accept_encodings.quality(name) for name in ENCODINGS}
    if request.accept_encodings.quality("identity") > max(taken.values()):
        taken = {}
    wanted = ", ".join(f"{name};q={quality}" for name, quality in taken.items() if quality > 0)
    request.environ["HTTP_ACCEPT_ENCODING"] = wanted
    return compress.after_request(answer)


def _version(app: Flask, name: str) -> str:
    """A name for the content of a static file, so that browsers may keep it for good."""
    return sha256(Path(str(app.static_folder), name).read_bytes()).hexdigest()[:12]
