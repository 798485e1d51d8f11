"""Counts are the sufficient statistic: cells per sampling unit, and the moments that add up over them.

`sums` holds what one unit adds to one measure and what its stratum needs of it; `domains` says which
domains and measures a response adds to; `fold` turns a batch of responses into cells, `moving` says how
moments move when cells grow; `parts` holds domains of one family together, with what they share;
`products` holds what reliability and drivers need of everybody's answers; `centred` adds strata up, so that
figures follow from what tells of no single one of them.
"""

from survey.counts.centred import Pair, centred, grouped, pairs, together
from survey.counts.domains import (
    ALL,
    NO_FIELD,
    PLAN,
    RESPONSES,
    Profile,
    domains_of,
    families_of,
    family_of,
    measures_of,
)
from survey.counts.fold import Cells, DomainKey, Fold, PsuKey, fold
from survey.counts.moving import FamilyKey, Grown, Moved, changes
from survey.counts.parts import Parts, stacked
from survey.counts.products import BlockSums, Products, Replicated
from survey.counts.sums import Cell, Cross, Moments, Stratum, total

__all__ = [
    "ALL",
    "NO_FIELD",
    "PLAN",
    "RESPONSES",
    "BlockSums",
    "Cell",
    "Cells",
    "Cross",
    "DomainKey",
    "FamilyKey",
    "Fold",
    "Grown",
    "Moments",
    "Moved",
    "Pair",
    "Parts",
    "Products",
    "Profile",
    "PsuKey",
    "Replicated",
    "Stratum",
    "centred",
    "changes",
    "domains_of",
    "families_of",
    "family_of",
    "fold",
    "grouped",
    "measures_of",
    "pairs",
    "stacked",
    "together",
    "total",
]
