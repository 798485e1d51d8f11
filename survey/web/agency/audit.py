"""The audit for whoever reads every trace: searched by deed, person, thing and day, and taken out as a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, make_response, request

from survey import admit, design
from survey.account import Account, Deed, Sought
from survey.admit import trail
from survey.admit.people import everybody
from survey.formats import trail as trail_format
from survey.web import guard
from survey.web.account.pages import page
from survey.web.agency import columns
from survey.web.agency.deeds import DEEDS
from survey.web.asked import number
from survey.web.context import ZONE, moment, store, told

blueprint = Blueprint("audit", __name__, url_prefix="/desk/<agency>/audit")


@blueprint.get("")
def listed(agency: str) -> Response:
    """Entries that are sought, the newest first."""
    entries = trail.search(store(), agency, _sought(), before=number(request.args.get("before", "")))
    return page(
        "agency/audit.html",
        agency=design.reference(store()).agency(agency),
        entries=entries,
        more=entries[-1].number if len(entries) == trail.SHOWN else None,
        agencies=design.reference(store()).agencies,
        counters=design.reference(store()).counters,
        words_of=columns,
        people={person.id: person for person in everybody(store())},
        deeds={deed.value: str(DEEDS.get(deed, deed.value)) for deed in Deed},
        chosen={name: value for name, value in told().items() if name != "before"},
        head=admit.head(store()),
    )


@blueprint.get("/entries.csv")
def export(agency: str) -> Response:
    """The same, all of it, with the hashes of the chain."""
    entries = trail.export(store(), guard.signed_in().account, agency, _sought(), at=moment())
    names = {person.id: person.name for person in everybody(store())}
    answer = make_response(trail_format.as_csv(entries, names), {"Content-Type": "text/csv; charset=utf-8"})
    answer.headers["Content-Disposition"] = f'attachment; filename="hai-long-audit-{agency}.csv"'
    return answer


def _sought() -> Sought:
    """What the query asks for; a day that is none is left out."""
    name = request.args.get("who", "").strip().casefold()
    until = _begins("until")
    return Sought(
        what=request.args.get("what", "")[:40],
        accounts=tuple(person.id for person in everybody(store()) if _is(person, name)) if name else None,
        thing=request.args.get("thing", "").strip()[:80],
        since=_begins("since"),
        until=None if until is None else until + int(timedelta(days=1).total_seconds()),
    )


def _is(person: Account, name: str) -> bool:
    return name in (person.name, person.person.casefold())


def _begins(name: str) -> int | None:
    """The first moment of the day that the query names."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
        return int(datetime.combine(day, time(), ZONE).timestamp())
    except (ValueError, OverflowError):
        return None
