"""Ranges of ranks and bands of the agencies that enough people rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from survey.analyse.wave import ByDomain, WaveCounts
from survey.comparison import covariance_of_moments
from survey.counts import Moments
from survey.figure import Figure
from survey.ranking import bands, rank_sets, rankable
from survey.report import Placing

METHOD = "rank-sets/holm-marginal@1"


def placings(counts: WaveCounts, figures: Sequence[Figure]) -> Mapping[str, Placing]:
    """Domain -> its place among those that are shown and may be ranked; empty for fewer than two.

    figures: the index of each agency, after disclosure control.
    """
    ranked = [figure for figure in figures if figure.withheld is None and rankable(figure.estimate)]
    if len(ranked) < 2:
        return {}
    values = np.array([figure.estimate.value for figure in ranked], dtype=float)
    covariance = covariance_of_moments(_moments(counts.by_body, counts.index_code, ranked), counts.sampled)
    sets = rank_sets(values, covariance)
    standings = bands(values, covariance, df=[figure.estimate.df for figure in ranked])
    return {
        figure.domain: Placing(best, worst, len(ranked), sets.level, standing, METHOD)
        for figure, best, worst, standing in zip(ranked, sets.best, sets.worst, standings, strict=True)
    }


def _moments(by_domain: ByDomain, code: str, figures: Sequence[Figure]) -> list[Mapping[str, Moments]]:
    return [by_domain[figure.domain, code] for figure in figures]
