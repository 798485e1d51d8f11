"""One handler for everything that is refused: a page, or problem+json (RFC 9457) for programs.

The log holds the code and the endpoint, never what was sent, from where, or by whom.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import force_locale, gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey.errors import (
    AskedByMany,
    BodyTooLarge,
    FormExpired,
    MethodNotAllowed,
    PageNotFound,
    Refusal,
)
from survey.web.collecting_sentences import INVITATIONS, PAPER
from survey.web.context import LANGUAGES, came_from, language
from survey.web.instrument_sentences import INSTRUMENTS
from survey.web.sentences import STAFF
from survey.web.wave_sentences import WAVES


def _(text: str) -> str:
    """Mark a text for translation; it is translated when a page is made."""
    return text


@dataclass(frozen=True)
class Told:
    """What a reader is told: a headline, and what it means and what can be done."""

    title: str
    sentence: str


#: code -> what the reader is told
SENTENCES: dict[str, Told] = {
    "refused": Told(
        _("That cannot be done"), _("The service refused this request. Please go back and try again.")
    ),
    "unknown-item": Told(
        _("The form does not fit"),
        _(
            "Something was sent that is no question of this form. Please open the form again and answer there."
        ),
    ),
    "unknown-step": Told(
        _("The form does not fit"),
        _(
            "An answer was sent that the question does not offer. Please open the form again and answer there."
        ),
    ),
    "answered-and-missing": Told(
        _("Two answers to one question"),
        _("One question has both an answer and a reason for not answering. Please choose one of them."),
    ),
    "nothing-answered": Told(
        _("Nothing has been chosen yet"), _("Please answer at least one question, then send.")
    ),
    "wrong-version": Told(
        _("The questionnaire has changed"),
        _("The questions were renewed after you opened this form. Please open the new form; it is short."),
    ),
    "unknown-wave": Told(
        _("There is no such survey"),
        _("No survey has this name. The list of surveys shows all that there are."),
    ),
    "wave-closed": Told(
        _("This survey is closed"), _("Answers are no longer collected here. Thank you for coming.")
    ),
    "unknown-agency": Told(
        _("There is no such agency"),
        _("No agency has this address. Please choose yours from the list."),
    ),
    "unknown-counter": Told(
        _("There is no such counter"),
        _("The link names a counter that is not known here. Please choose the agency from the list."),
    ),
    "unknown-procedure": Told(
        _("There is no such procedure"),
        _(
            "The link names a procedure that is not known or no longer in force. You can rate without naming one."
        ),
    ),
    "unknown-choice": Told(
        _("The form does not fit"),
        _("A choice was sent that the form does not offer. Please open the form again and answer there."),
    ),
    "malformed-id": Told(
        _("The form does not fit"),
        _("The form was sent without its number. Please open the form again and answer there."),
    ),
    "date-out-of-range": Told(_("The date does not fit"), _("This survey does not ask about that day.")),
    "weight-not-positive": Told(
        _("The weight does not fit"), _("A weight must be a number greater than zero.")
    ),
    "pdf-parts-missing": Told(
        _("PDF documents cannot be made here"),
        _(
            "The system lacks libraries for text. As HTML the report is there; for PDF the operator installs libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0."
        ),
    ),
    "population-below-sample": Told(
        _("The sample does not fit"), _("A population cannot be smaller than the sample drawn from it.")
    ),
    "comment-too-long": Told(
        _("The comment is too long"),
        _(
            "A comment can have up to 2,000 characters. Please shorten it; your answers stay as you chose them."
        ),
    ),
    "plan-out-of-range": Told(
        _("No plan can be made with these numbers"),
        _("A number is missing, is none, or is outside of what is possible. Please correct it."),
    ),
    "same-id-other-content": Told(
        _("This form was already sent"),
        _(
            "Your first answers were counted, and they stay as they are. To rate another visit, open a new form."
        ),
    ),
    "unknown-device": Told(
        _("This kiosk is not known"),
        _("It was not activated, or was activated anew elsewhere. Please ask for an activation code."),
    ),
    "device-revoked": Told(
        _("This kiosk was switched off"),
        _(
            "Its key is no longer valid. The answers in it are kept: they are sent once it is activated again "
            "with a new code."
        ),
    ),
    "wrong-activation-code": Told(
        _("This code opens nothing"),
        _("Please check the twelve letters and digits. A code works once, within 24 hours of its issue."),
    ),
    "not-json": Told(
        _("The message does not fit"), _("Kiosks speak JSON with this service. Nothing was kept.")
    ),
    "malformed-json": Told(
        _("The message does not fit"), _("What the kiosk sent cannot be read as JSON. Nothing was kept.")
    ),
    "malformed-entry": Told(
        _("The message does not fit"),
        _("What the kiosk sent has another shape than was agreed upon."),
    ),
    "sequence-out-of-range": Told(
        _("The message does not fit"),
        _("The answer has no number that counts the presses of its kiosk. It is kept aside for review."),
    ),
    "batch-too-large": Told(
        _("Too much was sent"), _("A kiosk may send up to 100 answers at a time. Nothing was kept.")
    ),
    "body-too-large": Told(
        _("Too much was sent"), _("The form is far larger than any of our questionnaires. Nothing was kept.")
    ),
    "too-many-fields": Told(
        _("Too much was sent"),
        _("The form has far more fields than any of our questionnaires. Nothing was kept."),
    ),
    "broken-encoding": Told(
        _("The text arrived broken"),
        _("Some letters were lost on the way. Please open the page again and retry."),
    ),
    "too-many-at-once": Told(
        _("Please wait a moment"),
        _(
            "Very many answers are coming in here just now. Nothing was sent yet and your answers are kept: please "
            "press the button again in a minute."
        ),
    ),
    "form-expired": Told(
        _("The form was open for too long"),
        _(
            "Nothing was sent yet. Please press the button once more. Your browser must allow cookies for this."
        ),
    ),
    "page-not-found": Told(
        _("There is nothing here"), _("The address may be mistyped, or the page has moved.")
    ),
    "method-not-allowed": Told(
        _("That cannot be done here"), _("This page can only be read. Please go back and try again.")
    ),
    "unknown-receipt": Told(
        _("No response has this receipt"),
        _("Please check the letters and digits once more: four groups of four. A receipt never expires."),
    ),
    "temporarily-unavailable": Told(
        _("Please wait a moment"),
        _(
            "The service cannot be used just now. Please try again in a minute. If you were sending a form, "
            "send it again: it counts once."
        ),
    ),
    "bad-data": Told(
        _("The data do not fit"), _("A file breaks a rule that it has to follow. Nothing was taken from it.")
    ),
    "bad-settings": Told(
        _("The settings do not fit"), _("The service is not set up correctly. Its operator can see why.")
    ),
    "wrong-database": Told(
        _("The wrong database"), _("Real and simulated data are never mixed. Its operator can see why.")
    ),
    "wrong-schema": Told(
        _("The database does not fit"),
        _("It is of another version of the service. Its operator can see why."),
    ),
    "ledger-broken": Told(
        _("The books do not balance"),
        _("The kept counts do not follow from the responses. No figure is shown until that is cleared up."),
    ),
    "unexpected": Told(
        _("Something went wrong on our side"),
        _(
            "It is not your fault. Please try again in a minute. If you sent a form, sending it again counts it once."
        ),
    ),
}


SENTENCES |= {code: Told(*said) for code, said in (STAFF | INSTRUMENTS | INVITATIONS | PAPER | WAVES).items()}

PRIVACY = _("We keep your answers and the date, nothing that says who you are.")

#: endpoints at which programs alone knock
PROGRAMS = frozenset(
    {
        "kiosk.activate",
        "kiosk.config",
        "kiosk.responses",
        "kiosk.heartbeat",
        "field.activate",
        "field.config",
        "field.deliver",
        "field.heartbeat",
        "dossiers.invitations",
        "dossiers.completed",
    }
)

#: refusals of forms that were open for too long, and fields that no page shows
_LATE = frozenset({"not-signed-in", "session-ended", "form-expired"})
_SECRET = frozenset({"password", "again", "code", "pin"})

#: seconds after which somebody may try again, where the refusal does not know better
RETRY = 15


def in_every_language(text: str) -> dict[str, str]:
    """A sentence in each language of the interface."""
    found = {}
    for code in LANGUAGES:
        with force_locale(code):
            found[code] = gettext(text)
    return found


def sentence_of(code: str) -> dict[str, str]:
    """What is told of a refusal, in each language."""
    return in_every_language(SENTENCES.get(code, SENTENCES["refused"]).sentence)


class Unexpected(Refusal):
    """A fault of the service itself."""

    code = "unexpected"
    status = 500


_REFUSALS: dict[int, type[Refusal]] = {
    404: PageNotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
}


def refused(refusal: Refusal) -> Response:
    """The answer to a request that is refused."""
    _log(refusal.code)
    told = SENTENCES.get(refusal.code, SENTENCES["refused"])
    title, sentence = gettext(told.title), gettext(told.sentence)
    if wants_json():
        answer = _problem(refusal, title, sentence)
    else:
        told_too = {"title": title, "sentence": sentence, "unsent": _unsent(refusal)}
        answer = make_response(render_template("refusal/page.html", refusal=refusal, **told_too))
    answer.status_code = refusal.status
    answer.cache_control.no_store = True
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer" if request.blueprint == "dossiers" else "Device"
    if isinstance(refusal, AskedByMany):
        answer.headers["Refresh"] = str(refusal.detail["seconds"])  # a browser asks again by itself
    return with_wait(answer, refusal)


def _unsent(refusal: Refusal) -> list[str]:
    """What somebody wrote in a form of ours that came too late: it is shown, to be copied."""
    if request.method != "POST" or refusal.code not in _LATE or not came_from():
        return []
    written = (text.strip() for name, text in request.form.items() if name not in _SECRET)
    return [text for text in written if " " in text]


def with_wait(answer: Response, refusal: Refusal) -> Response:
    """The answer with the seconds after which to come again, where that helps."""
    if refusal.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        answer.headers["Retry-After"] = str(refusal.detail.get("seconds", RETRY))
    return answer


def wants_json() -> bool:
    """Tell whether a program asks: by the address, or by preferring JSON to pages."""
    if request.path.endswith((".json", ".csv")) or request.endpoint in PROGRAMS:
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def _problem(refusal: Refusal, title: str, sentence: str) -> Response:
    answer = jsonify(
        type=f"urn:hai-long:{refusal.code}",
        title=title,
        status=refusal.status,
        code=refusal.code,
        detail=sentence,
        lang=language(),
        **{"fields": fields} if (fields := refusal.detail.get("fields")) else {},
    )
    answer.content_type = "application/problem+json"
    return answer


def _http(error: HTTPException) -> Response:
    """The refusal that an HTTP error stands for; redirects pass."""
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    refusal = _REFUSALS.get(status, Refusal)()
    refusal.status = status
    answer = refused(refusal)
    for name, text in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = text
    return answer


def _expired(_error: CSRFError) -> Response:
    return refused(FormExpired())


def _unexpected(error: Exception) -> Response:
    _log_fault(error)
    return refused(Unexpected())


def _log_fault(error: BaseException | None) -> None:
    """Log where it happened, without the message: it may hold what somebody sent."""
    frames = traceback.extract_tb(error.__traceback__)[-6:] if error else []
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    current_app.logger.error("fault %s at %s", type(error).__name__, where)


def _log(code: str) -> None:
    current_app.logger.info("refused %s at %s", code, request.endpoint)


def hang(app: Flask) -> None:
    """Answer every refusal and every fault in one voice."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
    # a fault met while another is told comes past the handlers
    app.log_exception = lambda exc_info: _log_fault(exc_info[1])  # type: ignore[method-assign]
