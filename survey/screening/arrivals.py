"""When and where answers came in: bursts, one source with nearly all, and a clock's regularity.

Counts per window are all that is needed of times; windows in which nobody came are rows of 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.counts.arrays import codes_of, column
from survey.screening.exact import binomial_tail
from survey.screening.flags import LIMIT, Evidence, Flag, Sign, paired

Column = NDArray[Any]

#: a window with fewer answers is no burst
LEAST_COUNT = 10

#: gaps vary less than this part of their mean only where something keeps time
REGULAR = 0.2
LEAST_GAPS = 20


def bursts(
    counts: ArrayLike,
    *,
    agency: ArrayLike,
    hour: ArrayLike,
    window: ArrayLike,
    limit: float = LIMIT,
    least: int = LEAST_COUNT,
) -> tuple[Flag, ...]:
    """Windows, of ten minutes or an hour, with more answers than the agency has at that hour of the week.

    All (W,): counts of the windows in which the agency was open, also 0 · hour: of the week, 0..167
    p is the Poisson tail against the rate of the agency's other windows of that hour. Given their
    total, a count is binomial: that takes in that the rate is not known but estimated, and is the
    Poisson tail where there are many windows. A window without others is not tested. subject:
    (agency, window); expected: the mean of the others. Source: Przyborowski & Wilenski 1940.
    """
    x = whole(counts)
    who, when = column(agency, len(x), name="agency"), column(hour, len(x), name="hour")
    of = _groups(who, when)
    total, windows = np.bincount(of, weights=x)[of], np.bincount(of)[of]
    p = np.where(windows > 1, binomial_tail(x, total, 1 / windows), np.nan)
    others = (total - x) / np.maximum(windows - 1, 1)
    evidence = Evidence(paired(who, column(window, len(x), name="window")), x, others, x, p)
    return evidence.raised(Sign.BURST, "own-hour-of-week", limit, x >= least)


def concentration(
    counts: ArrayLike,
    *,
    source: ArrayLike,
    agency: ArrayLike | None = None,
    usual: ArrayLike | None = None,
    limit: float = LIMIT,
) -> tuple[Flag, ...]:
    """Sources (counters, devices) from which more of an agency's answers come than from the others.

    All (S,), a row for each source: counts, and `usual` sizes, visitors for example; without them all
    sources of an agency are equal. p: the binomial tail of the source's share. subject: (agency,
    source), or the source; statistic and expected: shares. Raises ValueError for usual sizes not above 0.
    """
    x = whole(counts)
    size = np.ones(len(x)) if usual is None else column(usual, len(x), float, name="usual")
    if not (np.isfinite(size) & (size > 0)).all():
        raise ValueError("usual sizes are above 0")
    sources = column(source, len(x), name="source")
    labels = (sources,) if agency is None else (column(agency, len(x), name="agency"), sources)
    of = np.zeros(len(x), int) if agency is None else codes_of(agency, len(x))
    total, several = np.bincount(of, weights=x)[of], np.bincount(of)[of] > 1
    share = size / np.bincount(of, weights=size)[of]
    p = np.where(several & (total > 0), binomial_tail(x, total, share), np.nan)
    evidence = Evidence(paired(*labels), x / np.maximum(total, 1), share, total, p)
    return evidence.raised(Sign.CONCENTRATION, "equal-shares" if usual is None else "usual-shares", limit)


def regularity(
    times: ArrayLike, *, source: ArrayLike, below: float = REGULAR, least: int = LEAST_GAPS
) -> tuple[Flag, ...]:
    """Sources whose answers come as if by a clock: the gaps' coefficient of variation is below 0.2.

    times, source: (N,) of each answer, times in any unit. People who come by chance have gaps that vary as
    much as their mean, a coefficient of 1. Fewer than `least` gaps say nothing. No p: the limit is fixed.
    """
    when, who = np.asarray(times, dtype=float), column(source, len(np.asarray(times)), name="source")
    codes = codes_of(who, len(when))
    order = np.lexsort((when, codes))
    same = np.diff(codes[order]) == 0
    gaps, of = np.diff(when[order])[same], codes[order][1:][same]
    n = np.bincount(of, minlength=codes.max(initial=-1) + 1)
    means = np.bincount(of, weights=gaps, minlength=len(n)) / np.maximum(n, 1)
    squares = np.bincount(of, weights=(gaps - means[of]) ** 2, minlength=len(n))
    spread = np.sqrt(squares / np.maximum(n - 1, 1))
    variation = np.divide(spread, means, out=np.zeros(len(n)), where=means > 0)
    striking = np.flatnonzero((n >= max(2, least)) & (variation < below))
    names = dict(zip(codes.tolist(), who.tolist(), strict=True))
    return tuple(
        Flag(Sign.REGULARITY, names[each], float(variation[each]), below, "fixed-limit", int(n[each]))
        for each in striking[np.argsort(variation[striking], kind="stable")].tolist()
    )


def dark(
    recent: ArrayLike, before: ArrayLike, *, source: ArrayLike, part: float, limit: float = LIMIT
) -> tuple[Flag, ...]:
    """Sources from which nothing comes any more, although much did.

    All (S,): answers lately, and before · part: of the whole time that is lately. p: the chance that
    none of a source's answers falls into that part, if it goes on as before. expected: the answers that
    would have come; a source with answers lately is tested too, and never flagged.
    """
    now, then = whole(recent), whole(before)
    p = np.where(then > 0, (1 - part) ** then, np.nan)
    names = column(source, len(now), name="source").tolist()
    evidence = Evidence(names, now, then * part / (1 - part), then, p)
    return evidence.raised(Sign.DARK, "own-weeks-before", limit, now == 0)


def whole(counts: ArrayLike) -> Column:
    """Counts as an array. Raises ValueError for what is no whole number from 0 on."""
    x = np.asarray(counts, dtype=float)
    if x.ndim != 1 or not (np.isfinite(x) & (x >= 0) & (x == np.floor(x))).all():
        raise ValueError("counts are whole numbers, one for each row")
    return x


def _groups(one: Column, other: Column) -> Column:
    """The number of each row's pair of labels."""
    first, second = codes_of(one, len(one)), codes_of(other, len(other))
    return codes_of(first * (len(one) + 1) + second, len(one))
