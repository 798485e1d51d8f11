"""What all reports of a wave and a year share: made once, and kept for as long as the ledger's root stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from survey import disclosure
from survey.agency import Agency
from survey.analyse import plan
from survey.analyse.changes import Pair, period_pairs, wave_pairs
from survey.analyse.combined import combined
from survey.analyse.ranks import placings
from survey.analyse.series import Series
from survey.analyse.wave import WaveCounts
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
    """

    root: Agency
    counts: WaveCounts
    series: Series | None
    lines: tuple[Line, ...]
    pairs: tuple[Pair, ...]
    _as_today: dict[date, Series] = field(default_factory=dict)

    def as_today(self, succession: Succession, on: date) -> Series | None:
        """The series of the agencies that there are on a day, made once for the day."""
        if self.series and on not in self._as_today:
            self._as_today[on] = self.series.as_today(succession, on)
        return self._as_today.get(on)

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
        cls, connection: Connection, known: Reference, wave: Wave, year: int | None, last: Checkpoint | None
    ) -> Whole:
        counts = WaveCounts.read(connection, known, wave, year)
        lines = _lines(connection, counts, known)
        root, earlier = known.agency(wave.root), _earlier(known, wave)
        if wave.kind is not WaveKind.CONTINUOUS:
            last_time = [WaveCounts.read(connection, known, one, None) for one in earlier[:1]]
            return cls(root, counts, None, lines, wave_pairs(connection, counts, last_time))
        series = Series.read(connection, counts)
        others = [Series.read(connection, WaveCounts.read(connection, known, one, None)) for one in earlier]
        day = last.day if last else None
        pairs = period_pairs(series, counts.period.name, day, earlier=others)
        return cls(root, counts, series, lines, pairs)


def _earlier(known: Reference, wave: Wave) -> list[Wave]:
    """Waves of the same kind about the same agencies that began before this one, the latest first."""
    same = (w for w in known.waves.values() if (w.kind, w.root) == (wave.kind, wave.root))
    return sorted((w for w in same if w.starts < wave.starts), key=lambda w: w.starts, reverse=True)


def _lines(connection: Connection, counts: WaveCounts, known: Reference) -> tuple[Line, ...]:
    """Every agency with its figure, its verdict, its place and, for few answers, its combined figure."""
    target = plan.foremost(plan.targets(known, counts.wave))
    domains = [f"agency:{body.code}" for body in counts.bodies]
    figures = disclosure.release_siblings(
        [counts.index(d, counts.by_body.get((d, counts.index_code), {})) for d in domains]
    )
    agencies = cells.parts(connection, counts.wave.code, "agency", counts.period.months, psus=counts.sampled)
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
