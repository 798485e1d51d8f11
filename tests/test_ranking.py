"""Rank sets agree with csranks; bands take the covariance to the mean of the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from survey import ranking
from survey.ranking import (
    Band,
    RankSets,
    bands,
    bootstrap_rank_sets,
    overlap_intervals,
    rank_sets,
    rankable,
    tau_best,
    tau_worst,
)
from survey.stats import Estimate, of_arrays, share
from tests.conftest import Chance
from tests.golden.reading import RTOL, expected
from tests.mistakes import mistaken

RANKS = {name: numbers for name, numbers in expected("ranks").items() if name != "_origin"}
PLAIN = [name for name in RANKS if "se" in RANKS[name]]
BOOTSTRAPS = [
    (name, f"{scope}_{kind}")
    for name in RANKS
    for scope in ("marginal", "simultaneous")
    for kind in ("stepdown", "single")
    if f"{scope}_{kind}" in RANKS[name]
]


def _given(name: str) -> tuple[Any, Any]:
    """Values, and variances or the covariance matrix."""
    numbers = RANKS[name]
    return numbers["x"], np.array(numbers["Sigma"]) if "Sigma" in numbers else np.array(numbers["se"]) ** 2


def _ends(sets: Any) -> dict[str, list[int]]:
    return {"L": list(sets.best), "U": list(sets.worst)}


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("scope", ["marginal", "simultaneous"])
def test_the_sets_of_many_tests_are_those_of_the_reference(name: str, scope: Any) -> None:
    sets = rank_sets(*_given(name), scope=scope)
    assert _ends(sets) == RANKS[name][f"holm_{scope}"]
    assert list(sets.rank) == RANKS[name]["rank"]
    assert (sets.scope, sets.method, sets.seed) == (scope, "holm", None)


@pytest.mark.parametrize("name", PLAIN)
def test_bonferroni_corrects_for_all_tests_at_once(name: str) -> None:
    sets = rank_sets(*_given(name), scope="simultaneous", correction="bonferroni")
    assert _ends(sets) == RANKS[name]["bonferroni_simultaneous"]


def test_what_is_shown_already_makes_the_next_step_easier() -> None:
    """Four tests of the first of three: z 3 passes 2.241; z 2.2 then has to pass 2.128, not 2.241."""
    values, variances = [3.0, 0.8, 0.0], [0.5, 0.5, 0.5]
    assert rank_sets(values, variances).worst[0] == 1
    assert rank_sets(values, variances, correction="bonferroni").worst[0] == 2


@pytest.mark.parametrize(("name", "kind"), BOOTSTRAPS)
def test_the_bootstrap_ends_where_it_does_for_the_seeds_of_the_reference(name: str, kind: str) -> None:
    scope, steps = kind.split("_")
    numbers = RANKS[name][kind]
    for seed in (1, 2):
        sets = bootstrap_rank_sets(
            *_given(name),
            np.random.default_rng(seed),
            scope=scope,  # type: ignore[arg-type]
            stepdown=steps == "stepdown",
            draws=20_000,
        )
        for found, end in ((sets.best, "L"), (sets.worst, "U")):
            assert (np.array(numbers[f"{end}_min"]) <= found).all()
            assert (np.array(numbers[f"{end}_max"]) >= found).all()


def test_a_bootstrap_can_be_repeated_from_its_result() -> None:
    first = bootstrap_rank_sets(*_given("toy10_corr"), np.random.default_rng(20261123), draws=500)
    assert (first.seed, first.draws, first.method) == (20261123, 500, "bootstrap-stepdown")
    again = bootstrap_rank_sets(
        *_given("toy10_corr"), np.random.default_rng(first.seed), draws=first.draws or 0
    )
    assert again == first


def test_a_generator_without_one_seed_leaves_none() -> None:
    rng = np.random.default_rng([1, 2])
    assert bootstrap_rank_sets([1.0, 2.0], [1.0, 1.0], rng, draws=10).seed is None


@pytest.mark.parametrize("name", PLAIN)
def test_who_may_be_among_the_three_best_and_the_three_worst(name: str) -> None:
    sets = rank_sets(*_given(name), scope="simultaneous")
    assert list(tau_best(sets, 3)) == RANKS[name]["tau_best3"]
    assert list(tau_worst(sets, 3)) == RANKS[name]["tau_worst3"]


def test_sets_that_do_not_hold_together_name_no_best() -> None:
    marginal = rank_sets([1.0, 2.0], [1.0, 1.0])
    for among in (tau_best, tau_worst):
        with pytest.raises(ValueError, match="simultaneous"):
            among(marginal, 1)


@pytest.mark.parametrize("name", PLAIN)
def test_intervals_for_the_eye_are_narrower_than_intervals_for_the_value(name: str) -> None:
    values, variances = _given(name)
    found, reference = overlap_intervals(values, variances), RANKS[name]["goldstein_healy"]
    assert found.z == pytest.approx(reference["z"], rel=RTOL)
    assert _ends(found) == {"L": reference["L"], "U": reference["U"]}
    assert (np.array(found.high) + found.low) / 2 == pytest.approx(np.array(values, float))
    assert (np.array(found.high) - found.low) / 2 == pytest.approx(found.z * np.sqrt(variances))


def test_intervals_for_the_eye_need_two_values_with_errors() -> None:
    for values, variances in (([1.0], [1.0]), ([1.0, 1.0], [0.0, 1.0])):
        with pytest.raises(ValueError, match="errors are needed"):
            overlap_intervals(values, variances)


def test_equal_values_share_the_best_place() -> None:
    assert rank_sets([3.0, 5.0, 3.0, 1.0], np.ones(4)).rank == (2, 1, 2, 4)


def test_a_common_error_moves_all_and_changes_no_rank() -> None:
    values, variances = _given("toy10")
    shared = np.diag(variances) + 100.0
    assert _ends(rank_sets(values, shared)) == _ends(rank_sets(values, variances))
    apart = rank_sets(values, np.diag(shared))
    assert sum(apart.worst) - sum(apart.best) > sum(rank_sets(values, shared).worst) - sum(
        rank_sets(values, shared).best
    )


def test_equal_agencies_without_variance_are_not_told_apart() -> None:
    sets = rank_sets([1.0, 1.0, 0.2], [0.0, 0.0, 0.01])
    assert (sets.rank, sets.best, sets.worst) == ((1, 1, 3), (1, 1, 3), (2, 2, 3))
    boot = bootstrap_rank_sets([1.0, 1.0], [0.0, 0.0], np.random.default_rng(1), draws=10)
    assert (boot.best, boot.worst) == ((1, 1), (2, 2))


def test_equal_but_for_rounding_is_equal() -> None:
    assert rank_sets([0.1 + 0.2, 0.3], [0.0, 0.0]).worst == (2, 2)


def test_agencies_far_apart_have_one_rank_each() -> None:
    values, variances = [90.0, 10.0, 50.0], [1.0, 1.0, 1.0]
    boot = bootstrap_rank_sets(values, variances, np.random.default_rng(1), draws=100)
    assert boot.best == boot.worst == boot.rank == (1, 3, 2)


def test_a_difference_without_variance_is_an_error() -> None:
    with pytest.raises(ValueError, match="values 0 and 1 differ"):
        rank_sets([1.0, 0.9], [0.0, 0.0])
    with pytest.raises(ValueError, match="values 0 and 1 differ"):
        rank_sets([1.0, 0.9], np.ones((2, 2)))


def test_one_agency_is_first_of_one() -> None:
    assert rank_sets([0.8], [0.01]) == RankSets((1,), (1,), (1,), 0.95, "marginal", "holm")
    assert rank_sets([], []).rank == ()


@pytest.mark.parametrize(
    ("values", "covariance"),
    [
        ([1.0, np.nan], [1.0, 1.0]),
        ([[1.0]], [1.0]),
        ([1.0, 2.0], [1.0]),
        ([1.0, 2.0], [1.0, -1.0]),
        ([1.0, 2.0], [1.0, np.inf]),
        ([1.0, 2.0], np.ones((3, 3))),
    ],
)
def test_what_is_no_value_or_no_covariance_is_refused(values: Any, covariance: Any) -> None:
    with pytest.raises(ValueError, match=r"values|covariance"):
        rank_sets(values, covariance)
    with pytest.raises(ValueError, match=r"values|covariance"):
        bands(values, covariance)


rows = st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 25)), min_size=2, max_size=8)


@given(rows=rows)
def test_a_set_holds_its_rank_and_is_wider_for_all_together(rows: list[tuple[float, float]]) -> None:
    x, v = zip(*rows, strict=True)
    own, together = rank_sets(x, v), rank_sets(x, v, scope="simultaneous")
    single = rank_sets(x, v, correction="bonferroni")
    for j, rank in enumerate(own.rank):
        assert 1 <= together.best[j] <= own.best[j] <= rank <= own.worst[j] <= together.worst[j] <= len(x)
        assert single.best[j] <= own.best[j] <= own.worst[j] <= single.worst[j]


@given(rows=rows)
def test_the_last_from_above_is_the_first_from_below(rows: list[tuple[float, float]]) -> None:
    x, v = (np.array(column) for column in zip(*rows, strict=True))
    up, down = rank_sets(x, v), rank_sets(-x, v)
    assert [len(x) + 1 - worst for worst in down.worst] == list(up.best)


def test_sets_hold_the_true_ranks_as_often_as_they_promise() -> None:
    """Twelve agencies close to each other, 400 samples: marginal sets hold at least 95 %."""
    rng = np.random.default_rng(12)
    truth = np.linspace(0.80, 0.86, 12)
    true_rank = np.arange(12, 0, -1)
    variances = rng.uniform(0.0001, 0.0006, 12)
    held = all_held = 0
    for _ in range(400):
        x = rng.normal(truth, np.sqrt(variances))
        own, together = rank_sets(x, variances), rank_sets(x, variances, scope="simultaneous")
        held += int(((np.array(own.best) <= true_rank) & (true_rank <= own.worst)).sum())
        all_held += bool(((np.array(together.best) <= true_rank) & (true_rank <= together.worst)).all())
    assert held / (400 * 12) >= 0.95
    assert all_held / 400 >= 0.95


# Who may be ranked.


def test_thirty_people_who_all_say_the_same_are_not_ranked() -> None:
    enough = share(of_arrays([1.0, 0.0] * 30))
    assert rankable(enough)
    assert not rankable(share(of_arrays([1.0] * 60)))
    assert not rankable(share(of_arrays([1.0, 0.0] * 14)))
    assert not rankable(share(of_arrays([1.0] * 30 + [0.0] * 30, psu=np.repeat(np.arange(6), 10))))
    assert not rankable(Estimate(reason="no-answers"))


# Bands.


def test_bands_compare_with_the_mean_of_the_others_and_not_with_a_mean_that_holds_oneself() -> None:
    standings = bands([90.0, 80.0, 80.0, 70.0], np.ones(4))
    assert [s.band for s in standings] == [Band.ABOVE, Band.SIMILAR, Band.SIMILAR, Band.BELOW]
    assert [s.difference for s in standings] == pytest.approx([40 / 3, 0, 0, -40 / 3])
    assert [s.se for s in standings] == pytest.approx([np.sqrt(1 + 1 / 3)] * 4)


def test_bands_take_the_covariance_with_the_others() -> None:
    """var(x1 - x2) = 4 + 9 - 2 * 5: small, because the two move together."""
    one, other = bands([80.0, 83.0], [[4.0, 5.0], [5.0, 9.0]])
    assert one.se == other.se == pytest.approx(np.sqrt(3))
    assert one.difference == -3.0
    assert one.p == other.p == pytest.approx(0.0832645167, rel=1e-8)
    assert bands([80.0, 83.0], [4.0, 9.0])[0].se == pytest.approx(np.sqrt(13))


def test_bands_weigh_the_others_by_their_people() -> None:
    first = bands([90.0, 80.0, 60.0], [1.0, 2.0, 3.0], weights=[5, 1, 3])[0]
    assert first.difference == pytest.approx(90 - 65)
    assert first.se == pytest.approx(np.sqrt(1 + 2 / 16 + 9 * 3 / 16))


def test_many_agencies_need_more_evidence_each() -> None:
    values = [2.2, *np.zeros(40)]
    alone, among = bands([2.2, 0.0], [1.0, 0.01])[0], bands(values, np.ones(41))[0]
    assert among.p is not None and among.q is not None
    assert among.p < 0.05 < among.q and among.band is Band.SIMILAR
    assert alone.band is Band.ABOVE


def test_few_degrees_of_freedom_need_more_evidence() -> None:
    values, variances = [2.9, 0.0], [1.0, 1.0]
    assert bands(values, variances)[0].band is Band.ABOVE
    few = bands(values, variances, df=3)
    assert few[0].band is Band.SIMILAR
    assert few[0].p == pytest.approx(0.1326, abs=1e-4)
    one, other = bands(values, variances, df=[3, np.inf])
    assert (one.p, other.p) == pytest.approx((few[0].p, bands(values, variances)[1].p))


def test_bands_that_cannot_be_tested_say_why() -> None:
    assert bands([80.0], [1.0])[0].reason == "no-others"
    flat = bands([80.0, 70.0], np.ones((2, 2)))
    assert [s.reason for s in flat] == ["no-variance"] * 2
    assert [s.band for s in flat] == [Band.SIMILAR] * 2 and flat[0].q is None
    assert bands([80.0, 70.0], np.ones(2), df=0)[0].reason == "one-psu"


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [1.0, np.nan], [1.0, 0.0], [0.0, 0.0]])
def test_others_that_weigh_nothing_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weigh"):
        bands([1.0, 2.0], [1.0, 1.0], weights=weights)


def test_all_agencies_at_once_are_tested_as_one_by_one(chance: Chance) -> None:
    for size in (2, 3, 40):
        values = [chance.gauss(80, 3) for _ in range(size)]
        variances = [chance.uniform(0.5, 4) for _ in range(size)]
        x, z, _ = ranking._pairwise(values, variances)
        p = ndtr(-z)
        one_by_one = ranking._tested(lambda tests, p=p: ranking._holm(p, tests, 0.05), size, "marginal")  # type: ignore[misc]
        assert rank_sets(values, variances) == ranking._sets(x, one_by_one, 0.95, "marginal", "holm")


# Mistakes.

MISTAKES = {
    "two-sided tests": ("p = scipy.special.ndtr(-z)", "p = 2 * scipy.special.ndtr(-z)"),
    "as many tests at every step": ("alpha / np.arange(own.shape[1], 0, -1)", "alpha / own.shape[1]"),
    "only tests of being better": ("for one in (p, p.T)]", "for one in (p, p)]"),
    "covariance left out": ("variance = both - v - v.T", "variance = both"),
    "ranks from below": ("x[None, :] > x[:, None]", "x[None, :] < x[:, None]"),
    "standard errors averaged for all pairs": (
        "np.mean(pair_se[one, other] / (se[one] + se[other]))",
        "np.sqrt(0.5)",
    ),
}


def _as_expected(module: Any) -> bool:
    agrees = []
    for name in PLAIN:
        for scope in ("marginal", "simultaneous"):
            sets = module.rank_sets(*_given(name), scope=scope)
            agrees.append(_ends(sets) == RANKS[name][f"holm_{scope}"])
            agrees.append(list(sets.rank) == RANKS[name]["rank"])
        agrees.append(
            np.isclose(module.overlap_intervals(*_given(name)).z, RANKS[name]["goldstein_healy"]["z"])
        )
    values, variances = _given("toy10")
    shared = module.rank_sets(values, np.diag(variances) + 100.0)
    agrees.append(_ends(shared) == RANKS["toy10"]["holm_marginal"])
    agrees.append(module.rank_sets([3.0, 0.8, 0.0], [0.5, 0.5, 0.5]).worst[0] == 1)
    return all(agrees)


def test_the_ranks_as_they_stand_agree() -> None:
    assert _as_expected(ranking)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_ranking_is_noticed(mistake: str) -> None:
    assert not _as_expected(mistaken(ranking, *MISTAKES[mistake]))
