"""The tokens of forms: Flask-WTF's own to the letter, and good for one browser, for one service, for a while."""

from __future__ import annotations

from time import time

import pytest
from flask import Flask, g, session
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import BadSignature, TimestampSigner

from survey.web import FORM_LIFETIME, tokens
from tests.web.visitor import ALL_FIVE, WARD, hidden

FORM = f"/rate/{WARD}"


def test_flask_and_flask_wtf_read_what_is_made_here_and_the_other_way_round(app: Flask) -> None:
    theirs = SecureCookieSessionInterface().get_signing_serializer(app)
    own = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert theirs is not None
    assert own.loads(theirs.dumps({"next": "/desk"})) == theirs.loads(own.dumps({"next": "/desk"}))
    with app.test_request_context():
        validate_csrf(tokens.of_form())
        del g.csrf_token
        made = tokens.made_at(generate_csrf())
        assert made is not None
        assert abs(time() - made) < 60
        assert session.accessed


def test_a_letter_that_was_changed_is_no_token(app: Flask) -> None:
    own = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    token = own.dumps({"a": 1})
    for place in range(len(token) - 1):  # the last letter carries bits that are not read
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(BadSignature):
            own.loads(forged)


def test_a_form_of_another_browser_or_of_long_ago_is_not_taken(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**hidden(client.get(FORM)), **ALL_FIVE}
    other = app.test_client()
    other.get(FORM)
    for sender in (other, app.test_client()):
        assert sender.post(FORM, data=form).status_code == 400
    assert client.post(FORM, data=form).status_code == 303
    now = int(time())
    for moment in (now + FORM_LIFETIME + 2, now - 60):
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self, at=moment: at)
        assert client.post(FORM, data=form).status_code == 400


@pytest.mark.parametrize(
    "referrer", [None, "https://elsewhere.example/rate/03646", "http://localhost/rate/03646"]
)
def test_over_tls_a_form_comes_from_the_service_itself(client: FlaskClient, referrer: str | None) -> None:
    base = "https://localhost"
    form = {**hidden(client.get(FORM, base_url=base)), **ALL_FIVE}
    headers = {"Referer": referrer} if referrer else {}
    assert client.post(FORM, base_url=base, headers=headers, data=form).status_code == 400
    headers = {"Referer": f"{base}{FORM}"}
    assert client.post(FORM, base_url=base, headers=headers, data=form).status_code == 303
