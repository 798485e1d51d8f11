"""What is known of the population, and the weights that were made to agree with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.weighting.trimming import kish

Column = NDArray[Any]
Columns = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """The category of each row, and the number of people in each category of the population.

    labels: shape (rows,), or pairs for crossed categories: list(zip(sex, age)). population: its
    order says which categories are neighbours. A category without people in the population is none.
    Raises ValueError for a number of people that is none, for rows in a category that the
    population does not have, and for a population of nobody.
    """

    labels: Iterable[Hashable]
    population: Mapping[Any, float]

    def __post_init__(self) -> None:
        if not all(math.isfinite(people) and people >= 0 for people in self.population.values()):
            raise ValueError("a population has 0 people or more in each category")
        if not self.categories:
            raise ValueError("a population of nobody")

    @property
    def categories(self) -> tuple[Hashable, ...]:
        """The categories that have people in the population."""
        return tuple(label for label, people in self.population.items() if people > 0)

    @property
    def people(self) -> Columns:
        """The people of each category, shape (categories,)."""
        return np.array([float(self.population[label]) for label in self.categories])

    @property
    def codes(self) -> Column:
        """The category of each row, from 0 in the order of the population."""
        code_of = {label: code for code, label in enumerate(self.categories)}
        labels = list(self.labels)
        codes = np.array([code_of.get(label, -1) for label in labels], dtype=int)
        unknown = np.flatnonzero(codes < 0)
        if unknown.size:
            row = int(unknown[0])
            raise ValueError(f"row {row}: the population has nobody in {labels[row]!r}")
        return codes

    def of(self, rows: Column) -> Margin:
        """The same population, with some of the rows."""
        labels = list(self.labels)
        return Margin([labels[row] for row in rows], self.population)


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """Weights that agree with a population.

    weights: shape (rows,) · before: the design weights · residuals: takes a variable to what is left
    of it after its regression, weighted by `before`, on what the weights agree with
    converged: False where they do not agree: they are the last ones that were tried
    error: the largest difference from a known number, as a part of the population · rounds: tries
    merged: categories that were taken together · trimmed: rows whose factor was cut at a limit
    """

    weights: Columns
    before: Columns
    residuals: Callable[[Columns], Columns]
    converged: bool
    error: float
    rounds: int = 1
    merged: tuple[tuple[Hashable, ...], ...] = ()
    trimmed: int = 0

    @property
    def factors(self) -> Columns:
        """What each design weight was multiplied by, shape (rows,)."""
        factors: Columns = self.weights / self.before
        return factors

    @property
    def deff_weights(self) -> float | None:
        """Kish's design effect of the weights alone; None without rows."""
        return kish(self.weights).deff


def indicators(margins: Sequence[Margin]) -> tuple[Columns, Columns]:
    """A column of 0 and 1 for every category of every margin, and the people of each.

    Shapes (rows, categories) and (categories,): what `calibrate` takes. The columns of each margin
    add up to 1, so those of two margins depend on each other; `calibrate` takes them as they are.
    """
    columns = [np.eye(len(margin.people))[margin.codes] for margin in margins]
    return np.hstack(columns), np.concatenate([margin.people for margin in margins])


def regression_residuals(variable: Columns, *, on: Columns, weights: Columns) -> Columns:
    """What is left of a variable, variable - X b, b by weighted least squares on X = `on`, of any rank.

    variable: shape (rows,) · on: shape (rows, columns).
    """
    root = np.sqrt(weights)
    scaled = root[:, None] * on
    lengths = np.sqrt((scaled * scaled).sum(axis=0))
    scaled = scaled / np.where(lengths > 0, lengths, 1.0)
    coefficients = np.linalg.lstsq(scaled, root * variable, rcond=None)[0]
    residuals: Columns = variable - (scaled @ coefficients) / root
    return residuals
