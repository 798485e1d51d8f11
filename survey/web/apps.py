"""Apps that run without a network: a page with every screen in it, files under their version, a service worker.

An app's modules lie in its own folder of `static/`, and in `static/offline/` what apps share.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Response, current_app, jsonify, make_response, request, send_from_directory, url_for

from survey.errors import PageNotFound
from survey.web.context import YEAR
from survey.web.kept import kept

#: loads and speaks with nothing but the service itself; nothing inline
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: a file that is no module of a page
WORKER = "worker.js"
#: what stands in a page where its own version goes
VERSION = "version-of-the-app"
#: the folder of what apps share
SHARED = "offline"


@dataclass(frozen=True)
class App:
    """An app at one version, which follows from its content. files: everything that it needs to start."""

    name: str
    version: str
    page: str
    files: tuple[str, ...]


def app_of(name: str, written: Callable[[], str]) -> App:
    """The app as it lies on the disk when it is first asked for; its address is part of it.

    name: of its blueprint and its folder · written: makes its page, with `VERSION` where the version goes
    """
    app: App = kept((f"{name}-app", request.script_root), lambda: _made(name, written()))
    return app


def _made(name: str, text: str) -> App:
    parts = _parts(name)
    content = b"".join(file.read_bytes() for file in parts.values())
    version = sha256(text.encode() + content).hexdigest()[:12]
    style = current_app.jinja_env.globals["style"]
    loaded = [url_for(f"{name}.part", version=version, name=each) for each in parts if each != WORKER]
    shared = [url_for("static", filename=each, v=style) for each in ("hai-long.css", "mark.svg")]
    files = (url_for(f"{name}.page"), url_for(f"{name}.manifest"), *shared, *loaded)
    return App(name, version, text.replace(VERSION, version), files)


def _parts(name: str) -> dict[str, Path]:
    folders = (Path(str(current_app.static_folder), each) for each in (SHARED, name))
    return dict(sorted((file.name, file) for folder in folders for file in folder.iterdir()))


def page_of(app: App, text: str) -> Response:
    """The page; text: `app.page`, with what depends on the request put in."""
    answer = make_response(text)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.cache_control.no_cache = True
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def part_of(app: App, version: str, name: str) -> Response:
    """A file of the app. Its modules name each other by their place, so the version is a folder."""
    found = _parts(app.name).get(name)
    if version != app.version or name == WORKER or found is None:
        raise PageNotFound
    return send_from_directory(found.parent, name, max_age=YEAR)


def worker_of(app: App) -> Response:
    """The service worker, told what it has to keep; browsers compare it byte by byte to see what is new."""
    told = {"app": app.name, "version": app.version, "page": url_for(f"{app.name}.page"), "files": app.files}
    source = Path(str(current_app.static_folder), SHARED, WORKER).read_text(encoding="utf-8")
    answer = make_response(
        f"const SHELL = {json.dumps(told)};\n{source}", {"Content-Type": "text/javascript; charset=utf-8"}
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    answer.cache_control.no_cache = True
    return answer


def manifest_of(name: str, title: str, *, display: str) -> Response:
    """What a tablet or phone is told when the page is installed as an app."""
    icon = {"src": url_for("static", filename="offline/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    place = url_for(f"{name}.page")
    answer = jsonify(
        name=title,
        short_name=title,
        lang="vi",
        id=place,
        start_url=place,
        scope=place,
        display=display,
        background_color="#f7f7f4",
        theme_color="#0a4f80",
        icons=[{**icon, "purpose": "any"}, {**icon, "purpose": "maskable"}],
    )
    answer.content_type = "application/manifest+json"
    answer.cache_control.no_cache = True
    return answer
