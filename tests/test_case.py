"""Cases: claimed by whoever answers, confirmed by the citizen alone, with a day by which to answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from survey import collect, errors, reply, workdays
from survey.case import CITIZENS, Counters, Move, Shelf, State, after
from survey.reply import cases
from survey.reply.calendar import holidays
from survey.roles import Role
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance
from tests.staff import AT, deeds, settled

WARD = "03646"


@pytest.mark.parametrize("move", Move)
def test_nothing_is_said_after_the_citizen_has_confirmed(move: Move) -> None:
    if move is Move.NOTE:
        assert after(State.CONFIRMED, move) is State.CONFIRMED
        return
    with pytest.raises(errors.CaseClosed):
        after(State.CONFIRMED, move)


def test_only_the_citizen_makes_a_case_solved() -> None:
    ways = {move for state in State for move in Move if _leads(state, move) is State.CONFIRMED} - {Move.NOTE}
    assert ways == {Move.CONFIRM} and ways <= CITIZENS
    assert after(State.RECEIVED, Move.CLAIM) is State.CLAIMED
    with pytest.raises(errors.MoveNotAllowed):
        after(State.RECEIVED, Move.CONFIRM)


def _leads(state: State, move: Move) -> State | None:
    try:
        return after(state, move)
    except errors.Refusal:
        return None


@pytest.mark.parametrize(
    ("opened", "days", "due"),
    [
        (date(2026, 11, 23), 5, date(2026, 12, 1)),  # Viet Nam Culture Day is the 24th
        (date(2026, 2, 13), 5, date(2026, 2, 27)),  # Tết lies between
        (date(2026, 4, 24), 3, date(2026, 5, 4)),  # Hùng Kings, 30 April, 1 May
        (date(2026, 8, 29), 1, date(2026, 9, 3)),  # opened on a Saturday, before National Day
    ],
)
def test_deadlines_are_working_days_of_the_calendar(opened: date, days: int, due: date) -> None:
    assert workdays.after(opened, days, holidays()) == due


def said(db: Database, code: str) -> list[tuple[str, str]]:
    followed = reply.of_receipt(db, code)
    assert followed is not None
    return [(event.what, event.text) for event in followed.events]


def test_few_cases_of_one_agency_do_not_follow_from_those_of_others(province: Database) -> None:
    for ward, often in {"03646": 6, "03664": 7, "03679": 3}.items():
        for _ in range(often):
            code = collect.submit(province, rated(2, agency=ward), at=NOW).code
            reply.ask(province, code, "Chờ lâu", on=TODAY, days={})
    told = {code for code, counted in reply.counters(province, on=TODAY).items() if counted.told}
    assert told == {"son-la"}, "the three of 03679 would be 16 less the others that are told"


def test_a_case_goes_from_a_question_to_a_confirmed_end(province: Database) -> None:
    officer = settled(province, "cham", Role.REVIEWER, agency=WARD)
    code = collect.submit(province, rated(2), at=NOW).code
    with pytest.raises(errors.NothingSaid):
        reply.ask(province, code, " \n", on=TODAY, days={})
    case = reply.ask(province, code, "Gọi chị Lan 0912345678, chờ lâu", on=TODAY, days={"help": 5})
    assert (case.desk, case.due) == (WARD, workdays.after(TODAY, 7, holidays()))
    with pytest.raises(errors.CaseKnown):
        reply.ask(province, code, "lần nữa", on=TODAY, days={})
    seen = reply.case_of(province, "son-la", case.number)
    assert seen.events[0].text == "Gọi chị ⟦name⟧ ⟦phone⟧, chờ lâu"
    with pytest.raises(errors.UnknownCase):
        reply.case_of(province, "03679", case.number)

    def step(what: Move, text: str = "", **more: object) -> None:
        reply.move(province, officer, WARD, case.number, reply.Step(what, text, **more), on=TODAY, at=AT)  # type: ignore[arg-type]

    step(Move.ASSIGN, owner=officer.id)
    step(Move.NOTE, "chỉ nội bộ")
    step(Move.CLAIM, "Đã thêm quầy", public=True)
    assert [text for _, text in said(province, code)] == ["Gọi chị Lan 0912345678, chờ lâu", "Đã thêm quầy"]
    reply.citizen_moves(province, code, Move.REOPEN, "Vẫn chờ", on=TODAY, days={})
    with pytest.raises(errors.MoveNotAllowed):
        reply.citizen_moves(province, code, Move.CONFIRM, "", on=TODAY, days={})
    step(Move.CLAIM, "Nay đã đủ")
    reply.citizen_moves(province, code, Move.CONFIRM, "", on=TODAY, days={})
    with pytest.raises(errors.CaseClosed):
        reply.citizen_moves(province, code, Move.REPLY, "muộn", on=TODAY, days={})
    with pytest.raises(errors.CaseClosed):
        step(Move.ANSWER, "muộn")
    assert reply.counters(province, on=TODAY)[WARD] == Counters(1, 1, 1, 1, 0)
    assert reply.counters(province, on=TODAY)["son-la"].received == 1
    assert deeds(province).count("case-moved") == 4
    followed = reply.of_receipt(province, code)
    assert followed is not None and followed.case.state is State.CONFIRMED and followed.case.reopened == 1


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC-DDDD", "x" * 200, "../..", "%00"])
def test_a_forged_code_opens_nothing(province: Database, code: str) -> None:
    for attempt in (
        lambda: reply.of_receipt(province, code),
        lambda: reply.ask(province, code, "giúp", on=TODAY, days={}),
        lambda: reply.citizen_moves(province, code, Move.CONFIRM, "", on=TODAY, days={}),
    ):
        with pytest.raises(errors.UnknownReceipt):
            attempt()


def test_a_move_without_a_case_is_refused(province: Database) -> None:
    code = collect.submit(province, rated(), at=NOW).code
    assert reply.of_receipt(province, code) is None
    with pytest.raises(errors.UnknownCase):
        reply.citizen_moves(province, code, Move.REPLY, "có ai không", on=TODAY, days={})


def test_what_is_no_feedback_is_answered_outside_and_overdue_cases_go_further(province: Database) -> None:
    first, second = (collect.submit(province, rated(), at=NOW).code for _ in range(2))
    grave = reply.ask(province, first, "Cán bộ đòi phong bì", on=TODAY, days={})
    own = reply.ask(province, second, "Chờ lâu", on=TODAY, days={"feedback": 5})
    assert grave.desk == "thanh-tra" and own.desk == WARD
    assert reply.escalate(province, on=own.due) == ()
    assert [case.number for case in reply.escalate(province, on=own.due + timedelta(days=1))] == [own.number]
    assert [case.number for case in reply.listed(province, "noi-vu", on=TODAY).cases] == [own.number]
    assert reply.counters(province, on=own.due + timedelta(days=1))[WARD].overdue == 1
    assert reply.escalate(province, on=own.due + timedelta(days=2)) == ()


def test_cases_are_looked_through_by_shelf_by_owner_and_page_after_page(
    province: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "LISTED", 2)
    officer = settled(province, "cham", Role.REVIEWER, agency=WARD)
    codes = [collect.submit(province, rated(2), at=NOW).code for _ in range(5)]
    made = [reply.ask(province, code, "Chờ lâu", on=TODAY, days={"feedback": 5}) for code in codes]
    for case, step in ((made[0], Move.CLAIM), (made[1], Move.ANSWER)):
        reply.move(province, officer, WARD, case.number, reply.Step(step, "Đã xem"), on=TODAY, at=AT)
    owned = reply.Step(Move.ASSIGN, "", owner=officer.id)
    reply.move(province, officer, WARD, made[4].number, owned, on=TODAY, at=AT)
    after = made[0].due + timedelta(days=1)

    def numbers(**asked: Any) -> list[int]:
        return [case.number for case in reply.listed(province, WARD, on=after, **asked).cases]

    first, second, third, fourth, fifth = (case.number for case in made)
    assert [numbers(page=page) for page in (1, 2, 3, 4)] == [[second, third], [fourth, fifth], [first], []]
    assert [reply.listed(province, WARD, on=after, page=page).more for page in (1, 2, 3)] == [
        True,
        True,
        False,
    ]
    assert numbers(shelf=Shelf.OVERDUE) == [third, fourth] and numbers(shelf=Shelf.OVERDUE, page=2) == [fifth]
    assert numbers(shelf=Shelf.DONE) == [first] and numbers(owner=officer.id) == [fifth]
    assert reply.listed(province, WARD, on=after).often == {
        Shelf.OPEN: 4,
        Shelf.OVERDUE: 3,
        Shelf.DONE: 1,
    }
    assert reply.listed(province, "son-la", on=TODAY).often[Shelf.OVERDUE] == 0


def test_opened_again_a_case_has_to_be_answered_anew(province: Database) -> None:
    officer = settled(province, "cham", Role.REVIEWER, agency=WARD)
    code = collect.submit(province, rated(2), at=NOW).code
    case = reply.ask(province, code, "Chờ lâu", on=TODAY, days={"feedback": 5})
    reply.move(province, officer, WARD, case.number, reply.Step(Move.CLAIM, "Đã xong"), on=TODAY, at=AT)
    assert reply.counters(province, on=TODAY)[WARD] == Counters(received=1, in_time=1)
    again = TODAY + timedelta(days=10)
    reply.citizen_moves(province, code, Move.REOPEN, "Vẫn chờ", on=again, days={"feedback": 5})
    (seen,) = reply.listed(province, WARD, on=again).cases
    assert seen.due == workdays.after(again, 5, holidays()) and seen.answered is None
    late = seen.due + timedelta(days=1)
    assert reply.counters(province, on=late)[WARD] == Counters(received=1, reopened=1, overdue=1)
    assert [one.number for one in reply.escalate(province, on=late)] == [case.number]


def test_what_is_graver_takes_a_case_to_its_desk_whenever_it_is_said(province: Database) -> None:
    code = collect.submit(province, rated(2), at=NOW).code
    case = reply.ask(province, code, "Chờ lâu", on=TODAY, days={})
    later = TODAY + timedelta(days=1)
    reply.citizen_moves(province, code, Move.REPLY, "Cán bộ đòi phong bì", on=later, days={"corruption": 9})
    with pytest.raises(errors.UnknownCase):
        reply.case_of(province, WARD, case.number)
    seen = reply.case_of(province, "thanh-tra", case.number)
    assert (seen.case.kind, seen.case.due) == ("corruption", workdays.after(later, 9, holidays()))
    assert [event.what for event in seen.events] == ["reply", "reply", "route"]
    assert said(province, code)[-1] == ("route", "")
    reply.citizen_moves(province, code, Move.REPLY, "Chờ lâu", on=later, days={})
    assert reply.listed(province, "thanh-tra", on=later).cases[0].desk == "thanh-tra"


def test_what_a_person_masked_in_a_comment_stays_masked_in_its_case(
    province: Database, chance: Chance
) -> None:
    apart = settled(province, "apart", Role.REVIEWER, agency="son-la")
    texts = ("ông trưởng bản Nậm say rượu", "tốt", "khá", "được", "ổn")
    codes = {text: collect.submit(province, rated(2), at=NOW, comment=text).code for text in texts}
    reply.release(province, rng=chance, today=TODAY + timedelta(days=7))
    number = next(one.number for one in reply.search(province, WARD).comments if "rượu" in one.text)
    reply.review_mask(province, apart, WARD, number, keep=(), more=["trưởng bản Nậm"], at=AT)
    case = reply.open_case(province, apart, WARD, number, on=TODAY, at=AT, days={})
    hidden = "ông ⟦other⟧ say rượu"
    assert reply.case_of(province, WARD, case.number).events[0].text == hidden
    assert said(province, codes[texts[0]]) == [("reply", texts[0])]
