"""Every screen of the kiosk in a real browser: by keyboard alone, by screen reader, small, large and in the dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tablets import (
    CODE,
    Issued,
    answer,
    arrives,
    begin,
    enter_pin,
    jump,
    leave,
    press,
    screen,
    type_pin,
)
from tests.browser.test_pages import faults
from tests.serving import Server

KIOSK = pytest.mark.parametrize("screen", ["kiosk"], indirect=True)


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
