"""Who may knock at which door: one table, deny by default.

Every endpoint of the service has a row in `PERMISSIONS`. `tests/house` fails for a route that has
none, and the application answers "page not found" for it. A row with parts of the staff is about an
agency: `AGENCY_OF` names the part of the address that holds its code, and a person passes with a
grant of one of those parts over that agency or one above it. No route checks by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A caller's part. `PUBLIC` is everybody, signed in or not; `STAFF` is whoever is signed in.

    officer: hands out invitations, enters paper forms · analyst: reads figures
    head: leads an agency, and gives the parts of its people · reviewer: answers what people wrote
    survey lead: runs waves · methodologist: decides how is counted · auditor: reads every trace
    operator: keeps the service running, and gives every part
    """

    PUBLIC = "public"
    STAFF = "staff"
    OFFICER = "officer"
    ANALYST = "analyst"
    HEAD = "head"
    REVIEWER = "reviewer"
    SURVEY_LEAD = "survey-lead"
    METHODOLOGIST = "methodologist"
    AUDITOR = "auditor"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Grant:
    """A part that a person has in the agency `agency` and in all below it."""

    role: Role
    agency: str


#: tells whether the second agency is the first one or lies below it
Under = Callable[[str, str], bool]

#: the parts that can be granted, the least powerful first
GRANTED = tuple(role for role in Role if role not in (Role.PUBLIC, Role.STAFF))

#: part -> parts that it gives, over agencies within its own
GIVES: dict[Role, frozenset[Role]] = {
    Role.HEAD: frozenset({Role.OFFICER, Role.ANALYST, Role.REVIEWER, Role.HEAD}),
    Role.OPERATOR: frozenset(GRANTED),
}

#: part -> files of the catalogue whose rows it changes, where they are of agencies within its own
CHANGES: dict[Role, frozenset[str]] = {
    Role.HEAD: frozenset({"counters.csv"}),
    Role.SURVEY_LEAD: frozenset({"targets.csv"}),
    Role.OPERATOR: frozenset(
        {"agencies.csv", "counters.csv", "fields.csv", "procedures.csv"}
        | {"targets.csv", "published.csv", "succession.csv"}
    ),
}

_EVERYBODY = frozenset({Role.PUBLIC})
_STAFF = frozenset({Role.STAFF})
#: who reads an agency's figures at its desk
_READERS = frozenset(
    {Role.ANALYST, Role.HEAD, Role.REVIEWER, Role.SURVEY_LEAD, Role.METHODOLOGIST, Role.AUDITOR}
)
_LEADERS = frozenset({Role.HEAD, Role.OPERATOR})
_REPORTERS = frozenset({Role.HEAD, Role.SURVEY_LEAD, Role.METHODOLOGIST, Role.OPERATOR})
_COMMENT_READERS = frozenset({Role.REVIEWER, Role.HEAD, Role.ANALYST})
_PROPOSERS = frozenset({Role.SURVEY_LEAD})
_DECIDERS = frozenset({Role.SURVEY_LEAD, Role.METHODOLOGIST})
_REVIEWERS = frozenset({Role.REVIEWER})
_SCREENERS = frozenset({Role.REVIEWER, Role.METHODOLOGIST, Role.SURVEY_LEAD, Role.AUDITOR})
_HEADS = frozenset({Role.HEAD})
_AUDITORS = frozenset({Role.AUDITOR})
_REPLIERS = frozenset({Role.REVIEWER, Role.HEAD})
_EDITORS = frozenset(CHANGES)
_METHOD = frozenset({Role.METHODOLOGIST, Role.OPERATOR})
_CLERKS = _LEADERS | {Role.OFFICER}

#: endpoint -> roles that may call it
PERMISSIONS: dict[str, frozenset[Role]] = {
    "static": _EVERYBODY,
    "respond.agencies": _EVERYBODY,
    "respond.form": _EVERYBODY,
    "respond.submit": _EVERYBODY,
    "respond.procedures": _EVERYBODY,
    "invited.ask": _EVERYBODY,
    "invited.form": _EVERYBODY,
    "invited.submit": _EVERYBODY,
    # a sender's key opens these, not a role
    "dossiers.invitations": _EVERYBODY,
    "dossiers.completed": _EVERYBODY,
    "links.counter": _EVERYBODY,
    "links.procedure": _EVERYBODY,
    "links.embed": _EVERYBODY,
    "posters.sheets": _EVERYBODY,
    "posters.sheet": _EVERYBODY,
    "receipt.ask": _EVERYBODY,
    "receipt.show": _EVERYBODY,
    "receipt.proof": _EVERYBODY,
    "receipt.follow": _EVERYBODY,
    "unsubscribe.ask": _EVERYBODY,
    "unsubscribe.stop": _EVERYBODY,
    # a device's key or an activation code opens these, not a role
    "kiosk.activate": _EVERYBODY,
    "kiosk.config": _EVERYBODY,
    "kiosk.responses": _EVERYBODY,
    "kiosk.heartbeat": _EVERYBODY,
    "kiosk.audio": _EVERYBODY,
    "kiosk.page": _EVERYBODY,
    "kiosk.part": _EVERYBODY,
    "kiosk.worker": _EVERYBODY,
    "kiosk.manifest": _EVERYBODY,
    "kiosk.square": _EVERYBODY,
    "public.home": _EVERYBODY,
    "public.home_json": _EVERYBODY,
    "public.home_csv": _EVERYBODY,
    "public.agencies": _EVERYBODY,
    "public.agency": _EVERYBODY,
    "public.agency_json": _EVERYBODY,
    "public.agency_csv": _EVERYBODY,
    "public.waves": _EVERYBODY,
    "public.wave": _EVERYBODY,
    "public.wave_json": _EVERYBODY,
    "public.wave_csv": _EVERYBODY,
    "public.wave_agency": _EVERYBODY,
    "public.wave_agency_json": _EVERYBODY,
    "public.wave_agency_csv": _EVERYBODY,
    "public.changes": _EVERYBODY,
    "public.changes_json": _EVERYBODY,
    "public.changes_csv": _EVERYBODY,
    "public.wave_changes": _EVERYBODY,
    "public.wave_changes_json": _EVERYBODY,
    "public.wave_changes_csv": _EVERYBODY,
    "public.lines_chart": _EVERYBODY,
    "public.trend_chart": _EVERYBODY,
    "public.criteria_chart": _EVERYBODY,
    "public.drivers_chart": _EVERYBODY,
    "published.editions": _EVERYBODY,
    "published.edition": _EVERYBODY,
    "published.revision": _EVERYBODY,
    "published.corrections": _EVERYBODY,
    "published.data": _EVERYBODY,
    "published.feed": _EVERYBODY,
    "published.sitemap": _EVERYBODY,
    "published.robots": _EVERYBODY,
    "published.figure": _EVERYBODY,
    "published.embed": _EVERYBODY,
    "report.headline": _EVERYBODY,
    "report.of_wave": _EVERYBODY,
    "report.picture": _EVERYBODY,
    "report.of_edition": _EVERYBODY,
    "report.edition_picture": _EVERYBODY,
    "report.edition_pdf": _EVERYBODY,
    "report.pdf": _EVERYBODY,
    "topics.goal": _EVERYBODY,
    "topics.years_chart": _EVERYBODY,
    "topics.fields": _EVERYBODY,
    "topics.group": _EVERYBODY,
    "topics.factors": _EVERYBODY,
    "topics.factor": _EVERYBODY,
    "plan.page": _EVERYBODY,
    "plan.data": _EVERYBODY,
    "public.answers": _EVERYBODY,
    "public.answers_json": _EVERYBODY,
    "public.answers_csv": _EVERYBODY,
    "public.method": _EVERYBODY,
    "public.privacy": _EVERYBODY,
    "public.ledger": _EVERYBODY,
    "public.health": _EVERYBODY,
    "bundles.whole": _EVERYBODY,
    "bundles.file": _EVERYBODY,
    "bundles.latest": _EVERYBODY,
    "signin.ask": _EVERYBODY,
    "signin.enter": _EVERYBODY,
    "signin.second": _EVERYBODY,
    "signin.enter_second": _EVERYBODY,
    "signin.first_password": _EVERYBODY,
    "signin.change_first_password": _EVERYBODY,
    "signin.passkey": _EVERYBODY,
    "signin.enter_passkey": _EVERYBODY,
    "signin.provider": _EVERYBODY,
    "signin.provider_back": _EVERYBODY,
    "account.home": _STAFF,
    "account.confirm": _STAFF,
    "account.enter_confirm": _STAFF,
    "account.confirm_passkey": _STAFF,
    "account.enter_confirm_passkey": _STAFF,
    "account.confirm_provider": _STAFF,
    "account.password": _STAFF,
    "account.change_password": _STAFF,
    "account.codes": _STAFF,
    "account.set_codes": _STAFF,
    "account.drop_codes": _STAFF,
    "account.passkeys": _STAFF,
    "account.add_passkey": _STAFF,
    "account.drop_passkey": _STAFF,
    "account.recovery": _STAFF,
    "account.make_recovery": _STAFF,
    "account.end_session": _STAFF,
    "account.end_others": _STAFF,
    "account.sign_out": _STAFF,
    "desk.home": _STAFF,
    "report.listed": _REPORTERS,
    "report.make": _REPORTERS,
    "report.make_edition": _REPORTERS,
    "comments.listed": _COMMENT_READERS,
    "comments.mask": _REVIEWERS,
    "comments.review": _REVIEWERS,
    "audit.listed": _AUDITORS,
    "audit.export": _AUDITORS,
    "alerts.listed": _LEADERS,
    "alerts.order": _LEADERS,
    "alerts.end": _LEADERS,
    "disputes.listed": _REPLIERS,
    "disputes.dispute": _HEADS,
    "disputes.decide": _REVIEWERS,
    "screening.listed": _SCREENERS,
    "screening.look": _REVIEWERS,
    "cases.listed": _REPLIERS,
    "cases.case": _REPLIERS,
    "cases.open_case": _REPLIERS,
    "cases.move": _REPLIERS,
    "dashboard.page": _READERS,
    "dashboard.csv": _READERS,
    "dashboard.workbook": _READERS,
    "dashboard.chart": _READERS,
    "catalogue.home": _EDITORS,
    "catalogue.listed": _EDITORS,
    "catalogue.download": _EDITORS,
    "catalogue.upload": _EDITORS,
    "catalogue.row": _EDITORS,
    "catalogue.change_row": _EDITORS,
    "catalogue.shipped": _EDITORS,
    "catalogue.preview": _EDITORS,
    "catalogue.apply": _EDITORS,
    "catalogue.history": _EDITORS,
    "instruments.listed": _METHOD,
    "instruments.begin": _METHOD,
    "instruments.shown": _METHOD,
    "instruments.reword": _METHOD,
    "instruments.item": _METHOD,
    "instruments.change_item": _METHOD,
    "instruments.remove_item": _METHOD,
    "instruments.preview": _METHOD,
    "instruments.toml": _METHOD,
    "instruments.publish": _METHOD,
    "instruments.drop": _METHOD,
    "kiosks.listed": _LEADERS,
    "kiosks.apply": _LEADERS,
    "kiosks.batch": _LEADERS,
    "kiosks.send": _LEADERS,
    "kiosks.issue": _LEADERS,
    "kiosks.reissue": _LEADERS,
    "kiosks.revoke": _LEADERS,
    "invitations.ask": _CLERKS,
    "invitations.issue": _CLERKS,
    "invitations.upload": _CLERKS,
    "sheets.listed": _CLERKS,
    "sheets.issue": _CLERKS,
    "sheets.batch": _CLERKS,
    "sheets.document": _CLERKS,
    "sheets.close": _CLERKS,
    "sheets.entry": _CLERKS,
    "sheets.enter": _CLERKS,
    "sheets.differences": _CLERKS,
    "sheets.settle": _CLERKS,
    "coverage.shown": _LEADERS | {Role.ANALYST},
    "coverage.tell": _LEADERS,
    "senders.listed": _LEADERS,
    "senders.add": _LEADERS,
    "senders.revoke": _LEADERS,
    "people.listed": _LEADERS,
    "people.apply": _LEADERS,
    "people.batch": _LEADERS,
    "people.send": _LEADERS,
    "people.new": _LEADERS,
    "people.create": _LEADERS,
    "people.person": _LEADERS,
    "people.grant": _LEADERS,
    "people.revoke": _LEADERS,
    "people.reset": _LEADERS,
    "people.disable": _LEADERS,
    "people.enable": _LEADERS,
    "publishing.listed": _DECIDERS | {Role.AUDITOR},
    "publishing.propose": _PROPOSERS,
    "publishing.one": _DECIDERS | {Role.AUDITOR},
    "publishing.decide": _DECIDERS,
    "publishing.reject": _DECIDERS,
    "publishing.bundle": _DECIDERS | {Role.AUDITOR},
}

#: endpoint -> the part of its address that names the agency it is about
AGENCY_OF: dict[str, str] = {
    "report.listed": "agency",
    "report.make": "agency",
    "report.make_edition": "agency",
    "comments.listed": "agency",
    "comments.mask": "agency",
    "comments.review": "agency",
    "audit.listed": "agency",
    "audit.export": "agency",
    "alerts.listed": "agency",
    "alerts.order": "agency",
    "alerts.end": "agency",
    "disputes.listed": "agency",
    "disputes.dispute": "agency",
    "disputes.decide": "agency",
    "screening.listed": "agency",
    "screening.look": "agency",
    "cases.listed": "agency",
    "cases.case": "agency",
    "cases.open_case": "agency",
    "cases.move": "agency",
    "dashboard.page": "agency",
    "dashboard.csv": "agency",
    "dashboard.workbook": "agency",
    "dashboard.chart": "agency",
    "catalogue.home": "agency",
    "catalogue.listed": "agency",
    "catalogue.download": "agency",
    "catalogue.upload": "agency",
    "catalogue.row": "agency",
    "catalogue.change_row": "agency",
    "catalogue.shipped": "agency",
    "catalogue.preview": "agency",
    "catalogue.apply": "agency",
    "catalogue.history": "agency",
    "instruments.listed": "agency",
    "instruments.begin": "agency",
    "instruments.shown": "agency",
    "instruments.reword": "agency",
    "instruments.item": "agency",
    "instruments.change_item": "agency",
    "instruments.remove_item": "agency",
    "instruments.preview": "agency",
    "instruments.toml": "agency",
    "instruments.publish": "agency",
    "instruments.drop": "agency",
    "kiosks.listed": "agency",
    "kiosks.apply": "agency",
    "kiosks.batch": "agency",
    "kiosks.send": "agency",
    "kiosks.issue": "agency",
    "kiosks.reissue": "agency",
    "kiosks.revoke": "agency",
    "invitations.ask": "agency",
    "invitations.issue": "agency",
    "invitations.upload": "agency",
    "sheets.listed": "agency",
    "sheets.issue": "agency",
    "sheets.batch": "agency",
    "sheets.document": "agency",
    "sheets.close": "agency",
    "sheets.entry": "agency",
    "sheets.enter": "agency",
    "sheets.differences": "agency",
    "sheets.settle": "agency",
    "coverage.shown": "agency",
    "coverage.tell": "agency",
    "senders.listed": "agency",
    "senders.add": "agency",
    "senders.revoke": "agency",
    "people.listed": "agency",
    "people.apply": "agency",
    "people.batch": "agency",
    "people.send": "agency",
    "people.new": "agency",
    "people.create": "agency",
    "people.person": "agency",
    "people.grant": "agency",
    "people.revoke": "agency",
    "people.reset": "agency",
    "people.disable": "agency",
    "people.enable": "agency",
    "publishing.listed": "agency",
    "publishing.propose": "agency",
    "publishing.one": "agency",
    "publishing.decide": "agency",
    "publishing.reject": "agency",
    "publishing.bundle": "agency",
}

#: endpoints that ask once more who one is, if that was shown longer than some minutes ago
CONFIRMED = frozenset(
    {
        "account.password",
        "account.change_password",
        "account.codes",
        "account.set_codes",
        "account.drop_codes",
        "account.passkeys",
        "account.add_passkey",
        "account.drop_passkey",
        "account.recovery",
        "account.make_recovery",
        "catalogue.apply",
        "instruments.publish",
        "kiosks.apply",
        "people.apply",
        "kiosks.issue",
        "kiosks.reissue",
        "kiosks.revoke",
        "senders.add",
        "senders.revoke",
        "people.new",
        "people.create",
        "people.grant",
        "people.revoke",
        "people.reset",
        "people.disable",
        "people.enable",
        "publishing.propose",
        "publishing.decide",
        "publishing.reject",
    }
)

#: endpoints for people with a second factor alone: they decide what others may do, or what
#: everybody reads
STRONG = frozenset({"publishing.decide", *(name for name in AGENCY_OF if name.startswith("people."))})


def is_public(endpoint: str) -> bool:
    """Tell whether everybody may call `endpoint`, signed in or not."""
    return Role.PUBLIC in PERMISSIONS.get(endpoint, frozenset())


def may(endpoint: str, held: Iterable[Grant] | None, *, agency: str | None, under: Under) -> bool:
    """Tell whether somebody with the grants `held` may call `endpoint` about `agency`.

    held: None for somebody who is not signed in. An endpoint without a row is closed to all, and so
    is one for parts of the staff that is about no agency.
    """
    row = PERMISSIONS.get(endpoint, frozenset())
    if Role.PUBLIC in row:
        return True
    if held is None:
        return False
    if Role.STAFF in row:
        return True
    if agency is None:
        return False
    return any(grant.role in row and under(grant.agency, agency) for grant in held)


def may_give(held: Iterable[Grant], grant: Grant, *, under: Under) -> bool:
    """Tell whether somebody with the grants `held` may give or take back `grant`: none above oneself."""
    return any(
        grant.role in GIVES.get(own.role, frozenset()) and under(own.agency, grant.agency) for own in held
    )


def may_change(held: Iterable[Grant], file: str, agency: str, *, under: Under) -> bool:
    """Tell whether somebody with the grants `held` may change rows of a file of the catalogue about `agency`."""
    return any(file in CHANGES.get(own.role, frozenset()) and under(own.agency, agency) for own in held)


def may_manage(held: Iterable[Grant], of: Iterable[Grant], *, under: Under) -> bool:
    """Tell whether somebody may reset or disable a person with the grants `of`: if all were theirs to give."""
    own = tuple(held)
    return all(may_give(own, grant, under=under) for grant in of)
