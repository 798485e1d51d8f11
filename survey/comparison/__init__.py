"""Comparisons: with a target, between two periods, between agencies, within a table.

`target` reads a verdict from an interval; `adjust` corrects for many tests.
"""

from survey.comparison.adjust import Adjustment, adjusted
from survey.comparison.target import verdict

__all__ = ["Adjustment", "adjusted", "verdict"]
