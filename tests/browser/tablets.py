"""Tablets and the office behind them: a browser that can be killed, and what the service holds of its answers."""

from __future__ import annotations

import itertools
import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect
from sqlalchemy import select

from survey import collect, config, design
from survey.device import DeadLetter
from survey.response import Sealed
from survey.store import database as databases
from survey.store import schema
from survey.store.database import Database
from survey.web.context import now
from tests.serving import environment

PIN = "2468"
#: a receipt, as the thanks show it
CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")
SECONDS_TO_START = 60.0


@dataclass
class Office:
    """The service's side: it issues tablets and looks at what has arrived. Each tablet has a counter of its own."""

    db: Database
    counters: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        known = design.reference(self.db).counters
        self.counters = itertools.chain(["03646-1"], (code for code in sorted(known) if code != "03646-1"))

    def issue(self, *, pin: str | None = PIN) -> Issued:
        counter = next(self.counters)
        made = collect.issue(self.db, counter, at=now(), chance=secrets.token_bytes, pin=pin)
        return Issued(self, counter, made.device, made.code)

    def reissue(self, device: str) -> str:
        return collect.reissue(self.db, device, at=now(), chance=secrets.token_bytes).code


@dataclass
class Issued:
    """One tablet as the service knows it, and the code that activates it."""

    office: Office
    counter: str
    device: str
    code: str

    def stored(self) -> list[Sealed]:
        """The answers of its counter, those that wait to be sealed too."""
        return [one for one in stored_of(self.office.db) if one.counter == self.counter]

    def gaps(self) -> list[tuple[int, int]]:
        return [
            span
            for one in collect.missing(self.office.db)
            if one.device.id == self.device
            for span in one.ranges
        ]

    def letters(self) -> list[DeadLetter]:
        return collect.dead_letters(self.office.db, self.device)

    def revoke(self) -> None:
        collect.revoke(self.office.db, self.device, at=now())


def stored_of(db: Database) -> list[Sealed]:
    """All answers of a database, those that wait to be sealed too."""
    with db.read() as connection:
        held = connection.scalars(select(schema.inbox.c.content)).all()
        sealed = connection.scalars(select(schema.response.c.content)).all()
    return [Sealed.parse(bytes(content)) for content in (*held, *sealed)]


@contextmanager
def office_of(instance: Path) -> Iterator[Office]:
    settings = config.read(environment(instance))
    db = databases.connect(settings.database_url, settings.keys)
    yield Office(db)
    db.dispose()


# What people do.


def screen(page: Page, name: str) -> Locator:
    """Wait until a screen is shown."""
    shown = page.locator(f"#main[data-screen={name}]")
    expect(shown).to_be_visible()
    return shown


def set_up(page: Page, url: str, code: str) -> None:
    """Start the app for the first time and type the code."""
    page.goto(f"{url}/kiosk/")
    screen(page, "activate")
    page.get_by_label("Mã kích hoạt").fill(code)
    page.get_by_role("button", name="Cài đặt").click()
    screen(page, "attract")
    expect_kept(page)


def expect_kept(page: Page) -> None:
    """Wait until the worker has the app: from now on it starts without a network."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def begin(page: Page) -> None:
    screen(page, "attract")
    page.locator("[data-act=begin]").click()
    screen(page, "question")


def press(page: Page, what: int | str) -> None:
    """Press a face, by its step, or a button, by its words, and wait for what comes next."""
    asked = page.locator("#asked").inner_text()
    if isinstance(what, int):
        page.locator(".answer").nth(what - 1).click()
    else:
        page.get_by_role("button", name=what, exact=True).click()
    expect(page.locator("#asked")).not_to_have_text(asked)


def answer(page: Page, step: int = 4) -> None:
    """Answer the first question and finish: two presses."""
    begin(page)
    press(page, step)
    page.locator("[data-act=finish]").click()
    screen(page, "thanks")


def leave(page: Page) -> None:
    page.locator("[data-act=end]").click()
    screen(page, "attract")


def enter_pin(page: Page, pin: str = PIN) -> None:
    """Knock at the staff's door and type."""
    if page.locator("#main").get_attribute("data-screen") != "pin":
        for _ in range(5):
            page.locator(".brand").click()
        screen(page, "pin")
    type_pin(page, pin)


def type_pin(page: Page, pin: str) -> None:
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Nhập", exact=True).click()


def kept(page: Page, store: str) -> list[dict[str, Any]]:
    """What the tablet keeps in one of its stores."""
    found: list[dict[str, Any]] = page.evaluate(
        """store => new Promise((resolve, reject) => {
            const opening = indexedDB.open("hai-long-kiosk");
            opening.onerror = () => reject(opening.error);
            opening.onsuccess = () => {
                const reading = opening.result.transaction(store).objectStore(store).getAll();
                reading.onsuccess = () => (opening.result.close(), resolve(reading.result));
            };
        })""",
        store,
    )
    return found


def until(page: Page, condition: str) -> None:
    """Wait until a condition holds in the page, whose policy forbids Playwright's own way to look."""
    page.evaluate(f"async () => {{ while (!({condition})) await new Promise((go) => setTimeout(go, 20)); }}")


def emptied(page: Page) -> None:
    """Wait until nothing waits on the tablet."""
    page.evaluate(
        """() => new Promise((resolve, reject) => {
            const opening = indexedDB.open("hai-long-kiosk");
            const tooLate = setTimeout(() => reject(new Error("something still waits")), 60000);
            opening.onsuccess = () => {
                const look = () => {
                    const counting = opening.result.transaction("waiting").objectStore("waiting").count();
                    counting.onsuccess = () => {
                        if (counting.result > 0) return setTimeout(look, 50);
                        clearTimeout(tooLate);
                        opening.result.close();
                        resolve();
                    };
                };
                look();
            };
        })"""
    )


#: fills the app's database with noise in ever smaller pieces until not even the smallest fits
FILL = """() => new Promise((resolve) => {
    const opening = indexedDB.open("hai-long-kiosk");
    opening.onsuccess = async () => {
        const put = (name, size) => new Promise((told) => {
            const noise = new Uint8Array(size);
            for (let at = 0; at < size; at += 65536) crypto.getRandomValues(noise.subarray(at, at + 65536));
            const writing = opening.result.transaction("known", "readwrite", {durability: "strict"});
            writing.objectStore("known").put(noise, `noise-${name}`);
            writing.oncomplete = () => told(true);
            writing.onabort = () => told(false);
        });
        let number = 0;
        for (const size of [500000, 50000, 5000, 500, 50]) while (await put(number, size)) number += 1;
        opening.result.close();
        resolve(number);
    };
})"""
CLEAR = """() => new Promise((resolve) => {
    const opening = indexedDB.open("hai-long-kiosk");
    opening.onsuccess = () => {
        const clearing = opening.result.transaction("known", "readwrite");
        clearing.objectStore("known").delete(IDBKeyRange.bound("noise-", "noise-~"));
        clearing.oncomplete = () => (opening.result.close(), resolve());
    };
})"""


def fill(page: Page) -> None:
    """Leave no room on the tablet."""
    assert page.evaluate(FILL) > 0


def clear(page: Page) -> None:
    page.evaluate(CLEAR)


class Tablet:
    """A browser of its own, with a disk that outlives it, that can lose its power at any moment."""

    def __init__(self, playwright: Playwright, chromium: str, options: list[str], disk: Path) -> None:
        self._playwright, self._disk = playwright, disk
        self._command = [
            chromium,
            *options,
            "--headless",
            f"--user-data-dir={disk}",
            "--remote-debugging-port=0",
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._browser: Browser | None = None
        self._page: Page | None = None

    def start(self) -> Page:
        """Switch it on; gives an empty page."""
        port = self._disk / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [*self._command, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + SECONDS_TO_START
        while not (port.exists() and port.read_text().strip()):
            assert self._process.poll() is None and time.monotonic() < end, "the browser does not start"
            time.sleep(0.02)
        number = port.read_text().split()[0]
        self._browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{number}")
        context: BrowserContext = self._browser.contexts[0]
        context.set_default_timeout(20_000)
        self._page = context.pages[0] if context.pages else context.new_page()
        return self._page

    def keep_at_most(self, url: str, size: int | None) -> None:
        """Let the browser keep so many bytes for the app, or as many as it likes."""
        assert self._page is not None
        session = self._page.context.new_cdp_session(self._page)
        told = {"origin": url} | ({} if size is None else {"quotaSize": size})
        session.send("Storage.overrideQuotaForOrigin", told)

    def kill(self) -> None:
        """Cut the power; harmless without."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


def arrives(page: Page, issued: Issued, number: int) -> None:
    """Wait until nothing waits on the tablet; then the service holds so many answers, and none twice."""
    emptied(page)
    assert len(issued.stored()) == number
    assert issued.gaps() == []


def jump(page: Page, seconds: float) -> None:
    page.clock.fast_forward(int(seconds * 1000))
