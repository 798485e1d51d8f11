"""What the pages of an account have in common: where they lead on, and how a refusal stands in them."""

from __future__ import annotations

import re

from flask import Response, current_app, make_response, render_template, request, url_for

from survey.account import LONGEST, Account
from survey.errors import Refusal
from survey.web.errors import SENTENCES, with_wait

_WITHIN = re.compile(r"/(?![/\\])[^\s\\]{0,300}")
_SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "CrOS", "Linux")
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "CocCoc": "Cốc Cốc", "coc_coc_browser": "Cốc Cốc"}
_BROWSERS |= {"Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}


def page(template: str, refusal: Refusal | None = None, **told: object) -> Response:
    """A page, with a refusal above its form if there was one."""
    answer = make_response(
        render_template(template, told=refusal and SENTENCES[refusal.code], refusal=refusal, **told)
    )
    if refusal is None:
        return answer
    answer.status_code = refusal.status
    return with_wait(answer, refusal)


def sign_in_page(refusal: Refusal | None = None, on: str | None = None) -> Response:
    """Who are you? on: where the person wanted to go, if the address does not tell it."""
    return page("account/sign_in.html", refusal, on=on or wanted(), provider=_provider())


def confirm_page(me: Account, refusal: Refusal | None = None, on: str | None = None) -> Response:
    """Are you still who you were? on: as above."""
    return page("account/confirm.html", refusal, me=me, on=on or wanted(), provider=_provider())


def _provider() -> str | None:
    """What the provider of the settings is called."""
    named = current_app.config["SETTINGS"].provider
    return named and str(named.label)


def way_on() -> str:
    """Where the person wanted to go: an address of this service, the desk without one."""
    wanted = request.args.get("next", "")
    return wanted if _WITHIN.fullmatch(wanted) else url_for("desk.home")


def wanted() -> str | None:
    """The same as a part of the next step's address; None for the desk."""
    on = way_on()
    return None if on == url_for("desk.home") else on


def typed(name: str, most: int = LONGEST + 1) -> str:
    """A field of the form as it was typed, cut where nothing of ours is as long."""
    return request.form.get(name, "")[:most]


def device_in_words() -> str:
    """This browser and its system, as its owner would know them again."""
    agent = request.user_agent.string[:400]
    browser = next((name for mark, name in _BROWSERS.items() if f"{mark}/" in agent), "")
    system = next((name for name in _SYSTEMS if name in agent), "")
    return " · ".join(filter(None, (browser, system)))
