"""Coverage: sums that know what they don't know, and invitations that keep the refused away."""

from __future__ import annotations

import pytest
from scipy import stats

from survey.coverage import MORE_THAN_COMPLETED, NOT_TOLD, SELECTIVE, Coverage, Tally, covered
from survey.figure import Figure
from survey.stats import Estimate
from survey.token import Outcome

ANSWERED = Figure(
    "answered", "count", {}, "counter:c", "w", "i", "2026", "coverage@1", Estimate(value=12.0, n=12)
)


def of(*told: tuple[Outcome, int | None, int]) -> Coverage:
    rows = [Tally("c", "2026-11", outcome, completed, invited) for outcome, completed, invited in told]
    return covered(rows, "c", ANSWERED)


def test_one_in_ten_of_each_outcome_is_no_selection() -> None:
    found = of((Outcome.GRANTED, 200, 20), (Outcome.REFUSED, 50, 5), (Outcome.LATE, 50, 5))
    assert (found.completed, found.invited, found.flags) == (300, 30, ())
    assert found.invited_share == pytest.approx(0.1)
    assert found.answered_share == pytest.approx(0.4)


def test_inviting_the_granted_alone_is_seen() -> None:
    found = of((Outcome.GRANTED, 200, 60), (Outcome.REFUSED, 50, 1), (Outcome.LATE, 50, 2))
    assert found.flags == (SELECTIVE,)
    table = [[3, 97], [60, 140]]
    assert found.p == pytest.approx(stats.fisher_exact(table, alternative="less").pvalue, rel=1e-9)


def test_inviting_the_refused_more_often_flatters_nobody() -> None:
    assert of((Outcome.GRANTED, 200, 5), (Outcome.REFUSED, 50, 50)).flags == ()


def test_what_nobody_told_is_not_zero() -> None:
    found = of((Outcome.GRANTED, None, 5))
    assert found.completed is None
    assert found.invited_share is None
    assert found.flags == (NOT_TOLD,)
    assert of((Outcome.GRANTED, 10, 5), (Outcome.LATE, None, 1)).completed is None


def test_more_invitations_than_dossiers_do_not_add_up() -> None:
    found = of((Outcome.GRANTED, 4, 5))
    assert found.flags == (MORE_THAN_COMPLETED,)
    assert found.p is None
