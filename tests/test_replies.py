"""Comments on their way to their readers: masked, in batches, to the right desk, found alike on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from survey import collect, errors, process, reply
from survey.account import Account
from survey.comment import Kind, Released
from survey.quarantine import Doubt, Review
from survey.response import Mode
from survey.roles import Role
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance
from tests.staff import AT, deeds, settled

WARD, OTHER = "03646", "03679"
#: the Monday after the comments came in
NEXT = TODAY + timedelta(days=7)
FEEDBACK = (
    "Cán bộ hướng dẫn tận tình",
    "Phải chờ quá lâu vì đất đai phức tạp",
    "Phòng chờ chật, chị Lan 0912345678 rất vui vẻ",
    "Trả kết quả đúng hẹn",
    "Không có ý kiến",
)


def write(db: Database, *texts: str, agency: str = WARD, doubt: Doubt | None = None) -> None:
    for text in texts:
        response = rated(agency=agency, mode=Mode.ONLINE, counter=None)
        collect.submit(db, response, at=NOW, comment=text, doubt=doubt)


def seen(db: Database, agency: str, query: str = "", **more: object) -> list[str]:
    return [one.text for one in reply.search(db, agency, query, **more).comments]  # type: ignore[arg-type]


def released(db: Database, chance: Chance, *texts: str) -> tuple[Released, ...]:
    write(db, *texts)
    reply.release(db, rng=chance, today=NEXT)
    return reply.search(db, WARD).comments


def reviewer(db: Database, name: str, agency: str) -> Account:
    return settled(db, name, Role.REVIEWER, agency=agency)


def test_feedback_is_read_five_at_a_time_once_the_week_is_over(province: Database, chance: Chance) -> None:
    write(province, *FEEDBACK[:4])
    assert reply.release(province, rng=chance, today=NEXT) == 0
    write(province, FEEDBACK[4])
    assert reply.release(province, rng=chance, today=TODAY + timedelta(days=6)) == 0
    assert reply.release(province, rng=chance, today=NEXT) == 5
    assert reply.release(province, rng=chance, today=NEXT) == 0
    found = reply.search(province, WARD).comments
    assert {one.week for one in found} == {NEXT} and len(found) == 5
    assert "Phòng chờ chật, chị ⟦name⟧ ⟦phone⟧ rất vui vẻ" in {one.text for one in found}
    assert len(seen(province, "son-la")) == 5 and seen(province, OTHER) == []
    assert reply.topics(province, WARD) == {
        "access": 1,
        "procedure": 1,
        "officer": 2,
        "result": 1,
        "feedback": 0,
    }


def test_what_is_no_feedback_goes_to_a_desk_outside_the_next_day(province: Database, chance: Chance) -> None:
    write(province, "Cán bộ đòi phong bì", "Tôi khiếu nại quyết định", "Cho tôi hỏi", "Tôi tố cáo trưởng bản")
    write(province, "Thanh tra nhận phong bì", agency="thanh-tra")
    assert reply.release(province, rng=chance, today=TODAY) == 0
    assert reply.release(province, rng=chance, today=TODAY + timedelta(days=1)) == 5
    assert seen(province, WARD) == []
    assert set(seen(province, "thanh-tra")) == {"Cán bộ đòi phong bì", "Tôi tố cáo trưởng bản"}
    assert seen(province, "van-phong-ubnd") == ["Tôi khiếu nại quyết định"]
    assert seen(province, "ttpvhcc", kind=Kind.HELP) == ["Cho tôi hỏi"]
    assert "Thanh tra nhận phong bì" in seen(province, "son-la", kind=Kind.CORRUPTION)


def test_comments_on_doubted_responses_wait_with_them(province: Database, chance: Chance) -> None:
    write(province, *FEEDBACK, doubt=Doubt.SPEED)
    assert reply.release(province, rng=chance, today=NEXT) == 0
    (group,) = process.in_quarantine(province)
    assert group.review is Review.WAITING
    process.release(province, group, on=NEXT)
    assert reply.release(province, rng=chance, today=NEXT) == 5


def test_words_are_found_with_and_without_marks_alike(province: Database, chance: Chance) -> None:
    released(province, chance, *FEEDBACK)
    for query in ("đất đai", "dat dai", "ĐẤT", "lau, dat!", "phuc tap"):
        assert seen(province, WARD, query) == ["Phải chờ quá lâu vì đất đai phức tạp"], query
    for query in ("0912345678", "lan", "phone", "dat xyz"):
        assert seen(province, WARD, query) == [], query
    assert len(seen(province, WARD, '"@# %_')) == 5
    assert seen(province, WARD, topic="result") == ["Trả kết quả đúng hẹn"]
    assert len(seen(province, WARD, topic="officer_1")) == 2


def test_a_page_goes_on_below_its_last_comment(province: Database, chance: Chance) -> None:
    released(province, chance, *(f"ý kiến {n}" for n in range(25)))
    first = reply.search(province, WARD)
    assert first.before is not None and len(first.comments) == 20
    rest = reply.search(province, WARD, before=first.before)
    assert rest.before is None and len({one.text for one in first.comments + rest.comments}) == 25


def test_somebody_of_another_agency_sees_to_a_mask_and_the_look_is_in_the_audit(
    province: Database, chance: Chance
) -> None:
    found = released(province, chance, *FEEDBACK)
    (number,) = [one.number for one in found if "⟦" in one.text]
    own, apart = reviewer(province, "own", WARD), reviewer(province, "apart", "son-la")
    with pytest.raises(errors.OwnAgency):
        reply.masking(province, own, WARD, number, at=AT)
    with pytest.raises(errors.UnknownComment):
        reply.masking(province, reviewer(province, "other", OTHER), OTHER, number, at=AT)
    look = reply.masking(province, apart, "son-la", number, at=AT)
    assert [look.text[span.start : span.end] for span in look.spans] == ["Lan", "0912345678"]
    reply.review_mask(province, apart, WARD, number, keep={1}, more=["vui vẻ", " "], at=AT)
    after = reply.find(province, WARD, number)
    assert after.text == "Phòng chờ chật, chị Lan ⟦phone⟧ rất ⟦other⟧" and after.reviewed
    assert seen(province, WARD, "lan") == [after.text] and seen(province, WARD, "vui ve") == []
    assert deeds(province)[-2:] == ["original-seen", "mask-reviewed"]
    with pytest.raises(errors.OwnAgency):
        reply.review_mask(province, own, WARD, number, keep=(), more=(), at=AT)
