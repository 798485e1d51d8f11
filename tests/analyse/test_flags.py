"""Flags over what is really kept: arrivals of ten minutes, and sealed responses of the last weeks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from survey import analyse, collect, errors, process, reply
from survey.roles import Role
from survey.screening import Sign
from survey.store import bulk, schema
from survey.store.database import Database
from survey.store.looked import Looked
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
