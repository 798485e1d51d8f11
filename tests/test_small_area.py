"""Small areas borrow strength from one another: as much as the data say, and in the open."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from survey.small_area import (
    FayHerriot,
    Fitting,
    benchmarked,
    estimates,
    fay_herriot,
    smoothed_variances,
)
from tests.golden.reading import expected
from tests.mistakes import mistaken

MILK = expected("milk")
FITTINGS: tuple[Fitting, ...] = ("REML", "ML", "FH")
by_fitting = pytest.mark.parametrize("fitting", FITTINGS)


def _milk(**more: Any) -> FayHerriot:
    group = np.array(MILK["group"])
    groups = np.stack([group == number for number in (2, 3, 4)], axis=1)
    return fay_herriot(MILK["direct"], np.square(MILK["sd"]), groups, **more)


def _column(fit: Any, name: str) -> np.ndarray:
    return np.array([getattr(area, name) for area in fit.areas], dtype=float)


@by_fitting
def test_the_milk_expenditure_of_43_areas_is_as_r_estimates_it(fitting: Fitting) -> None:
    """R stops at a relative change of A of 1e-4 and its numbers are printed to 6-9 digits."""
    fit, reference = _milk(fitting=fitting), MILK[fitting]
    assert _column(fit, "value") == pytest.approx(reference["value"], abs=2e-6)
    assert _column(fit, "mse") == pytest.approx(reference["mse"], rel=1e-5)
    if "errors" in reference:
        assert fit.coefficients == pytest.approx(reference["coefficients"], abs=2e-6)
        assert fit.errors == pytest.approx(reference["errors"], rel=1e-5)


def _dense(y: np.ndarray, v: np.ndarray, x: np.ndarray, between: float) -> dict[str, Any]:
    """The textbook matrices of the model, without any of the shortcuts of the formulas."""
    inverse = np.linalg.inv(np.diag(between + v))
    information = x.T @ inverse @ x
    projection = inverse - inverse @ x @ np.linalg.inv(information) @ x.T @ inverse
    beta_hat = np.linalg.solve(information, x.T @ inverse @ y)
    ml = -0.5 * np.log(between + v).sum() - 0.5 * y @ projection @ y
    return {
        "ML": ml,
        "REML": ml - 0.5 * np.linalg.slogdet(information)[1],
        "FH": y @ projection @ y,
        "ML score": y @ projection @ projection @ y - np.trace(inverse),
        "REML score": y @ projection @ projection @ y - np.trace(projection),
        "value": x @ beta_hat + between * inverse @ (y - x @ beta_hat),
    }


def _areas(seed: int, m: int = 40, between: float = 0.004) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, v = rng.normal(size=m), rng.uniform(0.001, 0.02, m)
    return 0.8 + 0.05 * x + rng.normal(0, np.sqrt(between + v)), v, x


@by_fitting
@pytest.mark.parametrize("seed", range(3))
def test_the_variance_between_areas_is_the_one_another_optimiser_finds(fitting: Fitting, seed: int) -> None:
    """No reference: the likelihood of dense matrices, maximised; the moment equation, put in."""
    y, v, x = _areas(seed)
    fit, design = fay_herriot(y, v, x, fitting=fitting), np.column_stack([np.ones_like(x), x])
    assert fit.between is not None and fit.between > 0
    if fitting == "FH":
        assert _dense(y, v, design, fit.between)["FH"] == pytest.approx(len(y) - 2, rel=1e-10)
    else:
        best = minimize_scalar(
            lambda a: -_dense(y, v, design, a)[fitting], bounds=(0, 0.1), options={"xatol": 1e-12}
        )
        assert fit.between == pytest.approx(best.x, abs=1e-7)
        assert abs(_dense(y, v, design, fit.between)[f"{fitting} score"]) < 1e-7
    assert _column(fit, "value") == pytest.approx(_dense(y, v, design, fit.between)["value"], rel=1e-10)


def test_of_several_roots_of_the_score_the_likeliest_is_taken() -> None:
    """Variances that differ a thousandfold: the likelihood falls from A = 0, and has its top at 0.43."""
    y = np.array([-0.43, 1.45, -0.56, -0.9, 0.62, 0.92, 0.21, -1.43])
    v = np.array([1.3904, 0.0456, 0.8668, 0.6992, 5.3486, 0.0029, 0.8243, 5.125])
    likelihood = {a: _dense(y, v, np.ones((8, 1)), a)["ML"] for a in (0.0, 1e-4, 0.427688)}
    assert likelihood[0.0] > likelihood[1e-4]
    assert fay_herriot(y, v, fitting="ML").between == pytest.approx(0.4276883813, rel=1e-8)
    assert max(likelihood, key=lambda a: likelihood[a]) == 0.427688


@by_fitting
def test_the_mean_squared_error_is_the_one_that_simulation_finds(fitting: Fitting) -> None:
    """No reference: true areas drawn from the model, known to the simulation alone."""
    rng = np.random.default_rng(16)
    m, between, rounds = 30, 1.0, 250
    v = np.repeat([0.5, 1.0, 2.0], 10)
    squared, told, covered = 0.0, 0.0, 0.0
    for _ in range(rounds):
        truth = 5 + rng.normal(0, np.sqrt(between), m)
        fit = fay_herriot(truth + rng.normal(0, np.sqrt(v)), v, fitting=fitting)
        squared += np.mean((_column(fit, "value") - truth) ** 2) / rounds
        told += np.mean(_column(fit, "mse")) / rounds
        covered += np.mean((_column(fit, "low") <= truth) & (truth <= _column(fit, "high"))) / rounds
    assert told == pytest.approx(squared, rel=0.05)
    assert squared < 0.65 * np.mean(v)
    assert 0.92 < covered < 0.97


def test_an_area_is_drawn_to_the_others_by_how_little_it_knows() -> None:
    fit = _milk()
    for area in fit.areas:
        assert area.variance is not None and area.direct is not None and fit.between is not None
        assert area.shrinkage == pytest.approx(area.variance / (area.variance + fit.between), rel=1e-12)
        assert min(area.direct, area.synthetic) <= area.value <= max(area.direct, area.synthetic)
        assert area.se is not None and area.se < np.sqrt(area.variance)


@by_fitting
def test_areas_that_differ_by_no_more_than_chance_are_pooled_and_say_so(fitting: Fitting) -> None:
    y, v = np.array([0.80, 0.82, 0.81, 0.79, 0.80, 0.81]), np.full(6, 0.01)
    fit = fay_herriot(y, v, fitting=fitting)
    assert fit.pooled and fit.between == 0.0
    assert _column(fit, "value") == pytest.approx(np.full(6, y.mean()))
    assert {area.reason for area in fit.areas} == {"not-distinguishable"}
    assert {(area.low, area.high) for area in fit.areas} == {(None, None)}


def test_an_area_without_answers_gets_what_its_covariates_let_expect() -> None:
    y, v, x = _areas(0)
    all_but_one = [*y[:-1].tolist(), None]
    fit, without = fay_herriot(all_but_one, v, x), fay_herriot(y[:-1], v[:-1], x[:-1])
    last = fit.areas[-1]
    assert fit.between == without.between and fit.areas[:-1] == without.areas
    assert (last.direct, last.variance, last.shrinkage) == (None, None, 1.0)
    assert last.value == pytest.approx(without.coefficients[0] + without.coefficients[1] * x[-1])
    known = np.column_stack([np.ones(39), x[:-1]])
    information = known.T @ np.diag(1 / (v[:-1] + (without.between or 0))) @ known
    own = np.array([1, x[-1]])
    mse = (without.between or 0) + own @ np.linalg.solve(information, own)
    assert last.mse == pytest.approx(mse, rel=1e-10)
    assert (last.high or 0) - (last.low or 0) == pytest.approx(2 * 1.959963984540054 * np.sqrt(mse))


@pytest.mark.parametrize("total", [None, 100.0])
def test_benchmarked_areas_add_up_to_the_direct_total(total: float | None) -> None:
    y, v, x = _areas(6)
    y[3] = np.nan
    people = np.random.default_rng(1).uniform(1, 5, len(y))
    told = np.isfinite(y) if total is None else np.ones(len(y), bool)
    fit = fay_herriot(y, v, x)
    met = benchmarked(fit, people, total)
    aim = np.nansum(people * y) if total is None else total
    assert np.sum((people * _column(met, "value"))[told]) == pytest.approx(aim, rel=1e-12)
    for name in ("value", "se", "low", "high"):
        assert _column(met, name) == pytest.approx(met.factor * _column(fit, name), rel=1e-12)
    assert _column(met, "mse") == pytest.approx(_column(met, "se") ** 2)
    assert met.factor == pytest.approx(1, abs=0.35) and met.factor != 1


def test_smoothed_variances_are_those_of_one_unit_variance() -> None:
    v, n = [0.02, 0.0, None, 0.004], [10, 5, 1, 50]
    unit = (9 * 10 * 0.02 + 0 + 49 * 50 * 0.004) / (9 + 4 + 49)
    smooth = smoothed_variances(v, n)
    assert smooth == pytest.approx([unit / size for size in n])
    assert np.isnan(smoothed_variances([0.1, None], [4, 0])[1])


def test_smoothing_keeps_an_area_from_being_certain_by_chance() -> None:
    """An area in which all five were satisfied has a variance of 0 of its own."""
    n = np.array([5, 40, 60, 35, 80])
    p = np.array([1.0, 0.7, 0.8, 0.75, 0.9])
    with pytest.raises(ValueError, match="row 0"):
        fay_herriot(p, p * (1 - p) / (n - 1))
    fit = fay_herriot(p, smoothed_variances(p * (1 - p) / (n - 1), n), bounds=(0, 1))
    assert fit.areas[0].value < 0.9
    assert all(area.high is None or area.high <= 1 for area in fit.areas)


def test_a_correction_that_leaves_no_error_leaves_no_interval() -> None:
    """Variances ten million apart: the bias of the moments' A is larger than the error itself."""
    y, v = [0.08, -0.08, -0.12, 0.03, 0.13, -0.05], [1e-5, 0.01, 0.01, 100, 100, 100]
    fit = fay_herriot(y, v, fitting="FH")
    wide = fit.areas[-1]
    assert not fit.pooled and wide.reason == "mse-not-positive"
    assert (wide.mse, wide.se, wide.low, wide.high) == (None, None, None, None)
    assert fit.areas[0].se is not None


def test_a_model_needs_more_areas_than_it_has_coefficients() -> None:
    two = fay_herriot([0.8, 0.9], [0.01, 0.01])
    assert (two.reason, two.areas, two.between) == ("too-few-areas", (), None)
    assert benchmarked(two, [1, 1]) == two
    everyone = fay_herriot([1.0, 1.0, 1.0], smoothed_variances([0, 0, 0], [5, 6, 7]))
    assert (everyone.reason, everyone.areas) == ("no-variance", ())


def test_what_the_model_cannot_be_computed_from_is_refused_with_its_row() -> None:
    y, v, x = _areas(7)
    with pytest.raises(ValueError, match="row 2"):
        fay_herriot(y, np.where(np.arange(40) == 2, np.nan, v), x)
    with pytest.raises(ValueError, match="row 4: a covariate"):
        fay_herriot(y, v, np.where(np.arange(40) == 4, np.nan, x))
    with pytest.raises(ValueError, match="collinear"):
        fay_herriot(y, v, np.column_stack([x, 2 * x]))
    with pytest.raises(ValueError, match="where 40 rows are"):
        fay_herriot(y, v[:-1], x)


@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-10, 10))
@settings(max_examples=20)
def test_another_scale_gives_the_same_estimates_on_it(scale: float, shift: float) -> None:
    one, v = np.array(MILK["direct"]), np.square(MILK["sd"])
    fit, other = fay_herriot(one, v), fay_herriot(scale * one + shift, scale**2 * v)
    assert other.between == pytest.approx(scale**2 * (fit.between or 0), rel=1e-7)
    assert _column(other, "value") == pytest.approx(scale * _column(fit, "value") + shift, rel=1e-7, abs=1e-9)


FH_MISTAKES = {
    "the likelihood that ignores the coefficients": ("* (1 - self.leverage) if", "if"),
    "A taken for known": ("+ 2 * g3", "+ 0 * g3"),
    "the uncertainty of A once instead of twice": ("+ 2 * g3", "+ g3"),
    "coefficients taken for known": ("+ shrinkage**2 * g2_unshrunk", "+ 0 * g2_unshrunk"),
    "no bias of the likelihood's A": ("return -float(np.sum(s * fitted.leverage)) / second", "return 0.0"),
    "no bias of the moments' A": ('return 0.0 if fitting == "REML"', "return 0.0 if second"),
    "m for m - p": ("(len(self.z) - np.sum(self.leverage))", "len(self.z)"),
    "the variance of A of another fitting": ('2 / information if fitting != "FH"', "2 / information if m"),
    "shrunk the wrong way": (
        "variance / (between + variance) if told",
        "between / (between + variance) if told",
    ),
}


def _agrees_on_milk(module: ModuleType) -> bool:
    group = np.array(MILK["group"])
    groups = np.stack([group == number for number in (2, 3, 4)], axis=1)
    for fitting in FITTINGS:
        fit = module.fay_herriot(MILK["direct"], np.square(MILK["sd"]), groups, fitting=fitting)
        for name in ("value", "mse"):
            if not np.allclose(_column(fit, name), MILK[fitting][name], rtol=1e-5, atol=0):
                return False
    return True


@pytest.mark.parametrize("mistake", FH_MISTAKES)
def test_a_mistake_in_the_area_model_is_noticed(mistake: str) -> None:
    assert not _agrees_on_milk(mistaken(estimates, *FH_MISTAKES[mistake]))
