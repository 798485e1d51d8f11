"""A citizen rates and takes a receipt: by finger, by keyboard, in both languages, without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREENS
from tests.serving import Server

ITEMS = ("overall", "access", "procedure", "officer", "result", "feedback")
CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")
PHONE = pytest.mark.parametrize("screen", ["phone"], indirect=True)
DESKTOP = pytest.mark.parametrize("screen", ["desktop"], indirect=True)


def press_all(page: Page, step: int) -> None:
    """Press the same face for every question."""
    for item in ITEMS:
        page.locator(f"#item-{item}-{step}").check()


def code(page: Page) -> str:
    expect(page.locator(".ticket .code")).to_have_text(CODE)
    return page.locator(".ticket .code").inner_text()


def test_from_the_front_page_to_a_receipt_by_pressing(page: Page, live_server: Server) -> None:
    page.goto(live_server.url)
    page.get_by_role("link", name="Đánh giá ngay").click()
    page.get_by_role("link", name="Phường Tô Hiệu").click()
    for question in page.get_by_role("group").all()[: len(ITEMS)]:
        question.get_by_text("Hài lòng", exact=True).click()
    page.get_by_role("button", name="Gửi câu trả lời").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cảm ơn")
    assert code(page)


@PHONE
def test_from_the_front_page_to_a_receipt_in_english(page: Page, live_server: Server) -> None:
    page.goto(live_server.url)
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Rate now").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Tô Hiệu").click()
    page.get_by_role("radio", name="Very satisfied").first.check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")


@DESKTOP
def test_a_form_is_filled_in_and_sent_by_keyboard_alone(page: Page, live_server: Server) -> None:
    page.goto(f"{live_server.url}/rate/03646")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    page.keyboard.press("Enter")
    for _ in ITEMS:
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
    assert page.locator(".item input:checked").evaluate_all("all => all.map(one => one.value)") == [
        "2"
    ] * len(ITEMS)
    page.locator("button[type=submit]").focus()
    page.keyboard.press("Enter")
    assert code(page)


@DESKTOP
def test_a_screen_reader_hears_the_question_and_the_word_of_each_face(
    page: Page, live_server: Server
) -> None:
    page.goto(f"{live_server.url}/rate/03646")
    question = page.get_by_role("group", name="Nói chung, ông/bà có hài lòng")
    for word in ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"):
        expect(question.get_by_role("radio", name=word, exact=True)).to_have_count(1)


@PHONE
def test_an_empty_form_says_what_to_do_and_leads_there(page: Page, live_server: Server) -> None:
    page.goto(f"{live_server.url}/rate/03646")
    page.get_by_role("button", name="Gửi").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Chưa chọn câu trả lời nào")
    alert.get_by_role("link").click()
    expect(page.locator(":target")).to_have_attribute("name", "item-overall")
    press_all(page, 4)
    page.get_by_role("button", name="Gửi").click()
    assert code(page)


@PHONE
def test_going_back_and_pressing_again_gives_the_same_receipt(page: Page, live_server: Server) -> None:
    page.goto(f"{live_server.url}/rate/03646")
    press_all(page, 5)
    page.get_by_role("button", name="Gửi").click()
    first = code(page)
    page.go_back()
    press_all(page, 5)
    page.get_by_role("button", name="Gửi").click()
    assert code(page) == first
    page.reload()
    assert code(page) == first


@PHONE
def test_a_receipt_is_looked_up_and_never_shows_an_answer(page: Page, live_server: Server) -> None:
    page.goto(f"{live_server.url}/rate/03646")
    press_all(page, 1)
    page.get_by_role("button", name="Gửi").click()
    known = code(page)
    page.goto(f"{live_server.url}/receipt")
    page.get_by_label("Bốn nhóm").fill(known.lower())
    page.get_by_role("button", name="Kiểm tra").click()
    assert code(page) == known
    expect(page.locator("main")).not_to_contain_text("Rất không hài lòng")


@PHONE
def test_an_agency_is_found_by_typing_without_accents(page: Page, live_server: Server) -> None:
    page.goto(f"{live_server.url}/rate")
    page.get_by_role("searchbox").fill("chieng coi")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Phường Chiềng Cơi").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".agency")).to_have_text("Phường Chiềng Cơi")


def test_everything_works_without_javascript(browser: Browser, live_server: Server) -> None:
    context = browser.new_context(**SCREENS["phone"], java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{live_server.url}/rate/03646?form=long")
    page.locator("#item-access-1-4, [name^=item-][value='4']").first.check()
    page.get_by_role("button", name="Gửi").click()
    assert code(page)
    context.close()


@DESKTOP
def test_the_figure_on_the_page_says_how_sure_it_is(page: Page, demo_server: Server) -> None:
    page.goto(demo_server.url)
    expect(page.get_by_role("note")).to_contain_text("Dữ liệu mô phỏng")
    expect(page.locator(".big")).to_have_text(re.compile(r"^\d\d,\d\s%$"))
    expect(page.locator(".within")).to_have_text(re.compile(r"từ \d\d,\d\s% đến \d\d,\d\s%"))
    expect(page.locator(".goals .verdict").first).to_have_text(re.compile("đạt|không đạt|chưa đủ căn cứ"))


@PHONE
def test_before_anybody_answered_the_front_page_says_so_and_how_to_rate(
    page: Page, live_server: Server
) -> None:
    page.goto(f"{live_server.url}/waves/rating-long")
    expect(page.locator("main")).to_contain_text("Chưa có số liệu")
    page.goto(live_server.url)
    expect(page.get_by_role("link", name="Đánh giá ngay")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("0,0 %")
