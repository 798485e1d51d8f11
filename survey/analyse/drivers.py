"""What overall satisfaction goes with, and how far the criteria of a factor measure one thing.

Both are computed from the products of answers that are kept by replicate group (`counts.products`):
leaving out a group at a time tells the error under the design. The rule: 30 people who answered
everything that a figure needs; below that there is no figure, and from 1 to 9 not even their number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from survey import disclosure
from survey.analyse.wave import WaveCounts
from survey.counts import BlockSums, Products
from survey.drivers import Importance, Quadrant, importance_of_covariance, quadrants
from survey.figure import Figure
from survey.instrument import Text
from survey.intervals import t_quantile
from survey.reliability import alpha_of_covariance, omega_of_covariance
from survey.stats import Estimate

Matrix = NDArray[np.float64]

#: complete answers from which on there is a figure
LEAST = disclosure.FEW

#: why there is none although people answered
FEW_COMPLETE = "few-complete"

#: a driver whose importance may lie on the other side of the mean
UNDECIDED = "undecided"

TOGETHER: Text = {"vi": "Tất cả yếu tố cùng giải thích", "en": "Explained by all factors together"}


def drivers(
    counts: WaveCounts, products: Products, factors: Sequence[Figure], domain: str
) -> tuple[Figure, ...]:
    """Each factor's part of what the factors explain of overall satisfaction, and R squared before them.

    factors: the shares of satisfied answers, as they are shown. The parts are Johnson's relative
    weights over their sum; `flags` say the quadrant, and whether it is decided. Nothing for a
    questionnaire without an overall question or with fewer than two factors.
    """
    block, codes = products.block("persons"), [factor.code for factor in counts.instrument.factors]
    if counts.overall is None or len(codes) < 2:
        return ()
    labels = {factor.code: factor.label for factor in counts.instrument.factors}
    n = 0 if block is None else block.n
    if block is None or n < LEAST:
        names = {"driver:together": TOGETHER, **{f"driver:{code}": labels[code] for code in codes}}
        return tuple(_none(counts, name, "importance", label, domain, n) for name, label in names.items())
    kept = [column.removeprefix("factor:") for column in block.columns[1:]]
    told = block.jackknife(parts_of(block))
    together, *parts = (_estimate(block, value, se) for value, se in told)
    figures = [_figure(counts, "driver:together", "importance", TOGETHER, domain, together)]
    figures += [
        _figure(counts, f"driver:{code}", "importance", labels[code], domain, part)
        for code, part in zip(kept, parts, strict=True)
    ]
    return (figures[0], *_placed(figures[1:], {figure.code: figure for figure in factors}))


def parts_of(block: BlockSums) -> Callable[[Matrix, int], list[float | None]]:
    """R squared and each driver's part of it, as figures of the block's covariance matrix."""
    size = len(block.columns) - 1
    return lambda matrix, people: _parts(importance_of_covariance(matrix, people), size)


def _parts(found: Importance, size: int) -> list[float | None]:
    """R squared, and each driver's part of it; None for what does not vary."""
    if not found.r2 or found.r2 <= 0:
        return [found.r2, *(None for _ in range(size))]
    whole = sum(found.johnson)
    part = dict(zip(found.drivers, (weight / whole for weight in found.johnson), strict=True))
    return [found.r2, *(part.get(number) for number in range(size))]


def _estimate(block: BlockSums, value: float | None, se: float | None) -> Estimate:
    """A figure of the block with its jackknife interval within 0..1."""
    told = Estimate(
        value, n=block.n, answers=block.n, df=max(0, block.groups - 1), method="johnson/jackknife@1"
    )
    if value is None:
        return replace(told, reason="no-variance")
    if not se:
        return replace(told, reason="one-psu")
    half = t_quantile(told.level, told.df) * se
    return replace(told, se=se, low=max(0.0, value - half), high=min(1.0, value + half))


def _placed(figures: Sequence[Figure], factors: Mapping[str, Figure]) -> list[Figure]:
    """The drivers with their quadrants, from importance and from the share of satisfied answers."""
    shares = [figure.estimate.value for figure in figures]
    performance = [_shown(factors.get(figure.code.replace("driver:", "factor:"))) for figure in figures]
    known = [share for share in shares if share is not None]
    cut = sum(known) / len(known) if known else 0.0
    return [
        replace(figure, flags=(*figure.flags, *_flags(quadrant, figure.estimate, cut)))
        for figure, quadrant in zip(figures, quadrants(shares, performance), strict=True)
    ]


def _shown(figure: Figure | None) -> float | None:
    return None if figure is None or figure.withheld else figure.estimate.value


def _flags(quadrant: Quadrant | None, estimate: Estimate, cut: float) -> tuple[str, ...]:
    if quadrant is None:
        return ()
    apart = (
        estimate.low is not None and estimate.high is not None and not estimate.low <= cut <= estimate.high
    )
    return (quadrant.value,) if apart else (quadrant.value, UNDECIDED)


# Reliability.


def reliabilities(counts: WaveCounts, products: Products, domain: str) -> tuple[Figure, ...]:
    """Alpha with Feldt's interval and omega of each factor; with the reason where there is none."""
    figures = []
    for factor in counts.instrument.factors:
        criteria = counts.instrument.criteria(factor.code)
        if not criteria:
            continue
        block = products.block(f"factor:{factor.code}")
        for kind in ("alpha", "omega"):
            name = f"{kind}:{factor.code}"
            if len(criteria) < 2:
                told = Estimate(reason="one-item", method=f"{kind}@1")
                figures.append(_figure(counts, name, kind, factor.label, domain, told))
            elif block is None or block.n < LEAST:
                n = 0 if block is None else block.n
                figures.append(_none(counts, name, kind, factor.label, domain, n))
            else:
                told = _alpha(block) if kind == "alpha" else _omega(block)
                figures.append(_figure(counts, name, kind, factor.label, domain, told))
    return tuple(figures)


def _alpha(block: BlockSums) -> Estimate:
    found = alpha_of_covariance(*block.covariance())
    told = Estimate(found.alpha, low=found.low, high=found.high, n=block.n, answers=block.n)
    return replace(told, reason=found.reason, method="alpha/feldt@1")


def _omega(block: BlockSums) -> Estimate:
    found = omega_of_covariance(*block.covariance())
    return Estimate(found.omega, n=block.n, answers=block.n, reason=found.reason, method="omega/ml@1")


# Both.


def _none(counts: WaveCounts, code: str, kind: str, label: Text, domain: str, n: int) -> Figure:
    """A figure that there are too few complete answers for."""
    told = Estimate(n=n, answers=n, reason=FEW_COMPLETE if n else "no-answers", method=f"{kind}@1")
    return disclosure.gate(_figure(counts, code, kind, label, domain, told))


def _figure(counts: WaveCounts, code: str, kind: str, label: Text, domain: str, told: Estimate) -> Figure:
    return counts.figure(code, kind, label, domain, told)
