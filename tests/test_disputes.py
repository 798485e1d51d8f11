"""Disputes: all of a day or the one of a comment, decided elsewhere, and figures with and without."""

from __future__ import annotations

import json
from dataclasses import astuple
from datetime import date, timedelta

import pytest

from survey import analyse, collect, disclosure, errors, process, reply
from survey.dispute import Disputed, Reason, Ruling
from survey.figure import Figure
from survey.formats import figures
from survey.quarantine import Doubt
from survey.report import Rates
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


def rates(db: Database, agency: str = WARD, year: int | None = None) -> Rates:
    found = analyse.report(db, agency=agency, year=year).disputes
    assert found is not None
    return found


def disputed(db: Database, n: int, *, agency: str = WARD, day: date = BEFORE) -> int:
    """The number of a dispute about ratings that are given for it."""
    collect.submit_many(
        db, [rated(1, agency=agency, counter=f"{agency}-1", day=day) for _ in range(n)], at=NOW
    )
    process.seal_all(db, rng=Chance(1), today=TODAY)
    head = settled(db, f"head-{agency}", Role.HEAD, agency=agency)
    return reply.dispute_day(db, head, agency, claim(), place=f"{agency}-1", day=day, at=AT).number


def same(one: Figure, other: Figure) -> None:
    for value, wanted in zip(astuple(one.estimate), astuple(other.estimate), strict=True):
        assert value == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)


def test_figures_without_the_disputed_are_as_if_they_had_never_come(
    province: Database, chance: Chance
) -> None:
    head = settled(province, "head", Role.HEAD, agency=WARD)
    decider = settled(province, "decider", Role.REVIEWER, agency="son-la")
    for _ in range(20):  # of another agency, in a stratum of its own
        collect.submit(province, rated(4, agency="03679", counter="03679-1"), at=NOW)
    press(province, chance, 12, 5, TODAY)
    press(province, chance, 3, 2, BEFORE - timedelta(days=1))
    never = {agency: analyse.report(province, agency=agency).index for agency in (WARD, "son-la")}
    press(province, chance, 10, 1, BEFORE)
    counted = analyse.report(province, agency=WARD).index
    made = reply.dispute_day(province, head, WARD, claim(), place="03646-1", day=BEFORE, at=AT)
    assert made.ratings == 10 and rates(province).told == Disputed(10, 10)
    assert analyse.report(province, agency=WARD).beside == ()
    reply.decide(province, decider, made.number, uphold=True, why="Đúng là thử máy", on=TODAY, at=AT)
    after = analyse.report(province, agency=WARD)
    same(after.index, counted)
    same(beside(province, "without-disputed"), never[WARD])
    same(beside(province, "without-disputed", "son-la"), never["son-la"])
    told = figures.as_json(after)
    assert told["disputes"] == {
        "least": 10,
        "most": 10,
        "of": 25,
        "rate": 10 / 25,
        "decided": 10,
        "upheld": 10,
        "upheld_rate": 1.0,
        "withheld": None,
    }
    assert "without-disputed" in json.dumps(told) and "without-disputed" in figures.as_csv(after)
    assert process.rebuild(province).equal
    assert deeds(province)[-2:] == ["dispute-opened", "dispute-decided"]


def test_figures_with_the_doubted_are_as_if_they_counted(province: Database, chance: Chance) -> None:
    press(province, chance, 12, 5, TODAY)
    press(province, chance, 4, 2, BEFORE)
    press(province, chance, 3, 1, BEFORE - timedelta(days=2), Doubt.TRAP)
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


# Rates.


def test_a_dispute_counts_in_the_period_of_its_ratings_and_not_in_that_it_was_opened_in(
    province: Database, chance: Chance
) -> None:
    press(province, chance, 30, 5, TODAY)
    press(province, chance, 28, 5, date(2025, 12, 30))
    disputed(province, 12, day=date(2025, 12, 31))
    assert rates(province, year=2025).disputed.estimate.value == 12 / 40
    assert rates(province, year=2026).disputed.estimate.value == 0 / 30
    for period, rate in (("2026-Q4", 0.0), ("2025-Q4", 12 / 40)):
        quarter = analyse.dashboard(province, WARD, period=period, at=AT).value.report.disputes
        assert quarter is not None and quarter.disputed.estimate.value == rate


def test_one_to_nine_disputed_ratings_are_told_as_a_range_and_their_rulings_not_at_all(
    province: Database, chance: Chance
) -> None:
    press(province, chance, 41, 5, TODAY)
    number = disputed(province, 9)
    decider = settled(province, "decider", Role.REVIEWER, agency="son-la")
    reply.decide(province, decider, number, uphold=True, why="Thử máy", on=TODAY, at=AT)
    report = analyse.report(province, agency=WARD)
    assert report.beside == () and report.disputes is not None
    told = report.disputes.disputed.estimate
    assert (told.value, told.low, told.high, told.n) == (None, 1 / 50, 9 / 50, 50)
    assert report.disputes.upheld.withheld == disclosure.TOO_FEW
    assert report.disputes.told == Disputed(1, 9, undecided=disclosure.TOO_FEW)
    row = figures.as_json(report)["disputes"]
    assert (row["least"], row["most"], row["rate"], row["decided"], row["upheld"]) == (1, 9, None, None, None)


def test_the_whole_is_a_range_where_the_few_of_one_agency_would_follow(
    province: Database, chance: Chance
) -> None:
    press(province, chance, 30, 5, TODAY)
    for agency in ("03679", "03664"):
        collect.submit_many(
            province, [rated(4, agency=agency, counter=f"{agency}-1") for _ in range(30)], at=NOW
        )
    disputed(province, 12)
    disputed(province, 5, agency="03679")
    assert rates(province).told == Disputed(12, 12)
    assert rates(province, "son-la").told == Disputed(13, 21)
    told = rates(province, "son-la").disputed.estimate
    assert (told.value, told.low, told.high) == (None, 13 / 107, 21 / 107)
    disputed(province, 6, agency="03664")  # two hide each other
    assert rates(province, "son-la").told == Disputed(23, 23)


def test_of_an_agency_whose_answers_are_withheld_no_dispute_is_told(
    province: Database, chance: Chance
) -> None:
    press(province, chance, 30, 5, TODAY)
    collect.submit_many(province, [rated(4, agency="03679", counter="03679-1") for _ in range(12)], at=NOW)
    disputed(province, 9, agency="03664")  # nobody else rated it, so that 03679 is held back with it
    disputed(province, 10, agency="03679", day=TODAY - timedelta(days=2))
    report = analyse.report(province)
    shown = {agency.code: one for agency, one in report.disputing}
    for agency, why in (("03664", disclosure.TOO_FEW), ("03679", disclosure.SECONDARY)):
        own = analyse.report(province, agency=agency)
        assert own.disputes == shown[agency] and own.responses.withheld == why
        assert shown[agency].told == Disputed(held=why, undecided=why)
        for figure in (shown[agency].disputed, shown[agency].upheld):
            assert figure.withheld == why and figure.estimate.n == 0 and figure.estimate.value is None
        told = figures.as_json(own)["disputes"]
        assert {told[name] for name in ("least", "most", "of", "rate", "decided", "upheld")} == {None}
    assert report.disputes is not None and report.disputes.told == Disputed(19, 19)


def test_a_disputed_rating_that_does_not_count_is_in_no_rate(province: Database, chance: Chance) -> None:
    press(province, chance, 30, 5, TODAY)
    press(province, chance, 12, 1, BEFORE, Doubt.TRAP)
    disputed(province, 10)
    assert rates(province).disputed.estimate.value == 10 / 40
    for group in process.in_quarantine(province):
        process.release(province, group, on=TODAY)
    assert rates(province).disputed.estimate.value == 22 / 52


def test_the_index_of_the_whole_does_not_tell_what_the_few_of_one_agency_said(
    province: Database, chance: Chance
) -> None:
    press(province, chance, 30, 5, TODAY)
    collect.submit_many(province, [rated(4, agency="03679", counter="03679-1") for _ in range(30)], at=NOW)
    decider = settled(province, "decider", Role.REVIEWER, agency="son-la")
    for n, agency in ((12, WARD), (6, "03679")):
        number = disputed(province, n, agency=agency)
        reply.decide(province, decider, number, uphold=True, why="Thử máy", on=TODAY, at=AT)
    assert beside(province, "without-disputed").estimate.n == 30
    assert analyse.report(province, agency="03679").beside == ()
    assert analyse.report(province).beside == ()
