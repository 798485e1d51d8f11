"""The counts that are published with an edition: from them every figure follows, and nobody is singled out.

They are those of the figures that are shown, summed over strata (`counts.centred`). Of what is withheld there
is the reason and no number; of what is coarsened no more than the figure itself tells. Decision 21 says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from survey.counts import Moments, Pair, Stratum

#: the name of a group; small ones are told of together under one
Group = str
#: before or after a change
When = str


class Key(NamedTuple):
    """Whose sums: a domain in a period of a wave, and the measure."""

    wave: str
    domain: str
    period: str
    measure: str


class Told(NamedTuple):
    """What is told of a measure in a domain.

    held: why nothing is · share, mean: why the sums that these need are not, "" where they are
    sums: as one stratum; fields that are not told are 0
    """

    held: str = ""
    share: str = ""
    mean: str = ""
    sums: Stratum = Stratum(Moments(), 1)


class Tally(NamedTuple):
    """Answers to an item: per step, None where they are withheld, and by reason why there is none."""

    steps: tuple[int, ...] | None
    held: str
    missing: Mapping[str, int]


class Block(NamedTuple):
    """Summed products of answers over people who have all columns; of fewer than 30 their number alone.

    groups: replicate groups that hold anybody · held: why not even the number is told
    """

    columns: tuple[str, ...]
    n: int
    groups: int
    sums: tuple[float, ...]
    held: str = ""


class Replicates(NamedTuple):
    """What the errors of drivers follow from.

    sums: the block "persons" of each replicate group, where each holds at least 30 people
    figures: else the figures of the drivers without each group, which are taken as they are
    """

    sums: tuple[tuple[float, ...], ...] = ()
    figures: tuple[tuple[float | None, ...], ...] = ()


class Halves(NamedTuple):
    """What a change is split from: its groups before and after, as sums centred within strata.

    periods: of each group w, y, ww, wy, yy · shared: of pairs of groups ww, wy, yw, yy, without those that share nothing
    """

    periods: dict[When, dict[Group, tuple[float, ...]]]
    shared: dict[When, dict[tuple[Group, Group], tuple[float, ...]]]


class Said(NamedTuple):
    """What is told of comments and cases, in one row. n: comments, or cases that were received; None where few

    label: of a topic · outcomes: of cases, in the order of `case.Counters` after those received
    """

    n: int | None
    label: Mapping[str, str] = {}
    outcomes: tuple[int, ...] = ()


@dataclass
class Released:
    """All of it. `parameters`: what else the figures follow from, as `parameters.json` holds it.

    shared: (family, period) -> pairs of domains · tallies: (domain, item) · blocks: (domain, block)
    halves: (domain, against, over) · said: (part, code), parts "comments", "topic", "cases", "agency"
    """

    parameters: dict[str, Any] = field(default_factory=dict)
    sums: dict[Key, Told] = field(default_factory=dict)
    shared: dict[tuple[str, str], dict[tuple[str, str], Pair]] = field(default_factory=dict)
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    blocks: dict[tuple[str, str], Block] = field(default_factory=dict)
    replicates: dict[str, Replicates] = field(default_factory=dict)
    halves: dict[tuple[str, str, str], Halves] = field(default_factory=dict)
    said: dict[tuple[str, str], Said] = field(default_factory=dict)
