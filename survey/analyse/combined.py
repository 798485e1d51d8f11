"""Agencies with few answers: an estimate that leans on the others, beside the agency's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from survey import disclosure
from survey.figure import Figure
from survey.ranking import rankable
from survey.small_area import AreaEstimate, benchmarked, beta_binomial, fay_herriot, smoothed_variances
from survey.stats import Estimate

MODEL_ASSISTED = "model-assisted"

#: shares lie between these
_ENDS = (0.0, 1.0)


def combined(figures: Sequence[Figure]) -> Mapping[str, Figure]:
    """Domain -> the combined figure of each agency that is shown and has too few people for a rank.

    figures: the index of each agency, after disclosure control. The model sees only what is shown, so
    that nothing of a withheld agency follows from it.
    """
    shown = [figure for figure in figures if figure.withheld is None and figure.estimate.value is not None]
    small = [figure for figure in shown if not rankable(figure.estimate)]
    if not small:
        return {}
    areas, method, level = _modelled([figure.estimate for figure in shown])
    by_domain = {figure.domain: area for figure, area in zip(shown, areas, strict=False)}
    return {
        figure.domain: _figure(figure, by_domain[figure.domain], method, level)
        for figure in small
        if figure.domain in by_domain
    }


def _modelled(estimates: Sequence[Estimate]) -> tuple[Sequence[AreaEstimate], str, float]:
    """The areas, or none where a model can't be fitted; the method; the level of the intervals."""
    if all(e.psus == e.n == e.answers and e.weight_total == e.n for e in estimates):
        satisfied = [round((e.value or 0.0) * e.n) for e in estimates]
        counted = beta_binomial(satisfied, [e.n for e in estimates])
        return counted.areas, counted.method, counted.level
    direct = np.array([e.value for e in estimates], dtype=float)
    variances = np.array([e.se for e in estimates], dtype=float) ** 2
    smooth = smoothed_variances(variances, [e.n for e in estimates])
    fit = fay_herriot(direct, smooth, bounds=_ENDS)
    adding_up = benchmarked(fit, [e.weight_total for e in estimates])
    if adding_up.areas and all(_ENDS[0] <= area.value <= _ENDS[1] for area in adding_up.areas):
        return adding_up.areas, fit.method.replace("@", "/benchmarked@"), fit.level
    return fit.areas, fit.method, fit.level


def _figure(direct: Figure, area: AreaEstimate, method: str, level: float) -> Figure:
    low, high = (None if end is None else min(max(end, _ENDS[0]), _ENDS[1]) for end in (area.low, area.high))
    estimate = Estimate(
        value=area.value,
        se=area.se if low is not None else None,
        low=low,
        high=high,
        level=level,
        n=direct.estimate.n,
        answers=direct.estimate.answers,
        reason=area.reason,
        model_based=True,
        method=method,
    )
    figure = replace(direct, estimate=estimate, missing={}, method=method, flags=())
    return replace(figure, flags=(*disclosure.gate(figure).flags, MODEL_ASSISTED))
