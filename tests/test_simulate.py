"""The simulated year: through the same door, marked, repeatable, and never among real answers."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from survey import admit, analyse, design, errors, process, reply, simulate
from survey.analyse.shelves import shelves
from survey.case import State
from survey.dashboard import Dimension
from survey.response import Invitation, Mode, Sealed
from survey.screening import Sign
from survey.store import database as databases
from survey.store import responses
from survey.store.database import Database
from survey.web.context import ZONE
from tests.conftest import KEYS, NOW, TODAY, Chance
from tests.staff import AT


@pytest.fixture
def demo(sqlite_url: str) -> Iterator[Database]:
    opened = for_simulation(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def another(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    opened = for_simulation(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'another.sqlite')}")
    yield opened
    opened.dispose()


def for_simulation(url: str) -> Database:
    opened = databases.connect(url, KEYS)
    design.dedicate(opened, "simulated")
    design.load_shipped(opened, on=TODAY)
    return opened


def filled(demo: Database, responses: int = 3_000) -> simulate.Filled:
    return simulate.fill(demo, ends=TODAY, responses=responses, rng=Chance(1), at=NOW)


def followed(demo: Database, responses: int = 3_000) -> None:
    staff = simulate.employ(demo, at=AT).account
    simulate.follow(demo, staff, filled(demo, responses), ends=TODAY, rng=Chance(2), at=NOW)


def sealed(demo: Database) -> list[Sealed]:
    with demo.read() as connection:
        found = responses.sealed_since(connection, date.min)
        return [Sealed.parse(content) for some in found for _, _, content in some]


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
    followed(demo)
    assert process.rebuild(demo).equal
    found = reply.search(demo, "son-la").comments
    assert found and all(one.week <= TODAY for one in found)
    pages = [reply.listed(demo, "son-la", on=TODAY, page=page).cases for page in range(1, 30)]
    cases = [case for page in pages for case in page]
    assert {case.state for case in cases} == set(State)
    assert any(case.reopened for case in cases) and any(case.escalated for case in cases)
    counters = reply.counters(demo, on=TODAY)["son-la"]
    assert counters.told and counters.overdue and counters.confirmed and counters.reopened
    signs = {one.flag.sign for one in analyse.flagged(demo, "son-la", on=TODAY, zone=ZONE)}
    assert {Sign.BURST, Sign.SELECTIVE} <= signs
    assert admit.verify(demo) > len(cases)


def test_answers_with_a_dossiers_code_come_month_after_month_and_a_desk_tells_them_apart(
    demo: Database,
) -> None:
    followed(demo)
    invited = [one for one in sealed(demo) if one.invitation == Invitation.DOSSIER]
    months = Counter(one.day[:7] for one in invited)
    assert len(months) == 12 and max(months.values()) < len(invited) / 5
    assert {one.mode for one in invited} == {Mode.ONLINE} and all(one.procedure for one in invited)
    agency, _ = Counter(one.agency for one in invited).most_common(1)[0]
    shown = analyse.dashboard(demo, agency, period="2026", at=AT).value
    (ways,) = (part for part in shown.parts if part.dimension is Dimension.INVITATION)
    told = {figure.domain.rpartition(":")[2] for figure in ways.figures if not figure.withheld}
    assert {Invitation.DOSSIER, Invitation.NONE} <= told
    assert all(not figure.withheld and figure.estimate.n > 100 for figure in shelves(demo).invited)


def test_nobody_names_a_procedure_that_the_form_does_not_offer_there(demo: Database) -> None:
    filled(demo)
    named = {(one.agency, one.procedure) for one in sealed(demo) if one.procedure}
    offered = {
        (agency.code, procedure)
        for procedure in {procedure for _, procedure in named}
        for agency in design.handling(demo, procedure, on=TODAY)[1]
    }
    assert len(named) > 500 and named <= offered


def test_the_same_seed_makes_the_same_year(demo: Database, another: Database) -> None:
    followed(demo, 500)
    followed(another, 500)
    once, again = ([one.canonical() for one in sealed(db)] for db in (demo, another))
    assert sorted(once) == sorted(again)


def test_it_does_not_enter_a_database_of_real_answers(province: Database) -> None:
    with pytest.raises(errors.WrongDatabase):
        simulate.fill(province, ends=TODAY, responses=10, rng=Chance(1), at=NOW)
    assert process.waiting(province) == 0
