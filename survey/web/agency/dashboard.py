"""An agency's dashboard: where it stands, against what, since when, and what to mend first.

One filter row in the address says what is shown; the page, its files and its charts are made of the
same `Dashboard`, so they show the same figures to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, make_response, render_template, request

from survey import analyse, charts, design, reply
from survey.analyse.voice import topic_names
from survey.charts import Form
from survey.comment import pieces
from survey.dashboard import Dashboard, Dimension
from survey.errors import PageNotFound
from survey.formats import figures, spreadsheet
from survey.store.keeping import Seen
from survey.web import guard
from survey.web.agency import filters, reading, taking
from survey.web.context import ZONE, language, moment, store, today, words
from survey.web.headers import with_script
from survey.web.kept import kept

blueprint = Blueprint("dashboard", __name__, url_prefix="/desk/<agency>")

_FORMS: dict[str, tuple[Form, str]] = {"svg": ("svg", "image/svg+xml"), "png": ("png", "image/png")}
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: draws a chart in a language and a form; its arguments are the figures that are drawn
Drawing = partial[bytes]


@blueprint.get("")
def page(agency: str) -> Response:
    """Everything about the agency's answers in a period, or about the chosen part of them."""
    seen = _seen(agency)
    shown: Dashboard = seen.value

    def make() -> tuple[str, str]:
        told = {"shown": shown, "report": shown.report, "row": filters.row(shown, design.reference(store()))}
        body, files = ("agency/dashboard_body.html", "agency/dashboard_files.html")
        return render_template(body, **told), render_template(files, **told)

    body, files = kept(("dashboard", *_key(shown)), make, of=shown, turn=store().turn())
    read = guard.allowed("comments.listed", agency)
    answer = render_template(
        "agency/dashboard.html",
        report=shown.report,
        at=datetime.fromtimestamp(seen.at, ZONE),
        body=body,
        files=files,
        written=reply.written(store(), agency) if read else None,
        titles=topic_names(design.reference(store())),
        pieces=pieces,
    )
    return with_script(make_response(answer))


@blueprint.get("/figures.csv")
def csv(agency: str) -> Response:
    shown = _dashboard(agency)
    return _file(figures.dashboard_as_csv(shown), "text/csv; charset=utf-8", shown, "figures.csv")


@blueprint.get("/figures.xlsx")
def workbook(agency: str) -> Response:
    shown = _dashboard(agency)
    seen = reading.sheet(shown, filters.row(shown, design.reference(store())))
    book = spreadsheet.written(seen, figures.COLUMNS, figures.dashboard_rows(shown))
    return _file(book, _WORKBOOK, shown, "figures.xlsx")


@blueprint.get("/charts/<name>.<form>")
def chart(agency: str, name: str, form: str) -> Response:
    """A chart of what is shown, as SVG for the page or as PNG for documents.

    One that is taken away bears what the page says around it.
    """
    if name not in _CHARTS or form not in _FORMS:
        raise PageNotFound
    shown, (drawn, mimetype) = _dashboard(agency), _FORMS[form]
    drawing, taken = _CHARTS[name](shown), "download" in request.args
    caption = taking.caption(shown, filters.row(shown, design.reference(store())), name) if taken else None
    draw = partial(drawing, language=language(), form=drawn, caption=caption)
    of = (drawing.args, drawing.keywords, caption)
    image = kept((name, form, taken, *_key(shown)), draw, of=of, turn=store().turn())
    if taken:
        return _file(image, mimetype, shown, f"{name}.{form}")
    return make_response(image, {"Content-Type": mimetype})


def _dashboard(agency: str) -> Dashboard:
    shown: Dashboard = _seen(agency).value
    return shown


def _seen(agency: str) -> Seen:
    asked = filters.asked(request.args)
    return analyse.dashboard(
        store(),
        agency,
        wave=asked.wave,
        period=asked.period,
        chosen=asked.chosen,
        as_of=today() if asked.as_today else None,
        every=asked.every,
        at=moment(),
    )


def _key(shown: Dashboard) -> tuple[Hashable, ...]:
    """What tells the dashboards of a reader's language apart."""
    return (shown.report.wave.code, shown.report.agency.code, shown.selection, language())


def _file(content: str | bytes, mimetype: str, shown: Dashboard, name: str) -> Response:
    answer = make_response(content, {"Content-Type": mimetype})
    answer.headers["Content-Disposition"] = f'attachment; filename="{taking.file_name(shown, name)}"'
    return answer


def _trend(shown: Dashboard) -> Drawing:
    against = shown.report.against()
    return partial(charts.trend_chart, shown.report.trend, target=against.target if against else None)


def _criteria(shown: Dashboard) -> Drawing:
    report = shown.report
    return partial(charts.criteria_chart, report.criteria, report.factors, instrument=report.instrument)


def _drivers(shown: Dashboard) -> Drawing:
    return partial(charts.drivers_chart, shown.report.drivers, shown.report.factors)


def _alike(shown: Dashboard) -> Drawing:
    lines = shown.report.lines or shown.alike
    targets = [line.target for line in lines[:1] if line.target]
    return partial(charts.intervals_chart, lines, targets=targets, title=words(shown.report.wave.title))


def _part(dimension: Dimension) -> Callable[[Dashboard], Drawing]:
    def of(shown: Dashboard) -> Drawing:
        found = [figure for part in shown.parts if part.dimension is dimension for figure in part.figures]
        return partial(charts.parts_chart, found, title=dimension.value)

    return of


#: name in the address -> what draws it, with all that is drawn: a chart is drawn anew when that changes
_CHARTS: dict[str, Callable[[Dashboard], Drawing]] = {
    "trend": _trend,
    "criteria": _criteria,
    "drivers": _drivers,
    "agencies": _alike,
    **{dimension.value: _part(dimension) for dimension in Dimension},
}
