"""Comments: kept as they were meant, apart from the answers, and never cut in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from survey import collect, errors, process
from survey.comment import LONGEST, checked, cut, key_of, normalised
from survey.store import comments
from survey.store.database import Database
from tests.answering import answers, rated
from tests.conftest import NOW, TODAY, Chance


def test_letters_are_composed_and_lines_end_alike() -> None:
    assert normalised("Cảm o\u031b\u0309n\r\nrất nhiều\rạ") == "Cảm ởn\nrất nhiều\nạ"


@pytest.mark.parametrize(
    "unseen", ["\0", "\x1b[2J", "\x7f", "\ud800", "\u202e", "\ufeff", "\ufffe", "\U0001fffe"]
)
def test_what_no_reader_sees_is_left_out(unseen: str) -> None:
    assert "\x1b" not in normalised(unseen)
    assert normalised(f"cán bộ {unseen}tốt").replace("[2J", "") == "cán bộ tốt"


@pytest.mark.parametrize(
    "text_",
    [
        "👨‍👩‍👧 😀😀😀",
        "=HYPERLINK(1)",
        "<script>alert(1)</script>",
        "'; DROP TABLE comment; --",
        "ꪼꪒꪀꪱꪣ",
        "Hmoob\tlus",
    ],
)
def test_what_people_write_is_kept_to_the_letter(text_: str) -> None:
    assert checked(text_) == text_


def test_a_comment_is_as_long_as_its_composed_letters() -> None:
    assert checked("e\u0302\u0301" * LONGEST) == "ế" * LONGEST
    with pytest.raises(errors.CommentTooLong):
        checked("ế" * (LONGEST + 1))


def test_a_comment_that_nobody_can_shorten_is_cut_and_says_so() -> None:
    assert cut("ế" * LONGEST) == ("ế" * LONGEST, False)
    assert cut("😀" * 250_000) == ("😀" * LONGEST, True)


def test_a_comment_is_found_with_the_receipt_and_the_secret_together(province: Database) -> None:
    receipt = collect.submit(province, rated(), at=NOW, comment="Rất nhanh, cảm ơn!")
    with province.read() as connection:
        found = comments.find(connection, key_of(province.keys.salt, receipt.commitment))
        assert comments.find(connection, key_of(b"another secret", receipt.commitment)) is None
        assert comments.find(connection, receipt.commitment) is None
    assert found is not None
    assert (found.text, found.agency, found.language, found.received) == (
        "Rất nhanh, cảm ơn!",
        "03646",
        "vi",
        TODAY,
    )


def test_a_comment_stands_nowhere_in_the_ledger(province: Database, chance: Chance) -> None:
    collect.submit(province, rated(), at=NOW, comment="chỉ ở đây")
    process.seal_all(province, rng=chance, today=TODAY)
    with province.read() as connection:
        sealed = connection.execute(text("SELECT content FROM response")).scalars().all()
        assert [one.text for one in comments.of_agency(connection, "03646", limit=5)] == ["chỉ ở đây"]
    assert all("chỉ ở đây" not in bytes(content).decode() for content in sealed)


def test_sent_again_a_comment_is_kept_once_and_the_first_stays(province: Database) -> None:
    response = rated()
    collect.submit(province, response, at=NOW, comment="một")
    collect.submit(province, response, at=NOW + timedelta(minutes=1), comment="hai")
    assert kept(province) == ["một"]


def test_a_refused_response_leaves_no_comment(province: Database) -> None:
    response = rated(5)
    collect.submit(province, response, at=NOW)
    with pytest.raises(errors.SameIdOtherContent):
        collect.submit(province, rated(1, id=response.id), at=NOW, comment="không được giữ")
    with pytest.raises(errors.CommentTooLong):
        collect.submit(province, rated(), at=NOW, comment="x" * (LONGEST + 1))
    assert kept(province) == []
    assert process.waiting(province) == 1


def test_an_empty_comment_is_none(province: Database) -> None:
    collect.submit(province, rated(answers=answers(3)), at=NOW, comment=" \r\n\0 ")
    assert kept(province) == []


def kept(db: Database) -> list[str]:
    with db.read() as connection:
        return [one.text for one in comments.of_agency(connection, "03646", limit=10)]
