"""The simulated year: through the same door, marked, repeatable, and never among real answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from survey import admit, analyse, design, errors, process, reply, simulate
from survey.case import State
from survey.screening import Sign
from survey.store import database as databases
from survey.store.database import Database
from survey.web.context import ZONE
from tests.conftest import KEYS, NOW, TODAY, Chance
from tests.staff import AT


@pytest.fixture
def demo(sqlite_url: str) -> Iterator[Database]:
    opened = databases.connect(sqlite_url, KEYS)
    design.dedicate(opened, "simulated")
    design.load_shipped(opened, on=TODAY)
    yield opened
    opened.dispose()


def filled(demo: Database, seed: int = 1) -> simulate.Filled:
    return simulate.fill(demo, ends=TODAY, responses=3_000, rng=Chance(seed), at=NOW)


def test_a_year_is_about_as_large_as_asked_and_sealed(demo: Database) -> None:
    made = filled(demo)
    assert 2_600 < made.made < 3_400
    assert process.waiting(demo) == 0
    assert process.rebuild(demo).equal


def test_every_report_says_that_it_is_simulated(demo: Database) -> None:
    filled(demo)
    assert analyse.report(demo).simulated
    assert analyse.report(demo, agency="03646").simulated


def test_agencies_differ_and_some_have_hardly_an_answer(demo: Database) -> None:
    filled(demo)
    figures = [line.figure for line in analyse.report(demo).lines]
    shown = [f.estimate.value for f in figures if f.estimate.value is not None]
    assert len(shown) > 40 and max(shown) - min(shown) > 0.2
    assert any(figure.withheld for figure in figures)


def test_both_forms_and_several_months_are_there(demo: Database) -> None:
    filled(demo)
    assert len(analyse.report(demo).trend) > 6
    assert analyse.report(demo, wave="rating-long").responses.estimate.n > 100


def test_what_people_wrote_has_consequences_of_every_kind(demo: Database) -> None:
    staff = simulate.employ(demo, at=AT).account
    simulate.follow(demo, staff, filled(demo), ends=TODAY, rng=Chance(2), at=NOW)
    assert process.rebuild(demo).equal
    found = reply.search(demo, "son-la").comments
    assert found and all(one.week <= TODAY for one in found)
    pages = [reply.listed(demo, "son-la", on=TODAY, page=page).cases for page in range(1, 30)]
    cases = [case for page in pages for case in page]
    assert {case.state for case in cases} == {State.RECEIVED, State.CLAIMED, State.CONFIRMED}
    assert any(case.reopened for case in cases) and any(case.escalated for case in cases)
    counters = reply.counters(demo, on=TODAY)["son-la"]
    assert counters.told and counters.overdue and counters.confirmed and counters.reopened
    signs = {one.flag.sign for one in analyse.flagged(demo, "son-la", on=TODAY, zone=ZONE)}
    assert {Sign.BURST, Sign.SELECTIVE} <= signs
    assert admit.verify(demo) > len(cases)


def test_it_does_not_enter_a_database_of_real_answers(province: Database) -> None:
    with pytest.raises(errors.WrongDatabase):
        simulate.fill(province, ends=TODAY, responses=10, rng=Chance(1), at=NOW)
    assert process.waiting(province) == 0
