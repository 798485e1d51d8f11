"""A comment on the form: optional, kept as it was meant, given back where it is too long, and never run."""

from __future__ import annotations

from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey import process
from survey.comment import LONGEST
from survey.store import schema
from survey.store.database import Database
from tests.web.visitor import ALL_FIVE, WARD, chosen, hidden, send


def kept(db: Database) -> list[str]:
    with db.read() as connection:
        return list(connection.scalars(select(schema.comment.c.text)))


def typed(page_text: str) -> str:
    """What stands in the comment field."""
    return unescape(
        page_text.split('<textarea id="comment"')[1].split(">", 1)[1].split("</textarea>", maxsplit=1)[0]
    )


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Cán bộ hướng dẫn rất tận tình, cảm ơn!", "Cán bộ hướng dẫn rất tận tình, cảm ơn!"),
        ("Hai dòng\r\nxuống hàng", "Hai dòng\nxuống hàng"),
        ("👍🏽 👨‍👩‍👧‍👦 😀" * 20, "👍🏽 👨‍👩‍👧‍👦 😀" * 20),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ('=HYPERLINK("http://a.example")', '=HYPERLINK("http://a.example")'),
        ("xin\x1b[31m chào\x07", "xin[31m chào"),
        ("Th\u1ebf\u202e nào", "Thế nào"),
        ("ꪀꪱꪉ", "ꪀꪱꪉ"),
        ("1" * LONGEST, "1" * LONGEST),
    ],
)
def test_what_is_written_is_kept_and_what_nobody_sees_is_not(
    client: FlaskClient, store: Database, written: str, stored: str
) -> None:
    assert send(client, {**ALL_FIVE, "comment": written}).status_code == 303
    assert kept(store) == [stored]


@pytest.mark.parametrize("nothing", ["", "   ", "\r\n\r\n", "\u202e"])
def test_nothing_written_is_no_comment(client: FlaskClient, store: Database, nothing: str) -> None:
    assert send(client, {**ALL_FIVE, "comment": nothing}).status_code == 303
    assert kept(store) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_comment_that_is_too_long_comes_back_with_the_answers(
    client: FlaskClient, store: Database, language: str
) -> None:
    path = f"/rate/{WARD}?lang={language}"
    long = "ế" * (LONGEST + 1)
    page = send(client, {**ALL_FIVE, "respondent": "business", "comment": long}, path=path)
    assert page.status_code == 422
    assert {"vi": "2.000", "en": "2,000"}[language] in page.text.split('role="alert"')[1].split("</div>")[0]
    assert 'href="#comment"' in page.text and 'aria-invalid="true"' in page.text
    assert chosen(page) == {**ALL_FIVE, "respondent": "business"}
    assert typed(page.text).strip() == long
    assert kept(store) == [] and process.waiting(store) == 0
    sent = client.post(path, data={**hidden(page), **chosen(page), "comment": "Ngắn lại"})
    assert sent.status_code == 303
    assert kept(store) == ["Ngắn lại"]


@pytest.mark.parametrize("written", ["</textarea><script>alert(1)</script>", "\n\nhai dòng trống trước"])
def test_what_comes_back_is_text_as_it_was_typed(client: FlaskClient, written: str) -> None:
    page = send(client, {"comment": written})
    assert page.status_code == 422
    assert "<script" not in page.text
    assert typed(page.text).removeprefix("\n") == written


def test_a_comment_alone_is_no_rating_and_stays_on_the_form(client: FlaskClient, store: Database) -> None:
    page = send(client, {"comment": "Chỉ có lời"})
    assert page.status_code == 422
    assert typed(page.text).strip() == "Chỉ có lời"
    assert kept(store) == [] and process.waiting(store) == 0


def test_a_megabyte_is_refused_in_a_sentence_and_nothing_is_kept(
    client: FlaskClient, store: Database
) -> None:
    page = send(client, {**ALL_FIVE, "comment": "x" * 1_000_000})
    assert page.status_code == 413
    assert "body-too-large" in page.text
    assert kept(store) == [] and process.waiting(store) == 0


def test_the_form_says_what_a_comment_is_not_and_where_to_petition(client: FlaskClient) -> None:
    page = client.get(f"/rate/{WARD}")
    assert "không phải là phản ánh, kiến nghị" in page.text
    assert 'href="/privacy#petitions"' in page.text
    assert 'id="petitions"' in client.get("/privacy").text
    assert "20/2008/NĐ-CP" in client.get("/privacy").text


def test_the_receipt_never_shows_the_comment(client: FlaskClient) -> None:
    sent = send(client, {**ALL_FIVE, "comment": "lời riêng của tôi"})
    assert "lời riêng" not in client.get(sent.location).text
