"""Figures: an estimate with everything that must travel with it onto a page or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from survey.agency import Target
from survey.instrument import Step
from survey.stats import Estimate


@dataclass(frozen=True)
class Figure:
    """One number as it is shown on every surface, to the last digit.

    code: stable within its report ("index:sipas-service@2024", "item:access", "responses", ...)
    kind: "share" (of 1, shown in percent), "mean" (on the scale of its items), "count", "difference" (of
    two shares, in points), "importance" (a part of 1), "alpha" or "omega"
    domain: what it is about ("all", "agency:03646", "group:land;construction;investment")
    period: "2026", "2026-Q4" or "2026-11" · missing: reason -> number of answers that are missing for it
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
    needed: how many more people must answer for a verdict, None where there is one or nobody can tell
    """

    target: Target
    figure: Figure
    verdict: Verdict
    foremost: bool = False
    needed: int | None = None
