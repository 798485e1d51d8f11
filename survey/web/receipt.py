"""The door for a receipt: its holder sees that the response is counted, never what was answered."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from survey import collect, reply
from survey.case import CITIZENS, Move
from survey.collect import Trace
from survey.comment import LONGEST
from survey.errors import (
    CaseClosed,
    CaseKnown,
    CommentTooLong,
    MoveNotAllowed,
    NothingSaid,
    Refusal,
    UnknownChoice,
)
from survey.web.account.pages import page
from survey.web.context import store, today

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
    return _shown(code)


def _shown(code: str, refusal: Refusal | None = None, text: str = "") -> Response:
    answer = page(
        "receipt/show.html",
        refusal,
        trace=collect.trace(store(), code),
        case=reply.of_receipt(store(), code),
        thanks="thanks" in request.args,
        done=request.args.get("done"),
        typed=text,
    )
    return _unstored(answer)


@blueprint.post("/receipt/<code>")
def follow(code: str) -> AnyResponse:
    """Ask for an answer, write back, say that it is solved, or that it is not."""
    text, step = request.form.get("text", "")[: LONGEST + 1], request.form.get("step", "")
    days = current_app.config["SETTINGS"].case_days
    try:
        if step == "ask":
            reply.ask(store(), code, text, on=today(), days=days)
        elif step in CITIZENS:
            reply.citizen_moves(store(), code, Move(step), text, on=today(), days=days)
        else:
            raise UnknownChoice(of="step")
    except (CaseKnown, MoveNotAllowed, CaseClosed, NothingSaid, CommentTooLong) as refusal:
        return _shown(code, refusal, text)
    return redirect(url_for("receipt.show", code=code, done=step, _anchor="case"), 303)


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
