"""Who stands at the door: every request passes here, and no route asks again.

Public pages cost nothing: without a row for staff neither cookie nor database is looked at.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import admit, design, roles
from survey.account import Deed, Stage
from survey.admit import Entered
from survey.admit.sessions import ABSOLUTE, proved_lately
from survey.errors import (
    ConfirmationNeeded,
    NotAllowed,
    NotSignedIn,
    PageNotFound,
    Refusal,
    SecondFactorNeeded,
    SessionEnded,
    SignedOut,
)
from survey.web.context import ZONE, came_from, moment, store
from survey.web.errors import refused, wants_json

#: names of the staff's cookies; over TLS a browser binds them to this host and this alone
SESSION, DEVICE, CEREMONY = "staff", "device", "ceremony"
#: seconds that a browser keeps the mark of a device
DEVICE_LIFETIME = 400 * 24 * 3600
#: seconds that a browser keeps the token of a question to a passkey or a provider
CEREMONY_LIFETIME = 600


def check() -> AnyResponse | None:
    """Let a request pass, or answer it: deny by default."""
    endpoint = request.endpoint
    if endpoint is None or roles.is_public(endpoint):
        return None
    if endpoint not in roles.PERMISSIONS:
        raise PageNotFound
    entered = signed_in()
    if entered.session.stage is not Stage.OPEN:
        raise NotSignedIn
    agency = (request.view_args or {}).get(roles.AGENCY_OF.get(endpoint, ""))
    under = design.reference(store()).under
    if not roles.may(endpoint, entered.account.grants, agency=agency, under=under):
        thing = f"{endpoint} of {agency}"[:120] if agency else endpoint
        admit.refused(store(), Deed.ACCESS_REFUSED, account=entered.account.id, thing=thing, at=moment())
        raise NotAllowed
    if endpoint in roles.STRONG and not strong():
        raise SecondFactorNeeded
    if endpoint in roles.CONFIRMED and not proved_lately(entered.session, moment()):
        raise ConfirmationNeeded
    return None


def strong() -> bool:
    """Tell whether the person of this request has shown, or will be asked for, more than a password."""
    entered = signed_in()
    return entered.account.has_second or entered.session.way.strong


def may(endpoint: str, agency: str) -> bool:
    """Tell whether the person of this request may call an endpoint about an agency."""
    under = design.reference(store()).under
    return roles.may(endpoint, signed_in().account.grants, agency=agency, under=under)


def signed_in() -> Entered:
    """The session of this request. Raises NotSignedIn without a cookie, SessionEnded for an old one."""
    if "entered" not in g:
        token = request.cookies.get(cookie_name(SESSION))
        if not token:
            raise NotSignedIn
        g.entered = admit.session_of(store(), token, at=moment())
    return cast(Entered, g.entered)


def allowed(endpoint: str, agency: str) -> bool:
    """Tell whether the person of this request may call `endpoint` about an agency: for links to it."""
    under = design.reference(store()).under
    return roles.may(endpoint, signed_in().account.grants, agency=agency, under=under)


def let_in(entered: Entered, answer: AnyResponse) -> AnyResponse:
    """Hand the browser its session, and once it is open the mark that it was here."""
    g.entered = entered
    set_cookie(answer, SESSION, entered.token, lasting=ABSOLUTE)
    if entered.session.stage is Stage.OPEN:
        mark = admit.device_cookie(store().keys.salt, entered.account.name, device_cookie())
        set_cookie(answer, DEVICE, mark, lasting=DEVICE_LIFETIME)
    return answer


def device_cookie() -> str:
    """What this browser says of having been here."""
    return request.cookies.get(cookie_name(DEVICE), "")


def ceremony() -> str:
    """The token under which an answer of this browser is awaited."""
    return request.cookies.get(cookie_name(CEREMONY), "")


def cookie_name(name: str) -> str:
    return f"__Host-{name}" if request.is_secure else name


def set_cookie(answer: AnyResponse, name: str, value: str, *, lasting: int) -> None:
    """A cookie for this host alone, that no script reads and no other site's form sends."""
    answer.set_cookie(
        cookie_name(name),
        value,
        max_age=lasting,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(answer: AnyResponse, name: str) -> None:
    answer.delete_cookie(cookie_name(name), path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def sent_on(refusal: Refusal) -> AnyResponse:
    """Lead a person to where what is lacking is shown; a program is told what is lacking."""
    where = _WHERE[type(refusal)]
    if request.endpoint == "account.sign_out" and "entered" not in g:
        return refused(SignedOut())
    if wants_json() or (request.method == "POST" and not isinstance(refusal, ConfirmationNeeded)):
        return refused(refusal)
    if request.method == "POST":  # back to the form afterwards: it has to be sent once more
        return redirect(url_for(where, next=came_from(), why=refusal.code), 303)
    return redirect(url_for(where, next=request.full_path.rstrip("?"), why=refusal.code))


_WHERE: dict[type[Refusal], str] = {
    NotSignedIn: "signin.ask",
    SessionEnded: "signin.ask",
    ConfirmationNeeded: "account.confirm",
    SecondFactorNeeded: "account.home",
}


def unstored(answer: Response) -> Response:
    """No cache keeps a page of the staff."""
    endpoint = request.endpoint or ""
    if not roles.is_public(endpoint) or endpoint.startswith("signin."):
        answer.headers["Cache-Control"] = "no-store"
    return answer


def origin() -> str:
    """Scheme and host that passkeys are bound to."""
    told: str | None = current_app.config["SETTINGS"].origin
    return told or request.host_url.rstrip("/")


def moment_words(at: int) -> str:
    """A moment as the staff read it: 09:30, 23/11/2026."""
    return f"{datetime.fromtimestamp(at, ZONE):%H:%M, %d/%m/%Y}"


def moment_iso(at: int) -> str:
    """A moment as programs read it."""
    return datetime.fromtimestamp(at, ZONE).isoformat()


def hang(app: Flask) -> None:
    """Guard every door, and give templates the person who is signed in."""
    app.before_request(check)
    app.after_request(unstored)
    for kind in _WHERE:
        app.register_error_handler(kind, sent_on)
    app.jinja_env.globals["entered"] = lambda: g.get("entered")
    app.jinja_env.filters.update(moment_words=moment_words, moment_iso=moment_iso)
