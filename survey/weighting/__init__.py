"""Weights that reproduce what is known of the population, and the error of what they estimate.

    margins = [Margin(sex, {"m": 700_000, "f": 710_000}), Margin(age, {"young": 600_000, "old": 810_000})]
    weighted = rake(margins, weights=w)              # or poststratify(margin), calibrate(x, totals)
    drawn = Sample(strata=region, psu=village, population=villages, people=inhabitants)
    share(satisfied, weighted, drawn, domain=agency == "tax")    # -> stats.Estimate

`margins` and `sample` hold what is known of the population and of the drawing; `cells`, `raking` and
`calibration` make weights; `trimming` limits them and tells what they cost; `estimates` computes
figures from them with the linearised variance of `survey.stats`, `replicates` that of anything else.
"""

from survey.weighting.calibration import Kind, calibrate
from survey.weighting.cells import poststratify
from survey.weighting.estimates import mean, share, total
from survey.weighting.margins import Margin, Weighted, indicators
from survey.weighting.raking import rake
from survey.weighting.replicates import Replicates, jackknife, replicated
from survey.weighting.sample import Sample
from survey.weighting.trimming import Kish, kish, trimmed

__all__ = [
    "Kind",
    "Kish",
    "Margin",
    "Replicates",
    "Sample",
    "Weighted",
    "calibrate",
    "indicators",
    "jackknife",
    "kish",
    "mean",
    "poststratify",
    "rake",
    "replicated",
    "share",
    "total",
    "trimmed",
]
