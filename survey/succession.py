"""Series across the changes of agencies: what was counted for one body, told of the bodies of another day.

"As it was" leaves every count with the body that it was counted for. "As today" carries it along the
edges of succession to those who came after. Shares are fractions, so nothing is lost or made on the
way: what a day's bodies have together is what was carried, to the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from survey.agency import Edge

#: whom a count belongs to that nobody came after
NOBODY = ""


@dataclass(frozen=True)
class Origin:
    """A body of an earlier day, and the share of it that a later one has."""

    code: str
    share: Fraction


@dataclass(frozen=True)
class Succession:
    """All edges, in any order; they are free of circles (`formats.succession`)."""

    edges: tuple[Edge, ...] = ()

    @cached_property
    def _given(self) -> Mapping[str, tuple[Edge, ...]]:
        """What each body gave away, in the order of days."""
        found: dict[str, list[Edge]] = {}
        for edge in sorted(self.edges, key=lambda edge: (edge.on, edge.successor)):
            found.setdefault(edge.predecessor, []).append(edge)
        return {code: tuple(edges) for code, edges in found.items()}

    @cached_property
    def _got(self) -> Mapping[str, tuple[Edge, ...]]:
        """What each body came after, in the order of days."""
        found: dict[str, list[Edge]] = {}
        for edge in sorted(self.edges, key=lambda edge: (edge.on, edge.predecessor)):
            found.setdefault(edge.successor, []).append(edge)
        return {code: tuple(edges) for code, edges in found.items()}

    def after(self, code: str) -> tuple[Edge, ...]:
        """What the body gave away: its successors."""
        return self._given.get(code, ())

    def before(self, code: str) -> tuple[Edge, ...]:
        """What the body came after: its predecessors."""
        return self._got.get(code, ())

    def later(self, code: str, at: date, on: date) -> dict[str, Fraction]:
        """Whose it is on the day `on` what was the body's on `at`: code -> share; they add up to 1.

        An event of the day `at` itself has happened already. `NOBODY` has what nobody came after.
        """
        held: dict[str, Fraction] = {}
        waiting = [(code, at, Fraction(1))]
        while waiting:
            body, since, share = waiting.pop()
            given = [edge for edge in self.after(body) if since < edge.on <= on]
            if not given:
                held[body] = held.get(body, Fraction(0)) + share
                continue
            day = given[0].on
            today = [edge for edge in given if edge.on == day]
            kept = 1 - sum((edge.share for edge in today), Fraction(0))
            waiting += [(edge.successor, day, share * edge.share) for edge in today]
            if kept:
                waiting.append((body, day, share * kept))
        return held

    def origins(self, code: str, at: date, on: date) -> tuple[Origin, ...]:
        """The bodies of the day `at` that make up the body of `on`, each with its share that went there."""
        found = ((body, self.later(body, at, on).get(code)) for body in sorted(self._ancestors(code)))
        return tuple(Origin(body, share) for body, share in found if share)

    def _ancestors(self, code: str) -> set[str]:
        """The body and all that something may have come from."""
        seen, waiting = set[str](), [code]
        while waiting:
            body = waiting.pop()
            if body not in seen:
                seen.add(body)
                waiting += [edge.predecessor for edge in self.before(body)]
        return seen

    def carried(self, counts: Mapping[str, int | Fraction], at: date, on: date) -> dict[str, Fraction]:
        """Counts of the bodies of `at` as counts of the bodies of `on`; the sum is the same, exactly."""
        summed: dict[str, Fraction] = {}
        for code, count in counts.items():
            for body, share in self.later(code, at, on).items():
                summed[body] = summed.get(body, Fraction(0)) + share * count
        return summed


def estimated(origins: Iterable[Origin]) -> bool:
    """Whether a part of a body went elsewhere, so that how it answered has to be assumed: as the whole."""
    return any(origin.share != 1 for origin in origins)
