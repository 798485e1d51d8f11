"""From kept counts to those that are released: what the shown figures need, and nothing of what is withheld."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey import disclosure, stats
from survey.analyse import Snapshot
from survey.analyse.beside import counted_otherwise, others
from survey.analyse.domain import Domain
from survey.analyse.drivers import LEAST, parts_of
from survey.analyse.periods import a_year_before
from survey.analyse.reading import Reader
from survey.analyse.series import Series
from survey.analyse.wave import INTERVAL, WAYS, ByDomain, WaveCounts
from survey.counts import ALL, RESPONSES, BlockSums, Pair, Stratum, centred, pairs
from survey.frame import WaveKind
from survey.instrument import Item, Missing
from survey.publish import halved, tables
from survey.publish.released import Block, Key, Released, Replicates, Tally, Told
from survey.report import Report
from survey.store import cells


@dataclass(frozen=True)
class _Rows:
    """Puts rows of sums into what is released."""

    released: Released
    counts: WaveCounts

    def put(
        self, domain: str, period: str, measure: str, strata: Sequence[Stratum], held: str | None
    ) -> None:
        """A row, unless nobody answered. Of two reasons to withhold it, the first stays."""
        key = Key(self.counts.wave.code, domain, period, measure)
        known = self.released.sums.get(key)
        if known is not None and known.held:
            return
        sums = centred(strata)
        if sums.moments.people:
            self.released.sums[key] = self._told(measure, domain, sums, held)

    def _told(self, measure: str, domain: str, sums: Stratum, held: str | None) -> Told:
        n = sums.moments.people
        if held or n < disclosure.SMALLEST:
            return Told(held or disclosure.TOO_FEW)
        if measure == RESPONSES:
            return Told("", tables.UNUSED, tables.UNUSED, sums)
        share = self._coarse("share", domain, stats.share((sums,))) if n < disclosure.FEW else ""
        item = self._item(measure)
        if item is None:
            return Told("", share, tables.UNUSED, sums)
        scale = self.counts.instrument.scale_of(item)
        estimate = stats.mean((sums,), bounds=(scale.low, scale.high))
        return Told("", share, self._coarse("mean", domain, estimate) if n < disclosure.FEW else "", sums)

    def _coarse(self, kind: str, domain: str, estimate: stats.Estimate) -> str:
        figure = disclosure.gate(self.counts.figure(kind, kind, {}, domain, estimate))
        if figure.estimate.reason != disclosure.ONE_STEP:
            return ""
        flags = (disclosure.ABOVE_90, disclosure.BELOW_10)
        return next((flag for flag in flags if flag in figure.flags), disclosure.ONE_STEP)

    def _item(self, measure: str) -> Item | None:
        code = measure.removeprefix("item:")
        return self.counts.instrument.by_code.get(code) if code != measure else None


def held_agencies(snapshot: Snapshot) -> dict[str, str]:
    """Domain -> why an agency's index is withheld beside the others'; then nothing of it is told."""
    return {
        line.figure.domain: line.figure.withheld for line in snapshot.whole().lines if line.figure.withheld
    }


def release(snapshot: Snapshot, held: Mapping[str, str]) -> Released:
    """The counts of the whole and of every agency; `of_body` adds what a single report needs.

    held: domain -> why nothing of it is told
    """
    whole = snapshot.whole()
    released = Released(_parameters(snapshot))
    rows = _Rows(released, whole.counts)
    _put_period(snapshot, rows, held)
    if whole.series:
        _put_series(rows, whole.series, whole.counts.period.name, held)
    for pair in whole.pairs:
        if isinstance(pair.source, Series) and pair.source is not whole.series:
            _put_earlier(released, pair.source, pair.comparison.before, held)
        elif isinstance(pair.source, WaveCounts):
            _put_earlier_wave(snapshot, released, pair.source, held)
    _put_shared(snapshot, released)
    return released


def _parameters(snapshot: Snapshot) -> dict[str, object]:
    whole, root = snapshot.whole(), snapshot.report(snapshot.wave.root)
    counts = whole.counts
    deffs = {counts.wave.code: {counts.period.name: dict(sorted(counts.usual_deff.items()))}}
    for series in (whole.series, *(pair.source for pair in whole.pairs)):
        if isinstance(series, Series):
            code = series.counts.index_code
            for year, deff in sorted(series.usual_deff.items()):
                deffs.setdefault(series.counts.wave.code, {}).setdefault(year, {}).setdefault(code, deff)
        elif isinstance(series, WaveCounts):
            deffs[series.wave.code] = {series.period.name: dict(sorted(series.usual_deff.items()))}
    return {
        "wave": counts.wave.code,
        "instrument": counts.instrument.ref,
        "period": counts.period.name,
        "months": list(counts.months),
        "agencies": [body.code for body in counts.bodies],
        "simulated": root.simulated,
        "through": root.through,
        "sealed": root.sealed,
        "root": root.root,
        "usual_deff": deffs,
        "interval": INTERVAL,
        "disclosure": tables.DISCLOSURE,
        "comparisons": [
            {
                "against": pair.comparison.against.value,
                "before": pair.comparison.before,
                "after": pair.comparison.after,
                "unfinished": pair.comparison.unfinished,
                "refused": pair.comparison.refused,
                "earlier": pair.comparison.earlier,
                "wave": _wave_of(pair.source),
            }
            for pair in whole.pairs
        ],
        "headline": [counts.index_code, RESPONSES],
        "doubts": {},
        "disputes": {code: told.__dict__ for code, told in whole.disputes.items()},
    }


def _wave_of(source: Series | WaveCounts | None) -> str | None:
    if source is None:
        return None
    return source.counts.wave.code if isinstance(source, Series) else source.wave.code


def _put_period(snapshot: Snapshot, rows: _Rows, held: Mapping[str, str]) -> None:
    counts = rows.counts
    wave, months, period = counts.wave.code, counts.period.months, counts.period.name
    beside = _held_means(counts)
    for (domain, measure), by_stratum in counts.by_body.items():
        why = held.get(domain) or beside.get((domain, measure))
        rows.put(domain, period, measure, counts.strata(by_stratum), why)
    every = cells.strata(snapshot.connection, wave, domains=[ALL], months=months)
    for (_, measure), by_stratum in every.items():
        rows.put(ALL, period, measure, counts.strata(by_stratum), None)
    _put_ways(snapshot, rows)
    _put_groups(snapshot, rows)


def _held_means(counts: WaveCounts) -> dict[tuple[str, str], str]:
    """Which means are withheld where every agency's stand beside each other (imported waves)."""
    if counts.wave.kind is not WaveKind.IMPORTED:
        return {}
    domains = [Domain(counts, f"agency:{body.code}", counts.by_body, {}) for body in counts.bodies]
    return {
        (figure.domain, f"item:{item.code}"): figure.withheld
        for item in counts.instrument.ratings
        for figure in disclosure.release_siblings([each.ungated_mean(item) for each in domains])
        if figure.withheld
    }


def _put_groups(snapshot: Snapshot, rows: _Rows) -> None:
    """Groups of fields with their factors, fields, kinds, and what the plan pools, withheld as their page does."""
    counts, root = rows.counts, snapshot.report(rows.counts.wave.root)
    figures = (*root.groups, *root.group_factors, *root.fields, *root.kinds)
    shown = {(figure.domain, figure.code): figure.withheld for figure in figures}
    shown |= {(goal.figure.domain, goal.figure.code): None for goal in root.goals if goal.target.groups}
    domains, measures = (sorted({key[place] for key in shown}) for place in (0, 1))
    wave, months = counts.wave.code, counts.period.months
    found = cells.strata(snapshot.connection, wave, domains=domains, months=months, measures=measures)
    for (domain, code), why in shown.items():
        rows.put(domain, counts.period.name, code, counts.strata(found.get((domain, code), {})), why)


def _put_ways(snapshot: Snapshot, rows: _Rows) -> None:
    """Ways of answering, each with the reason for which its figure is withheld."""
    counts = rows.counts
    code, domains = counts.index_code, [domain for family in WAYS.values() for domain in family]
    wave, months = counts.wave.code, counts.period.months
    found = cells.strata(snapshot.connection, wave, domains=domains, months=months, measures=[code])
    for ways in snapshot.report(counts.wave.root).ways:
        for figure in ways.figures:
            strata = counts.strata(found[figure.domain, code])
            rows.put(figure.domain, counts.period.name, code, strata, figure.withheld)


def _put_series(rows: _Rows, series: Series, year: str, held: Mapping[str, str]) -> None:
    every = [*(m for m in series.months if m[:4] == year), *series.quarters, *series.years]
    lately = [q for q in series.quarters if q[:4] in (year, a_year_before(year))]
    agencies = series.families["agency"]
    wave, code = rows.counts.wave.code, series.counts.index_code
    ways = [domain for family in series.families.values() for domain in family if domain not in agencies]
    shown = [domain for domain in ways if Key(wave, domain, year, code) in rows.released.sums]
    for domain in (ALL, *agencies, *shown):
        for period in every if domain == ALL or domain in agencies else lately:
            if series.people(domain, period):
                why = held.get(domain) or series.held(domain, period)
                rows.put(domain, period, code, series.strata(domain, period), why)


def _put_earlier(released: Released, series: Series, period: str, held: Mapping[str, str]) -> None:
    rows = _Rows(released, series.counts)
    for domain in (ALL, *series.families["agency"]):
        if series.people(domain, period):
            reason = held.get(domain) or series.held(domain, period)
            rows.put(domain, period, series.counts.index_code, series.strata(domain, period), reason)


def _put_earlier_wave(
    snapshot: Snapshot, released: Released, counts: WaveCounts, held: Mapping[str, str]
) -> None:
    rows, code, period = _Rows(released, counts), counts.index_code, counts.period.name
    domains = [f"agency:{body.code}" for body in counts.bodies]
    figures = [counts.index(d, counts.by_body.get((d, code), {})) for d in domains]
    secondary = {f.domain: f.withheld for f in disclosure.release_siblings(figures)}
    every = cells.strata(
        snapshot.connection, counts.wave.code, domains=[ALL], months=counts.period.months, measures=[code]
    )
    found: ByDomain = {**counts.by_body, **every}
    for (domain, measure), by_stratum in found.items():
        if measure == code:
            why = held.get(domain) or secondary.get(domain)
            rows.put(domain, period, code, counts.strata(by_stratum), why)


def _put_shared(snapshot: Snapshot, released: Released) -> None:
    """Covariances of what is ranked and contrasted."""
    whole = snapshot.whole()
    counts, months = whole.counts, whole.counts.period.months
    ranked = [line.figure.domain for line in whole.lines if line.placing]
    families = [("agency", ranked)]
    families += [
        (ways.family, [figure.domain for figure in ways.figures if not figure.withheld])
        for ways in snapshot.report(counts.wave.root).ways
        if ways.contrasts
    ]
    for family, domains in families:
        parts = cells.parts(snapshot.connection, counts.wave.code, family, months, psus=counts.sampled)
        found = pairs(parts, domains)
        if family == "agency":  # of two agencies no test is made that needs their degrees of freedom
            bare = {pair: replace(sums, df=0) for pair, sums in found.items()}
            found = {pair: sums for pair, sums in bare.items() if sums != Pair(0.0, 0.0, 0.0, 0.0, 0)}
        else:
            most = max(domains, key=lambda domain: parts.people[parts.keys.index(domain)])
            found = {pair: sums for pair, sums in found.items() if most in pair}
        released.shared[family, counts.period.name] = dict(found)


# What a single report needs.


def of_body(released: Released, reader: Reader, report: Report, held: str | None) -> None:
    """Tallies, products and groups of one report. held: why nothing of it is told"""
    domain = report.index.domain
    doubts = released.parameters["doubts"]
    doubts[report.agency.code] = [report.in_review, report.set_aside]
    if held:
        return
    _put_beside(released, reader, report)
    _put_tallies(released, reader, report)
    products = reader.products(report.agency)
    for name, block in products.blocks.items():
        released.blocks[domain, name] = _block(name, block)
    persons = products.block("persons")
    if persons is not None and persons.n >= LEAST and report.drivers:
        released.replicates[domain] = replicates(persons)
    for comparison in report.comparisons:
        if comparison.whole and comparison.whole.splits:
            halved.put(released, reader, comparison.against.value, comparison.whole)


def _put_beside(released: Released, reader: Reader, report: Report) -> None:
    """The index with and without."""
    if not report.beside:
        return
    counts, domain = reader.counts, report.index.domain
    code, rows = counts.index_code, _Rows(released, counts)
    wave, months = counts.wave.code, counts.period.months
    own = cells.strata(reader.connection, wave, domains=[domain], months=months, measures=[code])
    moments = own.get((domain, code), {})
    for name, (some, sign) in others(reader.connection, wave, domain).items():
        found = counted_otherwise(reader.connection, counts, domain, moments, some, sign)
        if found is not None:
            rows.put(domain, counts.period.name, f"{code}:{name}", found[0].strata(found[1]), None)


def _put_tallies(released: Released, reader: Reader, report: Report) -> None:
    counts, domain = reader.counts, report.index.domain
    found = cells.tallies(reader.connection, counts.wave.code, domain=domain, months=counts.period.months)
    for distribution in report.distributions:
        outcomes = found.get(f"item:{distribution.item}", {})
        missing = {reason.value: n for reason in Missing if (n := outcomes.get(reason.value, 0))}
        tally = Tally(distribution.counts, distribution.withheld or "", missing)
        released.tallies[domain, distribution.item] = tally


def _block(name: str, block: BlockSums) -> Block:
    if block.n < disclosure.SMALLEST:
        return Block(block.columns, 0, 0, (), disclosure.TOO_FEW)
    if block.n < LEAST:
        return Block(block.columns, block.n, 0, ())
    groups = block.groups if name == "persons" else 0
    return Block(block.columns, block.n, groups, tuple(block.sums.sum(axis=0).tolist()))


def replicates(persons: BlockSums) -> Replicates:
    """Sums of every twentieth where each that holds anybody holds 30 people; else the figures without each."""
    there = [group for group in persons.sums.tolist() if group[0] > 0]
    if all(group[0] >= LEAST for group in there):
        return Replicates(sums=tuple(map(tuple, there)))
    return Replicates(figures=tuple(map(tuple, persons.without(parts_of(persons)))))
