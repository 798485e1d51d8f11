"""Weights that agree with a population, and the errors of what they estimate, as R's survey package has them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from survey import stats
from survey.intervals import t_quantile, wilson
from survey.stats import Estimate
from survey.weighting import (
    Margin,
    Sample,
    Weighted,
    calibrate,
    indicators,
    jackknife,
    kish,
    mean,
    poststratify,
    rake,
    replicated,
    share,
    total,
    trimmed,
)
from tests.golden.reading import RTOL, expected, table

REFERENCE = expected("weighting")
WEIGHTS = 1e-9
TABLES = {"clus1": "apiclus1", "clus1_nofpc": "apiclus1", "srs": "apisrs"}
WAYS = (
    "postStratify",
    "rake",
    "calibrate_linear",
    "calibrate_raking",
    "calibrate_logit",
    "greg_api99",
)
SEX = {"m": 40.0, "f": 60.0}
by_way = pytest.mark.parametrize("way", WAYS)
by_design = pytest.mark.parametrize("design", TABLES)


def margins(name: str) -> list[Margin]:
    return [Margin(table(name)[column], people) for column, people in REFERENCE["margins"].items()]


@cache
def weighted(name: str, way: str) -> Weighted:
    """The weights of one table, made in one way."""
    data, known = table(name), margins(name)
    columns, totals = indicators(known)
    if way == "postStratify":
        return poststratify(known[0], weights=data["pw"])
    if way == "rake":
        return rake(known, weights=data["pw"])
    if way == "greg_api99":
        columns, totals = indicators(known[:1])
        columns, totals = np.column_stack([columns, data["api99"]]), np.array([*totals, 3914069])
    kind = {"calibrate_raking": "exp", "calibrate_logit": "logit"}.get(way, "linear")
    return calibrate(columns, totals, weights=data["pw"], kind=kind, bounds=(0.5, 3))


def drawn(design: str) -> Sample:
    data = table(TABLES[design])
    population = None if design.endswith("nofpc") else data["fpc"]
    return Sample(psu=data.get("dnum"), population=population)


def sw(design: str) -> np.ndarray:
    return (table(TABLES[design])["sch.wide"] == "Yes").astype(float)


def _agrees(estimate: Estimate, numbers: dict[str, Any], row: int) -> None:
    assert estimate.value == pytest.approx(numbers["est"][row], rel=WEIGHTS)
    if estimate.reason == "calibrated":
        assert estimate.se == pytest.approx(numbers["se"][row], abs=1e-9)
    elif estimate.reason == "no-variance":  # everyone satisfied: R says 1, give or take nothing
        assert (estimate.value, estimate.se) == (1.0, None)
        assert numbers["se"][row] < 1e-9
    else:
        assert estimate.se == pytest.approx(numbers["se"][row], rel=WEIGHTS)
    if "ci_t" in numbers:
        assert estimate.df == numbers["df"]
        assert (estimate.low, estimate.high) == pytest.approx(numbers["ci_t"][row], rel=WEIGHTS)


# The reference numbers.


@by_way
@pytest.mark.parametrize("design", ["clus1", "srs"])
def test_weights_are_those_of_r(design: str, way: str) -> None:
    made = weighted(TABLES[design], way)
    assert made.converged
    assert made.weights == pytest.approx(REFERENCE[design][way]["weights"], rel=WEIGHTS)


@by_way
@by_design
def test_what_the_population_explains_no_longer_varies(design: str, way: str) -> None:
    data, made, numbers = table(TABLES[design]), weighted(TABLES[design], way), REFERENCE[design][way]
    _agrees(mean(data["api00"], made, drawn(design)), numbers["mean"], 0)
    _agrees(share(sw(design), made, drawn(design), interval="wald"), numbers["mean"], 1)
    _agrees(mean(sw(design), made, drawn(design)), numbers["mean"], 1)
    _agrees(total(data["enroll"], made, drawn(design)), numbers["total_enroll"], 0)


@by_way
@by_design
def test_a_domain_has_the_error_of_the_whole_sample(design: str, way: str) -> None:
    improved, numbers = table(TABLES[design])["comp.imp"], REFERENCE[design][way]["by_comp_imp"]
    for row, key in enumerate(numbers["key"]):
        inside = share(
            sw(design),
            weighted(TABLES[design], way),
            drawn(design),
            domain=improved == key,
            interval="wald",
        )
        _agrees(inside, numbers, row)


@by_way
@by_design
def test_the_covariance_of_two_means_is_in_the_error_of_their_sum(design: str, way: str) -> None:
    numbers, made = REFERENCE[design][way]["mean"], weighted(TABLES[design], way)
    scale = 100.0
    both = mean(table(TABLES[design])["api00"] + scale * sw(design), made, drawn(design))
    first, second = numbers["se"]
    variance = first**2 + (scale * second) ** 2 + 2 * scale * numbers["cov"]
    assert both.se == pytest.approx(np.sqrt(variance), rel=WEIGHTS)


@pytest.mark.parametrize("design", ["clus1", "srs"])
def test_trimming_and_the_cost_of_weights_are_those_of_r(design: str) -> None:
    weights, numbers = weighted(TABLES[design], "rake").weights, REFERENCE[design]
    cut = numbers["trim_upper1.2_lower0.4_of_mean"]
    usual = weights.mean()
    assert (0.4 * usual, 1.2 * usual) == pytest.approx((cut["lower"], cut["upper"]), rel=RTOL)
    assert trimmed(weights, low=0.4 * usual, high=1.2 * usual) == pytest.approx(cut["weights"], rel=WEIGHTS)
    cost = kish(weights)
    assert (cost.n_eff, cost.deff) == pytest.approx(
        (numbers["kish"]["n_eff"], numbers["kish"]["deff_w"]), rel=WEIGHTS
    )
    assert weighted(TABLES[design], "rake").deff_weights == cost.deff


def _raked_again(variable: np.ndarray) -> Estimate:
    data, known = table("apiclus1"), margins("apiclus1")

    def estimator(rows: np.ndarray, weights: np.ndarray) -> float:
        again = rake([margin.of(rows) for margin in known], weights=weights)
        assert again.converged
        return float(np.average(variable[rows], weights=again.weights))

    return replicated(estimator, jackknife(data["pw"], Sample(psu=data["dnum"])))


def test_a_jackknife_that_rakes_every_replicate_is_that_of_r() -> None:
    numbers, estimate = REFERENCE["JK1_clus1_nofpc_raked"], _raked_again(table("apiclus1")["api00"])
    assert (estimate.value, estimate.se) == pytest.approx((numbers["est"][0], numbers["se"][0]), rel=WEIGHTS)
    assert (estimate.df, estimate.psus, estimate.n) == (14, 15, 183)
    raked_on = _raked_again(sw("clus1"))
    assert raked_on.value == pytest.approx(numbers["est"][1], rel=WEIGHTS)
    assert (raked_on.se, raked_on.reason) == (None, "no-variance")


@pytest.mark.parametrize("name", ["JK1_clus1", "JK1_clus1_nofpc", "JKn_strat", "JKn_strat_nofpc"])
def test_a_jackknife_of_means_is_that_of_r(name: str) -> None:
    numbers = REFERENCE["replicate"][name]
    data = table("apiclus1" if "clus1" in name else "apistrat")
    population = None if name.endswith("nofpc") else data["fpc"]
    drawing = {"psu": data["dnum"]} if "clus1" in name else {"strata": data["stype"]}
    again = jackknife(data["pw"], Sample(population=population, **drawing))
    for place, values in enumerate((data["api00"], (data["sch.wide"] == "Yes").astype(float))):
        found = replicated(lambda rows, w, y=values: float(np.average(y[rows], weights=w)), again)
        assert found.value == pytest.approx(numbers["est"][place], rel=RTOL)
        assert found.se == pytest.approx(numbers["se"][place], rel=RTOL)
        assert found.df == numbers["degf"]


# Estimates.


def test_a_known_number_of_the_population_is_no_estimate() -> None:
    made = weighted("apiclus1", "rake")
    known = share(sw("clus1"), made, drawn("clus1"))
    assert (known.reason, known.se, known.method) == ("calibrated", 0.0, "share/known@1")
    assert known.low == known.value == known.high
    assert (known.deff, known.n_eff) == (None, None)
    schools = total(np.ones(183), made, drawn("clus1"))
    assert (schools.reason, schools.se) == ("calibrated", 0.0)
    assert schools.value == pytest.approx(6194, rel=1e-10)


def test_everyone_satisfied_is_not_certainty_after_weighting_either() -> None:
    everyone = share(np.ones(183), weighted("apiclus1", "rake"), drawn("clus1"))
    assert (everyone.value, everyone.reason, everyone.se) == (1.0, "no-variance", None)
    assert everyone.model_based
    assert 0.9 < (everyone.low or 0) < 1.0


def test_units_that_agree_on_a_share_can_still_differ_after_weighting() -> None:
    satisfied, unit = np.tile([1.0, 0.0, 1.0, 0.0], 10), np.repeat(np.arange(10), 4)
    sex = ["m", "m", "f", "f"] * 5 + ["m", "f", "f", "f"] * 5
    made = poststratify(Margin(sex, {"m": 20, "f": 20}))
    told = share(satisfied, made, Sample(psu=unit))
    assert told.reason is None
    assert (told.se or 0) > 0
    assert told.method == "share/wilson@1"


def test_units_that_agree_once_the_population_is_known_are_not_certainty() -> None:
    """Men are half satisfied in each unit, women wholly; units hold one or the other."""
    values, sex = np.array([1.0, 0.0] * 20 + [1.0] * 40), ["m"] * 40 + ["f"] * 40
    made = poststratify(Margin(sex, SEX))
    sample = Sample(psu=np.repeat(np.arange(20), 4))
    told = share(values, made, sample, median_deff=2.0)
    assert (told.value, told.reason, told.se) == (0.8, "no-variance", None)
    assert (told.model_based, told.n_eff, told.psus, told.df) == (True, 40, 20, 19)
    low, high = wilson(0.8, 40, t_quantile(0.95, np.inf))
    assert (told.low, told.high) == pytest.approx((low, high), rel=1e-12)
    scored = mean(1 + 4 * values, made, sample, bounds=(1, 5), median_deff=2.0)
    assert (scored.low, scored.high) == pytest.approx((1 + 4 * low, 1 + 4 * high), rel=1e-12)
    people = total(values, made, sample)
    assert (people.value, people.se, people.low, people.reason) == (80.0, None, None, "no-variance")


def test_nobody_one_person_and_one_unit_have_no_error() -> None:
    made = poststratify(Margin(["m", "f"] * 10, SEX))
    values = np.array([1.0, 0.0] * 10)
    nobody, one = np.zeros(20, bool), np.arange(20) == 3
    for figure in (share, mean, total):
        empty = figure(values, made, domain=nobody)
        assert (empty.value, empty.se, empty.low, empty.reason) == (None, None, None, "no-answers")
        single = figure(values, made, domain=one)
        assert (single.value, single.se, single.reason) == (0.0, None, "one-answer")
        lonely = figure(values, made, Sample(psu=np.zeros(20)))
        assert (lonely.se, lonely.reason, lonely.df) == (None, "one-psu", 0)


def test_a_pooled_index_is_weighted_by_its_answers() -> None:
    rng = np.random.default_rng(3)
    base = rng.integers(0, 5, 80).astype(float)
    satisfied = rng.binomial(base.astype(int), 0.7).astype(float)
    sex = rng.choice(["m", "f"], 80)
    made = poststratify(Margin(sex, SEX))
    pooled = share(satisfied, made, base=base)
    assert pooled.value == pytest.approx(made.weights @ satisfied / (made.weights @ base), rel=1e-12)
    assert pooled.answers == base.sum()
    influence = (satisfied - (pooled.value or 0) * base) / (made.weights @ base)
    residual = influence - np.where(sex == "m", influence[sex == "m"].mean(), influence[sex == "f"].mean())
    spread = made.weights * residual
    assert pooled.se == pytest.approx(np.sqrt(80 / 79 * ((spread - spread.mean()) ** 2).sum()), rel=1e-10)


def test_a_missing_answer_leaves_its_row_in_the_regression() -> None:
    data, made = table("apiclus1"), weighted("apiclus1", "rake")
    holes = np.where(np.arange(183) % 7 == 0, np.nan, data["api00"])
    inside = mean(data["api00"], made, drawn("clus1"), domain=np.isfinite(holes))
    missing = mean(holes, made, drawn("clus1"))
    assert (missing.value, missing.se) == (inside.value, inside.se)
    assert missing.n == 183 - 27


def test_a_second_stage_adds_to_the_error() -> None:
    data = table("apiclus2")
    both = Sample(psu=data["dnum"], population=data["fpc1"], people=data["fpc2"])
    first = Sample(psu=data["dnum"], population=data["fpc1"])
    weights = (
        data["fpc1"]
        / 40
        * data["fpc2"]
        / np.bincount(np.unique(data["dnum"], return_inverse=True)[1])[
            np.unique(data["dnum"], return_inverse=True)[1]
        ]
    )
    plain = calibrate(np.zeros((len(weights), 1)), [0.0], weights=weights)
    reference = expected("api_survey")["clus2"]["mean"]
    whole = mean(data["api00"], plain, both)
    assert (whole.value, whole.se) == pytest.approx((reference["est"][0], reference["se"][0]), rel=RTOL)
    assert (mean(data["api00"], plain, first).se or 0) < (whole.se or 0)


def test_weights_that_explain_nothing_change_nothing() -> None:
    data = table("apistrat")
    nothing = calibrate(np.zeros((200, 1)), [0.0], weights=data["pw"])
    sample = Sample(strata=data["stype"], population=data["fpc"])
    reference = expected("api_survey")["strat"]["mean"]
    estimate = mean(data["api00"], nothing, sample)
    assert (estimate.value, estimate.se) == pytest.approx((reference["est"][0], reference["se"][0]), rel=RTOL)
    plain = stats.mean(sample.counted({"values": data["api00"], "weights": data["pw"]}))
    for field in ("se", "low", "high", "deff", "n_eff", "n", "df", "weight_total"):
        assert getattr(estimate, field) == pytest.approx(getattr(plain, field), rel=1e-12)
