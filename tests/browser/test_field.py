"""The interviewer's phone in a real browser against the real service: nothing lost, nothing twice, nothing to be read."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from survey.account import Account
from survey.disposition import Disposition
from survey.fieldwork import phones
from survey.household import SampleUnit
from survey.store import visits
from survey.web.context import now
from tests.browser.conftest import chromium, options
from tests.browser.tablets import Office, Tablet, office_of, screen, stored_of
from tests.browser.test_pages import faults
from tests.fieldworkers import VILLAGES, WAVE, interviewer, opened
from tests.serving import Server

PIN = "735204"
PHONE = ["--window-size=360,740", "--lang=vi"]


@pytest.fixture(scope="module")
def office(live_server: Server) -> Iterator[Office]:
    with office_of(live_server.instance) as made:
        yield made


@pytest.fixture(scope="module")
def units(office: Office) -> tuple[SampleUnit, ...]:
    return opened(office.db)


@pytest.fixture(scope="module")
def lan(office: Office, units: tuple[SampleUnit, ...]) -> Account:
    return interviewer(office.db, units=units)


@pytest.fixture
def own(playwright: Playwright, browser: Browser, tmp_path: Path) -> Iterator[Tablet]:
    """A phone with a disk of its own, switched off."""
    made = Tablet(playwright, chromium(), [*options(), *PHONE], tmp_path / "disk")
    yield made
    made.kill()


def button(page: Page, words: str) -> Locator:
    return page.get_by_role("button", name=words, exact=True)


def choose_pin(page: Page, pin: str = PIN) -> None:
    screen(page, "choose")
    page.get_by_label("Mã PIN, từ sáu chữ số").fill(pin)
    page.get_by_label("Nhập lại mã PIN").fill(pin)
    button(page, "Khóa bằng mã PIN này").click()
    screen(page, "home")


def unlock(page: Page, pin: str = PIN) -> None:
    screen(page, "unlock")
    page.get_by_label("PIN", exact=True).fill(pin)
    button(page, "Mở").click()


def open_unit(page: Page, unit: SampleUnit) -> None:
    """From the list to one household."""
    page.locator(".entry", has_text=unit.village).click()
    screen(page, "village")
    page.locator(".entry", has_text=str(unit.label)).click()
    screen(page, "unit")


def answer(page: Page, times: int) -> None:
    """Press the last step of so many questions; several choices are one press and a step on."""
    for _ in range(times):
        asked = page.locator("#asked").inner_text()
        page.locator("[data-list=steps] .answer").last.click()
        if (many := page.locator("[data-act=many]")).count():
            many.click()
        expect(page.locator("#asked")).not_to_have_text(asked)


def judged(page: Page) -> None:
    """The screen passes axe, and nothing of it is wider than the phone."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def everything_kept(page: Page) -> str:
    """All that the phone holds, as text: what whoever finds it could read."""
    found: str = page.evaluate(
        """() => new Promise((resolve) => {
            const opening = indexedDB.open("hai-long-field");
            opening.onsuccess = async () => {
                const database = opening.result, read = [];
                for (const name of database.objectStoreNames) {
                    const rows = await new Promise((told) => {
                        const asked = database.transaction(name).objectStore(name).getAll();
                        asked.onsuccess = () => told(asked.result);
                    });
                    const plain = (key, value) =>
                        value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
                    read.push(JSON.stringify(rows, plain));
                }
                database.close();
                resolve(read.join());
            };
        })"""
    )
    return found


def test_an_interview_without_a_network_outlives_the_power_and_arrives_once(
    own: Tablet, live_server: Server, office: Office, units: tuple[SampleUnit, ...], lan: Account
) -> None:
    """Set up and locked, killed in the middle, answered to the end offline, and sent when there is a network."""
    code = phones.issue(office.db, lan, by=lan, at=now(), chance=secrets.token_bytes).code
    asked, locked_door = units[0], units[1]
    page = own.start()
    set_up(page, f"{live_server.url}/field/#{code}", code)
    # The network is gone: a locked door is kept, and an interview begins.
    page.context.set_offline(True)
    find_nobody(page, locked_door)
    open_question = begin(page, asked)
    own.kill()
    # Switched on again, without a network: locked, and it goes on where it was.
    page = own.start()
    page.context.set_offline(True)
    page.goto(f"{live_server.url}/field/")
    open_locked(page, asked)
    finish(page, asked, open_question)
    own.kill()
    # Days later there is a network: everything arrives once, and is erased from the phone.
    page = own.start()
    page.goto(f"{live_server.url}/field/")
    unlock(page)
    expect(page.locator("#foot")).to_contain_text("Không còn gì chờ gửi.")
    arrived(office, asked, locked_door)
    assert '"answers"' not in everything_kept(page)
    send_again(page)
    arrived(office, asked, locked_door)
    [phone] = phones.phones_within(office.db, "son-la")
    assert (phone.missing, phone.refused) == (0, ())
    forgotten_and_lost(page, office, live_server, lan, phone.device.id)


def set_up(page: Page, address: str, code: str) -> None:
    """By the link with the code, and a PIN; then the app needs no network to start."""
    page.goto(address)
    screen(page, "activate")
    expect(page.get_by_label("Mã kích hoạt")).to_have_value(code)
    judged(page)
    button(page, "Cài đặt").click()
    screen(page, "choose")
    judged(page)
    choose_pin(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    expect(page.locator(".entry")).to_have_count(len(VILLAGES))
    judged(page)


def find_nobody(page: Page, unit: SampleUnit) -> None:
    open_unit(page, unit)
    judged(page)  # opens the lists of ends, too
    button(page, "không có ai ở nhà").click()
    button(page, "Lưu lần đến").click()
    expect(page.locator("p.done")).to_contain_text("Lần đến đã được lưu")
    expect(page.locator("#foot")).to_contain_text("Chờ gửi: 1 lần đến, 0 phỏng vấn")
    button(page, "Quay lại").click()


def begin(page: Page, unit: SampleUnit) -> str:
    """Answer three questions, in one language and the other; gives the one that is open then."""
    page.locator(".entry", has_text=str(unit.label)).click()
    button(page, "Bắt đầu phỏng vấn").click()
    screen(page, "consent")
    button(page, "Người được chọn đồng ý: bắt đầu").click()
    screen(page, "question")
    judged(page)
    answer(page, 3)
    button(page, "English").click()
    expect(page.locator(".eyebrow")).to_contain_text("Question 4 of 85")
    button(page, "Tiếng Việt").click()
    expect(page.locator(".eyebrow")).to_contain_text("Câu 4 trên 85")
    return page.locator("#asked").inner_text()


def open_locked(page: Page, unit: SampleUnit) -> None:
    """Nothing of a locked phone can be read, and a wrong PIN opens nothing."""
    screen(page, "unlock")
    judged(page)
    held = everything_kept(page)
    assert str(unit.label) not in held and '"answers"' not in held and unit.village not in held
    unlock(page, "111222")
    expect(page.get_by_role("alert")).to_have_text("Mã PIN không đúng.")
    unlock(page)
    screen(page, "home")


def finish(page: Page, unit: SampleUnit, open_question: str) -> None:
    open_unit(page, unit)
    button(page, "Tiếp tục phỏng vấn").click()
    expect(page.locator("#asked")).to_have_text(open_question)
    answer(page, 81)
    page.locator("[data-list=steps] .answer").last.click()
    screen(page, "helped")
    button(page, "Người thân, bạn bè").click()
    screen(page, "last")
    judged(page)
    expect(page.get_by_text("Đã trả lời 39 trên 39 tiêu chí.")).to_be_visible()
    button(page, "Kết thúc và lưu phỏng vấn").click()
    expect(page.locator("p.done")).to_contain_text("Lần đến đã được lưu")
    expect(page.locator("#foot")).to_contain_text("Chờ gửi: 2 lần đến, 1 phỏng vấn")


def send_again(page: Page) -> None:
    page.locator("[data-act=phone]").click()
    screen(page, "phone")
    judged(page)
    button(page, "Gửi ngay").click()
    expect(page.get_by_text("Đã gửi hết.")).to_be_visible()


def arrived(office: Office, asked: SampleUnit, locked_door: SampleUnit) -> None:
    """One interview, under its village, and two visits."""
    [kept] = [one for one in stored_of(office.db) if one.wave == WAVE.code]
    assert (kept.psu, kept.assisted, kept.mode) == (asked.psu, "relative", "interviewer")
    with office.db.read() as connection:
        ended = visits.dispositions(connection, WAVE.code)
    assert ended == {asked.code: Disposition.COMPLETE, locked_door.code: Disposition.NOBODY_HOME}


def forgotten_and_lost(page: Page, office: Office, server: Server, lan: Account, device: str) -> None:
    """A forgotten PIN is chosen anew with a code; a lost phone is told that it is revoked."""
    code = phones.reissue(office.db, device, by=lan, at=now(), chance=secrets.token_bytes).code
    page.goto("about:blank")
    page.goto(f"{server.url}/field/#{code}")
    screen(page, "activate")
    button(page, "Cài đặt").click()
    choose_pin(page, "908172")
    expect(page.locator(".entry")).to_have_count(len(VILLAGES))
    phones.revoke(office.db, device, by=lan, at=now())
    page.reload()
    unlock(page, "908172")
    expect(page.get_by_role("alert")).to_contain_text("Điện thoại này đã bị thu hồi.")
