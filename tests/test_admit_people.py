"""People and their roles: nobody gives above themselves, and nobody decides about themselves."""

from __future__ import annotations

import pytest

from survey import admit, design, errors
from survey.account import Account, Stage
from survey.admit import codes
from survey.admit.people import givable, named, role_of
from survey.roles import GRANTED, Grant, Role
from survey.store import accounts
from survey.store.database import Database
from tests.staff import AT, deeds, enter, made, opened, settled
from tests.test_admit_codes import code_of

WARD, OTHER = "03646", "03679"


def fresh(db: Database, account: Account) -> Account:
    return named(db, account.name)


def with_roles(db: Database, name: str, *roles: Role, agency: str = "son-la") -> Account:
    return fresh(db, made(db, name, *roles, agency=agency).account)


def test_the_catalogue_has_the_two_wards_of_these_tests(province: Database) -> None:
    known = design.reference(province)
    assert known.under("son-la", WARD) and known.under("son-la", OTHER) and not known.under(WARD, OTHER)


def test_a_new_account_has_no_role_and_a_first_password(province: Database) -> None:
    given = made(province)
    assert given.account.grants == () and given.account.first_password
    assert len(given.password) == 23 and made(province, "other").password != given.password


@pytest.mark.parametrize(
    ("name", "person", "agency", "address", "refusal"),
    [
        ("ab", "P", WARD, "", errors.BadName),
        ("lò.lan", "P", WARD, "", errors.BadName),
        ("a b c", "P", WARD, "", errors.BadName),
        (".lan.", "P", WARD, "", errors.BadName),
        ("x" * 81, "P", WARD, "", errors.BadName),
        ("lan.lo", "", WARD, "", errors.BadName),
        ("lan.lo", "\x07", WARD, "", errors.BadName),
        ("lan.lo", "P", "nowhere", "", errors.UnknownAgency),
        ("lan.lo", "P", WARD, "no address", errors.BadAddress),
        ("lan.lo", "P", WARD, "a@b", errors.BadAddress),
        ("taken", "P", WARD, "", errors.NameTaken),
        ("TAKEN ", "P", WARD, "", errors.NameTaken),
        ("lan.lo", "P", WARD, "Taken@example.vn", errors.AddressTaken),
    ],
)
def test_an_account_that_does_not_fit_is_not_made(
    province: Database, name: str, person: str, agency: str, address: str, refusal: type[errors.Refusal]
) -> None:
    made(province, "taken", address="taken@example.vn")
    before = deeds(province)
    with pytest.raises(refusal):
        admit.create(province, None, name=name, person=person, agency=agency, address=address, at=AT)
    assert deeds(province) == before


def test_a_role_is_given_once_and_taken_back_once(province: Database) -> None:
    account, grant = settled(province), Grant(Role.ANALYST, WARD)
    for _ in range(2):
        admit.give(province, None, account, grant, at=AT)
    assert fresh(province, account).grants == (grant,)
    for _ in range(2):
        admit.take_back(province, None, account, grant, at=AT)
    assert fresh(province, account).grants == ()
    assert deeds(province) == ["account-created", "granted", "revoked"]


def test_a_head_gives_within_their_agency_and_not_above_themselves(province: Database) -> None:
    head = with_roles(province, "head", Role.HEAD, agency=WARD)
    account = with_roles(province, "person", agency=WARD)
    given = {Role.INTERVIEWER, Role.OFFICER, Role.ANALYST, Role.REVIEWER, Role.HEAD}
    assert set(givable(province, head, WARD)) == given
    for role in GRANTED:
        for agency in (WARD, OTHER, "son-la"):
            if role in given and agency == WARD:
                admit.give(province, head, account, Grant(role, agency), at=AT)
            else:
                with pytest.raises(errors.CannotGive):
                    admit.give(province, head, account, Grant(role, agency), at=AT)
    assert {grant.role for grant in fresh(province, account).grants} == given


def test_an_operator_gives_every_role_within_their_agencies(province: Database) -> None:
    operator = with_roles(province, "operator", Role.OPERATOR)
    assert set(givable(province, operator, OTHER)) == set(GRANTED)
    local = with_roles(province, "local", Role.OPERATOR, agency=WARD)
    assert givable(province, local, OTHER) == ()


@pytest.mark.parametrize("role", [role for role in GRANTED if role not in (Role.HEAD, Role.OPERATOR)])
def test_nobody_else_gives_anything(province: Database, role: Role) -> None:
    assert givable(province, with_roles(province, "person", role), WARD) == ()


def test_nobody_decides_about_themselves(province: Database) -> None:
    me = with_roles(province, "operator", Role.OPERATOR)
    grant = Grant(Role.OPERATOR, "son-la")
    with pytest.raises(errors.OwnAccount):
        admit.give(province, me, me, Grant(Role.AUDITOR, "son-la"), at=AT)
    with pytest.raises(errors.OwnAccount):
        admit.take_back(province, me, me, grant, at=AT)
    with pytest.raises(errors.OwnAccount):
        admit.reset(province, me, me, at=AT)
    with pytest.raises(errors.OwnAccount):
        admit.disable(province, me, me, at=AT)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SURVEY_LEAD, Role.METHODOLOGIST, Role.AUDITOR])
def test_a_head_takes_over_nobody_with_a_role_above_their_own(province: Database, role: Role) -> None:
    head = with_roles(province, "head", Role.HEAD, agency=WARD)
    above = with_roles(province, "above", role, agency=WARD)
    assert not admit.manageable(province, head, above)
    for deed in (admit.reset, admit.disable, admit.enable):
        with pytest.raises(errors.CannotGive):
            deed(province, head, above, at=AT)


def test_a_head_takes_over_nobody_whose_role_reaches_beyond_their_agency(province: Database) -> None:
    head = with_roles(province, "head", Role.HEAD, agency=WARD)
    person = with_roles(province, "person", Role.ANALYST, agency=WARD)
    assert admit.manageable(province, head, person)
    admit.give(province, None, person, Grant(Role.ANALYST, OTHER), at=AT)
    assert not admit.manageable(province, head, fresh(province, person))


def test_an_agency_sees_its_own_people(province: Database) -> None:
    made(province, "mine", agency=WARD)
    made(province, "theirs", agency=OTHER)
    assert [each.name for each in admit.people_of(province, WARD)] == ["mine"]
    assert [each.name for each in admit.people_of(province, "son-la")] == ["mine", "theirs"]
    assert admit.person(province, WARD, "mine")
    for name in ("theirs", "nobody"):
        with pytest.raises(errors.UnknownAccount):
            admit.person(province, WARD, name)


def test_a_reset_forgets_all_that_opened_the_account(province: Database) -> None:
    account, secret = settled(province), codes.new_secret()
    entered = opened(province, account)
    codes.set_codes(province, entered, secret, code_of(secret, AT), at=AT)
    with province.write() as connection:
        accounts.link(connection, "https://id.example.vn", "subject", account.id)
    given = admit.reset(province, None, account, at=AT)
    assert not given.account.has_second and given.account.recovery_codes == 0
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, entered.token, at=AT)
    with pytest.raises(errors.WrongNameOrPassword):
        enter(province)
    assert enter(province, password=given.password).session.stage is Stage.FIRST_PASSWORD
    with province.read() as connection:
        assert accounts.linked(connection, "https://id.example.vn", "subject") is None


def test_a_role_that_does_not_exist_is_refused() -> None:
    for text in ("", "public", "staff", "root"):
        with pytest.raises(errors.UnknownRole):
            role_of(text)
