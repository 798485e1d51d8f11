"""Comparisons: with a target, between two periods, between domains, within a table.

    design = Design(weights=w, strata=region, psu=village, population=villages)
    totals = totals_of(steps, agency, year, design=design, satisfied_from=4)
    changes(totals, 2025, 2026)["tax"]              # -> Change(value, se, low, high, p, q, ...)

`target` reads a verdict from an interval; `covariance` gives many domains of one sample at once, from
which `contrasts`, `periods`, `mix` and `tables` follow; `adjust` corrects for many tests.
"""

from survey.comparison.adjust import Adjustment, adjusted
from survey.comparison.contrasts import Contrast, contrast
from survey.comparison.covariance import (
    Design,
    Joint,
    Totals,
    UnitCell,
    joint,
    linear_covariance,
    totals_of,
    totals_of_cells,
)
from survey.comparison.mix import Decomposition, Merged, Part, decomposed, merged
from survey.comparison.periods import (
    Change,
    CountsChange,
    Direction,
    change,
    change_between,
    changes,
    counts_change,
)
from survey.comparison.tables import TableTest, table_test
from survey.comparison.target import needed, verdict

__all__ = [
    "Adjustment",
    "Change",
    "Contrast",
    "CountsChange",
    "Decomposition",
    "Design",
    "Direction",
    "Joint",
    "Merged",
    "Part",
    "TableTest",
    "Totals",
    "UnitCell",
    "adjusted",
    "change",
    "change_between",
    "changes",
    "contrast",
    "counts_change",
    "decomposed",
    "joint",
    "linear_covariance",
    "merged",
    "needed",
    "table_test",
    "totals_of",
    "totals_of_cells",
    "verdict",
]
