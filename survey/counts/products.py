"""Products of answers, kept by replicate group: what reliability and drivers need of everybody's answers.

How to read them (`store.cells.products` gives `Products`):

    block = products.block("factor:access")              # or "persons": overall, then factor means
    reliability.alpha_of_covariance(*block.covariance())  # matrix (k, k) and how many people
    block.jackknife(lambda c, n: [alpha_of_covariance(c, n).alpha])      # value and standard error

Of every block the people with all of its columns count ("complete cases"). PSUs are dealt into replicate
groups by a hash of their label, so that leaving out a group at a time tells the error under the design.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: replicate groups: each PSU is in one of them
GROUPS = 20


def block_size(columns: int) -> int:
    """Numbers of a block: people, and the weighted products of 1 and the columns."""
    return 1 + (columns + 1) * (columns + 2) // 2


def block_products(x: Array, valid: NDArray[np.bool_], weights: Array) -> Array:
    """Each person's part of a block's numbers: (R, 1 + (k + 1)(k + 2) / 2); zeros of incomplete ones.

    x, valid: (R, k). The numbers: people, then the weighted products of (1, x) with itself, the upper
    triangle row by row.
    """
    complete = valid.all(axis=1).astype(float)
    row = np.concatenate([np.ones((len(x), 1)), np.where(valid, x, 0.0)], axis=1)
    left, right = np.triu_indices(row.shape[1])
    products = row[:, left] * row[:, right] * (weights * complete)[:, None]
    return np.concatenate([complete[:, None], products], axis=1)


@dataclass(frozen=True, eq=False, slots=True)
class BlockSums:
    """The numbers of one block by replicate group. sums: (GROUPS, 1 + (k + 1)(k + 2) / 2)."""

    columns: tuple[str, ...]
    sums: Array

    @property
    def n(self) -> int:
        """People with all columns."""
        return round(float(self.sums[:, 0].sum()))

    def covariance(self, columns: Sequence[str] | None = None) -> tuple[Array, int]:
        """The weighted covariance matrix of columns (all without) and the people it rests on.

        With n / (n - 1), as `survey.reliability.covariances` of complete cases; zeros of fewer than two.
        """
        return _covariance(self.sums.sum(axis=0), self._places(columns))

    def means(self, columns: Sequence[str] | None = None) -> Array | None:
        """The weighted means of columns; None where nobody has all columns of the block."""
        gram = _gram(self.sums.sum(axis=0))
        return gram[0, 1:][self._places(columns)] / gram[0, 0] if gram[0, 0] > 0 else None

    def jackknife(
        self,
        figures: Callable[[Array, int], Sequence[float | None]],
        columns: Sequence[str] | None = None,
    ) -> tuple[tuple[float | None, float | None], ...]:
        """Figures of the covariance matrix, each with its standard error by leaving out groups in turn.

        V = (g - 1) / g sum (without group - mean of these)^2 over the g groups that hold anybody. The
        error is None with fewer than two such groups, and where a figure is missing without one of them.
        Source: Wolter 2007, the random group jackknife.
        """
        value, without = figures(*self.covariance(columns)), self.without(figures, columns)
        errors = [_error([each[number] for each in without]) for number in range(len(value))]
        return tuple(zip(value, errors, strict=True))

    def without(
        self,
        figures: Callable[[Array, int], Sequence[float | None]],
        columns: Sequence[str] | None = None,
    ) -> Sequence[Sequence[float | None]]:
        """The figures without each of the groups that hold anybody."""
        places, total = self._places(columns), self.sums.sum(axis=0)
        return [figures(*_covariance(total - group, places)) for group in self.sums if group[0] > 0]

    @property
    def groups(self) -> int:
        """How many replicate groups hold anybody."""
        return int((self.sums[:, 0] > 0).sum())

    def _places(self, columns: Sequence[str] | None) -> list[int]:
        return [self.columns.index(name) for name in (self.columns if columns is None else columns)]


@dataclass(frozen=True, eq=False)
class Replicated(BlockSums):
    """A block of which the sums of all groups together are known, and each figure without each of them."""

    replicates: Sequence[Sequence[float | None]] = ()
    held: int = 0

    def without(
        self,
        figures: Callable[[Array, int], Sequence[float | None]],
        columns: Sequence[str] | None = None,
    ) -> Sequence[Sequence[float | None]]:
        return self.replicates

    @property
    def groups(self) -> int:
        return self.held


@dataclass(frozen=True, eq=False, slots=True)
class Products:
    """The blocks of one domain in one period, by name."""

    blocks: dict[str, BlockSums] = field(default_factory=dict)

    def block(self, name: str) -> BlockSums | None:
        """A block's sums; None of a factor with a single item, and where nobody answered."""
        return self.blocks.get(name)


def _gram(sums: Array) -> Array:
    """The weighted products of (1, x) as a matrix (k + 1, k + 1)."""
    size = (math.isqrt(8 * (len(sums) - 1) + 1) - 1) // 2
    gram = np.zeros((size, size))
    gram[np.triu_indices(size)] = sums[1:]
    result: Array = gram + np.triu(gram, 1).T
    return result


def _covariance(sums: Array, places: Sequence[int]) -> tuple[Array, int]:
    n, gram = round(float(sums[0])), _gram(sums)
    if n < 2:
        return np.zeros((len(places), len(places))), n
    mean = gram[0, 1:] / gram[0, 0]
    matrix = (gram[1:, 1:] / gram[0, 0] - np.outer(mean, mean)) * n / (n - 1)
    return matrix[np.ix_(places, places)], n


def _error(without: Sequence[float | None]) -> float | None:
    known = [value for value in without if value is not None]
    if len(known) < 2 or len(known) < len(without):
        return None
    centre = math.fsum(known) / len(known)
    squares = math.fsum((value - centre) ** 2 for value in known)
    return math.sqrt((len(known) - 1) / len(known) * squares)
