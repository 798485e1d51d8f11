"""Disputes: all of a day or the one of a comment, decided elsewhere, and figures with and without."""

from __future__ import annotations

import json
from dataclasses import astuple
from datetime import date, timedelta

import pytest

from survey import analyse, collect, errors, process, reply
from survey.dispute import Rates, Reason, Ruling
from survey.figure import Figure
from survey.formats import figures
from survey.quarantine import Doubt
from survey.roles import Role
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance
from tests.staff import AT, deeds, settled

WARD = "03646"
BEFORE = TODAY - timedelta(days=1)


def claim(reason: Reason = Reason.TEST, words: str = "Thử máy") -> reply.Claim:
    return reply.Claim(reason, words, TODAY)


def press(db: Database, chance: Chance, n: int, step: int, day: date, doubt: Doubt | None = None) -> None:
    for _ in range(n):
        collect.submit(db, rated(step, day=day), at=NOW, doubt=doubt)
    process.seal_all(db, rng=chance, today=TODAY)


def beside(db: Database, code: str, agency: str = WARD) -> Figure:
    report = analyse.report(db, agency=agency)
    return next(figure for figure in report.beside if figure.code.endswith(code))


def same(one: Figure, other: Figure) -> None:
    for value, wanted in zip(astuple(one.estimate), astuple(other.estimate), strict=True):
        assert value == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)


def test_figures_without_the_disputed_are_as_if_they_had_never_come(
    province: Database, chance: Chance
) -> None:
    head = settled(province, "head", Role.HEAD, agency=WARD)
    decider = settled(province, "decider", Role.REVIEWER, agency="son-la")
    press(province, chance, 12, 5, TODAY)
    press(province, chance, 3, 2, BEFORE - timedelta(days=1))
    never = {agency: analyse.report(province, agency=agency).index for agency in (WARD, "son-la")}
    press(province, chance, 6, 1, BEFORE)
    counted = analyse.report(province, agency=WARD).index
    made = reply.dispute_day(province, head, WARD, claim(), place="03646-1", day=BEFORE, at=AT)
    assert made.ratings == 6 and analyse.report(province, agency=WARD).disputes == Rates(open=6)
    assert analyse.report(province, agency=WARD).beside == ()
    reply.decide(province, decider, made.number, uphold=True, why="Đúng là thử máy", on=TODAY, at=AT)
    after = analyse.report(province, agency=WARD)
    same(after.index, counted)
    same(beside(province, "without-disputed"), never[WARD])
    same(beside(province, "without-disputed", "son-la"), never["son-la"])
    told = figures.as_json(after)
    assert told["disputes"] == {"open": 0, "upheld": 6, "rejected": 0, "disputed": 6}
    assert "without-disputed" in json.dumps(told) and "without-disputed" in figures.as_csv(after)
    assert process.rebuild(province).equal
    assert deeds(province)[-2:] == ["dispute-opened", "dispute-decided"]


def test_figures_with_the_doubted_are_as_if_they_counted(province: Database, chance: Chance) -> None:
    press(province, chance, 12, 5, TODAY)
    press(province, chance, 4, 2, BEFORE)
    press(province, chance, 7, 1, BEFORE - timedelta(days=2), Doubt.TRAP)
    press(province, chance, 7, 1, BEFORE, Doubt.TRAP)
    whole, own = beside(province, "with-doubted", "son-la"), beside(province, "with-doubted")
    for group in process.in_quarantine(province):
        process.release(province, group, on=TODAY)
    same(own, analyse.report(province, agency=WARD).index)
    same(whole, analyse.report(province).index)
    assert analyse.report(province, agency=WARD).beside == ()


def test_a_place_is_disputed_whole_or_not_at_all(province: Database, chance: Chance) -> None:
    head = settled(province, "head", Role.HEAD, agency=WARD)
    press(province, chance, 4, 1, BEFORE)
    for place, day in (("03646-1", BEFORE), ("03646-1", TODAY), ("nowhere", BEFORE)):
        with pytest.raises(errors.NothingToDispute):
            reply.dispute_day(province, head, WARD, claim(), place=place, day=day, at=AT)
    press(province, chance, 1, 5, BEFORE)
    with pytest.raises(errors.NothingSaid):
        reply.dispute_day(province, head, WARD, claim(words=" "), place="03646-1", day=BEFORE, at=AT)
    assert reply.dispute_day(province, head, WARD, claim(), place="03646-1", day=BEFORE, at=AT).ratings == 5
    with pytest.raises(errors.NothingToDispute):
        reply.dispute_day(province, head, WARD, claim(), place="03646-1", day=BEFORE, at=AT)


def test_nobody_decides_about_their_own_and_nothing_is_decided_twice(
    province: Database, chance: Chance
) -> None:
    head = settled(province, "head", Role.HEAD, agency=WARD)
    own = settled(province, "own", Role.REVIEWER, agency=WARD)
    other = settled(province, "other", Role.REVIEWER, agency="03679")
    press(province, chance, 5, 1, BEFORE)
    made = reply.dispute_day(province, head, WARD, claim(), place="03646-1", day=BEFORE, at=AT)
    assert reply.to_decide(province, own) == () and reply.to_decide(province, other) == (made,)
    with pytest.raises(errors.OwnAgency):
        reply.decide(province, own, made.number, uphold=True, why="vì", on=TODAY, at=AT)
    done = reply.decide(province, other, made.number, uphold=False, why="Người dân thật", on=TODAY, at=AT)
    assert done.ruling is Ruling.REJECTED
    for number in (made.number, 99):
        with pytest.raises(errors.UnknownDispute):
            reply.decide(province, other, number, uphold=True, why="vì", on=TODAY, at=AT)
    assert analyse.report(province, agency=WARD).disputes == Rates(rejected=5)


def test_the_rating_of_a_comment_is_disputed_without_anybody_seeing_it(
    province: Database, chance: Chance
) -> None:
    head = settled(province, "head", Role.HEAD, agency=WARD)
    for number in range(5):
        collect.submit(province, rated(1 if number else 5), at=NOW, comment=f"ý kiến {number}")
    process.seal_all(province, rng=chance, today=TODAY)
    reply.release(province, rng=chance, today=TODAY + timedelta(days=7))
    number = next(one.number for one in reply.search(province, WARD).comments if one.text == "ý kiến 0")
    made = reply.dispute_comment(province, head, WARD, claim(Reason.WRONG_OFFICE), comment=number, at=AT)
    assert (made.ratings, made.comment, made.place) == (1, number, None)
    with pytest.raises(errors.NothingToDispute):
        reply.dispute_comment(province, head, WARD, claim(), comment=number, at=AT)
    with pytest.raises(errors.UnknownComment):
        reply.dispute_comment(province, head, "03679", claim(), comment=number, at=AT)
