"""A report as today: with what those agencies were answered that an agency came after.

The index is the series' own. Questions are carried as it is, month by month along the edges of succession; one is
told where those who are carried, and those of the same agency who are not, were ten people or none. What is
kept of each agency by itself is left out: drivers, reliability, the spread of answers, coverage.
Rule: docs/method.md, "Succession".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from survey import disclosure
from survey.analyse import periods, plan, within
from survey.analyse.domain import Domain
from survey.analyse.series import Carried, Series
from survey.analyse.wave import WaveCounts
from survey.counts import Moments
from survey.figure import Figure, Verdict
from survey.report import Comparison, Line, Report
from survey.store import cells
from survey.store.database import Connection
from survey.succession import Origin

#: an agency, with the share of it that is carried in some months: origin -> those months
Pieces = Mapping[Origin, list[str]]


@dataclass(frozen=True)
class Today:
    """Carries the report of one agency along the succession.

    series: as today, carried as `carried` says · comparisons: of that series, with every agency's change
    """

    connection: Connection
    counts: WaveCounts
    series: Series
    carried: Carried
    comparisons: tuple[Comparison, ...]

    def report(self, report: Report) -> Report:
        """The report as today; as it is where nothing of another agency is in it, and nothing left it."""
        code = report.agency.code
        pieces = self._pieces(code)
        if pieces.keys() <= {Origin(code, Fraction(1))} and not self._left(code, pieces):
            return report
        index = self.series.figure(f"agency:{code}", self.counts.period.name, report.index.label)
        changes = ((each, each.of(code)) for each in self.comparisons)
        return replace(
            report,
            index=index,
            **self._questions(code, pieces, index),
            line=report.line and self._line(report.line, index),
            comparisons=tuple(replace(each, agencies=(), whole=move) for each, move in changes),
            means=(),
            distributions=(),
            drivers=(),
            reliabilities=(),
            coverage=(),
            beside=(),
        )

    @property
    def _months(self) -> tuple[str, ...]:
        return periods.months_of(self.counts.period.name)

    def _pieces(self, code: str) -> Pieces:
        """What the agency's figures are made of in the period."""
        found: dict[Origin, list[str]] = {}
        for month in self._months:
            for origin in self.carried.origins(code, month):
                found.setdefault(origin, []).append(month)
        return found

    def _left(self, code: str, pieces: Pieces) -> list[str]:
        """The months whose answers about the agency are not wholly its own any more."""
        kept = pieces.get(Origin(code, Fraction(1)), ())
        return [m for m in self._months if self.carried.was.people(f"agency:{code}", m) and m not in kept]

    def _questions(self, code: str, pieces: Pieces, index: Figure) -> dict[str, Any]:
        """The figures of questions and factors, and how many people answered."""
        untold, name = self._untold(pieces), f"agency:{code}"
        moments = {(name, measure): strata for measure, strata in self._moments(pieces).items()}
        own = Domain(self.counts, name, moments, {})

        def told(figure: Figure) -> Figure:
            held = index.withheld or (disclosure.SECONDARY if figure.code in untold else figure.withheld)
            return disclosure.withhold(figure, held) if held else self.series.marked(figure)

        ratings, factors = self.counts.instrument.ratings, self.counts.instrument.factors
        return {
            "responses": told(own.responses()),
            "overall": tuple(told(own.item(item)) for item in ratings if not item.factor),
            "factors": tuple(told(own.factor(f.code, f.label)) for f in factors),
            "criteria": tuple(told(own.item(item)) for item in ratings if item.factor),
        }

    def _moments(self, pieces: Pieces) -> dict[str, dict[str, Moments]]:
        """Measure -> stratum -> moments, of all pieces together."""
        summed: dict[str, dict[str, Moments]] = {}
        for origin, months in pieces.items():
            for month in months:
                found = cells.strata(
                    self.connection,
                    self.counts.wave.code,
                    domains=[f"agency:{origin.code}"],
                    months=(month, month),
                )
                for (_, measure), strata in found.items():
                    held = summed.setdefault(measure, {})
                    for stratum, moments in strata.items():
                        held[stratum] = held.get(stratum, Moments()) + moments.part(origin.share)
        return summed

    def _untold(self, pieces: Pieces) -> frozenset[str]:
        """The measures from which something of one to nine people would follow, of a piece or of what is left."""
        period, found = self.counts.period.name, set[str]()
        years = (f"{self._months[0][:4]}-01", f"{self._months[-1][:4]}-12")
        for origin, months in pieces.items():
            domain = f"agency:{origin.code}"
            people = cells.people(self.connection, self.counts.wave.code, [domain], years)[domain]
            found |= within.thin(people, period) if "-" in period else frozenset()
            rest = [month for month in self._months if month not in months]
            for measure in {measure for measure, _ in people}:
                counted = (sum(people.get((measure, m), 0) for m in some) for some in (months, rest))
                if any(0 < n < disclosure.SMALLEST for n in counted):
                    found.add(measure)
        return frozenset(found)

    def _line(self, line: Line, index: Figure) -> Line:
        """The agency's place: against the target, and without a rank among agencies of another day."""
        judged = plan.verdict_of(index, line.target) if line.target else Verdict.INSUFFICIENT
        return replace(line, figure=index, verdict=judged, placing=None, combined=None)
