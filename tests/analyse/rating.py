"""Answers on many days at several agencies, and what reports say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from survey import analyse, collect, design, process
from survey.report import Line
from survey.response import Response
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance

WARDS = ("03646", "03664", "03670", "03679", "03682", "03688", "03694", "03703")


def taken(province: Database, given: Iterable[Response]) -> None:
    assert not collect.submit_many(province, given, at=NOW).refused
    process.seal_all(province, rng=Chance(1), today=TODAY)


def wards(province: Database) -> list[str]:
    """Agencies that have a counter of their own name."""
    return [c.receiver for c in design.reference(province).counters.values() if c.code == f"{c.receiver}-1"]


def answers(
    agency: str, satisfied: int, *, days: int, each: int, until: date, **more: Any
) -> Iterator[Response]:
    """Answers on some days up to `until`: of `each` on a day `satisfied` are, on every third one more or fewer."""
    for number in range(days):
        good = min(each, max(0, satisfied + number % 3 - 1))
        for person in range(each):
            place = {"agency": agency, "counter": f"{agency}-1", "day": until - timedelta(days=number)}
            yield rated(5 if person < good else 2, **place | more)


def line_of(province: Database, agency: str) -> Line:
    return next(line for line in analyse.report(province).lines if line.agency.code == agency)
