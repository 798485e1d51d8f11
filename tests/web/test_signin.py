"""The doors of the staff, as a browser meets them: cookies, steps, refusals, and where one is led."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import admit
from survey.account import Account, Provider, Way
from survey.admit import codes
from survey.admit.limits import FREE
from survey.admit.people import named
from survey.roles import Grant, Role
from survey.store.database import Database
from survey.web import guard
from survey.web.context import moment
from tests.staff import OWN_PASSWORD, deeds, made, opened, settled
from tests.web.visitor import WARD, hidden

NEW = "một hai ba bốn con voi"


def post(client: FlaskClient, page: str, to: str | None = None, **fields: str) -> TestResponse:
    """Open a page, fill its form in, and send it."""
    return client.post(to or page, data={**hidden(client.get(page)), **fields})


def sign_in(client: FlaskClient, name: str = "lan.lo", password: str = OWN_PASSWORD) -> TestResponse:
    return post(client, "/sign-in", name=name, password=password)


def inside(
    client: FlaskClient, store: Database, account: Account, way: Way = Way.PASSKEY, at: int | None = None
) -> None:
    """Let this browser in without showing anything."""
    client.set_cookie("staff", opened(store, account, at=at or moment(), way=way).token)


def test_signing_in_leads_to_the_desk(client: FlaskClient, store: Database) -> None:
    settled(store, "lan.lo", Role.HEAD, agency=WARD)
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/desk")
    desk = client.get("/desk")
    assert "Xin chào, Lò Thị Lan" in desk.text and "Lãnh đạo cơ quan" in desk.text
    assert f'href="/agencies/{WARD}"' in desk.text and f'href="/desk/{WARD}/people"' in desk.text


def test_somebody_without_a_role_is_told_so(client: FlaskClient, store: Database) -> None:
    settled(store)
    sign_in(client)
    assert "Bạn chưa có vai trò ở cơ quan nào" in client.get("/desk").text


def test_the_first_password_leads_to_one_of_ones_own(client: FlaskClient, store: Database) -> None:
    given = made(store)
    assert sign_in(client, password=given.password).location == "/sign-in/first-password"
    assert client.get("/desk").location.startswith("/sign-in?")
    assert client.get("/sign-in").location == "/sign-in/first-password"
    refused = post(client, "/sign-in/first-password", password="short", again="short")
    assert refused.status_code == 422 and "Mật khẩu quá ngắn" in refused.text
    answer = post(client, "/sign-in/first-password", password=NEW, again=NEW)
    assert answer.location == "/desk"
    assert client.get("/desk").status_code == 200


def test_a_second_factor_is_a_second_step(client: FlaskClient, store: Database) -> None:
    account, secret = settled(store), codes.new_secret()
    early = moment() - 300
    codes.set_codes(store, opened(store, account, at=early), secret, pyotp.TOTP(secret).at(early), at=early)
    assert sign_in(client).location == "/sign-in/code"
    assert client.get("/account").location.startswith("/sign-in?")
    wrong = post(client, "/sign-in/code", code="000000")
    assert wrong.status_code == 403 and "Mã chưa đúng" in wrong.text
    assert post(client, "/sign-in/code", code=pyotp.TOTP(secret).now()).location == "/desk"


@pytest.mark.parametrize(("name", "password"), [("lan.lo", "wrong"), ("nobody", OWN_PASSWORD), ("", "")])
def test_a_refusal_tells_nothing_of_the_account(
    client: FlaskClient, store: Database, name: str, password: str
) -> None:
    settled(store)
    answer = sign_in(client, name, password)
    assert answer.status_code == 403
    assert "Tên hoặc mật khẩu sai, hoặc tài khoản đã khóa" in answer.text
    assert "staff" not in str(answer.headers.getlist("Set-Cookie"))


def test_a_refused_form_is_found_again_in_another_language(client: FlaskClient, store: Database) -> None:
    """Also where the form is sent to an address that only takes."""
    me = settled(store, "lan.lo", Role.OPERATOR)
    inside(client, store, me)
    for page, to in (
        ("/desk/son-la/people", "/desk/son-la/people/file"),
        ("/desk/son-la/kiosks", "/desk/son-la/kiosks/file"),
        ("/desk/son-la/people/lan.lo", "/desk/son-la/people/lan.lo/grant"),
    ):
        refused = client.post(to, data=hidden(client.get(page)))
        assert refused.status_code >= 400
        assert f'href="{page}?lang=en"' in refused.text


def test_what_one_chose_stays_in_another_language(client: FlaskClient, store: Database) -> None:
    inside(client, store, settled(store, "lan.lo", Role.HEAD))
    shown = client.get("/desk/son-la/cases?which=overdue&mine=1&lang=vi").text.partition("</header>")[0]
    assert "/desk/son-la/cases?which=overdue&amp;mine=1&amp;lang=en" in shown


def test_waiting_is_told_in_minutes_and_in_a_header(client: FlaskClient) -> None:
    for _ in range(FREE):
        sign_in(client, "nobody", "wrong")
    answer = sign_in(client, "nobody", "wrong")
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 30
    assert "Vui lòng đợi 1 phút" in answer.text


def test_staff_have_a_cookie_of_their_own(client: FlaskClient, store: Database) -> None:
    settled(store)
    cookies = {cookie.split("=")[0]: cookie for cookie in sign_in(client).headers.getlist("Set-Cookie")}
    for name in ("staff", "device"):
        for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
            assert part in cookies[name]
        assert "Domain" not in cookies[name]
    assert "lan.lo" not in str(cookies)


def test_over_tls_a_cookie_is_bound_to_the_host(client: FlaskClient, store: Database) -> None:
    settled(store)
    base = "https://hailong.example.vn"
    form = hidden(client.get("/sign-in", base_url=base))
    headers = {"Referer": f"{base}/sign-in"}
    answer = client.post(
        "/sign-in", base_url=base, headers=headers, data={**form, "name": "lan.lo", "password": OWN_PASSWORD}
    )
    cookies = [cookie for cookie in answer.headers.getlist("Set-Cookie") if "__Host-" in cookie]
    assert {cookie.split("=")[0] for cookie in cookies} >= {"__Host-staff", "__Host-device"}
    assert all("Secure" in cookie for cookie in cookies)


def test_a_browser_that_signed_in_is_known_again(client: FlaskClient, store: Database, app: Flask) -> None:
    settled(store)
    sign_in(client)
    post(client, "/desk", "/account/sign-out")
    stranger = app.test_client()
    for _ in range(FREE):
        sign_in(stranger, password="wrong")
    assert sign_in(stranger).status_code == 429
    assert sign_in(client).location == "/desk"


def test_signing_out_ends_the_session_and_not_the_browsers_mark(client: FlaskClient, store: Database) -> None:
    settled(store)
    sign_in(client)
    cookie = client.get_cookie("staff")
    assert cookie is not None
    answer = post(client, "/desk", "/account/sign-out")
    assert answer.location == "/sign-in?why=signed-out"
    assert client.get_cookie("staff") is None and client.get_cookie("device") is not None
    client.set_cookie("staff", cookie.value)  # somebody kept it
    assert client.get("/desk").location.startswith("/sign-in?")


def test_signing_out_twice_says_that_one_is_out(client: FlaskClient, store: Database) -> None:
    settled(store)
    sign_in(client)
    form = hidden(client.get("/desk"))
    client.post("/account/sign-out", data=form)
    fresh = hidden(client.get("/sign-in"))
    again = client.post("/account/sign-out", data=fresh)
    assert again.status_code == 401 and "<h1>Bạn đã đăng xuất.</h1>" in again.text
    assert 'class="button" href="/sign-in"' in again.text


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/\nx", "/ x", ""]
)
def test_nobody_is_led_out_of_the_house(client: FlaskClient, store: Database, wanted: str) -> None:
    settled(store)
    form = hidden(client.get("/sign-in"))
    fields = {**form, "name": "lan.lo", "password": OWN_PASSWORD}
    answer = client.post("/sign-in", query_string={"next": wanted}, data=fields)
    assert answer.location == "/desk"


def test_one_is_led_to_where_one_wanted_to_go(client: FlaskClient, store: Database) -> None:
    settled(store)
    led = client.get("/account/password")
    assert led.location == "/sign-in?next=/account/password&why=not-signed-in"
    assert "Trang này dành cho cán bộ sử dụng hệ thống" in client.get(led.location).text
    form = hidden(client.get(led.location))
    answer = client.post(led.location, data={**form, "name": "lan.lo", "password": OWN_PASSWORD})
    assert answer.location == "/account/password"


def test_a_program_is_told_that_it_is_not_signed_in(client: FlaskClient) -> None:
    answer = client.get("/desk", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "not-signed-in")


def test_a_form_without_its_token_is_refused(client: FlaskClient, store: Database) -> None:
    settled(store)
    client.get("/sign-in")
    answer = client.post("/sign-in", data={"name": "lan.lo", "password": OWN_PASSWORD})
    assert answer.status_code == 400 and "form-expired" in answer.text
    assert client.get_cookie("staff") is None


def test_a_token_of_before_the_sign_in_serves_nobody_after_it(client: FlaskClient, store: Database) -> None:
    settled(store)
    before = hidden(client.get("/sign-in"))
    sign_in(client)
    assert client.post("/account/sign-out", data=before).status_code == 400
    assert client.get("/desk").status_code == 200


@pytest.mark.parametrize("cookie", ["x", "A" * 43, "%00", "é"])
def test_a_tampered_cookie_leads_to_the_sign_in(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("staff", cookie)
    answer = client.get("/desk")
    assert answer.location == "/sign-in?next=/desk&why=session-ended"
    assert "Phiên đăng nhập đã hết" in client.get(answer.location).text
    assert client.get_cookie("staff") is None


def test_a_session_that_somebody_planted_is_not_used(client: FlaskClient, store: Database) -> None:
    attacker, victim = settled(store, "attacker"), settled(store)
    inside(client, store, attacker)
    planted = client.get_cookie("staff")
    post(client, "/desk", "/account/sign-out")
    client.set_cookie("staff", planted.value if planted else "")
    sign_in(client)
    now_held = client.get_cookie("staff")
    assert planted and now_held and now_held.value != planted.value
    assert victim.person in client.get("/desk").text


def test_two_tabs_share_a_session(client: FlaskClient, store: Database) -> None:
    settled(store)
    sign_in(client)
    first, second = hidden(client.get("/account")), hidden(client.get("/account"))
    assert client.post("/account/sessions/end", data=second).status_code == 303
    assert client.post("/account/sessions/end", data=first).status_code == 303
    client.post("/account/sign-out", data=first)
    late = client.post("/account/sessions/end", data=second)
    assert late.status_code in (400, 401)


def test_an_account_that_is_closed_is_out_at_its_next_step(client: FlaskClient, store: Database) -> None:
    account = settled(store)
    sign_in(client)
    admit.disable(store, None, account, at=moment())
    assert client.get("/desk").location.startswith("/sign-in?")


def test_what_is_changed_asks_again_who_one_is(client: FlaskClient, store: Database) -> None:
    inside(client, store, settled(store), at=moment() - 700)
    led = client.get("/account/password")
    assert led.location.startswith("/account/confirm?next=/account/password")
    late = client.post(
        "/account/password",
        data=hidden(client.get("/account")),
        headers={"Referer": "http://localhost/account"},
    )
    assert (late.status_code, late.location) == (
        303,
        "/account/confirm?next=/account&why=confirmation-needed",
    )
    before = client.get_cookie("staff")
    answer = post(client, led.location, password=OWN_PASSWORD)
    after = client.get_cookie("staff")
    assert answer.location == "/account/password"
    assert before and after and before.value != after.value
    assert client.get("/account/password").status_code == 200


def test_recovery_codes_are_shown_once(client: FlaskClient, store: Database) -> None:
    inside(client, store, settled(store))
    page = client.get("/account/codes")
    secret = hidden(page)["secret"]
    assert "<svg" in page.text
    told = client.post("/account/codes", data={**hidden(page), "code": pyotp.TOTP(secret).now()})
    assert told.text.count("<li><code>") == 10
    assert "<li><code>" not in client.get("/account/recovery").text


def test_who_decides_about_others_needs_a_second_factor(client: FlaskClient, store: Database) -> None:
    account = settled(store, "lan.lo", Role.OPERATOR)
    inside(client, store, account, Way.PASSWORD)
    assert "why=second-factor-needed" in client.get("/desk/son-la/people").location
    inside(client, store, account, Way.PASSKEY)
    assert client.get("/desk/son-la/people").status_code == 200


def test_a_foreign_agency_is_refused_and_noted(client: FlaskClient, store: Database) -> None:
    inside(client, store, settled(store, "lan.lo", Role.HEAD, agency=WARD))
    assert client.get(f"/desk/{WARD}/people").status_code == 200
    for agency in ("03679", "son-la", "nowhere"):
        answer = client.get(f"/desk/{agency}/people")
        assert answer.status_code == 403 and "Bạn không có quyền xem trang này" in answer.text
    assert deeds(store).count("access-refused") == 3


def test_an_account_is_made_on_a_page_and_its_password_shown_once(
    client: FlaskClient, store: Database
) -> None:
    inside(client, store, settled(store, "lan.lo", Role.HEAD, agency=WARD))
    base = f"/desk/{WARD}/people"
    fields = {"person": "Cà Văn Hải", "name": "hai.ca", "home": WARD, "address": ""}
    made_ = post(client, f"{base}/new", base, **fields)
    password = made_.text.split("<code>")[2].split("</code>")[0]
    assert len(password) == 23 and made_.headers["Cache-Control"] == "no-store"
    assert password not in client.get(f"{base}/hai.ca").text
    assert "Tên này đã có người dùng" in post(client, f"{base}/new", base, **fields).text
    given = post(client, f"{base}/hai.ca", f"{base}/hai.ca/grant", role="officer", where=WARD)
    assert given.status_code == 303
    assert named(store, "hai.ca").grants == (Grant(Role.OFFICER, WARD),)
    above = post(client, f"{base}/hai.ca", f"{base}/hai.ca/grant", role="operator", where=WARD)
    assert above.status_code == 403 and "cannot-give" in above.text
    elsewhere = post(client, f"{base}/new", base, **fields | {"home": "03679", "name": "hai.2"})
    assert elsewhere.status_code == 404
    assert client.get(f"{base}/nobody").status_code == 404


def test_public_pages_look_at_no_session(
    client: FlaskClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside(client, store, settled(store))

    def fail(*_: object, **__: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(guard.admit, "session_of", fail)
    for path in ("/", f"/rate/{WARD}", "/receipt", "/method"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "no-store" not in answer.headers.get("Cache-Control", "")


def test_without_a_provider_its_addresses_are_not_there(client: FlaskClient) -> None:
    assert client.get("/sign-in/provider").status_code == 404
    assert "/sign-in/provider" not in client.get("/sign-in").text


def test_a_provider_that_is_away_is_told(client: FlaskClient, app: Flask) -> None:
    away = Provider("http://127.0.0.1:9", "id", "secret", "Sở Nội vụ")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], provider=away)
    assert "Đăng nhập bằng Sở Nội vụ" in client.get("/sign-in").text
    answer = client.get("/sign-in/provider?next=/account/password")
    assert answer.status_code == 503 and "provider-unavailable" in answer.text
    assert answer.headers["Retry-After"]
    assert 'action="/sign-in?next=/account/password' in answer.text
    back = client.get("/sign-in/provider/back?code=x&state=y")
    assert back.status_code == 400 and "sign-in-expired" in back.text
    assert 'name="password"' in back.text


def test_a_provider_that_is_away_confirms_nobody_and_the_password_still_does(
    client: FlaskClient, store: Database, app: Flask
) -> None:
    away = Provider("http://127.0.0.1:9", "id", "secret", "Sở Nội vụ")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], provider=away)
    inside(client, store, settled(store))
    answer = client.get("/account/confirm/provider?next=/account/password")
    assert answer.status_code == 503 and "provider-unavailable" in answer.text
    assert 'action="/account/confirm?next=/account/password' in answer.text


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 3}', '{"id": "AAAA"}', "x" * 20_000])
def test_what_is_no_passkey_opens_nothing(client: FlaskClient, store: Database, answer: str) -> None:
    settled(store)
    told = post(client, "/sign-in/passkey", answer=answer)
    assert told.status_code == 403 and "passkey-refused" in told.text
    assert client.get_cookie("staff") is None
    assert deeds(store)[-1] == "sign-in-refused"


def test_only_pages_of_passkeys_run_a_script(client: FlaskClient, store: Database) -> None:
    inside(client, store, settled(store))
    for path in ("/desk", "/account", "/account/codes", "/account/password"):
        assert "script" not in client.get(path).headers["Content-Security-Policy"]
        assert "<script" not in client.get(path).text
    policy = client.get("/account/passkeys").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "connect-src" not in policy
