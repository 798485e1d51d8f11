"""A response in doubt is in the ledger like any other, and counts when somebody has released it."""

from __future__ import annotations

import pytest

from survey import analyse, collect, errors, process
from survey.quarantine import Doubt, Group, Review
from survey.receipt import leaf_hash, root_from_proof
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance


def seal(db: Database) -> int:
    return process.seal_all(db, rng=Chance(1), today=TODAY)


def people(db: Database) -> int:
    """How many people the ward's figures are of."""
    return analyse.report(db, wave="rating-short", agency="03646").responses.estimate.n


def in_review(db: Database) -> tuple[int, int]:
    report = analyse.report(db, wave="rating-short", agency="03646")
    return report.in_review, report.set_aside


def only(db: Database) -> Group:
    [group] = process.in_quarantine(db)
    return group


def submit(db: Database, number: int, doubt: Doubt | None = None, step: int = 5) -> list[str]:
    return [collect.submit(db, rated(step), at=NOW, doubt=doubt).code for _ in range(number)]


def test_what_is_in_doubt_is_sealed_and_not_counted(province: Database) -> None:
    submit(province, 12)
    submit(province, 30, Doubt.SPEED, step=1)
    assert seal(province) == 42
    assert people(province) == 12
    assert in_review(province) == (30, 0)
    assert process.rebuild(province).equal


def test_its_receipt_proves_that_it_is_in_the_ledger_and_says_that_it_waits(province: Database) -> None:
    [code] = submit(province, 1, Doubt.TRAP)
    assert collect.trace(province, code).review is Review.WAITING
    submit(province, 11)
    seal(province)
    trace = collect.trace(province, code)
    assert trace.review is Review.WAITING
    assert trace.position is not None and trace.size is not None
    leaf = leaf_hash(trace.receipt.commitment)
    assert root_from_proof(leaf, trace.position, trace.size, trace.proof) == trace.root


def test_what_is_released_counts_as_if_it_had_never_been_in_doubt(province: Database) -> None:
    submit(province, 12)
    codes = submit(province, 5, Doubt.PLACE, step=1)
    seal(province)
    assert process.release(province, only(province), on=TODAY) == 5
    assert people(province) == 17
    assert in_review(province) == (0, 0)
    assert process.rebuild(province).equal
    assert {collect.trace(province, code).review for code in codes} == {Review.RELEASED}


def test_the_kept_figures_are_made_anew_after_a_release(province: Database) -> None:
    submit(province, 15)
    submit(province, 5, step=2)
    submit(province, 20, Doubt.BROWSER, step=1)
    seal(province)
    before = analyse.report(province, wave="rating-short").index.estimate.value
    process.release(province, only(province), on=TODAY)
    after = analyse.report(province, wave="rating-short").index.estimate.value
    assert (before, after) == (0.75, 0.375)


def test_what_is_released_before_it_is_sealed_counts_once_it_is(province: Database) -> None:
    submit(province, 11, Doubt.PLACE)
    assert process.release(province, only(province), on=TODAY) == 11
    assert people(province) == 0
    seal(province)
    assert people(province) == 11
    assert process.rebuild(province).equal


def test_releasing_twice_counts_once(province: Database) -> None:
    submit(province, 11, Doubt.PLACE)
    seal(province)
    group = only(province)
    assert [process.release(province, group, on=TODAY) for _ in range(2)] == [11, 0]
    assert people(province) == 11
    assert process.rebuild(province).equal


def test_what_is_set_aside_stays_in_the_ledger_and_is_told_publicly(province: Database) -> None:
    submit(province, 12)
    submit(province, 4, Doubt.TRAP)
    seal(province)
    assert process.set_aside(province, only(province), on=TODAY) == 4
    assert people(province) == 12
    assert in_review(province) == (0, 4)
    assert process.rebuild(province, replace=True).equal
    assert people(province) == 12


def test_a_decision_against_can_be_taken_back(province: Database) -> None:
    submit(province, 12, Doubt.SPEED)
    seal(province)
    process.set_aside(province, only(province), on=TODAY)
    assert process.release(province, only(province), on=TODAY) == 12
    assert people(province) == 12
    assert process.rebuild(province).equal


def test_sending_again_changes_neither_doubt_nor_count(province: Database) -> None:
    trusted, doubted = rated(), rated()
    for doubt in (None, Doubt.BROWSER):
        collect.submit(province, trusted, at=NOW, doubt=doubt)
    for doubt in (Doubt.SPEED, None):
        collect.submit(province, doubted, at=NOW, doubt=doubt)
    seal(province)
    assert only(province).responses == 1 and only(province).doubt is Doubt.SPEED
    assert process.checkpoint(province).size == 2  # type: ignore[union-attr]


def test_a_refused_response_leaves_no_mark(province: Database) -> None:
    response = rated()
    collect.submit(province, response, at=NOW)
    with pytest.raises(errors.SameIdOtherContent):
        collect.submit(province, rated(1, id=response.id), at=NOW, doubt=Doubt.TRAP)
    assert process.in_quarantine(province) == []


def test_whoever_reviews_sees_how_alike_the_answers_are_and_none_of_them(province: Database) -> None:
    submit(province, 9, Doubt.PLACE, step=5)
    submit(province, 1, Doubt.PLACE, step=2)
    submit(province, 3, Doubt.TRAP, step=1)
    seal(province)
    found = {group.doubt: (group.responses, group.alike) for group in process.in_quarantine(province)}
    assert found == {Doubt.PLACE: (10, 9), Doubt.TRAP: (3, 3)}


def test_a_batch_of_thousands_is_told_apart_one_by_one(province: Database) -> None:
    """More than one list of an SQL statement holds."""
    submit(province, 450, Doubt.PLACE, step=1)
    submit(province, 20)
    seal(province)
    assert people(province) == 20
    assert process.release(province, only(province), on=TODAY) == 450
    assert people(province) == 470
    assert process.rebuild(province).equal
