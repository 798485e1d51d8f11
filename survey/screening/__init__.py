"""Screening: what a person should look at before figures are believed. Nothing is ever deleted.

    bursts(counts, agency=agency, hour=hour_of_week, window=began)    # too many answers at once
    concentration(counts, source=counter, agency=agency)              # one counter, nearly all answers
    straight_lining(answers, group=interviewer)                       # the same step for everything

Each function takes plain arrays and gives the `Flag`s it raises, most striking first, each with its
evidence: statistic, what it was compared with, p, and q over all tests of the call. A flag is a question.
Answers that are not genuine are disputed by a person, and figures are published with and without them.

`arrivals` looks at when and where answers came in, `answers` at what they say, `invitations` at who was
asked, `exact` holds the tests.
"""

from survey.screening.answers import (
    digit_uniformity,
    distribution_shifts,
    excess,
    longest_runs,
    patterns,
    speed,
    straight_lines,
    straight_lining,
    too_fast,
)
from survey.screening.arrivals import bursts, concentration, dark, regularity
from survey.screening.exact import (
    ChiSquare,
    CountTest,
    RunsTest,
    binomial_test,
    poisson_test,
    runs_test,
    uniform_test,
)
from survey.screening.flags import LIMIT, Flag, Sign
from survey.screening.invitations import answering, selective

__all__ = [
    "LIMIT",
    "ChiSquare",
    "CountTest",
    "Flag",
    "RunsTest",
    "Sign",
    "answering",
    "binomial_test",
    "bursts",
    "concentration",
    "dark",
    "digit_uniformity",
    "distribution_shifts",
    "excess",
    "longest_runs",
    "patterns",
    "poisson_test",
    "regularity",
    "runs_test",
    "selective",
    "speed",
    "straight_lines",
    "straight_lining",
    "too_fast",
    "uniform_test",
]
