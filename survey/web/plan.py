"""The door of whoever plans a survey: how many people to ask, and where. Nothing is kept of a question."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for

from survey import design
from survey.errors import PlanOutOfRange
from survey.formats import plans
from survey.planning import Plan
from survey.web.context import store, today, told
from survey.web.plan_form import PlanForm

blueprint = Blueprint("plan", __name__)


@blueprint.get("/plan")
def page() -> Response:
    """The form with its plan; or the form with what is wrong, each fault at its field."""
    form = PlanForm(request.args)
    made, wrong = None, None
    try:
        made = _planned(form)
    except PlanOutOfRange as refusal:
        wrong = refusal
    asked: dict[str, Any] = dict(told())
    data = url_for("plan.data", **asked)
    answer = make_response(render_template("plan/page.html", form=form, plan=made, wrong=wrong, data=data))
    answer.status_code = wrong.status if wrong else 200
    return answer


@blueprint.get("/plan.json")
def data() -> Response:
    return jsonify(plans.as_json(_planned(PlanForm(request.args))))


def _planned(form: PlanForm) -> Plan:
    """The plan that the address asks for. Raises PlanOutOfRange with the fields that are wrong."""
    if not form.validate():
        raise PlanOutOfRange(fields=form.errors)
    return design.plan(store(), form.question, form.parts, on=today())
