"""Post-stratification: weights that reproduce the population of every cell."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import positive_weights
from survey.weighting.margins import Margin, Weighted

Column = NDArray[Any]
Columns = NDArray[np.float64]

#: a factor from fewer rows than this is a guess
SMALLEST = 10


def poststratify(margin: Margin, *, weights: ArrayLike | None = None, smallest: int = SMALLEST) -> Weighted:
    """Weights w N_g / sum_g(w), so that the rows of cell g stand for its N_g people.

    margin: the cell of each row · weights: design weights, 1 where there are none. A cell with fewer
    than `smallest` rows, also with none at all, is taken together with the neighbour that has the
    fewer rows, until none is smaller; `merged` names them. Not converged without any row.
    Raises WeightNotPositive with the row; ValueError as `Margin`. Source: Holt & Smith 1979.
    """
    cell = margin.codes
    before = positive_weights(weights, len(cell))
    groups = _merged(np.bincount(cell, minlength=len(margin.people)), smallest)
    group_of_cell = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    group, known = group_of_cell[cell], np.bincount(group_of_cell, margin.people)
    sampled = np.bincount(group, before, len(groups))
    fitted = before * np.divide(known, sampled, out=np.zeros(len(known)), where=sampled > 0)[group]
    error = np.abs(np.bincount(group, fitted, len(groups)) - known).max() / known.sum()
    return Weighted(
        weights=fitted,
        before=before,
        residuals=partial(_cell_residuals, group=group, weights=before),
        converged=bool((sampled > 0).all()),
        error=float(error),
        merged=tuple(tuple(margin.categories[c] for c in group) for group in groups if len(group) > 1),
    )


def _merged(rows: Column, smallest: int) -> list[list[int]]:
    """Neighbouring cells taken together until each group has `smallest` rows, or one is left."""
    groups, sizes = [[cell] for cell in range(len(rows))], [int(size) for size in rows]
    while len(groups) > 1 and min(sizes) < smallest:
        least = sizes.index(min(sizes))
        beside = [place for place in (least - 1, least + 1) if 0 <= place < len(groups)]
        low, high = sorted((least, min(beside, key=sizes.__getitem__)))
        groups[low] += groups.pop(high)
        sizes[low] += sizes.pop(high)
    return groups


def _cell_residuals(variable: Columns, *, group: Column, weights: Columns) -> Columns:
    """The variable minus its weighted mean in the row's cell."""
    means = np.bincount(group, weights * variable) / np.bincount(group, weights)
    residuals: Columns = variable - means[group]
    return residuals
