"""What the query of an address asks for, of what there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import request
from werkzeug.routing import IntegerConverter, Map

from survey import analyse
from survey.errors import PageNotFound
from survey.web.context import store

T = TypeVar("T")

#: the largest number that a row of a table can have
HIGHEST = (1 << 31) - 1


class Number(IntegerConverter):
    """A number in the path of an address: there is no page for one that no row can have."""

    def __init__(self, rules: Map) -> None:
        super().__init__(rules, max=HIGHEST)


def number(text: str) -> int | None:
    """A number of a row as somebody sent it; None for what is none, or larger than any."""
    told = int(text) if text.isdecimal() and len(text) <= len(str(HIGHEST)) else None
    return None if told is None or told > HIGHEST else told


def chosen_year(wave: str) -> int:
    """The `?year=`, if there are answers from it."""
    return chosen("year", {str(year): year for year in analyse.years(store(), wave)})


def chosen(name: str, offered: Mapping[str, T], usual: str | None = None) -> T:
    """What the query names of what there is; a name of nothing has no page."""
    asked = request.args.get(name, usual)
    if asked is None or asked not in offered:
        raise PageNotFound
    return offered[asked]
