"""Charts beside the tables: points with their intervals, as SVG images.

A chart says no more than the table next to it. An interval is drawn wherever there is one, a figure
that is withheld is a dash with its reason and never zero, and colour is never the only sign: shapes
and fills tell verdicts apart in grey print and for readers who are colour-blind.

Text stays text, and the bytes follow from the figures alone: no date, no random identifiers. One
chart is drawn at a time (matplotlib is not safe for threads), so callers keep what they were given.
"""

from survey.charts.bands import bands_chart
from survey.charts.months import trend_chart
from survey.charts.priorities import drivers_chart
from survey.charts.rows import criteria_chart, intervals_chart, parts_chart
from survey.charts.sheet import Caption, Form
from survey.charts.spread import spread_chart
from survey.charts.years import years_chart

__all__ = [
    "Caption",
    "Form",
    "bands_chart",
    "criteria_chart",
    "drivers_chart",
    "intervals_chart",
    "parts_chart",
    "spread_chart",
    "trend_chart",
    "years_chart",
]
