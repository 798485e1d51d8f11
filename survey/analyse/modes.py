"""Ways of answering beside each other: another mode is another measurement, not another satisfaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey import disclosure
from survey.analyse.wave import MODES, WaveCounts
from survey.comparison import Change, Joint, change, joint
from survey.counts import Moments, Parts
from survey.figure import Figure
from survey.report import ModeContrast

ByMode = Mapping[str, Mapping[str, Moments]]


def mode_figures(counts: WaveCounts, moments: ByMode) -> tuple[Figure, ...]:
    """The index of each mode that was used. moments: domain -> stratum -> moments of the index."""
    return disclosure.release_siblings(
        [counts.index(d, by_stratum, MODES[d.removeprefix("mode:")]) for d, by_stratum in moments.items()]
    )


def contrasts(parts: Parts, figures: Sequence[Figure]) -> tuple[ModeContrast, ...]:
    """Each mode against the one that most people took, with the covariance of the days they share.

    parts: the modes' moments with what they share · figures: the index of each, after disclosure control
    """
    most = max(figures, key=lambda figure: figure.estimate.n, default=None)
    if most is None or most.withheld:
        return ()
    together = joint(parts)
    return tuple(
        ModeContrast(other, most, _contrast(most, other, together)) for other in figures if other is not most
    )


def _contrast(reference: Figure, other: Figure, together: Joint) -> Change:
    before, after = reference.estimate, other.estimate
    reason = disclosure.comparable(reference, other)
    if reason is not None:
        return Change(before, after, level=before.level, reason=reason)
    pair = (reference.domain, other.domain)
    one, two = (together.keys.index(domain) for domain in pair)
    covariance = float(together.covariance[one, two])
    return change(before, after, covariance=covariance, df=together.totals.df(pair))
