"""What an entry of the audit is about, taken apart for people: the audit itself keeps codes and numbers."""

from __future__ import annotations

import re

from flask import Flask
from flask_babel import gettext

from survey.account import Deed, Entry
from survey.web.agency.navigation import ROWS
from survey.web.errors import SENTENCES

_OF = r"(?P<agency>[\w.-]+)"

#: how a thing may be kept, the special ways before the general; each part is called what it is
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<account>\d+) (?P<role>[a-z-]+) at {_OF}",
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
_ACCOUNT = re.compile(r"(?P<account>\d+)")
_AT_COUNTER = r" at (?P<counter>[\w.-]+)"
#: deeds whose things look like those of others
_OWN = {
    Deed.ACCOUNT_CREATED: re.compile(rf"(?P<account>\d+) at {_OF}"),
    Deed.INVITATIONS_ISSUED: re.compile(rf"(?P<slips>\d+){_AT_COUNTER}"),
    Deed.KIOSK_ISSUED: re.compile(rf"(?P<device>\w+){_AT_COUNTER}"),
    **dict.fromkeys((Deed.RESET, Deed.DISABLED, Deed.ENABLED), _ACCOUNT),
}
_DOORS = {row.door: row.label for _, rows in ROWS for row in rows}


def parts(entry: Entry) -> dict[str, str]:
    """The parts of an entry's thing by what they are; none where it is kept otherwise."""
    own = next((shape for deed, shape in _OWN.items() if deed == entry.what), None)
    shapes = (own,) if own else _SHAPES
    found = next(filter(None, (shape.fullmatch(entry.thing) for shape in shapes)), None)
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
