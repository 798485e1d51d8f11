"""Sentences are looked for once in a request, and are those of the language that holds."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale, gettext
from markupsafe import Markup


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


def test_what_a_sentence_is_about_is_escaped_and_the_sentence_is_not(app: Flask) -> None:
    said = app.jinja_env.from_string("{{ _('At least %(aim)s', aim=aim) }}{{ _('100%% & more') }}")
    with app.test_request_context("/?lang=en"):
        assert said.render(aim="<b>") == "At least &lt;b&gt;100% & more"
        assert said.render(aim=Markup("<b>5</b>")) == "At least <b>5</b>100% & more"
    told = app.jinja_env.from_string(
        "{{ ngettext('%(num)s and %(name)s', '%(num)s and %(name)s', 2, name='<i>') }}"
    )
    with app.test_request_context("/?lang=en"):
        assert told.render() == "2 and &lt;i&gt;"


def test_a_page_speaks_a_forced_language_as_long_as_it_is_forced(app: Flask) -> None:
    said = app.jinja_env.from_string("{{ _('Agency') }}")
    with app.test_request_context("/?lang=vi"):
        told = [said.render()]
        with force_locale("en"):
            told.append(said.render())
        assert [*told, said.render()] == ["Cơ quan", "Agency", "Cơ quan"]
