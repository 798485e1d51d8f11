"""Counts are the sufficient statistic: cells per sampling unit, and the moments that add up over them.

`sums` holds what one unit adds to one measure and what its stratum needs of it; `fold` turns batches
of responses into both; `domains` says which domains and measures a response adds to.
"""

from survey.counts.domains import ALL, RESPONSES, Profile, domains_of, measures_of
from survey.counts.fold import Fold, MomentKey, PsuKey, TallyKey, fold, moment_changes
from survey.counts.sums import Cell, Moments, Stratum, total

__all__ = [
    "ALL",
    "RESPONSES",
    "Cell",
    "Fold",
    "MomentKey",
    "Moments",
    "Profile",
    "PsuKey",
    "Stratum",
    "TallyKey",
    "domains_of",
    "fold",
    "measures_of",
    "moment_changes",
    "total",
]
