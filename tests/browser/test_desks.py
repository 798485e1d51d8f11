"""Every page behind the sign-in, over the simulated year, as whoever may do everything meets it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from werkzeug.routing import Rule

from survey import admit, config, create_app, roles
from survey.account import Stage, Way
from survey.admit import sessions
from survey.roles import AGENCY_OF, GRANTED, Grant
from survey.store import accounts
from survey.store.database import Database
from survey.web.context import moment
from tests.browser.test_pages import faults
from tests.serving import Server, environment, serving

ROOT = "son-la"

#: of each route, what stands in its address
PARTS: dict[str, dict[str, str]] = {
    "cases.case": {"number": "1"},
    "catalogue.listed": {"file": "procedures"},
    "catalogue.history": {"file": "agencies"},
    "catalogue.row": {"file": "targets"},
    "comments.mask": {"number": "1"},
    "instruments.shown": {"ref": "onestop-short@2026.1"},
    "people.person": {"name": "xem-thu"},
    "waves.one": {"wave": "sipas-last"},
}

#: pages that somebody has to send something for first; `made_first` does
MADE_FIRST = {
    *("catalogue.preview", "instruments.item", "instruments.preview", "kiosks.batch", "people.batch"),
    *("sheets.batch", "sheets.differences", "sheets.entry"),
}

#: files and charts; `publishing.one` needs an edition, and `account.confirm_provider` leads out of the house
NO_PAGES = {
    *("account.confirm_provider", "audit.export", "catalogue.download", "dashboard.chart", "dashboard.csv"),
    *("dashboard.workbook", "instruments.toml", "publishing.bundle", "publishing.one", "sheets.document"),
    *("waves.progress_csv", "waves.sample_csv", "waves.weights_json"),
}

#: an office screen, a small telephone, the narrowest one, and what A4 leaves between its margins
SCREEN = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 640}
A4 = {"width": 703, "height": 1030}

#: adds up how far a page moves after it was first painted
SHIFTS = """globalThis.moved = 0; new PerformanceObserver(seen => {
    for (const each of seen.getEntries()) moved += each.value;
}).observe({type: "layout-shift", buffered: true})"""

pytestmark = pytest.mark.parametrize("screen", ["desktop"], indirect=True)


@pytest.fixture(scope="module")
def worked_at(demo_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service with a simulated year of its own, which tests may change."""
    own = shutil.copytree(demo_instance, tmp_path_factory.mktemp("worked_at") / "instance")
    with serving(own, "--demo") as server:
        yield server


@pytest.fixture(scope="module")
def app(worked_at: Server) -> Iterator[Flask]:
    """The application over the database that the server reads."""
    settings = config.read({**os.environ, **environment(worked_at.instance)}, simulated=True)
    made = create_app(replace(settings, seal_here=False))
    yield made
    made.extensions["store"].dispose()


@pytest.fixture(scope="module")
def person(app: Flask) -> int:
    """The number of an account that may do everything."""
    db: Database = app.extensions["store"]
    given = admit.create(db, None, name="every", person="Lò Thị Lan", agency=ROOT, address="", at=moment())
    for role in GRANTED:
        admit.give(db, None, given.account, Grant(role, ROOT), at=moment())
    return given.account.id


@pytest.fixture
def everything(app: Flask, person: int, page: Page, worked_at: Server) -> Page:
    """The page of that person, who showed a moment ago who they are."""
    db: Database = app.extensions["store"]
    with db.write() as connection:
        account = accounts.account(connection, person)
        session = sessions.begin(
            connection, account, stage=Stage.OPEN, way=Way.PASSKEY, device="Chrome · Linux", at=moment()
        )
    page.context.add_cookies([{"name": "staff", "value": session.token, "url": worked_at.url}])
    return page


def routes(app: Flask) -> dict[str, Rule]:
    """What can be looked at behind the sign-in, by endpoint."""
    return {
        rule.endpoint: rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not roles.is_public(rule.endpoint)
    }


def address(rule: Rule) -> str:
    agency = {AGENCY_OF[rule.endpoint]: ROOT} if rule.endpoint in AGENCY_OF else {}
    built = rule.build({**agency, **PARTS.get(rule.endpoint, {})})
    assert built is not None, rule.endpoint
    return str(built[1])


def made_first(page: Page, desk: str, folder: Path) -> Iterator[str]:
    """Pages that stand behind a form, each by what its form leads to."""
    page.goto(f"{desk}/instruments")
    page.select_option("#base", "onestop-short@2026.1")
    page.fill("#version", "2027.9")
    page.locator("main form button").first.click()
    draft = page.url
    yield from (draft, f"{draft}/item?code=access", f"{draft}/preview/vi")
    page.goto(f"{desk}/paper")
    page.locator("main form button").first.click()
    batch = page.url
    yield from (batch, f"{batch}/entry", f"{batch}/differences")
    page.goto(f"{desk}/catalogue/agencies/row?key=03646")
    page.fill("#name_en", "Tô Hiệu")
    page.locator("main form button").first.click()
    yield page.url
    for name, table in {
        "kiosks": "counter,kiosks\n03646-1,2\n",
        "people": "name,person,agency,address,roles\nlan.lo,Lò Thị Lan,03646,,analyst;head\n",
    }.items():
        file = folder / f"{name}.csv"
        file.write_text(table, encoding="utf-8")
        page.goto(f"{desk}/{name}")
        page.set_input_files("#file", file)
        page.locator("form[enctype] button").click()
        yield page.url


def too_faint(page: Page) -> list[str]:
    """What axe, which lies in the page already, finds against the contrast of colours."""
    found = page.evaluate("axe.run({runOnly: {type: 'rule', values: ['color-contrast']}})")
    return [str(node["target"]) for each in found["violations"] for node in each["nodes"]]


def cut_off(page: Page) -> list[str]:
    """Where the open page needs scrolling sideways: on a narrow telephone, or never on paper."""
    found = []
    for name, size, media in (("narrow", NARROW, "screen"), ("paper", A4, "print")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(media=media)  # type: ignore[arg-type]
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append(name)
    page.emulate_media(media="screen")
    return found


def test_no_page_behind_the_sign_in_has_a_barrier_or_is_cut_off(
    everything: Page, app: Flask, worked_at: Server, tmp_path: Path
) -> None:
    """Both schemes of colour are looked at on the same loaded page."""
    known = routes(app)
    assert set(known) >= MADE_FIRST | NO_PAGES | set(PARTS)
    straight = [address(rule) for name, rule in known.items() if name not in MADE_FIRST | NO_PAGES]
    behind = made_first(everything, f"{worked_at.url}/desk/{ROOT}", tmp_path)
    wrong = []
    for path in (*straight, f"/desk/{ROOT}/nowhere", "/desk/03646", *behind):
        everything.set_viewport_size(SCREEN)  # type: ignore[arg-type]
        everything.emulate_media(color_scheme="light")
        answer = everything.goto(path if path.startswith("http") else worked_at.url + path)
        assert answer and answer.status == (404 if path.endswith("nowhere") else 200), path
        wrong += [(path, "light", each) for each in faults(everything)]
        everything.emulate_media(color_scheme="dark")
        wrong += [(path, "dark", each) for each in too_faint(everything)]
        wrong += [(path, "cut off", each) for each in cut_off(everything)]
    assert wrong == []


def test_an_office_screen_shows_the_answer_before_anybody_scrolls(
    everything: Page, worked_at: Server
) -> None:
    """One filter row, and below it where an agency stands, against what, and what to mend first."""
    everything.set_viewport_size(SCREEN)  # type: ignore[arg-type]
    for agency in ("03664", "03646", ROOT, "cong-an"):
        everything.goto(f"{worked_at.url}/desk/{agency}")
        tops = everything.locator(".filters :is(select, button)").evaluate_all(
            "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
        )
        assert len(set(tops)) == 1, agency
        cards = everything.locator(".standing .card").evaluate_all(
            "all => all.map(card => card.lastElementChild.getBoundingClientRect().bottom)"
        )
        assert len(cards) == 3
        assert max(cards) <= SCREEN["height"], agency


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_telephone_shows_where_an_agency_stands_before_anybody_scrolls(
    everything: Page, worked_at: Server, language: str
) -> None:
    everything.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for agency in ("03664", "03646", "noi-vu", ROOT):
        everything.goto(f"{worked_at.url}/desk/{agency}?lang={language}")
        for told in (".big", ".verdict", ".within"):
            box = everything.locator(f".standing .headline {told}").bounding_box()
            assert box and box["y"] + box["height"] <= PHONE["height"], (agency, told)


def test_each_row_above_a_page_is_one_row_on_a_telephone_with_the_page_in_view(
    everything: Page, worked_at: Server
) -> None:
    """Whatever is beyond the edge is scrolled to: nothing is taken away, and the page itself stays where it is."""
    everything.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for page in ("", "/alerts", "/screening", "/catalogue", "/asking", "/audit"):
        everything.goto(f"{worked_at.url}/desk/{ROOT}{page}")
        for row in (".menu", ".desk-groups", ".desk-menu"):
            boxes = everything.locator(f"{row} :is(a, button)").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect()).map(box => [box.top, box.height])"
            )
            assert len({top for top, _ in boxes}) == 1, (page, row)
            assert all(height >= 44 for _, height in boxes), (page, row)
        for current in everything.locator(".desk-bar [aria-current]").all():
            expect(current).to_be_in_viewport(ratio=0.95)
        assert everything.evaluate("scrollY") == 0
        reach(everything, everything.locator(".desk-menu a").last)
        assert everything.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_filters_fold_away_on_a_telephone_and_open_by_the_keyboard(
    everything: Page, worked_at: Server
) -> None:
    page, summary = everything, everything.locator(".choices > summary")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.add_init_script(SHIFTS)
    page.goto(f"{worked_at.url}/desk/03664?period=2026")
    expect(page.locator("#filters")).to_be_hidden()
    expect(summary).to_contain_text("Đang hiển thị: cuộc khảo sát Đánh giá sau giải quyết thủ tục")
    assert page.evaluate("moved") == 0
    reach(page, summary)
    page.keyboard.press("Enter")
    expect(page.locator("#filters")).to_be_visible()
    reach(page, page.locator("#filter-mode"))
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#filter-mode option:checked").inner_text()
    press(page, page.locator(".filters button"))
    expect(page).to_have_url(re.compile(r"mode=\w"))
    expect(page.locator("#filters")).to_be_hidden()
    expect(summary).to_contain_text(chosen)
    assert faults(page) == []


def test_filters_stand_open_where_there_is_room_and_after_a_wrong_choice(
    everything: Page, worked_at: Server
) -> None:
    page, filters = everything, everything.locator("#filters")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{worked_at.url}/desk/03664?period=1999")
    page.locator(".other a.button").click()
    expect(filters).to_be_visible()
    page.goto(f"{worked_at.url}/desk/03664")
    expect(filters).to_be_hidden()
    page.set_viewport_size(SCREEN)  # type: ignore[arg-type]
    expect(filters).to_be_visible()
    expect(page.locator(".choices > summary")).to_be_hidden()


def test_filters_work_on_a_telephone_that_runs_no_script(
    everything: Page, browser: Browser, worked_at: Server
) -> None:
    state = everything.context.storage_state()
    bare = browser.new_context(viewport=PHONE, java_script_enabled=False, storage_state=state)  # type: ignore[arg-type]
    page = bare.new_page()
    page.goto(f"{worked_at.url}/desk/03664")
    page.select_option("#filter-mode", "kiosk")
    page.locator(".filters button").click()
    expect(page).to_have_url(re.compile("mode=kiosk"))
    bare.close()


def test_a_printed_dashboard_leaves_out_what_is_pressed(everything: Page, worked_at: Server) -> None:
    everything.goto(f"{worked_at.url}/desk/03664?mode=kiosk")
    everything.emulate_media(media="print")
    for told in (".now", ".standing", "#changes", "#written"):
        expect(everything.locator(told)).to_be_visible()
    for pressed in (".filters", ".contents", "#data", ".desk-menu"):
        expect(everything.locator(pressed).first).to_be_hidden()
    everything.emulate_media(media="screen")


def reach(page: Page, wanted: Locator) -> None:
    """Go on by the Tab key until `wanted` has the focus, in sight and with a line around it."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    expect(wanted).to_be_in_viewport()
    assert wanted.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def press(page: Page, wanted: Locator) -> None:
    reach(page, wanted)
    page.keyboard.press("Enter")


def skip(page: Page, title: str) -> None:
    """On the page with this title, the first stop leads past its head."""
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_keyboard_alone_reads_figures_answers_a_person_and_disputes(
    everything: Page, worked_at: Server
) -> None:
    page = everything
    page.goto(f"{worked_at.url}/desk")
    press(page, page.get_by_role("link", name="Bảng số liệu"))
    skip(page, "Bảng số liệu")
    reach(page, page.locator("#filter-period"))
    page.keyboard.press("ArrowDown")
    press(page, page.locator(".filters button"))
    expect(page).to_have_url(re.compile(r"period=2025"))
    skip(page, "Bảng số liệu")
    with page.expect_download() as export:
        press(page, page.locator("main a", has_text="CSV").first)
    assert export.value.suggested_filename.endswith(".csv")
    press(page, page.locator(".desk-groups a", has_text="Phản hồi"))
    skip(page, "Ý kiến")
    press(page, page.get_by_role("button", name="Mở vụ việc").first)
    skip(page, "Vụ việc số")
    reach(page, page.locator("#text"))
    page.keyboard.type("Cơ quan đã sửa giấy hẹn.")
    press(page, page.get_by_role("button", name="Gửi trả lời"))
    expect(page.locator(".steps-of")).to_contain_text("Cơ quan đã sửa giấy hẹn.")
    press(page, page.locator(".desk-menu a", has_text="Phiếu đề nghị xem lại"))
    skip(page, "Phiếu đề nghị xem lại")
    reach(page, page.locator("#day"))
    page.keyboard.type("01052026")
    reach(page, page.locator("#words"))
    page.keyboard.type("Đoàn khách đến nhầm quầy.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()  # nobody answered there on that day
    expect(page.locator("#words")).to_have_value("Đoàn khách đến nhầm quầy.")
    expect(page.locator("#day")).to_have_value(re.compile("2026-0[15]-0[15]"))
