"""Doors, named after who knocks. A route reads the request, calls one verb, shows one page."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request
from flask_babel import Babel
from flask_compress import Compress
from flask_wtf import CSRFProtect

from survey import forms
from survey.errors import BodyTooLarge
from survey.web import (
    bundles,
    comparing,
    context,
    errors,
    guard,
    headers,
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
    topics,
)
from survey.web.account import mine, signin
from survey.web.agency import desk, editions, kiosks, people
from survey.web.kept import Kept
from survey.web.report import pages as report

#: a form may be this large (bytes); the longest questionnaire needs a twentieth of it
LARGEST_BODY = 64 * 1024
#: endpoints that may be sent more: a kiosk's hundred answers with their comments
LARGEST_BODIES = {"kiosk.responses": 1024 * 1024}
#: seconds for which an open form can be sent: a kiosk may stand untouched for half a day
FORM_LIFETIME = 12 * 3600
#: what is sent compressed: people open the form on slow telephones
COMPRESSED = ["text/html", "text/css", "text/csv", "text/javascript", "application/json", "image/svg+xml"]


def hang(app: Flask) -> None:
    """Hang every door: pages, refusals, permissions, headers, languages, and the guard on forms."""
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=context.YEAR,
        SESSION_COOKIE_NAME="form",
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=FORM_LIFETIME,
        COMPRESS_ALGORITHM=["br", "gzip"],
        # The form is compressed for every visitor: the lowest levels take a third of the time.
        COMPRESS_BR_LEVEL=1,
        COMPRESS_LEVEL=1,
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_REGISTER=False,
    )
    app.extensions["kept"] = Kept()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for name, file in (
        ("style", "hai-long.css"),
        ("button_style", "button.css"),
        ("desk_style", "desk.css"),
        ("site_style", "site.css"),
        ("passkey_script", "passkeys.js"),
    ):
        app.jinja_env.globals[name] = _version(app, file)
    app.jinja_env.filters["day_of"] = numbers.when_read(published.day_of)
    for part in (errors, context, numbers, comparing, headers, pace, guard):
        part.hang(app)
    app.before_request(_check_request)
    Babel(app, default_locale="vi", locale_selector=context.language)
    CSRFProtect(app).exempt(kiosk.blueprint)  # it carries a device's key, and no cookie
    compress = Compress(app)
    app.after_request(lambda answer: answer if _as_it_is(answer) else compress.after_request(answer))
    for door in (
        respond,
        receipt,
        public,
        topics,
        published,
        report,
        kiosk,
        links,
        posters,
        plan,
        signin,
        mine,
        desk,
        people,
        kiosks,
        bundles,
        editions,
    ):
        app.register_blueprint(door.blueprint)


def _check_request() -> None:
    """Refuse what is too large or no text; who may ask at all has been decided by the guard."""
    if request.query_string:
        forms.check_encoding(request.query_string)
    if request.method == "POST":
        request.max_content_length = LARGEST_BODIES.get(request.endpoint or "", LARGEST_BODY)
        _check_body(request.get_data(), request.max_content_length)


def _check_body(body: bytes, largest: int) -> None:
    """Refuse what is too large or no text. A body sent in chunks arrives cut off at the limit."""
    if len(body) >= largest:
        raise BodyTooLarge
    if request.mimetype == "application/x-www-form-urlencoded":
        forms.check_encoding(body)


def _as_it_is(answer: Response) -> bool:
    """Whether there is nothing to compress, or it was compressed before."""
    return answer.status_code != 200 or "Content-Encoding" in answer.headers


def _version(app: Flask, name: str) -> str:
    """A name for the content of a static file, so that browsers may keep it for good."""
    return sha256(Path(str(app.static_folder), name).read_bytes()).hexdigest()[:12]
