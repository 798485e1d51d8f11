"""The door for whoever puts up posters: a sheet for each counter, to print."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from survey import design
from survey.agency import plain
from survey.design import Desk
from survey.errors import PageNotFound
from survey.formats import poster
from survey.web.context import address, store, today
from survey.web.kept import kept
from survey.web.respond import grouped, named

blueprint = Blueprint("posters", __name__)


@blueprint.get("/posters")
def sheets() -> str:
    """Every counter's poster, by agency; `?q=` searches with or without diacritics."""
    sought = request.args.get("q", "").strip()[:80]
    words = plain(sought).split()
    found = [desk for desk in design.desks(store(), on=today()) if _named(desk, words)]
    by_agency: dict[str, list[Desk]] = {}
    for desk in found:
        by_agency.setdefault(desk.agency.code, []).append(desk)
    return render_template(
        "posters/sheets.html",
        sought=sought,
        groups=grouped(desks[0].agency for desks in by_agency.values()),
        desks=by_agency,
        found=len(found),
        papers=tuple(poster.PAPERS),
    )


@blueprint.get("/posters/<counter>.pdf")
def sheet(counter: str) -> Response:
    """The poster of one counter; `?paper=a5` is half the size."""
    paper = request.args.get("paper", "a4")
    if paper not in poster.PAPERS:
        raise PageNotFound
    desk = design.desk(store(), counter, on=today())
    made = poster.of(desk.agency, desk.counter, address())
    document = kept(
        ("poster", made.address, paper),
        lambda: poster.as_pdf([made], paper=paper, on=today()),
        of=desk.counter,
    )
    answer = make_response(document, {"Content-Type": "application/pdf"})
    answer.headers["Content-Disposition"] = f'inline; filename="{desk.counter.code}-{paper}.pdf"'
    return answer


def _named(desk: Desk, words: list[str]) -> bool:
    counter = plain(" ".join((desk.counter.code, *desk.counter.name.values())))
    return named(desk.agency, words) or all(word in counter for word in words)
