"""Flags: what of the last weeks somebody should look at, with evidence, and the index without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from itertools import groupby
from typing import cast

import numpy as np

from survey import disclosure, screening
from survey.analyse import selection
from survey.analyse.beside import otherwise
from survey.analyse.recent import DAYS, About, Recent, agency_at, step_of
from survey.analyse.wave import WaveCounts
from survey.comparison import Design, Totals, totals_of
from survey.device import SLOT, start_of
from survey.figure import Figure
from survey.quarantine import Doubt
from survey.response import Sealed
from survey.screening import Flag, Sign
from survey.screening.answers import LEAST_ANSWERS
from survey.store import quarantine
from survey.store.agencies import Reference
from survey.store.database import Connection

#: of the days that are looked at, the last ones are held against those before
LATELY, SHIFTED = 7, 28
#: slots of ten minutes
PER_HOUR = 6

LABEL = {"vi": "Không tính các phiếu này", "en": "Without these responses"}


@dataclass(frozen=True)
class Flagged:
    """A flag, what it is about, and the agency's index without the responses that it is about.

    place: a counter, or "" · day: None where it is about all days · ratings: how many responses that are
    """

    flag: Flag
    agency: str
    place: str
    day: date | None
    ratings: int
    index: Figure
    without: Figure | None

    @property
    def subject(self) -> str:
        """What names it in a decision."""
        day = self.day.isoformat() if self.day else ""
        return ":".join(part for part in (self.agency, self.place, day) if part)


def flags(
    connection: Connection, known: Reference, counts: WaveCounts, told: Recent, *, zone: tzinfo
) -> tuple[Flagged, ...]:
    """Every flag of the last weeks, by sign and the most striking first."""
    abouts = [
        *_bursts(known, told, zone),
        *_regular(known, told, zone),
        *_concentrated(known, told),
        *_straight(counts, told),
        *_fast(connection, counts, told),
        *_shifted(told),
        *_dark(known, told),
        *selection.flags(known, told),
    ]
    return tuple(_flagged(connection, counts, told, about) for about in abouts)


def _flagged(connection: Connection, counts: WaveCounts, told: Recent, about: About) -> Flagged:
    fits, domain = about.fits, f"agency:{about.agency}"
    own = counts.by_body.get((domain, counts.index_code), {})
    meant = [commitment for commitment, sealed in told.rows if fits and fits(sealed)]
    out = quarantine.uncounted(connection, meant)
    meant = [commitment for commitment in meant if commitment not in out]
    name = (f"without-{about.flag.sign}", LABEL)
    without = otherwise(connection, counts, domain, own, name, meant, -1) if meant else None
    index = disclosure.gate(counts.index(domain, own))
    return Flagged(about.flag, about.agency, about.place, about.day, len(meant), index, without)


def _bursts(known: Reference, told: Recent, zone: tzinfo) -> Iterator[About]:
    """Too many in ten minutes; then too many in an hour, of days that no ten minutes stood out of."""
    seen: set[tuple[str, date]] = set()
    for slots in (1, PER_HOUR):
        windows = list(_windows(told.arrivals, slots))
        if not windows:
            return
        counter, slot, hour, answers = (list(column) for column in zip(*windows, strict=True))
        for flag in screening.bursts(answers, agency=counter, hour=hour, window=slot):
            place, at = cast(tuple[str, int], flag.subject)
            day = start_of(at, zone).date()
            if slots == 1 or (place, day) not in seen:
                seen.add((place, day))
                yield _on_a_day(
                    known, replace(flag, compared=f"own-hour-of-week-{slots * SLOT // 60}"), place, day
                )


def _windows(arrivals: Sequence[tuple[str, int, int]], slots: int) -> Iterator[tuple[str, int, int, int]]:
    """(counter, first slot, hour of the week, answers) of windows of the hours that a counter ever had answers in.

    slots: of ten minutes, in a window
    """
    per_week = 7 * 24 * PER_HOUR
    for counter, rows in groupby(sorted(arrivals), key=lambda row: row[0]):
        counted = {slot: answers for _, slot, answers in rows}
        hours = {slot // PER_HOUR * PER_HOUR % per_week for slot in counted}
        first, last = min(counted), max(counted)
        for hour in hours:
            start = first - (first - hour) % per_week
            for begin in range(start, last + 1, per_week):
                for slot in range(begin, begin + PER_HOUR, slots):
                    yield counter, slot, hour, sum(counted.get(each, 0) for each in range(slot, slot + slots))


def _regular(known: Reference, told: Recent, zone: tzinfo) -> Iterator[About]:
    rows = [
        (float(slot), f"{counter} {start_of(slot, zone).date()}")
        for counter, slot, answers in told.arrivals
        for _ in range(answers)
    ]
    if rows:
        times, source = (list(column) for column in zip(*rows, strict=True))
        for flag in screening.regularity(times, source=source):
            place, _, day = str(flag.subject).rpartition(" ")
            yield _on_a_day(known, flag, place, date.fromisoformat(day))


def _on_a_day(known: Reference, flag: Flag, place: str, day: date) -> About:
    text = day.isoformat()
    return About(flag, agency_at(known, place), place, day, lambda s: (s.counter, s.day) == (place, text))


def _concentrated(known: Reference, told: Recent) -> Iterator[About]:
    counted = Counter((sealed.agency, sealed.counter) for _, sealed in told.rows if sealed.counter)
    if not counted:
        return
    agencies, counters = zip(*counted, strict=True)
    for flag in screening.concentration(list(counted.values()), source=counters, agency=agencies):
        pair = cast(tuple[str, str], flag.subject)
        yield About(flag, *pair, None, lambda s, pair=pair: (s.agency, s.counter) == pair)  # type: ignore[misc]


def _straight(counts: WaveCounts, told: Recent) -> Iterator[About]:
    items = [item.code for item in counts.instrument.ratings]
    if len(items) < LEAST_ANSWERS or not told.rows:
        return
    answers = [[_step(sealed, item) for item in items] for _, sealed in told.rows]
    of = [sealed.agency for _, sealed in told.rows]
    straight = {
        commitment
        for (commitment, _), same in zip(told.rows, screening.straight_lines(answers), strict=True)
        if same
    }
    meant = {id(sealed) for commitment, sealed in told.rows if commitment in straight}
    for flag in screening.straight_lining(answers, group=of):
        agency = str(flag.subject)
        yield About(
            flag,
            agency,
            "",
            None,
            lambda s, agency=agency: s.agency == agency and id(s) in meant,  # type: ignore[misc]
        )


def _step(sealed: Sealed, item: str) -> float:
    given = sealed.answers.get(item)
    return float(given) if isinstance(given, int) else np.nan


def _fast(connection: Connection, counts: WaveCounts, told: Recent) -> Iterator[About]:
    """Agencies with more forms than elsewhere that came sooner than anybody reads."""
    fast = quarantine.of_doubt(connection, counts.wave.code, Doubt.SPEED)
    if fast:
        of = [sealed.agency for _, sealed in told.rows]
        marked = [commitment in fast for commitment, _ in told.rows]
        for flag in screening.excess(marked, group=of, sign=Sign.SPEED):
            yield About(flag, str(flag.subject), "", None, None)


def _shifted(told: Recent) -> Iterator[About]:
    """Agencies whose overall ratings of the last four weeks spread otherwise than in the four before."""
    begins = (told.on - timedelta(days=SHIFTED)).isoformat()
    by_agency: dict[str, list[Sealed]] = {}
    for _, sealed in told.rows:
        by_agency.setdefault(sealed.agency, []).append(sealed)
    tables: dict[Hashable, Totals] = {}
    for agency, some in by_agency.items():
        step = [step_of(sealed) for sealed in some]
        late = np.where([s.day >= begins for s in some], "this", "before")
        if len(set(late)) > 1 and len(set(step)) > 1:
            design = Design(psu=[s.psu or "" for s in some])
            tables[agency] = totals_of(np.ones(len(some)), late, step, design=design)
    for flag in screening.distribution_shifts(tables):
        agency = str(flag.subject)
        yield About(flag, agency, "", None, lambda s, a=agency: s.agency == a and s.day >= begins)  # type: ignore[misc]


def _dark(known: Reference, told: Recent) -> Iterator[About]:
    begins = (told.on - timedelta(days=LATELY)).isoformat()
    counted = Counter((sealed.counter, sealed.day >= begins) for _, sealed in told.rows if sealed.counter)
    counters = sorted({str(counter) for counter, _ in counted})
    if counters:
        late, before = ([counted[one, when] for one in counters] for when in (True, False))
        for flag in screening.dark(late, before, source=counters, part=LATELY / DAYS):
            yield About(flag, agency_at(known, str(flag.subject)), str(flag.subject), None, None)
