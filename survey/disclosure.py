"""What may be shown: gates between an estimate and any surface, against pointing at people.

    shown = gate(figure)                            # one figure by itself
    shown = release_siblings(figures_of_agencies)   # figures whose people add up to a published total
    held = suppressed(people)                       # a table whose rows and columns both add up

Every function takes and gives figures; a figure that is held back carries no number at all, so no
surface can show one by mistake. The rules and their reasons: docs/method.md, "Gates".
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from survey.figure import Distribution, Figure
from survey.stats import Estimate

T = TypeVar("T", bound=Hashable)

#: with fewer people than this there is no result
SMALLEST = 10
#: with fewer people than this there is a result, but no rank, no test and no verdict
FEW = 30

#: why a figure is withheld
TOO_FEW = "too-few"
SECONDARY = "secondary"
#: what a reader must know of a figure in a series as today: predecessors are in it, or parts of them
AS_TODAY = "as-today"
BY_SHARE = "by-share"
#: why a distribution is withheld, or an estimate is without its value
ONE_STEP = "all-in-one-step"

#: what a reader must know of a figure that is shown
FEW_ANSWERS = "few-answers"
MODEL_BASED = "model-based"
ABOVE_90 = "above-90"
BELOW_10 = "below-10"


def gate(figure: Figure) -> Figure:
    """The figure as it may be shown: withheld, coarsened, flagged or as it is.

    Fewer than 10 people: withheld. Fewer than 30: flagged, and if they all said the same, only
    "more than 90 %" or "less than 10 %". No answers at all is told as such: it points at nobody.
    """
    if figure.withheld:
        return withhold(figure, figure.withheld)
    n = figure.estimate.n
    if n == 0:
        return figure
    if n < SMALLEST:
        return withhold(figure, TOO_FEW)
    flags = {FEW_ANSWERS: n < FEW, MODEL_BASED: figure.estimate.model_based}
    figure = _flagged(figure, *(flag for flag, holds in flags.items() if holds))
    return _coarsened(figure) if n < FEW else figure


def gate_distribution(distribution: Distribution) -> Distribution:
    """The distribution over steps as it may be shown: without counts for few or unanimous people."""
    total = distribution.total
    if distribution.withheld or total is None:
        return replace(distribution, counts=None, missing={})
    if 0 < total < SMALLEST:
        return replace(distribution, counts=None, missing={}, withheld=TOO_FEW)
    if 0 < total < FEW and max(distribution.counts or (0,)) == total:
        return replace(distribution, counts=None, withheld=ONE_STEP)
    return distribution


def release_siblings(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Gate figures that add up to a published total, so that none follows by subtraction.

    Takes figures that have not been gated. Where some are withheld, the next smallest follow until
    at least two are, with 10 people or more between them.
    """
    held = [TOO_FEW if 0 < figure.estimate.n < SMALLEST else figure.withheld for figure in figures]
    _protect(held, [figure.estimate.n for figure in figures])
    return tuple(
        withhold(figure, code) if code else gate(figure) for figure, code in zip(figures, held, strict=True)
    )


def suppressed(
    people: Sequence[Sequence[int]],
    *,
    below: Sequence[bool] = (),
    columns: bool = True,
    betraying: Sequence[Sequence[bool]] = (),
) -> list[list[str | None]]:
    """Why each cell of a table is withheld, None where it is shown.

    people: rows (agencies) of columns (the parts of one period) · below: rows whose own total is
    withheld, and all of their parts with it · columns: whether columns add up to a published total, as
    rows do · betraying: cells from which something that is withheld elsewhere would follow. Where some cells of a row or column are withheld, the next smallest follow, as in
    `release_siblings`, until nothing follows from either.
    """
    hidden = below or [False] * len(people)
    told = betraying or [[False] * len(row) for row in people]
    held: list[list[str | None]] = [
        [
            TOO_FEW if 0 < n < SMALLEST else SECONDARY if n and (whole or tells) else None
            for n, tells in zip(row, tells_of, strict=True)
        ]
        for row, whole, tells_of in zip(people, hidden, told, strict=True)
    ]
    while _protected_anew(held, people, hidden, columns=columns):
        pass
    return held


def _protected_anew(
    held: list[list[str | None]], people: Sequence[Sequence[int]], below: Sequence[bool], *, columns: bool
) -> bool:
    """Protect each row with a shown total, then each column; whether anything more is withheld."""
    more = False
    for row, counts, whole in zip(held, people, below, strict=True):
        more |= not whole and _protect(row, counts)
    for place in range(len(people[0]) if columns and people else 0):
        column = [row[place] for row in held]
        if _protect(column, [row[place] for row in people]):
            more = True
            for row, code in zip(held, column, strict=True):
                row[place] = code
    return more


def also_held(held: Sequence[bool], people: Sequence[int]) -> list[bool]:
    """Which parts of a total are withheld, so that those that are (`held`) do not follow by subtraction."""
    codes: list[str | None] = [TOO_FEW if one else None for one in held]
    _protect(codes, people)
    return [code is not None for code in codes]


def follows(hidden: Sequence[int]) -> bool:
    """Whether what is hidden of a told total follows by subtraction: a part alone, or fewer than ten people."""
    return bool(hidden) and (len(hidden) == 1 or sum(hidden) < SMALLEST)


def _protect(held: list[str | None], people: Sequence[int]) -> bool:
    """Withhold the next smallest parts of a total until none follows by subtraction; whether any was."""
    hidden = [n for n, code in zip(people, held, strict=True) if code]
    shown = sorted((n, place) for place, n in enumerate(people) if n and not held[place])
    before = len(hidden)
    for n, place in shown:
        if not follows(hidden):
            break
        held[place] = SECONDARY
        hidden.append(n)
    return len(hidden) > before


def too_small(before: Mapping[T, int], after: Mapping[T, int]) -> tuple[T, ...]:
    """The groups that are only told of together: those of 1 to 9 people in either period.

    Where they are fewer than ten together, the next smallest joins them. before, after: people.
    """
    groups = sorted({*before, *after}, key=lambda group: before.get(group, 0) + after.get(group, 0))
    periods = (before, after)
    found = [g for g in groups if any(0 < people.get(g, 0) < SMALLEST for people in periods)]
    for group in groups:
        if not any(0 < sum(people.get(g, 0) for g in found) < SMALLEST for people in periods):
            break
        if group not in found:
            found.append(group)
    return tuple(found)


def comparable(before: Figure, after: Figure) -> str | None:
    """Why two figures, as they are shown, may not be compared; None where they may.

    A figure that is withheld or coarsened has no difference from another, and of fewer than 30 people
    no change is told.
    """
    for figure in (before, after):
        code = figure.withheld or (figure.estimate.reason if figure.estimate.value is None else None)
        if code:
            return code
    return FEW_ANSWERS if min(before.estimate.n, after.estimate.n) < FEW else None


def withhold(figure: Figure, code: str) -> Figure:
    """The figure without any number: no value, no people, no interval, no missing answers."""
    blank = Estimate(level=figure.estimate.level, reason=code, method=figure.estimate.method)
    return replace(figure, estimate=blank, missing={}, withheld=code, flags=())


def _coarsened(figure: Figure) -> Figure:
    """A small group that agrees is told as "more than 90 %", so that no member's answer is known."""
    estimate = figure.estimate
    if figure.kind == "share" and estimate.value in (0.0, 1.0):
        flag, low, high = (ABOVE_90, 0.9, 1.0) if estimate.value else (BELOW_10, 0.0, 0.1)
        return _flagged(replace(figure, estimate=_without_value(estimate, low, high)), flag)
    if figure.kind == "mean" and _may_be_one_step(estimate):
        return replace(figure, estimate=_without_value(estimate, None, None))
    return figure


def _may_be_one_step(estimate: Estimate) -> bool:
    """Whether a mean may come from equal answers: it does not vary, or nobody can tell whether."""
    unknown = estimate.reason == "one-psu" and float(estimate.value or 0).is_integer()
    return unknown or estimate.reason == "no-variance"


def _without_value(estimate: Estimate, low: float | None, high: float | None) -> Estimate:
    return replace(estimate, value=None, se=None, low=low, high=high, deff=None, n_eff=None, reason=ONE_STEP)


def _flagged(figure: Figure, *flags: str) -> Figure:
    return replace(figure, flags=tuple(dict.fromkeys((*figure.flags, *flags))))
