"""The catalogues of sentences, looked for once where a page asks a thousand times."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from flask import Flask, g, has_app_context
from flask_babel import Babel, Domain, get_domain
from markupsafe import Markup, escape

from survey.web.context import language


class Catalogues(Domain):
    """The shipped sentences. A request keeps those of its language, until `force_locale` asks for others."""

    def get_translations(self) -> NullTranslations:
        """What knows the sentences of the language that holds here."""
        context = getattr(g, "_flask_babel", None) if has_app_context() else None
        known: NullTranslations | None = getattr(context, "babel_translations", None)
        if known is None:
            known = super().get_translations()
            if context is not None:
                context.babel_translations = known
        return known


def sentence(text: str, **said: Any) -> Markup:
    """What a page says, in the language that holds here; what it is said about is escaped."""
    known = _known()
    if not said:
        return _as_it_is(known, text)
    return Markup(_translated(known, text) % _escaped(said))  # noqa: S704 - the sentences are ours


def counted(one: str, several: str, num: int, **said: Any) -> Markup:
    """The same of a number of things, which a sentence may call "num"."""
    told = _known().ungettext(one, several, num)
    return Markup(told % _escaped({"num": num, **said}))  # noqa: S704 - the sentences are ours


def _known() -> NullTranslations:
    """As `get_domain().get_translations()`, by one look where they are known."""
    known: NullTranslations | None = getattr(g.get("_flask_babel"), "babel_translations", None)
    return known or get_domain().get_translations()


@lru_cache(maxsize=8192)
def _translated(known: NullTranslations, text: str) -> str:
    return known.ugettext(text)


@lru_cache(maxsize=8192)
def _as_it_is(known: NullTranslations, text: str) -> Markup:
    return Markup(_translated(known, text) % {})  # noqa: S704 - the sentences are ours


def _escaped(said: dict[str, Any]) -> dict[str, Markup]:
    return {name: escape(value) for name, value in said.items()}


def hang(app: Flask) -> None:
    """Let pages speak the reader's language."""
    babel = Babel(app, default_locale="vi", locale_selector=language)
    babel.domain_instance = Catalogues()
    app.jinja_env.globals.update(_=sentence, gettext=sentence, ngettext=counted)
