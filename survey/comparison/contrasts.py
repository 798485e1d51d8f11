"""Contrasts: sums of estimates with coefficients, tested with the covariance of the sample.

contrast(joint(totals), {"land": 1, "health": -1})      # land against health
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import scipy

from survey.comparison.covariance import Joint
from survey.intervals import t_quantile

#: a variance below this part of the sum that it is the difference of is rounding, not variation
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True)
class Contrast:
    """sum(c value) with its test against 0; what is not known is None, `reason` says why.

    p: two-sided, of Student's t with df · reason: "no-answers", "one-psu" (no degrees of freedom),
    "no-variance" (of the contrast or of a part of it)
    """

    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    df: float = 0
    t: float | None = None
    p: float | None = None
    reason: str | None = None


def contrast(
    estimates: Joint, coefficients: Mapping[Hashable, float], *, level: float = 0.95, df: float | None = None
) -> Contrast:
    """The contrast of keys of one sample, c'x, with variance c'Vc.

    df: by default PSUs with an answer to any of the keys, minus strata with one.
    Source: Rao & Scott 1984, Lumley 2010 (covariance of domains).
    """
    c = estimates.coefficients(coefficients)
    if c is None:
        return Contrast(level=level, reason="no-answers")
    freedom = estimates.totals.df(coefficients) if df is None else df
    parts = c * c * np.diag(estimates.covariance)
    variance = float(c @ estimates.covariance @ c)
    value = float(c @ estimates.value)
    flat = bool((parts[c != 0] == 0).any()) or variance <= ROUNDING * float(parts.sum())
    reason = "one-psu" if freedom <= 0 else "no-variance" if flat else None
    if reason is not None:
        return Contrast(value, level=level, df=freedom, reason=reason)
    se = math.sqrt(variance)
    half = t_quantile(level, freedom) * se
    t = value / se
    return Contrast(value, se, value - half, value + half, level, freedom, t, two_sided_p(t, freedom))


def two_sided_p(t: float, df: float) -> float:
    """The chance of a |t| this large or larger under Student's t; `df` may be infinite (normal)."""
    return float(2 * scipy.special.stdtr(df, -abs(t)))
