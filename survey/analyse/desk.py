"""The dashboard of an agency's desk from one snapshot: the report of a period, and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.agency import Agency
from survey.analyse import periods
from survey.analyse.series import Series
from survey.analyse.whole import Whole
from survey.counts import ALL
from survey.dashboard import Dashboard, Heard, Selection
from survey.figure import Figure
from survey.report import Report
from survey.store import cells
from survey.store.agencies import Reference
from survey.store.database import Connection

#: months of the trend
MONTHS = 24


@dataclass(frozen=True)
class Desk:
    """Makes the dashboards of one agency."""

    connection: Connection
    known: Reference
    whole: Whole
    body: Agency

    @property
    def domain(self) -> str:
        """Everybody, or those who rated the agency."""
        return ALL if self.body.code == self.whole.counts.wave.root else f"agency:{self.body.code}"

    def dashboard(self, report: Report, selection: Selection) -> Dashboard:
        """The dashboard of a period without a filter. report: of that period."""
        return Dashboard(
            selection=selection,
            report=self.over_time(report),
            alike=self.whole.alike(self.body),
            parts=(),
            periods=offered_periods(self.whole.series),
            offered={},
            heard=self._heard(),
        )

    def over_time(self, report: Report) -> Report:
        """The report with its series from the first wave on, whatever was asked in it."""
        every = tuple(filter(None, (*reversed(self.whole.earlier), self.whole.series)))
        until = self.whole.counts.period.months[1]
        months = [f for one in every for f in self._told(one, [m for m in one.months if m <= until])]
        return replace(
            report,
            means=(),
            trend=tuple(months[-MONTHS:]),
            quarters=tuple(f for one in every for f in self._told(one, one.quarters)),
            years=tuple(f for one in every for f in self._told(one, one.years)),
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
