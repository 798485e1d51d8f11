"""The targets that a wave's province is measured by, and what figures say of them."""

from __future__ import annotations

from collections.abc import Sequence

from survey.agency import Target
from survey.comparison import verdict
from survey.figure import Figure, Verdict
from survey.frame import Wave
from survey.store.agencies import Reference

#: the scope of targets that every province is measured by, besides its own
NATIONAL = "national"


def is_of_province(known: Reference, wave: Wave) -> bool:
    """Whether the reform plan's targets are about what this wave rates."""
    return known.agency(wave.root).kind == "province"


def targets(known: Reference, wave: Wave) -> tuple[Target, ...]:
    """Satisfaction targets of the nation and of the wave's province, with a year."""
    if not is_of_province(known, wave):
        return ()
    scopes = (NATIONAL, wave.root)
    return tuple(
        t for t in known.targets if t.scope in scopes and t.measure == "satisfaction" and t.year is not None
    )


def foremost(found: Sequence[Target], groups: tuple[str, ...] = ()) -> Target | None:
    """Of the targets for these groups the one that counts: verified, with the furthest year."""
    same = [t for t in found if t.groups == groups]
    return max(same, key=lambda t: (t.verified, t.year or 0), default=None)


def verdict_of(figure: Figure, target: Target) -> Verdict:
    """What a figure's interval says of a target, which is in percent."""
    return verdict(figure.estimate, target.value / 100, target.operator)
