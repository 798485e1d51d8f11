"""Flags over what is really kept: arrivals of ten minutes, and sealed responses of the last weeks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from survey import analyse, collect, errors, process, reply
from survey.quarantine import Doubt
from survey.response import Invitation, Mode
from survey.roles import Role
from survey.screening import Sign
from survey.store import bulk, schema, tokens
from survey.store.database import Database
from survey.store.looked import Looked
from survey.token import Outcome
from survey.web.context import ZONE
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance
from tests.staff import AT, deeds, settled

WARD, COUNTER = "03646", "03646-1"
DAY = TODAY - timedelta(days=3)


def arrive(db: Database, counts: dict[datetime, int]) -> None:
    rows = [(COUNTER, int(at.replace(tzinfo=ZONE).timestamp()) // 600, n) for at, n in counts.items()]
    with db.write() as connection:
        bulk.insert(connection, schema.arrival, rows)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, hour, minute) - timedelta(days=days)  # noqa: DTZ001


def test_a_burst_at_a_counter_is_flagged_with_the_index_without_its_day(
    province: Database, chance: Chance
) -> None:
    usual = {at(3 + 7 * week, 9, ten): 2 for week in range(7) for ten in (0, 10, 20, 30)}
    arrive(province, usual | {at(3, 9, 20): 60})
    for _ in range(20):
        collect.submit(province, rated(5, day=DAY - timedelta(days=7)), at=NOW)
    for _ in range(60):
        collect.submit(province, rated(1, day=DAY), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    found = analyse.flagged(province, "son-la", on=TODAY, zone=ZONE)
    (burst,) = [one for one in found if one.flag.sign is Sign.BURST]
    assert (burst.agency, burst.place, burst.day, burst.ratings) == (WARD, COUNTER, DAY, 60)
    assert burst.flag.n == 60 and burst.flag.q is not None and burst.flag.q < 0.001
    assert burst.without is not None and burst.without.estimate.n == 20 and burst.index.estimate.n == 80
    assert analyse.flagged(province, "03679", on=TODAY, zone=ZONE) == ()

    apart = settled(province, "apart", Role.REVIEWER, agency="son-la")
    own = settled(province, "own", Role.REVIEWER, agency=WARD)
    told = Looked(
        burst.flag.sign, burst.subject, TODAY, apart.id, explained=True, words="Ngày hội, có đoàn đông"
    )
    with pytest.raises(errors.OwnAgency):
        reply.look(province, own, WARD, told, at=AT)
    reply.look(province, apart, WARD, told, at=AT)
    assert reply.looks(province)[burst.flag.sign, burst.subject].words == "Ngày hội, có đoàn đông"
    assert deeds(province)[-1] == "flag-looked-at"


def test_a_clock_and_a_counter_gone_silent_are_flagged(province: Database, chance: Chance) -> None:
    arrive(province, {at(2, 8) + timedelta(minutes=10 * n): 1 for n in range(40)})
    for n in range(120):
        collect.submit(province, rated(4, day=TODAY - timedelta(days=10 + n % 40)), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    found = {one.flag.sign: one for one in analyse.flagged(province, WARD, on=TODAY, zone=ZONE)}
    assert found[Sign.REGULARITY].place == COUNTER and found[Sign.DARK].place == COUNTER
    assert found[Sign.DARK].flag.statistic == 0 and (found[Sign.DARK].flag.expected or 0) > 10


def test_an_ordinary_month_raises_no_flag(province: Database, chance: Chance) -> None:
    for n in range(80):
        collect.submit(province, rated(3 + n % 3, day=TODAY - timedelta(days=n % 50)), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    assert analyse.flagged(province, "son-la", on=TODAY, zone=ZONE) == ()


def dossiers(db: Database, counter: str, told: dict[Outcome, tuple[int, int]], answered: int) -> None:
    month = f"{TODAY:%Y-%m}"
    with db.write() as connection:
        tokens.count_invited(
            connection, {(counter, month, outcome): asked for outcome, (_, asked) in told.items()}
        )
        tokens.put_completed(
            connection, {(counter, month, outcome): done for outcome, (done, _) in told.items()}
        )
        tokens.count_answered(connection, {("rating-short", counter, month): answered})


def test_invitations_that_keep_the_refused_away_are_flagged_with_the_index_without_the_invited(
    province: Database, chance: Chance
) -> None:
    dossiers(province, COUNTER, {Outcome.GRANTED: (300, 100), Outcome.REFUSED: (100, 2)}, 0)
    dossiers(province, "03679-1", {Outcome.GRANTED: (300, 90), Outcome.REFUSED: (100, 30)}, 45)
    online = {"mode": Mode.ONLINE, "counter": COUNTER}
    for n in range(40):
        day = TODAY - timedelta(days=n % 12)
        collect.submit(province, rated(5, day=day, invitation=Invitation.DOSSIER, **online), at=NOW)
        collect.submit(province, rated(1 + n % 3, day=day, **online), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    found = {one.flag.sign: one for one in analyse.flagged(province, "son-la", on=TODAY, zone=ZONE)}
    assert set(found) == {Sign.SELECTIVE, Sign.INVITED}
    selective, invited = found[Sign.SELECTIVE], found[Sign.INVITED]
    assert (selective.agency, selective.place, selective.flag.n) == (WARD, COUNTER, 102)
    assert selective.ratings == invited.ratings == 40
    for one in (selective, invited):
        assert one.without is not None
        assert (one.index.estimate.n, one.without.estimate.n) == (80, 40)
        assert one.without.estimate.value == 0


def test_a_counter_where_hardly_any_of_the_invited_answer_is_flagged(province: Database) -> None:
    dossiers(province, COUNTER, {Outcome.GRANTED: (400, 300)}, 5)
    dossiers(province, "03679-1", {Outcome.GRANTED: (400, 300)}, 90)
    (one,) = analyse.flagged(province, "03646", on=TODAY, zone=ZONE)
    assert (one.flag.sign, one.place, one.ratings, one.without) == (Sign.ANSWERING, COUNTER, 0, None)


def test_a_burst_of_an_hour_is_flagged_where_no_ten_minutes_stand_out(province: Database) -> None:
    tens = range(0, 60, 10)
    usual = {at(4 + 7 * week, 9, ten): 2 for week in range(7) for ten in tens}
    arrive(province, usual | {at(4, 9, ten): 9 for ten in tens})
    (one,) = analyse.flagged(province, WARD, on=TODAY, zone=ZONE)
    assert (one.flag.sign, one.flag.compared, one.flag.n) == (Sign.BURST, "own-hour-of-week-60", 54)


def test_what_does_not_count_is_not_taken_off_once_more(province: Database, chance: Chance) -> None:
    usual = {at(3 + 7 * week, 9, ten): 2 for week in range(7) for ten in (0, 10, 20, 30)}
    arrive(province, usual | {at(3, 9, 20): 60})
    for n in range(60):
        doubt = Doubt.PLACE if n % 2 else None
        collect.submit(province, rated(1, day=DAY), at=NOW, doubt=doubt)
    for _ in range(20):
        collect.submit(province, rated(5, day=DAY - timedelta(days=7)), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    (burst,) = [
        one for one in analyse.flagged(province, WARD, on=TODAY, zone=ZONE) if one.flag.sign is Sign.BURST
    ]
    assert burst.without is not None
    assert (burst.ratings, burst.index.estimate.n, burst.without.estimate.n) == (30, 50, 20)
