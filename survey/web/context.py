"""What every door needs to know: the store, the day, the language. The clock and chance enter here."""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import quote, urlencode
from uuid import uuid4

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from survey import telling
from survey.clock import ZONE as ZONE  # noqa: PLC0414 - the doors take the clock from here
from survey.clock import moment as moment  # noqa: PLC0414 - the doors take the clock from here
from survey.clock import now as now  # noqa: PLC0414 - the doors take the clock from here
from survey.clock import today as today  # noqa: PLC0414 - the doors take the clock from here
from survey.dashboard import FILTERS
from survey.store.database import Database

#: the languages of the interface; the first is spoken to whoever has not chosen
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "lang"
YEAR = 365 * 24 * 3600

#: what a plan is asked with, as the fields of its form are named
PLANNED = (
    *("margin", "level", "share", "response_rate", "population"),
    *("deff", "people_per_unit", "icc", "change", "strata"),
)
_ASKED = ("form", "wave", "counter", "procedure", "invitation")
#: endpoint -> names in its query that change what its page shows; a kept page is kept by these alone
TELLING: dict[str, tuple[str, ...]] = {
    "respond.agencies": ("q",),
    "respond.form": _ASKED,
    "respond.submit": _ASKED,
    "respond.procedures": (*_ASKED, "q"),
    "invited.form": ("form",),
    "invited.submit": ("form",),
    "signin.ask": ("next",),
    "signin.second": ("next",),
    "signin.first_password": ("next",),
    "signin.passkey": ("next",),
    "account.confirm": ("next",),
    "account.confirm_passkey": ("next",),
    "audit.listed": ("what", "who", "thing", "since", "until", "before"),
    "cases.listed": ("which", "mine", "page"),
    "comments.listed": ("q", "kind", "topic", "before"),
    "catalogue.listed": ("q", "page"),
    "catalogue.row": ("key",),
    "instruments.item": ("code",),
    "plan.page": PLANNED,
    "links.procedure": ("agency", "q"),
    "links.embed": ("agency", "procedure"),
    "posters.sheets": ("q",),
    "dashboard.page": ("wave", "period", *FILTERS),
    "public.home": ("year", "order"),
    "public.agencies": ("year", "order"),
    "published.embed": ("agency",),
    "report.headline": ("year",),
    "report.of_wave": ("year",),
    "topics.goal": ("year",),
    "topics.fields": ("year",),
    "topics.group": ("year",),
    "topics.factors": ("year",),
    "topics.factor": ("year",),
    "public.agency": ("year", "order", "series"),
    "public.wave": ("year", "order"),
    "public.wave_agency": ("year", "order", "series"),
    "public.changes": ("year", "against"),
    "public.wave_changes": ("year", "against"),
}


def store() -> Database:
    return cast(Database, current_app.extensions["store"])


def new_id() -> str:
    """The id of a response, made before it is given: the same form pressed twice is one response."""
    return str(uuid4())


def address() -> str:
    """The service's address for people outside: the operator's, or the one that was asked."""
    public: str | None = current_app.config["SETTINGS"].public_url
    return public or request.url_root.rstrip("/")


def language() -> str:
    """The reader's language: `?lang=`, then the cookie, then Vietnamese."""
    known: str | None = g.get("language")  # one look: a page asks a thousand times
    if known is None:
        places = ((request.args, "lang"), (request.cookies, COOKIE))
        wanted = (given[name] for given, name in places if name in given)  # `get` pays for what is not there
        known = g.language = next((code for code in wanted if code in LANGUAGES), next(iter(LANGUAGES)))
    return known


def remember_language(response: Response) -> Response:
    """Keep a language chosen by link in a cookie that says nothing else."""
    chosen = request.args["lang"] if "lang" in request.args else None  # noqa: SIM401 - as above
    if chosen in LANGUAGES and chosen != request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True
        )
    return response


def told() -> dict[str, str]:
    """The parts of the query that say what the page is about; all else is dropped from its links."""
    return {
        name: request.args[name] for name in TELLING.get(request.endpoint or "", ()) if name in request.args
    }


def here(code: str) -> str:
    """This page's address in another language; that of the page whose form was refused."""
    path = readable(request.path) if request.method == "POST" else request.path
    return f"{quote(request.script_root + path)}?{urlencode({**told(), 'lang': code})}"


def readable(path: str) -> str:
    """The nearest address at or above `path` that can be read, and is about nothing else than this request."""
    doors, about = current_app.create_url_adapter(request), (request.view_args or {}).items()
    while doors is not None and path.count("/") > 1:
        try:
            if doors.match(path, "GET")[1].items() <= about:
                return path
        except HTTPException:
            pass
        path = path.rpartition("/")[0]
    return path


def came_from() -> str:
    """The path of the page of ours that a request came from; empty where it came from elsewhere."""
    _, _, address = (request.referrer or "").partition("://")
    host, _, path = address.partition("/")
    return f"/{re.split('[?#]', path)[0]}" if host == request.host else ""


def words(text: Any) -> str:
    """A text of the catalogue or of an instrument in the reader's language, or in the one it has."""
    return cast(str, text.get(language()) or next(iter(text.values()), ""))


def hang(app: Flask) -> None:
    """Give every template the language and the words, and remember the language."""
    app.after_request(remember_language)
    app.jinja_env.filters["words"] = words
    app.jinja_env.globals["telling"] = telling
    app.jinja_env.globals["simulated"] = app.config["SETTINGS"].simulated
    app.jinja_env.globals.update(language=language, languages=LANGUAGES, here=here)
