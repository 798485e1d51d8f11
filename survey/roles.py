"""Who may knock at which door: one table, deny by default.

Every endpoint of the service has a row. `tests/house` fails for a route that has none, and the
application answers "page not found" for it.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A caller's part. `PUBLIC` is everybody, signed in or not."""

    PUBLIC = "public"


_EVERYBODY = frozenset({Role.PUBLIC})

#: endpoint -> roles that may call it
PERMISSIONS: dict[str, frozenset[Role]] = {
    "static": _EVERYBODY,
    "respond.agencies": _EVERYBODY,
    "respond.form": _EVERYBODY,
    "respond.submit": _EVERYBODY,
    "respond.procedures": _EVERYBODY,
    "links.counter": _EVERYBODY,
    "links.procedure": _EVERYBODY,
    "links.embed": _EVERYBODY,
    "posters.sheets": _EVERYBODY,
    "posters.sheet": _EVERYBODY,
    "receipt.ask": _EVERYBODY,
    "receipt.show": _EVERYBODY,
    "receipt.proof": _EVERYBODY,
    # a device's key or an activation code opens these, not a role
    "kiosk.activate": _EVERYBODY,
    "kiosk.config": _EVERYBODY,
    "kiosk.responses": _EVERYBODY,
    "kiosk.heartbeat": _EVERYBODY,
    "kiosk.audio": _EVERYBODY,
    "kiosk.page": _EVERYBODY,
    "kiosk.part": _EVERYBODY,
    "kiosk.worker": _EVERYBODY,
    "kiosk.manifest": _EVERYBODY,
    "kiosk.square": _EVERYBODY,
    "public.home": _EVERYBODY,
    "public.home_json": _EVERYBODY,
    "public.home_csv": _EVERYBODY,
    "public.agency": _EVERYBODY,
    "public.agency_json": _EVERYBODY,
    "public.agency_csv": _EVERYBODY,
    "public.waves": _EVERYBODY,
    "public.wave": _EVERYBODY,
    "public.wave_json": _EVERYBODY,
    "public.wave_csv": _EVERYBODY,
    "public.wave_agency": _EVERYBODY,
    "public.wave_agency_json": _EVERYBODY,
    "public.wave_agency_csv": _EVERYBODY,
    "public.changes": _EVERYBODY,
    "public.changes_json": _EVERYBODY,
    "public.changes_csv": _EVERYBODY,
    "public.wave_changes": _EVERYBODY,
    "public.wave_changes_json": _EVERYBODY,
    "public.wave_changes_csv": _EVERYBODY,
    "public.lines_chart": _EVERYBODY,
    "public.trend_chart": _EVERYBODY,
    "public.criteria_chart": _EVERYBODY,
    "public.drivers_chart": _EVERYBODY,
    "plan.page": _EVERYBODY,
    "plan.data": _EVERYBODY,
    "public.method": _EVERYBODY,
    "public.privacy": _EVERYBODY,
    "public.ledger": _EVERYBODY,
    "public.health": _EVERYBODY,
}


def may(role: Role, endpoint: str) -> bool:
    """Tell whether `role` may call `endpoint`; an endpoint without a row is closed to all."""
    return role in PERMISSIONS.get(endpoint, frozenset())
