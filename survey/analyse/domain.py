"""The figures of one domain: shares, means, counts and distributions, through disclosure control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey import disclosure, stats
from survey.analyse.wave import ByDomain, WaveCounts
from survey.counts import RESPONSES, Moments
from survey.figure import Distribution, Figure
from survey.instrument import Item, Missing, Text
from survey.stats import Estimate

RESPONSES_LABEL = {"vi": "Số phiếu trả lời", "en": "Responses"}


class Domain:
    """The figures of one domain."""

    def __init__(
        self,
        counts: WaveCounts,
        domain: str,
        moments: ByDomain,
        tallies: Mapping[str, Mapping[str, int]],
    ) -> None:
        self.counts, self.domain, self.moments, self.tallies = counts, domain, moments, tallies

    def _of(self, measure: str) -> Mapping[str, Moments]:
        return self.moments.get((self.domain, measure), {})

    def share(self, measure: str, label: Text, items: Sequence[Item]) -> Figure:
        estimate = self.counts.share(measure, self._of(measure))
        missing = self._missing(items)
        return disclosure.gate(
            self.counts.figure(measure, "share", label, self.domain, estimate, missing=missing)
        )

    def item(self, item: Item) -> Figure:
        return self.share(f"item:{item.code}", item.text, [item])

    def factor(self, code: str, label: Text) -> Figure:
        return self.share(f"factor:{code}", label, self.counts.instrument.criteria(code))

    def mean(self, item: Item) -> Figure:
        return disclosure.gate(self.ungated_mean(item))

    def ungated_mean(self, item: Item) -> Figure:
        """The mean of one item on its own scale, before disclosure control."""
        scale = self.counts.instrument.scale_of(item)
        measure = f"item:{item.code}"
        strata = self.counts.strata(self._of(measure))
        deff = self.counts.usual_deff.get(measure, 1.0)
        estimate = stats.mean(strata, bounds=(scale.low, scale.high), median_deff=deff)
        return self.counts.figure(
            f"mean:{item.code}", "mean", item.text, self.domain, estimate, missing=self._missing([item])
        )

    def responses(self) -> Figure:
        """How many people answered."""
        n = sum(m.people for m in self._of(RESPONSES).values())
        psus = sum(m.psus for m in self._of(RESPONSES).values())
        estimate = Estimate(value=float(n), n=n, answers=n, psus=psus, method="count@1")
        return disclosure.gate(self.counts.figure(RESPONSES, "count", RESPONSES_LABEL, self.domain, estimate))

    def distribution(self, item: Item) -> Distribution:
        outcomes = self.tallies.get(f"item:{item.code}", {})
        steps = self.counts.instrument.scale_of(item).steps
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
