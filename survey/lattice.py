"""Which parts of an agency's answers may be told, where parts overlap and their totals are told too.

Answers are told apart by up to two attributes and by time. Every total stands beside its parts: a mode
beside its kinds, a quarter beside its months. An equation "total = its parts" gives away the one that is
held back, so none may lack one alone. `Lattice` holds back what has one to nine people, and then, equation
after equation, the next smallest, until each that lacks anything lacks two parts with ten people between
them, or its total too. Source: complementary suppression as in `disclosure.suppressed`, over more than two
directions; Willenborg & de Waal 2001.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from survey.disclosure import SMALLEST

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: more people than anybody counts
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Axis:
    """What is told of one attribute: its values, totals of some of them, and of all.

    nodes: what they are called, "" for all · sums: (total, its parts) by number, the finest first
    """

    nodes: tuple[str, ...]
    sums: tuple[tuple[int, tuple[int, ...]], ...]

    @cached_property
    def number(self) -> Mapping[str, int]:
        """Node -> its place in `nodes`."""
        return {node: place for place, node in enumerate(self.nodes)}

    def added(self, counts: Counts, along: int) -> None:
        """Fill in the totals along a direction of counts, from the finest on."""
        view = np.moveaxis(counts, along, 0)
        for total, parts in self.sums:
            view[total] = view[list(parts)].sum(axis=0)


class Whole(NamedTuple):
    """What is told elsewhere of all parts together: (T,) of each period.

    hidden: it is held back there · told: it is told there. Neither: nobody is told of that period elsewhere
    """

    hidden: Flags
    told: Flags

    @classmethod
    def of(cls, told: Sequence[bool | None] | Sequence[Sequence[bool | None]]) -> Whole:
        """From what is told (True) and held back (False); None: nobody is told."""
        codes = np.array(told, dtype=float)
        return cls(codes == 0, codes == 1)


@dataclass(frozen=True)
class Lattice:
    """Attributes two by two and time. held: (first, second) -> (A, B, T) what is held back.

    What several questions were answered with can be one more direction, along which nothing adds up.
    """

    axes: Mapping[str, Axis]
    time: Axis
    held: Mapping[tuple[str, str], Flags]
    people: Mapping[tuple[str, str], Counts]

    @classmethod
    def of(
        cls,
        axes: Mapping[str, Axis],
        time: Axis,
        leaves: Mapping[tuple[str, str], Counts],
        whole: Whole | None = None,
    ) -> Lattice:
        """leaves: people of the finest parts in the finest periods, for every pair of axes in order.

        whole: what is told elsewhere of all parts together; None where that is told nowhere else
        """
        people, held, told = {}, {}, {}
        for pair in combinations(axes, 2):
            counts = leaves[pair].copy()
            for along, axis in enumerate((axes[pair[0]], axes[pair[1]], time)):
                axis.added(counts, along)
            people[pair] = counts
            held[pair] = (counts > 0) & (counts < SMALLEST)
            told[pair] = np.zeros(counts.shape, dtype=bool)
            if whole is not None:
                all_of_it = (counts > 0) & (counts == counts[0, 0])
                held[pair] |= whole.hidden & all_of_it
                told[pair] |= whole.told & all_of_it & ~held[pair]
        made = cls(axes, time, held, people)
        while made._protected_anew(told):
            pass
        if whole is not None:
            made._close()
        return made

    def along(self, axis: str, chosen: Mapping[str, str], periods: Sequence[str]) -> tuple[Counts, Flags]:
        """The people of every node of an axis within a value of up to one other, and what is held back: (N, P)."""
        pair = next(pair for pair in self.held if axis in pair and all(name in pair for name in chosen))
        first = pair[0] == axis
        other = pair[1] if first else pair[0]
        place = self.axes[other].number[chosen.get(other, "")]
        times = [self.time.number[period] for period in periods]
        at = (slice(None), place) if first else (place, slice(None))
        return self.people[pair][at][:, times], self.held[pair][at][:, times]

    def _close(self) -> None:
        """Hold every part back where what is told elsewhere leaves an equation that gives one away."""
        open_ = [
            _wanting(
                np.moveaxis(self.people[pair], along, 0), np.moveaxis(flags, along, 0), total, np.array(parts)
            )
            for pair, flags in self.held.items()
            for along, axis in enumerate((self.axes[pair[0]], self.axes[pair[1]], self.time))
            for total, parts in axis.sums
        ]
        over = np.logical_or.reduce([wanting.any(axis=(0, 1)) for wanting in open_])
        if over.any():
            for pair, people in self.people.items():
                self.held[pair][...] |= over & (people > 0)

    def _protected_anew(self, told: Mapping[tuple[str, str], Flags]) -> bool:
        """Protect every equation once, and let pairs agree on what they share; whether anything changed.

        told: what may not be held back, since it is told elsewhere
        """
        before = sum(int(flags.sum()) for flags in self.held.values())
        for pair, flags in self.held.items():
            for along, axis in enumerate((self.axes[pair[0]], self.axes[pair[1]], self.time)):
                counts = np.moveaxis(self.people[pair], along, 0)
                held, fixed = (np.moveaxis(of, along, 0) for of in (flags, told[pair]))
                for total, parts in axis.sums:
                    _protect(counts, held, fixed, total, np.array(parts))
        for name in self.axes:
            margins = [_margin(flags, pair.index(name)) for pair, flags in self.held.items() if name in pair]
            shared = np.logical_or.reduce(margins)
            for margin in margins:
                margin[...] = shared
        return sum(int(flags.sum()) for flags in self.held.values()) > before


def _margin(flags: Flags, along: int) -> Flags:
    """What a pair says of one of its attributes alone, as a view: (A, T)."""
    return flags[:, 0, :] if along == 0 else flags[0, :, :]


def _wanting(counts: Counts, held: Flags, total: int, parts: NDArray[np.intp]) -> Flags:
    """Where an equation gives away what is held back in it: one alone, few people, or a total of parts that are told."""
    n, mine = counts[parts], held[parts]
    lacking, between = mine.sum(axis=0), np.where(mine, n, 0).sum(axis=0)
    alone = ~held[total] & (lacking > 0) & ((lacking == 1) | (between < SMALLEST))
    bare = held[total] & (lacking == 0) & (n.sum(axis=0) > 0)
    return np.asarray(alone | bare, dtype=bool)


def _protect(counts: Counts, held: Flags, fixed: Flags, total: int, parts: NDArray[np.intp]) -> None:
    """Hold back more parts of a total, or the total, until nothing follows from the equation; in place.

    fixed: what may not be held back
    """
    n = counts[parts]
    while True:
        size = np.where((n > 0) & ~held[parts] & ~fixed[parts], n, _NEVER)
        smallest, there = size.argmin(axis=0), size.min(axis=0) < _NEVER
        wanted = _wanting(counts, held, total, parts) & (there | ~(held[total] | fixed[total]))
        if not wanted.any():
            return
        for place, part in enumerate(parts):
            held[part] |= wanted & there & (smallest == place)
        held[total] |= wanted & ~there


def tree(names: Sequence[str], groups: Mapping[str, Sequence[str]] = {}) -> Axis:
    """An axis of values under one total; groups: of some values, totals of finer ones."""
    nodes = ("", *names, *(fine for name in names for fine in groups.get(name, ())))
    number = {node: place for place, node in enumerate(nodes)}
    finer = [
        (number[name], tuple(number[fine] for fine in groups[name])) for name in names if groups.get(name)
    ]
    whole = (0, tuple(number[name] for name in names))
    return Axis(nodes, (*finer, whole) if names else ())
