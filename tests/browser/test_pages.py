"""Every page, as people meet it: no barrier that axe knows of, nothing cut off, and small.

What is asked of WCAG 2.2 AA and can be measured is measured here, in both schemes of colour and on
a small and a large screen.
"""

from __future__ import annotations

import gzip
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Server

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: pages that are looked at on a phone in daylight and on a desk at night
PAGES = [
    "/",
    "/rate",
    "/rate?q=chieng",
    "/rate/03646",
    "/rate/noi-vu?form=long",
    "/rate/03646/procedures?q=khai",
    "/c/nowhere",
    "/p/1.001193",
    "/embed",
    "/embed?agency=03646&procedure=1.001193",
    "/posters",
    "/receipt",
    "/receipt/AAAA-AAAA-AAAA-AAAA",
    "/agencies/noi-vu",
    "/changes",
    "/waves",
    "/plan?margin=3&strata=Mai+S%C6%A1n%3B14500%0AM%E1%BB%99c+Ch%C3%A2u%3B32000%3B80",
    "/goal",
    "/fields/land",
    "/factors/officer",
    "/editions",
    "/figures?agency=03646",
    "/report",
    "/method",
    "/nothing-here",
]

#: the same pages in other words, in another order, or with nothing found
VARIANTS = [
    "/?lang=en",
    "/rate?q=nowhere",
    "/rate/03646?lang=en",
    "/rate/03646?procedure=9.999999&lang=en",
    "/p/1.001193?lang=en",
    "/embed?procedure=1.001193&lang=en",
    "/embed?procedure=9.9",
    "/posters?q=to+hieu&lang=en",
    "/rate/noi-vu?form=long&lang=en",
    "/agencies/van-phong-ubnd",
    "/agencies/03664?lang=en",
    "/?order=index",
    "/changes?against=same-quarter&lang=en",
    "/waves/rating-long",
    "/waves/rating-long/changes",
    "/plan?margin=x&lang=en",
    "/goal?lang=en",
    "/data?lang=en",
    "/privacy?lang=en",
]

#: a page with its style sheet, as a server in front compresses them
LARGEST = 50 * 1024


def faults(page: Page) -> list[str]:
    """What axe finds against, one line for each rule."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", STANDARDS)
    return [f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}" for each in found["violations"]]


@pytest.mark.parametrize("path", [*PAGES, *VARIANTS])
@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_no_page_has_a_barrier_on_a_phone_or_needs_scrolling_sideways(
    page: Page, demo_server: Server, path: str
) -> None:
    page.goto(demo_server.url + path)
    assert faults(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_no_page_has_a_barrier_on_a_dark_desk(page: Page, demo_server: Server, path: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(demo_server.url + path)
    assert faults(page) == []


@pytest.mark.parametrize("path", ["/", "/agencies/03646", "/waves/rating-short", "/rate/03646", "/waves"])
@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_no_page_has_a_barrier_before_anybody_answered(page: Page, live_server: Server, path: str) -> None:
    page.goto(live_server.url + path)
    assert faults(page) == []


@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_a_form_that_came_back_and_its_receipt_have_no_barrier(page: Page, live_server: Server) -> None:
    page.goto(f"{live_server.url}/rate/03646")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []
    page.locator("#item-overall-3").check()
    assert faults(page) == []
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator(".ticket")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("screen", ["phone"], indirect=True)
@pytest.mark.parametrize("path", ["/", "/goal", "/three-numbers"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_languages_stand_beside_the_name_on_a_phone(
    page: Page, live_server: Server, path: str, language: str
) -> None:
    page.goto(f"{live_server.url}{path}?lang={language}")
    places = [page.locator(f".top {part}").bounding_box() for part in (".brand", ".languages")]
    assert places[0] and places[1] and places[0]["y"] == places[1]["y"]


@pytest.mark.parametrize("path", ["/rate/03646", "/rate/noi-vu?form=long", "/rate", "/receipt"])
@pytest.mark.parametrize("screen", ["phone", "kiosk"], indirect=True)
def test_what_is_pressed_is_as_large_as_a_fingertip(page: Page, demo_server: Server, path: str) -> None:
    page.goto(demo_server.url + path)
    small = page.locator(".step, .reason, button, .top a, .places a").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
    )
    assert small == []


@pytest.mark.parametrize("path", [*PAGES, *VARIANTS])
def test_a_page_with_its_style_sheet_is_small(demo_server: Server, path: str) -> None:
    style = (Path(__file__).parents[2] / "survey" / "static" / "hai-long.css").read_bytes()
    assert len(gzip.compress(asked(demo_server.url + path))) + len(gzip.compress(style)) <= LARGEST


def asked(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url) as answer:
            content: bytes = answer.read()
    except urllib.error.HTTPError as refusal:
        content = refusal.read()
    return content
