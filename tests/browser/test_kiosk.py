"""The kiosk in a real browser against the real service: nothing lost, nothing twice, nothing left on the screen."""

from __future__ import annotations

import json
import re
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from survey.web.context import today
from tests.browser.conftest import SCREENS, chromium, options
from tests.browser.tablets import (
    Issued,
    Office,
    Tablet,
    answer,
    begin,
    clear,
    emptied,
    enter_pin,
    fill,
    kept,
    leave,
    office_of,
    press,
    screen,
    set_up,
    type_pin,
    until,
)
from tests.browser.test_pages import faults
from tests.serving import Server, free_port, serving
from tests.serving import set_up as set_up_service

#: bytes that a full tablet may keep
ROOM = 3_000_000
KIOSK = pytest.mark.parametrize("screen", ["kiosk"], indirect=True)
CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")


@pytest.fixture(scope="module")
def office(live_server: Server) -> Iterator[Office]:
    with office_of(live_server.instance) as opened:
        yield opened


@pytest.fixture
def issued(office: Office) -> Issued:
    return office.issue()


@pytest.fixture
def tablet(page: Page, live_server: Server, issued: Issued) -> Page:
    """An upright tablet that was set up and invites its first visitor."""
    set_up(page, live_server.url, issued.code)
    return page


@pytest.fixture
def own(playwright: Playwright, browser: Browser, tmp_path: Path) -> Iterator[Tablet]:
    """A tablet with a disk of its own, switched off."""
    made = Tablet(
        playwright, chromium(), [*options(), "--window-size=800,1280", "--lang=vi"], tmp_path / "disk"
    )
    yield made
    made.kill()


def arrives(page: Page, issued: Issued, number: int) -> None:
    """Wait until nothing waits on the tablet; then the service holds so many answers, and none twice."""
    emptied(page)
    assert len(issued.stored()) == number
    assert issued.gaps() == []


def jump(page: Page, seconds: float) -> None:
    page.clock.fast_forward(int(seconds * 1000))


@KIOSK
def test_a_tablet_is_set_up_with_a_code_and_a_wrong_one_is_explained(
    page: Page, live_server: Server, issued: Issued
) -> None:
    page.goto(f"{live_server.url}/kiosk")
    screen(page, "activate")
    expect(page.get_by_label("Mã kích hoạt")).to_be_focused()
    page.get_by_role("button", name="Cài đặt").click()
    expect(page.get_by_role("alert")).to_have_text("Xin nhập mã trước.")
    page.get_by_label("Mã kích hoạt").fill("AAAA-BBBB-CCCC")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Mã này không đúng hoặc đã được dùng")
    page.get_by_label("Mã kích hoạt").fill(issued.code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    screen(page, "attract")


@KIOSK
def test_two_presses_are_a_valid_answer_and_its_receipt_can_be_taken_home(
    tablet: Page, issued: Issued
) -> None:
    tablet.locator("[data-act=begin]").click()
    tablet.get_by_role("button", name="Rất hài lòng", exact=True).click()
    expect(tablet.locator("#asked")).to_contain_text("Nơi làm thủ tục")
    tablet.get_by_role("button", name="Gửi và kết thúc").click()
    screen(tablet, "thanks")
    expect(tablet.locator(".code")).to_have_text(CODE)
    square = tablet.get_by_role("img", name="Mã QR của biên nhận")
    expect(square).to_be_visible()
    assert square.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    [stored] = issued.stored()
    assert stored.answers == {"overall": 5} | dict.fromkeys(
        ("access", "procedure", "officer", "result", "feedback"), "not_asked"
    )


@KIOSK
def test_every_question_a_comment_and_a_way_back(tablet: Page, issued: Issued, live_server: Server) -> None:
    begin(tablet)
    for step in (2, 3, 5):
        press(tablet, step)
    tablet.get_by_role("button", name="Quay lại").click()
    expect(tablet.locator(".answer[aria-pressed=true]")).to_have_text("Rất hài lòng")
    press(tablet, 4)
    for words in ("Bỏ qua câu này", "Không liên quan đến tôi", "Tôi không biết"):
        press(tablet, words)
    screen(tablet, "comment")
    tablet.get_by_role("textbox").fill("Ghế chờ ít quá")
    tablet.get_by_role("button", name="Gửi kèm ý kiến này").click()
    screen(tablet, "thanks")
    arrives(tablet, issued, 1)
    [stored] = issued.stored()
    assert stored.answers == {
        "overall": 2,
        "access": 3,
        "procedure": 4,
        "officer": "refused",
        "result": "not_applicable",
        "feedback": "dont_know",
    }
    assert not stored.partial


@KIOSK
def test_whoever_walks_away_leaves_the_first_answer_and_nothing_on_the_screen(
    page: Page, live_server: Server, issued: Issued
) -> None:
    page.clock.install()
    set_up(page, live_server.url, issued.code)
    begin(page)
    press(page, 1)
    press(page, 2)
    jump(page, 31)
    warning = page.get_by_role("dialog", name="Ông/bà còn ở đó không?")
    expect(warning.get_by_role("button", name="Tôi vẫn ở đây")).to_be_focused()
    page.keyboard.press("Enter")
    expect(warning).to_have_count(0)
    jump(page, 31)
    expect(warning).to_be_visible()
    jump(page, 19)
    expect(warning).to_be_visible()
    page.clock.run_for(2_000)
    screen(page, "attract")
    assert nothing_left(page)
    arrives(page, issued, 1)
    [stored] = issued.stored()
    assert stored.partial is True
    assert (stored.answers["overall"], stored.answers["access"]) == (1, 2)


@KIOSK
def test_a_visitor_who_only_looks_leaves_nothing(page: Page, live_server: Server, issued: Issued) -> None:
    page.clock.install()
    set_up(page, live_server.url, issued.code)
    page.get_by_role("button", name="English").click()
    begin(page)
    jump(page, 31)
    expect(page.get_by_role("dialog", name="Are you still there?")).to_be_visible()
    page.clock.run_for(21_000)
    screen(page, "attract")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert kept(page, "waiting") == []


def nothing_left(page: Page) -> bool:
    """Whether no answer of the last visitor is in the page, its address, its history or its stores."""
    pressed = page.locator("[aria-pressed=true]:not([lang])").count()
    told: list[str] = page.evaluate(
        "[document.body.innerText, location.href, JSON.stringify(sessionStorage), JSON.stringify(localStorage), document.title]"
    )
    history: int = page.evaluate("history.length")
    return pressed == 0 and history <= 2 and not any("access" in one or "overall" in one for one in told)


@KIOSK
def test_the_thanks_are_the_same_whatever_was_pressed(tablet: Page) -> None:
    seen = []
    for step in (1, 5):
        answer(tablet, step)
        expect(tablet.locator(".code")).to_have_text(CODE)
        seen.append(CODE.sub("…", tablet.locator("#main").inner_text()))
        assert nothing_left(tablet)
        leave(tablet)
        assert nothing_left(tablet)
    assert seen[0] == seen[1]


@KIOSK
def test_the_thanks_close_by_themselves(page: Page, live_server: Server, issued: Issued) -> None:
    page.clock.install()
    set_up(page, live_server.url, issued.code)
    answer(page)
    jump(page, 21)
    screen(page, "attract")


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


@pytest.fixture
def recorded(live_server: Server) -> Iterator[None]:
    """Somebody has read the first question aloud in Thái."""
    folder = live_server.instance / "audio" / "blt"
    folder.mkdir(parents=True)
    with wave.open(str(folder / "overall.wav"), "wb") as sound:
        sound.setparams((1, 2, 8_000, 0, "NONE", "NONE"))
        sound.writeframes(bytes(16_000))
    yield
    shutil.rmtree(folder.parent)


LISTENING = """() => {
    window.played = [];
    HTMLMediaElement.prototype.play = async function () { played.push(this.src); };
}"""


@KIOSK
@pytest.mark.usefixtures("recorded")
def test_a_language_that_was_recorded_is_offered_and_played_without_a_network(tablet: Page) -> None:
    until(tablet, "(await (await caches.open('hai-long-kiosk-recordings')).keys()).length")
    tablet.context.set_offline(True)
    tablet.evaluate(LISTENING)
    tablet.get_by_role("button", name="Thái").click()
    begin(tablet)
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("Nói chung")
    until(tablet, "played.length === 1")
    tablet.get_by_role("button", name="Nghe câu hỏi").click()
    until(tablet, "played.length === 2")
    assert tablet.evaluate("played.every((source) => source.startsWith('blob:'))")
    press(tablet, 4)
    expect(tablet.get_by_role("button", name="Nghe câu hỏi")).to_have_count(0)
    tablet.context.set_offline(False)


@KIOSK
def test_what_nobody_recorded_has_no_button_where_the_device_has_no_voice(tablet: Page) -> None:
    assert tablet.evaluate("speechSynthesis.getVoices().length") == 0
    expect(tablet.locator("#head .languages button")).to_have_text(["Tiếng Việt", "English"])
    begin(tablet)
    expect(tablet.get_by_role("button", name="Nghe câu hỏi")).to_have_count(0)


@KIOSK
def test_four_presses_on_the_mark_open_nothing(tablet: Page) -> None:
    for _ in range(4):
        tablet.locator(".brand").click()
    screen(tablet, "attract")


@KIOSK
def test_a_visitors_language_goes_with_the_answer_and_ends_with_the_visit(
    tablet: Page, issued: Issued
) -> None:
    tablet.get_by_role("button", name="English").click()
    begin(tablet)
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("On the whole")
    tablet.get_by_role("button", name="Tiếng Việt").click()
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("Nói chung")
    tablet.get_by_role("button", name="English").click()
    tablet.get_by_role("button", name="Satisfied", exact=True).click()
    tablet.get_by_role("button", name="Finish here").click()
    screen(tablet, "thanks")
    tablet.get_by_role("button", name="Done").click()
    expect(tablet.locator("html")).to_have_attribute("lang", "vi")
    arrives(tablet, issued, 1)
    assert [one.language for one in issued.stored()] == ["en"]


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_the_keyboard_alone_answers_everything(tablet: Page, issued: Issued) -> None:
    def to(name: str) -> None:
        for _ in range(20):
            if tablet.evaluate("document.activeElement.innerText.trim()") == name:
                return tablet.keyboard.press("Enter")
            tablet.keyboard.press("Tab")
        raise AssertionError(name)

    to("Chạm vào đây để bắt đầu")
    for number in range(2, 7):
        expect(tablet.locator("h1")).to_be_focused()
        to("Hài lòng")
        expect(tablet.locator("#main .eyebrow")).to_have_text(f"Câu {number} trên 6")
    to("Hài lòng")
    screen(tablet, "comment")
    tablet.keyboard.press("Tab")
    tablet.keyboard.type("Tốt")
    to("Gửi kèm ý kiến này")
    screen(tablet, "thanks")
    expect(tablet.locator("h1")).to_be_focused()
    to("Xong")
    screen(tablet, "attract")
    arrives(tablet, issued, 1)


def screens(page: Page, code: str) -> Iterator[str]:
    """Every screen that a visitor or the staff meets, one after the other."""
    yield "activate"
    page.get_by_role("button", name="Cài đặt").click()
    yield "activate, with a fault"
    page.get_by_label("Mã kích hoạt").fill(code)
    page.keyboard.press("Enter")
    screen(page, "attract")
    yield "attract"
    page.locator("#head [lang=en]").click()
    yield "attract in English"
    begin(page)
    yield "first question"
    press(page, 3)
    yield "question"
    page.locator("#head [lang=vi]").click()
    yield "question in Vietnamese"
    for _ in range(5):
        press(page, 4)
    yield "comment"
    page.locator("[data-act=finish]").click()
    expect(page.locator(".code")).to_have_text(CODE)
    yield "thanks"
    leave(page)
    page.context.set_offline(True)
    answer(page, 2)
    expect(page.locator("#main")).to_contain_text("đã được lưu trên máy này")
    yield "thanks without a network"
    leave(page)
    enter_pin(page, "1")
    yield "PIN"
    type_pin(page, "2468")
    screen(page, "staff")
    yield "staff"
    page.evaluate("document.querySelector('[data-act=leave]').click()")
    page.clock.install()
    begin(page)
    jump(page, 31)
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "warning"
    for name in ("full", "half", "resting"):
        page.evaluate(SHOW, name)
        yield name


#: screens that need an accident are shown as they lie in the page
SHOW = """name => document.getElementById("main").replaceChildren(
    document.getElementById(`${document.documentElement.lang}-${name}`).content.cloneNode(true))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "kiosk", "desktop"], indirect=True)
def test_no_screen_has_a_barrier_that_axe_knows_of(
    page: Page, live_server: Server, issued: Issued, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.goto(f"{live_server.url}/kiosk/")
    screen(page, "activate")
    found = {name: faults(page) for name in screens(page, issued.code)}
    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_every_screen_fits_320_pixels_and_a_fingertip(
    page: Page, live_server: Server, issued: Issued
) -> None:
    """320 pixels are what a tablet of 1280 shows at 400 %."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{live_server.url}/kiosk/")
    screen(page, "activate")
    found = {name: page.evaluate(TOO_WIDE_OR_SMALL) for name in screens(page, issued.code)}
    assert {name: parts for name, parts in found.items() if parts} == {}


@KIOSK
def test_letters_of_twice_the_size_in_high_contrast_cut_off_nothing_and_nothing_moves(
    page: Page, live_server: Server, issued: Issued
) -> None:
    """What somebody who sees little sets on the tablet, all at once, on every screen."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto(f"{live_server.url}/kiosk/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    screen(page, "activate")
    found = {}
    for name in screens(page, issued.code):
        found[name] = [*faults(page), *page.evaluate(CUT_OFF_OR_MOVING)]
    assert {name: parts for name, parts in found.items() if parts} == {}


CUT_OFF_OR_MOVING = """() => {
    const root = document.documentElement;
    const cut = [...document.querySelectorAll("h1, h2, p, label, dt, dd, button, button span")].filter((one) => {
        const {left, right, width} = one.getBoundingClientRect();
        return width > 0 && (left < -1 || right > root.clientWidth + 1 || (one.clientWidth && one.scrollWidth > one.clientWidth + 1));
    }).map((one) => `cut off: ${one.outerHTML.slice(0, 80)}`);
    const plain = [...document.querySelectorAll("button:not(.brand)")].filter(
        (one) => one.offsetWidth && getComputedStyle(one).borderTopStyle !== "solid"
    ).map((one) => `no edge: ${one.outerHTML.slice(0, 80)}`);
    const moving = document.getAnimations().map((one) => `moves: ${one.animationName ?? one.transitionProperty}`);
    return [...cut, ...plain, ...moving];
}"""


TOO_WIDE_OR_SMALL = """() => {
    const parts = [...document.querySelectorAll("button, input, textarea")].filter((one) => {
        const {width, height} = one.getBoundingClientRect();
        const least = one.matches(".answer, .pad button") ? 64 : 44;
        return width > 0 && (height < least || width < 44);
    }).map((one) => one.outerHTML.slice(0, 80));
    return document.documentElement.scrollWidth > 320 ? ["too wide", ...parts] : parts;
}"""


@KIOSK
def test_a_screen_reader_hears_question_words_and_progress(tablet: Page) -> None:
    begin(tablet)
    group = tablet.get_by_role("group", name="Nói chung, ông/bà có hài lòng")
    for word in ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"):
        expect(group.get_by_role("button", name=word, exact=True)).to_have_count(1)
    assert tablet.title().startswith("Nói chung")


@KIOSK
def test_the_app_starts_without_a_network_and_asks_no_other_host(tablet: Page, live_server: Server) -> None:
    """The fixture of the page fails the test at the first request to anybody else."""
    tablet.context.set_offline(True)
    tablet.reload()
    screen(tablet, "attract")
    assert tablet.evaluate("getComputedStyle(document.querySelector('.call')).fontWeight") == "700"
    answer(tablet)
    tablet.context.set_offline(False)


@KIOSK
def test_a_newer_app_waits_until_nobody_is_answering(page: Page, tmp_path: Path, demo_instance: Path) -> None:
    """The demonstration's app is another version of it. It knows none of the real service's tablets either."""
    instance = tmp_path / "instance"
    instance.mkdir()
    set_up_service(instance)
    port = free_port()
    version = "document.body.dataset.version"
    with serving(instance, port=port) as server, office_of(instance) as office:
        set_up(page, server.url, office.issue().code)
        before = page.evaluate(version)
        begin(page)
    with serving(demo_instance, "--demo", port=port):
        page.evaluate("navigator.serviceWorker.ready.then(registration => registration.update())")
        until(page, "(await navigator.serviceWorker.ready).waiting")
        press(page, 4)
        assert page.evaluate(version) == before
        page.locator("[data-act=finish]").click()
        screen(page, "thanks")
        page.locator("[data-act=end]").click()
        expect(page.locator("body")).not_to_have_attribute("data-version", before)
        screen(page, "resting")
        assert len(kept(page, "waiting")) == 1


def test_without_javascript_the_page_leads_to_the_web_page(browser: Browser, live_server: Server) -> None:
    context = browser.new_context(**SCREENS["phone"], java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{live_server.url}/kiosk/?agency=03646&counter=03646-1")
    page.get_by_role("link", name="Đánh giá trên trang web").click()
    assert page.url.endswith("/rate/03646?counter=03646-1")
    expect(page.locator("form .item").first).to_be_visible()
    context.close()


# The rules of the outbox, in both languages they are written in.


CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "outbox.json").read_text(encoding="utf-8"))
IN_JAVASCRIPT = """async ([app, cases]) => {
    const {nextAfter, batch, bounds, settle, after, pause, renumbered} = await import(`/kiosk/app/${app}/queue.js`);
    const rules = {next: nextAfter, batch, bounds, settle, after, pause, renumbered};
    return cases.map(({rule, given}) => rules[rule](...given));
}"""


@KIOSK
def test_the_rules_of_the_outbox_hold_in_the_app(page: Page, live_server: Server) -> None:
    page.goto(f"{live_server.url}/kiosk/")
    told = page.evaluate(IN_JAVASCRIPT, [page.evaluate("document.body.dataset.version"), CASES])
    assert told == [case["gives"] for case in CASES]
