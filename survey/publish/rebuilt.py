"""From released counts to reports: the figures of an edition, computed from nothing but its bundle.

The same formulas and the same gates as everywhere (`stats`, `disclosure`, `analyse`); what differs is that sums
come from tables and not from a database, and that what is withheld was decided before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from survey import disclosure, stats
from survey.agency import PLAN_GROUPS, Agency, PublishedFigure
from survey.analyse import plan
from survey.analyse.beside import LABELS
from survey.analyse.changes import move_of
from survey.analyse.combined import combined
from survey.analyse.domain import RESPONSES_LABEL
from survey.analyse.drivers import drivers, reliabilities
from survey.analyse.ranks import placings
from survey.analyse.reading import NATION
from survey.analyse.splits import AFTER, BEFORE, overs, split_of
from survey.analyse.wave import WAYS, WHOLE_OF, Period, WaveCounts
from survey.analyse.ways import contrasts
from survey.comparison import adjusted
from survey.counts import (
    ALL,
    NO_FIELD,
    PLAN,
    RESPONSES,
    BlockSums,
    Moments,
    Parts,
    Products,
    Replicated,
    Stratum,
    together,
)
from survey.counts.products import block_size
from survey.dispute import Rates
from survey.figure import Distribution, Figure, Goal, Verdict
from survey.frame import WaveKind
from survey.instrument import Item, Missing, Text
from survey.intervals import Interval
from survey.publish.released import Key, Released, Told
from survey.report import Against, Changes, Comparison, Line, Move, Report, Split, Ways
from survey.response import Respondent
from survey.stats import Estimate
from survey.store.agencies import Reference

KINDS: dict[str, Text] = {
    "citizen": {"vi": "Người dân", "en": "Citizens"},
    "business": {"vi": "Doanh nghiệp, tổ chức", "en": "Businesses and organisations"},
    "unstated": {"vi": "Không nêu", "en": "Not stated"},
}


#: intervals that editions have; the first is that of those which do not name theirs
INTERVALS: tuple[Interval, ...] = ("wilson", "wilson-usual")


@dataclass(frozen=True)
class Rebuilder:
    """Makes the reports of an edition from its released counts and the catalogue."""

    released: Released
    known: Reference

    # What stands in the parameters.

    @cached_property
    def counts(self) -> WaveCounts:
        """The wave and period, with no counts in it: figures are named and labelled through it."""
        told = self.released.parameters
        wave = self.known.wave(told["wave"])
        bodies = [self.known.agency(code) for code in told["agencies"]]
        instrument = self.known.instruments[told["instrument"]]
        period = Period(told["period"], ("", ""))
        return WaveCounts(wave, instrument, period, tuple(told["months"]), {}, bodies, {})

    @property
    def period(self) -> str:
        return self.counts.period.name

    @property
    def continuous(self) -> bool:
        return self.counts.wave.kind is WaveKind.CONTINUOUS

    def _deff(self, wave: str, period: str, measure: str) -> float:
        of_wave = self.released.parameters["usual_deff"].get(wave, {})
        found = of_wave.get(period) or of_wave.get(period[:4]) or {}
        index = self.counts.index_code  # also of the index that is counted otherwise
        return float(found.get(index if measure.startswith(f"{index}:") else measure, 1.0))

    @property
    def interval(self) -> Interval:
        """The interval of the shares."""
        interval: Interval = self.released.parameters.get("interval", INTERVALS[0])
        return interval

    # Figures.

    def told(self, domain: str, measure: str, period: str | None = None, wave: str | None = None) -> Told:
        key = Key(wave or self.counts.wave.code, domain, period or self.period, measure)
        held = self.held(domain)
        return Told(held) if held else self.released.sums.get(key) or Told()

    def share(
        self,
        domain: str,
        measure: str,
        label: Text,
        items: Sequence[Item] = (),
        *,
        period: str | None = None,
        wave: str | None = None,
    ) -> Figure:
        """The share of a measure as it may be shown."""
        told = self.told(domain, measure, period, wave)
        deff = self._deff(wave or self.counts.wave.code, period or self.period, measure)
        estimate = stats.share(_of_share(told), interval=self.interval, median_deff=deff)
        missing = self._missing(domain, items)
        figure = self.counts.figure(measure, "share", label, domain, estimate, missing=missing, period=period)
        return _gated(figure, told)

    def index(self, domain: str, period: str | None = None, *, label: Text | None = None) -> Figure:
        return self.share(domain, self.counts.index_code, label or self.counts.index_label, period=period)

    def mean(self, domain: str, item: Item) -> Figure:
        scale, measure = self.counts.instrument.scale_of(item), f"item:{item.code}"
        told, deff = self.told(domain, measure), self._deff(self.counts.wave.code, self.period, measure)
        bounds = (scale.low, scale.high)
        estimate = stats.mean(_of_mean(told, scale.low), bounds=bounds, median_deff=deff)
        missing = self._missing(domain, [item])
        figure = self.counts.figure(f"mean:{item.code}", "mean", item.text, domain, estimate, missing=missing)
        return _gated(figure, told)

    def responses(self, domain: str) -> Figure:
        told = self.told(domain, RESPONSES)
        n, psus = told.sums.moments.people, told.sums.moments.psus
        estimate = Estimate(value=float(n), n=n, answers=n, psus=psus, method="count@1")
        return _gated(self.counts.figure(RESPONSES, "count", RESPONSES_LABEL, domain, estimate), told)

    def _missing(self, domain: str, items: Sequence[Item]) -> dict[str, int]:
        tallies = [self.released.tallies.get((domain, item.code)) for item in items]
        counted = {
            reason.value: sum(tally.missing.get(reason.value, 0) for tally in tallies if tally)
            for reason in Missing
        }
        return {reason: n for reason, n in counted.items() if n}

    def distribution(self, domain: str, item: Item) -> Distribution:
        steps = self.counts.instrument.scale_of(item).steps
        held, tally = self.held(domain), self.released.tallies.get((domain, item.code))
        if held or tally is None:
            withheld = held or None
            counts = None if held else (0,) * len(steps)
            return Distribution(item.code, item.text, steps, counts, {}, withheld)
        missing = {} if tally.held == disclosure.TOO_FEW else tally.missing
        return Distribution(item.code, item.text, steps, tally.steps, missing, tally.held or None)

    def held(self, domain: str) -> str:
        """Why nothing of a domain is told, "" where something is."""
        if not domain.startswith("agency:"):
            return ""
        key = Key(self.counts.wave.code, domain, self.period, self.counts.index_code)
        return self.released.sums.get(key, Told()).held

    # Reports.

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every agency beside the others."""
        target = plan.foremost(plan.targets(self.known, self.counts.wave))
        figures = [self.index(f"agency:{body.code}") for body in self.counts.bodies]
        shared = self.released.shared.get(("agency", self.period), {})
        rows = {f.domain: self.told(f.domain, self.counts.index_code).sums for f in figures if not f.withheld}
        placed = placings(together(rows, shared), figures)
        leaning = combined(figures)
        return tuple(
            Line(
                body,
                figure,
                plan.verdict_of(figure, target) if target else Verdict.INSUFFICIENT,
                target,
                placed.get(figure.domain),
                leaning.get(figure.domain),
            )
            for body, figure in zip(self.counts.bodies, figures, strict=True)
        )

    @cached_property
    def reports(self) -> tuple[Report, ...]:
        """The report of the whole, and then every agency's."""
        return tuple(self.report(b) for b in (self.known.agency(self.counts.wave.root), *self.counts.bodies))

    def changes(self) -> Changes:
        """How every agency moved."""
        return Changes(self.reports[0], self._of_everybody)

    def report(self, body: Agency) -> Report:
        counts, told = self.counts, self.released.parameters
        top = body.code == counts.wave.root
        domain = ALL if top else f"agency:{body.code}"
        ratings = counts.instrument.ratings
        index = self.share(domain, counts.index_code, counts.index_label, counts.index_items)
        factors = tuple(
            self.share(domain, f"factor:{f.code}", f.label, counts.instrument.criteria(f.code))
            for f in counts.instrument.factors
        )
        items = [(item, self.share(domain, f"item:{item.code}", item.text, [item])) for item in ratings]
        products, held = self._products(domain), self.held(domain)
        waiting, aside = told["doubts"].get(body.code, (0, 0))
        return Report(
            wave=counts.wave,
            instrument=counts.instrument,
            agency=body,
            simulated=told["simulated"],
            period=self.period,
            through=told["through"],
            sealed=told["sealed"],
            root=told["root"],
            responses=self.responses(domain),
            index=index,
            overall=tuple(figure for item, figure in items if not item.factor),
            factors=factors,
            drivers=_all_held(drivers(counts, products, factors, domain), held),
            reliabilities=_all_held(reliabilities(counts, products, domain), held),
            criteria=tuple(figure for item, figure in items if item.factor),
            means=tuple(self.mean(domain, item) for item in ratings),
            breakdown=self._breakdown() if top else (),
            ways=self._ways() if top else (),
            beside=self._beside(domain),
            disputes=Rates(*told["disputes"].get(body.code, ())),
            distributions=tuple(self.distribution(domain, item) for item in ratings),
            trend=self._over_time(domain, [m for m in counts.months if m[:4] == self.period]),
            quarters=self._over_time(domain, self._quarters),
            years=self._over_time(domain, tuple(dict.fromkeys(m[:4] for m in counts.months))),
            goals=self._goals(index) if top else (),
            lines=self.lines if top else (),
            line=next((line for line in self.lines if line.agency.code == body.code), None),
            comparisons=self._comparisons(body),
            published=self._published() if top else (),
            in_review=waiting,
            set_aside=aside,
        )

    def groups(self) -> tuple[Figure, ...]:
        """The index of kinds of respondents, groups of fields, and fields."""
        fields = self.known.fields
        found = [self.index(f"kind:{kind.value}", label=KINDS[kind.value]) for kind in Respondent]
        groups = sorted({field.group for field in fields.values() if field.group})
        found += [self.index(f"group:{group}", label={"vi": group, "en": group}) for group in groups]
        found += [self.index(f"field:{code}", label=field.name) for code, field in fields.items()]
        found.append(self.index(f"field:{NO_FIELD}", label=KINDS["unstated"]))
        return tuple(figure for figure in found if figure.withheld or figure.estimate.n)

    @property
    def _quarters(self) -> tuple[str, ...]:
        months = self.counts.months
        return tuple(dict.fromkeys(f"{m[:4]}-Q{(int(m[5:]) + 2) // 3}" for m in months))

    def _over_time(self, domain: str, names: Sequence[str]) -> tuple[Figure, ...]:
        return tuple(self.index(domain, name) for name in names) if self.continuous else ()

    def _breakdown(self) -> tuple[Figure, ...]:
        if self.counts.wave.kind is not WaveKind.IMPORTED:
            return ()
        return tuple(
            self.mean(f"agency:{body.code}", item)
            for item in self.counts.instrument.ratings
            for body in self.counts.bodies
        )

    def _ways(self) -> tuple[Ways, ...]:
        """Ways of answering beside each other."""
        found = []
        for family, labels in WAYS.items():
            used = [domain for domain in labels if self.told(domain, self.counts.index_code) != Told()]
            if used and (len(used) > 1 or family not in WHOLE_OF):
                figures = tuple(self.index(domain, label=labels[domain]) for domain in used)
                beside = contrasts(self._shown_together(figures), family, figures)
                found.append(Ways(family, figures, beside, self._trend_of(figures)))
        return tuple(found)

    def _shown_together(self, figures: Sequence[Figure]) -> Callable[[str], Parts]:
        shown = [figure.domain for figure in figures if not figure.withheld]
        rows = {domain: self.told(domain, self.counts.index_code).sums for domain in shown}
        return lambda family: together(rows, self.released.shared.get((family, self.period), {}))

    def _trend_of(self, figures: Sequence[Figure]) -> tuple[Figure, ...]:
        if not self.continuous:
            return ()
        years = (self.period, f"{int(self.period) - 1:04}")
        quarters = [q for q in self._quarters if q[:4] in years]
        return tuple(
            self.index(figure.domain, quarter, label=figure.label)
            for figure in figures
            for quarter in quarters
            if self.told(figure.domain, self.counts.index_code, quarter) != Told()
        )

    def _beside(self, domain: str) -> tuple[Figure, ...]:
        """The index with what does not count, and without what was rightly disputed."""
        codes = {f"{self.counts.index_code}:{name}": label for name, label in LABELS.items()}
        return tuple(
            self.share(domain, code, label)
            for code, label in codes.items()
            if self.told(domain, code) != Told() and not self.held(domain)
        )

    def _goals(self, index: Figure) -> tuple[Goal, ...]:
        found = plan.targets(self.known, self.counts.wave)
        figures = {(): index, PLAN_GROUPS: self.index(PLAN)}
        return tuple(
            Goal(
                t,
                figure,
                plan.verdict_of(figure, t),
                t == plan.foremost(found, t.groups),
                plan.needed_of(figure, t),
            )
            for t in found
            if (figure := figures.get(t.groups))
        )

    def _published(self) -> tuple[PublishedFigure, ...]:
        if not plan.is_of_province(self.known, self.counts.wave):
            return ()
        places = (self.counts.wave.root, NATION)
        return tuple(p for p in self.known.published if p.place in places and p.indicator == "sipas:overall")

    def _products(self, domain: str) -> Products:
        replicates = self.released.replicates.get(domain, [])
        blocks: dict[str, BlockSums] = {}
        for (of, name), block in self.released.blocks.items():
            if of != domain:
                continue
            sums = np.zeros((1, block_size(len(block.columns))))
            if block.sums:
                sums[0] = block.sums
            else:
                sums[0, 0] = 1 if block.held else block.n
            told = replicates if name == "persons" else ()
            blocks[name] = Replicated(block.columns, sums, told, block.groups)
        return Products(blocks)

    # Comparisons.

    @cached_property
    def _bare(self) -> tuple[tuple[Comparison, str | None], ...]:
        """Every comparison without its figures, and the wave that the earlier ones are of."""
        return tuple(
            (
                Comparison(
                    Against(told["against"]),
                    told["before"],
                    told["after"],
                    told["unfinished"],
                    told["refused"],
                    told["earlier"],
                ),
                told["wave"],
            )
            for told in self.released.parameters["comparisons"]
        )

    def _move(self, body: Agency, domain: str, comparison: Comparison, wave: str | None) -> Move:
        code, label = self.counts.index_code, self.counts.index_label
        before = self.share(domain, code, label, period=comparison.before, wave=wave)
        return move_of(body, before, self.share(domain, code, label, period=comparison.after))

    @cached_property
    def _of_everybody(self) -> tuple[Comparison, ...]:
        root = self.known.agency(self.counts.wave.root)
        return tuple(self._with_moves(root, comparison, wave) for comparison, wave in self._bare)

    def _with_moves(self, root: Agency, comparison: Comparison, wave: str | None) -> Comparison:
        if wave is None:
            return comparison
        moves = [self._move(b, f"agency:{b.code}", comparison, wave) for b in self.counts.bodies]
        q = adjusted([one.change.p for one in moves])
        tested = [replace(m, change=replace(m.change, q=value)) for m, value in zip(moves, q, strict=True)]
        return replace(comparison, whole=self._move(root, ALL, comparison, wave), agencies=tuple(tested))

    def _comparisons(self, body: Agency) -> tuple[Comparison, ...]:
        own = ((each, each.of(body.code)) for each in self._of_everybody)
        return tuple(
            replace(each, agencies=(), whole=one and replace(one, splits=self._splits(each, one)))
            for each, one in own
        )

    def _splits(self, comparison: Comparison, one: Move) -> tuple[Split, ...]:
        if one.change.value is None or not self.continuous:
            return ()
        found = []
        for over in overs(one):
            halves = self.released.halves.get((one.after.domain, comparison.against.value, over.value))
            if halves is None:
                continue
            rows: dict[object, tuple[float, float]] = {}
            for group, (w1, y1, w2, y2) in halves.groups.items():
                rows |= {(group, when): (w, y) for when, w, y in ((BEFORE, w1, y1), (AFTER, w2, y2)) if w}
            errors = (halves.level_se, halves.mix_se)
            found.append(split_of(over, one, _groups(rows), errors))
        return tuple(split for split in found if split)


def _groups(rows: Mapping[object, tuple[float, float]]) -> Parts:
    """Groups before and after a change, with weights and amounts alone."""
    moments = np.zeros((len(rows), 13))
    moments[:, 0] = moments[:, 1] = 1.0
    moments[:, 3], moments[:, 5] = zip(*rows.values(), strict=True)
    none = np.zeros(0, dtype=np.intp)
    return Parts(
        tuple(rows),
        np.zeros(len(rows), dtype=np.intp),
        np.arange(len(rows)),
        moments,
        none,
        none,
        none,
        np.zeros((0, 5)),
        np.ones(1, dtype=np.intp),
    )


def _gated(figure: Figure, told: Told) -> Figure:
    return disclosure.withhold(figure, told.held) if told.held else disclosure.gate(figure)


def _all_held(figures: Sequence[Figure], held: str) -> tuple[Figure, ...]:
    return tuple(disclosure.withhold(figure, held) if held else figure for figure in figures)


def _of_share(told: Told) -> tuple[Stratum, ...]:
    """The sums that a share is made from; of a coarsened one, those of people who all said the same."""
    sums = told.sums.moments
    if not sums.people:
        return ()
    if told.share == disclosure.ABOVE_90:
        sums = replace(sums, y=sums.w, wy=sums.ww, yy=sums.ww)
    elif told.share == disclosure.BELOW_10:
        sums = replace(sums, y=0.0, wy=0.0, yy=0.0)
    return (replace(told.sums, moments=sums),)


def _of_mean(told: Told, step: float) -> tuple[Stratum, ...]:
    """As `_of_share`, for a mean: everybody chose one step, and it is not told which."""
    m: Moments = told.sums.moments
    if not m.people:
        return ()
    if told.mean:
        m = replace(m, s=step * m.w, q=step * step * m.w, ws=step * m.ww, ss=step * step * m.ww)
    return (replace(told.sums, moments=m),)
