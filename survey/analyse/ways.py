"""Ways of answering beside each other: another way is another measurement, not another satisfaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from survey import disclosure
from survey.analyse import periods
from survey.analyse.series import Series
from survey.analyse.wave import WAYS, WHOLE_OF, WaveCounts, label_of
from survey.comparison import Change, Joint, change, joint
from survey.counts import Moments, Parts
from survey.figure import Figure
from survey.report import Contrast, Ways
from survey.store import cells
from survey.store.database import Connection

#: the moments of the index of domains: domain -> stratum -> moments
ByWay = Mapping[str, Mapping[str, Moments]]


def ways(
    connection: Connection, counts: WaveCounts, series: Series | None, parts: Callable[[str], Parts]
) -> tuple[Ways, ...]:
    """Every family of ways that tells answers apart. parts: a family's moments with what its domains share."""
    domains = [domain for family in WAYS.values() for domain in family]
    code, months = counts.index_code, counts.period.months
    found = cells.strata(connection, counts.wave.code, domains=domains, months=months, measures=[code])
    shown: dict[str, Figure] = {}
    families = []
    for family, labels in WAYS.items():
        used = {domain: found[domain, code] for domain in labels if (domain, code) in found}
        if used and (len(used) > 1 or family not in WHOLE_OF):
            figures = _figures(counts, used, shown.get(WHOLE_OF.get(family, "")))
            shown |= {figure.domain: figure for figure in figures}
            families.append(
                Ways(family, figures, contrasts(parts, family, figures), _trend(counts, series, used))
            )
    return tuple(families)


def _figures(counts: WaveCounts, moments: ByWay, whole: Figure | None) -> tuple[Figure, ...]:
    """The index of each way that was used; of none where the figure that they add up to is withheld."""
    figures = [counts.index(domain, by_stratum, label_of(domain)) for domain, by_stratum in moments.items()]
    if whole is not None and whole.withheld:
        return tuple(disclosure.withhold(figure, whole.withheld) for figure in figures)
    return disclosure.release_siblings(figures)


def contrasts(parts: Callable[[str], Parts], family: str, figures: Sequence[Figure]) -> tuple[Contrast, ...]:
    """Each way against the one that most people took, with the covariance of the days they share."""
    most = max(figures, key=lambda figure: figure.estimate.n)
    if most.withheld or len(figures) < 2:
        return ()
    together = joint(parts(family))
    return tuple(
        Contrast(other, most, _contrast(most, other, together)) for other in figures if other is not most
    )


def _contrast(reference: Figure, other: Figure, together: Joint) -> Change:
    before, after = reference.estimate, other.estimate
    reason = disclosure.comparable(reference, other)
    if reason is not None:
        return Change(before, after, level=before.level, reason=reason)
    pair = (reference.domain, other.domain)
    one, two = (together.keys.index(domain) for domain in pair)
    covariance = float(together.covariance[one, two])
    return change(before, after, covariance=covariance, df=together.totals.df(pair))


def _trend(counts: WaveCounts, series: Series | None, used: ByWay) -> tuple[Figure, ...]:
    """The index of each way by quarter of the year and of the year before."""
    if series is None:
        return ()
    year = counts.period.name
    quarters = [q for q in series.quarters if q[:4] in (year, periods.a_year_before(year))]
    return tuple(
        series.figure(domain, quarter, label_of(domain))
        for domain in used
        for quarter in quarters
        if series.people(domain, quarter)
    )
