"""Where one begins after signing in: what one does for which agencies, and what is there to see."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from survey import design
from survey.agency import Agency
from survey.roles import Role
from survey.web import guard
from survey.web.context import store

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@dataclass(frozen=True)
class Place:
    """An agency of mine, and my parts in it."""

    agency: Agency
    parts: tuple[Role, ...]


@blueprint.get("")
def home() -> str:
    """My agencies, each once, in the order of the catalogue."""
    me = guard.signed_in().account
    return render_template("agency/desk.html", me=me, places=_places())


def _places() -> list[Place]:
    known, me = design.reference(store()), guard.signed_in().account
    parts = {
        code: tuple(grant.role for grant in me.grants if grant.agency == code) for code in known.agencies
    }
    return [Place(known.agencies[code], own) for code, own in parts.items() if own]
