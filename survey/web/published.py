"""What has been published, for readers and programs: editions, corrections, data, a feed, a map of the site."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext

from survey import analyse, design, publish, telling
from survey.agency import PLAN_GROUPS
from survey.edition import Edition
from survey.errors import UnknownAgency
from survey.publish import documents
from survey.publish.contents import REPORT
from survey.report import Document, Stage
from survey.web.context import LANGUAGES, ZONE, address, language, moment, store, today, words
from survey.web.kept import cacheable, kept
from survey.web.numbers import period

blueprint = Blueprint("published", __name__)

#: letters of an agency's name on a figure of 360 pixels
_NAME = 44
#: when a feed without entries was last changed
_NEVER = datetime(2026, 1, 1, tzinfo=UTC).isoformat()


@blueprint.get("/editions")
def editions() -> Response:
    """The newest revision of each edition."""
    newest = {each.code: each for each in reversed(publish.editions(store()))}
    found = sorted(newest.values(), key=lambda each: (each.period, each.code), reverse=True)
    return _page("public/editions.html", editions=found)


@blueprint.get("/editions/<code>")
def edition(code: str) -> Response:
    return _edition(publish.latest(store(), code))


@blueprint.get("/editions/<code>/r<int:revision>")
def revision(code: str, revision: int) -> Response:
    return _edition(publish.edition(store(), code, revision))


@blueprint.get("/corrections")
def corrections() -> Response:
    return _page("public/corrections.html", corrections=_by_time(first=False))


@blueprint.get("/data")
def data() -> Response:
    return _page("public/data.html", waves=design.waves(store()))


@blueprint.get("/feed.atom")
def feed() -> Response:
    """Editions and corrections as Atom (RFC 4287)."""
    entries = [(each, _iso(each)) for each in _by_time()]
    updated = entries[0][1] if entries else _NEVER
    text = render_template("public/feed.xml", entries=entries, updated=updated, address=address())
    return cacheable(make_response(text, {"Content-Type": "application/atom+xml; charset=utf-8"}))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page that search engines may know."""
    ends = ("goal", "fields", "factors")
    places = [url_for("public.home"), *(url_for(f"topics.{end}") for end in ends)]
    places += [url_for(f"published.{end}") for end in ("editions", "corrections", "data", "embed")]
    places += [url_for(f"public.{end}") for end in ("agencies", "changes", "waves", "method", "privacy")]
    places += [url_for("report.headline"), *(url_for("topics.group", group=group) for group in PLAN_GROUPS)]
    places += [url_for("published.edition", code=code) for code in {e.code: e for e in _by_time()}]
    places += [url_for("public.agency", agency=agency.code) for agency in design.places(store(), on=today())]
    text = render_template("public/sitemap.xml", places=[address() + place for place in places])
    return cacheable(make_response(text, {"Content-Type": "application/xml; charset=utf-8"}))


@blueprint.get("/robots.txt")
def robots() -> Response:
    told = f"User-agent: *\nDisallow: /desk\nDisallow: /account\nSitemap: {address()}/sitemap.xml\n"
    return cacheable(make_response(told, {"Content-Type": "text/plain; charset=utf-8"}))


@blueprint.get("/figures/<agency>.svg")
def figure(agency: str) -> Response:
    """The index of one agency as a small picture for other sites; its address stays."""
    report = analyse.report(store(), agency=agency)
    name = words(report.agency.name)
    name = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
    key = ("figure", report.agency.code, language())
    image = kept(key, lambda: render_template("public/figure.svg", report=report, name=name), of=report)
    answer = make_response(image, {"Content-Type": "image/svg+xml"})
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return cacheable(answer)


@blueprint.get("/figures")
def embed() -> Response:
    """What to put on another site so that it shows a figure."""
    known = design.reference(store())
    report = analyse.report(store(), agency=request.args.get("agency") or None)
    if report.agency.code not in known.agencies:
        raise UnknownAgency(agency=report.agency.code)
    place = url_for("published.figure", agency=report.agency.code, lang=language())
    alt = f"{words(report.agency.name)}: {telling.headline(report.index, language())}"
    link = url_for("public.agency", agency=report.agency.code)
    snippet = (
        f'<a href="{address()}{link}"><img src="{address()}{place}" width="360" height="150" alt="{alt}"></a>'
    )
    agencies = [known.agency(report.wave.root), *design.places(store(), on=today())]
    return _page(
        "public/embed_figure.html", report=report, agencies=agencies, place=place, alt=alt, snippet=snippet
    )


def _edition(found: Edition) -> Response:
    place = address() + url_for("published.revision", code=found.code, revision=found.revision)
    citation = gettext(
        "%(title)s, %(period)s, revision %(number)s. Hài lòng, %(day)s. %(place)s (SHA-256 %(digest)s)",
        title=words(found.title),
        period=period(found.period),
        number=found.revision,
        day=day_of(found.decided_at or 0),
        place=place,
        digest=found.digest[:16],
    )
    revisions = publish.revisions(store(), found.code)
    files = publish.members(store(), found)
    made = {each.name: each for each in documents.listed(store(), f"editions/{found.name}/", at=moment())}
    held = {each.name for each in files}
    ready = [
        code
        for code in LANGUAGES
        if REPORT.format(language=code) in held or _is_ready(made.get(f"editions/{found.name}/{code}"))
    ]
    return _page(
        "public/edition.html",
        edition=found,
        revisions=revisions,
        files=files,
        citation=citation,
        documents=ready,
    )


def _is_ready(document: Document | None) -> bool:
    return document is not None and document.stage is Stage.READY


def _by_time(*, first: bool = True) -> list[Edition]:
    """What was published, the newest first; without the first revisions: what was corrected."""
    found = (each for each in publish.editions(store()) if first or each.revision > 1)
    return sorted(found, key=lambda each: each.decided_at or 0, reverse=True)


def day_of(moment: int) -> str:
    """The day of a moment (seconds since 1970), as it is written in the reader's language."""
    return period(datetime.fromtimestamp(moment, ZONE).date().isoformat())


def _iso(edition: Edition) -> str:
    return datetime.fromtimestamp(edition.decided_at or 0, ZONE).isoformat()


def _page(template: str, **parts: object) -> Response:
    return cacheable(make_response(render_template(template, **parts)))
