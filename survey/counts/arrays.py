"""Plain arrays, a row per person, read as a sample: weights, strata, sampling units, populations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.errors import PopulationBelowSample, WeightNotPositive

Column = NDArray[Any]


def column(values: ArrayLike, size: int, kind: type | None = None, *, name: str = "values") -> Column:
    """`values` as an array of shape (size,); raises ValueError with the name where they are none."""
    try:
        found: Column = np.asarray(values, dtype=kind)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{name}: {fault}") from fault
    if found.shape != (size,):
        raise ValueError(f"{name} of shape {found.shape}, where {size} rows are")
    return found


def positive_weights(weights: ArrayLike | None, size: int) -> Column:
    """One weight for each row, 1 where there are none; raises WeightNotPositive with the row."""
    w = np.ones(size) if weights is None else column(weights, size, float, name="weights")
    wrong = np.flatnonzero(~(np.isfinite(w) & (w > 0)))
    if wrong.size:
        raise WeightNotPositive(row=int(wrong[0]), weight=float(w[wrong[0]]))
    return w


def answers_of(values: ArrayLike, base: ArrayLike | None, satisfied_from: float | None) -> Column:
    """Each person's valid and satisfied answers, and the sums of their steps and squares: (4, N)."""
    x = np.asarray(values, dtype=float)
    if x.ndim not in (1, 2):
        raise ValueError(f"values of shape {x.shape}, not of people, or of people and items")
    if np.isinf(x).any():
        raise ValueError(f"values: row {np.argwhere(np.isinf(x))[0][0]} is infinite")
    items = x[:, None] if x.ndim == 1 else x
    valid = ~np.isnan(items)
    known = np.where(valid, items, 0.0)
    satisfied = known if satisfied_from is None else items >= satisfied_from
    held = valid.sum(axis=1)
    if base is not None:
        if x.ndim > 1:
            raise ValueError("base: the answers of several items are their own base")
        answered = column(base, len(x), float, name="base")
        if (answered < 0).any():
            raise ValueError(f"base: row {np.flatnonzero(answered < 0)[0]} is below 0")
        held = held * answered
    return np.stack([held, satisfied.sum(axis=1), known.sum(axis=1), (known * known).sum(axis=1)])


def units_of(strata: ArrayLike | None, psu: ArrayLike | None, size: int) -> tuple[Column, Column, Column]:
    """Stratum and PSU of each row, and the stratum of each PSU, as codes from 0."""
    in_stratum = np.zeros(size, int) if strata is None else codes_of(strata, size, name="strata")
    within_stratum = np.arange(size) if psu is None else codes_of(psu, size, name="psu")
    pairs = in_stratum * (size + 1) + within_stratum
    _, first, in_unit = np.unique(pairs, return_index=True, return_inverse=True)
    return in_stratum, in_unit, in_stratum[first]


def codes_of(labels: ArrayLike, size: int, *, name: str = "labels") -> Column:
    """Labels as codes from 0, in the order of the sorted labels; refuses a row without one (None, NaN)."""
    given = column(labels, size, name=name)
    unknown = given != given if given.dtype.kind in "fO" else np.zeros(size, bool)  # noqa: PLR0124 - NaN
    if given.dtype.kind == "O":
        unknown = unknown | np.array([label is None for label in given.tolist()], bool)
    if unknown.any():
        raise ValueError(f"{name}: row {np.flatnonzero(unknown)[0]} has none")
    return np.unique(given, return_inverse=True)[1]


def populations_of(population: ArrayLike | None, in_stratum: Column, sampled: Column) -> list[float | None]:
    """N_h of each stratum; refuses the first row that has fewer than were sampled."""
    if population is None:
        return [None] * len(sampled)
    sizes = column(population, len(in_stratum), float, name="population")
    wrong = np.flatnonzero(~(sizes >= sampled[in_stratum]))
    if wrong.size:
        row = int(wrong[0])
        raise PopulationBelowSample(
            row=row, population=float(sizes[row]), sampled=int(sampled[in_stratum[row]])
        )
    _, first = np.unique(in_stratum, return_index=True)
    if (sizes != sizes[first][in_stratum]).any():
        raise ValueError("one stratum has several population sizes")
    return [float(size) for size in sizes[first]]
