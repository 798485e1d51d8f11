"""What all reports of a wave and a year share: made once, and kept for as long as the ledger's root stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from survey import disclosure
from survey.agency import Agency
from survey.analyse import disputing, plan
from survey.analyse.changes import Pair, period_pairs, wave_pairs
from survey.analyse.combined import combined
from survey.analyse.ranks import placings
from survey.analyse.series import Series
from survey.analyse.wave import WaveCounts
from survey.counts import Parts
from survey.dispute import Disputed
from survey.figure import Verdict
from survey.frame import Wave, WaveKind
from survey.report import Comparison, Line
from survey.store import cells
from survey.store.agencies import Reference
from survey.store.database import Connection
from survey.store.ledger import Checkpoint
from survey.succession import Succession


@dataclass(frozen=True)
class Whole:
    """The counts of a wave and year, its series, and every agency beside the others.

    series: of a continuous wave, None for the others · pairs: of periods that are compared
    disputes: agency, or the root -> what is told of its disputed ratings
    earlier: the series of the waves before it · parts: the agencies with what they share
    """

    root: Agency
    counts: WaveCounts
    series: Series | None
    lines: tuple[Line, ...]
    pairs: tuple[Pair, ...]
    parts: Parts
    disputes: Mapping[str, Disputed]
    earlier: tuple[Series, ...] = ()
    _as_today: dict[date, Series] = field(default_factory=dict)
    _moved: dict[date, tuple[Comparison, ...]] = field(default_factory=dict)

    def as_today(self, succession: Succession, on: date) -> Series | None:
        """The series of the agencies that there are on a day, made once for the day."""
        if self.series and on not in self._as_today:
            self._as_today[on] = self.series.as_today(succession, on)
        return self._as_today.get(on)

    def comparisons_as_today(
        self, known: Reference, on: date, last: Checkpoint | None
    ) -> tuple[Comparison, ...]:
        """The comparisons of the series as today, with the change of every agency there is, made once for the day."""
        series = self.as_today(known.succession, on)
        if series and on not in self._moved:
            earlier = [one.as_today(known.succession, on) for one in self.earlier]
            pairs = period_pairs(series, self.counts.period.name, last.day if last else None, earlier=earlier)
            codes = (domain.removeprefix("agency:") for domain in series.families["agency"])
            bodies = [known.agencies[code] for code in codes if code in known.agencies]
            self._moved[on] = tuple(pair.of_everybody(self.root, bodies) for pair in pairs)
        return self._moved.get(on, ())

    @cached_property
    def held(self) -> frozenset[str]:
        """The agencies (domains) whose index is withheld beside the others'."""
        return frozenset(line.figure.domain for line in self.lines if line.figure.withheld)

    @cached_property
    def of_root(self) -> tuple[Comparison, ...]:
        """The comparisons with the change of the whole alone."""
        return tuple(pair.of_whole(self.root) for pair in self.pairs)

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The comparisons with every agency's change."""
        return tuple(pair.of_everybody(self.root, self.counts.bodies) for pair in self.pairs)

    @classmethod
    def read(
        cls,
        connection: Connection,
        known: Reference,
        wave: Wave,
        period: str | None,
        last: Checkpoint | None,
        series: Sequence[Series] = (),
    ) -> Whole:
        """series: of a continuous wave, and of those before it (`all_series`)."""
        counts = WaveCounts.read(connection, known, wave, period)
        root = known.agency(wave.root)
        parts = cells.parts(connection, wave.code, "agency", counts.period.months, psus=counts.sampled)
        if not series:
            last_time = [
                WaveCounts.read(connection, known, one, None) for one in earlier_waves(known, wave)[:1]
            ]
            lines = _lines(counts, known, parts, None)
            told = _disputes(connection, counts, lines)
            return cls(root, counts, None, lines, wave_pairs(connection, counts, last_time), parts, told)
        own, *others = series
        pairs = period_pairs(own, counts.period.name, last.day if last else None, earlier=others)
        lines = _lines(counts, known, parts, own)
        told = _disputes(connection, counts, lines)
        return cls(root, counts, own, lines, pairs, parts, told, tuple(others))

    def alike(self, body: Agency) -> tuple[Line, ...]:
        """The agencies of the same kind, ranked among themselves; none where it is the only one."""
        same = [line for line in self.lines if line.agency.kind == body.kind]
        if len(same) < 2:
            return ()
        placed = placings(self.parts, [line.figure for line in same])
        return tuple(replace(line, placing=placed.get(line.figure.domain)) for line in same)


def all_series(connection: Connection, known: Reference, wave: Wave) -> tuple[Series, ...]:
    """The series of a continuous wave, then those of the waves before it; () for other waves."""
    if wave.kind is not WaveKind.CONTINUOUS:
        return ()
    waves = (wave, *earlier_waves(known, wave))
    return tuple(Series.read(connection, WaveCounts.read(connection, known, one, None)) for one in waves)


def earlier_waves(known: Reference, wave: Wave) -> list[Wave]:
    """Waves of the same kind about the same agencies that began before this one, the latest first."""
    same = (w for w in known.waves.values() if (w.kind, w.root) == (wave.kind, wave.root))
    return sorted((w for w in same if w.starts < wave.starts), key=lambda w: w.starts, reverse=True)


def _disputes(connection: Connection, counts: WaveCounts, lines: Sequence[Line]) -> dict[str, Disputed]:
    """What is told of disputed ratings, of an agency whose index is withheld nothing."""
    held = {line.figure.domain: line.figure.withheld for line in lines if line.figure.withheld}
    return disputing.told(counts, disputing.tallies(connection, counts), held)


def _lines(counts: WaveCounts, known: Reference, agencies: Parts, series: Series | None) -> tuple[Line, ...]:
    """Every agency with its figure, its verdict, its place and, for few answers, its combined figure."""
    target = plan.foremost(plan.targets(known, counts.wave))
    domains = [f"agency:{body.code}" for body in counts.bodies]
    if series and "-" in counts.period.name:
        figures = tuple(series.figure(domain, counts.period.name) for domain in domains)
    else:
        figures = disclosure.release_siblings(
            [counts.index(d, counts.by_body.get((d, counts.index_code), {})) for d in domains]
        )
    placed, leaning = placings(agencies, figures), combined(figures)
    return tuple(
        Line(
            body,
            figure,
            plan.verdict_of(figure, target) if target else Verdict.INSUFFICIENT,
            target,
            placed.get(figure.domain),
            leaning.get(figure.domain),
        )
        for body, figure in zip(counts.bodies, figures, strict=True)
    )
