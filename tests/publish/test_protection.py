"""What few people said follows from nothing that is told: from no page, no bundle, and no two of them."""

from __future__ import annotations

import io
import json
import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from survey import analyse, disclosure, publish
from survey.analyse.drivers import LEAST, parts_of
from survey.analyse.splits import AFTER, BEFORE
from survey.counts import BlockSums, Parts, grouped, stacked
from survey.counts.products import block_products
from survey.formats import archive, figures
from survey.publish import checking, guard, rebuilt, release, tables
from survey.publish.guard import DIFFERENCING
from survey.publish.released import Block, Halves, Released
from survey.store.database import Database
from tests.publish import province as small


def test_an_agency_that_protects_another_is_told_of_nowhere(db: Database) -> None:
    """Of 04246 four people answered; the index of 03664 and the whole's would tell what they said."""
    with publish.bundle(db, small.proposed(db, small.person(db, "lan.lo"))) as reader:
        frozen = {r["agency"]["code"]: r for r in json.loads(reader.read("figures/figures.json"))}
    for agency, why in {"04246": disclosure.TOO_FEW, "03664": disclosure.SECONDARY}.items():
        report = analyse.report(db, wave="rating-short", year=2026, agency=agency)
        assert report.index.withheld == why and report.line and report.line.figure.withheld == why
        assert all(each.counts is None for each in report.distributions)
        told = figures.as_json(report)["figures"]
        for one in (*told, *frozen[agency]["figures"]):
            year = one["period"] == "2026" and one["part"] != "verdict"
            assert not year or (one["value"], one["n"]) == (None, None), one
    whole = analyse.report(db, wave="rating-short", year=2026)
    assert whole.index.estimate.n == 358


# Splits of changes.


def _parts(rng: np.random.Generator, domains: tuple[str, ...], strata: int) -> Parts:
    """Domains that share the days of some counters."""
    days, size = 12, len(domains)
    w = rng.integers(1, 9, (strata, days, size)).astype(float)
    y = np.floor(w * rng.random(w.shape))
    entries = [(h, d) for h in range(strata) for d in range(size)]
    moments = np.zeros((len(entries), 13))
    for row, (h, d) in zip(moments, entries, strict=True):
        a, b = w[h, :, d], y[h, :, d]
        row[[0, 1, 2, 3, 5]] = days, a.sum(), a.sum(), a.sum(), b.sum()
        row[[8, 9, 10]] = a @ a, a @ b, b @ b
    pairs = [(h, i, j) for h in range(strata) for i in range(size) for j in range(i + 1, size)]
    crosses = np.array([
        (days, w[h, :, i] @ w[h, :, j], w[h, :, i] @ y[h, :, j], y[h, :, i] @ w[h, :, j], y[h, :, i] @ y[h, :, j])
        for h, i, j in pairs
    ])  # fmt: skip
    place = [np.array(column, dtype=np.intp) for column in zip(*pairs, strict=True)]
    stratum, key = (np.array(column, dtype=np.intp) for column in zip(*entries, strict=True))
    return Parts(domains, stratum, key, moments, *place, crosses, np.full(strata, days + 3))


def test_sums_of_groups_that_are_told_together_give_the_error_of_the_parts() -> None:
    rng = np.random.default_rng(3)
    both = stacked({BEFORE: _parts(rng, ("a", "b", "c"), 4), AFTER: _parts(rng, ("a", "b", "c"), 2)})
    group_of = np.array([0, 1, 1, 2, 3, 3])
    ww, wy, yy = grouped(both, group_of)
    by_y, by_w = rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
    expected, _ = both.linear_covariance(by_y[group_of], by_w[group_of], "y")
    found = by_w.T @ ww @ by_w + by_w.T @ wy @ by_y + (by_w.T @ wy @ by_y).T + by_y.T @ yy @ by_y
    assert found == pytest.approx(expected, rel=1e-10)


# Replicates of drivers.


def _persons(each: int, seed: int = 1) -> BlockSums:
    """Twenty groups of people who all rated everything."""
    rng, columns = np.random.default_rng(seed), ("overall", "factor:a", "factor:b")
    x = rng.integers(1, 6, (20, each, 3)).astype(float)
    sums = [block_products(one, np.ones(one.shape, bool), np.ones(each)).sum(axis=0) for one in x]
    return BlockSums(columns, np.array(sums))


def _released(persons: BlockSums) -> Released:
    whole = Block(persons.columns, persons.n, persons.groups, tuple(persons.sums.sum(axis=0).tolist()))
    parameters = {"period": "2026", "comparisons": []}
    return Released(parameters, {}, {}, {}, {("all", "persons"): whole}, {"all": release.replicates(persons)})


@pytest.mark.parametrize(("each", "recomputed"), [(LEAST, True), (LEAST - 1, False)])
def test_errors_of_drivers_are_computed_anew_where_every_twentieth_holds_thirty_people(
    each: int, recomputed: bool
) -> None:
    persons = _persons(each)
    anew = tables.reread(_released(persons))
    assert bool(anew.replicates["all"].sums) is recomputed
    found = rebuilt.sums_of(anew.blocks["all", "persons"], anew.replicates["all"])
    for one, other in zip(
        found.jackknife(parts_of(persons)), persons.jackknife(parts_of(persons)), strict=True
    ):
        assert one == pytest.approx(other, rel=1e-12)


def test_twentieths_of_two_revisions_are_not_subtracted() -> None:
    before, after = _persons(40), _persons(40)
    after.sums[3] += _persons(1, seed=2).sums[3]
    now = _released(after)
    guard._guard_blocks(now, [_released(before)])
    assert now.blocks["all", "persons"].held == DIFFERENCING and "all" not in now.replicates
    after.sums[4] += _persons(12, seed=3).sums[4]
    now = _released(after)  # thirteen more in all, one of them alone in its twentieth
    guard._guard_blocks(now, [_released(before)])
    assert not now.blocks["all", "persons"].held
    assert not now.replicates["all"].sums and len(now.replicates["all"].figures) == 20


def test_groups_of_a_split_in_two_revisions_are_not_subtracted() -> None:
    compared = {"against": "year", "before": "2025", "after": "2026"}
    sums = {"a": (300.0, 200.0, 9.0, 8.0, 7.0), "b": (600.0, 500.0, 9.0, 8.0, 7.0)}
    more = sums | {"b": (618.0, 512.0, 9.0, 8.0, 7.0)}  # of six questions each: three people

    def told(after: dict[str, tuple[float, ...]]) -> Released:
        halves = Halves({BEFORE: sums, AFTER: after}, {BEFORE: {}, AFTER: {}})
        return Released(
            {"period": "2026", "comparisons": [compared]}, halves={("all", "year", "agency"): halves}
        )

    now = told(more)
    guard._guard_halves(now, [told(sums)], set(), 6)
    assert not now.halves
    same = told(sums)
    guard._guard_halves(same, [told(sums)], set(), 6)
    assert same.halves
    guard._guard_halves(same, [], {"a"}, 6)
    assert not same.halves


def test_a_revision_with_few_more_complete_answers_holds_and_withholds(db: Database) -> None:
    lead, other = small.person(db, "lan.lo"), small.person(db, "minh.ca")
    publish.publish(db, small.proposed(db, lead), by=other, at=small.AT + 60)
    late = small.responses({"03646": 12, "noi-vu": 11}, 2026, random.Random(5))
    partly = [replace(one, answers=one.answers[:3]) if at % 2 else one for at, one in enumerate(late)]
    small.answer(db, partly, date(2027, 1, 15))
    second = publish.publish(db, small.proposed(db, lead, reason="muộn"), by=other, at=small.AT + 60)
    bundle = io.BytesIO(b"".join(publish.stream(db, second)))
    assert checking.verify(bundle).holds
    reader = archive.opened(bundle)
    counts = tables.read(reader, json.loads(reader.read("parameters.json")))
    held = {domain for (domain, name), block in counts.blocks.items() if block.held == DIFFERENCING}
    assert held == {"agency:03646", "agency:noi-vu"}  # six and six complete answers more; twelve of all


def test_what_is_withheld_over_time_does_not_depend_on_what_was_asked_first(db: Database) -> None:
    told = []
    for first in ("2026", "2026-Q3"):
        with analyse.snapshot(db, "rating-short", 2026) as held:
            series = replace(held.whole().series, _held={})  # type: ignore[type-var] # of a continuous wave
            series.held("agency:03664", first)
            domains = series.families["agency"]
            told.append({(d, p): series.held(d, p) for d in domains for p in ("2026", "2026-Q3", "2026-Q4")})
    assert told[0] == told[1]
    assert told[0]["agency:03664", "2026"] == disclosure.SECONDARY
    assert told[0]["agency:04246", "2026-Q3"] is not None
