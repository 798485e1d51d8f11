"""One wave in one period: the counts that its reports share, and how an estimate becomes a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from survey import disclosure, stats
from survey.agency import Agency
from survey.analyse import periods
from survey.counts import ALL, RESPONSES, Moments, Stratum, family_of
from survey.counts.domains import overall_of
from survey.figure import Figure
from survey.frame import Wave, WaveKind
from survey.instrument import Instrument, Item, Text
from survey.intervals import Interval
from survey.stats import Estimate
from survey.store import cells
from survey.store.agencies import Reference
from survey.store.database import Connection

#: people from which on an agency's design effect says something about the question's usual one
ENOUGH = disclosure.FEW

#: the interval of every share that is shown
INTERVAL: Interval = "wilson-usual"

#: families of ways of answering -> their domains -> what each is called
WAYS: dict[str, dict[str, Text]] = {
    "mode": {
        "mode:kiosk": {"vi": "Máy đánh giá tại quầy", "en": "Kiosk at the counter"},
        "mode:online": {"vi": "Trực tuyến", "en": "Online"},
        "mode:paper": {"vi": "Phiếu giấy", "en": "Paper"},
        "mode:interviewer": {"vi": "Phỏng vấn", "en": "Interviewer"},
        "mode:api": {"vi": "Nhập từ hệ thống khác", "en": "From another system"},
    },
    "invitation": {
        "invitation:poster": {"vi": "Mã QR trên tờ dán quầy", "en": "QR code on a counter's poster"},
        "invitation:link": {"vi": "Liên kết trên trang khác", "en": "Link on another site"},
        "invitation:dossier": {"vi": "Mã riêng cho từng hồ sơ", "en": "Code given with a dossier"},
        "invitation:none": {"vi": "Tự mở trang, không rõ lời mời", "en": "Open page, no invitation known"},
    },
    "assisted": {
        "assisted:none": {"vi": "Tự trả lời", "en": "Nobody helped"},
        "assisted:relative": {"vi": "Người thân giúp", "en": "A relative helped"},
        "assisted:staff": {"vi": "Cán bộ giúp", "en": "Staff helped"},
        "assisted:other": {"vi": "Người khác giúp", "en": "Somebody else helped"},
    },
}

#: families that only tell apart what is shown as one figure already, and the domain of that figure
WHOLE_OF = {"invitation": "mode:online", "assisted": ALL}

INDEX_LABEL = {"vi": "Chỉ số hài lòng", "en": "Satisfaction index"}

#: (domain, measure) -> stratum -> moments
ByDomain = Mapping[tuple[str, str], Mapping[str, Moments]]


def share_of(strata: Sequence[Stratum], usual_deff: float) -> Estimate:
    """A share as it is shown. usual_deff: the usual design effect of its measure"""
    return stats.share(strata, interval=INTERVAL, median_deff=usual_deff)


def label_of(way: str) -> Text:
    """What a way of answering is called, by its domain."""
    return WAYS[family_of(way)][way]


@dataclass(frozen=True)
class Period:
    """A period's name, and its first and last month."""

    name: str
    months: tuple[str, str]


def period_of(wave: Wave, months: Sequence[str], name: str | None) -> Period:
    """The period asked for, or the latest year with responses; a wave that is not continuous is one."""
    if wave.kind is not WaveKind.CONTINUOUS:
        start = wave.starts.isoformat()
        name = start if wave.ends in (None, wave.starts) else f"{start}/{wave.ends}"
        return Period(name, ("0000-00", "9999-99"))
    chosen = name or (months[-1][:4] if months else str(wave.starts.year))
    span = periods.months_of(chosen)
    return Period(chosen, (span[0], span[-1]))


@dataclass(frozen=True)
class WaveCounts:
    """What every report of a wave and period leans on.

    months: those with responses · sampled: stratum -> all its PSUs in the period
    bodies: the agencies that are rated · by_body: the moments of each of them
    """

    wave: Wave
    instrument: Instrument
    period: Period
    months: Sequence[str]
    sampled: Mapping[str, int]
    bodies: Sequence[Agency]
    by_body: ByDomain

    @classmethod
    def read(
        cls, connection: Connection, known: Reference, wave: Wave, period_name: str | None
    ) -> WaveCounts:
        months = cells.months(connection, wave.code)
        period = period_of(wave, months, period_name)
        under = (a for a in known.agencies.values() if known.under(wave.root, a.code))
        rated = wave.kind is not WaveKind.HOUSEHOLD  # households are asked about government as a whole
        bodies = [
            a for a in under if rated and a.code != wave.root and a.valid_between(wave.starts, wave.ends)
        ]
        domains = [f"agency:{body.code}" for body in bodies]
        return cls(
            wave,
            known.instruments[wave.instrument],
            period,
            months,
            cells.sampled(connection, wave.code, RESPONSES, period.months),
            bodies,
            cells.strata(connection, wave.code, domains=domains, months=period.months),
        )

    @property
    def overall(self) -> Item | None:
        """The question about the whole, which drivers explain."""
        return overall_of(self.instrument)

    @property
    def index_code(self) -> str:
        """The measure in front."""
        return f"index:{self.instrument.index.code}" if self.instrument.index else "index"

    @property
    def index_label(self) -> Text:
        return self.instrument.index.label if self.instrument.index else INDEX_LABEL

    @property
    def index_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.instrument.ratings if item.in_index)

    @cached_property
    def usual_deff(self) -> Mapping[str, float]:
        """Each measure's usual design effect: the median over agencies with enough people."""
        found: dict[str, list[float]] = {}
        for (_, measure), by_stratum in self.by_body.items():
            if measure == RESPONSES:
                continue
            estimate = stats.share(self.strata(by_stratum))
            if estimate.deff is not None and estimate.n >= ENOUGH:
                found.setdefault(measure, []).append(estimate.deff)
        return {measure: median(deffs) for measure, deffs in found.items()}

    def strata(self, by_stratum: Mapping[str, Moments]) -> tuple[Stratum, ...]:
        """A domain's moments beside all PSUs of the strata that it was looked for in."""
        return cells.with_sampled(by_stratum, self.sampled)

    def share(self, measure: str, by_stratum: Mapping[str, Moments]) -> Estimate:
        """The share of a measure; its interval leans on the usual design effect where it must."""
        return share_of(self.strata(by_stratum), self.usual_deff.get(measure, 1.0))

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
        """An estimate with what must travel with it; it has not been through disclosure control."""
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

    def index(self, domain: str, by_stratum: Mapping[str, Moments], label: Text | None = None) -> Figure:
        """The index of a domain, not yet through disclosure control."""
        estimate = self.share(self.index_code, by_stratum)
        return self.figure(self.index_code, "share", label or self.index_label, domain, estimate)
