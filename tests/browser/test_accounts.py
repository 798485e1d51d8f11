"""Passkeys with a real browser and its virtual authenticator, and the staff's pages as people meet them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import SCREENS
from tests.browser.test_pages import faults
from tests.provider import CLIENT_ID, CLIENT_SECRET, Vouching, certificate, vouching
from tests.serving import SURVEY, Server, environment, free_port, serving, set_up

PASSWORD = "ba con trâu gặm cỏ non"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}

pytestmark = pytest.mark.parametrize("screen", ["desktop"], indirect=True)


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service at the name that passkeys are bound to: `localhost`, as browsers trust it without TLS."""
    instance, port = tmp_path_factory.mktemp("staffed"), free_port()
    set_up(instance)
    settings = {"SURVEY_PUBLIC_URL": f"http://localhost:{port}"}
    with serving(instance, settings=settings, port=port) as server:
        yield Server(f"http://localhost:{port}", server.instance, server.process)


def survey(server: Server, *arguments: str) -> str:
    command = [SURVEY, "account", *arguments]
    return subprocess.run(
        command, env=environment(server.instance), check=True, capture_output=True, text=True
    ).stdout


def new_person(server: Server, name: str, *more: str) -> str:
    """Make an account; its first password."""
    told = survey(server, "create", name, "--person", "Lò Thị Lan", "--agency", "son-la", *more)
    found = re.search(r"first password: (\S+)", told)
    assert found
    return found[1]


def send(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.fill(f"#{name}", text)
    page.locator("main form button[type=submit]").first.click()


def signed_in(page: Page, server: Server, name: str, *more: str) -> None:
    """Sign a new person in, with a password of their own."""
    first = new_person(server, name, *more)
    page.goto(f"{server.url}/sign-in")
    send(page, name=name, password=first)
    send(page, password=PASSWORD, again=PASSWORD)
    expect(page).to_have_url(f"{server.url}/desk")


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give the browser a device that keeps passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, made["authenticatorId"]


def with_passkey(page: Page, server: Server, name: str, *more: str) -> tuple[CDPSession, str]:
    signed_in(page, server, name, *more)
    device = authenticator(page)
    page.goto(f"{server.url}/account/passkeys")
    page.get_by_role("button", name="Tạo khóa truy cập").click()
    expect(page.get_by_role("heading", name="Mã khôi phục của bạn")).to_be_visible()
    return device


def signed_out(page: Page) -> None:
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_text("Bạn đã đăng xuất.")).to_be_visible()


def test_a_passkey_signs_in_without_a_name(page: Page, staffed: Server) -> None:
    with_passkey(page, staffed, "passkey.one")
    signed_out(page)
    page.get_by_role("link", name="Đăng nhập bằng khóa truy cập").click()
    page.get_by_role("button", name="Dùng khóa của tôi").click()
    expect(page.get_by_role("heading", name="Xin chào, Lò Thị Lan")).to_be_visible()
    page.goto(f"{staffed.url}/account")
    expect(page.locator("#sessions + ul")).to_contain_text("khóa truy cập")


def test_a_password_alone_opens_half_beside_a_passkey(page: Page, staffed: Server) -> None:
    with_passkey(page, staffed, "passkey.half")
    signed_out(page)
    send(page, name="passkey.half", password=PASSWORD)
    expect(page).to_have_url(f"{staffed.url}/sign-in/code")
    page.get_by_role("link", name="Dùng khóa truy cập").click()
    page.get_by_role("button", name="Dùng khóa của tôi").click()
    expect(page).to_have_url(f"{staffed.url}/desk")


def test_a_device_makes_no_second_passkey_of_an_account(page: Page, staffed: Server) -> None:
    with_passkey(page, staffed, "passkey.two")
    page.goto(f"{staffed.url}/account/passkeys")
    page.get_by_role("button", name="Tạo khóa truy cập").click()
    expect(page.get_by_role("alert")).to_contain_text("Trình duyệt chưa tạo được khóa")


def test_a_forgotten_passkey_signs_nobody_in(page: Page, staffed: Server) -> None:
    with_passkey(page, staffed, "passkey.gone")
    page.goto(f"{staffed.url}/account/passkeys")
    page.get_by_role("button", name="Xóa").click()
    expect(page.get_by_text("Đã xóa khóa truy cập.")).to_be_visible()
    signed_out(page)
    page.goto(f"{staffed.url}/sign-in/passkey")
    page.get_by_role("button", name="Dùng khóa của tôi").click()
    expect(page.get_by_text("passkey-refused")).to_be_visible()


def answer_of(page: Page) -> dict[str, str]:
    """What the browser would send for a passkey, held back."""
    page.evaluate("HTMLFormElement.prototype.submit = () => {}")
    page.locator("form[data-options] button").click()
    page.wait_for_function("document.querySelector('input[name=answer]').value")
    read: Any = page.evaluate(
        "Object.fromEntries(new FormData(document.querySelector('form[data-options]')))"
    )
    return dict(read)


def test_an_answer_is_taken_once_and_for_its_own_question(page: Page, staffed: Server) -> None:
    with_passkey(page, staffed, "passkey.replay")
    signed_out(page)
    address = f"{staffed.url}/sign-in/passkey"
    page.goto(address)
    first = answer_of(page)
    page.goto(address)  # another question
    fresh = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    foreign = page.request.post(address, form={**first, "csrf_token": fresh}, max_redirects=0)
    assert foreign.status == 403 and "passkey-refused" in foreign.text()
    page.goto(address)
    own = answer_of(page)
    assert page.request.post(address, form=own, max_redirects=0).status == 303
    replayed = page.request.post(address, form=own, max_redirects=0)
    assert replayed.status == 400


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("origin", "origin", "http://evil.example"),
        ("challenge", "challenge", "AAAA"),
        ("type", "type", "webauthn.create"),
    ],
)
def test_an_answer_that_was_changed_is_refused(
    page: Page, staffed: Server, part: str, name: str, value: str
) -> None:
    with_passkey(page, staffed, f"passkey.{part}")
    signed_out(page)
    address = f"{staffed.url}/sign-in/passkey"
    page.goto(address)
    sent = answer_of(page)
    changed = page.evaluate(
        """([sent, name, value]) => {
            const answer = JSON.parse(sent), plain = (text) => atob(text.replaceAll('-', '+').replaceAll('_', '/'));
            const told = JSON.parse(plain(answer.response.clientDataJSON));
            told[name] = value;
            answer.response.clientDataJSON = btoa(JSON.stringify(told)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
            return JSON.stringify(answer);
        }""",
        [sent["answer"], name, value],
    )
    assert json.loads(changed)["id"] == json.loads(sent["answer"])["id"]
    refused = page.request.post(address, form={**sent, "answer": changed}, max_redirects=0)
    assert refused.status == 403 and "passkey-refused" in refused.text()


def test_a_passkey_that_was_made_at_another_address_is_refused(
    page: Page, tmp_path: Path, staffed: Server
) -> None:
    """The service says that it is elsewhere: what the browser signs here is of another origin."""
    set_up(tmp_path)
    port = free_port()
    with serving(tmp_path, settings={"SURVEY_PUBLIC_URL": "http://localhost:9"}, port=port) as server:
        here = Server(f"http://localhost:{port}", server.instance, server.process)
        signed_in(page, here, "passkey.elsewhere")
        authenticator(page)
        page.goto(f"{here.url}/account/passkeys")
        page.get_by_role("button", name="Tạo khóa truy cập").click()
        expect(page.get_by_text("passkey-refused")).to_be_visible()


def test_a_device_that_does_not_ask_who_holds_it_gives_no_passkey(page: Page, staffed: Server) -> None:
    session, device = with_passkey(page, staffed, "passkey.unverified")
    signed_out(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{staffed.url}/sign-in/passkey")
    page.get_by_role("button", name="Dùng khóa của tôi").click()
    expect(page.get_by_role("alert")).to_contain_text("Trình duyệt không đưa ra khóa nào")


def test_a_passkey_shows_once_more_who_one_is(page: Page, staffed: Server) -> None:
    with_passkey(page, staffed, "passkey.again", "--role", "operator")
    page.goto(f"{staffed.url}/account/confirm/passkey?next=/desk/son-la/people")
    page.get_by_role("button", name="Dùng khóa của tôi").click()
    expect(page).to_have_url(f"{staffed.url}/desk/son-la/people")


@pytest.fixture
def vouched(tmp_path: Path) -> Iterator[tuple[Server, Vouching]]:
    """The service beside a provider that vouches for whom it is told."""
    set_up(tmp_path)
    url = f"http://localhost:{(port := free_port())}"
    with vouching(f"{url}/sign-in/provider/back", certificate(tmp_path)) as provider:
        settings = {
            "SURVEY_PUBLIC_URL": url,
            "SURVEY_OIDC_ISSUER": provider.issuer,
            "SURVEY_OIDC_CLIENT_ID": CLIENT_ID,
            "SURVEY_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "SURVEY_OIDC_LABEL": "Sở Nội vụ",
            "REQUESTS_CA_BUNDLE": str(tmp_path / "provider.pem"),
        }
        with serving(tmp_path, settings=settings, port=port) as server:
            yield Server(url, server.instance, server.process), provider


def test_a_provider_leads_to_the_desk_and_what_it_refuses_stands_above_the_form(
    browser: Browser, vouched: tuple[Server, Vouching], screen: str
) -> None:
    server, provider = vouched
    new_person(server, "provider.one", "--address", "lan@example.vn", "--role", "head")
    provider.people["lan"] = {"email": "lan@example.vn", "email_verified": True}
    provider.people["other"] = {"email": "other@example.vn", "email_verified": True}
    context = browser.new_context(ignore_https_errors=True, locale="vi-VN", **SCREENS[screen])
    page, go = context.new_page(), "Đăng nhập bằng Sở Nội vụ"
    for person, change, told in (
        ("other", {}, "no-account-for-identity"),
        ("lan", {"error": "access_denied"}, "provider-declined"),
        ("lan", {"state": "of another browser"}, "provider-refused"),
    ):
        provider.person, provider.change_return = person, change
        page.goto(f"{server.url}/desk/son-la/cases")
        page.get_by_role("link", name=go).click()
        expect(page.get_by_role("alert")).to_contain_text(told)
        assert faults(page) == [], told
    provider.change_return = {}
    page.get_by_role("link", name=go).click()  # the way on was kept
    expect(page).to_have_url(f"{server.url}/desk/son-la/cases")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_text("Bạn đã đăng xuất.")).to_be_visible()
    page.goto(f"{server.url}/desk")
    expect(page.get_by_role("link", name=go)).to_be_visible()
    context.close()


STAFF_PAGES = [
    "/desk",
    "/account",
    "/account?done=password&lang=en",
    "/account/confirm",
    "/account/confirm/passkey?lang=en",
    "/account/password",
    "/account/codes",
    "/account/passkeys?lang=vi",
    "/account/recovery",
    "/desk/son-la/people",
    "/desk/son-la/people/new",
    "/desk/son-la/people/page.person",
    "/desk/son-la/kiosks",
    "/desk/nowhere/people",
]


def test_no_page_of_the_staff_has_a_barrier_or_needs_scrolling_sideways(page: Page, staffed: Server) -> None:
    for path in ("/sign-in", "/sign-in/passkey?lang=en", "/sign-in?why=session-ended&lang=vi"):
        page.goto(staffed.url + path)
        assert faults(page) == [], path
    new_person(staffed, "page.person", "--role", "head")
    with_passkey(page, staffed, "page.walker", "--role", "operator")
    assert faults(page) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for path in STAFF_PAGES:
            page.set_viewport_size({"width": 1366, "height": 768})
            page.goto(staffed.url + path)
            assert faults(page) == [], (path, scheme)
            page.set_viewport_size({"width": 320, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_keyboard_alone_signs_in_and_out(page: Page, staffed: Server) -> None:
    first = new_person(staffed, "keyboard.person")
    page.goto(f"{staffed.url}/sign-in")
    page.locator("#name").focus()
    page.keyboard.type("keyboard.person")
    page.keyboard.press("Tab")
    page.keyboard.type(first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{staffed.url}/sign-in/first-password")
    page.locator("#password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{staffed.url}/desk")
    page.get_by_role("button", name="Đăng xuất").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bạn đã đăng xuất.")).to_be_visible()


def test_without_a_script_everything_but_passkeys_works(page: Page, staffed: Server, browser: Any) -> None:
    first = new_person(staffed, "plain.person")
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    plain = context.new_page()
    plain.goto(f"{staffed.url}/sign-in")
    send(plain, name="plain.person", password=first)
    send(plain, password=PASSWORD, again=PASSWORD)
    expect(plain).to_have_url(f"{staffed.url}/desk")
    plain.goto(f"{staffed.url}/account/passkeys")
    expect(plain.get_by_text("Khóa truy cập cần JavaScript")).to_be_visible()
    context.close()


DESK = (
    *("catalogue/counters/row", "catalogue/succession", "people"),
    *("instruments/onestop-short@2027.1", "instruments/onestop-short@2027.1/item?code=access"),
)


def test_what_is_administered_has_no_barrier_and_works_by_keyboard(page: Page, staffed: Server) -> None:
    """A questionnaire is begun and a counter is sent by keys alone; every page is looked at by axe."""
    with_passkey(page, staffed, "operator.two", "--role", "operator")
    page.goto(f"{staffed.url}/desk/son-la/instruments")
    page.locator("#version").focus()
    page.keyboard.type("2027.1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("instruments/"))
    page.goto(f"{staffed.url}/desk/son-la/catalogue/counters/row")
    for field, text in {
        "code": "03646-2",
        "name_vi": "Quầy hai",
        "name_en": "Counter two",
        "source": "QĐ 5",
    }.items():
        page.locator(f"#{field}").focus()
        page.keyboard.type(text)
    page.locator("#receiver").select_option("03646")
    page.locator("#code").press("Enter")
    expect(page.get_by_role("heading", name="Những gì sẽ thay đổi")).to_be_visible()
    assert faults(page) == []
    page.locator("#reason").focus()
    page.keyboard.type("QĐ 5/QĐ-UBND")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thay đổi đã được áp dụng.")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    for path in DESK:
        page.goto(f"{staffed.url}/desk/son-la/{path}")
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
