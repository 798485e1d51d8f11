"""Whether rows and columns of a table depend on each other, in a sample that was not drawn simply.

table_test(totals_of(satisfied, agency, gender, design=design))     # keys (row, column)
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from survey.comparison.covariance import Totals, linear_covariance

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class TableTest:
    """Rao and Scott's second-order test of independence.

    f: the statistic · ndf, ddf: its degrees of freedom, not whole · p: the chance of one as large
    chi2: Pearson's statistic of the weighted shares, for n people (without the design's correction)
    reason: why there is no test: "no-answers", "one-row" (or one column), "one-psu", "no-variance"
    """

    f: float | None = None
    ndf: float | None = None
    ddf: float | None = None
    p: float | None = None
    chi2: float | None = None
    n: int = 0
    reason: str | None = None


def table_test(totals: Totals) -> TableTest:
    """The test of a table whose cells are the keys (row, column); every person is in one cell.

    With the shares p, their design covariance V, D = diag(p) and the contrasts C of the interaction:
    Delta = (C' D^-1 C / n)^-1 C' D^-1 V D^-1 C; F = chi2 / tr Delta with (tr Delta)^2 / tr Delta^2 and
    that times (PSUs - strata) degrees of freedom. Cells without answers count as 0; rows and columns
    without any are left out. Source: Rao & Scott 1984, section 3; Thomas & Rao 1987 (F).
    """
    weight = totals.weight
    n = round(float(totals.people.sum()))
    if not n:
        return TableTest(reason="no-answers")
    kept = np.flatnonzero(weight > 0)
    rows, columns = _places([totals.keys[number] for number in kept])
    shape = (rows.max() + 1, columns.max() + 1)
    if min(shape) < 2:
        return TableTest(n=n, reason="one-row")
    shares, covariance = np.zeros(shape), np.zeros(shape * 2)
    shares[rows, columns] = weight[kept] / weight.sum()
    covariance[rows[:, None], columns[:, None], rows, columns] = _share_covariance(totals, weight, kept)
    chi2, delta = _pearson(shares, n), _generalised_effects(shares, covariance, n)
    trace, df = float(np.trace(delta)), totals.df(totals.keys)
    if df <= 0 or not trace > 0:
        return TableTest(chi2=chi2, n=n, reason="one-psu" if df <= 0 else "no-variance")
    f, ndf = chi2 / trace, trace**2 / float(np.trace(delta @ delta))
    return TableTest(f, ndf, ndf * df, float(scipy.special.fdtrc(ndf, ndf * df, f)), chi2, n)


def _places(keys: Sequence[Hashable]) -> tuple[Codes, Codes]:
    """Row and column of each key; raises ValueError for a key that is no pair."""
    pairs = [key for key in keys if isinstance(key, tuple) and len(key) == 2]
    if len(pairs) != len(keys):
        raise ValueError("the keys of a table are pairs of row and column")
    rows = {row: number for number, row in enumerate(dict.fromkeys(row for row, _ in pairs))}
    columns = {column: number for number, column in enumerate(dict.fromkeys(c for _, c in pairs))}
    return np.array([rows[row] for row, _ in pairs]), np.array([columns[column] for _, column in pairs])


def _share_covariance(totals: Totals, weight: Array, kept: Codes) -> Array:
    """The design covariance of W_k / W over the cells that are kept."""
    shares = weight[kept] / weight.sum()
    by_weight = np.zeros((len(weight), len(kept)))
    by_weight[kept] = (np.eye(len(kept)) - shares) / weight.sum()
    return linear_covariance(totals, np.zeros_like(by_weight), by_weight)


def _pearson(shares: Array, n: int) -> float:
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(n * ((shares - expected) ** 2 / expected).sum())


def _generalised_effects(shares: Array, covariance: Array, n: int) -> Array:
    """The matrix whose eigenvalues are the design effects of the interaction."""
    contrasts = np.kron(_differences(shares.shape[0]), _differences(shares.shape[1]))
    inverse = np.zeros(shares.size)
    np.divide(1.0, shares.ravel(), out=inverse, where=shares.ravel() > 0)
    scaled = contrasts * inverse[:, None]
    design = scaled.T @ covariance.reshape(shares.size, shares.size) @ scaled
    return np.asarray(np.linalg.lstsq(contrasts.T @ scaled / n, design, rcond=None)[0])


def _differences(size: int) -> Array:
    """Each but the last against the last: (size, size - 1)."""
    return np.concatenate([np.eye(size - 1), -np.ones((1, size - 1))])
