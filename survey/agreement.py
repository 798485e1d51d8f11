"""How far two clerks who keyed the same sheets agree: the share of equal columns, and Cohen's kappa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: what two clerks keyed in one column -> on how many sheets
Pairs = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Agreement:
    """columns, same: keyed twice, and keyed alike · sheets, alike: the same of whole sheets
    kappa: agreement beyond chance, None where chance alone would make it complete
    """

    sheets: int
    alike: int
    columns: int
    same: int
    kappa: float | None

    @property
    def share(self) -> float:
        return self.same / self.columns


def agreement(columns: Sequence[Pairs], *, alike: int) -> Agreement | None:
    """The agreement over columns that were each keyed twice on the same sheets; None without a sheet.

    kappa = (p_o - p_e) / (1 - p_e), p_o and p_e being the means over columns of observed and expected
    agreement; the latter from each clerk's own frequencies in that column.

    References
    ----------
    Cohen, J. (1960), Educational and Psychological Measurement 20, 37-46.

    """
    sheets = sum(columns[0].values()) if columns else 0
    if not sheets:
        return None
    same = sum(often for column in columns for (a, b), often in column.items() if a == b)
    keyed = len(columns) * sheets
    expected = sum(_by_chance(column, sheets) for column in columns) / len(columns)
    kappa = None if expected == 1 else (same / keyed - expected) / (1 - expected)
    return Agreement(sheets, alike, keyed, same, kappa)


def _by_chance(column: Pairs, sheets: int) -> float:
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (a, b), often in column.items():
        first[a] += often
        second[b] += often
    return sum(often * second[key] for key, often in first.items()) / sheets**2
