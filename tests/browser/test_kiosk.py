"""The kiosk in a real browser against the real service: a visit, its language and voice, and the app itself."""

from __future__ import annotations

import json
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREENS
from tests.browser.tablets import (
    CODE,
    Issued,
    answer,
    arrives,
    begin,
    jump,
    kept,
    leave,
    office_of,
    press,
    screen,
    set_up,
    until,
)
from tests.serving import Server, free_port, serving
from tests.serving import set_up as set_up_service

KIOSK = pytest.mark.parametrize("screen", ["kiosk"], indirect=True)


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
