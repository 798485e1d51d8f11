"""Single figures of an edition, computed from nothing but its bundle.

The same formulas and the same gates as everywhere (`stats`, `disclosure`); what differs is that sums come from
tables and not from a database, and that what is withheld was decided before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from survey import disclosure, stats
from survey.analyse.domain import RESPONSES_LABEL
from survey.analyse.wave import Period, WaveCounts
from survey.counts import RESPONSES, Moments, Stratum
from survey.figure import Distribution, Figure
from survey.frame import WaveKind
from survey.instrument import Item, Missing, Text
from survey.intervals import Interval
from survey.publish.released import Key, Released, Told
from survey.stats import Estimate
from survey.store.agencies import Reference

#: intervals that editions have; the first is that of those which do not name theirs
INTERVALS: tuple[Interval, ...] = ("wilson", "wilson-usual")


@dataclass(frozen=True)
class Figured:
    """The figures of domains, from released counts and the catalogue."""

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


def _gated(figure: Figure, told: Told) -> Figure:
    return disclosure.withhold(figure, told.held) if told.held else disclosure.gate(figure)


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
