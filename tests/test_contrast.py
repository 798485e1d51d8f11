"""The covariance of many domains agrees with R's survey package, and so does what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pytest

from survey.comparison import (
    Design,
    Joint,
    Totals,
    UnitCell,
    contrast,
    contrasts,
    covariance,
    joint,
    linear_covariance,
    table_test,
    tables,
    totals_of,
    totals_of_cells,
)
from survey.counts import Cell
from survey.errors import PopulationBelowSample, WeightNotPositive
from survey.stats import mean, of_arrays, share
from tests.golden.reading import DESIGNS, RTOL, expected, table
from tests.golden.reading import Design as Drawn
from tests.mistakes import mistaken

REFERENCE = expected("covariance")
by_design = pytest.mark.parametrize("drawn", DESIGNS, ids=lambda drawn: drawn.name)


def design_of(drawn: Drawn, times: int = 1) -> Design:
    """A reference design; with several stacked measures each person is one unit in all of them."""
    data, columns = table(drawn.table), drawn.arguments()
    columns.setdefault("psu", np.arange(len(drawn.weights)))
    if drawn.nested:
        columns |= {"second": data["snum"], "second_population": data["fpc2"]}
    return Design(**{role: np.tile(column, times) for role, column in columns.items()})


def stacked(drawn: Drawn, names: list[str], totals: Any = totals_of) -> Totals:
    """Several variables of the same people, the variable as the label."""
    values = np.concatenate([drawn.column(name) for name in names])
    return totals(values, np.repeat(names, len(drawn.weights)), design=design_of(drawn, len(names)))


def _in_order(together: Joint, keys: list[Any]) -> tuple[np.ndarray, np.ndarray]:
    places = [together.keys.index(key) for key in keys]
    return together.value[places], together.covariance[np.ix_(places, places)]


@by_design
def test_measures_of_the_same_people_vary_together(drawn: Drawn) -> None:
    reference = REFERENCE[drawn.name]["mean"]
    _, found = _in_order(joint(stacked(drawn, reference["names"]), of="s"), reference["names"])
    assert found == pytest.approx(np.array(reference["vcov"]), rel=RTOL)


@by_design
def test_domains_of_one_sample_vary_together(drawn: Drawn) -> None:
    reference = REFERENCE[drawn.name]["by_stype_api00"]
    totals = totals_of(drawn.column("api00"), drawn.column("stype"), design=design_of(drawn))
    value, found = _in_order(joint(totals, of="s"), reference["key"])
    assert value == pytest.approx(reference["est"], rel=RTOL)
    largest = np.abs(reference["vcov"]).max()
    assert found == pytest.approx(np.array(reference["vcov"]), rel=RTOL, abs=RTOL * largest)


@by_design
def test_the_shares_of_all_kinds_have_the_covariance_of_parts_of_one_whole(drawn: Drawn) -> None:
    reference = REFERENCE[drawn.name]["stype_share"]
    names = ["stypeE", "stypeH", "stypeM"]
    value, found = _in_order(joint(stacked(drawn, names), of="s"), reference["names"])
    assert value == pytest.approx(reference["est"], rel=RTOL)
    assert found == pytest.approx(np.array(reference["vcov"]), rel=RTOL, abs=1e-15)
    if drawn.strata is None:
        assert found.sum() == pytest.approx(0, abs=1e-15)


@by_design
def test_two_domains_are_compared_with_their_covariance(drawn: Drawn) -> None:
    reference = REFERENCE[drawn.name]["domain_contrast"]
    together = joint(totals_of(drawn.column("api00"), drawn.column("stype"), design=design_of(drawn)), of="s")
    for row, kind in enumerate("HM"):
        found = contrast(together, {kind: 1.0, "E": -1.0})
        assert found.value == pytest.approx(reference["est"][row], rel=RTOL)
        assert found.se == pytest.approx(reference["se"][row], rel=RTOL)


@by_design
def test_a_contrast_is_tested_with_students_t(drawn: Drawn) -> None:
    """R's svyttest is a regression and loses a further degree of freedom, which is given here."""
    reference = REFERENCE[drawn.name]["two_group_ttest"]
    together = joint(totals_of(drawn.column("api00"), drawn.column("ci"), design=design_of(drawn)), of="s")
    found = contrast(together, {1.0: 1.0, 0.0: -1.0}, df=reference["df"])
    assert (found.value, found.t) == pytest.approx((reference["est"], reference["t"]), rel=RTOL)
    assert found.p == pytest.approx(reference["p"], rel=1e-9)
    assert (found.low, found.high) == pytest.approx(reference["ci"], rel=RTOL)
    assert contrast(together, {1.0: 1.0, 0.0: -1.0}).df == REFERENCE[drawn.name]["degf"]


@by_design
def test_a_table_is_tested_with_the_design_effects_of_its_interaction(drawn: Drawn) -> None:
    reference = REFERENCE[drawn.name]["table"]
    totals = totals_of(
        np.ones(len(drawn.weights)), drawn.column("sw"), drawn.column("stype"), design=design_of(drawn)
    )
    found = table_test(totals)
    assert found.f == pytest.approx(reference["stat"], rel=RTOL)
    assert (found.ndf, found.ddf) == pytest.approx((reference["ndf"], reference["ddf"]), rel=RTOL)
    assert found.p == pytest.approx(reference["p"], rel=1e-9)
    assert found.n == len(drawn.weights) and found.reason is None


# Against the definition, on a sample like those of the service.


def sample(seed: int = 7, people: int = 6000) -> dict[str, Any]:
    """75 agencies, two waves, 150 villages of which most are visited twice, a fifth of answers missing."""
    rng = np.random.default_rng(seed)
    village, wave = rng.integers(0, 150, people), rng.integers(0, 2, people)
    agency = (village // 2 + rng.integers(0, 3, people)) % 75
    satisfied = rng.random(people) < 0.7 + 0.1 * np.sin(village) + 0.05 * wave
    return {
        "values": np.where(rng.random(people) < 0.2, np.nan, satisfied),
        "base": None,
        "agency": agency,
        "wave": wave,
        "weights": rng.uniform(0.5, 4, people),
        "strata": village // 25,
        "psu": village + 1000 * ((village % 5 == 0) & (wave == 1)),
        "second": rng.integers(0, 60, people),
    }


def _sizes(data: dict[str, Any]) -> dict[str, Any]:
    """Populations of both stages: three times as many villages, twice as many households."""
    villages = {h: len(set(data["psu"][data["strata"] == h])) for h in set(data["strata"])}
    homes = {
        c: len(set(data["second"][(data["strata"] == c[0]) & (data["psu"] == c[1])]))
        for c in set(zip(data["strata"], data["psu"], strict=True))
    }
    return {
        "population": np.array([3 * villages[h] for h in data["strata"]]),
        "second_population": np.array([2 * homes[c] for c in zip(data["strata"], data["psu"], strict=True)]),
    }


def _by_definition(data: dict[str, Any], keys: list[tuple[int, int]], two_stages: bool) -> np.ndarray:
    """The covariance of the shares of keys, from sums over people, unit by unit."""
    z = np.zeros((len(data["values"]), len(keys)))
    for number, (agency, wave) in enumerate(keys):
        inside = (data["agency"] == agency) & (data["wave"] == wave) & ~np.isnan(data["values"])
        w = data["weights"] * inside
        y = np.nan_to_num(data["values"])
        z[:, number] = w * (y - (w * y).sum() / w.sum()) / w.sum()
    sizes = _sizes(data) if two_stages else None
    found = np.zeros((len(keys), len(keys)))
    for h in sorted(set(data["strata"])):
        mine = data["strata"] == h
        villages = sorted(set(data["psu"][mine]))
        rows = [mine & (data["psu"] == c) for c in villages]
        fraction = 1 / 3 if sizes else 0.0
        found += (1 - fraction) * len(rows) * np.cov([z[r].sum(axis=0) for r in rows], rowvar=False)
        for r in rows if sizes else ():
            homes = [r & (data["second"] == s) for s in sorted(set(data["second"][r]))]
            totals = [z[home].sum(axis=0) for home in homes]
            found += fraction * 0.5 * len(homes) * np.cov(totals, rowvar=False)
    return found


@pytest.mark.parametrize("two_stages", [False, True], ids=["one stage", "two stages"])
def test_the_covariance_is_that_of_its_definition(two_stages: bool) -> None:
    data = sample()
    keys = [(agency, wave) for agency in (0, 1, 2, 40) for wave in (0, 1)]
    more = _sizes(data) | {"second": data["second"]} if two_stages else {}
    design = Design(weights=data["weights"], strata=data["strata"], psu=data["psu"], **more)
    totals = totals_of(data["values"], data["agency"], data["wave"], design=design)
    _, found = _in_order(joint(totals), keys)
    assert len(totals.keys) == 150
    right = _by_definition(data, keys, two_stages)
    assert found == pytest.approx(right, rel=1e-10, abs=1e-12 * right.max())
    for key, variance in zip(keys, np.diag(found), strict=True):
        estimate = share(totals.strata(key))
        assert estimate.se == pytest.approx(np.sqrt(variance), rel=1e-12)
        assert estimate.df == totals.df([key])


def test_cells_and_arrays_are_two_roads_to_one_covariance() -> None:
    data = sample()
    rows = zip(
        *(data[name].tolist() for name in ("values", "weights", "strata", "psu", "agency", "wave")),
        strict=True,
    )
    cells = [
        UnitCell(h, c, (agency, wave), Cell(1, 1, w, w * w, w * x, w * x, w * x * x))
        for x, w, h, c, agency, wave in rows
        if not np.isnan(x)
    ]
    sampled = {h: len(set(data["psu"][data["strata"] == h].tolist())) for h in range(6)}
    population = {h: 4.0 * n for h, n in sampled.items()}
    kept = totals_of_cells(cells, sampled, population)
    none = totals_of_cells(cells, sampled)
    design = Design(weights=data["weights"], strata=data["strata"], psu=data["psu"])
    whole = totals_of(data["values"], data["agency"], data["wave"], design=design)
    for of in ("y", "s"):
        one, other = joint(none, of=of), joint(whole, of=of)
        value, found = _in_order(one, list(other.keys))
        assert value == pytest.approx(other.value, rel=1e-12)
        assert found == pytest.approx(other.covariance, rel=1e-12, abs=1e-12 * found.max())
    assert none.df([(3, 0), (3, 1)]) == whole.df([(3, 0), (3, 1)])
    thinned = np.diag(joint(kept).covariance) / np.diag(joint(none).covariance)
    assert thinned == pytest.approx(np.full(150, 3 / 4))


def test_pooled_answers_of_one_person_are_one_cluster() -> None:
    satisfied, answered = np.array([3.0, 0, 2, np.nan, 4, 1]), np.array([4.0, 3, 4, 0, 4, 4])
    agency = np.array(["a", "a", "a", "b", "b", "b"])
    together = joint(totals_of(satisfied, agency, base=answered))
    for row, key in enumerate("ab"):
        alone = share(of_arrays(satisfied, base=answered, domain=agency == key))
        assert together.value[row] == alone.value
        assert together.covariance[row, row] == pytest.approx((alone.se or 0) ** 2, rel=1e-12)
        assert together.n[row] == alone.n


def test_a_unit_of_nobody_in_the_domain_counts_among_the_sampled() -> None:
    agency, psu = np.array(["a"] * 6 + ["b"] * 4), np.array([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    values = np.array([1.0, 0, 1, 1, 0, 0, 1, 0, 1, 1])
    totals = totals_of(values, agency, design=Design(psu=psu))
    assert share(totals.strata("a")) == share(of_arrays(values, psu=psu, domain=agency == "a"))
    assert totals.sampled.tolist() == [5] and totals.df("a") == 2
    assert joint(totals).covariance[0, 1] == pytest.approx(0, abs=1e-17)


def test_a_lonely_unit_is_centred_at_the_mean_of_all_units_for_covariances_too() -> None:
    data = table("lonely")
    design = Design(weights=data["w"], strata=data["stratum"], psu=data["psu"], population=data["N1b"])
    totals = totals_of(data["score"], data["dom"], design=design)
    reference = expected("lonely_psu")["N1b"]["adjust"]["domains"]
    scores = joint(totals_of(data["y"], data["dom"], design=design))
    assert list(scores.keys) == reference["key"]
    assert np.sqrt(np.diag(scores.covariance)) == pytest.approx(reference["se"], rel=RTOL)
    assert mean(totals.strata("p")).se == pytest.approx(
        mean(of_arrays(data["score"], domain=data["dom"] == "p", **_named(design))).se, rel=1e-12
    )


def _named(design: Design) -> dict[str, Any]:
    return {role: getattr(design, role) for role in ("weights", "strata", "psu", "population")}


def test_what_does_not_vary_has_no_covariance_with_anything() -> None:
    values, agency = np.array([1.0] * 9 + [0, 1, 1, 0]), np.array(["a"] * 9 + ["b"] * 4)
    together = joint(totals_of(values, agency, design=Design(weights=np.full(13, 0.1))))
    assert (together.covariance[0] == 0).all() and together.covariance[1, 1] > 0


def test_pairs_are_multiplied_in_pieces_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sample(people=800)
    design = Design(strata=data["strata"], psu=data["psu"])
    whole = joint(totals_of(data["values"], data["agency"], data["wave"], design=design)).covariance
    monkeypatch.setattr(covariance, "_PAIRS_AT_ONCE", 50)
    pieces = joint(totals_of(data["values"], data["agency"], data["wave"], design=design)).covariance
    assert pieces == pytest.approx(whole, rel=1e-12, abs=1e-18)


# Edges.


def test_a_key_without_answers_has_no_figure_and_no_contrast() -> None:
    totals = totals_of([1.0, 0.0, np.nan], ["a", "a", "b"])
    together = joint(totals)
    assert (totals.keys, together.keys) == (("a", "b"), ("a",))
    assert contrast(together, {"a": 1, "b": -1}).reason == "no-answers"
    assert totals.strata("b") == totals.strata("c") == ()
    assert joint(totals_of([], [])).keys == ()
    assert joint(totals_of_cells([], {})).keys == ()


def test_a_contrast_without_error_says_why() -> None:
    one_unit = joint(totals_of([1.0, 0, 1, 0], ["a", "a", "b", "b"], design=Design(psu=[1] * 4)))
    assert contrast(one_unit, {"a": 1, "b": -1}).reason == "one-psu"
    flat = joint(totals_of([1.0, 1, 1, 0], ["a", "a", "b", "b"]))
    found = contrast(flat, {"a": 1, "b": -1})
    assert (found.value, found.se, found.p, found.reason) == (0.5, None, None, "no-variance")
    twice = joint(totals_of([1.0, 0, 1, 1.0, 0, 1], list("aaabbb"), design=Design(psu=[1, 2, 3] * 2)))
    assert contrast(twice, {"a": 1, "b": -1}).reason == "no-variance"


def test_tables_without_a_test_say_why() -> None:
    assert table_test(totals_of([np.nan], ["a"], ["m"])).reason == "no-answers"
    assert table_test(totals_of([1.0, 1.0], ["a", "a"], ["m", "f"])).reason == "one-row"
    four = (np.ones(4), ["a", "a", "b", "b"], ["m", "f", "m", "f"])
    assert table_test(totals_of(*four, design=Design(psu=[1] * 4))).reason == "one-psu"
    census = Design(psu=np.arange(4), population=np.full(4, 4))
    assert table_test(totals_of(*four, design=census)).reason == "no-variance"
    with pytest.raises(ValueError, match="pairs"):
        table_test(totals_of([1.0], ["a"]))


def test_an_empty_cell_of_a_table_counts_as_none() -> None:
    rows, columns = ["a", "a", "b", "b", "c"] * 8, ["m", "f", "m", "f", "m"] * 8
    found = table_test(totals_of(np.ones(40), rows, columns))
    assert found.reason is None and found.chi2 == pytest.approx(40 * (1 / 6))
    assert found.f is not None and found.p is not None and 0 < found.p < 0.2


def test_what_is_no_sample_is_refused() -> None:
    with pytest.raises(WeightNotPositive):
        totals_of([1.0], ["a"], design=Design(weights=[0.0]))
    with pytest.raises(PopulationBelowSample):
        totals_of([1.0, 0.0], ["a", "a"], design=Design(population=[1, 1]))
    few = totals_of_cells([UnitCell("h", 1, "a", Cell(1, 1, 1.0))], {"h": 3}, {"h": 2})
    with pytest.raises(PopulationBelowSample):
        joint(few)
    with pytest.raises(KeyError):
        totals_of_cells([UnitCell("h", 1, "a", Cell())], {})
    with pytest.raises(ValueError, match="no label"):
        totals_of([1.0])
    with pytest.raises(ValueError, match="rows are"):
        totals_of([1.0, 2.0], ["a"])


# Mistakes.

MISTAKES = {
    "n instead of n - 1": (covariance, "/ (totals.sampled[several] - 1)", "/ totals.sampled[several]"),
    "units not centred in their stratum": (covariance, "- strata.T @ (centre", "- 0 * strata.T @ (centre"),
    "no finite population correction": (covariance, "self.sampled / size", "0 * size"),
    "no second stage": (covariance, "covariance + inner[0]", "covariance"),
    "the ratio taken for known": (covariance, "-by_amount * value", "0 * by_amount"),
    "only variances": (covariance, "(covariance + covariance.T) / 2", "np.diag(np.diag(covariance))"),
    "z for t": (contrasts, "2 * scipy.special.stdtr(df, ", "2 * scipy.special.stdtr(math.inf, "),
    "a sum for a difference": (contrasts, "c @ estimates.covariance @ c", "parts.sum()"),
    "chi2 for F": (tables, "f, ndf = chi2 / trace, ", "f, ndf = chi2, "),
    "first order for second": (
        tables,
        "trace**2 / float(np.trace(delta @ delta))",
        "float(len(delta))",
    ),
}


def _found(modules: dict[Any, Any], drawn: Drawn) -> Iterator[tuple[Any, Any]]:
    reference, both = REFERENCE[drawn.name], modules[covariance]
    totals = both.totals_of(drawn.column("api00"), drawn.column("stype"), design=design_of(drawn))
    together = both.joint(totals, of="s")
    yield together.covariance, np.array(reference["by_stype_api00"]["vcov"])
    both_ci = both.joint(
        both.totals_of(drawn.column("api00"), drawn.column("ci"), design=design_of(drawn)), of="s"
    )
    ttest = reference["two_group_ttest"]
    found = modules[contrasts].contrast(both_ci, {1.0: 1.0, 0.0: -1.0}, df=ttest["df"])
    yield (found.t, found.p), (ttest["t"], ttest["p"])
    ones = np.ones(len(drawn.weights))
    test = modules[tables].table_test(
        both.totals_of(ones, drawn.column("sw"), drawn.column("stype"), design=design_of(drawn))
    )
    yield (test.f, test.ndf, test.p), tuple(reference["table"][name] for name in ("stat", "ndf", "p"))


def _all_right(modules: dict[Any, Any]) -> bool:
    pairs = (pair for drawn in DESIGNS for pair in _found(modules, drawn))
    return all(
        None not in np.ravel(got) and np.allclose(got, right, rtol=1e-9, atol=1e-9 * np.max(right))
        for got, right in pairs
    )


def test_the_comparisons_as_they_stand_agree() -> None:
    assert _all_right({module: module for module in (covariance, contrasts, tables)})


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_comparison_is_noticed(mistake: str) -> None:
    module, right, wrong = MISTAKES[mistake]
    modules = {one: one for one in (covariance, contrasts, tables)}
    assert not _all_right(modules | {module: mistaken(module, right, wrong)})


def test_derivatives_may_link_many_keys_to_one_function() -> None:
    """The mean of three domains, as one function and as a contrast."""
    rng = np.random.default_rng(5)
    values, kind, psu = rng.integers(0, 2, 90), rng.integers(0, 3, 90), rng.integers(0, 12, 90)
    totals = totals_of(values, kind, design=Design(psu=psu))
    together = joint(totals)
    weight = totals.weight
    by_amount = (1 / (3 * weight))[:, None]
    found = linear_covariance(totals, by_amount, -by_amount * together.value[:, None])
    third = np.full(3, 1 / 3)
    assert found[0, 0] == pytest.approx(third @ together.covariance @ third, rel=1e-12)


@pytest.mark.parametrize("of", ["y", "s"])
def test_few_functions_vary_together_as_they_do_among_many(of: Literal["y", "s"]) -> None:
    """Few are taken by every sampling unit, many by the units that hold them: in strata, and in two stages."""
    rng = np.random.default_rng(6)
    size = 400
    values, kind = rng.integers(1, 6, size), rng.integers(0, 12, size)
    stratum, psu, second = rng.integers(0, 4, size), rng.integers(0, 6, size), rng.integers(0, 3, size)
    design = Design(
        weights=rng.uniform(0.5, 2.0, size),
        strata=stratum,
        psu=psu,
        population=np.full(size, 30),
        second=second,
        second_population=np.full(size, 9),
    )
    totals = totals_of(values, kind, design=design, satisfied_from=4)
    by_amount, by_weight = rng.normal(size=(2, len(totals.keys), 12))
    many = linear_covariance(totals, by_amount, by_weight, of=of)
    few = linear_covariance(totals, by_amount[:, :3], by_weight[:, :3], of=of)
    assert many.shape == (12, 12) and np.allclose(few, many[:3, :3], rtol=1e-12, atol=0)
