"""How rows were drawn: what the variance of anything computed from them needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from survey.counts import Stratum
from survey.stats import of_arrays


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The drawing of the rows, each of shape (rows,) or None.

    strata: the row's stratum · psu: its sampling unit within the stratum; None: each row is one
    population: PSUs of its stratum in the population · people: people of its PSU in the population
    (the second stage); None: drawing with replacement, nothing is subtracted from the variance.
    """

    strata: ArrayLike | None = None
    psu: ArrayLike | None = None
    population: ArrayLike | None = None
    people: ArrayLike | None = None

    def counted(self, columns: Mapping[str, ArrayLike | None]) -> tuple[Stratum, ...]:
        """The strata of `survey.stats.of_arrays`, whose arguments the columns are; any second stage within.

        Raises as `of_arrays` does.
        """
        given: dict[str, Any] = {name: np.asarray(each) for name, each in columns.items() if each is not None}
        drawn: dict[str, Any] = {"strata": self.strata, "psu": self.psu, "population": self.population}
        return of_arrays(**given, **drawn, people=None if self.psu is None else self.people)
