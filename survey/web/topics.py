"""The public's pages by subject: the plan and its goal, fields of procedures, factors of satisfaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from survey import analyse, charts, design
from survey.agency import PLAN_GROUPS
from survey.analyse.shelves import shelves as shelved
from survey.errors import PageNotFound
from survey.formats import shelves as shelves_format
from survey.report import Evidence, ReformPlan, Report
from survey.web.asked import chosen_year
from survey.web.context import language, store, told
from survey.web.kept import cacheable, kept

blueprint = Blueprint("topics", __name__)

#: the code of everybody whose figures a catalogue may hold beside the province
NATION = "viet-nam"
_NATION = {"vi": "Cả nước", "en": "Viet Nam"}


@blueprint.get("/goal")
def goal() -> Response:
    """The headline goal, its targets, the series so far, and what informs each content of the plan."""
    plan = _plan()
    return _page("public/goal.html", plan.report, plan=plan)


@blueprint.get("/goal/years.svg")
def years_chart() -> Response:
    """Published figures and our own by year, side by side and not on one axis."""
    report = _report()
    image = kept(("years", report.period, language()), lambda: draw_years(report, language()), of=report)
    return cacheable(make_response(image, {"Content-Type": "image/svg+xml"}))


@blueprint.get("/three-numbers")
def shelves() -> Response:
    """What households say, what people rate, and what cases were scored, side by side."""
    found = shelved(store())
    text = kept(
        ("shelves", language()),
        lambda: render_template("public/shelves.html", shelves=found, asked=told()),
        of=found.rating,
    )
    return cacheable(make_response(text))


@blueprint.get("/three-numbers.json")
def shelves_json() -> Response:
    return cacheable(jsonify(shelves_format.as_json(shelved(store()))))


@blueprint.get("/three-numbers.csv")
def shelves_csv() -> Response:
    answer = make_response(
        shelves_format.as_csv(shelved(store())), {"Content-Type": "text/csv; charset=utf-8"}
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="three-numbers.csv"'
    return cacheable(answer)


@blueprint.get("/fields")
def fields() -> Response:
    return _page("public/fields.html", _report())


@blueprint.get("/fields/<group>")
def group(group: str) -> Response:
    """One group of fields that the plan has a target for."""
    if group not in PLAN_GROUPS:
        raise PageNotFound
    report = _report()
    fields = design.reference(store()).fields.values()
    own = {field.code for field in fields if field.group == group}
    return _page("public/group.html", report, group=group, own={f"field:{code}" for code in own})


@blueprint.get("/factors")
def factors() -> Response:
    return _page("public/factors.html", _report())


@blueprint.get("/factors/<factor>")
def factor(factor: str) -> Response:
    """One factor: its criteria in every survey that asks about it, and what it goes with."""
    plan = _plan()
    if factor not in {each.code for each in plan.report.instrument.factors}:
        raise PageNotFound
    informs = [content for content in plan.contents if _about(content.evidence, factor)]
    evidence = {
        each.wave.code: each for content in informs for each in content.evidence if _about([each], factor)
    }
    return _page("public/factor.html", plan.report, factor=factor, informs=informs, evidence=evidence)


def draw_years(report: Report, language: str, *, form: charts.Form = "svg") -> bytes:
    places = {report.agency.code: report.agency.name, NATION: _NATION}
    targets = [goal.target for goal in report.foremost() if not goal.target.groups]
    return charts.years_chart(
        report.published, report.years, places=places, targets=targets, language=language, form=form
    )


def _about(evidence: Iterable[Evidence], factor: str) -> bool:
    return any(each.factor.code == f"factor:{factor}" for each in evidence)


def _report() -> Report:
    """The headline report of the latest year with answers, or of the `?year=` that has some."""
    report = analyse.report(store())
    if "year" not in request.args:
        return report
    return analyse.report(store(), year=chosen_year(report.wave.code))


def _plan() -> ReformPlan:
    """The plan of the latest year with answers, or of the `?year=` that has some."""
    plan = analyse.reform_plan(store())
    if "year" not in request.args:
        return plan
    return analyse.reform_plan(store(), year=chosen_year(plan.report.wave.code))


def _page(template: str, report: Report, **parts: Any) -> Response:
    """A page of a report; its text is kept for as long as the report stands."""
    key = (template, request.path, report.period, language())
    years = analyse.years(store(), report.wave.code)
    text = kept(
        key, lambda: render_template(template, report=report, years=years, asked=told(), **parts), of=report
    )
    return cacheable(make_response(text))
