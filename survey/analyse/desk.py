"""The dashboard of an agency's desk from one snapshot: the report of a period, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from survey.agency import Agency
from survey.analyse import periods, plan
from survey.analyse.answers import Answers, Chosen
from survey.analyse.changes import move_of, named_pairs
from survey.analyse.chosen import criteria
from survey.analyse.domain import RESPONSES_LABEL
from survey.analyse.own import domain_of
from survey.analyse.series import Series
from survey.analyse.splits import of_chosen
from survey.analyse.whole import Whole
from survey.counts import ALL, RESPONSES
from survey.dashboard import MOST, TOLD, Dashboard, Dimension, Heard, Part, Selection
from survey.errors import ContradictoryFilters, UnknownSelection
from survey.figure import Figure, Verdict
from survey.report import NO_EARLIER, Comparison, Line, Report
from survey.store import about, cells
from survey.store.agencies import Reference
from survey.store.database import Connection
from survey.store.ledger import Checkpoint

#: months of the trend
MONTHS = 24


@dataclass(frozen=True)
class Desk:
    """Makes the dashboards of one agency.

    last: the newest checkpoint, None before the first
    answers: told apart by what may be chosen; None of a whole wave, as today, and where no month is over
    as_of: the day whose agencies' figures are shown, None for those there were
    """

    connection: Connection
    known: Reference
    whole: Whole
    body: Agency
    last: Checkpoint | None
    answers: Answers | None
    as_of: date | None = None

    @property
    def domain(self) -> str:
        """Everybody, or those who rated the agency."""
        return domain_of(self.whole, self.body)

    def dashboard(self, report: Report, selection: Selection) -> Dashboard:
        """The dashboard of a period. report: of all its answers"""
        alone = self._shown(selection, self.over_time(report))
        if selection.as_today:
            return alone
        heard = None if report.responses.withheld else self._heard()
        return replace(alone, alike=self.whole.alike(self.body), heard=heard)

    def chosen(self, selection: Selection) -> Dashboard:
        """The dashboard of what is chosen of a period, without the report of all its answers.

        Raises UnknownSelection for a value that nobody answered with, ContradictoryFilters for a procedure of
        another field.
        """
        answers = self.answers
        unknown = [d for d, v in selection.chosen if answers is None or v not in answers.slices.values(d)]
        if answers is None or unknown:
            raise UnknownSelection(fields=unknown)
        selection = replace(selection, chosen=_agreed(selection.chosen, answers.apart.fields))
        return self._shown(selection, self._chosen(answers, selection))

    def _shown(self, selection: Selection, report: Report) -> Dashboard:
        return Dashboard(
            selection=selection,
            report=report,
            alike=(),
            parts=self._parts(selection),
            periods=offered_periods(self.whole.series),
            offered=self.answers.options(selection.chosen) if self.answers else {},
            heard=None,
            until=self.answers.over[-1] if self.answers else None,
        )

    def _parts(self, selection: Selection) -> tuple[Part, ...]:
        """Tables by every dimension that is not chosen, while there is room for one more."""
        answers, taken = self.answers, {dimension for dimension, _ in selection.chosen}
        if answers is None or len(selection.chosen) == MOST:
            return ()
        wanted = [
            d for d in Dimension if d not in taken and (d, *taken) != (Dimension.FIELD, Dimension.PROCEDURE)
        ]
        most = None if selection.every else TOLD
        found = (answers.part(d, selection.chosen, selection.period, most) for d in wanted)
        return tuple(part for part in found if len(part.figures) > 1)

    def _chosen(self, answers: Answers, selection: Selection) -> Report:
        """The report of what is chosen: what is kept of it alone."""
        counts, chosen, period = self.whole.counts, selection.chosen, selection.period
        index = answers.figure(chosen, period)
        target = plan.foremost(plan.targets(self.known, counts.wave))
        judged = plan.verdict_of(index, target) if target else Verdict.INSUFFICIENT
        people = replace(index.estimate, value=float(index.estimate.n), se=None, low=None, high=None)
        counted = replace(
            index, code=RESPONSES, kind="count", label=RESPONSES_LABEL, method="count@1", flags=()
        )
        quarters = tuple(dict.fromkeys(map(periods.quarter_of, answers.over)))
        years = tuple(dict.fromkeys(month[:4] for month in answers.over))
        until = counts.period.months[1]
        return Report(
            wave=counts.wave,
            instrument=counts.instrument,
            agency=self.body,
            simulated=about.read(self.connection, about.PURPOSE) == "simulated",
            period=period,
            through=periods.last_day(answers.over[-1]).isoformat(),
            sealed=self.last.size if self.last else 0,
            root=self.last.root.hex() if self.last else "",
            responses=counted
            if index.withheld
            else replace(counted, estimate=replace(people, method="count@1")),
            index=index,
            **self._criteria(index, selection),
            trend=self._series(chosen, [m for m in answers.over if m <= until][-MONTHS:]),
            quarters=self._series(chosen, quarters),
            years=self._series(chosen, years),
            line=Line(self.body, index, judged, target),
            comparisons=tuple(self._comparisons(chosen, period)),
        )

    def _series(self, chosen: Chosen, names: Sequence[str]) -> tuple[Figure, ...]:
        assert self.answers is not None
        figures = (self.answers.figure(chosen, name) for name in names)
        return tuple(figure for figure in figures if figure.withheld or figure.estimate.n)

    def _comparisons(self, chosen: Chosen, period: str) -> Iterator[Comparison]:
        """What is chosen against itself in earlier periods."""
        answers, series = self.answers, self.whole.series
        assert answers is not None and series is not None
        for against, before, after in named_pairs(series, period):
            unfinished = not set(periods.months_of(after)) <= set(answers.over)
            pair = Comparison(against, before, after, unfinished)
            if series.has(before):
                earlier, later = (answers.figure(chosen, name) for name in (before, after))
                move = move_of(self.body, earlier, later)
                yield replace(pair, whole=replace(move, splits=of_chosen(answers, chosen, move)))
            else:
                yield replace(pair, refused=NO_EARLIER)

    def _criteria(self, index: Figure, selection: Selection) -> dict[str, Any]:
        """Factors and criteria, where moments or cells of all measures are kept of what is chosen."""
        if not index.estimate.n or not selection.tells_questions:
            return {}
        assert self.answers is not None
        return criteria(self.connection, self.answers, selection)

    def over_time(self, report: Report) -> Report:
        """The report with its series from the first wave on, whatever was asked in it."""
        every = tuple(self._carried(one) for one in (*reversed(self.whole.earlier), self.whole.series) if one)
        until = self.whole.counts.period.months[1]
        months = [f for one in every for f in self._told(one, [m for m in one.months if m <= until])]
        return replace(
            report,
            means=(),
            trend=tuple(months[-MONTHS:]),
            quarters=tuple(f for one in every for f in self._told(one, one.quarters)),
            years=tuple(f for one in every for f in self._told(one, one.years)),
        )

    def _carried(self, series: Series) -> Series:
        if self.as_of is None:
            return series
        own = self.whole.as_today(self.known.succession, self.as_of)
        return (
            own if own and series is self.whole.series else series.as_today(self.known.succession, self.as_of)
        )

    def _told(self, series: Series, names: Sequence[str]) -> list[Figure]:
        return [series.figure(self.domain, name) for name in names]

    def _heard(self) -> Heard | None:
        """Days and counters with answers of the agency, of those that there are."""
        counts = self.whole.counts
        found = cells.heard(self.connection, counts.wave.code, counts.period.months, self._strata())
        if self.domain == ALL:
            counters = set(self.known.counters)
        else:
            own = self.known.counters.values()
            counters = {c.code for c in own if self.body.code == (c.agency or c.receiver)}
        days = {
            day
            for desk, day in found
            if self.domain == ALL or desk in counters or desk.endswith(f":{self.body.code}")
        }
        return Heard(len(days), len({desk for desk, _ in found} & counters), len(counters))

    def _strata(self) -> Sequence[str] | None:
        """The strata in which the agency has answers; None for all."""
        if self.domain == ALL:
            return None
        counts = self.whole.counts
        return tuple(counts.by_body.get((self.domain, counts.index_code), {}))


def _agreed(
    chosen: tuple[tuple[Dimension, str], ...], field_of: Mapping[str, str]
) -> tuple[tuple[Dimension, str], ...]:
    """A choice in which a procedure stands for its field. field_of: what each procedure's answers are counted in"""
    named = dict(chosen)
    if len({Dimension.FIELD, Dimension.PROCEDURE} & named.keys()) < 2:
        return chosen
    if field_of[named[Dimension.PROCEDURE]] != named[Dimension.FIELD]:
        raise ContradictoryFilters(fields=[Dimension.FIELD, Dimension.PROCEDURE])
    return tuple(one for one in chosen if one[0] is not Dimension.FIELD)


def offered_periods(series: Series | None) -> Mapping[str, tuple[str, ...]]:
    """The periods with answers, by kind, the latest first; twelve months end with the latest month."""
    if series is None or not series.months:
        return {}
    halves = dict.fromkeys(periods.half_of(month) for month in series.months)
    return {
        "twelve": (periods.twelve_until(series.months[-1]),),
        "year": series.years[::-1],
        "half": tuple(halves)[::-1],
        "quarter": series.quarters[::-1],
        "month": tuple(series.months)[::-1],
    }
