"""75 agencies, two waves, villages and people drawn, missing answers: every figure that compares agencies, as R has it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from survey import scores
from survey.by_domain import shares
from survey.comparison import Design, changes, joint, totals_of
from survey.counts import Stratum
from survey.intervals import Interval
from survey.ranking import bands, rank_sets
from survey.small_area import Fitting, beta_binomial, fay_herriot, smoothed_variances
from survey.stats import Estimate, mean, of_arrays, share
from tests.golden.reading import RTOL, expected, table

R = expected("province")
DATA = table("province")
LATER = DATA["year"] == 2026
AGENCY = DATA["agency"][LATER]
CODES = sorted(R["one"])
ITEMS = np.column_stack([DATA[f"q{number}"] for number in range(1, 6)])
SATISFIED = (DATA["overall"] >= 4).astype(float)
KINDS: tuple[Interval, ...] = ("wilson", "logit", "beta", "beta_trunc", "wald", "asin")
by_stages = pytest.mark.parametrize("stages", ["two", "one"])


def drawn(stages: str) -> dict[str, np.ndarray]:
    names = {"weights": "w", "strata": "stratum", "psu": "psu"}
    names |= {"population": "N", "people": "M"} if stages == "two" else {}
    return {role: DATA[column][LATER] for role, column in names.items()}


def of(code: str) -> np.ndarray:
    """Which rows of the later wave rate an agency."""
    return np.equal(AGENCY, code)


@cache
def overall(stages: str, code: str) -> tuple[Stratum, ...]:
    return of_arrays(SATISFIED[LATER], domain=of(code), **drawn(stages))


def numbers(stages: str, *names: str) -> np.ndarray:
    return np.array([[R[stages][code][name] for name in names] for code in CODES], dtype=float)


def found(estimates: list[Estimate], *names: str) -> np.ndarray:
    return np.array([[getattr(one, name) for name in names] for one in estimates], dtype=float)


def test_the_sample_is_the_one_that_is_described() -> None:
    assert len(CODES) == 75 and set(AGENCY) == set(CODES)
    villages = {year: set(DATA["psu"][DATA["year"] == year]) for year in (2025, 2026)}
    assert len(villages[2025] & villages[2026]) == 150
    assert 0.07 < np.isnan(ITEMS).mean() < 0.11


@by_stages
def test_shares_errors_and_degrees_of_freedom_are_those_of_r(stages: str) -> None:
    sample = drawn(stages)
    answered = ITEMS[LATER][:, 0]
    first = np.where(np.isnan(answered), np.nan, answered >= 4)
    everybody = [share(overall(stages, code)) for code in CODES]
    asked = [share(of_arrays(first, domain=of(code), **sample)) for code in CODES]
    np.testing.assert_allclose(found(everybody, "value"), numbers(stages, "share"), rtol=RTOL, atol=1e-15)
    assert [one.df for one in everybody] == numbers(stages, "df")[:, 0].tolist()
    for estimates, error in ((everybody, "se"), (asked, "y1se")):
        errors = numbers(stages, error)[:, 0]
        for estimate, reference in zip(estimates, errors, strict=True):
            if estimate.reason == "no-variance":  # what R tells as an error of 0
                assert reference == pytest.approx(0, abs=1e-12)
            else:
                assert estimate.se == pytest.approx(reference, rel=RTOL)


@by_stages
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_interval_is_that_of_r(stages: str, kind: Interval) -> None:
    compared = 0
    for code in CODES:
        if kind in R[stages][code]:
            strata = overall(stages, code)
            estimate = share(strata, interval=kind, population=share(strata).weight_total)
            assert (estimate.low, estimate.high) == pytest.approx(R[stages][code][kind], rel=1e-9)
            assert estimate.deff == pytest.approx(R[stages][code]["deff"], rel=RTOL)
            compared += 1
    assert compared > 60


@by_stages
def test_both_figures_of_a_factor_and_the_pooled_index_are_those_of_r(stages: str) -> None:
    sample, items = drawn(stages), ITEMS[LATER]
    person = (scores.person_means(items[:, :3]) - 1) * 25
    for code in CODES:
        inside, reference = of(code), R[stages][code]
        score = mean(of_arrays(person, domain=inside, **sample), bounds=(0, 100))
        percent = share(of_arrays(items[:, :3], satisfied_from=4, domain=inside, **sample))
        index = share(of_arrays(items, satisfied_from=4, domain=inside, **sample))
        for estimate, name in ((score, "fs"), (percent, "fp"), (index, "ix")):
            assert (estimate.value, estimate.se) == pytest.approx(
                (reference[name], reference[f"{name}se"]), rel=RTOL
            )


def test_all_agencies_at_once_are_those_of_one_by_one() -> None:
    together = shares(SATISFIED[LATER], AGENCY, **drawn("one"))
    for code in CODES:
        estimate = together[code]
        assert estimate.value == pytest.approx(R["one"][code]["share"], rel=RTOL, abs=1e-15)
        assert estimate.se is None or estimate.se == pytest.approx(R["one"][code]["se"], rel=RTOL)


def test_the_change_of_each_agency_has_the_covariance_of_villages_that_both_waves_visited() -> None:
    design = Design(weights=DATA["w"], strata=DATA["stratum"], psu=DATA["psu"])
    totals = totals_of(SATISFIED, DATA["agency"], DATA["year"], design=design)
    moved = changes(totals, 2025.0, 2026.0, fewest=0)
    for code, reference in R["change"].items():
        change = moved[code]
        assert change.df == reference["df"]
        assert change.value == pytest.approx(reference["value"], rel=RTOL, abs=1e-15)
        if change.se is not None:
            assert change.se == pytest.approx(reference["se"], rel=RTOL)
            assert change.covariance == pytest.approx(reference["cov"], rel=1e-9, abs=1e-15)
    assert sum(change.se is not None for change in moved.values()) > 70


def test_sets_of_ranks_and_bands_are_those_of_tests_of_all_pairs() -> None:
    reference = R["ranks"]
    design = Design(**{name: drawn("one")[name] for name in ("weights", "strata", "psu")})
    together = joint(totals_of(SATISFIED[LATER], AGENCY, design=design))
    places = [together.keys.index(code) for code in reference["agencies"]]
    values, covariance = together.value[places], together.covariance[np.ix_(places, places)]
    marginal, simultaneous = (
        rank_sets(values, covariance, scope=scope) for scope in ("marginal", "simultaneous")
    )
    assert list(marginal.best) == reference["best"] and list(marginal.worst) == reference["worst"]
    assert list(simultaneous.best) == reference["simultaneous_best"]
    assert list(simultaneous.worst) == reference["simultaneous_worst"]
    standings = bands(values, covariance)
    for name in ("difference", "se", "q"):
        told = [getattr(one, name) for one in standings]
        assert told == pytest.approx(reference[name], rel=1e-9)


@pytest.mark.parametrize("fitting", ["REML", "ML", "FH"])
def test_small_areas_lean_on_each_other_as_dense_matrices_say(fitting: Fitting) -> None:
    whole, reference = R["fay_herriot"], R["fay_herriot"][fitting]
    women = [np.mean(DATA["sex"][LATER][of(code)] == "f") for code in CODES]
    assert women == pytest.approx(whole["women"], rel=RTOL)
    variances = smoothed_variances(numbers("one", "se")[:, 0] ** 2, numbers("one", "n")[:, 0])
    assert variances == pytest.approx(whole["variance"], rel=RTOL)
    fit = fay_herriot(numbers("one", "share")[:, 0], variances, women, fitting=fitting)
    assert fit.between == pytest.approx(reference["A"], rel=1e-8)
    assert fit.coefficients == pytest.approx(reference["coefficients"], rel=1e-8)
    assert fit.errors == pytest.approx(reference["errors"], rel=1e-8)
    assert [area.value for area in fit.areas] == pytest.approx(reference["value"], rel=1e-8)
    assert [area.mse for area in fit.areas] == pytest.approx(reference["mse"], rel=1e-8)


def test_counts_of_agencies_have_the_shapes_that_two_other_programs_find() -> None:
    reference = R["beta_binomial"]
    satisfied = [int(SATISFIED[LATER][of(code)].sum()) for code in CODES]
    people = [int(of(code).sum()) for code in CODES]
    assert (satisfied, people) == (reference["satisfied"], reference["people"])
    fit = beta_binomial(satisfied, people)
    assert (fit.a, fit.b) == pytest.approx((reference["a"], reference["b"]), rel=1e-8)
    assert (fit.a, fit.b) == pytest.approx(reference["vgam"], rel=1e-5)
    for name in ("value", "low", "high"):
        told = [getattr(area, name) for area in fit.areas]
        assert told == pytest.approx(reference[name], rel=1e-8)
