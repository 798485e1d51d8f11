"""A person with a browser: reads a form, fills it in, and sends it with everything it carries."""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape
from urllib.parse import urlencode, urljoin

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
LINK = re.compile(r' (?:href|src)="([^"]+)"')
CHOICE = re.compile(r'<input type="(?:radio|checkbox)" name="([^"]+)" value="([^"]+)"[^>]*?( checked)?>')

WARD = "03646"
ALL_FIVE = {
    f"item-{code}": "5" for code in ("overall", "access", "procedure", "officer", "result", "feedback")
}


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of a form: its tokens, and what it asks."""
    return dict(HIDDEN.findall(page.text))


def dead_links(client: FlaskClient, *pages: str) -> list[str]:
    """What pages link to or show that is not there, be it a part of a page."""
    found = {
        urljoin(f"http://localhost{page}", unescape(link))
        for page in pages
        for link in LINK.findall(client.get(page).text)
    }
    parts = defaultdict[str, list[str]](list)
    for link in found:
        address, _, part = link.partition("#")
        parts[address].append(part)
    return sorted(
        f"{address}#{part}"
        for address, wanted in parts.items()
        for answer in (client.get(address, buffered=True),)
        for part in wanted
        if answer.status_code >= 400 or (part and f'id="{part}"' not in answer.text)
    )


def chosen(page: TestResponse) -> dict[str, str]:
    """What stands chosen in a form."""
    return {name: value for name, value, mark in CHOICE.findall(page.text) if mark}


def send(
    client: FlaskClient, fields: dict[str, str] | None = None, *, path: str = f"/rate/{WARD}", **more: str
) -> TestResponse:
    """Open the form, choose `fields` (very satisfied with everything without any), and press the button."""
    form = hidden(client.get(path))
    return client.post(path, data={**form, **(ALL_FIVE if fields is None else fields), **more})


def send_raw(client: FlaskClient, body: bytes, *, path: str = f"/rate/{WARD}") -> TestResponse:
    """Open the form, and send its hidden fields followed by these very bytes."""
    form = hidden(client.get(path))
    sent = urlencode(form).encode() + b"&" + body
    return client.post(path, data=sent, content_type="application/x-www-form-urlencoded")
