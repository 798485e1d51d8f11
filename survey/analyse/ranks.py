"""Ranges of ranks and bands of the agencies that enough people rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from survey.comparison import joint
from survey.counts import Parts
from survey.figure import Figure
from survey.ranking import bands, rank_sets, rankable
from survey.report import Placing

METHOD = "rank-sets/holm-marginal@1"


def placings(agencies: Parts, figures: Sequence[Figure]) -> Mapping[str, Placing]:
    """Domain -> its place among those that are shown and may be ranked; empty for fewer than two.

    agencies: the agencies' moments with what they share · figures: the index of each, after disclosure
    control.
    """
    ranked = [figure for figure in figures if figure.withheld is None and rankable(figure.estimate)]
    if len(ranked) < 2:
        return {}
    values = np.array([figure.estimate.value for figure in ranked], dtype=float)
    together = joint(agencies)
    places = [together.keys.index(figure.domain) for figure in ranked]
    covariance = together.covariance[np.ix_(places, places)]
    sets = rank_sets(values, covariance)
    standings = bands(values, covariance, df=[figure.estimate.df for figure in ranked])
    return {
        figure.domain: Placing(best, worst, len(ranked), sets.level, standing, METHOD)
        for figure, best, worst, standing in zip(ranked, sets.best, sets.worst, standings, strict=True)
    }
