"""Analysing: the one road out. Turns kept counts into figures that went through disclosure control.

Pages, JSON and CSV all show the `Report` made here, so they show the same figure to the last digit.
A report costs the same at ten thousand and at ten million responses: it reads moments, not responses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from survey import design, disclosure, errors, stats
from survey.agency import PLAN_GROUPS, Agency, PublishedFigure, Target
from survey.comparison import verdict
from survey.counts import ALL, RESPONSES, Moments, Stratum
from survey.figure import Distribution, Figure, Goal, Line, Report, Verdict
from survey.frame import Wave, WaveKind
from survey.instrument import Item, Missing, Text
from survey.stats import Estimate
from survey.store import about, cells, ledger
from survey.store.agencies import Reference
from survey.store.database import Connection, Database

#: people from which on an agency's design effect says something about the question's usual one
ENOUGH = disclosure.FEW

#: scopes of targets that a province is measured by, besides its own
NATIONAL = "national"
NATION = "viet-nam"

PLAN_DOMAIN = "group:" + ";".join(PLAN_GROUPS)
RESPONSES_LABEL = {"vi": "Số phiếu trả lời", "en": "Responses"}
INDEX_LABEL = {"vi": "Chỉ số hài lòng", "en": "Satisfaction index"}

MODES: dict[str, Text] = {
    "kiosk": {"vi": "Máy đánh giá tại quầy", "en": "Kiosk at the counter"},
    "online": {"vi": "Trực tuyến", "en": "Online"},
    "paper": {"vi": "Phiếu giấy", "en": "Paper"},
    "interviewer": {"vi": "Phỏng vấn", "en": "Interviewer"},
    "api": {"vi": "Nhập từ hệ thống khác", "en": "From another system"},
}


def report(
    db: Database, *, wave: str | None = None, agency: str | None = None, year: int | None = None
) -> Report:
    """The figures of one agency in one wave; without names, the headline wave's root.

    year: a calendar year; the latest one with responses if None. Waves that are not continuous are
    one period. Raises UnknownWave, UnknownAgency.
    """
    known = design.reference(db)
    chosen = known.wave(wave) if wave else known.headline
    if chosen is None:
        raise errors.UnknownWave(wave="")
    body = known.agency(agency or chosen.root)
    if not known.under(chosen.root, body.code):
        raise errors.UnknownAgency(agency=body.code)
    with db.read() as connection:
        last = ledger.checkpoint(connection)
        stamp = (last.root if last else b"", about.read(connection, about.CATALOGUE))
        made: Report = db.kept(
            f"report:{chosen.code}:{body.code}:{year}",
            stamp,
            lambda: _Reader(connection, known, chosen, year, last).report(body),
        )
        return made


def years(db: Database, wave: str) -> tuple[int, ...]:
    """The calendar years in which a wave has sealed responses, the latest first."""
    with db.read() as connection:
        return tuple(sorted({int(month[:4]) for month in cells.months(connection, wave)}, reverse=True))


@dataclass(frozen=True)
class _Period:
    name: str
    months: tuple[str, str]


def _period(wave: Wave, months: Sequence[str], year: int | None) -> _Period:
    if wave.kind is not WaveKind.CONTINUOUS:
        start = wave.starts.isoformat()
        name = start if wave.ends in (None, wave.starts) else f"{start}/{wave.ends}"
        return _Period(name, ("0000-00", "9999-99"))
    chosen = year or (int(months[-1][:4]) if months else wave.starts.year)
    return _Period(str(chosen), (f"{chosen:04}-01", f"{chosen:04}-12"))


class _Reader:
    """Makes one report from one snapshot of the database."""

    def __init__(
        self,
        connection: Connection,
        known: Reference,
        wave: Wave,
        year: int | None,
        last: ledger.Checkpoint | None,
    ) -> None:
        self.connection, self.known, self.wave, self.last = connection, known, wave, last
        self.instrument = known.instruments[wave.instrument]
        self.months = cells.months(connection, wave.code)
        self.period = _period(wave, self.months, year)
        self.sampled = cells.sampled(connection, wave.code, RESPONSES, self.period.months)
        self.bodies = [
            a for a in known.agencies.values() if a.code != wave.root and known.under(wave.root, a.code)
        ]
        self.by_body = self._moments([f"agency:{body.code}" for body in self.bodies])
        self.usual_deff = self._usual_deffs()

    def report(self, body: Agency) -> Report:
        top = body.code == self.wave.root
        domain = ALL if top else f"agency:{body.code}"
        moments = self._moments([domain])
        tallies = cells.tallies(self.connection, self.wave.code, domain=domain, months=self.period.months)
        about_domain = _Domain(self, domain, moments, tallies)
        index = about_domain.share(self._index_code, self._index_label, self._index_items)
        return Report(
            wave=self.wave,
            instrument=self.instrument,
            agency=body,
            simulated=about.read(self.connection, about.PURPOSE) == "simulated",
            period=self.period.name,
            through=self._through(),
            sealed=self.last.size if self.last else 0,
            root=self.last.root.hex() if self.last else "",
            responses=about_domain.responses(),
            index=index,
            overall=tuple(about_domain.item(i) for i in self.instrument.ratings if not i.factor),
            factors=tuple(about_domain.factor(f.code, f.label) for f in self.instrument.factors),
            criteria=tuple(about_domain.item(i) for i in self.instrument.ratings if i.factor),
            means=tuple(about_domain.mean(i) for i in self.instrument.ratings),
            breakdown=self._breakdown() if top else (),
            modes=self._modes() if top else (),
            distributions=tuple(about_domain.distribution(i) for i in self.instrument.ratings),
            trend=self._trend(domain),
            goals=self._goals(index) if top else (),
            lines=self._lines() if top else (),
            published=self._published() if top else (),
        )

    @property
    def _is_province(self) -> bool:
        """Whether the reform plan's targets are about what this wave rates."""
        return self.known.agency(self.wave.root).kind == "province"

    @property
    def _index_code(self) -> str:
        return f"index:{self.instrument.index.code}" if self.instrument.index else "index"

    @property
    def _index_label(self) -> Text:
        return self.instrument.index.label if self.instrument.index else INDEX_LABEL

    @property
    def _index_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.instrument.ratings if item.in_index)

    def _moments(self, domains: Sequence[str]) -> Mapping[tuple[str, str], Mapping[str, Moments]]:
        return cells.strata(self.connection, self.wave.code, domains=domains, months=self.period.months)

    def strata(self, by_stratum: Mapping[str, Moments]) -> tuple[Stratum, ...]:
        return cells.with_sampled(by_stratum, self.sampled)

    def _usual_deffs(self) -> dict[str, float]:
        """Each measure's usual design effect: the median over agencies with enough people."""
        found: dict[str, list[float]] = {}
        for (_, measure), by_stratum in self.by_body.items():
            if measure == RESPONSES:
                continue
            estimate = stats.share(self.strata(by_stratum))
            if estimate.deff is not None and estimate.n >= ENOUGH:
                found.setdefault(measure, []).append(estimate.deff)
        return {measure: median(deffs) for measure, deffs in found.items()}

    def figure(
        self,
        code: str,
        kind: str,
        label: Text,
        domain: str,
        estimate: Estimate,
        *,
        missing: Mapping[str, int] | None = None,
        period: str | None = None,
    ) -> Figure:
        return Figure(
            code=code,
            kind=kind,
            label=label,
            domain=domain,
            wave=self.wave.code,
            instrument=self.instrument.ref,
            period=period or self.period.name,
            method=estimate.method,
            estimate=estimate,
            missing=missing or {},
        )

    def share(self, measure: str, by_stratum: Mapping[str, Moments]) -> Estimate:
        """The share of a measure; its interval leans on the usual design effect where it must."""
        return stats.share(self.strata(by_stratum), median_deff=self.usual_deff.get(measure, 1.0))

    def _through(self) -> str | None:
        return self.last.day.isoformat() if self.last else None

    def _modes(self) -> tuple[Figure, ...]:
        domains = [f"mode:{mode}" for mode in MODES]
        moments = self._moments(domains)
        shares = [
            self.figure(
                self._index_code,
                "share",
                MODES[domain.removeprefix("mode:")],
                domain,
                self.share(self._index_code, moments[domain, self._index_code]),
            )
            for domain in domains
            if (domain, self._index_code) in moments
        ]
        return disclosure.release_siblings(shares)

    def _trend(self, domain: str) -> tuple[Figure, ...]:
        if self.wave.kind is not WaveKind.CONTINUOUS:
            return ()
        every = cells.monthly(
            self.connection, self.wave.code, domain=ALL, measure=RESPONSES, months=self.period.months
        )
        own = cells.monthly(
            self.connection,
            self.wave.code,
            domain=domain,
            measure=self._index_code,
            months=self.period.months,
        )
        first, last = self.period.months
        figures = []
        for month in (m for m in self.months if first <= m <= last):
            psus = {stratum: m.psus for stratum, m in every.get(month, {}).items()}
            estimate = stats.share(
                cells.with_sampled(own.get(month, {}), psus),
                median_deff=self.usual_deff.get(self._index_code, 1.0),
            )
            label = self._index_label
            figures.append(self.figure(self._index_code, "share", label, domain, estimate, period=month))
        return disclosure.release_siblings(figures)

    def _goals(self, index: Figure) -> tuple[Goal, ...]:
        plan = self._moments([PLAN_DOMAIN])
        by_stratum = plan.get((PLAN_DOMAIN, self._index_code), {})
        pooled = disclosure.gate(
            self.figure(
                self._index_code,
                "share",
                self._index_label,
                PLAN_DOMAIN,
                self.share(self._index_code, by_stratum),
            )
        )
        figures = {(): index, PLAN_GROUPS: pooled}
        return tuple(
            Goal(target, figures[target.groups], _verdict(figures[target.groups], target))
            for target in self._targets()
            if target.groups in figures
        )

    def _targets(self) -> tuple[Target, ...]:
        """Satisfaction targets of the nation and of the wave's province, with a year."""
        if not self._is_province:
            return ()
        scopes = (NATIONAL, self.wave.root)
        return tuple(
            t
            for t in self.known.targets
            if t.scope in scopes and t.measure == "satisfaction" and t.year is not None
        )

    def _agency_target(self) -> Target | None:
        """The target that each agency's line is held against: the furthest verified overall one."""
        overall = [t for t in self._targets() if not t.groups]
        return max(overall, key=lambda t: (t.verified, t.year or 0), default=None)

    def _lines(self) -> tuple[Line, ...]:
        code = self._index_code
        figures = [
            self.figure(
                code,
                "share",
                self._index_label,
                f"agency:{body.code}",
                self.share(code, self.by_body.get((f"agency:{body.code}", code), {})),
            )
            for body in self.bodies
        ]
        target = self._agency_target()
        return tuple(
            Line(body, figure, _verdict(figure, target) if target else Verdict.INSUFFICIENT)
            for body, figure in zip(self.bodies, disclosure.release_siblings(figures), strict=True)
        )

    def _breakdown(self) -> tuple[Figure, ...]:
        """Every item's mean in every body, for imported waves: others publish means, not shares."""
        if self.wave.kind is not WaveKind.IMPORTED:
            return ()
        domains = [_Domain(self, f"agency:{body.code}", self.by_body, {}) for body in self.bodies]
        items = self.instrument.ratings
        rows = [disclosure.release_siblings([d.ungated_mean(item) for d in domains]) for item in items]
        return tuple(figure for row in rows for figure in row)

    def _published(self) -> tuple[PublishedFigure, ...]:
        """What others published of this province and of the nation, to stand beside and not to compare."""
        if not self._is_province:
            return ()
        places = (self.wave.root, NATION)
        return tuple(p for p in self.known.published if p.place in places and p.indicator == "sipas:overall")


def _verdict(figure: Figure, target: Target) -> Verdict:
    return verdict(figure.estimate, target.value / 100, target.operator)


class _Domain:
    """The figures of one domain."""

    def __init__(
        self,
        reader: _Reader,
        domain: str,
        moments: Mapping[tuple[str, str], Mapping[str, Moments]],
        tallies: Mapping[str, Mapping[str, int]],
    ) -> None:
        self.reader, self.domain, self.moments, self.tallies = reader, domain, moments, tallies

    def _of(self, measure: str) -> Mapping[str, Moments]:
        return self.moments.get((self.domain, measure), {})

    def share(self, measure: str, label: Text, items: Sequence[Item]) -> Figure:
        estimate = self.reader.share(measure, self._of(measure))
        missing = self._missing(items)
        return disclosure.gate(
            self.reader.figure(measure, "share", label, self.domain, estimate, missing=missing)
        )

    def item(self, item: Item) -> Figure:
        return self.share(f"item:{item.code}", item.text, [item])

    def factor(self, code: str, label: Text) -> Figure:
        return self.share(f"factor:{code}", label, self.reader.instrument.criteria(code))

    def mean(self, item: Item) -> Figure:
        return disclosure.gate(self.ungated_mean(item))

    def ungated_mean(self, item: Item) -> Figure:
        """The mean of one item on its own scale, before disclosure control."""
        scale = self.reader.instrument.scale_of(item)
        measure = f"item:{item.code}"
        strata = self.reader.strata(self._of(measure))
        deff = self.reader.usual_deff.get(measure, 1.0)
        estimate = stats.mean(strata, bounds=(scale.low, scale.high), median_deff=deff)
        return self.reader.figure(
            f"mean:{item.code}", "mean", item.text, self.domain, estimate, missing=self._missing([item])
        )

    def responses(self) -> Figure:
        """How many people answered."""
        n = sum(m.people for m in self._of(RESPONSES).values())
        psus = sum(m.psus for m in self._of(RESPONSES).values())
        estimate = Estimate(value=float(n), n=n, answers=n, psus=psus, method="count@1")
        return disclosure.gate(self.reader.figure(RESPONSES, "count", RESPONSES_LABEL, self.domain, estimate))

    def distribution(self, item: Item) -> Distribution:
        outcomes = self.tallies.get(f"item:{item.code}", {})
        steps = self.reader.instrument.scale_of(item).steps
        counts = tuple(outcomes.get(str(step.value), 0) for step in steps)
        missing = self._missing([item])
        return disclosure.gate_distribution(Distribution(item.code, item.text, steps, counts, missing))

    def _missing(self, items: Sequence[Item]) -> dict[str, int]:
        """Missing answers by reason, over the items; only reasons that occur."""
        counted = {
            reason.value: sum(self.tallies.get(f"item:{i.code}", {}).get(reason.value, 0) for i in items)
            for reason in Missing
        }
        return {reason: n for reason, n in counted.items() if n}
