"""When simulated people came, and who was invited: arrivals at kiosks, one burst, and one counter that chooses."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from survey import collect, design, invite, process
from survey.device import SLOT
from survey.response import Answer, Invitation, Mode, Response
from survey.store import deliveries
from survey.store.database import Database
from survey.token import Dossier, Outcome, Told, period_of

#: the province's clock has no summer time
ZONE = timezone(timedelta(hours=7))

#: days that arrivals are kept of, and answers that come at once at one counter
DAYS, BURST = 56, 45

#: counters whose dossiers are invited; at the first one refused and late dossiers hardly are
COUNTERS = 4
#: of each outcome: completed dossiers, and how many of them are invited where nobody chooses, and where somebody does
DOSSIERS = {Outcome.GRANTED: (180, 60, 78), Outcome.REFUSED: (40, 13, 1), Outcome.LATE: (50, 17, 1)}
#: the part of the invited who answer
ANSWER = 0.35


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
    db: Database, recent: Sequence[Response], *, rng: random.Random, at: datetime, by: int
) -> None:
    """Tell of completed dossiers at the busiest counters, invite some, and let a part of them answer."""
    by_counter: defaultdict[str, list[Response]] = defaultdict(list)
    for one in recent:
        if one.counter:
            by_counter[one.counter].append(one)
    busiest = sorted(by_counter, key=lambda counter: (-len(by_counter[counter]), counter))[:COUNTERS]
    month = period_of(at.date())
    told = [Told(one, month, outcome, done) for one in busiest for outcome, (done, _, _) in DOSSIERS.items()]
    within = design.reference(db).line(by_counter[busiest[0]][0].agency)[-1] if busiest else ""
    if busiest:
        invite.tell_completed(db, told, within=within, at=at, by=by)
    for place, counter in enumerate(busiest):
        codes = _issued(db, counter, within, choosing=place == 0, rng=rng, at=at, by=by)
        _answered(db, codes, by_counter[counter], rng, at)


def _issued(
    db: Database, counter: str, within: str, *, choosing: bool, rng: random.Random, at: datetime, by: int
) -> list[str]:
    dossiers = [
        Dossier(f"MP-{counter}-{outcome}-{number}", counter, outcome)
        for outcome, (_, some, chosen) in DOSSIERS.items()
        for number in range(chosen if choosing else some)
    ]
    bound = [(one, invite.checked(db, one, within=within, on=at.date())) for one in dossiers]
    issued = invite.issue(db, bound, within=within, at=at, chance=rng.randbytes, by=by)
    return [one.code for one in issued if isinstance(one, invite.Issued)]


def _answered(
    db: Database, codes: Sequence[str], like: Sequence[Response], rng: random.Random, at: datetime
) -> None:
    for code in codes:
        if rng.random() < ANSWER:
            opened = invite.opened(db, code, on=at.date())
            asked = opened.asked(db, form=None, on=at.date())
            one = next(each for each in reversed(like) if each.instrument == asked.instrument.ref)
            answer = replace(
                one,
                id=f"simulated-{rng.getrandbits(96):024x}",
                day=at.date(),
                mode=Mode.ONLINE,
                invitation=Invitation.DOSSIER,
                procedure=None,
            )
            collect.submit(db, answer, at=at, token=opened.spent)
