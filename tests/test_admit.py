"""Signing in: what opens a session, what makes guessing hopeless, and what ends it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from survey import admit, errors
from survey.account import Stage, Way
from survey.admit import limits, passkeys, passwords, sessions
from survey.admit.signin import change_password
from survey.store import schema
from survey.store.database import Database
from tests.staff import AT, OWN_PASSWORD, deeds, enter, made, opened, settled

NEW = "một hai ba bốn con voi"


def test_the_first_password_opens_one_door_only_and_dies_behind_it(province: Database) -> None:
    given = made(province)
    entered = enter(province, password=given.password)
    assert entered.session.stage is Stage.FIRST_PASSWORD
    opened_ = admit.change_first_password(province, entered, NEW, NEW, at=AT)
    assert opened_.session.stage is Stage.OPEN
    with pytest.raises(errors.WrongNameOrPassword):
        enter(province, password=given.password)
    assert enter(province, password=NEW).session.stage is Stage.OPEN


def test_a_name_is_found_however_it_is_typed(province: Database) -> None:
    settled(province)
    assert enter(province, "  Lan.LO ").session.stage is Stage.OPEN


def test_a_password_is_the_same_on_every_keyboard(province: Database) -> None:
    given = made(province)
    entered = enter(province, password=given.password)
    admit.change_first_password(
        province, entered, "tre\u0302n no\u0301c nha\u0300 xanh", "tre\u0302n no\u0301c nha\u0300 xanh", at=AT
    )
    assert enter(province, password="tr\u00ean n\u00f3c nh\u00e0 xanh")


def test_nothing_tells_whether_an_account_exists(province: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = settled(province, "closed")
    settled(province, "known")
    admit.disable(province, None, closed, at=AT)
    looked: list[str] = []
    real = passwords._HASHER

    class Counting:
        def verify(self, kept: str, typed: str) -> bool:
            looked.append(typed)
            return real.verify(kept, typed)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(passwords, "_nobodys", lambda: real.hash("nobody's"))
    told = set()
    for name, password in [("known", "wrong"), ("nobody", "wrong"), ("closed", OWN_PASSWORD)]:
        with pytest.raises(errors.WrongNameOrPassword) as refusal:
            enter(province, name, password)
        told.add((refusal.value.code, str(refusal.value)))
    assert len(told) == 1
    assert looked == ["wrong", "wrong", OWN_PASSWORD]  # the same work for each
    assert deeds(province)[-3:] == ["sign-in-refused"] * 3


def test_unknown_names_wait_like_known_ones(province: Database) -> None:
    settled(province, "known")
    for name in ("known", "nobody"):
        for _ in range(limits.FREE):
            with pytest.raises(errors.WrongNameOrPassword):
                enter(province, name, "wrong")
        with pytest.raises(errors.TooManyAttempts) as wait:
            enter(province, name, "wrong")
        assert wait.value.detail == {"seconds": limits.FIRST_WAIT}


def test_after_too_many_attempts_not_even_the_right_password_is_looked_at(province: Database) -> None:
    settled(province)
    for _ in range(limits.FREE):
        with pytest.raises(errors.WrongNameOrPassword):
            enter(province, password="wrong")
    with pytest.raises(errors.TooManyAttempts):
        enter(province)
    assert enter(province, at=AT + limits.FIRST_WAIT).session.stage is Stage.OPEN


def test_waiting_doubles_up_to_an_hour() -> None:
    waits = [limits.wait_after(failures) for failures in range(1, 60)]
    assert waits[:7] == [0, 0, 0, 0, 30, 60, 120]
    assert max(waits) == 3600 == waits[-1]


def test_what_was_counted_is_forgotten_after_a_day(province: Database) -> None:
    settled(province)
    for _ in range(limits.FREE - 1):
        with pytest.raises(errors.WrongNameOrPassword):
            enter(province, password="wrong")
    later = AT + limits.FORGOTTEN + 1
    for _ in range(2):
        with pytest.raises(errors.WrongNameOrPassword):
            enter(province, password="wrong", at=later)


def test_a_strangers_guesses_keep_nobody_out_of_their_own_desk(province: Database) -> None:
    account = settled(province)
    mark = admit.device_cookie(province.keys.salt, account.name, "")
    for _ in range(limits.FREE):
        with pytest.raises(errors.WrongNameOrPassword):
            enter(province, password="wrong")
    with pytest.raises(errors.TooManyAttempts):
        enter(province)
    assert enter(province, cookie=mark).session.stage is Stage.OPEN


def test_a_known_device_has_a_count_of_its_own(province: Database) -> None:
    account = settled(province)
    mark = admit.device_cookie(province.keys.salt, account.name, "")
    for _ in range(limits.FREE):
        with pytest.raises(errors.WrongNameOrPassword):
            enter(province, password="wrong", cookie=mark)
    with pytest.raises(errors.TooManyAttempts):
        enter(province, cookie=mark)
    assert enter(province).session.stage is Stage.OPEN


def test_a_mark_of_a_device_is_of_one_account_and_can_not_be_made_up(province: Database) -> None:
    secret = province.keys.salt
    mark = admit.device_cookie(secret, "lan.lo", "")
    assert limits.known_device(secret, "lan.lo", mark)
    assert admit.device_cookie(secret, "lan.lo", mark) == mark
    assert limits.known_device(secret, "other", mark) is None
    forged = ("A" if mark[0] != "A" else "B") + mark[1:]
    for cookie in ("", ".", "x" * 5000, forged, "ư" * 42, mark[:-1]):
        assert limits.known_device(secret, "lan.lo", cookie) is None


def test_a_shared_machine_is_known_to_several_accounts_and_not_to_any_number() -> None:
    secret, cookie = b"s" * 32, ""
    for number in range(limits.DEVICES + 1):
        cookie = admit.device_cookie(secret, f"person{number}", cookie)
    known = [bool(limits.known_device(secret, f"person{n}", cookie)) for n in range(limits.DEVICES + 1)]
    assert known == [False] + [True] * limits.DEVICES


def test_many_attempts_at_once_are_no_way_around(province: Database) -> None:
    settled(province)

    def attempt(_: int) -> str:
        try:
            enter(province, password="wrong")
        except errors.Refusal as refusal:
            return refusal.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(attempt, range(16)))
    assert told.count("wrong-name-or-password") == limits.FREE
    assert told.count("too-many-attempts") == 16 - limits.FREE


def test_unknown_browsers_are_bounded_over_all_accounts(
    province: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OF_ALL", 3)
    account = settled(province)
    for number in range(3):
        with pytest.raises(errors.WrongNameOrPassword):
            enter(province, f"name{number}", "wrong")
    with pytest.raises(errors.TooManyAttempts):
        enter(province)
    mark = admit.device_cookie(province.keys.salt, account.name, "")
    assert enter(province, cookie=mark)
    assert enter(province, at=AT + limits.WINDOW)


def test_questions_to_passkeys_are_bounded_for_strangers_and_for_each_account(
    province: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a row until its answer comes: nobody fills the table, and nobody keeps the signed in from theirs."""
    monkeypatch.setattr(limits, "OF_STRANGERS", 3)
    monkeypatch.setattr(limits, "OF_ACCOUNT", 2)
    origin, entered = "https://hailong.example.vn", opened(province, settled(province))
    for _ in range(3):
        passkeys.ask(province, origin=origin, at=AT)
    with pytest.raises(errors.TooManyAttempts):
        passkeys.ask(province, origin=origin, at=AT + limits.WINDOW - 1)
    for _ in range(2):
        passkeys.ask(province, origin=origin, at=AT, entered=entered)
    with pytest.raises(errors.TooManyAttempts):
        passkeys.ask_new(province, entered, origin=origin, at=AT)
    with province.read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.ceremony)).scalar() == 5
    assert passkeys.ask(province, origin=origin, at=AT + limits.WINDOW).token


def test_the_table_of_sessions_opens_none(province: Database) -> None:
    entered = opened(province, settled(province))
    with province.read() as connection:
        row = connection.execute(select(schema.staff_session)).one()
    assert entered.token.encode() not in bytes(row.token_hash)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, bytes(row.token_hash).hex(), at=AT)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, row.handle, at=AT)


@pytest.mark.parametrize("tampered", ["", "x", "A" * 43, "é" * 43, "\x00"])
def test_a_token_that_was_made_up_opens_nothing(province: Database, tampered: str) -> None:
    opened(province, settled(province))
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, tampered, at=AT)


def test_a_session_ends_after_an_hour_without_use(province: Database) -> None:
    entered = opened(province, settled(province))
    at = AT + sessions.IDLE - 1
    assert admit.session_of(province, entered.token, at=at)
    assert admit.session_of(province, entered.token, at=at + sessions.IDLE - 1)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, entered.token, at=at + 2 * sessions.IDLE)


def test_a_session_ends_after_twelve_hours_however_it_is_used(province: Database) -> None:
    entered = opened(province, settled(province))
    for at in range(AT, AT + sessions.ABSOLUTE, sessions.IDLE - 10):
        assert admit.session_of(province, entered.token, at=at)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, entered.token, at=AT + sessions.ABSOLUTE)


def test_a_half_open_session_lasts_ten_minutes(province: Database) -> None:
    given = made(province)
    entered = enter(province, password=given.password)
    assert admit.session_of(province, entered.token, at=AT + sessions.HALF - 1)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, entered.token, at=AT + sessions.HALF)


def test_a_token_that_was_planted_gains_no_power(province: Database) -> None:
    given = made(province)
    half = enter(province, password=given.password)
    whole = admit.change_first_password(province, half, NEW, NEW, at=AT)
    assert whole.token != half.token
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, half.token, at=AT)
    again = admit.confirm(province, whole, NEW, cookie="", at=AT)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, whole.token, at=AT)
    assert admit.session_of(province, again.token, at=AT)


def test_sessions_stand_side_by_side_and_one_ends_the_others(province: Database) -> None:
    account = settled(province)
    first, second, third = (opened(province, account, at=AT + n) for n in range(3))
    assert len(admit.sessions_of(province, account.id, at=AT + 3)) == 3
    admit.end_session(province, first, second.session.handle, at=AT)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, second.token, at=AT)
    assert admit.end_others(province, first, at=AT) == 1
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, third.token, at=AT)
    assert admit.session_of(province, first.token, at=AT)
    admit.sign_out(province, first, at=AT)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, first.token, at=AT)


def test_nobody_ends_a_session_of_somebody_else(province: Database) -> None:
    mine, theirs = opened(province, settled(province)), opened(province, settled(province, "other"))
    admit.end_session(province, mine, theirs.session.handle, at=AT)
    assert admit.session_of(province, theirs.token, at=AT)


def test_a_closed_account_is_signed_out_at_once(province: Database) -> None:
    account = settled(province)
    entered = opened(province, account)
    admit.disable(province, None, account, at=AT)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, entered.token, at=AT)
    admit.enable(province, None, account, at=AT)
    with pytest.raises(errors.SessionEnded):
        admit.session_of(province, entered.token, at=AT)
    assert enter(province)


def test_a_changed_password_ends_every_other_session(province: Database) -> None:
    account = settled(province)
    here, there = opened(province, account), opened(province, account)
    changed = change_password(province, here, NEW, NEW, at=AT)
    assert admit.session_of(province, changed.token, at=AT)
    for token in (here.token, there.token):
        with pytest.raises(errors.SessionEnded):
            admit.session_of(province, token, at=AT)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", errors.PasswordTooShort),
        ("mười một ch", errors.PasswordTooShort),
        ("a" * 129, errors.PasswordTooLong),
        ("aaaaaaaaaaaaaaa", errors.PasswordTooCommon),
        ("ababababababab", errors.PasswordTooCommon),
        ("123456789012", errors.PasswordTooCommon),
        ("210987654321", errors.PasswordTooCommon),
        ("Password123456", errors.PasswordTooCommon),
        ("matkhau2026!!!", errors.PasswordTooCommon),
        ("qwertyuiop1234", errors.PasswordTooCommon),
        ("Lan.Lo123456", errors.PasswordTooCommon),
        (OWN_PASSWORD, errors.PasswordUnchanged),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(
    province: Database, password: str, refusal: type[errors.Refusal]
) -> None:
    entered = opened(province, settled(province))
    with pytest.raises(refusal):
        change_password(province, entered, password, password, at=AT)
    assert enter(province)


def test_a_new_password_is_typed_twice_alike(province: Database) -> None:
    entered = opened(province, settled(province))
    with pytest.raises(errors.PasswordsDiffer):
        change_password(province, entered, NEW, NEW + ".", at=AT)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "四个字四个字四个字四个字a", "đường về bản xa"]
)
def test_no_kind_of_character_is_asked_for(province: Database, password: str) -> None:
    entered = opened(province, settled(province))
    assert change_password(province, entered, password, password, at=AT)


def test_confirming_counts_attempts_as_signing_in_does(province: Database) -> None:
    entered = opened(province, settled(province))
    for _ in range(limits.FREE):
        with pytest.raises(errors.WrongNameOrPassword):
            admit.confirm(province, entered, "wrong", cookie="", at=AT)
    with pytest.raises(errors.TooManyAttempts):
        admit.confirm(province, entered, OWN_PASSWORD, cookie="", at=AT)
    assert admit.confirm(province, entered, OWN_PASSWORD, cookie="", at=AT + 30)


def test_every_way_in_and_out_leaves_a_trace(province: Database) -> None:
    given = made(province)
    with pytest.raises(errors.WrongNameOrPassword):
        enter(province, password="wrong")
    half = enter(province, password=given.password)
    whole = admit.change_first_password(province, half, NEW, NEW, at=AT)
    admit.sign_out(province, admit.confirm(province, whole, NEW, cookie="", at=AT), at=AT)
    told = ["account-created", "sign-in-refused", "password-changed", "signed-in", "confirmed", "signed-out"]
    assert deeds(province) == told
    trace = str(admit.newest(province, 99))
    assert given.password not in trace and NEW not in trace and "wrong'" not in trace


def test_a_session_says_how_it_was_begun(province: Database) -> None:
    settled(province)
    entered = enter(province)
    assert entered.session.way is Way.PASSWORD and not entered.session.way.strong


def test_passwords_are_hashed_as_dear_as_rfc_9106_says(
    own_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", own_hasher)
    monkeypatch.setattr(passwords, "_nobodys", passwords._nobodys.__wrapped__)
    kept = passwords.hashed("ba con trâu")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(kept, "ba con trâu") and not passwords.matches(kept, "ba con bò")
    assert not passwords.matches(None, "ba con trâu")
