"""From released counts to reports: the figures of an edition, computed from nothing but its bundle.

`figured` gives single figures, `moved` changes and what they come from; here they become the reports that pages have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survey import disclosure
from survey.agency import PLAN_GROUPS, Agency, PublishedFigure
from survey.analyse import plan
from survey.analyse.beside import LABELS
from survey.analyse.combined import combined
from survey.analyse.disputing import rates
from survey.analyse.drivers import drivers, reliabilities
from survey.analyse.groups import GROUPS, KINDS, UNKNOWN_FIELD, Groups
from survey.analyse.ranks import placings
from survey.analyse.reading import NATION
from survey.analyse.wave import WAYS, WHOLE_OF
from survey.analyse.ways import contrasts
from survey.counts import ALL, NO_FIELD, PLAN, BlockSums, Parts, Products, Replicated, together
from survey.counts.products import block_size
from survey.dispute import Disputed
from survey.figure import Figure, Goal, Verdict
from survey.frame import WaveKind
from survey.instrument import Text
from survey.publish.figured import Figured
from survey.publish.moved import Moved
from survey.publish.released import Block, Replicates, Told
from survey.publish.voiced import voice_of
from survey.report import Changes, Comparison, Line, Rates, Report, Voice, Ways


@dataclass(frozen=True)
class Rebuilder(Figured):
    """Makes the reports of an edition from its released counts and the catalogue."""

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

    @cached_property
    def _of_everybody(self) -> tuple[Comparison, ...]:
        return Moved(self).of_everybody()

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
            groups=self._groups.groups if top else (),
            group_factors=self._groups.group_factors if top else (),
            fields=self._groups.fields if top else (),
            kinds=self._groups.kinds if top else (),
            beside=self._beside(domain),
            disputes=self._rates(body.code, domain),
            disputing=tuple((each, self._rates(each.code, f"agency:{each.code}")) for each in counts.bodies)
            if top
            else (),
            distributions=tuple(self.distribution(domain, item) for item in ratings),
            trend=self._over_time(domain, [m for m in counts.months if m[:4] == self.period]),
            quarters=self._over_time(domain, self._quarters),
            years=self._over_time(domain, tuple(dict.fromkeys(m[:4] for m in counts.months))),
            goals=self._goals(index) if top else (),
            lines=self.lines if top else (),
            line=next((line for line in self.lines if line.agency.code == body.code), None),
            comparisons=Moved(self).own(self._of_everybody, body),
            published=self._published() if top else (),
            in_review=waiting,
            set_aside=aside,
        )

    def _rates(self, agency: str, domain: str) -> Rates:
        """How much was disputed of an agency's ratings, or of everybody's."""
        told = Disputed(**self.released.parameters["disputes"].get(agency, {}))
        return rates(self.counts, self.responses(domain), told)

    @cached_property
    def voice(self) -> Voice | None:
        """What people asked for, and what became of it."""
        return voice_of(self.released, self.known)

    @cached_property
    def _groups(self) -> Groups:
        """Groups of fields with their factors, fields, and kinds of respondents: those that somebody answered."""
        groups = self._of_domains({f"group:{code}": label for code, label in GROUPS.items()})
        names = {code: field.name for code, field in self.known.fields.items()} | {NO_FIELD: UNKNOWN_FIELD}
        factors = tuple(
            self.share(group.domain, code, factor.label)
            for group in groups
            for factor in self.counts.instrument.factors
            if self.told(group.domain, code := f"factor:{factor.code}") != Told()
        )
        fields = self._of_domains({f"field:{code}": name for code, name in names.items()})
        kinds = self._of_domains({f"kind:{code}": label for code, label in KINDS.items()})
        return Groups(groups, factors, fields, kinds)

    def _of_domains(self, labels: Mapping[str, Text]) -> tuple[Figure, ...]:
        code = self.counts.index_code
        return tuple(
            self.index(domain, label=label)
            for domain, label in labels.items()
            if self.told(domain, code) != Told()
        )

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
        replicates = self.released.replicates.get(domain, Replicates())
        blocks: dict[str, BlockSums] = {}
        for (of, name), block in self.released.blocks.items():
            if of == domain:
                own = replicates if name == "persons" else Replicates()
                blocks[name] = sums_of(block, own)
        return Products(blocks)


def sums_of(block: Block, replicates: Replicates) -> BlockSums:
    """A block: of all together with the figures without each twentieth, or of every twentieth by itself."""
    if replicates.sums:
        return BlockSums(block.columns, np.array(replicates.sums))
    sums = np.zeros((1, block_size(len(block.columns))))
    if block.sums:
        sums[0] = block.sums
    else:
        sums[0, 0] = 1 if block.held else block.n
    return Replicated(block.columns, sums, replicates.figures, block.groups)


def _all_held(figures: Sequence[Figure], held: str) -> tuple[Figure, ...]:
    return tuple(disclosure.withhold(figure, held) if held else figure for figure in figures)
