"""What the staff find on an agency's desk: one table of rows, each shown to whoever may open it.

A new page of the desk adds its row to `ROWS`; links, their order and the bar above every page of an
agency follow from it, and who sees which from `roles.PERMISSIONS`.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask, g, request, url_for
from flask_babel import lazy_gettext

from survey import design, roles
from survey.agency import Agency
from survey.web import guard
from survey.web.context import store


class Row(NamedTuple):
    """A page of an agency's desk: the endpoint that it opens with, and what it is called.

    root: whether it is of the whole province, and on its desk alone
    """

    endpoint: str
    label: str
    root: bool = False

    @property
    def door(self) -> str:
        """The blueprint that the page and all that it leads to hang on."""
        return self.endpoint.partition(".")[0]


#: in the order of the bar
ROWS = (
    Row("dashboard.page", lazy_gettext("Dashboard")),
    Row("comments.listed", lazy_gettext("Comments")),
    Row("cases.listed", lazy_gettext("Cases")),
    Row("disputes.listed", lazy_gettext("Disputes")),
    Row("screening.listed", lazy_gettext("Screening")),
    Row("alerts.listed", lazy_gettext("Alerts")),
    Row("publishing.listed", lazy_gettext("Editions")),
    Row("report.listed", lazy_gettext("Reports")),
    Row("audit.listed", lazy_gettext("Audit")),
    Row("invitations.ask", lazy_gettext("Dossier invitations")),
    Row("sheets.listed", lazy_gettext("Paper")),
    Row("coverage.shown", lazy_gettext("Coverage")),
    Row("senders.listed", lazy_gettext("Dossier systems")),
    Row("kiosks.listed", lazy_gettext("Kiosks")),
    Row("phones.listed", lazy_gettext("Interviewers' phones")),
    Row("catalogue.home", lazy_gettext("Catalogue")),
    Row("waves.listed", lazy_gettext("Household waves"), root=True),
    Row("instruments.listed", lazy_gettext("Questionnaires"), root=True),
    Row("asking.listed", lazy_gettext("Versions in use"), root=True),
    Row("people.listed", lazy_gettext("Accounts")),
)


class Link(NamedTuple):
    """A row as it is shown on a page. current: the page is one of its door; here: it is the page itself."""

    label: str
    address: str
    current: bool
    here: bool


def links(agency: str) -> list[Link]:
    """The rows that the person of this request may open for an agency."""
    entered, known = guard.signed_in().account, design.reference(store())
    return [
        Link(
            str(row.label),
            url_for(row.endpoint, agency=agency),
            row.door == request.blueprint,
            row.endpoint == request.endpoint,
        )
        for row in ROWS
        if roles.may(row.endpoint, entered.grants, agency=agency, under=known.under)
        and not (row.root and known.agency(agency).parent is not None)
    ]


def place() -> Agency | None:
    """The agency whose desk this page is of, if it is of one and the person was let in."""
    about = roles.AGENCY_OF.get(request.endpoint or "")
    if about is None or g.get("entered") is None:
        return None
    return design.reference(store()).agencies.get((request.view_args or {}).get(about, ""))


def hang(app: Flask) -> None:
    """Give every template of the desk its links."""
    app.jinja_env.globals.update(desk_links=links, desk_place=place)
