"""Signing in: name and password, a second factor, a passkey, or the provider that the operator named."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from survey import admit
from survey.account import Provider, Stage
from survey.admit import Entered, passkeys, provider
from survey.errors import CodeAlreadyUsed as AlreadyUsed
from survey.errors import (
    FormExpired,
    NoAccountForIdentity,
    NotSignedIn,
    PageNotFound,
    PasskeyRefused,
    PasswordsDiffer,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnchanged,
    ProviderRefused,
    ProviderUnavailable,
    Refusal,
    SessionEnded,
    SignInExpired,
    TooManyAttempts,
    WrongCode,
    WrongNameOrPassword,
)
from survey.web import guard
from survey.web.account.pages import (
    confirm_page,
    device_in_words,
    page,
    sign_in_page,
    typed,
    wanted,
    way_on,
)
from survey.web.context import moment, store
from survey.web.headers import with_script

blueprint = Blueprint("signin", __name__, url_prefix="/sign-in")

#: what is told above the form for a new password
PASSWORD_FAULTS = (PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordUnchanged, PasswordsDiffer)

#: what is told above the form that led to the provider
PROVIDER_FAULTS = (NoAccountForIdentity, ProviderRefused, ProviderUnavailable, SignInExpired, TooManyAttempts)

#: what led to the form, told above it
_LED_HERE = {kind.code: kind for kind in (NotSignedIn, SessionEnded)}


@blueprint.get("")
def ask() -> AnyResponse:
    """Who are you? Somebody who is signed in is led on."""
    stage = _stage()
    if stage is not None:
        return redirect(_next_step(stage))
    led = _LED_HERE.get(request.args.get("why", ""))
    answer = sign_in_page(led() if led else None)
    answer.status_code = 200
    if led is SessionEnded:
        guard.drop_cookie(answer, guard.SESSION)
    return answer


@blueprint.post("")
def enter() -> AnyResponse:
    """Begin a session with a name and a password."""
    try:
        entered = admit.enter(
            store(),
            typed("name"),
            typed("password"),
            cookie=guard.device_cookie(),
            device=device_in_words(),
            at=moment(),
        )
    except (WrongNameOrPassword, TooManyAttempts) as refusal:
        return sign_in_page(refusal)
    return _led_on(entered)


@blueprint.get("/code")
def second() -> Response:
    entered = _at(Stage.SECOND)
    return page("account/second.html", person=entered.account, on=wanted())


@blueprint.post("/code")
def enter_second() -> AnyResponse:
    """Show the second factor: a code of the app, or a recovery code."""
    entered = _at(Stage.SECOND)
    try:
        opened = admit.enter_second(
            store(), entered, typed("code", 40), cookie=guard.device_cookie(), at=moment()
        )
    except (WrongCode, AlreadyUsed, TooManyAttempts) as refusal:
        return page("account/second.html", refusal, person=entered.account, on=wanted())
    return _led_on(opened)


@blueprint.get("/first-password")
def first_password() -> Response:
    entered = _at(Stage.FIRST_PASSWORD)
    return page("account/first_password.html", person=entered.account, on=wanted())


@blueprint.post("/first-password")
def change_first_password() -> AnyResponse:
    """Put a password of one's own in the place of the first one."""
    entered = _at(Stage.FIRST_PASSWORD)
    try:
        opened = admit.change_first_password(store(), entered, typed("password"), typed("again"), at=moment())
    except PASSWORD_FAULTS as refusal:
        return page("account/first_password.html", refusal, person=entered.account, on=wanted())
    return _led_on(opened)


@blueprint.get("/passkey")
def passkey() -> Response:
    return _passkey()


@blueprint.post("/passkey")
def enter_passkey() -> AnyResponse:
    """Begin a session with a passkey."""
    try:
        entered = passkeys.enter(
            store(),
            guard.ceremony(),
            typed("answer", 20_000),
            origin=guard.origin(),
            device=device_in_words(),
            at=moment(),
        )
    except (PasskeyRefused, SignInExpired) as refusal:
        return _passkey(refusal)
    return _led_on(entered)


@blueprint.get("/provider", endpoint="provider")
def to_provider() -> AnyResponse:
    """Go to the provider, and come back from it with its word."""
    try:
        token, address = provider.ask(store(), named_provider(), back=back_address(), at=moment())
    except PROVIDER_FAULTS as refusal:
        return sign_in_page(refusal)
    answer = redirect(address)
    guard.set_cookie(answer, guard.CEREMONY, f"in.{token}", lasting=guard.CEREMONY_LIFETIME)
    session["next"] = way_on()
    return answer


@blueprint.get("/provider/back")
def provider_back() -> AnyResponse:
    """Come back from the provider: to begin a session, or to show once more who one is."""
    purpose, _, token = guard.ceremony().partition(".")
    on = session.pop("next", None) or url_for("desk.home")
    entered = guard.signed_in() if purpose == "again" else None
    try:
        opened = _vouched(token, entered)
    except PROVIDER_FAULTS as refusal:
        return confirm_page(entered.account, refusal, on) if entered else sign_in_page(refusal, on)
    return _fresh(opened, redirect(on))


def _vouched(token: str, entered: Entered | None) -> Entered:
    """The session that the provider's word opens, or that it confirms."""
    named, told = named_provider(), request.args
    if entered is not None:
        return provider.confirm(store(), named, entered, token, told, at=moment())
    return provider.enter(store(), named, token, told, device=device_in_words(), at=moment())


@blueprint.errorhandler(CSRFError)
def expired(_error: CSRFError) -> Response:
    """A form that stood open for too long is shown anew."""
    return sign_in_page(FormExpired())


def named_provider() -> Provider:
    """The provider of the settings. Without one its addresses are not there."""
    named: Provider | None = current_app.config["SETTINGS"].provider
    if named is None:
        raise PageNotFound
    return named


def back_address() -> str:
    """Where a provider leads back to."""
    return guard.origin() + url_for("signin.provider_back")


def _passkey(refusal: Refusal | None = None) -> Response:
    """The page that asks the browser for a passkey, with a new question each time."""
    question = passkeys.ask(store(), origin=guard.origin(), at=moment())
    answer = page("account/passkey.html", refusal, options=question.options, on=wanted(), again=False)
    guard.set_cookie(answer, guard.CEREMONY, question.token, lasting=guard.CEREMONY_LIFETIME)
    return with_script(answer)


def _stage() -> Stage | None:
    """How far the person of this request has come in."""
    try:
        return guard.signed_in().session.stage
    except (NotSignedIn, SessionEnded):
        return None


def _at(stage: Stage) -> Entered:
    """The half-open session at this step. Raises NotSignedIn at any other."""
    entered = guard.signed_in()
    if entered.session.stage is not stage:
        raise NotSignedIn
    return entered


def _next_step(stage: Stage) -> str:
    if stage is Stage.SECOND:
        return url_for("signin.second", next=wanted())
    if stage is Stage.FIRST_PASSWORD:
        return url_for("signin.first_password", next=wanted())
    return way_on()


def _led_on(entered: Entered) -> AnyResponse:
    """Lead to what is still to be shown, or in."""
    return _fresh(entered, redirect(_next_step(entered.session.stage), 303))


def _fresh(entered: Entered, answer: AnyResponse) -> AnyResponse:
    """Hand over a session, and leave nothing behind of what the browser had before it."""
    session.clear()
    guard.drop_cookie(answer, guard.CEREMONY)
    return guard.let_in(entered, answer)
