"""What a model of small areas says of one of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AreaEstimate:
    """One area, on the scale of the direct estimates. None where there is none.

    direct, variance: the area's own estimate and its sampling variance · value: the estimate
    synthetic: what the other areas and the covariates let expect · shrinkage: the part of `value`
    that is `synthetic`, 0..1 · mse, se: its mean squared error and the root of it
    reason: why there is no interval: "not-distinguishable" (areas differ by no more than chance),
    "mse-not-positive" (a correction for bias left nothing).
    """

    direct: float | None
    variance: float | None
    value: float
    synthetic: float
    shrinkage: float
    mse: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
