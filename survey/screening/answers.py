"""What answers say: the same step throughout, too fast, in a pattern, made up, or suddenly different.

Many people are satisfied with everything and say so quickly: one such response means nothing. What is
flagged is a group (an interviewer, a counter, an agency) with far more of them than the rest of the wave.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.comparison import Totals, table_test
from survey.counts.arrays import codes_of, column
from survey.scores import items_of
from survey.screening.exact import hypergeometric_tail, runs_test, uniform_test
from survey.screening.flags import LIMIT, Evidence, Flag, Sign

Column = NDArray[Any]
Mask = NDArray[np.bool_]

#: equal answers to fewer items are no straight line
LEAST_ANSWERS = 10

#: a response is fast below this part of the median time, or below these seconds per answer
PART_OF_MEDIAN = 1 / 3
SECONDS_PER_ANSWER = 1.0

#: answers for each class that the chi-square of digits is used from
_LEAST_EXPECTED = 5


# Straight lines.


def straight_lines(answers: ArrayLike, *, least: int = LEAST_ANSWERS) -> Mask:
    """Who gave the same step (standard deviation 0) to at least `least` items: (N, I) -> (N,)."""
    items = items_of(answers)
    valid = np.isfinite(items)
    highest = np.where(valid, items, -np.inf).max(axis=1, initial=-np.inf)
    lowest = np.where(valid, items, np.inf).min(axis=1, initial=np.inf)
    same: Mask = (highest == lowest) & (valid.sum(axis=1) >= least)
    return same


def longest_runs(answers: ArrayLike) -> Column:
    """The most equal steps in a row that each person gave, missing answers left out: (N, I) -> (N,)."""
    items = items_of(answers)
    run = longest = np.zeros(len(items), int)
    last = np.full(len(items), np.nan)
    for step in items.T:
        valid = np.isfinite(step)
        run = np.where(valid, np.where(step == last, run + 1, 1), run)
        last = np.where(valid, step, last)
        longest = np.maximum(longest, run)
    return longest


def straight_lining(
    answers: ArrayLike, *, group: ArrayLike, least: int = LEAST_ANSWERS, limit: float = LIMIT
) -> tuple[Flag, ...]:
    """Groups (N,) with more straight lines than the rest of the wave, of those who answered enough items.

    Source: Curran 2016.
    """
    items = items_of(answers)
    enough = np.isfinite(items).sum(axis=1) >= least
    groups = column(group, len(items), name="group")[enough]
    return excess(
        straight_lines(items[enough], least=least), group=groups, sign=Sign.STRAIGHT_LINING, limit=limit
    )


def excess(marked: ArrayLike, *, group: ArrayLike, sign: Sign, limit: float = LIMIT) -> tuple[Flag, ...]:
    """Groups in which a larger part of the people (N,) is marked than in the rest of the wave.

    p: of as many or more if the marks fell on anybody alike (Fisher's exact test). statistic and
    expected: the part of the group, and of the others. A group that is the whole wave is not tested.
    """
    marks = np.asarray(marked, dtype=bool)
    groups = column(group, len(marks), name="group")
    names, of = np.unique(groups, return_inverse=True)
    n, x = np.bincount(of, minlength=len(names)), np.bincount(of, weights=marks, minlength=len(names))
    total, all_marked = len(marks), int(marks.sum())
    p = [
        hypergeometric_tail(int(count), int(size), all_marked, total) if size < total else np.nan
        for count, size in zip(x, n, strict=True)
    ]
    others = (all_marked - x) / np.maximum(total - n, 1)
    evidence = Evidence(names.tolist(), x / np.maximum(n, 1), others, n, np.array(p, dtype=float))
    return evidence.raised(sign, "rest-of-wave", limit)


# Speed.


def too_fast(seconds: ArrayLike, answered: ArrayLike) -> Mask:
    """Who took less than a third of the median time, or less than a second per answer: (N,).

    answered: numbers of answers. A time that is not known (NaN) is not fast. Source: Curran 2016.
    """
    taken = np.asarray(seconds, dtype=float)
    with_limit: Mask = taken < _limits(taken, answered)
    return with_limit


def speed(seconds: ArrayLike, answered: ArrayLike, *, subject: ArrayLike | None = None) -> tuple[Flag, ...]:
    """A flag for each response (N,) that is too fast, the fastest first; subject: its label, or its row.

    expected: the seconds that it should have taken at least. Whether a group has too many of them tells
    `excess(too_fast(...), group=..., sign=Sign.SPEED)`.
    """
    taken = np.asarray(seconds, dtype=float)
    limits = _limits(taken, answered)
    labels = range(len(taken)) if subject is None else column(subject, len(taken), name="subject").tolist()
    n = column(answered, len(taken), float, name="answered")
    fast = np.flatnonzero(taken < limits)
    per_answer = limits <= SECONDS_PER_ANSWER * n
    return tuple(
        Flag(
            Sign.SPEED,
            labels[row],
            float(taken[row]),
            float(limits[row]),
            "second-per-answer" if per_answer[row] else "third-of-median",
            int(n[row]),
        )
        for row in fast[np.argsort(taken[fast] / limits[fast], kind="stable")].tolist()
    )


def _limits(taken: Column, answered: ArrayLike) -> Column:
    """The seconds that each response should have taken at least: (N,)."""
    known = taken[np.isfinite(taken)]
    typical = PART_OF_MEDIAN * float(np.median(known)) if known.size else 0.0
    return np.maximum(typical, SECONDS_PER_ANSWER * column(answered, len(taken), float, name="answered"))


# Patterns, digits, shifts.


def patterns(outcomes: ArrayLike, *, source: ArrayLike, limit: float = LIMIT) -> tuple[Flag, ...]:
    """Sources whose outcomes (0 or 1, in the order they came) stick together or alternate too much.

    outcomes, source: (N,). statistic: z of the runs test, below 0 where equal ones stick together;
    expected: 0. Days differ, so that some sticking together is natural: look within a day.
    """
    x = np.asarray(outcomes, dtype=float)
    names, parts = _parts(x, source)
    tests = [runs_test(part) for part in parts]
    return _tested(
        names,
        [(t.z, t.p) for t in tests],
        [len(part) for part in parts],
        (Sign.PATTERN, "any-order", limit),
        expected=np.zeros(len(names)),
    )


def digit_uniformity(digits: ArrayLike, *, group: ArrayLike, limit: float = LIMIT) -> tuple[Flag, ...]:
    """Groups (N,) whose last digits (0..9, of ages or amounts) are not even, as invented ones are not.

    Not for digits that people round themselves. Fewer than 50 digits are not tested. statistic:
    chi-square with 9 degrees of freedom. Raises ValueError for others than digits.
    """
    x = np.asarray(digits, dtype=float)
    if not np.isin(x, range(10)).all():
        raise ValueError("digits are 0 to 9")
    names, parts = _parts(x.astype(int), group)
    tests = [uniform_test(np.bincount(part, minlength=10)) for part in parts]
    found = [
        (t.statistic, t.p if len(part) >= 10 * _LEAST_EXPECTED else None)
        for t, part in zip(tests, parts, strict=True)
    ]
    return _tested(names, found, [len(part) for part in parts], (Sign.DIGITS, "even-digits", limit))


def distribution_shifts(
    tables: Mapping[Hashable, Totals],
    *,
    limit: float = LIMIT,
    sign: Sign = Sign.SHIFT,
    compared: str = "period-before",
) -> tuple[Flag, ...]:
    """Agencies whose answers spread over the steps otherwise than in the period before.

    tables: of each agency the totals with keys (period, step), as of `survey.comparison.totals_of` or
    `totals_of_cells`; or (part, step) of other parts, with the sign and what is compared. statistic: F of Rao
    and Scott's second-order test, which takes in that people who queue together answer alike. Source:
    Rao & Scott 1984.
    """
    tests = [table_test(totals) for totals in tables.values()]
    found = [(t.f, t.p) for t in tests]
    return _tested(list(tables), found, [t.n for t in tests], (sign, compared, limit))


def _tested(
    subjects: list[Hashable],
    found: list[tuple[float | None, float | None]],
    n: list[int],
    told: tuple[Sign, str, float],
    expected: Column | None = None,
) -> tuple[Flag, ...]:
    """Flags from pairs of statistic and p, None where there is no test."""
    pairs = np.array(found, dtype=float).reshape(-1, 2)
    return Evidence(subjects, pairs[:, 0], expected, np.array(n), pairs[:, 1]).raised(*told)


def _parts(values: Column, labels: ArrayLike) -> tuple[list[Hashable], list[Column]]:
    """The values of each label, in their order."""
    names = column(labels, len(values), name="labels")
    codes = codes_of(names, len(values))
    order = np.argsort(codes, kind="stable")
    found, starts = np.unique(codes[order], return_index=True)
    parts = np.split(values[order], starts[1:]) if found.size else []
    return names[order][starts].tolist(), parts
