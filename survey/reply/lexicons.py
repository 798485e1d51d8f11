"""The words that the service brings along: topics, kinds, and desks that kinds go to."""

from __future__ import annotations

from functools import cache
from importlib import resources

from survey.comment import Kind
from survey.formats import lexicon
from survey.formats.lexicon import Lexicons
from survey.store.agencies import Reference


@cache
def lexicons() -> Lexicons:
    """What lies in `survey/lexicon/`."""
    folder = resources.files("survey") / "lexicon"
    files = (file for file in folder.iterdir() if file.name.endswith(".csv"))
    return lexicon.parse({file.name: file.read_text(encoding="utf-8") for file in files})


def desk_of(known: Reference, kind: Kind | str, agency: str) -> str:
    """Whose a kind of comment on an agency is: feedback its own, all else that of a desk outside it."""
    wanted = lexicons().routes[kind].agency or agency
    if kind == Kind.FEEDBACK:
        return agency
    if wanted not in known.agencies:
        wanted = known.line(agency)[-1]
    if known.under(agency, wanted):
        return known.agencies[agency].parent or agency
    return wanted
