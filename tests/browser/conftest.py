"""A real browser against a real server: `page` looks at `live_server`, `demo_server` has a year in it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, Request, sync_playwright

from tests.browser import tablets
from tests.browser.tablets import Issued, Office, Tablet
from tests.serving import Server, serving, set_up

CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

#: a test fetches nothing but the pages it asks for, from a browser that never saw one before
CHROMIUM_OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)

#: what people hold: a small cheap phone, an office screen, the upright tablet at a counter
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "kiosk": {"viewport": {"width": 800, "height": 1280}, "has_touch": True},
}


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service with its catalogue and no answers yet, for the tests of one file."""
    instance = tmp_path_factory.mktemp("instance")
    set_up(instance)
    with serving(instance) as server:
        yield server


@pytest.fixture(scope="session")
def demo_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated year, made by the first worker that asks; the others wait for it."""
    folder = tmp_path_factory.getbasetemp()
    shared = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "simulated-year"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "instance").exists():
            set_up(shared / "unfinished", "--demo")
            (shared / "unfinished").rename(shared / "instance")
    return shared / "instance"


@pytest.fixture(scope="session")
def demo_server(demo_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service with its simulated year; its tests read and leave no answers."""
    own = shutil.copytree(demo_instance, tmp_path_factory.mktemp("demo") / "instance")
    with serving(own, "--demo") as server:
        yield server


def chromium() -> str:
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if named is None:
        pytest.skip("no Chromium: run ./test, or name one with CHROMIUM")
    return named


def options() -> list[str]:
    """Chromium refuses root with its sandbox on; the pages shown are our own."""
    return [*CHROMIUM_OPTIONS, "--no-sandbox"] if os.geteuid() == 0 else [*CHROMIUM_OPTIONS]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    opened = playwright.chromium.launch(executable_path=chromium(), args=options())
    yield opened
    opened.close()


@pytest.fixture(params=list(SCREENS))
def screen(request: pytest.FixtureRequest) -> str:
    """A test runs on every screen; `@pytest.mark.parametrize("screen", ["phone"], indirect=True)` on one."""
    name: str = request.param
    return name


@pytest.fixture
def page(browser: Browser, screen: str) -> Iterator[Page]:
    """A page of a Vietnamese browser; the test fails on a script's error or a look at another host."""
    faults: list[str] = []
    context = browser.new_context(**SCREENS[screen], locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    context.set_default_timeout(10_000)
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.on("request", lambda request: faults.extend(strangers(request)))
    yield context.new_page()
    context.close()
    assert not faults


@pytest.fixture(scope="module")
def office(live_server: Server) -> Iterator[Office]:
    with tablets.office_of(live_server.instance) as opened:
        yield opened


@pytest.fixture
def issued(office: Office) -> Issued:
    return office.issue()


@pytest.fixture
def tablet(page: Page, live_server: Server, issued: Issued) -> Page:
    """An upright tablet that was set up and invites its first visitor."""
    tablets.set_up(page, live_server.url, issued.code)
    return page


@pytest.fixture
def own(playwright: Playwright, browser: Browser, tmp_path: Path) -> Iterator[Tablet]:
    """A tablet with a disk of its own, switched off."""
    made = Tablet(
        playwright, chromium(), [*options(), "--window-size=800,1280", "--lang=vi"], tmp_path / "disk"
    )
    yield made
    made.kill()


def strangers(request: Request) -> list[str]:
    """What a page asks of any host but the service itself."""
    parts = urlsplit(request.url)
    near = {"127.0.0.1", "localhost"}
    return [request.url] if parts.scheme in {"http", "https"} and parts.hostname not in near else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
