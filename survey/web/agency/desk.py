"""Where one begins after signing in: what one does for which agencies, and what is there to see."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from survey import analyse, design, roles
from survey.agency import Agency
from survey.dashboard import Dashboard
from survey.errors import UnknownAgency, UnknownWave
from survey.roles import Role
from survey.web import guard
from survey.web.context import moment, store

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@dataclass(frozen=True)
class Place:
    """An agency of mine, my parts in it, and where it stands if that is mine to see."""

    agency: Agency
    parts: tuple[Role, ...]
    shown: Dashboard | None


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
    return [Place(known.agencies[code], own, _standing(code)) for code, own in parts.items() if own]


def _standing(agency: str) -> Dashboard | None:
    """The dashboard of the latest year; None where it is not for this person, or of no survey."""
    held, under = guard.signed_in().account.grants, design.reference(store()).under
    if not roles.may("dashboard.page", held, agency=agency, under=under):
        return None
    try:
        shown: Dashboard = analyse.dashboard(store(), agency, at=moment()).value
    except (UnknownAgency, UnknownWave):
        return None
    return shown
