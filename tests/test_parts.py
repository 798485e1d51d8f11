"""Domains side by side, from kept sums: the same figures as from every unit's cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.comparison import Totals, UnitCell, changes, contrast, decomposed, joint, totals_of_cells
from survey.counts import Cell, Parts, stacked
from survey.counts.moving import crosses, moments
from survey.stats import share

KEYS = ("land", "health", "trade", "labour")
SAMPLED = {"H1": 9, "H2": 7, "H3": 1}


def _cells(seed: int, *, shared: bool = True) -> list[UnitCell]:
    """People of four fields at the counters of three strata; each counter-day receives some of them."""
    rng = np.random.default_rng(seed)
    found = []
    for stratum, psus in SAMPLED.items():
        for psu in range(psus):
            some = rng.permutation(KEYS)[: int(rng.integers(0, 4)) if shared else 1]
            for key in some.tolist():
                n = int(rng.integers(1, 12))
                w = float(n * rng.choice([1.0, 1.0, 0.5, 2.25]))
                y = float(w * rng.integers(0, n + 1) / n)
                found.append(
                    UnitCell(stratum, f"{stratum}-{psu}", key, Cell(n, n, w, w * w / n, y, 3 * w, 10 * w))
                )
    return found


def _parts(cells: Sequence[UnitCell]) -> Parts:
    """The sums that are kept of cells, made from the meaning of the words."""
    keys = tuple(dict.fromkeys(cell.key for cell in cells))
    strata = list(SAMPLED)
    entries: defaultdict[tuple[int, int], Any] = defaultdict(float)
    pairs: defaultdict[tuple[int, int, int], Any] = defaultdict(float)
    by_unit: defaultdict[Any, list[tuple[int, np.ndarray]]] = defaultdict(list)
    for stratum, psu, key, cell in cells:
        row = np.array([cell.people, cell.answers, cell.w, cell.w2, cell.y, cell.s, cell.q], float)
        entries[strata.index(str(stratum)), keys.index(key)] += moments(row)
        by_unit[strata.index(str(stratum)), psu].append((keys.index(key), row))
    for (stratum, _), held in by_unit.items():
        for a, one in held:
            for b, other in held:
                if a < b:
                    pairs[stratum, a, b] += crosses(one, other)
    at, of = np.array([*entries]).reshape(-1, 2), np.array([*pairs], dtype=int).reshape(-1, 3)
    return Parts(
        keys,
        *at.T,
        np.array([*entries.values()]),
        *of.T,
        np.array([*pairs.values()]).reshape(-1, 5),
        np.array([*SAMPLED.values()]),
    )


def _both(seed: int, **more: Any) -> tuple[Parts, Totals]:
    cells = _cells(seed, **more)
    return _parts(cells), totals_of_cells(cells, SAMPLED)


def _near(found: Any, expected: Any) -> bool:
    scale = float(np.abs(expected).max(initial=0.0))
    return bool(np.allclose(found, expected, rtol=1e-12, atol=1e-12 * scale))


@given(st.integers(0, 10_000), st.booleans())
def test_kept_sums_give_the_covariance_of_all_cells(seed: int, shared: bool) -> None:
    parts, totals = _both(seed, shared=shared)
    mine, theirs = joint(parts), joint(totals)
    assert mine.keys == theirs.keys
    assert _near(mine.value, theirs.value) and _near(mine.covariance, theirs.covariance)
    assert mine.n.tolist() == theirs.n.tolist()


@given(st.integers(0, 10_000))
def test_a_contrast_of_two_parts_has_the_degrees_of_freedom_of_the_units_of_either(seed: int) -> None:
    parts, totals = _both(seed)
    if set(KEYS[:2]) <= set(totals.keys):
        mine, theirs = (contrast(joint(one), {KEYS[0]: 1, KEYS[1]: -1}) for one in (parts, totals))
        assert (mine.df, mine.reason) == (theirs.df, theirs.reason)
        assert mine.p == (None if theirs.p is None else pytest.approx(theirs.p, rel=1e-9))


@given(st.integers(0, 10_000))
def test_of_many_parts_the_degrees_of_freedom_are_never_too_many(seed: int) -> None:
    parts, totals = _both(seed)
    assert parts.df(parts.keys) <= totals.df(totals.keys)
    for key in parts.keys:
        assert parts.df([key]) == totals.df([key])


def test_the_share_of_a_part_is_that_of_its_moments() -> None:
    parts, totals = _both(3)
    for key in parts.keys:
        mine, theirs = share(parts.strata(key)), share(totals.strata(key))
        assert (mine.value, mine.se) == pytest.approx((theirs.value, theirs.se), rel=1e-12)
    assert parts.strata("nobody") == ()


def _periods(seed: int) -> tuple[Parts, Totals]:
    before, after = _cells(seed), _cells(seed + 1)
    cells = [
        UnitCell((period, one.stratum), one.psu, (one.key, period), one.cell)
        for period, some in ((1, before), (2, after))
        for one in some
    ]
    sampled = {(period, stratum): n for period in (1, 2) for stratum, n in SAMPLED.items()}
    return stacked({1: _parts(before), 2: _parts(after)}), totals_of_cells(cells, sampled)


@given(st.integers(0, 10_000))
def test_a_change_is_split_from_kept_sums_as_from_all_cells(seed: int) -> None:
    mine, theirs = (decomposed(one, 1, 2) for one in _periods(seed))
    assert mine.reason == theirs.reason
    for name in ("change", "level", "mix", "level_se", "mix_se"):
        assert getattr(mine, name) == pytest.approx(getattr(theirs, name), rel=1e-10, abs=1e-12)
    assert {part.group: part.mix for part in mine.parts} == pytest.approx(
        {part.group: part.mix for part in theirs.parts}, abs=1e-12
    )


def test_the_changes_of_all_parts_are_those_of_all_cells() -> None:
    mine, theirs = (changes(one, 1, 2, fewest=5) for one in _periods(8))
    assert mine.keys() == theirs.keys()
    for key, found in mine.items():
        assert (found.value, found.se, found.q) == pytest.approx(
            (theirs[key].value, theirs[key].se, theirs[key].q), rel=1e-10
        )


def test_without_what_parts_share_the_covariance_is_another() -> None:
    """People who queue together make fields that are received together vary together."""
    parts, totals = _both(5)
    none = np.zeros(0, dtype=int)
    alone = Parts(
        parts.keys, parts.stratum, parts.key, parts.moments, none, none, none, np.zeros((0, 5)), parts.sampled
    )
    assert not _near(joint(alone).covariance, joint(totals).covariance)


def test_of_values_no_cross_moments_are_kept() -> None:
    with pytest.raises(ValueError, match="values"):
        joint(_both(5)[0], of="s")
    apart, totals = _both(5, shared=False)
    assert _near(joint(apart, of="s").covariance, joint(totals, of="s").covariance)
