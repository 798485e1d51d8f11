"""The examples at the head of each formula run as they are printed, on plain arrays."""

from __future__ import annotations

import importlib
import math
import pkgutil
from typing import Any

import numpy as np
import pytest

from survey.comparison import totals_of
from survey.counts import BlockSums, Products
from survey.counts.products import GROUPS, block_products
from survey.stats import of_arrays, share

FORMULAS = (
    *("stats", "scores", "intervals", "sampling", "planning", "weighting", "comparison", "ranking"),
    *("small_area", "reliability", "drivers", "screening"),
)


def _modules() -> list[str]:
    """Every formula, and every module of those that are packages."""
    names = []
    for name in FORMULAS:
        module = importlib.import_module(f"survey.{name}")
        inner = pkgutil.iter_modules(getattr(module, "__path__", []))
        names += [module.__name__, *(f"{module.__name__}.{each.name}" for each in inner)]
    return names


def example_of(name: str) -> str:
    """The indented lines of a module's docstring."""
    lines = (importlib.import_module(name).__doc__ or "").splitlines()
    return "\n".join(line[4:] for line in lines if line.startswith("    "))


def _arrays() -> dict[str, Any]:
    """What the examples call by name: 240 people in 24 villages of 3 regions, and what they said."""
    rng = np.random.default_rng(20261126)
    n = 240
    village = np.repeat(np.arange(24), 10)
    criteria = rng.integers(1, 6, size=(n, 6)).astype(float)
    overall = np.clip(np.round(criteria.mean(axis=1) + rng.normal(0, 1, n)), 1, 5)
    design = {"w": rng.uniform(1, 3, n), "village": village, "region": village // 8, "h": village // 8}
    sizes = {"villages": np.full(n, 80.0), "inhabitants": np.full(n, 150.0)}
    who = {
        "agency": np.tile(np.array(["tax", "land", "health"]), n // 3),
        "year": np.repeat([2025, 2026], n // 2)[rng.permutation(n)],
        "sex": np.tile(["m", "f"], n // 2),
        "age": np.array(["young", "old"])[rng.integers(0, 2, n)],
        "covariates": rng.normal(size=(n, 2)),
    }
    answers = dict.fromkeys(("access", "procedure", "officials", "result", "feedback"), criteria[:, :3])
    said = {"steps": overall, "overall": overall, "satisfied": (overall >= 4) * 1.0, "criteria": criteria}
    areas = {"shares": [0.9, 0.7, 0.6, 0.8, 0.4], "variances": [0.01, 0.02, 0.005, 0.01, 0.02]}
    others = {
        "answers": criteria[:, :4],
        "matrix": np.cov(criteria[:, :4].T) + 0.4,
        "sizes": [20, 10, 40, 20, 10],
        "populations": [900, 300, 400, 500, 100],
        "percent_satisfied": [80.0, 60, 70, 90, 50, 75],
        "p": [0.01, 0.2, None],
        "nan": math.nan,
        "products": _kept(criteria),
        "scores": overall,
        "values": overall,
        "gender": who["sex"],
        "stratum": design["region"],
        "district": design["region"],
        "design_weights": design["w"],
        "counts": rng.poisson(4, n),
        "hour_of_week": np.arange(n) % 168,
        "began": np.arange(n),
        "counter": village % 6,
        "interviewer": village,
        "strata_2025": of_arrays(overall[:120], satisfied_from=4),
        "strata_2026": of_arrays(overall[120:], satisfied_from=4),
    }
    return {**design, **sizes, **who, **answers, **said, **areas, **others}


def _kept(criteria: np.ndarray) -> Products:
    """Products of these answers, as the service keeps them."""
    each = block_products(criteria, np.isfinite(criteria), np.ones(len(criteria)))
    sums = np.stack([each[group::GROUPS].sum(axis=0) for group in range(GROUPS)])
    names = ("item:overall", *(f"factor:{number}" for number in range(1, criteria.shape[1])))
    return Products({"persons": BlockSums(names, sums), "factor:access": BlockSums(names, sums)})


#: names that stand for other things in one module than in the others
OWN: dict[str, dict[str, Any]] = {
    "survey.comparison.mix": {
        "procedure": np.tile(["land", "birth"], 120),
        "stacked": lambda periods: totals_of(np.ones(4), list("aabb"), [*periods, *periods]),
        "fields": None,  # kept counts, which only a store has: their tests are in tests/test_parts.py
        "fields_then": None,
    },
    "survey.comparison.covariance": {"totals": None},
    "survey.weighting.replicates": {"weighted_median": lambda y, w: float(y[np.argsort(y)][len(y) // 2])},
}
MODULES = [name for name in _modules() if example_of(name)]


@pytest.mark.parametrize("name", MODULES)
def test_an_example_runs_as_it_is_printed(name: str) -> None:
    module = importlib.import_module(name)
    tools = {**vars(importlib.import_module(name.rpartition(".")[0])), **vars(module)}
    known = _arrays() | OWN.get(name, {})
    if name.startswith("survey.comparison."):
        comparison = importlib.import_module("survey.comparison")
        design = comparison.Design(weights=known["w"], strata=known["region"], psu=known["village"])
        totals = comparison.totals_of(known["steps"], known["agency"], design=design, satisfied_from=4)
        known |= {"design": design, "totals": totals, "share": share, **vars(comparison)}
    exec(example_of(name), {**tools, **known})


@pytest.mark.parametrize("name", [f"survey.{name}" for name in FORMULAS])
def test_every_formula_begins_with_an_example(name: str) -> None:
    assert example_of(name).strip()
