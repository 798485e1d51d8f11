"""The report's doors: the document for reading, its pictures, the PDF, and for staff how far it is made."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import analyse, design, publish
from survey.errors import PageNotFound
from survey.frame import Wave
from survey.publish import documents
from survey.publish.contents import REPORT
from survey.report import Report, Stage, document_name
from survey.web.asked import chosen_year
from survey.web.context import LANGUAGES, language, moment, store
from survey.web.kept import cacheable, kept
from survey.web.report import document, making, pictures
from survey.web.report.chapters import Matter

blueprint = Blueprint("report", __name__)


@blueprint.get("/report")
def headline() -> Response:
    """The report of the headline survey."""
    return _read(None)


@blueprint.get("/waves/<wave>/report")
def of_wave(wave: str) -> Response:
    return _read(wave)


@blueprint.get("/waves/<wave>/report/<name>.svg")
def picture(wave: str, name: str) -> Response:
    """A picture of the report, as the document holds it."""
    report = _report(wave)
    if name not in pictures.names_of(report):
        raise PageNotFound
    key = ("report", name, report.wave.code, report.period, language())
    image = kept(key, lambda: pictures.drawn(name, report, language()), of=report)
    return cacheable(make_response(image, {"Content-Type": "image/svg+xml"}))


@blueprint.get("/waves/<wave>/report.pdf")
def pdf(wave: str) -> Response:
    """The document as it was made last; there is none until somebody had it made."""
    return _pdf(document_name(_report(wave), language()))


def _pdf(name: str) -> Response:
    content = documents.content(store(), name)
    if content is None:
        raise PageNotFound
    answer = make_response(content, {"Content-Type": "application/pdf"})
    answer.headers["Content-Disposition"] = f'inline; filename="hai-long-{name.replace("/", "-")}.pdf"'
    return cacheable(answer)


@blueprint.get("/editions/<code>/r<int:revision>/report")
def of_edition(code: str, revision: int) -> Response:
    """The report of an edition, from the figures in its bundle."""
    edition = publish.edition(store(), code, revision)

    def make() -> str:
        matter = making.matter_of_edition(store(), edition)
        names = pictures.names_of(matter.report)
        place = "report.edition_picture"
        at = {n: url_for(place, code=code, revision=revision, name=n, lang=language()) for n in names}
        return document.html(matter, at, url_for("static", filename=document.STYLE))

    return cacheable(make_response(kept(("edition", edition.digest, language()), make)))


@blueprint.get("/editions/<code>/r<int:revision>/report/<name>.svg")
def edition_picture(code: str, revision: int, name: str) -> Response:
    edition = publish.edition(store(), code, revision)
    report = kept(("edition", edition.digest), lambda: making.matter_of_edition(store(), edition).report)
    if name not in pictures.names_of(report):
        raise PageNotFound
    key = ("edition", edition.digest, name, language())
    image = kept(key, lambda: pictures.drawn(name, report, language()))
    return cacheable(make_response(image, {"Content-Type": "image/svg+xml"}))


@blueprint.get("/editions/<code>/r<int:revision>.pdf")
def edition_pdf(code: str, revision: int) -> AnyResponse:
    """The document of an edition: as its bundle holds it, else as somebody had it made."""
    edition = publish.edition(store(), code, revision)
    name = REPORT.format(language=language())
    if publish.entry(store(), edition, name):
        return redirect(url_for("bundles.file", code=code, revision=revision, name=name), 302)
    return _pdf(f"editions/{edition.name}/{language()}")


@blueprint.post("/desk/<agency>/reports/<code>/r<int:revision>")
def make_edition(agency: str, code: str, revision: int) -> AnyResponse:
    """Have the documents of an edition made, in the background."""
    edition = publish.edition(store(), code, revision)
    if edition.wave not in {each.code for each in _waves(agency)}:
        raise PageNotFound
    return _make(agency, making.matter_of_edition(store(), edition))


@blueprint.get("/desk/<agency>/reports")
def listed(agency: str) -> Response:
    """The reports of the waves that this agency is the root of, and how far their documents are."""
    waves = _waves(agency)
    made = {each.name: each for each in documents.listed(store(), at=moment())}
    reports = [analyse.report(store(), wave=wave.code) for wave in waves]
    rows = [
        (report, {lang: made.get(document_name(report, lang)) for lang in LANGUAGES}) for report in reports
    ]
    own = [each for each in publish.editions(store()) if each.wave in {wave.code for wave in waves}]
    own = [each for each in own if not publish.entry(store(), each, REPORT.format(language="vi"))]
    editions = [(one, {lang: made.get(f"editions/{one.name}/{lang}") for lang in LANGUAGES}) for one in own]
    page = render_template(
        "report/listed.html", agency=design.reference(store()).agency(agency), rows=rows, editions=editions
    )
    answer = make_response(page)
    if any(one.stage is Stage.MAKING for one in made.values()):
        answer.headers["Refresh"] = "3"
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


@blueprint.post("/desk/<agency>/reports/<wave>")
def make(agency: str, wave: str) -> AnyResponse:
    """Have the documents of a wave's report made, in the background."""
    if wave not in {each.code for each in _waves(agency)}:
        raise PageNotFound
    return _make(agency, making.matter_of(store(), wave))


def _make(agency: str, matter: Matter) -> AnyResponse:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    making.start(app, matter)
    return redirect(url_for("report.listed", agency=agency), 303)


def _waves(agency: str) -> list[Wave]:
    return [wave for wave in design.waves(store()) if wave.root == agency]


def _report(wave: str | None) -> Report:
    report = analyse.report(store(), wave=wave)
    if "year" not in request.args:
        return report
    return analyse.report(store(), wave=wave, year=chosen_year(report.wave.code))


def _read(wave: str | None) -> Response:
    """The document, kept for as long as its report stands."""
    report = _report(wave)
    key = ("document", report.wave.code, report.period, language())
    return cacheable(make_response(kept(key, lambda: _document(report), of=report)))


def _document(report: Report) -> str:
    year = int(report.period) if report.trend else None
    matter: Matter = making.matter_of(store(), report.wave.code, year)
    code, root = report.wave.code, report.root[:12]
    places = {
        name: url_for("report.picture", wave=code, name=name, year=year, root=root)
        for name in pictures.names_of(report)
    }
    return document.html(matter, places, url_for("static", filename=document.STYLE))
