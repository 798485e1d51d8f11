"""Figures: an estimate with everything that must travel with it onto a page or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from survey.agency import Agency, PublishedFigure, Target
from survey.frame import Wave
from survey.instrument import Instrument, Step
from survey.stats import Estimate


@dataclass(frozen=True)
class Figure:
    """One number as it is shown on every surface, to the last digit.

    code: stable within its report ("index:sipas-service@2024", "item:access", "responses", ...)
    kind: "share" (of 1, shown in percent), "mean" (on the scale of its items) or "count"
    domain: what it is about ("all", "agency:03646", "group:land;construction;investment")
    period: "2026" or "2026-11" · missing: reason -> number of answers that are missing for it
    withheld: why disclosure control holds the value back, None if it does not
    flags: what a reader must know ("few-answers", "model-based", ...)
    """

    code: str
    kind: str
    label: Mapping[str, str]
    domain: str
    wave: str
    instrument: str
    period: str
    method: str
    estimate: Estimate
    missing: Mapping[str, int] = field(default_factory=dict)
    withheld: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Distribution:
    """How the answers to one item spread over the steps of its scale.

    counts: answers per step, in the order of the scale; None where withheld.
    """

    item: str
    label: Mapping[str, str]
    steps: tuple[Step, ...]
    counts: tuple[int, ...] | None
    missing: Mapping[str, int] = field(default_factory=dict)
    withheld: str | None = None

    @property
    def total(self) -> int | None:
        return None if self.counts is None else sum(self.counts)


class Verdict(StrEnum):
    """What the interval says about a target: đạt, không đạt, chưa đủ căn cứ."""

    MET = "met"
    NOT_MET = "not-met"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True)
class Goal:
    """A target of the plan beside the figure that it is measured with.

    foremost: of all targets for the same groups the one that counts: verified, with the furthest year.
    """

    target: Target
    figure: Figure
    verdict: Verdict
    foremost: bool = False


@dataclass(frozen=True)
class Line:
    """One agency's figure in a list of agencies, with its verdict against the foremost overall target."""

    agency: Agency
    figure: Figure
    verdict: Verdict
    target: Target | None = None


@dataclass(frozen=True)
class Report:
    """Everything one public page, its JSON and its CSV say: the figures of one agency and wave.

    agency: the one reported on (the wave's root: the whole province)
    sealed: responses in the ledger when the report was made · root: the ledger's root hash (hex)
    breakdown: each item's mean in each agency, item by item (imported waves)
    in_review, set_aside: responses in doubt that wait for somebody to look at them, and that were left out
    through: the day of the last sealing ("2026-11-23"), None before the first
    """

    wave: Wave
    instrument: Instrument
    agency: Agency
    simulated: bool
    period: str
    through: str | None
    sealed: int
    root: str
    responses: Figure
    index: Figure
    overall: tuple[Figure, ...] = ()
    factors: tuple[Figure, ...] = ()
    criteria: tuple[Figure, ...] = ()
    means: tuple[Figure, ...] = ()
    breakdown: tuple[Figure, ...] = ()
    modes: tuple[Figure, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    trend: tuple[Figure, ...] = ()
    goals: tuple[Goal, ...] = ()
    lines: tuple[Line, ...] = ()
    published: tuple[PublishedFigure, ...] = ()
    in_review: int = 0
    set_aside: int = 0

    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the report once, in the order of the page."""
        goals = tuple(g.figure for g in self.goals if g.figure.domain != self.index.domain)
        own = (self.index, *self.overall, *self.factors, *self.criteria, *self.means, self.responses)
        return (
            *own,
            *self.breakdown,
            *self.modes,
            *self.trend,
            *goals,
            *(line.figure for line in self.lines),
        )
