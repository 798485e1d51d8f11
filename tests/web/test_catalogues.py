"""Sentences are looked for once in a request, and are those of the language that holds."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale, gettext


def test_a_forced_language_holds_as_long_as_it_is_forced(app: Flask) -> None:
    with app.test_request_context("/?lang=vi"):
        assert gettext("Agency") == "Cơ quan"
        with force_locale("en"):
            assert gettext("Agency") == "Agency"
        assert gettext("Agency") == "Cơ quan"


def test_a_request_speaks_its_own_language(app: Flask) -> None:
    for code, word in (("vi", "Cơ quan"), ("en", "Agency"), ("vi", "Cơ quan")):
        with app.test_request_context(f"/?lang={code}"):
            assert gettext("Agency") == word
