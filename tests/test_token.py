"""Tokens: what follows from a dossier's number, what can be read with a code alone, and when a period is over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from survey.device import read_code
from survey.formats.dossiers import Slip
from survey.token import (
    LIFETIME,
    Bound,
    Dossier,
    Outcome,
    close,
    code_of,
    is_over,
    issued_hash,
    last_day,
    open_,
    period_of,
    spent_hash,
    unwrapped,
    wrapped,
)

KEY, OTHER = b"k" * 32, b"o" * 32
DOSSIER = Dossier("H52.12-251123-0001", "03646-1", Outcome.GRANTED)
BOUND = Bound("03646", "03646-1", Outcome.REFUSED, date(2027, 1, 21), "1.004964")


def test_the_same_dossier_has_the_same_code_however_its_number_is_spaced() -> None:
    code = code_of(KEY, DOSSIER)
    assert code == code_of(KEY, Dossier(" h52.12-251123 -0001", "03679-1", Outcome.LATE))
    assert read_code(code) == code
    assert code != code_of(OTHER, DOSSIER)
    assert code != code_of(KEY, Dossier("H52.12-251123-0002", "03646-1", Outcome.GRANTED))


def test_what_a_token_is_bound_to_opens_with_its_code_alone() -> None:
    sealed = close(KEY, "0123456789AB", BOUND)
    assert open_(KEY, "0123456789AB", sealed) == BOUND
    for key, code in ((OTHER, "0123456789AB"), (KEY, "0123456789AC")):
        with pytest.raises(ValueError, match="another code"):
            open_(key, code, sealed)


def test_the_length_of_what_is_kept_tells_nothing() -> None:
    short = Bound("x", "y", Outcome.LATE, date(2026, 1, 1))
    assert len(close(KEY, "A", BOUND)) == len(close(KEY, "B", short))


def test_the_two_hashes_of_a_token_have_nothing_in_common() -> None:
    assert issued_hash(KEY, "A") != spent_hash(KEY, "A")


def test_a_key_is_of_no_use_without_the_services_secret() -> None:
    kept = wrapped(b"s" * 32, KEY, b"n" * 12)
    assert KEY not in kept
    assert unwrapped(b"s" * 32, kept) == KEY


def test_a_period_is_over_when_its_last_token_has_run_out() -> None:
    last = last_day(date(2026, 11, 30))
    assert last - date(2026, 11, 30) == timedelta(days=LIFETIME - 1)
    assert not is_over(period_of(date(2026, 11, 1)), last)
    assert is_over("2026-11", last + timedelta(days=1))
    assert not is_over("2026-12", last + timedelta(days=1))
    assert is_over("2026-12", last_day(date(2026, 12, 31)) + timedelta(days=1))


def test_a_message_is_one_short_message() -> None:
    agency = {"vi": "Bộ phận Tiếp nhận và Trả kết quả của Ủy ban nhân dân phường Đức Thắng, tỉnh Sơn La"}
    slip = Slip("0123456789AB", "https://hailong.example/i/0123-4567-89AB", BOUND, agency, agency)
    assert slip.message.isascii()
    assert len(slip.message) <= 160
    assert slip.link in slip.message
    assert "Bo phan" in slip.message
