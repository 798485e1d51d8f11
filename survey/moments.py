"""When presses happened, from what a device tells of time: never from its clock alone.

    when = moments(clocks, floor=device.floor, received=at)         # in the order of the presses

Some presses are *tied* to the service's time: by an age on a clock that only goes forward, or by two clocks
that have gone alike since a contact. The others, pressed before a restart without a contact, are *loose*:
their clock may have jumped. They lie between the tied ones around them, in the order in which they were
numbered; those whose clocks agree with that are believed, and the others are moved to where there is room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from survey.device import SLOT, Clock, start_of

_DAY, _SLOT = timedelta(days=1), timedelta(seconds=SLOT)


@dataclass(frozen=True)
class Moment:
    """The best guess at a press, whether it can be relied on, and the other guesses that were made.

    tied: whether something holds it to the service's time
    """

    at: datetime
    steady: bool
    tied: bool
    others: tuple[datetime, ...]

    @property
    def days(self) -> frozenset[date]:
        """The days that the same press may seem to be of when it is sent again."""
        guesses = (self.at, *self.others)
        return frozenset(each.date() + shift for each in guesses for shift in (-_DAY, 0 * _DAY, _DAY))


def moments(clocks: Sequence[Clock], *, floor: int, received: datetime) -> list[Moment]:
    """When presses happened, between `floor` (a slot) and `received`. clocks: in the order of the presses."""
    alone = [_alone(clock, floor, received) for clock in clocks]
    told = [
        None if moment.tied else _corrected(clock, received)
        for clock, moment in zip(clocks, alone, strict=True)
    ]
    at = _placed(
        [moment.at if moment.tied else None for moment in alone],
        told,
        start_of(floor, received.tzinfo or UTC),
        received,
    )
    return [
        moment if moment.tied else replace(moment, at=found, others=(*moment.others, moment.at))
        for moment, found in zip(alone, at, strict=True)
    ]


def _alone(clock: Clock, floor: int, received: datetime) -> Moment:
    """When a press happened as far as its own clocks tell.

    A clock that only goes forward may rest while a device sleeps, so the press is no later than its age
    says. Before that, the device's clock counts with the offset that was measured at its last contact,
    where the two clocks agree; where they do not, the age counts.
    """
    earliest = start_of(floor, received.tzinfo or UTC)
    latest = received
    aged = clock.age is not None and timedelta(0) <= clock.age <= received - earliest
    if aged and clock.age is not None:
        latest = received - clock.age
    told = _corrected(clock, received)
    guess = latest if told is None or (aged and not clock.steady) else told
    at = max(earliest, min(guess, latest))
    relied = aged if told is None or not clock.steady else abs(guess - at) <= _SLOT
    return Moment(
        at, relied and clock.steady, aged or (relied and clock.steady), (guess, latest, received, earliest)
    )


def _corrected(clock: Clock, received: datetime) -> datetime | None:
    """The device's time with its offset; None where there is none that can be a time."""
    if clock.at is None or clock.offset is None:
        return None
    try:
        told = clock.at + clock.offset
        return told.astimezone(received.tzinfo) if 1970 < told.year < 2200 else None
    except OverflowError:
        return None


# Loose presses, among tied ones.


def _placed(
    tied: Sequence[datetime | None], told: Sequence[datetime | None], earliest: datetime, latest: datetime
) -> list[datetime]:
    """Every press between the tied ones around it."""
    at = list(tied)
    rooms = _rooms(at, earliest, latest)
    for loose, run in groupby(range(len(at)), key=lambda place: tied[place] is None):
        if loose:
            places = list(run)
            room = rooms[places[0]]
            known = [told[place] or room[1] for place in places]
            at[places[0] : places[-1] + 1] = _in_order(known, *room)
    return [found or latest for found in at]


def _rooms(
    at: Sequence[datetime | None], earliest: datetime, latest: datetime
) -> list[tuple[datetime, datetime]]:
    """What the tied presses before and after leave to each: all of the time, where they contradict."""
    lows, highs, low, high = [], [], earliest, latest
    for known in at:
        low = low if known is None else max(low, known)
        lows.append(low)
    for known in reversed(at):
        high = high if known is None else min(high, known)
        highs.append(high)
    return [(a, b) if a <= b else (earliest, latest) for a, b in zip(lows, reversed(highs), strict=True)]


def _in_order(told: Sequence[datetime], low: datetime, high: datetime) -> list[datetime]:
    """Loose presses between two tied ones: as they were told up to where the clock jumped, then moved.

    A clock that jumped stays wrong until the next contact, and still goes: what it says lay between two
    presses is kept.
    """
    runs = _runs(told, low, high)
    found: list[datetime] = []
    for number, run in enumerate(runs):
        if number == 0 and low - _SLOT <= run[0] and run[-1] <= high + _SLOT:
            placed = [max(low, min(time, high)) for time in run]
        else:
            later = sum((each[-1] - each[0] for each in runs[number + 1 :]), timedelta(0))
            placed = _in_the_middle(run, low, max(low, high - later))
        found += placed
        low = placed[-1]
    return found


def _runs(told: Sequence[datetime], low: datetime, high: datetime) -> list[list[datetime]]:
    """Presses in order, split where the clock went back, or must have gone ahead: at its longest leap."""
    runs: list[list[datetime]] = []
    for time in told:
        if runs and time >= runs[-1][-1]:
            runs[-1].append(time)
        else:
            runs.append([time])
    first = runs[0]
    inside = [n for n in range(1, len(first)) if low - _SLOT <= first[n - 1] <= high]
    if first[-1] > high + _SLOT and inside:
        leap = max(inside, key=lambda n: first[n] - first[n - 1])
        runs[:1] = [first[:leap], first[leap:]]
    return runs


def _in_the_middle(run: Sequence[datetime], low: datetime, high: datetime) -> list[datetime]:
    """Presses whose clock is wrong by as much for all, in the middle of the room that is left to them."""
    span = run[-1] - run[0]
    if span > high - low:
        return [low + (high - low) * (number / (len(run) + 1)) for number in range(1, len(run) + 1)]
    first = low + (high - low - span) / 2
    return [first + (time - run[0]) for time in run]
