"""Who was invited, who answered: against Fisher's exact test as SciPy has it, and nothing where nothing can be told."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from survey.screening import Sign, answering, selective


def test_invitations_that_keep_the_refused_away_are_flagged_with_fishers_p() -> None:
    completed = [[200, 100], [200, 100], [500, 50]]
    invited = [[60, 3], [20, 10], [50, 5]]
    (flag,) = selective(completed, invited, source=["a", "b", "c"])
    table = [[60, 3], [140, 97]]
    assert (flag.sign, flag.subject, flag.n, flag.tests) == (Sign.SELECTIVE, "a", 63, 3)
    assert flag.p == pytest.approx(stats.fisher_exact(table, alternative="greater").pvalue, rel=1e-9)
    assert flag.q == pytest.approx(3 * flag.p, rel=1e-9)
    assert (flag.statistic, flag.expected) == (0.03, 0.3)


@pytest.mark.parametrize(
    ("completed", "invited"),
    [
        ([np.nan, 100], [60, 3]),  # nobody has told how many were completed
        ([200, 0], [60, 0]),  # none was refused or late
        ([200, 100], [0, 0]),  # nobody was invited
        ([200, 100], [200, 100]),  # everybody was
        ([50, 100], [60, 3]),  # more than there are
        ([200, 100], [3, 60]),  # the refused and late more often: that flatters nobody
    ],
)
def test_what_can_not_be_told_or_flatters_nobody_is_no_flag(
    completed: list[float], invited: list[float]
) -> None:
    assert selective([completed], [invited], source=["a"]) == ()


def test_selection_by_chance_is_flagged_as_rarely_as_the_limit_says() -> None:
    chance = np.random.default_rng(8)
    difficult = chance.hypergeometric(100, 300, 80, size=2_000)
    invited = np.stack([80 - difficult, difficult], axis=1)
    completed = np.tile([300, 100], (2_000, 1))
    assert selective(completed, invited, source=np.arange(2_000)) == ()
    one_in_hundred = sum(
        bool(selective([row[0]], [row[1]], source=["a"], limit=0.01))
        for row in zip(completed, invited, strict=True)
    )
    assert one_in_hundred < 40


def test_counters_where_hardly_anybody_or_nearly_everybody_answers_are_flagged() -> None:
    invited, answered = [400, 400, 400, 400, 20], [100, 110, 8, 360, 0]
    found = {flag.subject: flag for flag in answering(invited, answered, source=list("abcde"))}
    assert set(found) == {"c", "d"}
    low = stats.fisher_exact([[8, 392], [570, 650]], alternative="less").pvalue
    assert found["c"].p == pytest.approx(2 * low, rel=1e-6) and found["c"].tests == 4
    assert found["c"].expected == pytest.approx(570 / 1_220)


def test_a_lone_counter_and_more_answers_than_invitations_are_no_flag() -> None:
    assert answering([100], [3], source=["a"]) == ()
    assert answering([100, 100], [130, 100], source=["a", "b"]) == ()
    with pytest.raises(ValueError, match="whole numbers"):
        answering([1.5], [1], source=["a"])
    with pytest.raises(ValueError, match="granted"):
        selective([[1, 2, 3]], [[1, 2, 3]], source=["a"])
