"""Alerts through the doors: ordered by who leads, with a secret shown once, and ended by one press without signing in."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from survey.reply import alerts
from survey.roles import Role
from survey.store.database import Database
from tests.web.test_comments_page import at_work

DESK = "/desk/03646/alerts"


def test_alerts_are_ordered_and_ended(app: Flask, store: Database, client: FlaskClient) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    head = at_work(app, store, "head", Role.HEAD, "03646")
    inside = ("https://10.0.0.1/", "https://[::1]:8443/", "https://169.254.169.254/latest")
    for target in ("http://example.org/", "https://user:word@example.org/", "nobody", *inside):
        way = "hook" if ":" in target else "mail"
        refused = head.post(DESK, data={"way": way, "every": "week", "target": target})
        assert refused.status_code == 422 and 'role="alert"' in refused.text, target
        assert f'value="{target}"' in refused.text and '<option value="week" selected>' in refused.text
        assert ('<option value="hook" selected>' in refused.text) == (way == "hook")
    assert head.post(DESK, data={"way": "pigeon", "every": "day", "target": "x"}).status_code == 422
    made = head.post(DESK, data={"way": "hook", "every": "week", "target": "https://example.org/hook"})
    (one,) = alerts.subscriptions(store, "03646")
    assert 'value="https://example.org/hook"' not in made.text
    assert one.secret.hex() in made.text and one.secret.hex() not in head.get(DESK).text

    assert "chưa gửi được thư điện tử" in made.text

    twice = head.post(DESK, data={"way": "hook", "every": "day", "target": "https://example.org/hook"})
    assert twice.status_code == 409 and 'value="https://example.org/hook"' in twice.text
    assert alerts.subscriptions(store, "03646") == (one,)

    way_out = f"/unsubscribe/{alerts.stop_token(store, one.number)}"
    assert "button" in client.get(way_out).text and alerts.subscriptions(store, "03646") == (one,)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = True
    assert client.post(way_out, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert alerts.subscriptions(store, "03646") == ()
    assert client.post("/unsubscribe/1-forged").status_code == 404
