"""What the staff find on an agency's desk: one table of rows, each shown to whoever may open it.

A new page of the desk adds its row to `ROWS`; links, their groups and order, the bar above every page
of an agency and the first page of the staff follow from it, and who sees which from
`roles.PERMISSIONS`.
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


#: groups in the order of the bar, each with its rows in their order
ROWS = (
    (
        lazy_gettext("Figures"),
        (
            Row("dashboard.page", lazy_gettext("Dashboard")),
            Row("coverage.shown", lazy_gettext("Coverage")),
            Row("report.listed", lazy_gettext("Reports")),
            Row("publishing.listed", lazy_gettext("Editions")),
            Row("alerts.listed", lazy_gettext("Alerts")),
        ),
    ),
    (
        lazy_gettext("What came in"),
        (
            Row("comments.listed", lazy_gettext("Comments")),
            Row("cases.listed", lazy_gettext("Cases")),
            Row("disputes.listed", lazy_gettext("Disputes")),
            Row("screening.listed", lazy_gettext("Screening")),
        ),
    ),
    (
        lazy_gettext("Collecting"),
        (
            Row("invitations.ask", lazy_gettext("Dossier invitations")),
            Row("senders.listed", lazy_gettext("Dossier systems")),
            Row("sheets.listed", lazy_gettext("Paper")),
            Row("kiosks.listed", lazy_gettext("Kiosks")),
            Row("waves.listed", lazy_gettext("Household waves"), root=True),
            Row("phones.listed", lazy_gettext("Interviewers' phones")),
        ),
    ),
    (
        lazy_gettext("Setting up"),
        (
            Row("catalogue.home", lazy_gettext("Catalogue")),
            Row("instruments.listed", lazy_gettext("Questionnaires"), root=True),
            Row("asking.listed", lazy_gettext("Versions in use"), root=True),
            Row("people.listed", lazy_gettext("Accounts")),
            Row("audit.listed", lazy_gettext("Audit")),
        ),
    ),
)


class Link(NamedTuple):
    """A row as it is shown on a page. current: the page is one of its door; here: it is the page itself."""

    label: str
    address: str
    current: bool
    here: bool


class Group(NamedTuple):
    """Links that belong together."""

    label: str
    links: list[Link]

    @property
    def current(self) -> bool:
        """Whether the page is one of theirs."""
        return any(link.current for link in self.links)


def groups(agency: str) -> list[Group]:
    """The rows that the person of this request may open for an agency; groups without any are left out."""
    shown = (
        Group(str(label), [_link(row, agency) for row in rows if _may(row, agency)]) for label, rows in ROWS
    )
    return [group for group in shown if group.links]


def _may(row: Row, agency: str) -> bool:
    entered, known = guard.signed_in().account, design.reference(store())
    if row.root and known.agency(agency).parent is not None:
        return False
    return roles.may(row.endpoint, entered.grants, agency=agency, under=known.under)


def _link(row: Row, agency: str) -> Link:
    return Link(
        str(row.label),
        url_for(row.endpoint, agency=agency),
        row.door == request.blueprint,
        row.endpoint == request.endpoint,
    )


def place() -> Agency | None:
    """The agency whose desk this page is of, if it is of one and the person was let in."""
    about = roles.AGENCY_OF.get(request.endpoint or "")
    if about is None or g.get("entered") is None:
        return None
    return design.reference(store()).agencies.get((request.view_args or {}).get(about, ""))


def hang(app: Flask) -> None:
    """Give every template of the desk its links."""
    app.jinja_env.globals.update(desk_groups=groups, desk_place=place)
