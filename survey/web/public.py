"""The public's door: the figures, how they are made, and the same figures for programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from survey import analyse, charts, design, process, reply
from survey.comment import pieces
from survey.formats import answers as answers_format
from survey.formats import figures
from survey.receipt import tree_hash
from survey.report import Changes, Report
from survey.web.asked import chosen, chosen_year
from survey.web.comparing import ORDERS
from survey.web.context import language, store, today, told, words
from survey.web.kept import cacheable, kept

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def home() -> Response:
    return _page("public/home.html", counted=process.counted(store(), today()))


@blueprint.get("/index.json")
def home_json() -> Response:
    return _json()


@blueprint.get("/index.csv")
def home_csv() -> Response:
    return _csv()


@blueprint.get("/agencies")
def agencies() -> Response:
    return _page("public/every_agency.html")


@blueprint.get("/agencies/<agency>")
def agency(agency: str) -> Response:
    return _page("public/report.html", agency=agency)


@blueprint.get("/agencies/<agency>.json")
def agency_json(agency: str) -> Response:
    return _json(agency=agency)


@blueprint.get("/agencies/<agency>.csv")
def agency_csv(agency: str) -> Response:
    return _csv(agency=agency)


@blueprint.get("/waves")
def waves() -> Response:
    listed = design.waves(store())
    return cacheable(make_response(render_template("public/waves.html", waves=listed, today=today())))


@blueprint.get("/waves/<wave>")
def wave(wave: str) -> Response:
    return _page("public/report.html", wave=wave)


@blueprint.get("/waves/<wave>.json")
def wave_json(wave: str) -> Response:
    return _json(wave=wave)


@blueprint.get("/waves/<wave>.csv")
def wave_csv(wave: str) -> Response:
    return _csv(wave=wave)


@blueprint.get("/changes")
def changes() -> Response:
    return _changes_page()


@blueprint.get("/changes.json")
def changes_json() -> Response:
    return cacheable(jsonify(figures.changes_as_json(_changes(None))))


@blueprint.get("/changes.csv")
def changes_csv() -> Response:
    return _file(figures.changes_as_csv(_changes(None)), "changes")


@blueprint.get("/waves/<wave>/changes")
def wave_changes(wave: str) -> Response:
    return _changes_page(wave)


@blueprint.get("/waves/<wave>/changes.json")
def wave_changes_json(wave: str) -> Response:
    return cacheable(jsonify(figures.changes_as_json(_changes(wave))))


@blueprint.get("/waves/<wave>/changes.csv")
def wave_changes_csv(wave: str) -> Response:
    return _file(figures.changes_as_csv(_changes(wave)), wave, "changes")


@blueprint.get("/waves/<wave>/agencies/<agency>")
def wave_agency(wave: str, agency: str) -> Response:
    return _page("public/report.html", wave=wave, agency=agency)


@blueprint.get("/waves/<wave>/agencies/<agency>.json")
def wave_agency_json(wave: str, agency: str) -> Response:
    return _json(wave=wave, agency=agency)


@blueprint.get("/waves/<wave>/agencies/<agency>.csv")
def wave_agency_csv(wave: str, agency: str) -> Response:
    return _csv(wave=wave, agency=agency)


@blueprint.get("/waves/<wave>/agencies.svg")
def lines_chart(wave: str) -> Response:
    """The agencies' intervals beside the plan's targets."""
    return _chart(_lines_chart, wave)


@blueprint.get("/waves/<wave>/agencies/<agency>/trend.svg")
def trend_chart(wave: str, agency: str) -> Response:
    return _chart(_trend_chart, wave, agency)


@blueprint.get("/waves/<wave>/agencies/<agency>/criteria.svg")
def criteria_chart(wave: str, agency: str) -> Response:
    return _chart(_criteria_chart, wave, agency)


@blueprint.get("/waves/<wave>/agencies/<agency>/drivers.svg")
def drivers_chart(wave: str, agency: str) -> Response:
    """Importance and performance of each factor: what to mend first."""
    return _chart(_drivers_chart, wave, agency)


@blueprint.get("/answers")
def answers() -> Response:
    """What became of the cases of each agency."""
    rows = _answers()["agencies"]
    return cacheable(
        make_response(
            render_template(
                "public/answers.html",
                rows=rows,
                said=reply.public_answers(store()),
                agencies=design.reference(store()).agencies,
                pieces=pieces,
            )
        )
    )


@blueprint.get("/answers.json")
def answers_json() -> Response:
    return cacheable(jsonify(_answers()))


@blueprint.get("/answers.csv")
def answers_csv() -> Response:
    agencies = design.reference(store()).agencies
    return _file(answers_format.as_csv(reply.counters(store(), on=today()), agencies), "answers")


def _answers() -> dict[str, Any]:
    agencies = design.reference(store()).agencies
    return answers_format.as_json(reply.counters(store(), on=today()), agencies)


@blueprint.get("/method")
def method() -> Response:
    return cacheable(make_response(render_template("public/method.html")))


@blueprint.get("/privacy")
def privacy() -> Response:
    return cacheable(make_response(render_template("public/privacy.html")))


@blueprint.get("/ledger.json")
def ledger() -> Response:
    """The ledger's checkpoint: what every receipt is checked against."""
    last, public_key = process.checkpoint(store()), store().keys.public.hex()
    if last is None:
        return cacheable(
            jsonify(size=0, root=tree_hash([]).hex(), day=None, signature=None, public_key=public_key)
        )
    told = {"size": last.size, "root": last.root.hex(), "day": last.day.isoformat()}
    return cacheable(jsonify(**told, signature=last.signature.hex(), public_key=public_key))


@blueprint.get("/healthz")
def health() -> Response:
    """Tell whether the service can read its database."""
    process.checkpoint(store())
    return make_response("ok\n", {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})


def _report(wave: str | None, agency: str | None) -> Report:
    """The report of the latest year with answers, or of the `?year=` that has some."""
    as_of = chosen("series", {"was": None, "today": today()}, "was")
    report = analyse.report(store(), wave=wave, agency=agency, as_of=as_of)
    if "year" not in request.args:
        return report
    return analyse.report(store(), wave=wave, agency=agency, year=chosen_year(report.wave.code), as_of=as_of)


def _changes(wave: str | None) -> Changes:
    """The changes up to the latest year with answers, or up to the `?year=` that has some."""
    changes = analyse.changes(store(), wave=wave)
    if "year" not in request.args:
        return changes
    return analyse.changes(store(), wave=wave, year=chosen_year(changes.report.wave.code))


def _page(template: str, *, wave: str | None = None, agency: str | None = None, **more: object) -> Response:
    """The page of a report; its text is kept for as long as the report stands. more: what else it shows"""
    report = _report(wave, agency)
    order = chosen("order", dict(zip(ORDERS, ORDERS, strict=True)), ORDERS[0])
    on = today()
    answered = reply.counters(store(), on=on).get(report.agency.code)

    def make() -> str:
        years = analyse.years(store(), report.wave.code)
        return render_template(
            template,
            report=report,
            foremost=report.foremost(),
            years=years,
            order=order,
            answered=answered,
            on=on,
            **more,
        )

    names = (*more.values(), template, request.endpoint, report.wave.code, report.agency.code)
    key = (*names, *told().items(), language(), answered, on)
    return cacheable(make_response(kept(key, make, of=report)))


def _changes_page(wave: str | None = None) -> Response:
    """The page of all changes against one earlier period, the first there is unless the query names one."""
    changes = _changes(wave)
    offered = {each.against.value: each for each in changes.comparisons}
    usual = next(
        (each for each in changes.comparisons if not each.refused), next(iter(offered.values()), None)
    )
    nothing = not offered and "against" not in request.args
    pair = None if nothing else chosen("against", offered, usual.against.value if usual else None)

    def make() -> str:
        return render_template("public/changes.html", changes=changes, chosen=pair)

    key = (request.endpoint, changes.report.wave.code, *told().items(), language())
    return cacheable(make_response(kept(key, make, of=changes)))


def _json(*, wave: str | None = None, agency: str | None = None) -> Response:
    return cacheable(jsonify(figures.as_json(_report(wave, agency))))


def _csv(*, wave: str | None = None, agency: str | None = None) -> Response:
    return _file(figures.as_csv(_report(wave, agency)), wave, agency)


def _file(text: str, *names: str | None) -> Response:
    """A table to be kept as a file with these names in its own."""
    name = "-".join(part for part in ("hai-long", *names) if part)
    answer = make_response(text, {"Content-Type": "text/csv; charset=utf-8"})
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return cacheable(answer)


def _chart(drawing_of: Callable[[Report], partial[bytes]], wave: str, agency: str | None = None) -> Response:
    """A chart of a report, drawn once for all reports with the same figures in it, and each language."""
    report = _report(wave, agency)
    key = (drawing_of.__name__, report.wave.code, report.agency.code, report.period, report.as_of, language())
    drawing = drawing_of(report)
    image = kept(key, partial(drawing, language=language()), of=(drawing.args, drawing.keywords))
    return cacheable(make_response(image, {"Content-Type": "image/svg+xml"}))


def _lines_chart(report: Report) -> partial[bytes]:
    targets = [line.target for line in report.lines[:1] if line.target]
    return partial(charts.intervals_chart, report.lines, targets=targets, title=words(report.wave.title))


def _trend_chart(report: Report) -> partial[bytes]:
    return partial(charts.trend_chart, report.trend)


def _criteria_chart(report: Report) -> partial[bytes]:
    return partial(charts.criteria_chart, report.criteria, report.factors, instrument=report.instrument)


def _drivers_chart(report: Report) -> partial[bytes]:
    return partial(charts.drivers_chart, report.drivers, report.factors)
