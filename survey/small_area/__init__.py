"""Estimates of small areas that borrow strength from all of them: Fay-Herriot, and beta-binomial.

    smooth = smoothed_variances(variances, sizes)      # sampling variances, from all areas together
    fit = fay_herriot(shares, smooth)                  # one direct estimate and variance per area
    benchmarked(fit, populations).areas[0].value       # adds up to the direct total

    beta_binomial([3, 41, 0], [4, 50, 0]).areas[0]     # counts of people, drawn without a design

An area without an answer (None or NaN as its direct estimate, or n = 0) is estimated from the others.
Where the areas differ by no more than chance, all of them get the overall result and no interval:
nothing is known of the single area, and a narrow interval around the whole would pretend there were.
"""

from survey.small_area.area import AreaEstimate
from survey.small_area.counts import BetaBinomial, beta_binomial
from survey.small_area.estimates import FayHerriot, Fitting, benchmarked, fay_herriot, smoothed_variances

__all__ = [
    "AreaEstimate",
    "BetaBinomial",
    "FayHerriot",
    "Fitting",
    "benchmarked",
    "beta_binomial",
    "fay_herriot",
    "smoothed_variances",
]
