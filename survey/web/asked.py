"""What the query of an address asks for, of what there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import request

from survey import analyse
from survey.errors import PageNotFound
from survey.web.context import store

T = TypeVar("T")


def chosen_year(wave: str) -> int:
    """The `?year=`, if there are answers from it."""
    return chosen("year", {str(year): year for year in analyse.years(store(), wave)})


def chosen(name: str, offered: Mapping[str, T], usual: str | None = None) -> T:
    """What the query names of what there is; a name of nothing has no page."""
    asked = request.args.get(name, usual)
    if asked is None or asked not in offered:
        raise PageNotFound
    return offered[asked]
