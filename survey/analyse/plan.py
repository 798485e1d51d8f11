"""The targets that a wave's province is measured by, and what figures say of them."""

from __future__ import annotations

from collections.abc import Sequence

from survey.agency import Reform, Target
from survey.comparison import needed, verdict
from survey.figure import Figure, Verdict
from survey.frame import Wave
from survey.report import Content, Evidence, Report
from survey.store.agencies import Reference

#: the contents of the plan in the order in which its resolution names them
ORDER = ("institutions", "procedures", "organisation", "civil-service", "public-finance", "e-government")

#: the scope of targets that every province is measured by, besides its own
NATIONAL = "national"


def is_of_province(known: Reference, wave: Wave) -> bool:
    """Whether the reform plan's targets are about what this wave rates."""
    return known.agency(wave.root).kind == "province"


def targets(known: Reference, wave: Wave) -> tuple[Target, ...]:
    """Satisfaction targets of the nation and of the wave's province, with a year."""
    if not is_of_province(known, wave):
        return ()
    scopes = (NATIONAL, wave.root)
    return tuple(
        t for t in known.targets if t.scope in scopes and t.measure == "satisfaction" and t.year is not None
    )


def foremost(found: Sequence[Target], groups: tuple[str, ...] = ()) -> Target | None:
    """Of the targets for these groups the one that counts: verified, with the furthest year."""
    same = [t for t in found if t.groups == groups]
    return max(same, key=lambda t: (t.verified, t.year or 0), default=None)


def contents(reforms: Sequence[Reform], reports: Sequence[Report]) -> tuple[Content, ...]:
    """Every content of the plan with the factors that the waves' questionnaires name for it."""
    return tuple(
        Content(
            reform,
            tuple(
                _evidence(report, figure)
                for report in reports
                for factor, figure in zip(report.instrument.factors, report.factors, strict=True)
                if reform.code in factor.reforms
            ),
        )
        for reform in sorted(reforms, key=lambda each: ORDER.index(each.code) if each.code in ORDER else 99)
    )


def _evidence(report: Report, figure: Figure) -> Evidence:
    criteria = report.criteria_of(figure.code.removeprefix("factor:"))
    return Evidence(report.wave, figure, criteria if len(criteria) > 1 else ())


def verdict_of(figure: Figure, target: Target) -> Verdict:
    """What a figure's interval says of a target, which is in percent."""
    return verdict(figure.estimate, target.value / 100, target.operator)


def needed_of(figure: Figure, target: Target) -> int | None:
    """How many more people must answer for a verdict, all else being as it is; None where none is missing."""
    return needed(figure.estimate, target.value / 100)
