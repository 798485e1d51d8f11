"""How many people to ask: the reference sizes, and that each plan keeps what it promises."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import sampling
from survey.sampling import (
    allocated,
    clustered,
    for_change_of_mean,
    for_change_of_share,
    for_mean,
    for_share,
    in_whole_people,
    margin_of_share,
    margin_of_strata,
    power_for_change_of_mean,
    power_for_change_of_share,
    smallest_change_of_share,
    yamane,
)
from tests.golden.reading import RTOL, expected
from tests.mistakes import mistaken

PLANNER = expected("planner")
STRATA = PLANNER["allocation"]


def _rows(name: str) -> list[dict[str, Any]]:
    table = PLANNER[name]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def _people(row: dict[str, Any]) -> float | None:
    return None if row["N"] == "Inf" else float(row["N"])


def _sizes(module: Any) -> list[tuple[float, float]]:
    """Pairs of every computed and reference size, power, allocation and design effect."""
    pairs: list[tuple[float, float]] = []
    for row in _rows("proportion_margin"):
        given = {"p": row["p"], "level": row["level"]}
        size = module.for_share(row["e"], deff=row["deff"], population=_people(row), **given)
        simple = module.for_share(row["e"], deff=1.0, **given)
        pairs += [(size.exact, row["n_exact"]), (size.answers, row["n"]), (simple.exact, row["n_srs_inf"])]
    for row in _rows("mean_margin"):
        size = module.for_mean(row["e"], row["sd"], level=row["level"], deff=1.0, population=_people(row))
        pairs += [(size.exact, row["n_exact"]), (size.answers, row["n"])]
    pairs += [(module.yamane(row["N"], row["e"]).size.exact, row["n_exact"]) for row in _rows("yamane")]
    for row in _rows("two_proportions"):
        for percent in (80, 90):
            size = module.for_change_of_share(row["p1"], row["p2"], power=percent / 100)
            pairs.append((size.exact, row[f"n_per_group_power{percent}"]))
    for row in _rows("two_means"):
        pairs.append((module.for_change_of_mean(row["delta"], row["sd"]).exact, row["n_per_group"]))
    pairs += [(module.clustered(row["m"], row["icc"]), row["deff"]) for row in _rows("cluster")]
    spread, costs = STRATA["Sh"], STRATA["cost"]
    ways = {"proportional": {}, "neyman": {"spread": spread}, "power_q05": {"power": 0.5}}
    for name, more in (ways | {"optimal_cost": {"spread": spread, "costs": costs}}).items():
        parts = module.allocated(STRATA["n"], STRATA["Nh"], **more)
        pairs += list(zip(parts, STRATA[name], strict=True))
    return pairs


def test_every_size_is_the_reference_size() -> None:
    pairs = _sizes(sampling)
    assert len(pairs) == 3 * 144 + 2 * 3 + 4 + 8 + 2 + 3 + 12
    for computed, reference in pairs:
        assert computed == pytest.approx(reference, rel=RTOL)


MISTAKES = {
    "no finite population": ("n0 / (1 + (n0 - 1) / population)", "n0"),
    "a share's population taken for a mean's": ("(1 + (n0 - 1) / population)", "(1 + n0 / population)"),
    "a mean's population taken for a share's": ("(1 + n0 / population)", "(1 + (n0 - 1) / population)"),
    "one-sided": ("return t_quantile(level, math.inf)", "return t_quantile(2 * level - 1, math.inf)"),
    "no design effect": ("n0 = deff * _z(level) ** 2 * p", "n0 = _z(level) ** 2 * p"),
    "rounded instead of rounded up": ("math.ceil(round(people, _WHOLE))", "round(people)"),
    "no pooled share under no change": (
        "math.sqrt(2 * p * (1 - p)),",
        "math.sqrt(p1 * (1 - p1) + p2 * (1 - p2)),",
    ),
    "z for t in the power of a mean": ("df = 2 * (simple - 1)", "df = 1e6"),
    "one sample for two": ("simple / 2", "simple"),
    "costs not under a root": ("np.sqrt(_per_stratum(costs", "np.asarray(_per_stratum(costs"),
    "power of the spread": ("people**power * _per", "people * _per"),
    "a cluster alike with itself": ("(people_per_unit - 1) * icc", "people_per_unit * icc"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_size_is_noticed(mistake: str) -> None:
    pairs = _sizes(mistaken(sampling, *MISTAKES[mistake]))
    assert not np.allclose(*zip(*pairs, strict=True), rtol=RTOL, atol=0)


# What a plan promises.


def test_the_default_is_five_points_at_ninety_five_percent_in_clusters() -> None:
    size = for_share()
    assert size.exact == pytest.approx(1.8 * 1.959963984540054**2 / 4 / 0.05**2, rel=1e-12)
    assert size == for_share(0.05, p=0.5, level=0.95, deff=sampling.USUAL_DEFF)
    assert for_share(deff=1.0).answers == 385


def test_those_who_do_not_answer_are_invited_too() -> None:
    size = for_share(deff=1.0, response_rate=0.6)
    assert (size.answers, size.invitations) == (385, 641)
    assert size.attainable
    small = for_share(deff=1.0, population=200, response_rate=0.6)
    assert (small.answers, small.invitations, small.attainable) == (132, 220, False)


def test_what_is_whole_up_to_rounding_is_not_rounded_up() -> None:
    assert for_mean(1.0, 10 / 1.959963984540054, deff=1.0).answers == 100


def test_yamane_promises_too_much_in_clusters_and_says_so() -> None:
    rule = yamane(12_000)
    assert rule.promised == 0.05
    assert rule.margin == pytest.approx(margin_of_share(rule.size.exact, population=12_000), rel=1e-12)
    assert 0.064 < rule.margin < 0.067
    assert yamane(12_000, deff=1.0).margin < 0.05
    assert yamane(12_000, response_rate=0.5).size.invitations == 775


@given(
    n=st.integers(1, 100_000),
    p=st.floats(0.01, 0.99),
    deff=st.floats(0.5, 5),
    more=st.none() | st.integers(1, 10**7),
)
def test_the_margin_of_a_size_is_the_margin_asked_for(
    n: int, p: float, deff: float, more: int | None
) -> None:
    population = None if more is None else n + more
    margin = margin_of_share(n, p=p, deff=deff, population=population)
    if margin < 1:
        assert for_share(margin, p=p, deff=deff, population=population).exact == pytest.approx(n, rel=1e-6)


def test_strata_that_are_alike_and_given_in_proportion_have_the_margin_of_one_sample() -> None:
    sizes = [40_000, 20_000, 10_000]
    whole = margin_of_share(700, p=0.8)
    assert margin_of_strata([400, 200, 100], sizes, p=0.8) == pytest.approx(whole, rel=0.006)
    assert margin_of_strata([700], [70_000], p=0.8) == pytest.approx(
        margin_of_share(700, p=0.8, population=70_000), rel=1e-12
    )


def test_the_margin_of_strata_adds_their_variances() -> None:
    z = 1.959963984540054
    parts = (3 / 4) ** 2 * 0.9 * 0.1 / 60 * (300 - 60) / 299 + (1 / 4) ** 2 * 0.6 * 0.4 / 40 * 60 / 99
    found = margin_of_strata([60, 40], [300, 100], p=[0.9, 0.6], deff=1.5)
    assert found == pytest.approx(z * math.sqrt(1.5 * parts), rel=1e-12)
    assert margin_of_strata([300, 100], [300, 100]) == 0.0
    assert margin_of_strata([1, 1], [1, 1]) == 0.0
    assert margin_of_strata([60, 0], [300, 100]) is None


@given(p=st.floats(0.02, 0.98), n=st.integers(30, 10_000))
def test_the_smallest_change_is_seen_with_the_power_asked_for(p: float, n: int) -> None:
    found = smallest_change_of_share(p, n, deff=1.8)
    if found is None:
        assert power_for_change_of_share(p, 1.0, n, deff=1.8) < 0.8
    else:
        to = p + found if power_for_change_of_share(p, 1.0, n, deff=1.8) >= 0.8 else p - found
        assert power_for_change_of_share(p, to, n, deff=1.8) == pytest.approx(0.8, abs=1e-6)


def test_no_change_is_seen_by_a_handful() -> None:
    assert smallest_change_of_share(0.5, 3, deff=1.8) is None
    assert smallest_change_of_share(0.9, 8) is not None  # down, where there is room


def test_yamane_without_a_population_is_the_square_of_the_margin() -> None:
    assert yamane(None, 0.05).size.exact == pytest.approx(400)
    assert yamane(None, 0.05, p=0.84).margin == pytest.approx(margin_of_share(400, p=0.84))
    assert yamane(10**9).size.exact == pytest.approx(400, rel=1e-5)


def test_when_all_were_asked_nothing_is_left_open() -> None:
    assert margin_of_share(200, population=200) == 0.0
    assert margin_of_share(1, population=1) == 0.0


@pytest.mark.parametrize("power", [0.5, 0.8, 0.99])
def test_a_size_has_the_power_it_was_made_for(power: float) -> None:
    size = for_change_of_share(0.80, 0.85, power=power, deff=1.8)
    assert power_for_change_of_share(0.80, 0.85, size.exact, deff=1.8) == pytest.approx(power, rel=1e-10)
    assert for_change_of_share(0.85, 0.80, power=power, deff=1.8) == size
    mean = for_change_of_mean(-3, 20, power=power, deff=1.8)
    assert power_for_change_of_mean(-3, 20, mean.exact, deff=1.8) == pytest.approx(power, rel=1e-10)
    assert mean.exact == pytest.approx(1.8 * for_change_of_mean(3, 20, power=power).exact, rel=1e-12)


def test_the_largest_changes_need_few_people_and_never_fewer_than_two() -> None:
    assert for_change_of_mean(1000, 1).exact == 2
    assert for_change_of_mean(4, 1).answers == 3
    assert power_for_change_of_mean(10, 1, 1e5) == 1.0
    assert for_change_of_share(0.0, 1.0).answers == 2
    assert power_for_change_of_share(0.0, 1.0, 10) == 1.0
    assert power_for_change_of_share(0.0, 1.0, 1) == 0.0
    assert 0 < power_for_change_of_share(0.80, 0.81, 10) < 0.05


def test_people_who_are_alike_must_be_more() -> None:
    assert clustered(1, 0.5) == 1
    assert clustered(20, 0) == 1
    assert clustered(20, 1) == 20
    assert clustered(20, 0.04) == pytest.approx(sampling.USUAL_DEFF, abs=0.05)


# Allocation.


def test_no_stratum_is_asked_for_more_people_than_it_has() -> None:
    parts = allocated(100, [20, 500, 480], spread=[50, 1, 1])
    assert parts[0] == 20
    assert parts[1] / parts[2] == pytest.approx(500 / 480, rel=1e-12)
    assert parts.sum() == pytest.approx(100, rel=1e-12)
    assert allocated(30, [10, 20], spread=[1, 9]) == pytest.approx([10, 20])
    assert allocated(0, [10, 20]) == pytest.approx([0, 0])


def test_a_power_of_zero_gives_equal_parts_and_of_one_proportional_ones() -> None:
    assert allocated(90, [100, 2000, 50], power=0.0) == pytest.approx([30, 30, 30])
    assert allocated(90, [1000, 2000, 6000], power=1.0) == pytest.approx([10, 20, 60])


def test_neyman_is_never_worse_than_proportional() -> None:
    people, spread = np.array(STRATA["Nh"], float), np.array(STRATA["Sh"], float)

    def variance(parts: np.ndarray) -> float:
        return float(np.sum((people * spread) ** 2 / parts))

    neyman = allocated(600, people, spread=spread)
    assert variance(neyman) < variance(allocated(600, people))
    assert variance(neyman) < variance(neyman + np.array([1.0, -1.0, 0.0]))


def test_whole_people_add_up_to_what_was_allocated() -> None:
    whole = in_whole_people(STRATA["neyman"], STRATA["Nh"])
    assert whole == (483, 55, 62)
    assert in_whole_people([0.5, 0.5, 1.0], [1, 1, 1]) == (1, 0, 1)
    assert in_whole_people([2.0 - 1e-12, 3.0 + 1e-12], [5, 5]) == (2, 3)


def test_every_stratum_can_be_given_enough_for_a_figure_of_its_own() -> None:
    assert in_whole_people([570.0, 20.0, 10.0], [5000, 90, 25], at_least=30) == (570, 30, 25)


@given(
    sizes=st.lists(st.integers(1, 5000), min_size=1, max_size=12),
    part=st.floats(0, 1),
    power=st.floats(0, 1),
)
def test_an_allocation_gives_out_exactly_what_there_is(sizes: list[int], part: float, power: float) -> None:
    n = math.floor(part * sum(sizes))
    parts = allocated(n, sizes, power=power)
    assert parts.sum() == pytest.approx(n, rel=1e-9, abs=1e-9)
    assert (parts <= np.array(sizes) * (1 + 1e-12)).all()
    whole = in_whole_people(parts, sizes)
    assert sum(whole) == n
    assert all(0 <= given <= size for given, size in zip(whole, sizes, strict=True))


# What is refused.


@pytest.mark.parametrize(
    "planned",
    [
        lambda: for_share(0.0),
        lambda: for_share(1.0),
        lambda: for_share(p=1.0),
        lambda: for_share(level=1.0),
        lambda: for_share(deff=0.0),
        lambda: for_share(population=0),
        lambda: for_share(response_rate=0.0),
        lambda: for_share(response_rate=1.2),
        lambda: for_share(float("nan")),
        lambda: for_mean(0.0, 1.0),
        lambda: for_mean(1.0, -1.0),
        lambda: margin_of_share(0),
        lambda: margin_of_share(11, population=10),
        lambda: yamane(0),
        lambda: margin_of_strata([1], [1, 2]),
        lambda: margin_of_strata([], []),
        lambda: margin_of_strata([3, 1], [2, 2]),
        lambda: margin_of_strata([1, 1], [2, 0]),
        lambda: margin_of_strata([1, 1], [2, 2], p=[0.5, 1.0]),
        lambda: margin_of_strata([1, float("nan")], [2, 2]),
        lambda: smallest_change_of_share(1.0, 100),
        lambda: smallest_change_of_share(0.5, 0),
        lambda: yamane(100, 0.0),
        lambda: clustered(0.5, 0.1),
        lambda: clustered(20, -0.5),
        lambda: for_change_of_share(0.8, 0.8),
        lambda: for_change_of_share(0.8, 1.1),
        lambda: for_change_of_share(0.8, 0.9, power=0.04),
        lambda: for_change_of_mean(0.0, 1.0),
        lambda: power_for_change_of_mean(1.0, 1.0, 1.8, deff=1.8),
        lambda: power_for_change_of_share(0.8, 0.9, 0),
        lambda: allocated(31, [10, 20]),
        lambda: allocated(3, [10, 0]),
        lambda: allocated(3, [10, 20], spread=[1]),
        lambda: allocated(3, [10, 20], costs=[1, 0]),
        lambda: in_whole_people([1.0], [1, 2]),
        lambda: in_whole_people([3.0, 1.0], [2, 2]),
    ],
)
def test_a_number_outside_of_its_range_is_refused(planned: Any) -> None:
    with pytest.raises(ValueError, match="outside of its range"):
        planned()
