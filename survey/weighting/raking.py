"""Raking: weights that reproduce several margins, of which the crossed population is not known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import positive_weights
from survey.weighting.margins import Margin, Weighted, indicators, regression_residuals

Column = NDArray[Any]
Columns = NDArray[np.float64]

#: how far a factor may be from the mean factor before it is cut
TRIM = (0.3, 3.0)


def rake(
    margins: Sequence[Margin],
    *,
    weights: ArrayLike | None = None,
    trim: tuple[float, float] | None = TRIM,
    tolerance: float = 1e-12,
    most: int = 500,
) -> Weighted:
    """Weights from iterative proportional fitting: margin after margin, until all agree.

    weights: design weights, 1 where there are none · trim: factors, as parts of the mean factor, are
    cut at these limits and the margins fitted again, once: a factor can end a little outside, and
    `calibrate` with "logit" is the way that never does · tolerance: of the largest difference from a
    margin over the population · most: rounds. A category with people but without rows cannot be
    reached: the last weights come back with converged=False.
    Raises WeightNotPositive with the row; ValueError as `Margin`, and for margins of different
    populations. Source: Deming & Stephan 1940; Deville, Särndal & Sautory 1993.
    """
    codes = [margin.codes for margin in margins]
    if not codes or len({len(code) for code in codes}) > 1:
        raise ValueError(f"margins of {[len(code) for code in codes]} rows")
    before = positive_weights(weights, len(codes[0]))
    people = [margin.people for margin in margins]
    _same_population(people)
    fitted, error, rounds = _fitted(before, codes, people, tolerance, most)
    cut = 0
    if trim is not None and error < tolerance:
        start, cut = _trimmed(fitted, before, trim)
        if cut:
            fitted, error, rounds = _fitted(start, codes, people, tolerance, most)
    on, _ = indicators(margins)
    residuals = partial(regression_residuals, on=on, weights=before)
    return Weighted(fitted, before, residuals, error < tolerance, error, rounds=rounds, trimmed=cut)


def _same_population(people: Sequence[Columns]) -> None:
    sizes = [math.fsum(each) for each in people]
    if not all(math.isclose(size, sizes[0], rel_tol=1e-9) for size in sizes):
        raise ValueError(f"margins of different populations: {sizes}")


def _fitted(
    start: Columns, codes: Sequence[Column], people: Sequence[Columns], tolerance: float, most: int
) -> tuple[Columns, float, int]:
    """The weights, the largest difference from a margin over the population, and the rounds."""
    w, error, rounds = start, math.inf, 0
    while error >= tolerance and rounds < most:
        rounds += 1
        for code, known in zip(codes, people, strict=True):
            sampled = np.bincount(code, w, len(known))
            w = w * np.divide(known, sampled, out=np.ones(len(known)), where=sampled > 0)[code]
        error = max(
            float(np.abs(np.bincount(code, w, len(known)) - known).max() / known.sum())
            for code, known in zip(codes, people, strict=True)
        )
    return w, error, rounds


def _trimmed(fitted: Columns, before: Columns, trim: tuple[float, float]) -> tuple[Columns, int]:
    """The weights with their factors cut, and how many were."""
    factors = fitted / before
    usual = fitted.sum() / before.sum()
    kept = np.clip(factors, trim[0] * usual, trim[1] * usual)
    return before * kept, int((kept != factors).sum())
