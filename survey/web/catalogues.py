"""The catalogues of sentences, looked for once where a page asks a thousand times."""

from __future__ import annotations

from babel.support import NullTranslations
from flask import g, has_app_context
from flask_babel import Domain


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
