"""A sample as provinces draw it, from plain arrays: strata, villages, people, two waves, missing answers.

Everything is compared with R: per agency, for the change, with weights made in four ways.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from survey import drivers, scores, weighting
from survey.comparison import Change, Design, change_between, changes, table_test, totals_of
from survey.stats import Estimate, mean, of_arrays, share
from survey.weighting import Margin, Sample, Weighted
from tests.golden.reading import RTOL, expected, table

R = expected("waves")
DATA = table("waves")
ITEMS = np.column_stack([DATA[f"q{number}"] for number in range(1, 8)])
FACTORS = (slice(0, 3), slice(3, 5), slice(5, 7))
LATER = DATA["year"] == 2026
INTERVALS = {"logit": "xlogit", "beta": "beta", "asin": "asin", "wald": "mean", "wilson": "wilson"}
WAYS = ("post", "lin", "rak", "log")
by_stages = pytest.mark.parametrize("stages", ["two", "one"])
by_agency = pytest.mark.parametrize("agency", ["a0", "a1", "a2", "a3"])


def drawn(stages: str, rows: np.ndarray = LATER) -> dict[str, Any]:
    """How the rows were drawn: villages of strata, and people of villages."""
    sizes = {"population": DATA["N"][rows], "people": DATA["M"][rows]} if stages == "two" else {}
    return {"strata": DATA["stratum"][rows], "psu": DATA["psu"][rows], **sizes}


def of_agency(values: np.ndarray, stages: str, agency: str, **more: Any) -> Any:
    """The strata of one agency in the later wave, three lines from arrays to a figure."""
    inside = DATA["agency"][LATER] == agency
    return of_arrays(values, weights=DATA["w"][LATER], domain=inside, **drawn(stages), **more)


def satisfied(rows: np.ndarray = LATER) -> np.ndarray:
    return (DATA["overall"][rows] >= 4).astype(float)


def factor_scores(rows: np.ndarray = LATER) -> np.ndarray:
    return np.stack([scores.person_means(ITEMS[rows][:, factor]) for factor in FACTORS], axis=1)


def close(found: object, reference: object) -> None:
    assert found == pytest.approx(reference, rel=RTOL)


@by_agency
@by_stages
def test_the_share_of_an_agency_is_that_of_r(stages: str, agency: str) -> None:
    reference = R[stages][agency]
    strata = of_agency(satisfied(), stages, agency)
    plain = share(strata)
    found = share(strata, population=plain.weight_total)
    close((found.value, found.se, found.deff), (reference["share"], reference["se"], reference["deff"]))
    assert found.df == reference["df"]
    for kind, name in INTERVALS.items():
        estimate = share(strata, interval=kind)
        close((estimate.low, estimate.high), reference[name])


@by_agency
@by_stages
def test_a_missing_answer_leaves_its_person_in_the_sample(stages: str, agency: str) -> None:
    reference = R[stages][agency]
    first = ITEMS[LATER][:, 0]
    answered = np.where(np.isnan(first), np.nan, first >= 4)
    found = share(of_agency(answered, stages, agency))
    close((found.value, found.se), (reference["y1"], reference["y1se"]))
    assert found.df == reference["y1df"]


@by_agency
@by_stages
def test_both_factor_figures_and_both_indices_are_those_of_r(stages: str, agency: str) -> None:
    reference, items = R[stages][agency], ITEMS[LATER]
    sample = {**drawn(stages), "weights": DATA["w"][LATER], "domain": DATA["agency"][LATER] == agency}
    score = scores.factor_score(items[:, FACTORS[1]], (1, 5), **sample)
    close((score.value, score.se), (reference["fs1"], reference["fs1se"]))
    assert score.df == reference["fs1df"]
    percent = scores.factor_percent(items[:, FACTORS[1]], satisfied_from=4, **sample)
    close((percent.value, percent.se), (reference["fp"], reference["fpse"]))
    index = scores.factor_percent(items, satisfied_from=4, **sample)
    close((index.value, index.se), (reference["ix"], reference["ixse"]))
    of_factors = scores.factor_mean([items[:, factor] for factor in FACTORS], (1, 5), **sample)
    close((of_factors.value, of_factors.se), (reference["fm"], reference["fmse"]))


def test_the_design_effect_of_a_mean_is_that_of_r() -> None:
    strata = of_agency((factor_scores()[:, 1] - 1) * 25, "two", "a1")
    found = mean(strata, population=mean(strata).weight_total)
    close(found.deff, R["two"]["a1"]["fs1deff"])


def _change(found: Change, reference: dict[str, float]) -> None:
    close((found.value, found.se), (reference["value"], reference["se"]))
    assert found.covariance == pytest.approx(reference["cov"], rel=RTOL)


@pytest.mark.parametrize("which", ["change", "change_mean", "change2"])
def test_the_change_of_each_agency_has_the_covariance_of_common_villages(which: str) -> None:
    everybody = np.ones(len(LATER), bool)
    second = {"population": DATA["N"], "second_population": 2 * DATA["M"]} if which == "change2" else {}
    design = Design(weights=DATA["w"], strata=DATA["stratum"], psu=DATA["psu"], **second)
    scored = which == "change_mean"
    values = (factor_scores(everybody)[:, 1] - 1) * 25 if scored else satisfied(everybody)
    found = changes(
        totals_of(values, DATA["agency"], DATA["year"], design=design),
        2025.0,
        2026.0,
        of="s" if scored else "y",
        scale=(0, 100) if scored else (0, 1),
        fewest=0,
    )
    assert found.keys() == R[which].keys()
    for agency, reference in R[which].items():
        _change(found[agency], reference)
        assert found[agency].df == reference["df"]


def test_the_change_of_all_is_that_of_r() -> None:
    design = Design(weights=DATA["w"], strata=DATA["stratum"], psu=DATA["psu"])
    totals = totals_of(satisfied(np.ones(len(LATER), bool)), DATA["year"], design=design)
    _change(change_between(totals, 2025.0, 2026.0), R["change_all"])


@cache
def _weighted(way: str) -> Weighted:
    """The later wave weighted to a population of other sexes and ages."""
    w, sex, age = (DATA[name][LATER] for name in ("w", "sex", "age"))
    ages = dict(zip(("18-29", "30-44", "45-59", "60+"), (0.25, 0.3, 0.25, 0.2), strict=True))
    sexes, everybody = {"f": 0.51, "m": 0.49}, float(w.sum())
    known = [{label: part * everybody for label, part in margin.items()} for margin in (sexes, ages)]
    if way == "post":
        crossed = {(s, a): everybody * p * q for a, q in ages.items() for s, p in sexes.items()}
        return weighting.poststratify(
            Margin(list(zip(sex, age, strict=True)), crossed), weights=w, smallest=1
        )
    if way == "rake":
        return weighting.rake([Margin(sex, known[0]), Margin(age, known[1])], weights=w, trim=None)
    kinds = {"lin": "linear", "rak": "exp", "log": "logit"}
    x, totals = weighting.indicators([Margin(sex, known[0]), Margin(age, known[1])])
    return weighting.calibrate(x, totals, weights=w, kind=kinds[way], bounds=(0.2, 6))


@pytest.mark.parametrize("way", [*WAYS, "rake"])
def test_the_weights_are_those_of_r(way: str) -> None:
    reference = R["weights"]["rak" if way == "rake" else way]  # both are where raking converges to
    assert _weighted(way).weights == pytest.approx(reference, rel=1e-9)


@pytest.mark.parametrize("way", WAYS)
@by_stages
def test_a_weighted_figure_and_its_error_are_those_of_r(stages: str, way: str) -> None:
    reference, made, sample = R[f"weights_{stages}"][way], _weighted(way), Sample(**drawn(stages))
    items = ITEMS[LATER]
    answered = np.isfinite(items).sum(axis=1)
    figures: dict[str, Estimate] = {
        "share": weighting.share(satisfied(), made, sample),
        "fs1": weighting.mean((factor_scores()[:, 1] - 1) * 25, made, sample),
        "dom": weighting.share(satisfied(), made, sample, domain=DATA["agency"][LATER] == "a1"),
        "ix": weighting.share((items >= 4).sum(axis=1), made, sample, base=answered),
    }
    for name, found in figures.items():
        error = reference["se" if name == "share" else f"{name}se"]
        assert (found.value, found.se) == pytest.approx((reference[name], error), rel=1e-9)


def test_drivers_regression_and_table_are_those_of_r() -> None:
    items, w = ITEMS[LATER], DATA["w"][LATER]
    found = drivers.importance(DATA["overall"][LATER], items[:, [0, 3, 5, 1, 6]], w)
    close((found.r2, *found.johnson, *found.lmg), (R["drv"]["r2"], *R["drv"]["johnson"], *R["drv"]["lmg"]))
    close(found.vif, R["drv"]["vif"])
    assert found.n == R["drv"]["n"]
    fitted = drivers.regression(DATA["overall"][LATER], items[:, [0, 3, 5]], weights=w, **drawn("two"))
    close((*fitted.coefficients, *fitted.errors), (*R["reg"]["coef"], *R["reg"]["se"]))
    assert fitted.df == R["reg"]["df"]
    stages = drawn("two")
    design = Design(
        weights=w,
        strata=stages["strata"],
        psu=stages["psu"],
        population=stages["population"],
        second_population=stages["people"],
    )
    tested = table_test(totals_of(np.ones(len(w)), satisfied(), DATA["sex"][LATER], design=design))
    reference = R["chisq"]
    close(
        (tested.f, tested.ndf, tested.ddf, tested.p), [reference[name] for name in ("F", "ndf", "ddf", "p")]
    )
