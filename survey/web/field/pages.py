"""The interviewers' app as a browser loads it: its page, its files under their version, its service worker."""

from __future__ import annotations

from flask import Response, render_template
from flask_babel import force_locale, lazy_gettext
from markupsafe import Markup

from survey.forms import ASSISTED_LABELS, MISSING_LABELS
from survey.response import Assistance
from survey.web import apps
from survey.web.apps import App
from survey.web.context import LANGUAGES
from survey.web.errors import SENTENCES
from survey.web.field import blueprint

#: refusals of an entry that a phone explains to its interviewer
EXPLAINED = (
    *("unknown-unit", "foreign-unit", "wave-not-open", "unit-answered", "visit-not-possible"),
    *("disposition-unfit", "unknown-disposition", "wrong-version", "same-id-other-content"),
)

#: who may have helped at home
HELPERS = ASSISTED_LABELS | {Assistance.STAFF: lazy_gettext("An official or the head of the village")}


@blueprint.get("/")
def page() -> Response:
    """The app."""
    app = _app()
    return apps.page_of(app, app.page)


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
    """What a phone is told when the page is installed as an app."""
    return apps.manifest_of("field", "Hài lòng – Điều tra", display="standalone")


def _app() -> App:
    return apps.app_of("field", _page)


def _page() -> str:
    """Every screen lies in the page in every language, so that none has to be fetched."""
    screens = {}
    refusals = {code: SENTENCES[code].sentence for code in EXPLAINED}
    for code in LANGUAGES:
        with force_locale(code):
            made = render_template(
                "field/screens.html",
                code=code,
                reasons=MISSING_LABELS,
                helpers=HELPERS,
                refusals=refusals,
            )
            screens[code] = Markup(made)  # noqa: S704 - a template's own output
    return render_template("field/page.html", screens=screens, version=apps.VERSION)
