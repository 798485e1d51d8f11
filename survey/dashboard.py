"""What an agency's desk shows of its answers: a selection of them, and every figure about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey.figure import Figure
from survey.frame import Wave, WaveKind
from survey.instrument import Text
from survey.report import Line, Report


class Dimension(StrEnum):
    """What answers are told apart by, named as the attributes of a profile; counters lie beside them."""

    FIELD = "field"
    PROCEDURE = "procedure"
    MODE = "mode"
    INVITATION = "invitation"
    KIND = "kind"
    COUNTER = "counter"


#: dimensions that a selection may name, in the order of the filter row
FILTERS = (Dimension.FIELD, Dimension.PROCEDURE, Dimension.MODE, Dimension.INVITATION, Dimension.KIND)

#: filters that may be set at once; a procedure and its field are one
MOST = 2

#: values of a dimension that are told without being asked for, the most answered ones
TOLD = 25


#: dimensions of which moments of all measures are kept within an agency, and of both together cells
QUESTIONED = frozenset({Dimension.MODE, Dimension.KIND})


@dataclass(frozen=True)
class Selection:
    """Which answers are shown: those of a period, and of a value in some dimensions.

    period: a name as in `analyse.periods` · as_today: of the agencies there are, with their predecessors' answers
    every: every value of a dimension is told, however many they are, and not the first `TOLD` alone
    """

    period: str
    chosen: tuple[tuple[Dimension, str], ...] = ()
    as_today: bool = False
    every: bool = False

    def value(self, dimension: Dimension) -> str | None:
        return dict(self.chosen).get(dimension)

    @property
    def tells_questions(self) -> bool:
        """Whether factors and criteria are told of what is chosen: by way or by who answered, by both of a year."""
        return {d for d, _ in self.chosen} <= QUESTIONED and not (self.is_of_two and "-" in self.period)

    @property
    def is_of_two(self) -> bool:
        """Whether both a way and a kind are chosen, whose questions are told of years alone."""
        return {d for d, _ in self.chosen} == QUESTIONED


@dataclass(frozen=True)
class Option:
    """A value that may be chosen, and what it is called."""

    value: str
    label: Text


@dataclass(frozen=True)
class Part:
    """The answers told apart by one dimension: the index of values that people answered in, of so many that there are."""

    dimension: Dimension
    figures: tuple[Figure, ...]
    values: int


@dataclass(frozen=True)
class Heard:
    """How far the answers reach: days with some, and counters with some of those there are."""

    days: int
    counters: int
    of_counters: int

    def tells_counters(self, wave: Wave) -> bool:
        """Whether there are counters that people could have answered at: households are asked at home."""
        return bool(self.of_counters) and wave.kind is WaveKind.CONTINUOUS


@dataclass(frozen=True)
class Dashboard:
    """Everything that a desk's page, its files and its charts say.

    report: the figures of the selection; of a filtered one without what is not kept for it
    alike: agencies of the same kind, ranked among themselves · parts: tables by one dimension each
    periods: those with answers, by kind, the latest first · offered: values that may be chosen
    until: the last month that filtered figures know, None before one is over
    """

    selection: Selection
    report: Report
    alike: tuple[Line, ...]
    parts: tuple[Part, ...]
    periods: Mapping[str, tuple[str, ...]]
    offered: Mapping[Dimension, tuple[Option, ...]]
    heard: Heard | None
    until: str | None = None
