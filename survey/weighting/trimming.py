"""What unequal weights cost, and limits that keep single rows from deciding a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import positive_weights

Columns = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Kish:
    """n_eff: (sum w)^2 / sum w^2 · deff: rows over n_eff. None without rows."""

    n_eff: float | None = None
    deff: float | None = None


def kish(weights: ArrayLike) -> Kish:
    """What unequal weights alone cost. Source: Kish 1965, section 11.7.

    weights: shape (rows,); those of linear calibration may be below 0, their sum may not be 0.
    """
    w = np.asarray(weights, dtype=float)
    if not np.isfinite(w).all():
        raise ValueError(f"weights: row {np.flatnonzero(~np.isfinite(w))[0]} is no number")
    if not w.size:
        return Kish()
    part = w / np.abs(w).max()
    n_eff = float(part.sum() ** 2 / (part * part).sum())
    return Kish(n_eff, len(w) / n_eff)


def trimmed(weights: ArrayLike, *, low: float = 0.0, high: float = np.inf, strict: bool = False) -> Columns:
    """Weights cut at two limits; what is cut off goes in equal parts to the rows that were not.

    The sum stays. The parts may lift a row above the limit; `strict` cuts again until none is
    outside. Raises WeightNotPositive with the row, and ValueError where the limits leave no way to
    keep the sum. Source: Potter 1990; as in R's `trimWeights`.
    """
    w = positive_weights(weights, np.size(weights))
    cut = np.zeros(len(w), dtype=bool)
    result = w
    while (outside := ((result < low) | (result > high)) & ~cut).any():
        cut |= outside
        if cut.all():
            raise ValueError(f"no weights between {low} and {high} keep the sum")
        result = np.clip(result, low, high)
        result[~cut] += (w.sum() - result.sum()) / (~cut).sum()
        if not strict:
            break
    return result
