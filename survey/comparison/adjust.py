"""Many tests at once: p-values adjusted for how many there were.

    adjusted([0.001, 0.03, None, 0.2])       # Benjamini & Hochberg's q; no test stays no test
    adjusted(p, "holm")

Over agencies the default is "bh": of the changes that are called real, on average at most the stated
part are not. "holm" bounds the chance that even one is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Adjustment = Literal["bh", "by", "holm", "hochberg", "bonferroni"]
_P = NDArray[Any]


def adjusted(p: Sequence[float | None], method: Adjustment = "bh") -> tuple[float | None, ...]:
    """The adjusted p-value of each test, in its place; None (no test) counts for nothing.

    "bh": false discovery rate of independent or positively dependent tests (Benjamini & Hochberg
    1995) · "by": of any tests (Benjamini & Yekutieli 2001) · "holm" (Holm 1979), "bonferroni":
    family-wise error of any tests · "hochberg": of independent tests (Hochberg 1988).
    Raises ValueError for a p outside of 0..1 and for an unknown method.
    """
    if method not in _ADJUSTMENTS:
        raise ValueError(f"no adjustment is called {method!r}")
    adjust = _ADJUSTMENTS[method]
    tests = [number for number, value in enumerate(p) if value is not None]
    values = np.array([p[number] for number in tests], dtype=float)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("a p-value is between 0 and 1")
    order = np.argsort(values, kind="stable")
    result: list[float | None] = [None] * len(p)
    for place, value in zip(order, adjust(values[order]), strict=True):
        result[tests[place]] = min(1.0, float(value))
    return tuple(result)


def _bh(p: _P) -> _P:
    return _lowest_from_above(p * len(p) / np.arange(1, len(p) + 1))


def _by(p: _P) -> _P:
    ranks = np.arange(1, len(p) + 1)
    return _lowest_from_above(p * np.sum(1 / ranks) * len(p) / ranks)


def _hochberg(p: _P) -> _P:
    return _lowest_from_above(p * np.arange(len(p), 0, -1))


def _holm(p: _P) -> _P:
    return np.maximum.accumulate(p * np.arange(len(p), 0, -1))


def _bonferroni(p: _P) -> _P:
    return p * len(p)


def _lowest_from_above(p: _P) -> _P:
    """Of each value and those after it the lowest: a step-up procedure never reverses an order."""
    return np.minimum.accumulate(p[::-1])[::-1]


_ADJUSTMENTS: dict[str, Callable[[_P], _P]] = {
    "bh": _bh,
    "by": _by,
    "holm": _holm,
    "hochberg": _hochberg,
    "bonferroni": _bonferroni,
}
