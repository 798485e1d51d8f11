"""Ways of answering beside each other: another mode is another measurement, not another satisfaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey import disclosure
from survey.analyse.wave import MODES, WaveCounts
from survey.comparison import Change, change, covariance_of_moments
from survey.counts import Moments
from survey.figure import Figure
from survey.report import ModeContrast

ByMode = Mapping[str, Mapping[str, Moments]]


def mode_figures(counts: WaveCounts, moments: ByMode) -> tuple[Figure, ...]:
    """The index of each mode that was used. moments: domain -> stratum -> moments of the index."""
    return disclosure.release_siblings(
        [counts.index(d, by_stratum, MODES[d.removeprefix("mode:")]) for d, by_stratum in moments.items()]
    )


def contrasts(counts: WaveCounts, moments: ByMode, figures: Sequence[Figure]) -> tuple[ModeContrast, ...]:
    """Each mode against the one that most people took, with the covariance of what they share."""
    most = max(figures, key=lambda figure: figure.estimate.n, default=None)
    if most is None or most.withheld:
        return ()
    others = [figure for figure in figures if figure is not most]
    covariance = covariance_of_moments([moments[f.domain] for f in (most, *others)], counts.sampled)
    return tuple(
        ModeContrast(other, most, _contrast(most, other, float(covariance[0, place])))
        for place, other in enumerate(others, 1)
    )


def _contrast(reference: Figure, other: Figure, covariance: float) -> Change:
    before, after = reference.estimate, other.estimate
    reason = disclosure.comparable(reference, other)
    if reason is not None:
        return Change(before, after, level=before.level, reason=reason)
    return change(before, after, covariance=covariance, df=max(before.df, after.df))
