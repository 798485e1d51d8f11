"""Mistakes of weighting, made on purpose: every one of them must be noticed."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from survey.weighting import calibration, cells, estimates, indicators, margins, raking, replicates, trimming
from tests.golden.reading import expected, table
from tests.mistakes import mistaken
from tests.test_weighting import drawn, sw
from tests.test_weighting import margins as known_margins

REFERENCE = expected("weighting")

#: what goes wrong -> (module, the right text, the wrong text)
MISTAKES: dict[str, tuple[ModuleType, str, str]] = {
    "post-strata of people who answered": (
        cells,
        "np.bincount(group, before, len(groups))",
        "np.bincount(group)",
    ),
    "cell means without weights": (
        cells,
        "np.bincount(group, weights * variable) / np.bincount(group, weights)",
        "np.bincount(group, variable) / np.bincount(group)",
    ),
    "only the first margin": (
        raking,
        "for code, known in zip(codes, people, strict=True):",
        "for code, known in [(codes[0], people[0])]:",
    ),
    "regression on the first margin alone": (
        raking,
        "on, _ = indicators(margins)",
        "on, _ = indicators(margins[:1])",
    ),
    "regression with the new weights": (raking, "on=on, weights=before", "on=on, weights=fitted"),
    "a linear factor for an exponential one": (calibration, "np.exp(np.minimum(u, 300.0))", "1 + u"),
    "bounds that do not bound": (calibration, "return low + width * part,", "return np.exp(u),"),
    "a lower bound of 0": (calibration, "return low + width * part,", "return width * part,"),
    "calibrated error without new weights": (
        estimates,
        "weighted.weights * residuals",
        "weighted.before * residuals",
    ),
    "no residuals": (estimates, "residuals = weighted.residuals(linearised)", "residuals = linearised + 0"),
    "domain cut out before the regression": (
        estimates,
        "residuals = weighted.residuals(linearised)",
        "residuals = weighted.residuals(linearised) * (linearised != 0)",
    ),
    "the ratio taken for known": (
        estimates,
        "self.values - ratio * self.base",
        "self.values - 0 * self.base",
    ),
    "regression without weights": (margins, "root = np.sqrt(weights)", "root = np.ones(len(weights))"),
    "a jackknife with the factor n": (replicates, "(n / (n - 1))", "(n / n)"),
    "a jackknife with the scale 1": (replicates, "* (n - 1) / n", "* n / n"),
    "Kish without the square": (trimming, "(part * part).sum()", "part.sum()"),
    "trimmed weights that lose their sum": (trimming, "+= (w.sum() - result.sum()) / (~cut).sum()", "+= 0"),
}


def _unequal(name: str) -> np.ndarray:
    """Design weights that differ between schools, as no reference sample has them."""
    return table(name)["pw"] * (1 + np.arange(len(table(name)["pw"])) % 5 / 4)


def _textbook(y: np.ndarray, x: np.ndarray, before: np.ndarray, after: np.ndarray, unit: np.ndarray) -> float:
    """The standard error of a calibrated mean of clusters, from normal equations, row by row."""
    u = (y - after @ y / after.sum()) / after.sum()
    inverse = np.linalg.pinv(x.T @ (before[:, None] * x))
    residual = u - x @ (inverse @ (x.T @ (before * u)))
    totals = np.array([(after * residual)[unit == each].sum() for each in np.unique(unit)])
    return float(np.sqrt(len(totals) / (len(totals) - 1) * ((totals - totals.mean()) ** 2).sum()))


def _numbers(named: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Pairs of a computed and a right number, over what the formulas depend on."""
    data, known = table("apiclus1"), known_margins("apiclus1")
    columns, totals = indicators(known)
    sample, api00 = drawn("clus1_nofpc"), data["api00"]
    ways = {
        "postStratify": lambda d: named["cells"].poststratify(known[0], weights=d),
        "rake": lambda d: named["raking"].rake(known, weights=d),
        "calibrate_raking": lambda d: named["calibration"].calibrate(columns, totals, weights=d, kind="exp"),
        "calibrate_logit": lambda d: named["calibration"].calibrate(
            columns, totals, weights=d, kind="logit", bounds=(0.5, 3)
        ),
    }
    for way, weigh in ways.items():
        made, numbers = weigh(data["pw"]), REFERENCE["clus1_nofpc"][way]
        yield made.weights, REFERENCE["clus1"][way]["weights"]
        estimate = named["estimates"].mean(api00, made, sample)
        yield (estimate.value, estimate.se), (numbers["mean"]["est"][0], numbers["mean"]["se"][0])
        inside = named["estimates"].share(
            sw("clus1"), made, sample, domain=data["comp.imp"] == "No", interval="wald"
        )
        yield (inside.se,), (numbers["by_comp_imp"]["se"][0],)
        other, on = weigh(_unequal("apiclus1")), columns[:, :3] if way == "postStratify" else columns
        right = _textbook(api00, on, other.before, other.weights, data["dnum"])
        yield (named["estimates"].mean(api00, other, sample).se,), (right,)
        yield other.weights @ on, totals[: on.shape[1]]


def _costs(named: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    data, numbers = table("apiclus1"), REFERENCE["clus1"]
    weights, cut = np.array(numbers["rake"]["weights"]), numbers["trim_upper1.2_lower0.4_of_mean"]
    yield (named["trimming"].kish(weights).n_eff,), (numbers["kish"]["n_eff"],)
    yield named["trimming"].trimmed(weights, low=cut["lower"], high=cut["upper"]), cut["weights"]
    again = named["replicates"].jackknife(data["pw"], drawn("clus1_nofpc"))
    jackknifed = named["replicates"].replicated(lambda rows, w: float(w @ data["api00"][rows]), again)
    totals = np.array(
        [(data["pw"] * data["api00"])[data["dnum"] == d].sum() for d in np.unique(data["dnum"])]
    )
    yield (jackknifed.se,), (np.sqrt(15 / 14 * ((totals - totals.mean()) ** 2).sum()),)


def _all_right(**changed: Any) -> bool:
    modules = (calibration, cells, estimates, raking, replicates, trimming)
    named = {module.__name__.rpartition(".")[2]: module for module in modules} | changed
    pairs = [*_numbers(named), *_costs(named)]
    return all(None not in got and np.allclose(got, right, rtol=1e-9, atol=0) for got, right in pairs)


def test_the_formulas_as_they_stand_agree() -> None:
    assert _all_right()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_weighting_is_noticed(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, right, wrong = MISTAKES[mistake]
    copy = mistaken(module, right, wrong)
    if module is margins:
        for user in (calibration, raking):
            monkeypatch.setattr(user, "regression_residuals", copy.regression_residuals)
        assert not _all_right()
    else:
        assert not _all_right(**{module.__name__.rpartition(".")[2]: copy})
