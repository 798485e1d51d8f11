"""The cells' shelf: counts per PSU, their moments per stratum and month, tallies and products.

Every sealing folds its batch in (`folding`); all of it can be rebuilt from the responses (`rebuilding`,
called by `process.rebuild`); pages read it (`reading`).

Packed rows are little-endian 64-bit floats. A cell's `whole`: profile, and the seven fields of
`counts.Cell` for each measure of its instrument; `parts`: the same of the headline measures, by whole profile. A
moment's `sums`: domain, and the thirteen fields of `counts.Moments` for each measure of its layout;
`crosses`: two domains, and the five fields of `counts.Cross`. A tally's `sums`: answers and weight of each
outcome of its layout. A product's: `counts.GROUPS` rows of the numbers of each block of its layout.
"""

from survey.store.cells.beside import moved
from survey.store.cells.folding import fold_in
from survey.store.cells.reading import (
    heard,
    monthly,
    months,
    parts,
    people,
    products,
    sampled,
    strata,
    tallies,
    with_sampled,
)
from survey.store.cells.rebuilding import (
    EDITION,
    differences,
    edition,
    forget,
    replace,
    shadow,
    state,
    unshadow,
)
from survey.store.cells.slicing import DESK, bare, slices

__all__ = [
    "DESK",
    "EDITION",
    "bare",
    "differences",
    "edition",
    "fold_in",
    "forget",
    "heard",
    "monthly",
    "months",
    "moved",
    "parts",
    "people",
    "products",
    "replace",
    "sampled",
    "shadow",
    "slices",
    "state",
    "strata",
    "tallies",
    "unshadow",
    "with_sampled",
]
