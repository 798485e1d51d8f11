"""The usual mistakes of survey statistics, made on purpose: every one of them must be noticed."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from survey import intervals, stats
from tests.golden.reading import DESIGNS, RTOL, Design, expected, table
from tests.mistakes import mistaken

API = expected("api_survey")

#: what goes wrong -> (module, the right text, the wrong text)
MISTAKES = {
    "n instead of n - 1": (stats, "* sampled / (sampled - 1)", "* 1.0"),
    "units not centred in their stratum": (stats, "zz - z * z / sampled", "zz"),
    "no finite population correction": (stats, "return stratum.sampled / stratum.population", "return 0.0"),
    "no second stage": (stats, "variance + fraction * inner,", "variance,"),
    "domain as a smaller sample": (
        stats,
        "stratum.moments, stratum.sampled",
        "stratum.moments, stratum.moments.psus",
    ),
    "a lonely unit does not vary": (stats, "* max(0.0, zz)", "* max(0.0, zz) * (sampled > 1)"),
    "one degree of freedom for all strata": (stats, "sums.psus - sum(", "sums.psus - 1 + 0 * sum("),
    "the ratio taken for known": (stats, "first - ratio * m.w", "first"),
    "z for t in means": (stats, "t_quantile(level, estimate.df)", "t_quantile(level, math.inf)"),
    "z for t in shares": (intervals, "t_quantile(level, df))", "t_quantile(level, math.inf))"),
    "a design effect of n people that is not of n - 1": (
        stats,
        "finite * spread / (n - 1)",
        "finite * spread / n",
    ),
    "Korn-Graubard without its factor": (intervals, "/ t_quantile(level, df)) ** 2", "/ 1.0) ** 0"),
    "Wilson with n instead of the effective n": (
        intervals,
        "wilson(p, p * (1 - p) / variance, t)",
        "wilson(p, 183, t)",
    ),
}


def _computed(module: ModuleType, design: Design) -> Iterator[tuple[Any, Any]]:
    """Pairs of a computed and a reference number, over what the formulas depend on."""
    reference, stype = API[design.name], design.column("stype")
    sw, api00 = (design.strata_of(design.column(name)) for name in ("sw", "api00"))
    score = module.mean(api00)
    yield (score.value, score.se, score.low, score.high), _row(reference["mean"], 0)
    for variable, kind in (("sw", "wilson"), ("sw", "beta")):
        estimate, numbers = module.share(sw, interval=kind), reference["intervals"][variable][kind]
        yield (estimate.se, estimate.low, estimate.high), (numbers["se"], numbers["lo"], numbers["hi"])
        yield (estimate.deff,), (reference["mean_deffreplace"][2],)
    for row, kind in enumerate(reference["by_stype_api00"]["key"]):
        inside = module.mean(design.strata_of(design.column("api00"), domain=stype == kind))
        yield (inside.se,), (reference["by_stype_api00"]["se"][row],)


def _row(reference: dict[str, Any], row: int) -> tuple[float, ...]:
    return (reference["est"][row], reference["se"][row], *reference["ci_t"][row])


def _lonely(module: ModuleType) -> Iterator[tuple[Any, Any]]:
    data, reference = table("lonely"), expected("lonely_psu")["none"]["adjust"]["all"]
    strata = stats.of_arrays(data["y"], weights=data["w"], strata=data["stratum"], psu=data["psu"])
    yield (module.share(strata).se,), (reference["se"][0],)


def _all_right(module: ModuleType) -> bool:
    pairs = [pair for design in DESIGNS for pair in _computed(module, design)]
    pairs += list(_lonely(module))
    return all(None not in got and np.allclose(got, right, rtol=RTOL, atol=0) for got, right in pairs)


def test_the_formulas_as_they_stand_agree() -> None:
    assert _all_right(stats)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_formula_is_noticed(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, right, wrong = MISTAKES[mistake]
    copy = mistaken(module, right, wrong)
    if module is stats:
        assert not _all_right(copy)
    else:
        monkeypatch.setattr(stats, "proportion_interval", copy.proportion_interval)
        assert not _all_right(stats)


def _agrees(design: Design, **changed: Any) -> bool:
    reference = API[design.name]["mean"]
    estimate = stats.mean(design.strata_of(design.column("api00"), **changed))
    numbers = (estimate.value, estimate.se)
    return np.allclose(numbers, (reference["est"][0], reference["se"][0]), rtol=RTOL, atol=0)


def test_a_sample_read_as_another_design_is_noticed() -> None:
    by_name = {design.name: design for design in DESIGNS}
    assert not _agrees(by_name["strat_nofpc"], strata=None), "strata dropped"
    assert not _agrees(by_name["strat_nofpc"], weights=None), "weights dropped"
    assert not _agrees(by_name["clus1_nofpc"], psu=None), "clusters dropped"
    assert not _agrees(by_name["strat"], population=None), "population dropped"


def test_weights_are_not_numbers_of_people_who_answered() -> None:
    design = next(design for design in DESIGNS if design.name == "strat_nofpc")
    times = np.rint(design.weights).astype(int)
    repeated = stats.mean(
        stats.of_arrays(
            np.repeat(design.column("api00"), times), strata=np.repeat(design.column("stype"), times)
        )
    )
    assert repeated.se is not None
    assert repeated.se < API["strat_nofpc"]["mean"]["se"][0] / 4


def test_a_domain_cut_out_of_the_sample_is_not_the_domain() -> None:
    design = next(design for design in DESIGNS if design.name == "clus1")
    inside = design.column("stype") == "H"
    cut = {name: column[inside] for name, column in design.arguments().items()}
    estimate = stats.mean(stats.of_arrays(design.column("api00")[inside], **cut))
    reference = API["clus1"]["by_stype_api00"]
    row = reference["key"].index("H")
    assert estimate.value == pytest.approx(reference["est"][row], rel=RTOL)
    assert estimate.se != pytest.approx(reference["se"][row], rel=1e-3)
