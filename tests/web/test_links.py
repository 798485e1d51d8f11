"""Links from posters, portals and other sites: they lead to the form, or say clearly why not and go on."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from survey.response import Sealed
from survey.store import responses
from survey.store.database import Database
from tests.web.visitor import WARD, dead_links, send

BIRTH = "1.001193"
SETTING = re.compile(r'<p class="setting">([^<]+)</p>')


def local(address: str) -> str:
    parts = urlsplit(unescape(address))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def piece(page_text: str, name: str) -> str:
    """What one of the texts to copy says."""
    found = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page_text, re.DOTALL)
    assert found
    return unescape(found[1])


def test_a_posters_address_leads_to_its_counters_form(client: FlaskClient) -> None:
    led = client.get(f"/c/{WARD}-1")
    assert led.location == f"/rate/{WARD}?counter={WARD}-1&invitation=poster"
    assert SETTING.findall(client.get(led.location).text) == [
        "Trung tâm Phục vụ hành chính công phường Tô Hiệu"
    ]


def test_a_desk_of_the_provincial_centre_rates_the_agency_it_serves(client: FlaskClient) -> None:
    assert client.get("/c/ttpvhcc-noi-vu").location == "/rate/noi-vu?counter=ttpvhcc-noi-vu&invitation=poster"


def test_a_telephone_that_begins_with_a_capital_is_forgiven(client: FlaskClient) -> None:
    assert client.get("/c/Ttpvhcc-Noi-Vu").location == client.get("/c/ttpvhcc-noi-vu").location


@pytest.mark.parametrize(
    ("path", "invitation"),
    [
        (f"/c/{WARD}-1", "poster"),
        (f"/p/{BIRTH}?agency={WARD}", "link"),
        (f"/rate/{WARD}?procedure={BIRTH}", None),
    ],
)
def test_a_response_says_what_led_to_the_form(
    client: FlaskClient, store: Database, seal: Callable[[], int], path: str, invitation: str | None
) -> None:
    """Also when the form came back for an answer, and on the way to the full form."""
    led = client.get(path).location or path
    assert send(client, {}, path=led).status_code == 422
    assert send(client, path=led).status_code == 303
    seal()
    with store.read() as connection:
        ((_, _, content),) = [row for rows in responses.stream(connection, until=1) for row in rows]
    assert Sealed.parse(content).invitation == invitation
    full = re.search(r'href="([^"]+form=long[^"]*)"', client.get(led).text)
    assert full and (f"invitation={invitation}" in full[1]) == bool(invitation)
    assert client.get(unescape(full[1])).status_code == 200


@pytest.mark.parametrize("named", ["dossier", "bribe", ""])
def test_an_address_names_no_invitation_that_it_can_not_know_of(client: FlaskClient, named: str) -> None:
    assert client.get(f"/rate/{WARD}?invitation={named}").status_code == 404


@pytest.mark.parametrize("path", ["/c/nowhere", "/p/9.999999", "/p/<script>", "/posters/nowhere.pdf"])
def test_a_link_to_what_is_not_known_says_so_and_leads_on(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert 'href="/rate"' in page.text
    assert "<script>" not in page.text


def test_a_procedure_link_asks_who_handled_it_and_keeps_the_procedure(client: FlaskClient) -> None:
    page = client.get(f"/p/{BIRTH}")
    assert f'href="/rate/{WARD}?procedure={BIRTH}&amp;invitation=link"' in page.text
    assert '<p class="eyebrow">Đăng ký khai sinh</p>' in page.text
    assert dead_links(client, f"/p/{BIRTH}?q=to+hieu") == []


def test_a_procedure_link_is_searched_like_the_list_of_agencies(client: FlaskClient) -> None:
    page = client.get(f"/p/{BIRTH}", query_string={"q": "to hieu"})
    assert page.text.count(f"procedure={BIRTH}") == 1


@pytest.mark.parametrize("written", ["1.001193", "1,001193", "1.001193.H56", "1,001193.h56", " 1.001193 "])
def test_a_procedures_code_is_taken_as_portals_and_people_write_it(client: FlaskClient, written: str) -> None:
    led = client.get(f"/p/{written}", query_string={"agency": WARD})
    assert led.location == f"/rate/{WARD}?procedure={BIRTH}&invitation=link"
    assert client.get(f"/rate/{WARD}", query_string={"procedure": written}).status_code == 200


def test_a_procedure_that_one_agency_handles_needs_no_choice(client: FlaskClient) -> None:
    page = client.get("/p/1.000028")
    assert (page.status_code, page.location) == (302, "/rate/xay-dung?procedure=1.000028&invitation=link")


@pytest.mark.parametrize(
    ("query", "way_on"),
    [
        ("procedure=9.999999&counter=03646-1&form=long", "counter=03646-1"),
        (f"procedure={BIRTH}&counter=nowhere&form=long", f"procedure={BIRTH}"),
    ],
)
def test_a_link_with_one_wrong_name_goes_on_with_the_others(
    client: FlaskClient, query: str, way_on: str
) -> None:
    page = client.get(f"/rate/{WARD}?{query}")
    assert page.status_code == 404
    button = re.search(r'class="button" href="([^"]+)">([^<]+)<', page.text)
    assert button
    assert way_on in unescape(button[1]) and "form=long" in unescape(button[1])
    assert "không kèm" in button[2] or "không nêu" in button[2]
    assert client.get(unescape(button[1])).status_code == 200


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_copied_from_the_page_leads_to_the_prefilled_form(client: FlaskClient, language: str) -> None:
    page = client.get(f"/embed?agency={WARD}&procedure={BIRTH}&lang={language}")
    for name in ("link", "button", "styled"):
        html = piece(page.text, name)
        assert "<script" not in html and "<iframe" not in html and "onclick" not in html
        href = re.search(r'href="([^"]+)"', html)
        assert href
        assert urlsplit(unescape(href[1])).scheme == "http"
        form = client.get(local(href[1]))
        assert form.status_code == 200
        assert f'<html lang="{language}">' in form.text
        assert "khai sinh" in " ".join(SETTING.findall(form.text))
    assert piece(page.text, "address") == unescape(href[1])


def test_the_copied_link_says_to_a_screen_reader_what_is_rated(client: FlaskClient) -> None:
    html = piece(client.get(f"/embed?agency={WARD}&procedure={BIRTH}").text, "button")
    visible = html.split(">")[1].split("<")[0]
    name = re.search(r'aria-label="([^"]+)"', html)
    assert name
    assert name[1].startswith(visible) and "Tô Hiệu" in name[1]


def test_without_an_agency_the_portal_links_to_the_procedure(client: FlaskClient) -> None:
    page = client.get("/embed", query_string={"procedure": "1,001193.H56"})
    assert local(piece(page.text, "address")) == f"/p/{BIRTH}?lang=vi"


def test_the_style_sheet_to_copy_is_the_one_of_the_preview(client: FlaskClient) -> None:
    page = client.get(f"/embed?agency={WARD}")
    linked = re.search(r'href="(/static/button\.css[^"]*)"', page.text)
    assert linked
    assert client.get(linked[1], buffered=True).text.strip() == piece(page.text, "sheet")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("agency=atlantis", "Không có cơ quan này"),
        (f"agency={WARD}&procedure=9.999999", "Không có thủ tục này"),
        ("procedure=%22%3E%3Cscript%3E", "Không có thủ tục này"),
    ],
)
def test_no_link_is_made_to_what_is_not_known(client: FlaskClient, query: str, told: str) -> None:
    page = client.get(f"/embed?{query}")
    assert page.status_code == 404
    assert told in page.text.split('role="alert"')[1]
    assert "<textarea" not in page.text
    assert "<script" not in page.text
