"""Shares, means and ratios agree with R's survey package on real samples of every common design."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.counts import Cell, Stratum, total
from survey.intervals import counts_interval
from survey.stats import Estimate, Lonely, kish, mean, of_arrays, rescaled, share
from tests.golden.reading import DESIGNS, RTOL, Design, expected, table

API = expected("api_survey")
by_design = pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.name)


def _mean(design: Design, variable: str, **more: Any) -> Estimate:
    values = design.column(variable)
    strata = design.strata_of(values, **more)
    known = total(stratum.moments for stratum in strata).w
    return mean(strata, population=known)


def _share(design: Design, variable: str, **more: Any) -> Estimate:
    """The Wald share: what R's svymean says of an indicator."""
    values = design.column(variable)
    strata = design.strata_of(values, **more)
    known = total(stratum.moments for stratum in strata).w
    return share(strata, interval="wald", population=known)


def _agree(estimate: Estimate, reference: dict[str, Any], row: int) -> None:
    assert estimate.value == pytest.approx(reference["est"][row], rel=RTOL)
    assert estimate.se == pytest.approx(reference["se"][row], rel=RTOL)
    assert (estimate.low, estimate.high) == pytest.approx(reference["ci_t"][row], rel=RTOL)
    if "deff" in reference:
        assert estimate.deff == pytest.approx(reference["deff"][row], rel=RTOL)


@by_design
def test_means_and_shares_have_the_error_that_their_design_gives_them(design: Design) -> None:
    reference = API[design.name]["mean"]
    for row, name in enumerate(reference["names"]):
        estimate = _mean(design, name) if name.startswith("api") else _share(design, name)
        _agree(estimate, reference, row)
        assert estimate.n == API[design.name]["n"]
        assert estimate.df == API[design.name]["degf"]
        assert estimate.weight_total == pytest.approx(API[design.name]["sum_w"], rel=RTOL)


@by_design
def test_the_shares_of_all_kinds_of_school_have_their_design_error(design: Design) -> None:
    reference = API[design.name]["stype_share"]
    for row, name in enumerate(reference["names"]):
        estimate = _share(design, name)
        assert estimate.value == pytest.approx(reference["est"][row], rel=RTOL)
        if design.strata is None:
            _agree(estimate, reference, row)
        else:  # a stratum's own share of the population is known: what is left in R is rounding
            assert estimate.se is None and estimate.reason == "no-variance"
            assert reference["se"][row] < 1e-12


@by_design
def test_a_missing_answer_leaves_its_unit_in_the_sample(design: Design) -> None:
    estimate, reference = _mean(design, "enroll"), API[design.name]["enroll"]
    assert estimate.value == pytest.approx(reference["est"][0], rel=RTOL)
    assert estimate.se == pytest.approx(reference["se"][0], rel=RTOL)
    assert estimate.deff == pytest.approx(reference["deff"][0], rel=RTOL)


@by_design
def test_the_design_effect_against_drawing_with_replacement(design: Design) -> None:
    names = API[design.name]["mean"]["names"]
    for name, reference in zip(names, API[design.name]["mean_deffreplace"], strict=True):
        values = design.column(name)
        estimator = mean if name.startswith("api") else share
        estimate = estimator(design.strata_of(values))
        assert estimate.deff == pytest.approx(reference, rel=RTOL)


@by_design
@pytest.mark.parametrize("variable", ["sw", "ci", "rare", "sw90"])
def test_every_interval_of_a_share_has_the_ends_it_has_in_r(design: Design, variable: str) -> None:
    values = design.column(variable.removesuffix("90"))
    level = 0.90 if variable.endswith("90") else 0.95
    _intervals_agree(design.strata_of(values), API[design.name]["intervals"][variable], level)


def _intervals_agree(strata: Sequence[Stratum], reference: dict[str, Any], level: float = 0.95) -> None:
    named = {"xlogit": "logit", "mean": "wald"}
    for name, numbers in reference.items():
        kind = named.get(name, name)
        estimate = share(strata, level=level, interval=kind)
        assert estimate.value == pytest.approx(numbers["est"], rel=RTOL)
        assert (estimate.low, estimate.high) == pytest.approx((numbers["lo"], numbers["hi"]), rel=RTOL)
        assert estimate.method == f"share/{kind}@1"


@by_design
def test_a_domain_is_not_a_smaller_sample(design: Design) -> None:
    reference = API[design.name]["by_stype_api00"]
    for row, kind in enumerate(reference["key"]):
        inside = design.column("stype") == kind
        estimate = _mean(design, "api00", domain=inside)
        assert estimate.value == pytest.approx(reference["est"][row], rel=RTOL)
        assert estimate.se == pytest.approx(reference["se"][row], rel=RTOL)
        assert estimate.deff == pytest.approx(reference["deff"][row], rel=RTOL)


@by_design
@pytest.mark.parametrize("kind", ["E", "H", "M"])
def test_a_domains_intervals_use_the_degrees_of_freedom_of_the_domain(design: Design, kind: str) -> None:
    reference = API[design.name]["by_stype_sw"][kind]
    inside = design.column("stype") == kind
    values = design.column("sw")
    strata = design.strata_of(values, domain=inside)
    estimate = share(strata)
    assert (estimate.n, estimate.df) == (reference["n"], reference["degf"])
    _intervals_agree(strata, {k: v for k, v in reference["methods"].items() if v})


@by_design
def test_a_ratio_of_two_counts_is_the_same_function_as_a_share(design: Design) -> None:
    answered = design.column("enroll")
    satisfied = design.column("api.stu")
    reference = API[design.name]["ratio"]
    whole = {
        "est": [reference["est"]],
        "se": [reference["se"]],
        "ci_t": np.reshape(reference["ci_t"], (1, 2)),
    }
    for domain, row, numbers in (
        (None, 0, whole),
        *((kind, row, API[design.name]["by_stype_ratio"]) for row, kind in enumerate("EHM")),
    ):
        more = {"base": answered}
        if domain:
            more["domain"] = design.column("stype") == domain
        strata = design.strata_of(satisfied, **more)
        estimate = share(strata, interval="wald")
        assert estimate.value == pytest.approx(numbers["est"][row], rel=RTOL)
        assert estimate.se == pytest.approx(numbers["se"][row], rel=RTOL)
        if domain is None and not np.isnan(answered).any():
            assert (estimate.low, estimate.high) == pytest.approx(numbers["ci_t"][row], rel=RTOL)


@pytest.mark.parametrize("lonely", ["adjust", "remove", "average"])
@pytest.mark.parametrize("population", ["none", "N1", "N1b"])
def test_a_lonely_unit_is_centred_at_the_mean_of_all_units_left_out_or_averaged(
    population: str, lonely: Lonely
) -> None:
    data, reference = table("lonely"), expected("lonely_psu")[population][lonely]
    design: dict[str, Any] = {"weights": data["w"], "strata": data["stratum"], "psu": data["psu"]}
    if population != "none":
        design["population"] = data[population]
    satisfied = share(of_arrays(data["y"], **design), interval="logit", lonely=lonely)
    score = mean(of_arrays(data["score"], **design), lonely=lonely)
    assert (satisfied.value, score.value) == pytest.approx(reference["all"]["est"], rel=RTOL)
    assert (satisfied.se, score.se) == pytest.approx(reference["all"]["se"], rel=RTOL)
    assert satisfied.df == reference["all"]["degf"]
    assert (satisfied.low, satisfied.high) == pytest.approx(reference["all"]["xlogit"], rel=RTOL)


def test_a_lonely_unit_can_be_refused() -> None:
    data = table("lonely")
    design = {"weights": data["w"], "strata": data["stratum"], "psu": data["psu"]}
    with pytest.raises(ValueError, match="stratum 1 has a single sampling unit"):
        share(of_arrays(data["y"], **design), lonely="fail")
    taken_whole = share(of_arrays(data["y"], population=data["N1"], **design), lonely="fail")
    assert taken_whole.se == share(of_arrays(data["y"], population=data["N1"], **design)).se
    only = of_arrays([1.0, 0.0, 1.0], psu=["a", "a", "a"])
    assert share(only, lonely="average").reason == share(only, lonely="remove").reason == "one-psu"


@pytest.mark.parametrize("lonely", ["adjust", "remove", "average"])
@pytest.mark.parametrize("population", ["none", "N1", "N1b"])
def test_a_unit_without_members_of_the_domain_is_a_zero_and_not_absent(
    population: str, lonely: Lonely
) -> None:
    data, reference = table("lonely"), expected("lonely_psu")[population][lonely]["domains"]
    design: dict[str, Any] = {"weights": data["w"], "strata": data["stratum"], "psu": data["psu"]}
    if population != "none":
        design["population"] = data[population]
    for row, key in enumerate(reference["key"]):
        estimate = share(of_arrays(data["y"], domain=data["dom"] == key, **design), lonely=lonely)
        assert estimate.value == pytest.approx(reference["est"][row], rel=RTOL)
        assert estimate.se == pytest.approx(reference["se"][row], rel=RTOL)


def test_kish_counts_what_unequal_weights_cost() -> None:
    reference = expected("intervals")["kish"]
    strata = of_arrays(np.ones(len(reference["w"])), weights=reference["w"])
    assert kish(strata) == pytest.approx(reference["n_eff"], rel=RTOL)
    assert kish(of_arrays([])) is None


def test_the_national_index_is_the_pooled_share_of_its_criteria() -> None:
    """23 policy criteria at 83.84 % and 16 service criteria at 84.09 % gave 83.94 % in 2024."""
    people = 10_000
    policy = Cell(people=people, answers=23 * people, w=23 * people, y=0.8384 * 23 * people)
    service = Cell(people=0, answers=16 * people, w=16 * people, y=0.8409 * 16 * people)
    pooled = share([Stratum((policy + service).moments(), sampled=1)])
    assert pooled.value is not None
    assert round(100 * pooled.value, 2) == 83.94
    assert round((83.84 + 84.09) / 2, 2) != 83.94


def test_a_mean_of_five_steps_on_the_scale_of_a_hundred() -> None:
    strata = of_arrays([5, 4, 2, 5, 3, 4])
    steps, hundred = mean(strata, bounds=(1, 5)), rescaled(mean(strata, bounds=(1, 5)), 1, 5)
    assert steps.value is not None and steps.se is not None
    assert hundred.value == pytest.approx((steps.value - 1) / 4 * 100)
    assert hundred.se == pytest.approx(steps.se * 25)
    assert hundred.high == pytest.approx(((steps.high or 0) - 1) / 4 * 100)
    assert hundred.method == "mean100/t@1"
    assert rescaled(mean(()), 1, 5).value is None


# Two roads to the same moments.


def _by_cells(values: np.ndarray, w: np.ndarray, strata: np.ndarray, psu: np.ndarray) -> list[Stratum]:
    """The road of the service: a cell per PSU, moments of each, summed by stratum."""
    cells: dict[tuple[Any, Any], Cell] = {}
    for x, weight, h, c in zip(values, w, strata, psu, strict=True):
        one = Cell(1, 1, weight, weight**2, weight * (x >= 4), weight * x, weight * x * x)
        cells[h, c] = cells.get((h, c), Cell()) + one
    return [
        Stratum(total(cell.moments() for (k, _), cell in cells.items() if k == h), units)
        for h, units in ((h, sum(1 for k, _ in cells if k == h)) for h in sorted({h for h, _ in cells}))
    ]


def _sample(seed: int, size: int = 300) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "values": rng.integers(1, 6, size).astype(float),
        "w": rng.uniform(0.5, 3.0, size),
        "strata": rng.integers(0, 4, size),
        "psu": rng.integers(0, 12, size),
    }


@pytest.mark.parametrize("seed", range(5))
def test_cells_and_arrays_are_two_roads_to_one_figure(seed: int) -> None:
    data = _sample(seed)
    arrays = of_arrays(
        data["values"], weights=data["w"], strata=data["strata"], psu=data["psu"], satisfied_from=4
    )
    cells = _by_cells(**data)
    for estimator in (share, mean):
        one, other = estimator(arrays), estimator(cells)
        assert (one.n, one.answers, one.psus, one.df) == (other.n, other.answers, other.psus, other.df)
        for name in ("value", "se", "low", "high", "deff", "n_eff", "weight_total"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12)


steps = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 6)), min_size=2, max_size=60)


@given(rows=steps, weight=st.floats(0.001, 1000))
def test_equal_weights_are_no_weights(rows: list[tuple[int, int]], weight: float) -> None:
    x, psu = (np.array(column) for column in zip(*rows, strict=True))
    one = share(of_arrays(x, psu=psu, satisfied_from=4))
    other = share(of_arrays(x, psu=psu, satisfied_from=4, weights=np.full(len(x), weight)))
    assert (one.n, one.df, one.reason) == (other.n, other.df, other.reason)
    assert other.weight_total == pytest.approx(weight * len(x), rel=1e-15)
    assert other.value == pytest.approx(one.value, rel=1e-15)
    for name in ("se", "low", "high"):
        assert (getattr(one, name) is None) == (getattr(other, name) is None)
        if getattr(one, name) is not None:
            assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-13, abs=1e-15)


@given(rows=steps, chance=st.randoms())
def test_the_order_of_the_answers_does_not_matter(rows: list[tuple[int, int]], chance: Any) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    one, other = (
        share(of_arrays([x for x, _ in order], psu=[c for _, c in order], satisfied_from=4))
        for order in (rows, mixed)
    )
    assert one == other


def test_the_order_and_the_names_of_the_strata_do_not_matter() -> None:
    data = _sample(3)
    strata = of_arrays(data["values"], strata=data["strata"], psu=data["psu"], satisfied_from=4)
    assert share(strata[::-1]).se == pytest.approx(share(strata).se, rel=1e-14)


def test_people_who_queue_together_widen_the_interval() -> None:
    together = np.repeat([1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0], 25)
    alone = share(of_arrays(together))
    queued = share(of_arrays(together, psu=np.repeat(np.arange(8), 25)))
    assert alone.value == queued.value
    assert (queued.high or 0) - (queued.low or 0) > 3 * ((alone.high or 0) - (alone.low or 0))
    assert queued.deff is not None and queued.deff > 20


def test_the_interval_covers_the_truth_where_one_that_ignores_the_units_does_not() -> None:
    """Eight units of forty people; units differ as beta(15.2, 3.8) does: 80 %, correlation 0.05."""
    rng = np.random.default_rng(2024)
    samples, units, people = 1000, 8, 40
    satisfied = rng.binomial(people, rng.beta(15.2, 3.8, (samples, units)))
    covered = {"design": 0, "naive": 0}
    for sample in satisfied:
        cells = [Cell(people, people, people, people, int(y)) for y in sample]
        design = share([Stratum(total(cell.moments() for cell in cells), units)])
        naive = counts_interval(int(sample.sum()), units * people)
        assert naive is not None
        covered["design"] += (design.low or 0) <= 0.8 <= (design.high or 0)
        covered["naive"] += naive[0] <= 0.8 <= naive[1]
    assert 0.94 <= covered["design"] / samples <= 0.99
    assert covered["naive"] / samples < 0.85
