"""Codes of an app and recovery codes: each works once, within half a minute of its time, for its account."""

from __future__ import annotations

import re

import pyotp
import pytest
from sqlalchemy import select, text

from survey import admit, errors
from survey.account import Account, Stage, Way
from survey.admit import Entered, codes, limits
from survey.store import schema
from survey.store.database import Database
from tests.staff import AT, deeds, enter, opened, settled


def code_of(secret: str, at: int) -> str:
    return pyotp.TOTP(secret).at(at)


def with_app(db: Database, name: str = "lan.lo") -> tuple[Account, str, tuple[str, ...]]:
    """An account with an app that was set up a minute ago, its secret and its recovery codes."""
    account, secret = settled(db, name), codes.new_secret()
    early = AT - 300
    entered = opened(db, account, at=early)
    return account, secret, codes.set_codes(db, entered, secret, code_of(secret, early), at=early)


def half(db: Database, *, at: int = AT) -> Entered:
    entered = enter(db, at=at)
    assert entered.session.stage is Stage.SECOND
    return entered


def second(db: Database, code: str, *, at: int = AT) -> Entered:
    return admit.enter_second(db, half(db, at=at), code, cookie="", at=at)


def test_a_password_alone_opens_half(province: Database) -> None:
    _, secret, _ = with_app(province)
    entered = second(province, code_of(secret, AT))
    assert (entered.session.stage, entered.session.way) == (Stage.OPEN, Way.CODE)
    assert entered.session.way.strong


@pytest.mark.parametrize("skew", [-30, 0, 30])
def test_a_telephones_clock_may_be_half_a_minute_off(province: Database, skew: int) -> None:
    _, secret, _ = with_app(province)
    assert second(province, code_of(secret, AT + skew))


@pytest.mark.parametrize("skew", [-3600, -60, 60, 3600])
def test_a_telephones_clock_may_not_be_further_off(province: Database, skew: int) -> None:
    _, secret, _ = with_app(province)
    with pytest.raises(errors.WrongCode):
        second(province, code_of(secret, AT + skew))


def test_a_code_works_once_and_no_earlier_one_after_it(province: Database) -> None:
    _, secret, _ = with_app(province)
    assert second(province, code_of(secret, AT))
    for seen in (AT, AT - 30):
        with pytest.raises(errors.CodeAlreadyUsed):
            second(province, code_of(secret, seen))
    assert second(province, code_of(secret, AT + 30))


def test_the_code_that_set_an_app_up_signs_nobody_in(province: Database) -> None:
    account, secret = settled(province), codes.new_secret()
    codes.set_codes(province, opened(province, account), secret, code_of(secret, AT), at=AT)
    with pytest.raises(errors.CodeAlreadyUsed):
        second(province, code_of(secret, AT))


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "12 34", "\x00" * 6]
)
def test_what_is_no_code_is_a_wrong_one(province: Database, typed: str) -> None:
    with_app(province)
    with pytest.raises(errors.WrongCode):
        second(province, typed)


def test_a_code_may_be_typed_in_two_groups(province: Database) -> None:
    _, secret, _ = with_app(province)
    code = code_of(secret, AT)
    assert second(province, f" {code[:3]} {code[3:]} ")


def test_codes_are_guessed_five_times_at_the_most(province: Database) -> None:
    _, secret, _ = with_app(province)
    entered = half(province)
    for _ in range(limits.FREE):
        with pytest.raises(errors.WrongCode):
            admit.enter_second(province, entered, "000000", cookie="", at=AT)
    with pytest.raises(errors.TooManyAttempts):
        admit.enter_second(province, entered, code_of(secret, AT), cookie="", at=AT)
    assert admit.enter_second(province, entered, code_of(secret, AT + 30), cookie="", at=AT + 30)


def test_the_right_password_does_not_wipe_out_guesses_of_the_code(province: Database) -> None:
    with_app(province)
    for _ in range(limits.FREE - 1):
        with pytest.raises(errors.WrongCode):
            second(province, "000000")
    with pytest.raises(errors.WrongCode):
        second(province, "000000")
    with pytest.raises(errors.TooManyAttempts):
        second(province, "000000", at=AT + limits.FIRST_WAIT - 1)


def test_the_secret_of_an_app_is_not_in_the_database(province: Database) -> None:
    _, secret, _ = with_app(province)
    with province.read() as connection:
        kept = connection.scalar(select(schema.account.c.code_secret))
    assert kept and secret.encode() not in kept


def test_a_secret_that_was_moved_to_another_account_opens_nothing(province: Database) -> None:
    _, secret, _ = with_app(province)
    with_app(province, "other")
    with province.write() as connection:
        moved = "UPDATE account SET code_secret = (SELECT code_secret FROM account WHERE name = 'other')"
        connection.execute(text(moved))
    with pytest.raises(errors.WrongCode):
        second(province, code_of(secret, AT))


@pytest.mark.parametrize("secret", ["", "short", "a" * 32, "1" * 32, "A" * 33])
def test_an_app_is_not_set_up_with_a_secret_of_ones_own(province: Database, secret: str) -> None:
    entered = opened(province, settled(province))
    with pytest.raises(errors.WrongCode):
        codes.set_codes(province, entered, secret, "123456", at=AT)


def test_an_app_is_not_set_up_without_a_code_of_it(province: Database) -> None:
    entered, secret = opened(province, settled(province)), codes.new_secret()
    with pytest.raises(errors.WrongCode):
        codes.set_codes(province, entered, secret, code_of(secret, AT + 600), at=AT)
    assert enter(province).session.stage is Stage.OPEN


def test_an_app_that_is_dropped_is_asked_for_no_more(province: Database) -> None:
    account, _, _ = with_app(province)
    codes.drop_codes(province, opened(province, account), at=AT)
    assert enter(province).session.stage is Stage.OPEN


def test_each_recovery_code_works_once(province: Database) -> None:
    _, _, told = with_app(province)
    assert len(set(told)) == codes.RECOVERY
    for code in told[:2]:
        assert second(province, code).session.way is Way.RECOVERY
        with pytest.raises(errors.WrongCode):
            second(province, code)
    assert "recovery-used" in deeds(province)


def test_a_recovery_code_may_be_typed_as_people_read_it(province: Database) -> None:
    _, _, told = with_app(province)
    typed = told[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert second(province, typed)


def test_recovery_codes_are_of_one_account(province: Database) -> None:
    _, _, theirs = with_app(province, "other")
    with_app(province)
    with pytest.raises(errors.WrongCode):
        second(province, theirs[0])


def test_new_recovery_codes_take_the_place_of_the_old(province: Database) -> None:
    account, _, old = with_app(province)
    new = codes.make_recovery(province, opened(province, account), at=AT)
    with pytest.raises(errors.WrongCode):
        second(province, old[0])
    assert second(province, new[0])


def test_recovery_codes_are_kept_as_hashes(province: Database) -> None:
    _, _, told = with_app(province)
    with province.read() as connection:
        kept = list(connection.scalars(select(schema.recovery_code.c.hash)))
    assert len(kept) == codes.RECOVERY
    assert not any(told[0].replace("-", "").encode() in bytes(each) for each in kept)


def test_an_app_reads_the_address_it_is_shown() -> None:
    drawing, letters = codes.enrolment("A" * 32, "lan.lo")
    assert drawing.startswith("<svg") and "script" not in drawing and "style=" not in drawing
    assert re.fullmatch(r"(AAAA ){7}AAAA", letters)
