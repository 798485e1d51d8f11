"""One report from one snapshot of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey import disclosure, stats
from survey.agency import PLAN_GROUPS, Agency, PublishedFigure, Target
from survey.analyse.domain import Domain
from survey.analyse.wave import ByDomain, WaveCounts
from survey.comparison import verdict
from survey.counts import ALL, RESPONSES
from survey.figure import Figure, Goal, Line, Report, Verdict
from survey.frame import WaveKind
from survey.instrument import Text
from survey.quarantine import Review
from survey.store import about, cells, quarantine
from survey.store.agencies import Reference
from survey.store.database import Connection
from survey.store.ledger import Checkpoint

#: scopes of targets and figures that a province is measured by, besides its own
NATIONAL = "national"
NATION = "viet-nam"

PLAN_DOMAIN = "group:" + ";".join(PLAN_GROUPS)

MODES: dict[str, Text] = {
    "kiosk": {"vi": "Máy đánh giá tại quầy", "en": "Kiosk at the counter"},
    "online": {"vi": "Trực tuyến", "en": "Online"},
    "paper": {"vi": "Phiếu giấy", "en": "Paper"},
    "interviewer": {"vi": "Phỏng vấn", "en": "Interviewer"},
    "api": {"vi": "Nhập từ hệ thống khác", "en": "From another system"},
}


@dataclass(frozen=True)
class Reader:
    """Reads the report of one agency."""

    connection: Connection
    known: Reference
    counts: WaveCounts
    last: Checkpoint | None

    def report(self, body: Agency) -> Report:
        counts = self.counts
        top = body.code == counts.wave.root
        domain = ALL if top else f"agency:{body.code}"
        moments = self._moments([domain]) if top else counts.by_body
        tallies = cells.tallies(self.connection, counts.wave.code, domain=domain, months=counts.period.months)
        own = Domain(counts, domain, moments, tallies)
        index = own.share(counts.index_code, counts.index_label, counts.index_items)
        ratings = counts.instrument.ratings
        doubted = quarantine.tally(self.connection, counts.wave.code, None if top else [body.code])
        return Report(
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
            factors=tuple(own.factor(f.code, f.label) for f in counts.instrument.factors),
            criteria=tuple(own.item(item) for item in ratings if item.factor),
            means=tuple(own.mean(item) for item in ratings),
            breakdown=self._breakdown() if top else (),
            modes=self._modes() if top else (),
            distributions=tuple(own.distribution(item) for item in ratings),
            trend=self._trend(domain),
            goals=self._goals(index) if top else (),
            lines=self._lines() if top else (),
            published=self._published() if top else (),
            in_review=doubted.get(Review.WAITING, 0),
            set_aside=doubted.get(Review.SET_ASIDE, 0),
        )

    def _moments(self, domains: Sequence[str]) -> ByDomain:
        wave, months = self.counts.wave.code, self.counts.period.months
        return cells.strata(self.connection, wave, domains=domains, months=months)

    @property
    def _is_province(self) -> bool:
        """Whether the reform plan's targets are about what this wave rates."""
        return self.known.agency(self.counts.wave.root).kind == "province"

    def _modes(self) -> tuple[Figure, ...]:
        domains = [f"mode:{mode}" for mode in MODES]
        moments, code = self._moments(domains), self.counts.index_code
        return disclosure.release_siblings(
            [
                self.counts.index(domain, moments[domain, code], MODES[domain.removeprefix("mode:")])
                for domain in domains
                if (domain, code) in moments
            ]
        )

    def _trend(self, domain: str) -> tuple[Figure, ...]:
        """The index month by month; a month without responses is not there."""
        counts = self.counts
        if counts.wave.kind is not WaveKind.CONTINUOUS:
            return ()
        wave, months, code = counts.wave.code, counts.period.months, counts.index_code
        every = cells.monthly(self.connection, wave, domain=ALL, measure=RESPONSES, months=months)
        own = cells.monthly(self.connection, wave, domain=domain, measure=code, months=months)
        figures = []
        for month in (m for m in counts.months if months[0] <= m <= months[1]):
            psus = {stratum: m.psus for stratum, m in every.get(month, {}).items()}
            strata = cells.with_sampled(own.get(month, {}), psus)
            estimate = stats.share(strata, median_deff=counts.usual_deff.get(code, 1.0))
            figures.append(counts.figure(code, "share", counts.index_label, domain, estimate, period=month))
        return disclosure.release_siblings(figures)

    def _goals(self, index: Figure) -> tuple[Goal, ...]:
        plan = self._moments([PLAN_DOMAIN]).get((PLAN_DOMAIN, self.counts.index_code), {})
        pooled = disclosure.gate(self.counts.index(PLAN_DOMAIN, plan))
        figures = {(): index, PLAN_GROUPS: pooled}
        return tuple(
            Goal(target, figure, _verdict(figure, target), target == self._foremost(target.groups))
            for target in self._targets()
            if (figure := figures.get(target.groups))
        )

    def _targets(self) -> tuple[Target, ...]:
        """Satisfaction targets of the nation and of the wave's province, with a year."""
        if not self._is_province:
            return ()
        scopes = (NATIONAL, self.counts.wave.root)
        return tuple(
            t
            for t in self.known.targets
            if t.scope in scopes and t.measure == "satisfaction" and t.year is not None
        )

    def _foremost(self, groups: tuple[str, ...]) -> Target | None:
        """Of the targets for these groups the one that counts: verified, with the furthest year."""
        same = [t for t in self._targets() if t.groups == groups]
        return max(same, key=lambda t: (t.verified, t.year or 0), default=None)

    def _lines(self) -> tuple[Line, ...]:
        counts, target = self.counts, self._foremost(())
        domains = [f"agency:{body.code}" for body in counts.bodies]
        figures = [counts.index(d, counts.by_body.get((d, counts.index_code), {})) for d in domains]
        return tuple(
            Line(body, figure, _verdict(figure, target) if target else Verdict.INSUFFICIENT, target)
            for body, figure in zip(counts.bodies, disclosure.release_siblings(figures), strict=True)
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
        if not self._is_province:
            return ()
        places = (self.counts.wave.root, NATION)
        return tuple(p for p in self.known.published if p.place in places and p.indicator == "sipas:overall")


def _verdict(figure: Figure, target: Target) -> Verdict:
    return verdict(figure.estimate, target.value / 100, target.operator)
