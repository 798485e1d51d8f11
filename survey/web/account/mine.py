"""One's own account: what opens it, where it is open, and showing once more who one is."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey import admit, design
from survey.admit import codes, passkeys, provider
from survey.admit.signin import change_password as admit_new_password
from survey.errors import (
    PasskeyKnown,
    PasskeyRefused,
    Refusal,
    SecondFactorNeeded,
    SignInExpired,
    TooManyAttempts,
    WrongCode,
    WrongNameOrPassword,
)
from survey.web import guard
from survey.web.account.pages import confirm_page, device_in_words, page, typed, wanted, way_on
from survey.web.account.signin import PASSWORD_FAULTS, PROVIDER_FAULTS, back_address, named_provider
from survey.web.context import moment, store
from survey.web.headers import with_script

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def home() -> Response:
    """What opens my account, and where it is open."""
    entered = guard.signed_in()
    led = SecondFactorNeeded() if request.args.get("why") == SecondFactorNeeded.code else None
    answer = page(
        "account/home.html",
        led,
        me=entered.account,
        agency=design.reference(store()).agency(entered.account.agency),
        sessions=admit.sessions_of(store(), entered.account.id, at=moment()),
        own=entered.session.handle,
        done=request.args.get("done"),
    )
    answer.status_code = 200
    return answer


@blueprint.get("/confirm")
def confirm() -> Response:
    return confirm_page(guard.signed_in().account)


@blueprint.post("/confirm")
def enter_confirm() -> AnyResponse:
    """Show once more who one is, by password."""
    try:
        entered = admit.confirm(
            store(), guard.signed_in(), typed("password"), cookie=guard.device_cookie(), at=moment()
        )
    except (WrongNameOrPassword, TooManyAttempts) as refusal:
        return confirm_page(guard.signed_in().account, refusal)
    return guard.let_in(entered, redirect(way_on(), 303))


@blueprint.get("/confirm/passkey")
def confirm_passkey() -> Response:
    return _confirm_passkey()


@blueprint.post("/confirm/passkey")
def enter_confirm_passkey() -> AnyResponse:
    """Show once more who one is, by a passkey."""
    answer = typed("answer", 20_000)
    try:
        entered = passkeys.confirm(
            store(), guard.signed_in(), guard.ceremony(), answer, origin=guard.origin(), at=moment()
        )
    except (PasskeyRefused, SignInExpired) as refusal:
        return _confirm_passkey(refusal)
    return guard.let_in(entered, redirect(way_on(), 303))


@blueprint.get("/confirm/provider")
def confirm_provider() -> AnyResponse:
    """Show once more who one is, at the provider."""
    entered = guard.signed_in()
    try:
        token, address = provider.ask(
            store(), named_provider(), back=back_address(), at=moment(), entered=entered
        )
    except PROVIDER_FAULTS as refusal:
        return confirm_page(entered.account, refusal)
    answer = redirect(address)
    guard.set_cookie(answer, guard.CEREMONY, f"again.{token}", lasting=guard.CEREMONY_LIFETIME)
    session["next"] = way_on()
    return answer


@blueprint.get("/password")
def password() -> Response:
    return page("account/password.html", me=guard.signed_in().account)


@blueprint.post("/password")
def change_password() -> AnyResponse:
    """Change the password; every other session ends."""
    entered = guard.signed_in()
    try:
        changed = admit_new_password(store(), entered, typed("password"), typed("again"), at=moment())
    except PASSWORD_FAULTS as refusal:
        return page("account/password.html", refusal, me=entered.account)
    return guard.let_in(changed, _home("password"))


@blueprint.get("/codes", endpoint="codes")
def codes_() -> Response:
    """Set up an app for codes: a new secret each time, until one of its codes has come."""
    return _codes(codes.new_secret())


@blueprint.post("/codes")
def set_codes() -> AnyResponse:
    """Keep the secret of an app that has shown a code of it."""
    secret = typed("secret", 64)
    try:
        made = codes.set_codes(store(), guard.signed_in(), secret, typed("code", 12), at=moment())
    except WrongCode as refusal:
        return _codes(secret, refusal)
    return _told(made) if made else _home("codes")


@blueprint.post("/codes/drop")
def drop_codes() -> AnyResponse:
    codes.drop_codes(store(), guard.signed_in(), at=moment())
    return _home("codes-dropped")


@blueprint.get("/passkeys", endpoint="passkeys")
def passkeys_() -> Response:
    return _passkeys()


@blueprint.post("/passkeys")
def add_passkey() -> AnyResponse:
    """Keep a new passkey."""
    try:
        made = passkeys.add(
            store(),
            guard.signed_in(),
            guard.ceremony(),
            typed("answer", 60_000),
            origin=guard.origin(),
            label=typed("label", 60) or device_in_words(),
            at=moment(),
        )
    except (PasskeyRefused, PasskeyKnown, SignInExpired) as refusal:
        return _passkeys(refusal)
    return _told(made) if made else _home("passkey")


@blueprint.post("/passkeys/drop")
def drop_passkey() -> AnyResponse:
    passkeys.drop(store(), guard.signed_in(), typed("key", 1400), at=moment())
    return _home("passkey-dropped")


@blueprint.get("/recovery")
def recovery() -> Response:
    return page("account/recovery.html", me=guard.signed_in().account)


@blueprint.post("/recovery")
def make_recovery() -> Response:
    """New recovery codes: shown here, and never again."""
    return _told(codes.make_recovery(store(), guard.signed_in(), at=moment()))


@blueprint.post("/sessions/<handle>/end")
def end_session(handle: str) -> AnyResponse:
    admit.end_session(store(), guard.signed_in(), handle, at=moment())
    return _home("session-ended")


@blueprint.post("/sessions/end")
def end_others() -> AnyResponse:
    admit.end_others(store(), guard.signed_in(), at=moment())
    return _home("session-ended")


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End this session, and leave nothing of it in the browser but the mark of the device."""
    admit.sign_out(store(), guard.signed_in(), at=moment())
    answer = redirect(url_for("signin.ask", why="signed-out"), 303)
    guard.drop_cookie(answer, guard.SESSION)
    session.clear()
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _home(done: str) -> AnyResponse:
    return redirect(url_for("account.home", done=done), 303)


def _confirm_passkey(refusal: Refusal | None = None) -> Response:
    question = passkeys.ask(store(), origin=guard.origin(), at=moment(), entered=guard.signed_in())
    answer = page("account/passkey.html", refusal, options=question.options, on=wanted(), again=True)
    guard.set_cookie(answer, guard.CEREMONY, question.token, lasting=guard.CEREMONY_LIFETIME)
    return with_script(answer)


def _codes(secret: str, refusal: Refusal | None = None) -> Response:
    me = guard.signed_in().account
    drawing, letters = codes.enrolment(secret, me.name)
    return page("account/codes.html", refusal, me=me, secret=secret, drawing=drawing, letters=letters)


def _passkeys(refusal: Refusal | None = None) -> Response:
    """One's passkeys, and the question that a new one answers."""
    entered = guard.signed_in()
    question = passkeys.ask_new(store(), entered, origin=guard.origin(), at=moment())
    answer = page(
        "account/passkeys.html",
        refusal,
        me=entered.account,
        keys=passkeys.listed(store(), entered.account.id),
        key_text=passkeys.key_text,
        options=question.options,
    )
    guard.set_cookie(answer, guard.CEREMONY, question.token, lasting=guard.CEREMONY_LIFETIME)
    return with_script(answer)


def _told(made: tuple[str, ...]) -> Response:
    return page("account/told.html", codes=made)
