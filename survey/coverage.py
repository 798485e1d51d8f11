"""Coverage: of the dossiers that were completed, how many were invited, and how many answered.

An agency that hands invitations to those it granted what they wanted, and keeps them from those it
refused, looks better than it is. That shows in the numbers of invited dossiers by outcome.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import scipy

from survey.figure import Figure
from survey.token import Outcome

#: below this chance, that refused and late dossiers were invited so rarely is told as no accident
ALPHA = 0.01

#: what a reader must know of a counter's coverage
SELECTIVE = "selective-invitation"
MORE_THAN_COMPLETED = "more-than-completed"
NOT_TOLD = "completed-unknown"


@dataclass(frozen=True)
class Tally:
    """Dossiers of one counter, month and outcome. completed: None where nobody has told it."""

    counter: str
    month: str
    outcome: Outcome
    completed: int | None
    invited: int


@dataclass(frozen=True)
class Coverage:
    """What is known of one counter, or of several together, in a period.

    counter: None for several · by_outcome: outcome -> (completed, invited)
    answered: how many invited dossiers answered, as it may be shown · p: see `chance_of_selection`
    """

    counter: str | None
    completed: int | None
    invited: int
    answered: Figure
    by_outcome: Mapping[Outcome, tuple[int | None, int]] = field(default_factory=dict)
    p: float | None = None
    flags: tuple[str, ...] = ()

    @property
    def invited_share(self) -> float | None:
        return _share(self.invited, self.completed)

    @property
    def answered_share(self) -> float | None:
        """The share of the invited who answered; none where the number is withheld."""
        value = self.answered.estimate.value
        return None if value is None else _share(round(value), self.invited)


def _share(part: int, whole: int | None) -> float | None:
    return min(1.0, part / whole) if whole else None


def covered(tallies: Iterable[Tally], counter: str | None, answered: Figure) -> Coverage:
    """The coverage that tallies of one counter, or of several, make together."""
    rows = list(tallies)
    by_outcome = _by_outcome(rows)
    completed = _sum([each for each, _ in by_outcome.values()])
    invited = sum(each for _, each in by_outcome.values())
    p = chance_of_selection(by_outcome)
    more = any(each is not None and inv > each for each, inv in by_outcome.values())
    told = {
        NOT_TOLD: completed is None and invited > 0,
        MORE_THAN_COMPLETED: more,
        SELECTIVE: p is not None and p < ALPHA,
    }
    flags = tuple(name for name, holds in told.items() if holds)
    return Coverage(counter, completed, invited, answered, by_outcome, p, flags)


def _by_outcome(rows: Sequence[Tally]) -> dict[Outcome, tuple[int | None, int]]:
    found: defaultdict[Outcome, list[Tally]] = defaultdict(list)
    for row in rows:
        found[row.outcome].append(row)
    return {
        outcome: (_sum([row.completed for row in found[outcome]]), sum(row.invited for row in found[outcome]))
        for outcome in Outcome
        if outcome in found
    }


def _sum(numbers: Sequence[int | None]) -> int | None:
    """The sum; none where one of the numbers is not known, for then the whole is not."""
    known = [each for each in numbers if each is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def chance_of_selection(by_outcome: Mapping[Outcome, tuple[int | None, int]]) -> float | None:
    """The chance that so few refused and late dossiers, or fewer, are among the invited if nobody chooses.

    Of N completed dossiers K were refused or late; n were invited. If every dossier is as likely to be
    invited, the number of refused and late ones among them is hypergeometric (N, K, n): Fisher's exact test,
    one-sided. None where it can't be told: nobody was invited, or numbers are missing or don't add up.
    """
    told = [(whole, part) for whole, part in by_outcome.values() if whole is not None and part <= whole]
    if len(told) < len(by_outcome):
        return None
    difficult = [by_outcome[each] for each in (Outcome.REFUSED, Outcome.LATE) if each in by_outcome]
    completed, invited = sum(whole for whole, _ in told), sum(part for _, part in told)
    of, among = sum(whole or 0 for whole, _ in difficult), sum(part for _, part in difficult)
    if not invited or not of or of == completed:
        return None
    return float(scipy.stats.hypergeom.cdf(among, completed, of, invited))
