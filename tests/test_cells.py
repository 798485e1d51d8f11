"""What is kept at sealing gives the figures that the answers themselves give."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from survey import collect, design, process
from survey.comparison import UnitCell, decomposed, joint, totals_of_cells
from survey.counts import RESPONSES, Cell, Moments, stacked, total
from survey.counts.domains import measures_of
from survey.drivers import importance, importance_of_covariance
from survey.instrument import Missing
from survey.reliability import alpha, alpha_of_covariance, covariances
from survey.response import Answer, Mode, Respondent, Response, Sealed
from survey.scores import person_means
from survey.store import cells, responses
from survey.store.database import Database
from tests.answering import new_id, rated
from tests.conftest import NOW, TODAY, Chance

WAVE, INDEX = "rating-short", "index:short@1"
SHORT = ("access", "procedure", "officer", "result", "feedback")
AGENCIES = ("03646", "03664")
AUTUMN = ("2026-09", "2026-11")


@pytest.fixture
def answered(province: Database) -> Database:
    """Two agencies at two counters in two months; kiosk and paper at one counter; sealed in four batches."""
    rng = random.Random(5)
    procedures = _procedures(province)
    for number in range(160):
        counter = rng.choice(["03646-1", "03664-1"])
        day = date(2026, 10, 1) + timedelta(days=rng.randrange(4) + rng.choice([0, 31]))
        steps = [rng.choice([1, 3, 4, 5, 5, Missing.REFUSED]) for _ in range(6)]
        steps[rng.randrange(6)] = 4
        collect.submit(
            province,
            rated(
                *steps,
                day=day,
                counter=counter,
                agency=rng.choice(AGENCIES),
                mode=rng.choice([Mode.KIOSK, Mode.PAPER]),
                respondent=rng.choice([Respondent.CITIZEN, Respondent.BUSINESS]),
                procedure=rng.choice(procedures),
            ),
            at=NOW,
        )
        if number % 40 == 39:
            process.seal_all(province, rng=Chance(number), today=TODAY)
    return province


def _procedures(province: Database) -> list[str | None]:
    """Some procedures of three fields, and none."""
    known = [p for p in design.reference(province).procedures.values() if p.valid_on(date(2026, 10, 1))]
    fields = sorted({p.field for p in known if p.field})[:3]
    return [None, *(next(p.code for p in known if p.field == field) for field in fields)]


def _sealed(db: Database, months: tuple[str, str] = AUTUMN) -> list[Sealed]:
    with db.read() as connection:
        rows = responses.stream(connection, until=responses.count(connection))
        found = [Sealed.parse(content) for chunk in rows for _, _, content in chunk]
    return [one for one in found if months[0] <= one.month <= months[1]]


def _index_cells(some: list[Sealed], key: Callable[[Sealed], Any]) -> list[UnitCell]:
    """The index cell of each response, under the key that it gets."""
    found = []
    for r in some:
        given = [step for item in SHORT if isinstance(step := r.answers[item], int)]
        n, y = len(given), sum(step >= 4 for step in given)
        cell = Cell(min(n, 1), n, n, n, y, sum(given), sum(step * step for step in given))
        found.append(UnitCell(r.stratum, r.psu, key(r), cell))
    return found


def _sampled(some: list[Sealed]) -> dict[Any, int]:
    units = {(r.stratum, r.psu) for r in some}
    return {h: sum(1 for one in units if one[0] == h) for h in sorted({r.stratum for r in some})}


FAMILIES: dict[str, Callable[[Sealed], str | None]] = {
    "agency": lambda r: f"agency:{r.agency}",
    "mode": lambda r: f"mode:{r.mode}",
    "kind": lambda r: f"kind:{r.respondent}",
    "field": lambda r: f"field:{r.field or '-'}",
    "agency:03646/mode": lambda r: f"agency:03646/mode:{r.mode}" if r.agency == "03646" else None,
    "agency:03646/kind": lambda r: f"agency:03646/kind:{r.respondent}" if r.agency == "03646" else None,
    "agency:03646/field": lambda r: f"agency:03646/field:{r.field or '-'}" if r.agency == "03646" else None,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_parts_of_a_family_have_the_covariance_of_all_cells(answered: Database, family: str) -> None:
    """Whether their cross moments are kept (agencies, modes) or taken from cells (fields)."""
    some, key = _sealed(answered), FAMILIES[family]
    with answered.read() as connection:
        mine = joint(cells.parts(connection, WAVE, family, AUTUMN))
    members = [cell for cell in _index_cells(some, key) if cell.key is not None]
    theirs = joint(totals_of_cells(sorted(members, key=lambda cell: str(cell.key)), _sampled(some)))
    assert mine.keys == theirs.keys and len(mine.keys) > 1
    assert np.allclose(mine.value, theirs.value, rtol=1e-12)
    assert np.allclose(mine.covariance, theirs.covariance, rtol=1e-12, atol=1e-15)
    assert np.count_nonzero(mine.covariance - np.diag(np.diag(mine.covariance)))
    assert mine.n.tolist() == theirs.n.tolist()


def test_the_cells_of_an_agency_say_of_every_measure_what_its_moments_say(answered: Database) -> None:
    """Of both months read together, though each desk has answers about two agencies."""
    months, agency = ("2026-10", "2026-11"), AGENCIES[0]
    instrument = design.reference(answered).instruments["onestop-short@2026.1"]
    measures = list(measures_of(instrument))
    with answered.read() as connection:
        kept = cells.strata(connection, WAVE, domains=[f"agency:{agency}"], months=AUTUMN)
        apart = {
            (name, value): cells.strata(
                connection, WAVE, domains=[f"agency:{agency}/{name}:{value}"], months=AUTUMN
            )
            for name, value in (("mode", Mode.KIOSK), ("mode", Mode.PAPER), ("kind", "citizen"))
        }
        strata = sorted({stratum for by in kept.values() for stratum in by})
        known = cells.slices(connection, WAVE, agency, AUTUMN, strata=strata, instrument=instrument.ref)
        bare = cells.bare(
            connection, agency, known, months, instrument=instrument.ref, measures=len(measures)
        )
    told = dict(zip(measures, bare.strata_of_each(), strict=True))
    assert len(kept) > len(SHORT)
    assert {name: told[name] for _, name in kept} == {name: by for (_, name), by in kept.items()}
    for choice, of in apart.items():
        told = dict(zip(measures, bare.chosen([choice]).strata_of_each(), strict=True))
        assert len(of) > len(SHORT)
        assert {name: told[name] for _, name in of} == {name: by for (_, name), by in of.items()}


@pytest.mark.parametrize("by", ["field", "mode"])
def test_a_change_within_an_agency_is_split_as_from_all_cells(answered: Database, by: str) -> None:
    one, other = ("2026-10", "2026-10"), ("2026-11", "2026-11")
    key = FAMILIES[f"agency:03646/{by}"]
    with answered.read() as connection:
        periods = {p[0]: cells.parts(connection, WAVE, f"agency:03646/{by}", p) for p in (one, other)}
    mine = decomposed(stacked(periods), one[0], other[0])
    found, sampled = [], {}
    for period in (one, other):
        some = _sealed(answered, period)
        sampled |= {(period[0], h): n for h, n in _sampled(some).items()}
        found += [
            UnitCell((period[0], cell.stratum), cell.psu, (cell.key, period[0]), cell.cell)
            for cell in _index_cells(some, key)
            if cell.key is not None
        ]
    theirs = decomposed(totals_of_cells(found, sampled), one[0], other[0])
    names = ("change", "level", "mix", "level_se", "mix_se")
    assert [getattr(mine, n) for n in names] == pytest.approx([getattr(theirs, n) for n in names], rel=1e-10)
    assert mine.mix_se is not None


def test_the_moments_of_a_field_within_an_agency_are_those_of_its_units(answered: Database) -> None:
    domain = "agency:03646/field:-"
    with answered.read() as connection:
        kept = cells.strata(connection, WAVE, domains=[domain], months=AUTUMN)
        by_month = cells.monthly(connection, WAVE, domains=[domain], measure=RESPONSES, months=AUTUMN)
    assert {measure for _, measure in kept} == {RESPONSES, INDEX}
    mine = [r for r in _sealed(answered) if r.agency == "03646" and r.field is None]
    units: dict[Any, Cell] = {}
    for _, psu, stratum, cell in ((c.key, c.psu, c.stratum, c.cell) for c in _index_cells(mine, lambda r: 0)):
        units[stratum, psu] = units.get((stratum, psu), Cell()) + cell
    expected: dict[str, Moments] = {}
    for (stratum, _), cell in units.items():
        expected[stratum] = total([expected.get(stratum, Moments()), cell.moments()])
    assert kept[domain, INDEX] == expected
    assert sum(m.people for by in by_month.values() for m in by.values()) == len(mine)


def test_some_parts_can_be_asked_for_alone(answered: Database) -> None:
    with answered.read() as connection:
        whole = joint(cells.parts(connection, WAVE, "agency", AUTUMN))
        one = joint(cells.parts(connection, WAVE, "agency", AUTUMN, keys=["agency:03664"]))
    assert one.keys == ("agency:03664",)
    assert one.covariance[0, 0] == pytest.approx(whole.covariance[1, 1], rel=1e-12)


def test_a_family_without_answers_has_no_parts(answered: Database) -> None:
    with answered.read() as connection:
        for family in ("agency:04000/field", "agency:04000/mode", "agency"):
            parts = cells.parts(connection, WAVE, family, ("2020-01", "2020-12"))
            assert parts.keys == () and joint(parts).keys == ()


def _persons(some: list[Sealed]) -> np.ndarray:
    rows = [
        [step if isinstance(step := r.answers[item], int) else np.nan for item in ("overall", *SHORT)]
        for r in some
    ]
    return np.array(rows, dtype=float)


@pytest.mark.parametrize("agency", [None, "03646"])
def test_drivers_from_kept_products_are_those_from_the_answers(
    answered: Database, agency: str | None
) -> None:
    some = _persons([r for r in _sealed(answered) if agency in (None, r.agency)])
    with answered.read() as connection:
        kept = cells.products(connection, WAVE, agency, months=AUTUMN).block("persons")
    assert kept is not None
    assert kept.columns == ("item:overall", *(f"factor:{code}" for code in SHORT))
    mine, theirs = importance_of_covariance(*kept.covariance()), importance(some[:, 0], some[:, 1:])
    assert mine.n == theirs.n > 20
    assert (mine.r2, *mine.johnson) == pytest.approx((theirs.r2, *theirs.johnson), rel=1e-10)


def test_a_factor_of_one_item_has_no_products(answered: Database) -> None:
    with answered.read() as connection:
        products = cells.products(connection, WAVE, months=AUTUMN)
        assert products.block("factor:access") is None
        assert cells.products(connection, WAVE, "04000", months=AUTUMN).block("persons") is None


def test_reliability_of_the_long_form_follows_from_products(province: Database) -> None:
    """Also a person's mean over half of a factor's items."""
    instrument = design.reference(province).instruments["sipas-service@2024"]
    rng = random.Random(8)
    for _ in range(90):
        leaning = rng.choice([-1, 0, 1])
        given = tuple(
            Answer(item.code, missing=Missing.REFUSED)
            if rng.random() < 0.1
            else Answer(item.code, (min(5, max(1, 3 + leaning + rng.choice([-1, 0, 1, 2]))),))
            for item in instrument.items
        )
        collect.submit(
            province,
            Response(
                new_id(), "rating-long", instrument.ref, "03646", date(2026, 11, 2), given, counter="03646-1"
            ),
            at=NOW,
        )
    process.seal_all(province, rng=Chance(3), today=TODAY)
    some = _sealed(province)
    with province.read() as connection:
        products = cells.products(connection, "rating-long", "03646", months=AUTUMN)
    means = []
    for factor in instrument.factors:
        codes = [item.code for item in instrument.criteria(factor.code)]
        rows = [[s if isinstance(s := r.answers[code], int) else np.nan for code in codes] for r in some]
        block = products.block(f"factor:{factor.code}")
        assert block is not None
        mine, theirs = alpha_of_covariance(*block.covariance()), alpha(np.array(rows))
        assert (mine.n, mine.alpha) == (theirs.n, pytest.approx(theirs.alpha, rel=1e-12))
        means.append(person_means(np.array(rows)))
    persons = products.block("persons")
    assert persons is not None
    (matrix, n), (expected, people) = persons.covariance(), covariances(np.stack(means, axis=1))
    assert n == people < len(some)
    assert np.allclose(matrix, expected, rtol=1e-12, atol=1e-12)
