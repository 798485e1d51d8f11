"""What an entry of the audit is about, taken apart for people: the audit itself keeps codes and numbers."""

from __future__ import annotations

import re

from flask import Flask
from flask_babel import gettext

from survey.web.agency.navigation import ROWS
from survey.web.errors import SENTENCES

_OF = r"(?P<agency>[\w.-]+)"

#: how a thing may be kept, the special ways before the general; each part is called what it is
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<account>\d+) (?P<role>[a-z-]+) at {_OF}",
        rf"(?P<account>\d+) at {_OF}",
        r"case (?P<case>\d+) from comment (?P<comment>\d+)",
        r"case (?P<case>\d+) (?P<move>[a-z]+)",
        r"comment (?P<comment>\d+)",
        rf"dispute (?P<dispute>\d+) of {_OF}: (?P<ratings>\d+) ratings, (?P<ruling>[a-z]+)",
        rf"\d+ (?P<way>mail|hook) of {_OF}",
        rf"\d+ of {_OF}",
        r"(?P<file>[a-z]+)\.csv revision \d+, (?P<rows>\d+) rows",
        rf"(?P<dossiers>\d+) numbers within {_OF}",
        rf"(?P<rows>\d+) entries of {_OF}",
        rf"(?P<door>[a-z]+)\.[a-z_]+ of {_OF}",
        r"(?P<entrance>password|code|recovery|passkey|provider)",
        r"(?P<refusal>[a-z]+(?:-[a-z]+)+)",
    )
)
_DOORS = {row.door: row.label for _, rows in ROWS for row in rows}


def parts(thing: str) -> dict[str, str]:
    """The parts of a thing by what they are; none where it is kept otherwise."""
    found = next(filter(None, (shape.fullmatch(thing) for shape in _SHAPES)), None)
    return found.groupdict() if found else {}


def door_words(door: str) -> str:
    """What a page of the desk is called, by its door."""
    return str(_DOORS.get(door, door))


def refusal_words(code: str) -> str:
    """The headline of a refusal."""
    return gettext(SENTENCES[code].title) if code in SENTENCES else code


def hang(app: Flask) -> None:
    """Give the page of the audit its words."""
    app.jinja_env.filters.update(parts=parts, door_words=door_words, refusal_words=refusal_words)
