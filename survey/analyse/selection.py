"""Who is invited, who of the invited answers, and whether they rate otherwise: flags about dossiers' invitations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator

import numpy as np

from survey import screening
from survey.analyse.recent import About, Recent, agency_at, step_of
from survey.comparison import Design, Totals, totals_of
from survey.coverage import Tally
from survey.response import Invitation, Mode, Sealed
from survey.screening import Flag, Sign
from survey.store.agencies import Reference
from survey.token import Outcome

#: ratings with an invitation, and without one, below which they are not held against each other
LEAST = 30


def flags(known: Reference, told: Recent) -> Iterator[About]:
    """Flags about invitations, the most striking of a sign first."""
    yield from _selective(known, told)
    yield from _answering(known, told)
    yield from _rated_otherwise(told)


def _selective(known: Reference, told: Recent) -> Iterator[About]:
    by_counter = _by_counter(told)
    if by_counter:
        counters = sorted(by_counter)
        completed = [_of_kinds(by_counter[one], completed=True) for one in counters]
        invited = [_of_kinds(by_counter[one], completed=False) for one in counters]
        for flag in screening.selective(completed, invited, source=counters):
            yield _at_counter(known, flag)


def _by_counter(told: Recent) -> dict[str, list[Tally]]:
    found: defaultdict[str, list[Tally]] = defaultdict(list)
    for tally in told.tallies:
        found[tally.counter].append(tally)
    return found


def _of_kinds(rows: list[Tally], *, completed: bool) -> tuple[float, float]:
    """Granted dossiers, and refused or late ones, that were completed or invited; NaN where one is not known."""
    sums = [0.0, 0.0]
    for row in rows:
        number = row.completed if completed else row.invited
        sums[row.outcome is not Outcome.GRANTED] += np.nan if number is None else number
    return sums[0], sums[1]


def _answering(known: Reference, told: Recent) -> Iterator[About]:
    invited = {counter: sum(row.invited for row in rows) for counter, rows in _by_counter(told).items()}
    if invited:
        counters = sorted(invited)
        asked, came = [invited[one] for one in counters], [told.answered[one] for one in counters]
        for flag in screening.answering(asked, came, source=counters):
            yield _at_counter(known, flag)


def _at_counter(known: Reference, flag: Flag) -> About:
    """About a counter, and the responses that came with an invitation there."""
    place = str(flag.subject)
    return About(flag, agency_at(known, place), place, None, lambda s: s.counter == place and _is_invited(s))


def _rated_otherwise(told: Recent) -> Iterator[About]:
    """Agencies whose online ratings with an invitation spread otherwise than those without one."""
    by_agency: defaultdict[str, list[Sealed]] = defaultdict(list)
    for _, sealed in told.rows:
        if sealed.mode == Mode.ONLINE:
            by_agency[sealed.agency].append(sealed)
    tables: dict[Hashable, Totals] = {}
    for agency, some in by_agency.items():
        invited = np.array([_is_invited(sealed) for sealed in some])
        steps = [step_of(sealed) for sealed in some]
        if min(invited.sum(), (~invited).sum()) >= LEAST and len(set(steps)) > 1:
            units = [sealed.psu or f"person {place}" for place, sealed in enumerate(some)]
            part = np.where(invited, "invited", "others")
            tables[agency] = totals_of(np.ones(len(some)), part, steps, design=Design(psu=units))
    for flag in screening.distribution_shifts(tables, sign=Sign.INVITED, compared="not-invited"):
        agency = str(flag.subject)
        yield About(flag, agency, "", None, lambda s, a=agency: s.agency == a and _is_invited(s))  # type: ignore[misc]


def _is_invited(sealed: Sealed) -> bool:
    return sealed.invitation == Invitation.DOSSIER
