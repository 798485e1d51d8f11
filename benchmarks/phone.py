"""What a respondent with a slow telephone waits for: bytes, requests and seconds until a form can be pressed."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measure import Options, Table, median, whole
from tests.serving import Server, serving, set_up

#: WebPageTest's slow 3G: bytes per second either way, milliseconds to and fro
SLOW = {"downloadThroughput": 50_000, "uploadThroughput": 50_000, "latency": 400, "offline": False}
#: how many times slower than this machine a cheap telephone computes
SLOWER = 4
PATHS = (
    "/rate/03646",
    "/rate/03646?form=long",
    "/c/03646-1",
    "/p/1.001193",
    "/rate/03646/procedures",
    "/rate",
    "/receipt",
    "/embed",
    "/posters",
)
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@dataclass
class Visit:
    """What one first visit to a page took."""

    seconds: float
    bytes: int = 0
    requests: int = 0


def run(options: Options) -> list[Table]:
    set_up(options.folder)
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        return [Table("On a slow telephone", ("",), (("no Chromium: name one with CHROMIUM",),))]
    turns = 1 if options.quick else 3
    paths = PATHS[:1] if options.quick else PATHS
    with serving(options.folder) as server, sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=["--disable-gpu", *sandbox])
        rows = [_row(path, [visit(browser, server, path) for _ in range(turns)]) for path in paths]
        taps = _taps(browser, server)
        browser.close()
    return [
        Table(
            "On a slow telephone, first visit",
            ("page", "seconds until it can be used", "bytes", "requests"),
            tuple(rows),
            (
                f"slow 3G: 400 kbit/s, 400 ms to and fro; a processor {SLOWER} times slower; nothing kept before",
                "bytes are those on the wire, with heads, style sheet and mark; goal: below 50 KB",
                f"{taps[0]} taps answer every question of the short form, {taps[1]} are enough",
            ),
        )
    ]


def visit(browser: Browser, server: Server, path: str) -> Visit:
    """Open a page as somebody who was never here."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    seen = Visit(0.0)

    def finished(event: dict[str, Any]) -> None:
        seen.bytes += int(event["encodedDataLength"])
        seen.requests += 1

    devtools.on("Network.loadingFinished", finished)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(server.url + path, wait_until="load")
    page.wait_for_load_state("networkidle")
    timing = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    seen.seconds = float(page.evaluate(timing)) / 1000
    context.close()
    return seen


def _row(path: str, visits: list[Visit]) -> tuple[str, ...]:
    seconds = median([each.seconds for each in visits])
    last = visits[-1]
    return f"`{path}`", f"{seconds:.1f}", whole(last.bytes), str(last.requests)


def _taps(browser: Browser, server: Server) -> tuple[int, int]:
    """How many taps the short form takes with every answer, and with the fewest."""
    page = browser.new_page()
    taps = press(page, server, everything=True), press(page, server, everything=False)
    page.close()
    return taps


def press(page: Page, server: Server, *, everything: bool) -> int:
    """Answer the short form by pressing and send it; how many presses that took."""
    page.goto(f"{server.url}/rate/03646")
    questions = page.locator("fieldset.item:not(.aside)").all()
    taps = 0
    for question in questions if everything else questions[:1]:
        question.locator(".step").last.click()
        taps += 1
    page.locator(".send button").click()
    page.locator(".ticket").wait_for()
    return taps + 1
