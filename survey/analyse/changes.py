"""Changes of every agency between two periods of a wave, or between two waves that ask the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from survey import disclosure
from survey.agency import Agency
from survey.analyse import periods
from survey.analyse.series import Series
from survey.analyse.wave import WaveCounts
from survey.comparison import Change, adjusted, change
from survey.counts import ALL
from survey.figure import Figure
from survey.report import METHOD_BREAK, NO_EARLIER, Against, Comparison, Move
from survey.store import cells
from survey.store.database import Connection

#: domain -> its figure, as it may be shown
Shown = Callable[[str], Figure]


@dataclass(frozen=True)
class Pair:
    """Two periods to compare, and how their figures are read; None where they are not compared.

    source: whose figures the earlier ones are
    """

    comparison: Comparison
    before: Shown | None = None
    after: Shown | None = None
    source: Series | WaveCounts | None = None

    def of_whole(self, root: Agency) -> Comparison:
        """The comparison with the change of the whole alone."""
        if self.before is None or self.after is None:
            return self.comparison
        return replace(self.comparison, whole=move_of(root, self.before(ALL), self.after(ALL)))

    def of_everybody(self, root: Agency, bodies: Sequence[Agency]) -> Comparison:
        """The comparison with every agency's change, its p adjusted over all that are tested."""
        if self.before is None or self.after is None:
            return self.comparison
        domains = [(body, f"agency:{body.code}") for body in bodies]
        moves = [move_of(body, self.before(domain), self.after(domain)) for body, domain in domains]
        q = adjusted([move.change.p for move in moves])
        tested = [replace(m, change=replace(m.change, q=value)) for m, value in zip(moves, q, strict=True)]
        return replace(self.of_whole(root), agencies=tuple(tested))


def period_pairs(
    series: Series, period: str, last: date | None, *, earlier: Sequence[Series] = ()
) -> tuple[Pair, ...]:
    """The year against the one before, its latest quarter against the one before and a year before.

    Another period than a year is held against the one before it and the same a year before.
    last: the day of the last sealing · earlier: of the waves that began before this one, which are asked
    where this one has no answers of the earlier period, those with its questionnaire first
    """
    ref = series.counts.instrument.ref
    sources = (series, *sorted(earlier, key=lambda one: one.counts.instrument.ref != ref))
    found = []
    for against, before, after in named_pairs(series, period):
        unfinished = last is not None and not periods.is_over(after, last)
        pair = Comparison(against, before, after, unfinished)
        source = next((one for one in sources if one.has(before)), None)
        if source is None:
            found.append(Pair(replace(pair, refused=NO_EARLIER)))
        elif source.counts.instrument.ref != ref:
            found.append(Pair(replace(pair, refused=METHOD_BREAK, earlier=source.counts.instrument.ref)))
        else:
            found.append(Pair(pair, _in(source, before), _in(series, after), source))
    return tuple(found)


def named_pairs(series: Series, period: str) -> Iterator[tuple[Against, str, str]]:
    """What is compared, the earlier period, the later one."""
    if "-" not in period:
        of_year = [quarter for quarter in series.quarters if quarter[:4] == period]
        for quarter in of_year[-1:]:
            yield Against.YEAR, periods.a_year_before(period), period
            yield Against.QUARTER, periods.before(quarter), quarter
            yield Against.SAME_QUARTER, periods.a_year_before(quarter), quarter
        return
    if not series.has(period):
        return
    yield Against.BEFORE, periods.before(period), period
    if periods.before(period) != periods.a_year_before(period):
        yield Against.YEAR_BEFORE, periods.a_year_before(period), period


def wave_pairs(connection: Connection, counts: WaveCounts, earlier: Sequence[WaveCounts]) -> tuple[Pair, ...]:
    """A wave that is one period against the wave before it; () where there was none.

    earlier: that wave's counts, if there was one
    """
    if not earlier or not earlier[0].months or not counts.months:
        return ()
    previous = earlier[0]
    pair = Comparison(Against.WAVE, previous.period.name, counts.period.name)
    if previous.instrument.ref != counts.instrument.ref:
        return (Pair(replace(pair, refused=METHOD_BREAK, earlier=previous.instrument.ref)),)
    return (Pair(pair, _of_wave(connection, previous), _of_wave(connection, counts), previous),)


def _in(series: Series, period: str) -> Shown:
    return lambda domain: series.figure(domain, period)


def _of_wave(connection: Connection, counts: WaveCounts) -> Shown:
    """The figures of a wave that is one period."""
    code, months = counts.index_code, counts.period.months
    every = cells.strata(connection, counts.wave.code, domains=[ALL], months=months, measures=[code])
    figures = [
        counts.index(d, counts.by_body.get((d, code), {}))
        for d in (f"agency:{body.code}" for body in counts.bodies)
    ]
    shown: Mapping[str, Figure] = {f.domain: f for f in disclosure.release_siblings(figures)} | {
        ALL: disclosure.gate(counts.index(ALL, every.get((ALL, code), {})))
    }
    return lambda domain: shown.get(domain) or counts.index(domain, {})


def move_of(body: Agency, before: Figure, after: Figure) -> Move:
    """Both periods are other days, so no unit is in both and the errors are independent."""
    reason = disclosure.comparable(before, after)
    if reason is None:
        return Move(body, before, after, change(before.estimate, after.estimate))
    level = before.estimate.level
    return Move(body, before, after, Change(before.estimate, after.estimate, level=level, reason=reason))
