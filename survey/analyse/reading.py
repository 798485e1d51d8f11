"""One report from one snapshot of the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial

from survey import disclosure
from survey.agency import PLAN_GROUPS, Agency, Edge, PublishedFigure
from survey.analyse import disputing, groups, periods, plan, within
from survey.analyse.beside import beside
from survey.analyse.carried import Today
from survey.analyse.coverage import coverages
from survey.analyse.domain import Domain
from survey.analyse.drivers import drivers, reliabilities
from survey.analyse.own import Own
from survey.analyse.series import Series
from survey.analyse.splits import Reading, splits
from survey.analyse.wave import ByDomain, WaveCounts
from survey.analyse.ways import ways
from survey.analyse.whole import Whole
from survey.counts import ALL, PLAN, Parts, Products
from survey.counts.slices import Slices
from survey.dispute import Disputed
from survey.figure import Figure, Goal
from survey.frame import WaveKind
from survey.quarantine import Review
from survey.report import Comparison, Kin, Move, Rates, Report, Split, Ways
from survey.store import about, cells, quarantine
from survey.store.agencies import Reference
from survey.store.database import Connection
from survey.store.ledger import Checkpoint

#: the place whose published figures stand beside the province's
NATION = "viet-nam"


@dataclass(frozen=True)
class Reader:
    """Reads the report of one agency. slices: the cells of an agency"""

    connection: Connection
    known: Reference
    whole: Whole
    last: Checkpoint | None
    slices: Callable[[Agency], Slices]
    as_of: date | None = None
    _read: dict[tuple[str, tuple[str, str]], Parts] = field(default_factory=dict)

    @property
    def counts(self) -> WaveCounts:
        return self.whole.counts

    def report(self, body: Agency) -> Report:
        counts = self.counts
        top = body.code == counts.wave.root
        domain = ALL if top else f"agency:{body.code}"
        moments = self._moments([domain]) if top else counts.by_body
        tallies = cells.tallies(self.connection, counts.wave.code, domain=domain, months=counts.period.months)
        own = Domain(counts, domain, moments, tallies)
        index = own.share(counts.index_code, counts.index_label, counts.index_items)
        ratings = counts.instrument.ratings
        factors = tuple(own.factor(f.code, f.label) for f in counts.instrument.factors)
        products = self.products(body)
        doubted = quarantine.tally(self.connection, counts.wave.code, None if top else [body.code])
        was = self._as_told(
            domain,
            Report(
                wave=counts.wave,
                instrument=counts.instrument,
                agency=body,
                simulated=about.read(self.connection, about.PURPOSE) == "simulated",
                period=counts.period.name,
                through=self.last.day.isoformat() if self.last else None,
                sealed=self.last.size if self.last else 0,
                root=self.last.root.hex() if self.last else "",
                responses=own.responses(),
                index=index,
                overall=tuple(own.item(item) for item in ratings if not item.factor),
                factors=factors,
                drivers=drivers(counts, products, factors, domain),
                reliabilities=reliabilities(counts, products, domain),
                criteria=tuple(own.item(item) for item in ratings if item.factor),
                means=tuple(own.mean(item) for item in ratings),
                breakdown=self._breakdown() if top else (),
                ways=self._ways() if top else (),
                groups=self._groups.groups if top else (),
                group_factors=self._groups.group_factors if top else (),
                fields=self._groups.fields if top else (),
                kinds=self._groups.kinds if top else (),
                distributions=tuple(own.distribution(item) for item in ratings),
                trend=self._trend(domain),
                quarters=self._over_time(domain, self.whole.series.quarters if self.whole.series else ()),
                years=self._over_time(domain, self.whole.series.years if self.whole.series else ()),
                predecessors=self._kin(self.known.succession.before(body.code), "predecessor"),
                successors=self._kin(self.known.succession.after(body.code), "successor"),
                as_of=self.as_of.isoformat() if self.as_of else None,
                goals=self._goals(index) if top else (),
                lines=self.whole.lines if top else (),
                line=next((line for line in self.whole.lines if line.agency.code == body.code), None),
                comparisons=self._comparisons(body),
                published=self._published() if top else (),
                beside=beside(self.connection, counts, domain, moments.get((domain, counts.index_code), {})),
                coverage=coverages(self.connection, self.known, counts, body),
                in_review=doubted.get(Review.WAITING, 0),
                set_aside=doubted.get(Review.SET_ASIDE, 0),
            ),
        )
        was = replace(
            was, disputes=self._rates(body, was.responses), disputing=self._disputing() if top else ()
        )
        return was if top else self._as_today(was)

    def _rates(self, body: Agency, responses: Figure) -> Rates:
        return disputing.rates(self.counts, responses, self.whole.disputes.get(body.code, Disputed()))

    def _disputing(self) -> tuple[tuple[Agency, Rates], ...]:
        """The rates of every agency, beside the whole's; of a part of a year only at the agency's own desk."""
        counts = self.counts
        if self.whole.series and "-" in counts.period.name:
            return ()
        held = {line.agency.code: line.figure.withheld for line in self.whole.lines}
        found = []
        for body in counts.bodies:
            answered = Domain(counts, f"agency:{body.code}", counts.by_body, {}).responses()
            why = held.get(body.code)
            found.append((body, self._rates(body, disclosure.withhold(answered, why) if why else answered)))
        return tuple(found)

    def _as_today(self, report: Report) -> Report:
        """The report with what its predecessors were answered, where it is asked for as today."""
        series = self._series
        if series is None or series.carried is None or self.as_of is None:
            return report
        moves = self.whole.comparisons_as_today(self.known, self.as_of, self.last)
        return Today(self.connection, self.counts, series, series.carried, moves).report(report)

    def _as_told(self, domain: str, report: Report) -> Report:
        """The report without what would tell of another agency, or of another part of the year."""
        series, period = self.whole.series, self.counts.period.name
        if report.line and report.line.figure.withheld:
            report = within.told(report, report.line.figure, frozenset())
        if series is None or "-" not in period:
            return report
        months = periods.months_of(period)
        years = (f"{months[0][:4]}-01", f"{months[-1][:4]}-12")
        found = cells.people(self.connection, self.counts.wave.code, [domain], years)[domain]
        people = {key: n for key, n in found.items() if key[0].startswith(("item:", "factor:"))}
        return within.told(report, series.figure(domain, period), within.thin(people, period))

    def products(self, body: Agency) -> Products:
        """The products of everybody's answers, or of an agency's."""
        agency = None if body.code == self.counts.wave.root else body.code
        return cells.products(
            self.connection, self.counts.wave.code, agency, months=self.counts.period.months
        )

    def _moments(self, domains: Sequence[str]) -> ByDomain:
        wave, months = self.counts.wave.code, self.counts.period.months
        return cells.strata(self.connection, wave, domains=domains, months=months)

    @cached_property
    def _groups(self) -> groups.Groups:
        moments = self._moments(groups.domains(self.known.fields))
        return groups.read(self.counts, moments, self.known.fields)

    def _ways(self) -> tuple[Ways, ...]:
        months = self.counts.period.months
        return ways(
            self.connection, self.counts, self.whole.series, lambda family: self.parts(family, months)
        )

    def _trend(self, domain: str) -> tuple[Figure, ...]:
        """The index month by month; a month without responses is not there."""
        first, last = self.counts.period.months
        return self._over_time(domain, [m for m in self.counts.months if first <= m <= last])

    def _over_time(self, domain: str, names: Sequence[str]) -> tuple[Figure, ...]:
        series = self._series
        return tuple(series.figure(domain, name) for name in names) if series else ()

    @cached_property
    def _series(self) -> Series | None:
        """The series as it was, or carried to the bodies of the day that was asked for."""
        if self.whole.series is None or self.as_of is None:
            return self.whole.series
        return self.whole.as_today(self.known.succession, self.as_of)

    def _kin(self, edges: Sequence[Edge], end: str) -> tuple[Kin, ...]:
        """The other ends of edges of succession."""
        return tuple(Kin(edge, self.known.agencies.get(getattr(edge, end))) for edge in edges)

    def _comparisons(self, body: Agency) -> tuple[Comparison, ...]:
        """The comparisons with this agency's own change, or the whole wave's, and nobody else's."""
        top = body.code == self.counts.wave.root
        found = self.whole.of_root if top else self.whole.comparisons
        read = self.parts if top else Own(self.whole, partial(self.slices, body)).parts
        own = ((each, each.of(body.code)) for each in found)
        return tuple(
            replace(each, agencies=(), whole=move and replace(move, splits=self._splits(move, read)))
            for each, move in own
        )

    def _splits(self, move: Move, read: Reading) -> tuple[Split, ...]:
        """Of periods of one wave alone: what two waves share is not kept."""
        return splits(read, move, self.whole.held) if self.whole.series else ()

    def parts(self, family: str, months: tuple[str, str]) -> Parts:
        """The parts of a family, read once for a period."""
        if (family, months) not in self._read:
            wave, series = self.counts.wave.code, self.whole.series
            sampled = series.sampled_between(*months) if series else self.counts.sampled
            self._read[family, months] = cells.parts(self.connection, wave, family, months, psus=sampled)
        return self._read[family, months]

    def _goals(self, index: Figure) -> tuple[Goal, ...]:
        found = plan.targets(self.known, self.counts.wave)
        of_plan = self._moments([PLAN]).get((PLAN, self.counts.index_code), {})
        pooled = disclosure.gate(self.counts.index(PLAN, of_plan))
        figures = {(): index, PLAN_GROUPS: pooled}
        return tuple(
            Goal(
                target,
                figure,
                plan.verdict_of(figure, target),
                target == plan.foremost(found, target.groups),
                plan.needed_of(figure, target),
            )
            for target in found
            if (figure := figures.get(target.groups))
        )

    def _breakdown(self) -> tuple[Figure, ...]:
        """Every item's mean in every body, for imported waves: others publish means, not shares."""
        counts = self.counts
        if counts.wave.kind is not WaveKind.IMPORTED:
            return ()
        domains = [Domain(counts, f"agency:{body.code}", counts.by_body, {}) for body in counts.bodies]
        rows = [
            disclosure.release_siblings([domain.ungated_mean(item) for domain in domains])
            for item in counts.instrument.ratings
        ]
        return tuple(figure for row in rows for figure in row)

    def _published(self) -> tuple[PublishedFigure, ...]:
        """What others published of this province and of the nation, to stand beside and not to compare."""
        if not plan.is_of_province(self.known, self.counts.wave):
            return ()
        places = (self.counts.wave.root, NATION)
        return tuple(p for p in self.known.published if p.place in places and p.indicator == "sipas:overall")
