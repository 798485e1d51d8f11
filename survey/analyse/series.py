"""The index of a wave over time: every agency and mode by month, quarter and year.

Months are what is read; quarters and years are sums of their moments, because no sampling unit lies in
two months. A part of a period is shown only where no other part follows from it by subtraction, neither
over time nor over agencies (`disclosure.suppressed`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from statistics import median

from survey import disclosure, stats
from survey.analyse import periods
from survey.analyse.wave import ENOUGH, WAYS, WHOLE_OF, WaveCounts, share_of
from survey.counts import ALL, RESPONSES, Moments, Stratum, family_of
from survey.figure import Figure
from survey.instrument import Text
from survey.stats import Estimate
from survey.store import cells
from survey.store.database import Connection
from survey.succession import Origin, Succession, estimated

#: every month there may be
_EVER = ("0000-00", "9999-99")

ByStratum = Mapping[str, Moments]


@dataclass(frozen=True)
class Carried:
    """What a series as today was made of: the series as it was, who came after whom, and until which day."""

    was: Series
    succession: Succession
    on: date

    def origins(self, code: str, period: str) -> tuple[Origin, ...]:
        """The bodies whose answers of a period are the agency's now."""
        found = {
            origin
            for month in periods.months_of(period)
            for origin in self.succession.origins(code, periods.first_day(month), self.on)
            if self.was.by_month.get((f"agency:{origin.code}", month))
        }
        return tuple(sorted(found, key=lambda origin: (origin.code, origin.share)))

    def betrays(self, domain: str, period: str) -> bool:
        """Whether a figure as today less its parts as they were would tell of one that is withheld there."""
        code = domain.removeprefix("agency:")
        parts = {f"agency:{origin.code}" for origin in self.origins(code, period)}
        if parts <= {domain}:
            return False
        hidden = [part for part in parts if self.was.held(part, period)]
        together = sum(self.was.people(part, period) for part in hidden)
        return len(hidden) == 1 or 0 < together < disclosure.SMALLEST


@dataclass(frozen=True)
class Series:
    """The moments of a wave's index by domain and month.

    by_month: (domain, month) -> stratum -> moments · sampled: month -> stratum -> all its PSUs
    months: those with responses · families: domains that add up, agencies first
    carried: None for the series as it was
    """

    counts: WaveCounts
    months: Sequence[str]
    by_month: Mapping[tuple[str, str], ByStratum]
    sampled: Mapping[str, Mapping[str, int]]
    families: Mapping[str, Sequence[str]]
    carried: Carried | None = None
    _sampled: dict[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)
    _estimates: dict[tuple[str, str], Estimate] = field(default_factory=dict)
    _held: dict[tuple[str, str], Mapping[tuple[str, str], str]] = field(default_factory=dict)

    @classmethod
    def read(cls, connection: Connection, counts: WaveCounts) -> Series:
        """The series of a wave; of a year's counts it takes what does not depend on the year."""
        wave = counts.wave.code
        agencies = tuple(f"agency:{body.code}" for body in counts.bodies)
        families = {"agency": agencies, **{family: tuple(ways) for family, ways in WAYS.items()}}
        domains = [ALL, *(domain for family in families.values() for domain in family)]
        found = cells.monthly(connection, wave, domains=domains, measure=counts.index_code, months=_EVER)
        every = cells.monthly(connection, wave, domains=[ALL], measure=RESPONSES, months=_EVER)
        sampled = {month: {s: m.psus for s, m in by.items()} for (_, month), by in every.items()}
        return cls(counts, counts.months, found, sampled, families)

    def as_today(self, succession: Succession, on: date) -> Series:
        """The same answers as those of the bodies that there are on a day (docs/method.md, "Succession")."""
        agencies = self.families["agency"]
        moved = {at: dict(by) for at, by in self.by_month.items() if at[0] not in agencies}
        for domain in agencies:
            for month in self.months:
                heirs = succession.later(domain.removeprefix("agency:"), periods.first_day(month), on)
                for stratum, moments in self.by_month.get((domain, month), {}).items():
                    for code, share in heirs.items():
                        held = moved.setdefault((f"agency:{code}", month), {})
                        held[stratum] = held.get(stratum, Moments()) + moments.part(share)
        every = dict.fromkeys((*agencies, *(name for name, _ in moved if family_of(name) == "agency")))
        families = {**self.families, "agency": tuple(every)}
        carried = Carried(self, succession, on)
        return Series(self.counts, self.months, moved, self.sampled, families, carried)

    @cached_property
    def quarters(self) -> tuple[str, ...]:
        """The quarters with responses, in order."""
        return tuple(dict.fromkeys(periods.quarter_of(month) for month in self.months))

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The years with responses, in order."""
        return tuple(dict.fromkeys(month[:4] for month in self.months))

    def has(self, period: str) -> bool:
        """Whether anybody answered in a period."""
        return not set(periods.months_of(period)).isdisjoint(self.months)

    def by_stratum(self, domain: str, period: str) -> ByStratum:
        """A domain's moments in a period."""
        summed: dict[str, Moments] = {}
        for month in periods.months_of(period):
            for stratum, moments in self.by_month.get((domain, month), {}).items():
                summed[stratum] = summed[stratum] + moments if stratum in summed else moments
        return summed

    def strata(self, domain: str, period: str) -> tuple[Stratum, ...]:
        """A domain's moments in a period beside all PSUs of their strata."""
        return cells.with_sampled(self.by_stratum(domain, period), self.sampled_in(period))

    def sampled_in(self, period: str) -> Mapping[str, int]:
        """All PSUs of each stratum in a period."""
        months = periods.months_of(period)
        return self.sampled_between(months[0], months[-1])

    def sampled_between(self, first: str, last: str) -> Mapping[str, int]:
        """All PSUs of each stratum from one month to another."""
        if (first, last) not in self._sampled:
            summed: dict[str, int] = {}
            for month in (month for month in self.months if first <= month <= last):
                for stratum, psus in self.sampled.get(month, {}).items():
                    summed[stratum] = summed.get(stratum, 0) + psus
            self._sampled[first, last] = summed
        return self._sampled[first, last]

    def people(self, domain: str, period: str) -> int:
        return sum(
            moments.people
            for month in periods.months_of(period)
            for moments in self.by_month.get((domain, month), {}).values()
        )

    def estimate(self, domain: str, period: str) -> Estimate:
        """The index of a domain in a period; not to be shown as it is."""
        if (domain, period) not in self._estimates:
            deff = self.usual_deff.get(period[:4], 1.0)
            self._estimates[domain, period] = share_of(self.strata(domain, period), deff)
        return self._estimates[domain, period]

    @cached_property
    def usual_deff(self) -> Mapping[str, float]:
        """The median design effect of each year over agencies with enough people."""
        found = {}
        for year in self.years:
            enough = [agency for agency in self.families["agency"] if self.people(agency, year) >= ENOUGH]
            deffs = [
                deff for agency in enough if (deff := stats.share(self.strata(agency, year)).deff) is not None
            ]
            if deffs:
                found[year] = median(deffs)
        return found

    def figure(self, domain: str, period: str, label: Text | None = None) -> Figure:
        """The index of a domain in a period, as it may be shown."""
        counts = self.counts
        figure = counts.figure(
            counts.index_code,
            "share",
            label or counts.index_label,
            domain,
            self.estimate(domain, period),
            period=period,
        )
        code = self.held(domain, period)
        return disclosure.withhold(figure, code) if code else disclosure.gate(self.marked(figure))

    def marked(self, figure: Figure) -> Figure:
        """The figure with what must be known of one that predecessors, or shares of them, are in."""
        if self.carried is None or family_of(figure.domain) != "agency":
            return figure
        code = figure.domain.removeprefix("agency:")
        origins = self.carried.origins(code, figure.period)
        marks = (
            *([disclosure.AS_TODAY] if any(origin.code != code for origin in origins) else []),
            *([disclosure.BY_SHARE] if estimated(origins) else []),
        )
        return replace(figure, flags=(*figure.flags, *marks))

    def held(self, domain: str, period: str) -> str | None:
        """Why a domain's figure of a period is withheld, None where it is not.

        A period across the division of the year is told where it is the sum of pieces that are told
        anyway: then nothing follows from it that did not follow before.
        """
        if periods.is_across(period):
            pieces = (piece for piece in periods.pieces_of(period) if self.people(domain, piece))
            return next((disclosure.SECONDARY for piece in pieces if self.held(domain, piece)), None)
        whole = periods.whole_of(period)
        family = self._family(domain)
        of = WHOLE_OF.get(family_of(domain), ALL)
        if of != ALL and (code := self.held(of, period)):
            return code
        key = (family[0] if family else domain, f"in {whole}" if whole else period)
        if key not in self._held:
            self._held[key] = self._table(family or (domain,), whole, period, columns=bool(family))
        return self._held[key].get((domain, period))

    def _family(self, domain: str) -> Sequence[str]:
        """The domains that add up to a figure that is shown, of which this is one; () for everybody."""
        return self.families.get(family_of(domain), ())

    def _table(
        self, domains: Sequence[str], whole: str | None, period: str, *, columns: bool
    ) -> dict[tuple[str, str], str]:
        """What is withheld of the parts of `whole`, or of one year where that is None."""
        parts = periods.parts_of(whole) if whole else (period,)
        people = [[self.people(domain, part) for part in parts] for domain in domains]
        tells = [[self._betrays(domain, part) for part in parts] for domain in domains]
        if whole is None:
            rows = self._across(people, tells) if columns else None
            held = [[code] for code in rows] if rows else disclosure.suppressed(people, columns=False)
        else:
            below = [self.held(domain, whole) is not None for domain in domains]
            held = disclosure.suppressed(people, below=below, columns=columns, betraying=tells)
        return {
            (domain, part): code
            for domain, row in zip(domains, held, strict=True)
            for part, code in zip(parts, row, strict=True)
            if code
        }

    def _betrays(self, domain: str, part: str) -> bool:
        """Whether a figure as today would tell of one that is withheld as it was."""
        if self.carried is None or family_of(domain) != "agency":
            return False
        return self.carried.betrays(domain, part)

    @staticmethod
    def _across(people: Sequence[Sequence[int]], tells: Sequence[Sequence[bool]]) -> list[str | None]:
        """What is withheld of one period's agencies, whose sum is published."""
        row, told = [each[0] for each in people], [each[0] for each in tells]
        return disclosure.suppressed([row], columns=False, betraying=[told])[0]
