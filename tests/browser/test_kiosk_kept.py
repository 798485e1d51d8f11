"""What a tablet keeps and sends, in a real browser against the real service: nothing lost, nothing twice, nothing for strangers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from survey.web.context import today
from tests.browser.tablets import (
    Issued,
    Office,
    Tablet,
    answer,
    arrives,
    begin,
    clear,
    emptied,
    enter_pin,
    fill,
    leave,
    office_of,
    press,
    screen,
    set_up,
    type_pin,
)
from tests.serving import Server, free_port, serving
from tests.serving import set_up as set_up_service

#: bytes that a full tablet may keep
ROOM = 3_000_000


@pytest.mark.timeout(600)
def test_fifty_answers_without_a_network_survive_a_power_cut(own: Tablet, tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    set_up_service(instance)
    port = free_port()
    with office_of(instance) as office:
        issued = office.issue()
        with serving(instance, port=port) as server:
            page = own.start()
            set_up(page, server.url, issued.code)
        for number in range(50):
            answer(page, number % 5 + 1)
            leave(page)
        begin(page)
        press(page, 3)
        own.kill()
        assert issued.stored() == []
        page = own.start()
        page.goto(f"{server.url}/kiosk/")
        screen(page, "attract")
        expect(page.locator("#foot .queue")).to_contain_text("51")
        own.kill()
        with serving(instance, port=port):
            page = own.start()
            page.goto(f"{server.url}/kiosk/")
            arrives(page, issued, 51)
        stored = issued.stored()
        assert [one.partial for one in stored].count(True) == 1
        assert sorted(one.answers["overall"] for one in stored) == sorted([*range(1, 6)] * 10 + [3])


KIOSK = pytest.mark.parametrize("screen", ["kiosk"], indirect=True)


@KIOSK
def test_of_two_windows_one_asks_and_none_sends_twice(
    tablet: Page, issued: Issued, live_server: Server
) -> None:
    tablet.context.set_offline(True)
    for step in (1, 2, 3):
        answer(tablet, step)
        leave(tablet)
    second = tablet.context.new_page()
    second.goto(f"{live_server.url}/kiosk/")
    screen(second, "resting")
    expect(second.locator("#main")).to_contain_text("cửa sổ khác")
    tablet.close()
    screen(second, "attract")
    answer(second, 4)
    second.context.set_offline(False)
    leave(second)
    arrives(second, issued, 4)


@KIOSK
def test_answers_sent_twice_are_known_and_kept_once(tablet: Page, issued: Issued) -> None:
    """The service took the batch, and its answer was lost on the way, twice."""
    lost = iter([True, True])
    tablet.context.route(
        "**/kiosk/responses", lambda route: losing(route) if next(lost, False) else route.continue_()
    )
    answer(tablet, 4)
    expect(tablet.locator("#main")).to_contain_text("đã được lưu trên máy này")
    leave(tablet)
    arrives(tablet, issued, 1)


def losing(route: Route) -> None:
    route.fetch()
    route.abort()


def test_a_full_tablet_never_says_thank_you(own: Tablet, live_server: Server, issued: Issued) -> None:
    page = own.start()
    own.keep_at_most(live_server.url, ROOM)
    set_up(page, live_server.url, issued.code)
    answer(page)
    leave(page)
    fill(page)
    begin(page)
    page.locator(".answer").first.click()
    screen(page, "full")
    expect(page.get_by_role("heading", level=1)).to_have_text("Máy không lưu được câu trả lời")
    page.get_by_role("button", name="Xong").click()
    screen(page, "resting")
    expect(page.locator("#main")).to_contain_text("không còn chỗ")
    own.keep_at_most(live_server.url, None)
    clear(page)
    page.reload()
    answer(page)
    leave(page)
    arrives(page, issued, 2)


def test_what_was_kept_before_the_tablet_was_full_counts(
    own: Tablet, live_server: Server, issued: Issued
) -> None:
    page = own.start()
    own.keep_at_most(live_server.url, ROOM)
    set_up(page, live_server.url, issued.code)
    begin(page)
    press(page, 4)
    fill(page)
    page.locator(".answer").first.click()
    screen(page, "half")
    clear(page)
    page.get_by_role("button", name="Xong").click()
    arrives(page, issued, 1)
    [stored] = issued.stored()
    assert (stored.answers["overall"], stored.answers["access"], stored.partial) == (4, "not_asked", True)


@KIOSK
def test_a_refused_answer_is_laid_aside_and_holds_up_no_other(tablet: Page, issued: Issued) -> None:
    tablet.context.set_offline(True)
    for step in (1, 2, 3):
        answer(tablet, step)
        leave(tablet)
    tablet.context.route("**/kiosk/responses", lambda route: route.continue_(post_data=spoiled(route)))
    tablet.context.set_offline(False)
    arrives(tablet, issued, 2)
    assert [letter.code for letter in issued.letters()] == ["unknown-step"]
    enter_pin(tablet)
    row = tablet.get_by_role("table").get_by_role("row").nth(1)
    expect(row).to_contain_text("unknown-step")
    expect(row).to_contain_text(today().isoformat())
    expect(tablet.locator("#main")).not_to_contain_text("overall")


def spoiled(route: Route) -> str:
    body: dict[str, Any] = json.loads(route.request.post_data or "")
    for entry in body["batch"]:
        if entry["answers"]["overall"] == 2:
            entry["answers"]["overall"] = 9
    return json.dumps(body)


@KIOSK
def test_a_clock_that_jumps_moves_no_answer_to_another_day(
    page: Page, live_server: Server, issued: Issued
) -> None:
    sent: list[dict[str, Any]] = []
    page.on(
        "request",
        lambda request: (
            sent.extend(json.loads(request.post_data)["batch"])
            if request.url.endswith("/responses") and request.post_data
            else None
        ),
    )
    set_up(page, live_server.url, issued.code)
    answer(page)
    leave(page)
    emptied(page)
    page.evaluate(
        "const right = Date.now; Date.now = () => right() + Date.UTC(2031, 4, 5) - Date.UTC(2026, 4, 5)"
    )
    answer(page)
    leave(page)
    arrives(page, issued, 2)
    assert [entry["clock"]["steady"] for entry in sent] == [True, False]
    assert int(sent[1]["at"][:4]) == today().year + 5 and 0 <= sent[1]["clock"]["age_ms"] < 60_000
    assert {one.day for one in issued.stored()} == {today().isoformat()}


@KIOSK
def test_a_revoked_tablet_keeps_what_waits_until_it_is_set_up_again(
    tablet: Page, issued: Issued, office: Office
) -> None:
    tablet.context.set_offline(True)
    answer(tablet)
    leave(tablet)
    issued.revoke()
    tablet.context.set_offline(False)
    screen(tablet, "resting")
    expect(tablet.locator("#main")).to_contain_text("ngừng sử dụng")
    tablet.get_by_role("button", name="Cài đặt lại").click()
    tablet.get_by_label("Mã kích hoạt").fill(office.reissue(issued.device))
    tablet.get_by_role("button", name="Cài đặt").click()
    screen(tablet, "attract")
    arrives(tablet, issued, 1)


@KIOSK
def test_a_tablet_that_lost_its_storage_says_so_and_uses_no_number_twice(
    tablet: Page, issued: Issued, office: Office, live_server: Server
) -> None:
    answer(tablet)
    leave(tablet)
    arrives(tablet, issued, 1)
    tablet.context.set_offline(True)
    answer(tablet)
    leave(tablet)
    session = tablet.context.new_cdp_session(tablet)
    session.send("Storage.clearDataForOrigin", {"origin": live_server.url, "storageTypes": "indexeddb"})
    screen(tablet, "activate")
    tablet.context.set_offline(False)
    expect(tablet.locator("#main")).to_contain_text("bộ nhớ của trình duyệt đã bị xóa")
    tablet.get_by_label("Mã kích hoạt").fill(office.reissue(issued.device))
    tablet.keyboard.press("Enter")
    answer(tablet)
    leave(tablet)
    emptied(tablet)
    assert len(issued.stored()) == 2
    assert issued.gaps() == [(2, 2)]


@KIOSK
def test_the_staff_see_how_the_tablet_is_behind_a_pin(tablet: Page) -> None:
    tablet.context.set_offline(True)
    answer(tablet, 1)
    leave(tablet)
    enter_pin(tablet, "1357")
    expect(tablet.get_by_role("alert")).to_have_text("Mã PIN không đúng.")
    tablet.keyboard.type("2468")
    tablet.keyboard.press("Tab")
    tablet.get_by_role("button", name="Nhập", exact=True).press("Enter")
    screen(tablet, "staff")
    waiting = tablet.locator("dl > div", has_text="Đang chờ gửi")
    expect(waiting).to_contain_text("1")
    tablet.get_by_role("button", name="Gửi ngay").click()
    expect(tablet.get_by_role("status").first).to_contain_text("Chưa gửi được hết")
    tablet.get_by_role("button", name="Ngừng sử dụng máy này").click()
    expect(tablet.get_by_role("status").first).to_contain_text("Bấm thêm một lần nữa")
    tablet.get_by_role("button", name="Ngừng sử dụng máy này").click()
    expect(tablet.get_by_role("status").first).to_contain_text("Còn phiếu chờ gửi")
    tablet.context.set_offline(False)
    tablet.get_by_role("button", name="Gửi ngay").click()
    expect(tablet.get_by_role("status").first).to_contain_text("Đã gửi hết")
    tablet.get_by_role("group", name="Ngôn ngữ hiển thị đầu tiên").get_by_role(
        "button", name="English"
    ).click()
    tablet.get_by_role("button", name="Trở về phiếu khảo sát").click()
    expect(tablet.locator("html")).to_have_attribute("lang", "en")
    enter_pin_in_english(tablet)
    tablet.get_by_role("button", name="Sign this tablet out").click()
    expect(tablet.get_by_role("status").first).to_contain_text("Press once more")
    tablet.get_by_role("button", name="Sign this tablet out").click()
    screen(tablet, "activate")


def enter_pin_in_english(page: Page) -> None:
    for _ in range(5):
        page.locator(".brand").click()
    page.keyboard.type("2468")
    page.get_by_role("button", name="Enter").click()
    screen(page, "staff")


@KIOSK
def test_guessing_the_pin_is_slowed_and_a_restart_does_not_help(tablet: Page) -> None:
    enter_pin(tablet, "0000")
    for pin in ("1111", "2222"):
        expect(tablet.get_by_role("alert")).to_have_text("Mã PIN không đúng.")
        type_pin(tablet, pin)
    type_pin(tablet, "2468")
    expect(tablet.get_by_role("alert")).to_contain_text("Xin đợi")
    tablet.reload()
    screen(tablet, "attract")
    enter_pin(tablet)
    expect(tablet.get_by_role("alert")).to_contain_text("Xin đợi")
