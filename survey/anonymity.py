"""Rows about single people, coarsened until each is like at least nine others: k-anonymity by local recoding.

    published = recoded({Quasi("03646", "2025-Q3", "kiosk", "citizen", "land"): 4, ...})

A row is published with what could point at somebody (its quasi-identifiers) as fine as a group of `k` rows
allows, or not at all. The rule is fixed and looks at numbers alone, so that everybody gets the same result.
Source: Samarati & Sweeney 1998; local recoding after Hundepool et al., Statistical Disclosure Control, 2012.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

#: the least number of rows that are alike
K = 10


class Quasi(NamedTuple):
    """What is known of a person's visit from elsewhere. "" stands for what is not told.

    period: quarter or year · group: of fields, as land · weight: as text
    """

    agency: str
    period: str
    mode: str
    kind: str
    group: str
    weight: str = "1"


#: what is not told at each level, the finest first; after the last one a row is left out
LEVELS: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"kind"}),
    frozenset({"kind", "group"}),
    frozenset({"kind", "group", "period"}),
    frozenset({"kind", "group", "period", "mode"}),
    frozenset({"kind", "group", "period", "mode", "agency"}),
)
#: levels from which on the quarter, the mode and the agency are not told
NO_QUARTER, NO_MODE, NO_AGENCY = 3, 4, 5


def coarsened(row: Quasi, level: int) -> Quasi:
    """The row as a level tells it: of a period its year is left."""
    hidden = LEVELS[level]
    told = dict.fromkeys(hidden - {"period"}, "")
    if "period" in hidden:
        told["period"] = row.period[:4]
    return row._replace(**told)


def recoded(
    rows: Mapping[Quasi, int], *, start: Mapping[Quasi, int] | None = None, k: int = K
) -> dict[Quasi, int | None]:
    """Each kind of row with the level that it is published at, None where it is left out.

    rows: how many there are of each kind · start: the finest level that a kind may have, 0 without
    """
    found: dict[Quasi, int | None] = {}
    left = dict(rows)
    for level in range(len(LEVELS)):
        ready = {row: n for row, n in left.items() if (start or {}).get(row, 0) <= level}
        sizes: Counter[Quasi] = Counter()
        for row, n in ready.items():
            sizes[coarsened(row, level)] += n
        for row in ready:
            if sizes[coarsened(row, level)] >= k:
                found[row] = level
                del left[row]
    return found | dict.fromkeys(left, None)
