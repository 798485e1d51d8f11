"""Law 2: every door has a row in the permission table, and a door without one is closed.

The walk goes over every route of the running service, every role, and an agency of one's own, one
below it, and a foreign one. What is expected is worked out here from the table's rows alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from survey import admit, design, roles
from survey.account import Stage, Way
from survey.admit import sessions
from survey.roles import AGENCY_OF, CONFIRMED, GRANTED, PERMISSIONS, STRONG, Grant, Role, may
from survey.store import accounts
from survey.store.database import Database
from survey.web.context import moment
from tests.web.service import serving

OWN, BELOW, FOREIGN = "son-la", "03646", "03679"


@pytest.fixture
def app(sqlite_province: Path, tmp_path: Path) -> Iterator[Flask]:
    with serving(sqlite_province, tmp_path) as made:
        yield made


@pytest.fixture
def db(app: Flask) -> Database:
    opened: Database = app.extensions["store"]
    return opened


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def under(root: str, code: str) -> bool:
    return root in (code, OWN)


def test_every_door_has_a_row_and_every_row_a_door(app: Flask) -> None:
    assert endpoints(app) == set(PERMISSIONS)


def test_a_door_without_a_row_is_not_there(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    assert client.get("/method").status_code == 200
    closed = {name: row for name, row in PERMISSIONS.items() if name != "public.method"}
    monkeypatch.setattr(roles, "PERMISSIONS", closed)
    assert client.get("/method").status_code == 404


@pytest.mark.parametrize("role", GRANTED)
def test_nobody_may_knock_at_a_door_that_is_not_listed(role: Role) -> None:
    assert not may("public.backdoor", [Grant(role, OWN)], agency=OWN, under=under)


def test_a_door_for_some_of_the_staff_says_which_agency_it_is_about(app: Flask) -> None:
    for endpoint, row in PERMISSIONS.items():
        about = AGENCY_OF.get(endpoint)
        if row <= set(GRANTED):
            assert about is not None, endpoint
        for rule in app.url_map.iter_rules(endpoint):
            assert about is None or about in rule.arguments, endpoint


def test_what_is_guarded_twice_is_a_door_of_the_staff() -> None:
    for endpoint in CONFIRMED | STRONG:
        assert not roles.is_public(endpoint)
    assert set(AGENCY_OF) >= STRONG


@pytest.mark.parametrize("role", GRANTED)
@pytest.mark.parametrize(
    ("held", "about", "reaches"),
    [(OWN, BELOW, True), (BELOW, BELOW, True), (BELOW, FOREIGN, False), (BELOW, OWN, False)],
)
def test_the_table_decides_by_role_and_agency(role: Role, held: str, about: str, reaches: bool) -> None:
    for endpoint, row in PERMISSIONS.items():
        wanted = bool(row & {Role.PUBLIC, Role.STAFF}) or (role in row and reaches)
        assert may(endpoint, [Grant(role, held)], agency=about, under=under) == wanted, endpoint
        assert may(endpoint, None, agency=about, under=under) == (Role.PUBLIC in row), endpoint
        assert may(endpoint, [], agency=about, under=under) == bool(row & {Role.PUBLIC, Role.STAFF})


def address(rule: Rule, agency: str) -> str:
    """An address of a route, about an agency."""
    arguments = dict.fromkeys(rule.arguments, "1") | {AGENCY_OF.get(rule.endpoint, ""): agency}
    built = rule.build({name: value for name, value in arguments.items() if name in rule.arguments})
    assert built is not None
    return str(built[1])


def staff_routes(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if not roles.is_public(rule.endpoint)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    ]


def signed_in(app: Flask, db: Database, role: Role, agency: str, about: str) -> FlaskClient:
    """A browser whose person has one role, and showed who they are a moment ago."""
    name = f"{role.value}.{agency}.{about}"
    given = admit.create(db, None, name=name, person=name, agency=agency, address="", at=moment())
    admit.give(db, None, given.account, Grant(role, agency), at=moment())
    return opened(app, db, given.account.id)


def opened(app: Flask, db: Database, number: int) -> FlaskClient:
    with db.write() as connection:
        account = accounts.account(connection, number)
        entered = sessions.begin(
            connection, account, stage=Stage.OPEN, way=Way.PASSKEY, device="", at=moment()
        )
    client = app.test_client()
    client.set_cookie("staff", entered.token)
    return client


@pytest.mark.parametrize("role", GRANTED)
def test_every_route_lets_in_whom_the_table_lets_in(app: Flask, db: Database, role: Role) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    known = design.reference(db).under
    for held, about in product((OWN, BELOW), (OWN, BELOW, FOREIGN)):
        client = signed_in(app, db, role, held, about)
        for rule, method in staff_routes(app):
            if rule.endpoint in ("account.sign_out", "account.confirm_provider"):
                continue  # ends the walk, leads out of the house
            answer = client.open(address(rule, about), method=method)
            row = PERMISSIONS[rule.endpoint]
            wanted = Role.STAFF in row or (role in row and known(held, about))
            let_in = answer.status_code != 403 or b"not-allowed" not in answer.data
            assert let_in == wanted, (rule.endpoint, method, role, held, about, answer.status_code)
            assert answer.headers["Cache-Control"] == "no-store"


def test_no_staff_route_answers_a_stranger(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    for rule, method in staff_routes(app):
        answer = client.open(address(rule, BELOW), method=method)
        if method == "GET" and not rule.rule.endswith((".csv", ".json")):
            assert answer.status_code == 302, rule.endpoint
            assert answer.location.startswith("/sign-in?"), rule.endpoint
        else:
            assert answer.status_code == 401, rule.endpoint


def test_a_session_that_is_half_open_reaches_no_staff_route(app: Flask, db: Database) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    given = admit.create(db, None, name="half", person="Half", agency=OWN, address="", at=moment())
    admit.give(db, None, given.account, Grant(Role.OPERATOR, OWN), at=moment())
    for stage in (Stage.SECOND, Stage.FIRST_PASSWORD):
        with db.write() as connection:
            entered = sessions.begin(
                connection, given.account, stage=stage, way=Way.PASSWORD, device="", at=moment()
            )
        client = app.test_client()
        client.set_cookie("staff", entered.token)
        for rule, method in staff_routes(app):
            answer = client.open(address(rule, BELOW), method=method)
            assert answer.status_code in (302, 401), rule.endpoint
            assert answer.status_code == 401 or answer.location.startswith("/sign-in"), rule.endpoint
