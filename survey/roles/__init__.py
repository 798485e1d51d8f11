"""Who may knock at which door: one table, deny by default.

Every endpoint of the service has a row in `PERMISSIONS`. `tests/house` fails for a route that has
none, and the application answers "page not found" for it. A row with parts of the staff is about an
agency: `AGENCY_OF` names the part of the address that holds its code, and a person passes with a
grant of one of those parts over that agency or one above it. No route checks by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from survey.roles.parts import CHANGES, GIVES, GRANTED, Grant, Role
from survey.roles.table import AGENCY_OF, CONFIRMED, PERMISSIONS, STRONG

__all__ = [
    "AGENCY_OF",
    "CHANGES",
    "CONFIRMED",
    "GIVES",
    "GRANTED",
    "PERMISSIONS",
    "STRONG",
    "Grant",
    "Role",
    "Under",
    "is_public",
    "may",
    "may_change",
    "may_give",
    "may_manage",
]

#: tells whether the second agency is the first one or lies below it
Under = Callable[[str, str], bool]


def is_public(endpoint: str) -> bool:
    """Tell whether everybody may call `endpoint`, signed in or not."""
    return Role.PUBLIC in PERMISSIONS.get(endpoint, frozenset())


def may(endpoint: str, held: Iterable[Grant] | None, *, agency: str | None, under: Under) -> bool:
    """Tell whether somebody with the grants `held` may call `endpoint` about `agency`.

    held: None for somebody who is not signed in. An endpoint without a row is closed to all, and so
    is one for parts of the staff that is about no agency.
    """
    row = PERMISSIONS.get(endpoint, frozenset())
    if Role.PUBLIC in row:
        return True
    if held is None:
        return False
    if Role.STAFF in row:
        return True
    if agency is None:
        return False
    return any(grant.role in row and under(grant.agency, agency) for grant in held)


def may_give(held: Iterable[Grant], grant: Grant, *, under: Under) -> bool:
    """Tell whether somebody with the grants `held` may give or take back `grant`: none above oneself."""
    return any(
        grant.role in GIVES.get(own.role, frozenset()) and under(own.agency, grant.agency) for own in held
    )


def may_change(held: Iterable[Grant], file: str, agency: str, *, under: Under) -> bool:
    """Tell whether somebody with the grants `held` may change rows of a file of the catalogue about `agency`."""
    return any(file in CHANGES.get(own.role, frozenset()) and under(own.agency, agency) for own in held)


def may_manage(held: Iterable[Grant], of: Iterable[Grant], *, under: Under) -> bool:
    """Tell whether somebody may reset or disable a person with the grants `of`: if all were theirs to give."""
    own = tuple(held)
    return all(may_give(own, grant, under=under) for grant in of)
