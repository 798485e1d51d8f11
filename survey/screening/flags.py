"""A flag: one thing that a person should look at, with the evidence for it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.comparison.adjust import adjusted

Column = NDArray[Any]

#: q of Benjamini & Hochberg below which a flag is raised
LIMIT = 0.001


class Sign(StrEnum):
    """What is striking."""

    BURST = "burst"
    CONCENTRATION = "concentration"
    REGULARITY = "regularity"
    STRAIGHT_LINING = "straight-lining"
    SPEED = "speed"
    PATTERN = "pattern"
    DIGITS = "digits"
    SHIFT = "shift"
    DARK = "dark"
    SELECTIVE = "selective"
    ANSWERING = "answering"
    INVITED = "invited"


@dataclass(frozen=True, slots=True)
class Flag:
    """A sign at a subject; its evidence is for a person to weigh.

    subject: the labels that it was given for · statistic: what was found · expected: what was held
    against it, in the same unit; None where the statistic is a test's · compared: code of where that
    comes from · n: how many answers, people or gaps there are · p: as it is; q: adjusted for `tests`
    tests of the same kind; both None where a fixed limit decides.
    """

    sign: Sign
    subject: Hashable
    statistic: float
    expected: float | None
    compared: str
    n: int
    p: float | None = None
    q: float | None = None
    tests: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for each of T subjects, and p: (T,) each, p NaN where there is no test."""

    subjects: Sequence[Hashable]
    statistic: Column
    expected: Column | None
    n: Column
    p: Column

    def raised(
        self, sign: Sign, compared: str, limit: float, also: ArrayLike | bool = True
    ) -> tuple[Flag, ...]:
        """The flags with q below the limit, and `also`; the smallest p first.

        q is adjusted for every test that was made, whether `also` holds for it or not.
        """
        p = [None if np.isnan(value) else float(value) for value in self.p]
        q = adjusted(p)
        tests = sum(value is not None for value in p)
        striking = np.array([value is not None and value < limit for value in q], dtype=bool) & also
        order = sorted(np.flatnonzero(striking).tolist(), key=lambda place: (p[place], place))
        return tuple(
            Flag(
                sign,
                self.subjects[place],
                float(self.statistic[place]),
                None if self.expected is None else float(self.expected[place]),
                compared,
                int(self.n[place]),
                p[place],
                q[place],
                tests,
            )
            for place in order
        )


def paired(*columns: Column) -> list[Hashable]:
    """The labels of each row as plain values: of one column as they are, of several as tuples."""
    plain = [column.tolist() for column in columns]
    return plain[0] if len(plain) == 1 else list(zip(*plain, strict=True))
