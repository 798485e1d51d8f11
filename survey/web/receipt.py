"""The door for a receipt: its holder sees that the response is counted, never what was answered."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import collect
from survey.collect import Trace
from survey.web.context import store

blueprint = Blueprint("receipt", __name__)


@blueprint.get("/receipt")
def ask() -> AnyResponse:
    """Type a code; a typed one leads to its page."""
    code = request.args.get("code", "").strip()
    if code:
        return redirect(url_for("receipt.show", code=code[:80]))
    return make_response(render_template("receipt/ask.html"))


@blueprint.get("/receipt/<code>")
def show(code: str) -> Response:
    trace = collect.trace(store(), code)
    thanks = "thanks" in request.args
    return _unstored(make_response(render_template("receipt/show.html", trace=trace, thanks=thanks)))


@blueprint.get("/receipt/<code>.json")
def proof(code: str) -> Response:
    """What a program needs to check the inclusion of the response itself (RFC 9162, 2.1.3.2)."""
    return _unstored(jsonify(_proof(collect.trace(store(), code))))


def _proof(trace: Trace) -> dict[str, object]:
    receipt = trace.receipt
    return {
        "code": receipt.code,
        "commitment": receipt.commitment.hex(),
        "signature": receipt.signature.hex(),
        "public_key": store().keys.public.hex(),
        "sealed": trace.position is not None,
        "review": trace.review,
        "position": trace.position,
        "size": trace.size,
        "root": trace.root and trace.root.hex(),
        "proof": [step.hex() for step in trace.proof],
    }


def _unstored(answer: Response) -> Response:
    answer.cache_control.no_store = True
    return answer
