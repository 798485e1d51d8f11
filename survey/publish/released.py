"""The counts that are published with an edition: from them every figure follows, and nobody is singled out.

They are those of the figures that are shown, summed over strata (`counts.centred`). Of what is withheld there
is the reason and no number; of what is coarsened no more than the figure itself tells. Decision 21 says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from survey.counts import Moments, Pair, Stratum

#: the name of what small groups are told of together
Group = str


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


class Halves(NamedTuple):
    """What a change is split from: groups with weight and amount before and after, and two errors."""

    groups: Mapping[Group, tuple[float, float, float, float]]
    level_se: float | None
    mix_se: float | None


@dataclass
class Released:
    """All of it. `parameters`: what else the figures follow from, as `parameters.json` holds it.

    shared: (family, period) -> pairs of domains · tallies: (domain, item) · blocks: (domain, block)
    replicates: domain -> for each replicate group the figures of the drivers without it
    halves: (domain, against, over)
    """

    parameters: dict[str, Any] = field(default_factory=dict)
    sums: dict[Key, Told] = field(default_factory=dict)
    shared: dict[tuple[str, str], dict[tuple[str, str], Pair]] = field(default_factory=dict)
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    blocks: dict[tuple[str, str], Block] = field(default_factory=dict)
    replicates: dict[str, list[tuple[float | None, ...]]] = field(default_factory=dict)
    halves: dict[tuple[str, str, str], Halves] = field(default_factory=dict)
