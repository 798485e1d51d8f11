"""Counts are the sufficient statistic: cells per PSU, and the moments that add up over PSUs.

A `Cell` is what one primary sampling unit (a counter's day, a village, or one person where no unit
was recorded) adds to one measure in one domain. `Moments` hold the sums over PSUs of one stratum
from which shares, means and ratio estimates follow with their linearised design variance
(docs/method.md: the variance needs only the sums and the sums of products of the PSU totals).
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Cell:
    """Sums over the valid answers of one PSU to one measure. Cells add.

    people: responses with at least one valid answer · answers: valid answers · w: sum of weights
    w2: sum of squared weights · y: sum of w over satisfied answers · s: sum of w times value
    q: sum of w times value squared
    """

    people: int = 0
    answers: int = 0
    w: float = 0.0
    w2: float = 0.0
    y: float = 0.0
    s: float = 0.0
    q: float = 0.0

    def __add__(self, other: Cell) -> Cell:
        return Cell(
            self.people + other.people,
            self.answers + other.answers,
            self.w + other.w,
            self.w2 + other.w2,
            self.y + other.y,
            self.s + other.s,
            self.q + other.q,
        )

    def moments(self) -> Moments:
        """This PSU's part of its stratum's moments."""
        w, y, s = self.w, self.y, self.s
        sums = (self.people, self.answers, w, self.w2, y, s, self.q)
        return Moments(int(self.answers > 0), *sums, w * w, w * y, y * y, w * s, s * s)


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over PSUs (c) of one stratum. They add over disjoint sets of PSUs, and subtract.

    psus: PSUs with a valid answer · people, answers, w, w2, y, s, q: as in `Cell`, summed
    ww: sum of w_c squared · wy: of w_c y_c · yy: of y_c squared · ws: of w_c s_c · ss: of s_c squared
    """

    psus: int = 0
    people: int = 0
    answers: int = 0
    w: float = 0.0
    w2: float = 0.0
    y: float = 0.0
    s: float = 0.0
    q: float = 0.0
    ww: float = 0.0
    wy: float = 0.0
    yy: float = 0.0
    ws: float = 0.0
    ss: float = 0.0

    @classmethod
    def of(cls, row: Sequence[float]) -> Moments:
        """From the 13 sums in their order; the first three are counts."""
        return cls(int(row[0]), int(row[1]), int(row[2]), *row[3:])

    def __add__(self, other: Moments) -> Moments:
        return Moments(*map(operator.add, _MOMENTS(self), _MOMENTS(other)))

    def __sub__(self, other: Moments) -> Moments:
        return Moments(*map(operator.sub, _MOMENTS(self), _MOMENTS(other)))

    def part(self, share: Fraction) -> Moments:
        """What a share of every PSU would add, if its people answered as all of it did.

        Weighted sums are multiplied by the share and their products by its square. People and answers are
        rounded down, so that a part never seems to rest on more people than it does.
        """
        if share == 1:
            return self
        s = float(share)
        sums = (s * self.w, s * s * self.w2, s * self.y, s * self.s, s * self.q)
        products = (s * s * x for x in (self.ww, self.wy, self.yy, self.ws, self.ss))
        return Moments(self.psus, int(self.people * share), int(self.answers * share), *sums, *products)


@dataclass(frozen=True, slots=True)
class Cross:
    """Sums over the PSUs (c) of one stratum in which two domains, d and e, both have answers. They add.

    psus: how many those are · ww: sum of w_dc w_ec · wy: of w_dc y_ec · yw: of y_dc w_ec · yy: of y_dc y_ec
    """

    psus: int = 0
    ww: float = 0.0
    wy: float = 0.0
    yw: float = 0.0
    yy: float = 0.0


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum's part of a domain.

    moments: over the PSUs of the stratum in which the domain has answers
    sampled: all PSUs that were sampled in the stratum, with members of the domain or not (n_h)
    population: PSUs of the stratum in the population (N_h), None where unknown: no fpc
    within: each sampled PSU as a stratum of its people, where it is known of how many they were
    drawn (the second stage); empty where it is not, and the PSUs alone carry the variance
    """

    moments: Moments
    sampled: int
    population: float | None = None
    within: tuple[Stratum, ...] = ()
    strata: int = 1


#: all sums of moments, in the order of their fields
_MOMENTS = operator.attrgetter(*(f.name for f in fields(Moments)))


def total(moments: Iterable[Moments]) -> Moments:
    """The sum of moments over disjoint sets of PSUs."""
    return sum(moments, Moments())
