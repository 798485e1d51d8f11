"""When simulated people came, and who was invited: arrivals at kiosks, one burst, and one counter that chooses."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from itertools import groupby
from typing import NamedTuple

from survey import collect, design, errors, invite, process
from survey.device import SLOT
from survey.response import Answer, Assistance, Invitation, Mode, Response
from survey.store import deliveries
from survey.store.database import Database
from survey.token import Dossier, Outcome, Told, period_of

#: the province's clock has no summer time
ZONE = timezone(timedelta(hours=7))

#: days that arrivals are kept of, and answers that come at once at one counter
DAYS, BURST = 56, 45

#: counters whose dossiers are invited; at the first one refused and late dossiers hardly are
COUNTERS = 4
#: of each outcome: dossiers completed in a month, and how many are invited where nobody chooses, and where somebody does
DOSSIERS = {Outcome.GRANTED: (60, 20, 26), Outcome.REFUSED: (13, 4, 0), Outcome.LATE: (17, 6, 0)}
#: the part of the invited who answer, and days within which they do
ANSWER, WITHIN = 0.35, 15


class _Ended(NamedTuple):
    """A dossier that ended, and the answers that its person gives."""

    dossier: Dossier
    like: Response


def come(db: Database, recent: Sequence[Response], *, ends: date, rng: random.Random, at: datetime) -> None:
    """Keep when the answers of the last weeks came to kiosks, and let many come at once to one."""
    near = [one for one in recent if one.mode is Mode.KIOSK and one.day >= ends - timedelta(days=DAYS)]
    arrived = Counter((one.counter or "", _slot(one.day, rng)) for one in near)
    busiest = Counter(one.counter for one in near).most_common(1)
    if busiest:
        like = next(one for one in near if one.counter == busiest[0][0])
        arrived += _burst(db, like, _working_day(ends - timedelta(days=9)), rng, at)
    with db.write() as connection:
        deliveries.add_arrivals(connection, arrived)


def _slot(day: date, rng: random.Random) -> int:
    """Ten minutes of an office's hours."""
    minutes = rng.choice((rng.randrange(480, 690), rng.randrange(810, 990)))
    begins = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(minutes=minutes)
    return int(begins.timestamp()) // SLOT


def _burst(
    db: Database, like: Response, day: date, rng: random.Random, at: datetime
) -> Counter[tuple[str, int]]:
    """The highest step again and again within ten minutes."""
    best = tuple(Answer(each.item, (5,)) for each in like.answers)
    some = [
        replace(like, id=f"simulated-{rng.getrandbits(96):024x}", day=day, answers=best) for _ in range(BURST)
    ]
    collect.submit_many(db, some, at=at)
    process.seal_all(db, rng=rng, today=at.date())
    return Counter({(like.counter or "", _slot(day, rng)): BURST})


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def be_invited(
    db: Database, year: Sequence[Response], *, ends: date, rng: random.Random, at: datetime, by: int
) -> None:
    """Month by month tell of dossiers completed at the busiest counters; invite some on the Monday after, and let a part answer."""
    known = design.reference(db)
    by_counter: defaultdict[str, list[Response]] = defaultdict(list)
    for one in year:
        if one.counter and known.waves[one.wave].headline:
            by_counter[one.counter].append(one)
    busiest = sorted(by_counter, key=lambda counter: (-len(by_counter[counter]), counter))[:COUNTERS]
    told: list[Told] = []
    mondays: defaultdict[date, list[_Ended]] = defaultdict(list)
    for place, counter in enumerate(busiest):
        for month, some in groupby(by_counter[counter], key=lambda one: period_of(one.day)):
            told += [Told(counter, month, outcome, done) for outcome, (done, _, _) in DOSSIERS.items()]
            for ended in _ended(counter, month, list(some), choosing=place == 0, rng=rng):
                mondays[_monday_after(ended.like.day)].append(ended)
    if told:
        within = known.line(by_counter[busiest[0]][0].agency)[-1]
        invite.tell_completed(db, told, within=within, at=at, by=by)
        for day in sorted(mondays):
            if day < ends:
                codes = _issued(db, mondays[day], day, within, rng, by)
                _answered(db, codes, mondays[day], day, ends, rng, at)
        invite.forget(db, on=at.date())


def _ended(
    counter: str, month: str, some: Sequence[Response], *, choosing: bool, rng: random.Random
) -> Iterator[_Ended]:
    """The dossiers of a month that are invited, each of somebody who rated in it."""
    for outcome, (_, invited, chosen) in DOSSIERS.items():
        for number in range(chosen if choosing else invited):
            like = rng.choice(some)
            yield _Ended(
                Dossier(f"MP-{counter}-{month}-{outcome}-{number}", counter, outcome, like.procedure), like
            )


def _monday_after(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _issued(
    db: Database, ended: Sequence[_Ended], day: date, within: str, rng: random.Random, by: int
) -> list[invite.Issued | errors.ForeignInvitation]:
    bound = [(one.dossier, invite.checked(db, one.dossier, within=within, on=day)) for one in ended]
    at = datetime.combine(day, time(8), ZONE)
    return invite.issue(db, bound, within=within, at=at, chance=rng.randbytes, by=by)


def _answered(
    db: Database,
    issued: Sequence[invite.Issued | errors.ForeignInvitation],
    ended: Sequence[_Ended],
    day: date,
    ends: date,
    rng: random.Random,
    at: datetime,
) -> None:
    for one, (_, like) in zip(issued, ended, strict=True):
        on = day + timedelta(days=rng.randrange(WITHIN))
        if isinstance(one, invite.Issued) and rng.random() < ANSWER and on < ends:
            answer = replace(
                like,
                id=f"simulated-{rng.getrandbits(96):024x}",
                day=on,
                mode=Mode.ONLINE,
                invitation=Invitation.DOSSIER,
                assisted=Assistance.NONE,
            )
            collect.submit(db, answer, at=at, token=invite.opened(db, one.code, on=on).spent)
