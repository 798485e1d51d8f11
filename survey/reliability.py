"""How far the items of a factor measure one thing: alpha, and omega of a one-factor model.

    alpha([[5, 4, 4], [2, 3, 2], [4, 4, 5], [1, 2, 1]]).alpha          # a row per person, NaN is missing
    alpha_of_covariance(matrix, n=420).low                             # what was kept of the answers
    omega(answers, weights=w).omega

Persons with every item count ("complete cases"); `pairwise=True` takes each covariance from everybody
who answered both items. Items without variance are left out and named: they can agree with nothing.
Alpha supposes that every item measures the factor equally well, omega does not. Neither shows that
there is one factor, and both grow with the number of items alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import positive_weights
from survey.intervals import Bounds

Matrix = NDArray[np.float64]

#: a variance below this part of what it is the sum of is rounding, not variation
_ROUNDING = 1e-13

#: correlations that are nearer to linear dependence than this have no inverse worth the name
_SINGULAR = 1e-10

#: the part of an item's variance that is its own may not fall below this (Heywood case)
HEYWOOD = 0.005


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha and its company. None where there is none, per item in the order of `items`.

    alpha: may be negative (`negative` flags it: items point in different directions) · low, high:
    Feldt's interval · standardised: alpha of the correlations · mean_r: their mean · lambda6: Guttman's
    if_deleted: alpha of the other items · item_total: an item's correlation with the sum of the others
    n: persons (of pairwise covariances the fewest of any pair) · items: columns used · dropped: columns
    without variance
    reason: "no-answers", "one-answer", "one-item" (fewer than two with variance), "no-variance" (of
    the sum); "pairwise" and "unknown-n" for why there is alpha and no interval.
    """

    alpha: float | None = None
    low: float | None = None
    high: float | None = None
    standardised: float | None = None
    mean_r: float | None = None
    lambda6: float | None = None
    if_deleted: tuple[float | None, ...] = ()
    item_total: tuple[float | None, ...] = ()
    n: int | None = None
    items: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    negative: bool = False
    level: float = 0.95
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Omega:
    """McDonald's omega total of a one-factor model, by maximum likelihood.

    omega: in the items' own units · standardised: of items of variance 1 · loadings, uniquenesses:
    standardised, in the order of `items`; the loadings' sum is not negative · objective: the
    discrepancy that is minimised, 0 for a perfect fit · heywood: a uniqueness stands at its bound, the
    model does not fit
    reason: "no-answers", "one-answer", "too-few-items" (fewer than three with variance), "singular"
    (an item follows from others).
    """

    omega: float | None = None
    standardised: float | None = None
    loadings: tuple[float, ...] = ()
    uniquenesses: tuple[float, ...] = ()
    objective: float | None = None
    heywood: bool = False
    n: int | None = None
    items: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    reason: str | None = None


# Covariances.


def covariances(
    answers: ArrayLike, weights: ArrayLike | None = None, *, pairwise: bool = False
) -> tuple[Matrix, int]:
    """The weighted covariance matrix of items (N, k), and how many persons it rests on.

    Complete cases, with n / (n - 1) of the n persons; pairwise: of those with both items, each pair
    around its own means, and n the fewest persons of any pair. An entry without two persons is 0.
    Raises ValueError for an array that is not of two dimensions, WeightNotPositive with the row.
    """
    x = np.asarray(answers, dtype=float)
    if x.ndim != 2:
        raise ValueError("rows of persons and columns of items are needed")
    w = positive_weights(weights, len(x))
    valid = np.isfinite(x)
    if not pairwise:
        complete = valid.all(axis=1)
        return _covariance(x[complete], w[complete]), int(complete.sum())
    size = x.shape[1]
    matrix, fewest = np.zeros((size, size)), len(x)
    for i in range(size):
        for j in range(i + 1):
            both = valid[:, i] & valid[:, j]
            fewest = min(fewest, int(both.sum()))
            matrix[i, j] = matrix[j, i] = _covariance(x[both][:, [i, j]], w[both])[0, 1]
    return matrix, fewest


def _covariance(x: Matrix, w: Matrix) -> Matrix:
    if len(x) < 2:
        return np.zeros((x.shape[1], x.shape[1]))
    from_first = x - x[0]
    centred = from_first - (w @ from_first) / w.sum()
    matrix: Matrix = (centred * w[:, None]).T @ centred / w.sum() * len(x) / (len(x) - 1)
    return matrix


def _kept(matrix: Matrix) -> tuple[Matrix, tuple[int, ...], tuple[int, ...]]:
    """The covariances of the items that vary, their columns, and the others'."""
    variances = np.diag(matrix)
    varies = variances > _ROUNDING * max(float(variances.max(initial=0.0)), 0.0)
    items, dropped = (tuple(np.flatnonzero(which).tolist()) for which in (varies, ~varies))
    return matrix[np.ix_(items, items)], items, dropped


def _correlations(matrix: Matrix) -> Matrix:
    sd = np.sqrt(np.diag(matrix))
    correlations: Matrix = matrix / np.outer(sd, sd)
    return correlations


# Alpha.


def alpha(
    answers: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    pairwise: bool = False,
    level: float = 0.95,
) -> Reliability:
    """Cronbach's alpha of the items of one factor, from answers (N, k); NaN is missing.

    Feldt's interval supposes simple random sampling and complete cases: there is none for `pairwise`,
    and with weights or clusters it is too narrow.
    """
    matrix, n = covariances(answers, weights, pairwise=pairwise)
    found = alpha_of_covariance(matrix, n, level=level)
    if pairwise and found.alpha is not None:
        return replace(found, low=None, high=None, reason="pairwise")
    return found


def alpha_of_covariance(covariance: ArrayLike, n: int | None = None, *, level: float = 0.95) -> Reliability:
    """Cronbach's alpha, k / (k - 1) (1 - tr C / 1'C1), of a covariance matrix C (k, k) of n persons.

    Source: Cronbach 1951; Feldt 1965 (interval); Guttman 1945 (lambda 6).
    """
    if n is not None and n < 2:
        return Reliability(n=n, level=level, reason="one-answer" if n else "no-answers")
    matrix, items, dropped = _kept(_square(covariance))
    empty = Reliability(n=n, items=items, dropped=dropped, level=level)
    if len(items) < 2:
        return replace(empty, reason="one-item")
    value = _alpha(matrix)
    if value is None:
        return replace(empty, reason="no-variance")
    correlations = _correlations(matrix)
    low, high = (None, None) if n is None else feldt_interval(value, n, len(items), level=level)
    return replace(
        empty,
        alpha=value,
        low=low,
        high=high,
        standardised=_alpha(correlations),
        mean_r=float(correlations[np.triu_indices(len(items), 1)].mean()),
        lambda6=_lambda6(correlations),
        if_deleted=tuple(_alpha(_without(matrix, item)) for item in range(len(items))),
        item_total=tuple(_item_total(matrix, item) for item in range(len(items))),
        negative=value < 0,
        reason="unknown-n" if n is None else None,
    )


def feldt_interval(value: float, n: int, k: int, *, level: float = 0.95) -> Bounds:
    """The interval of alpha of k items and n persons drawn simply: 1 - (1 - alpha) F.

    F: the quantiles of F with n - 1 and (n - 1)(k - 1) degrees of freedom. Source: Feldt 1965.
    """
    tail, freedom = (1 - level) / 2, (n - 1, (n - 1) * (k - 1))
    low, high = (1 - (1 - value) * float(scipy.special.fdtri(*freedom, part)) for part in (1 - tail, tail))
    return low, high


def _square(covariance: ArrayLike) -> Matrix:
    matrix = np.asarray(covariance, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"{matrix.shape} is no covariance matrix")
    if not np.isfinite(matrix).all():
        raise ValueError("a covariance is no number")
    return matrix


def _alpha(matrix: Matrix) -> float | None:
    """Alpha; None of a single item, and where the sum of the items does not vary."""
    k, total = len(matrix), float(matrix.sum())
    if k < 2 or total <= _ROUNDING * float(np.abs(matrix).sum()):
        return None
    return k / (k - 1) * (1 - float(np.trace(matrix)) / total)


def _without(matrix: Matrix, item: int) -> Matrix:
    others = [other for other in range(len(matrix)) if other != item]
    return matrix[np.ix_(others, others)]


def _item_total(matrix: Matrix, item: int) -> float | None:
    """The correlation of an item with the sum of the others; None where that sum does not vary."""
    rest = _without(matrix, item)
    total = float(rest.sum())
    if total <= _ROUNDING * float(np.abs(rest).sum()):
        return None
    return float((matrix[item].sum() - matrix[item, item]) / np.sqrt(matrix[item, item] * total))


def _lambda6(correlations: Matrix) -> float | None:
    """1 - sum of what no other item explains / sum of the correlations; None where R is singular."""
    if np.linalg.eigvalsh(correlations)[0] < _SINGULAR:
        return None
    own = 1 / np.diag(np.linalg.inv(correlations))
    return 1 - float(own.sum() / correlations.sum())


# Omega.


def omega(answers: ArrayLike, weights: ArrayLike | None = None, *, pairwise: bool = False) -> Omega:
    """McDonald's omega total of the items of one factor, from answers (N, k); NaN is missing."""
    return omega_of_covariance(*covariances(answers, weights, pairwise=pairwise))


def omega_of_covariance(covariance: ArrayLike, n: int | None = None) -> Omega:
    """Omega total, (sum l)^2 / ((sum l)^2 + sum u), of a covariance matrix (k, k).

    Loadings l and uniquenesses u >= 0.005 are those of the correlations; in the items' units they are
    multiplied with standard deviations and variances, which for maximum likelihood is the same model.
    Source: McDonald 1999; Joreskog 1967.
    """
    if n is not None and n < 2:
        return Omega(n=n, reason="one-answer" if n else "no-answers")
    matrix, items, dropped = _kept(_square(covariance))
    empty = Omega(n=n, items=items, dropped=dropped)
    if len(items) < 3:
        return replace(empty, reason="too-few-items")
    correlations, sd = _correlations(matrix), np.sqrt(np.diag(matrix))
    if np.linalg.eigvalsh(correlations)[0] < _SINGULAR:
        return replace(empty, reason="singular")
    own = _uniquenesses(correlations)
    loadings, objective = _one_factor(correlations, own)
    return replace(
        empty,
        omega=_omega(sd * loadings, sd**2 * own),
        standardised=_omega(loadings, own),
        loadings=tuple(loadings.tolist()),
        uniquenesses=tuple(own.tolist()),
        objective=objective,
        heywood=bool((own < HEYWOOD * (1 + 1e-6)).any()),
    )


def _omega(loadings: Matrix, own: Matrix) -> float:
    common = float(loadings.sum()) ** 2
    return common / (common + float(own.sum()))


def _one_factor(correlations: Matrix, own: Matrix) -> tuple[Matrix, float]:
    """The most likely loadings for given uniquenesses, and the discrepancy that is left."""
    root = np.sqrt(own)
    values, vectors = np.linalg.eigh(correlations / np.outer(root, root))
    loadings = root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))
    rest = values[:-1] if values[-1] > 1 else values
    return loadings * (1 if loadings.sum() >= 0 else -1), float(np.sum(rest - np.log(rest) - 1))


def _uniquenesses(correlations: Matrix) -> Matrix:
    """The uniquenesses in 0.005..1 that minimise the discrepancy, on their logarithms."""

    def discrepancy(logs: Matrix) -> tuple[float, Matrix]:
        own = np.exp(logs)
        loadings, objective = _one_factor(correlations, own)
        return objective, (loadings**2 + own - 1) / own

    start = np.log((1 - 0.5 / len(correlations)) / np.diag(np.linalg.inv(correlations)))
    lowest = math.log(HEYWOOD)
    found = scipy.optimize.minimize(
        discrepancy,
        np.clip(start, lowest, 0.0),
        jac=True,
        method="L-BFGS-B",
        bounds=[(lowest, 0.0)] * len(correlations),
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 1000},
    )
    return np.array(np.exp(found.x))
