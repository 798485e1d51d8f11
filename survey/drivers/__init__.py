"""What overall satisfaction goes with: importance of its drivers, regression, and the mix of cases.

    drivers = importance(overall, criteria, w)             # (N,), (N, k): shares of R squared
    importance_of_covariance(*products.block("persons").covariance())     # from kept counts
    quadrants(drivers.johnson, percent_satisfied)          # what to mend first
    regression(overall, criteria, weights=w, strata=h, psu=village).errors
    case_mix(overall, agency, covariates).agencies         # (N, q): means as if all had the same people

All of it describes what goes together; none of it shows what would change if something were changed.
"""

from survey.drivers.linear import Regression, Sample, regression
from survey.drivers.mix import AdjustedMean, CaseMix, case_mix
from survey.drivers.shares import (
    LMG_LIMIT,
    Importance,
    Quadrant,
    importance,
    importance_of_covariance,
    quadrants,
)

__all__ = [
    "LMG_LIMIT",
    "AdjustedMean",
    "CaseMix",
    "Importance",
    "Quadrant",
    "Regression",
    "Sample",
    "case_mix",
    "importance",
    "importance_of_covariance",
    "quadrants",
    "regression",
]
