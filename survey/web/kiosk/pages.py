"""The kiosk app as a browser loads it: its page, its files under their version, its service worker."""

from __future__ import annotations

from io import BytesIO

from flask import Response, make_response, render_template, request, url_for
from flask_babel import force_locale
from markupsafe import Markup, escape

from survey.errors import PageNotFound
from survey.forms import MISSING_LABELS
from survey.receipt import read_code
from survey.web import apps
from survey.web.apps import App
from survey.web.context import LANGUAGES
from survey.web.kiosk import blueprint

#: what stands in the page where the address of the web page goes that asks the same
_WITHOUT = "the-page-without-script"


@blueprint.get("/")
def page() -> Response:
    """The app. A browser without JavaScript is told what to do instead, in both languages."""
    app = _app()
    return apps.page_of(app, app.page.replace(_WITHOUT, escape(_without_script())))


@blueprint.get("/app/<version>/<name>")
def part(version: str, name: str) -> Response:
    """A file of the app."""
    return apps.part_of(_app(), version, name)


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker."""
    return apps.worker_of(_app())


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """What a tablet is told when the page is installed as an app."""
    return apps.manifest_of("kiosk", "Hài lòng", display="fullscreen")


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


def _app() -> App:
    return apps.app_of("kiosk", _page)


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
    return render_template("kiosk/page.html", **told, version=apps.VERSION)
