"""When a desk sees what was answered: the dashboard stands for a while, and follows within its time."""

from __future__ import annotations

from datetime import date

import pytest

from survey import analyse, design, errors
from survey.dashboard import Dashboard, Dimension
from survey.store.database import Database
from survey.store.keeping import FRESH
from tests.analyse.rating import WARDS, answers, taken
from tests.conftest import TODAY

AT = 1_000_000


def people(province: Database, at: int) -> int:
    shown: Dashboard = analyse.dashboard(province, WARDS[0], at=at).value
    return shown.report.index.estimate.n


def test_a_sealing_is_seen_when_the_dashboard_is_no_longer_fresh(province: Database) -> None:
    taken(province, answers(WARDS[0], 10, days=3, each=20, until=TODAY))
    assert people(province, AT) == 60
    taken(province, answers(WARDS[0], 10, days=3, each=10, until=TODAY))
    assert people(province, AT + FRESH - 1) == 60
    assert people(province, AT + FRESH) == 90
    assert analyse.report(province, agency=WARDS[0]).index.estimate.n == 90


def test_the_same_dashboard_stands_where_nothing_was_sealed(province: Database) -> None:
    taken(province, answers(WARDS[0], 10, days=3, each=20, until=TODAY))
    first, later = (analyse.dashboard(province, WARDS[0], at=at) for at in (AT, AT + FRESH))
    assert (first.at, later.at) == (AT, AT + FRESH)
    assert later.value is first.value


def test_a_procedure_stands_for_the_field_that_its_answers_were_counted_in(province: Database) -> None:
    """Whatever field the catalogue says today: a choice that the filters offer is never refused."""
    known = design.reference(province)
    one = next(p for p in known.procedures.values() if p.at_commune and p.field)
    two = next(p for p in known.procedures.values() if p.at_commune and p.field and p.field != one.field)
    for procedure in (one, two):
        taken(
            province,
            answers(WARDS[0], 7, days=5, each=10, until=date(2026, 9, 20), procedure=procedure.code),
        )
    both = [(Dimension.FIELD, one.field), (Dimension.PROCEDURE, one.code)]
    shown: Dashboard = analyse.dashboard(province, WARDS[0], chosen=both, at=AT).value
    assert shown.selection.chosen == ((Dimension.PROCEDURE, one.code),)
    assert shown.report.index.estimate.n == 50
    across = [(Dimension.FIELD, one.field), (Dimension.PROCEDURE, two.code)]
    with pytest.raises(errors.ContradictoryFilters):
        analyse.dashboard(province, WARDS[0], chosen=across, at=AT)
