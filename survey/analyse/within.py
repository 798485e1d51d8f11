"""What may be told of an agency and of a part of a year, so that nothing of another one follows by subtraction.

Of an agency whose index is withheld beside the others' (it has few answers, or protects one that has) its own report
tells nothing either.

The index of a domain in a part of a year is told or withheld as in its series. A question, a factor or a
distribution of it is told below the year only where every part of that size had ten people or none who
answered to it: then no difference of two periods is about fewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from survey import disclosure
from survey.analyse import periods
from survey.figure import Distribution, Figure
from survey.report import Report

#: (measure, month) -> people
People = Mapping[tuple[str, str], int]


def told(report: Report, index: Figure, thin: frozenset[str]) -> Report:
    """The report of an agency, or of a part of a year, as it may be shown.

    index: as it stands beside the others' or in its series · thin: measures that are told of the year alone
    """
    held = index.withheld

    def figure(one: Figure) -> Figure:
        code = held or (disclosure.SECONDARY if _measure(one.code) in thin else None)
        return disclosure.withhold(one, code) if code else one

    def distribution(one: Distribution) -> Distribution:
        code = held or (disclosure.SECONDARY if f"item:{one.item}" in thin else None)
        return replace(one, counts=None, missing={}, withheld=code) if code else one

    return replace(
        report,
        responses=figure(report.responses),
        index=replace(index, missing=figure(report.index).missing if held is None else {}),
        overall=tuple(map(figure, report.overall)),
        factors=tuple(map(figure, report.factors)),
        criteria=tuple(map(figure, report.criteria)),
        means=tuple(map(figure, report.means)),
        drivers=tuple(map(figure, report.drivers)),
        reliabilities=tuple(map(figure, report.reliabilities)),
        distributions=tuple(map(distribution, report.distributions)),
        ways=(),
        beside=(),
        goals=tuple(goal for goal in report.goals if not goal.target.groups),
    )


def thin(people: People, period: str) -> frozenset[str]:
    """What in some part of the year, as small as the period, had one to nine people.

    people: of all years that the period touches
    """
    quarters = {periods.quarter_of(month) for month in periods.months_of(period)}
    years = {quarter[:4] for quarter in quarters}
    parts = [part for year in sorted(years) for part in periods.parts_of(year)]
    if period not in parts and any("-Q" not in piece for piece in periods.pieces_of(period)):
        parts += [month for quarter in sorted(quarters) for month in periods.months_of(quarter)]
    found = set()
    for measure in {measure for measure, _ in people}:
        counted = (sum(people.get((measure, m), 0) for m in periods.months_of(part)) for part in parts)
        if any(0 < n < disclosure.SMALLEST for n in counted):
            found.add(measure)
    return frozenset(found)


def _measure(code: str) -> str:
    return code.replace("mean:", "item:")
