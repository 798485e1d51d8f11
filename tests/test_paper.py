"""Paper: serials that find their own mistakes, digits that mean one thing, and batches that add up."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from survey import analyse, collect, design, errors, paper, process
from survey.agreement import agreement
from survey.instrument import Missing
from survey.paper import Batch, Progress, Typed, serial
from survey.response import Assistance, Respondent
from survey.roles import Role
from survey.store.database import Database
from tests import staff
from tests.conftest import NOW, TODAY, Chance

FIVES = "555555" + "10"


def batch(number: int = 12, sheets: int = 50) -> Batch:
    return Batch(number, "03646", "03646-1", "rating-short", "onestop-short@2026.1", "vi", sheets, 100, TODAY)


def test_every_single_wrong_digit_of_a_serial_is_found() -> None:
    right = serial(12, 47)
    assert paper.sheet_of(batch(), right) == paper.sheet_of(batch(), right[4:]) == 47
    assert paper.sheet_of(batch(), f"{right[:4]} {right[4:7]}-{right[7]}") == 47
    for place in range(4, 8):
        for digit in set("0123456789") - {right[place]}:
            with pytest.raises(errors.WrongSerial):
                paper.sheet_of(batch(), right[:place] + digit + right[place + 1 :])
    with pytest.raises(errors.ForeignSheet):
        paper.sheet_of(batch(), serial(13, 47))
    for typed in (serial(12, 51), "", "12", "x0473"):
        with pytest.raises(errors.WrongSerial):
            paper.sheet_of(batch(), typed)


def test_neighbouring_digits_that_changed_places_are_nearly_always_found() -> None:
    wrong = found = 0
    for sheet in range(1, 1000):
        right = serial(12, sheet)
        for place, (a, b) in enumerate(pairwise(right[4:]), 4):
            if a != b:
                swapped = right[:place] + b + a + right[place + 2 :]
                wrong += 1
                found += paper.check_digit(swapped[:7]) != swapped[7]
    assert found / wrong > 0.95


def test_digits_mean_what_stands_beside_the_boxes(province: Database) -> None:
    instrument = design.reference(province).instruments["onestop-short@2026.1"]
    assert paper.length(instrument) == len(FIVES)
    keyed = paper.read(instrument, "1290582" + "3")
    told = [answer.values[0] if answer.values else answer.missing for answer in keyed.answers]
    assert told == [1, 2, Missing.DONT_KNOW, Missing.REFUSED, 5, Missing.NOT_APPLICABLE]
    assert (keyed.respondent, keyed.assisted) == (Respondent.BUSINESS, Assistance.OTHER)
    for digits, column in (
        ("95555510", 1),
        ("55655510", 3),
        ("5555554", 7),
        ("5555551", 8),
        (FIVES + "1", 8),
    ):
        with pytest.raises(errors.WrongKeys) as refusal:
            paper.read(instrument, digits)
        assert refusal.value.detail["column"] == column


def test_every_questionnaire_can_be_keyed(province: Database) -> None:
    for instrument in design.reference(province).instruments.values():
        columns = paper.columns(instrument)
        digits = "".join(min(column.keys) for column in columns)
        assert len(digits) == paper.length(instrument)
        assert len({answer.item for answer in paper.read(instrument, digits).answers}) == len(
            instrument.items
        )


def test_kappa_is_agreement_beyond_chance() -> None:
    """Cohen's own kind of table: 20 + 15 of 50 alike gives 0.4."""
    found = agreement([Counter({("1", "1"): 20, ("1", "2"): 5, ("2", "1"): 10, ("2", "2"): 15})], alike=35)
    assert found is not None
    assert found.kappa == pytest.approx(0.4)
    assert found.share == pytest.approx(0.7)
    everyone = agreement([Counter({("5", "5"): 9})], alike=9)
    assert everyone is not None and everyone.kappa is None
    assert agreement([], alike=0) is None


class Clerks:
    """A batch at Tô Hiệu ward's counter, and two people who enter it."""

    def __init__(self, db: Database, *, sheets: int, percent: int = 100) -> None:
        self.db, self.rng = db, random.Random(1)
        self.lan, self.minh = (staff.settled(db, name, Role.OFFICER).id for name in ("lan.lo", "minh.vi"))
        self.batch = collect.issue_batch(
            db, "03646-1", wave="rating-short", sheets_=sheets, percent=percent, language="vi", on=TODAY
        )

    def enter(self, sheet: int, digits: str = FIVES, *, by: int | None = None, day: date = TODAY) -> Progress:
        number = self.batch.number
        typed = Typed(serial(number, sheet)[4:], digits, day, "Chờ lâu." if sheet == 1 else "")
        entered = collect.enter(self.db, number, typed, by=by or self.lan, at=NOW, rng=self.rng)
        return entered.progress

    def account(self) -> collect.Account:
        return collect.batch_of(self.db, self.batch.number, frozenset({"03646-1"}))

    def close(self, *, spoiled: int, missing: int) -> None:
        collect.close_batch(
            self.db, self.batch.number, spoiled=spoiled, missing=missing, at=NOW, rng=self.rng
        )


@pytest.fixture
def clerks(province: Database) -> Clerks:
    return Clerks(province, sheets=12)


def test_a_sheet_is_keyed_by_two_people_and_what_differs_is_settled(
    clerks: Clerks, province: Database, chance: Chance
) -> None:
    assert clerks.enter(1) is Progress.FIRST
    with pytest.raises(errors.SameClerk):
        clerks.enter(1, "11111110")
    assert clerks.enter(1, "55455510", by=clerks.minh) is Progress.DIFFERS
    with pytest.raises(errors.SheetAlreadyEntered):
        clerks.enter(1, by=clerks.minh)
    for sheet in range(2, 11):
        clerks.enter(sheet)
        assert clerks.enter(sheet, by=clerks.minh) is Progress.READY
    assert process.waiting(province) == 0
    shown = clerks.account().agreement
    assert shown is not None
    assert (shown.sheets, shown.alike, shown.columns, shown.same) == (10, 9, 80, 79)
    sheet = collect.differing(province, clerks.batch.number)[0]
    settle = {"at": NOW, "rng": clerks.rng}
    with pytest.raises(errors.WrongKeys):
        collect.settle(province, clerks.batch.number, sheet.sheet, lambda e: "7", **settle)
    collect.settle(province, clerks.batch.number, sheet.sheet, lambda e: e.second or "", **settle)
    with pytest.raises(errors.NothingToSettle):
        collect.settle(province, clerks.batch.number, sheet.sheet, lambda e: e.first or "", **settle)
    assert process.waiting(province) == 10
    process.seal_all(province, rng=chance, today=TODAY)
    report = analyse.report(province, agency="03646")
    assert report.responses.estimate.n == 10
    assert clerks.account().progress[Progress.HANDED] == 10
    with pytest.raises(errors.SheetAlreadyEntered):
        clerks.enter(1)
    with province.read() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM paper_sheet WHERE sheet = 1").first()
    assert kept is not None and [value for value in kept if value is not None][2:] == ["handed"]


def test_what_was_torn_off_leads_to_the_receipt(clerks: Clerks, province: Database, chance: Chance) -> None:
    code = paper.code_of(province.keys.salt, clerks.batch.number, 1)
    with pytest.raises(errors.SheetNotEntered):
        collect.trace(province, code)
    for sheet in range(1, 11):
        clerks.enter(sheet)
        clerks.enter(sheet, by=clerks.minh)
    assert collect.trace(province, code).position is None
    process.seal_all(province, rng=chance, today=TODAY)
    assert collect.trace(province, code.lower()).position is not None


def test_a_batch_adds_up_or_stays_open(clerks: Clerks, province: Database) -> None:
    clerks.enter(1)
    clerks.enter(1, by=clerks.minh)
    for spoiled, missing in ((0, 0), (12, 0), (-1, 12), (5, 7)):
        with pytest.raises(errors.BatchDoesNotAddUp):
            clerks.close(spoiled=spoiled, missing=missing)
    assert clerks.account().batch.closed is None
    clerks.close(spoiled=4, missing=7)
    assert (clerks.account().open, process.waiting(province)) == (0, 1)


def test_a_sheet_that_turns_up_late_is_taken_and_marked(clerks: Clerks, province: Database) -> None:
    clerks.close(spoiled=0, missing=12)
    clerks.enter(3, day=TODAY - timedelta(days=60))
    assert clerks.enter(3, by=clerks.minh) is Progress.READY
    account = clerks.account()
    assert (account.batch.missing, account.batch.late, account.open) == (11, 1, 0)
    with province.read() as connection:
        late = connection.exec_driver_sql("SELECT month, received, answers FROM late").fetchall()
    assert [tuple(row) for row in late] == [("2026-09", "2026-11", 1)]
    assert process.waiting(province) == 1


def test_one_sheet_in_ten_is_keyed_twice_and_nobody_knows_which(province: Database) -> None:
    clerks = Clerks(province, sheets=60, percent=10)
    told = Counter(clerks.enter(sheet) for sheet in range(1, 61))
    assert 1 <= told[Progress.FIRST] <= 15
    assert process.waiting(province) >= 40
    other = Batch(**clerks.batch.__dict__ | {"number": 99})
    drawn = [
        [paper.is_verified(province.keys.salt, each, s) for s in range(1, 61)]
        for each in (other, clerks.batch)
    ]
    assert drawn[0] != drawn[1]


def test_what_cannot_be_counted_is_refused_before_it_is_kept(clerks: Clerks) -> None:
    for digits, refusal in (("00000010", errors.NothingAnswered), ("5", errors.WrongKeys)):
        with pytest.raises(refusal):
            clerks.enter(5, digits)
    with pytest.raises(errors.DateOutOfRange):
        clerks.enter(5, day=TODAY + timedelta(days=1))
    assert clerks.account().returned == 0
    assert clerks.enter(5) is Progress.FIRST
