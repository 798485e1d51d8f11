"""The kiosk app as a browser loads it: its page, its files under their version, its service worker."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from flask import (
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask_babel import force_locale
from markupsafe import Markup, escape

from survey.errors import PageNotFound
from survey.forms import MISSING_LABELS
from survey.receipt import read_code
from survey.web.context import LANGUAGES, YEAR
from survey.web.kept import kept
from survey.web.kiosk import blueprint

#: loads and speaks with nothing but the service itself; nothing inline
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: a file of the app that is no module of its page
WORKER = "worker.js"
#: what stands in the page where its own version goes, and the address of the web page that asks the same
_VERSION, _WITHOUT = "version-of-the-app", "the-page-without-script"


@dataclass(frozen=True)
class App:
    """The app at one version, which follows from its content. files: everything that it needs to start."""

    version: str
    page: str
    files: tuple[str, ...]


@blueprint.get("/")
def page() -> Response:
    """The app. A browser without JavaScript is told what to do instead, in both languages."""
    answer = make_response(_app().page.replace(_WITHOUT, escape(_without_script())))
    answer.headers["Content-Security-Policy"] = POLICY
    answer.cache_control.no_cache = True
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@blueprint.get("/app/<version>/<name>")
def part(version: str, name: str) -> Response:
    """A file of the app. Its modules name each other by their place, so the version is a folder."""
    if version != _app().version or name == WORKER:
        raise PageNotFound
    return send_from_directory(_folder(), name, max_age=YEAR)


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker, told what it has to keep; browsers compare it byte by byte to see what is new."""
    app = _app()
    told = {"version": app.version, "page": url_for("kiosk.page"), "files": app.files}
    text = f"const SHELL = {json.dumps(told)};\n" + (_folder() / WORKER).read_text(encoding="utf-8")
    answer = make_response(text, {"Content-Type": "text/javascript; charset=utf-8"})
    answer.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    answer.cache_control.no_cache = True
    return answer


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """What a tablet is told when the page is installed as an app."""
    icon = {"src": url_for("static", filename="kiosk/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    answer = jsonify(
        name="Hài lòng",
        short_name="Hài lòng",
        lang="vi",
        id=url_for("kiosk.page"),
        start_url=url_for("kiosk.page"),
        scope=url_for("kiosk.page"),
        display="fullscreen",
        background_color="#f7f7f4",
        theme_color="#0a4f80",
        icons=[{**icon, "purpose": "any"}, {**icon, "purpose": "maskable"}],
    )
    answer.content_type = "application/manifest+json"
    answer.cache_control.no_cache = True
    return answer


@blueprint.get("/receipts/<code>.svg")
def square(code: str) -> Response:
    """The address of a receipt as a QR code. Drawn for any code that can be one: it tells nothing."""
    import segno  # noqa: PLC0415 - slow to import, and only this needs it

    if read_code(code) is None:
        raise PageNotFound
    image = BytesIO()
    drawn = segno.make(url_for("receipt.show", code=code, _external=True), error="m")
    drawn.save(image, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True, light="#fff")
    answer = make_response(image.getvalue(), {"Content-Type": "image/svg+xml"})
    answer.cache_control.no_store = True
    return answer


def _without_script() -> str:
    """The page that asks the same without JavaScript: of the agency and counter in the address, if it names any."""
    agency, counter = request.args.get("agency"), request.args.get("counter")
    if not agency:
        return url_for("respond.agencies")
    return url_for("respond.form", agency=agency, counter=counter)


def _folder() -> Path:
    return Path(str(current_app.static_folder), "kiosk")


def _app() -> App:
    """The app as it lies on the disk when it is first asked for; its address is part of it."""
    app: App = kept(("kiosk-app", request.script_root), _made)
    return app


def _made() -> App:
    text = _page()
    parts = {file.name: file.read_bytes() for file in sorted(_folder().iterdir())}
    version = sha256(text.encode() + b"".join(parts.values())).hexdigest()[:12]
    style = current_app.jinja_env.globals["style"]
    loaded = [url_for("kiosk.part", version=version, name=name) for name in parts if name != WORKER]
    shared = [url_for("static", filename=name, v=style) for name in ("hai-long.css", "mark.svg")]
    files = (url_for("kiosk.page"), url_for("kiosk.manifest"), *shared, *loaded)
    return App(version, text.replace(_VERSION, version), files)


def _page() -> str:
    """Every screen lies in the page in every language, so that none has to be fetched."""
    told: dict[str, dict[str, Markup]] = {"screens": {}, "without": {}}
    for code in LANGUAGES:
        with force_locale(code):
            for name, parts in told.items():
                made = render_template(
                    f"kiosk/{name}.html", code=code, reasons=MISSING_LABELS, address=_WITHOUT
                )
                parts[code] = Markup(made)  # noqa: S704 - a template's own output
    return render_template("kiosk/page.html", **told, version=_VERSION)
