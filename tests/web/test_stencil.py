"""A page that is compressed once: whoever unpacks it reads the page with the values of one reader."""

from __future__ import annotations

import gzip
import zlib

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from survey.web.stencil import cut, filled, zipped
from tests.web.visitor import ALL_FIVE, HIDDEN, WARD

GAPS = ("\x02id\x03", "\x02token\x03")


@given(
    st.lists(st.text() | st.sampled_from(GAPS), max_size=8),
    st.fixed_dictionaries({gap: st.text(max_size=300) for gap in GAPS}),
)
def test_what_is_unpacked_is_the_page_with_the_values_in_its_gaps(
    pieces: list[str], values: dict[str, str]
) -> None:
    stencil = cut("".join(pieces), GAPS)
    wanted = "".join(values.get(piece, piece) for piece in pieces).encode()
    assert filled(stencil, values) == wanted
    assert gzip.decompress(zipped(stencil, values)) == wanted


def test_a_page_larger_than_the_window_of_deflate_is_unpacked_too() -> None:
    page = "".join(f"<p>{n}</p>{GAPS[n % 2]}" + "chữ " * 9000 for n in range(3))
    values = {GAPS[0]: "a" * 65_535, GAPS[1]: ""}
    assert gzip.decompress(zipped(cut(page, GAPS), values)) == filled(cut(page, GAPS), values)


def test_a_token_stands_uncompressed_so_that_no_size_tells_of_it() -> None:
    stencil = cut(f"<p>{GAPS[1]}</p>" + "a" * 500, GAPS)
    sizes = {
        len(zipped(stencil, {GAPS[1]: token})) for token in ("a" * 40, "0123456789" * 4, "<p></p><p>" * 4)
    }
    assert len(sizes) == 1


def test_a_broken_page_is_not_unpacked() -> None:
    packed = bytearray(zipped(cut(f"one{GAPS[0]}two", GAPS), {GAPS[0]: "x"}))
    packed[-8] ^= 1  # the checksum
    with pytest.raises((gzip.BadGzipFile, zlib.error)):
        gzip.decompress(packed)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("*", "gzip"),
        ("br", "br"),
        ("br, gzip;q=0", "br"),
        ("gzip;q=0", None),
        ("br;q=0, gzip;q=0", None),
        ("*;q=0", None),
        ("identity", None),
        (None, None),
    ],
)
def test_the_form_comes_as_the_browser_can_read_it(
    client: FlaskClient, accepted: str | None, coding: str | None
) -> None:
    page = client.get(f"/rate/{WARD}", headers={"Accept-Encoding": accepted} if accepted else {})
    assert page.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in page.headers["Vary"]
    assert int(page.headers["Content-Length"]) == len(page.data)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip;q=0", None),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0, *", "br"),
        ("br;q=0.2, gzip;q=0.8", "gzip"),
        ("identity;q=1, gzip;q=0.5", None),
        ("*;q=0", None),
    ],
)
def test_no_page_comes_in_a_coding_that_is_refused(
    client: FlaskClient, accepted: str, coding: str | None
) -> None:
    page = client.get("/rate", headers={"Accept-Encoding": accepted})
    assert page.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in page.headers["Vary"]


def test_a_form_that_came_compressed_is_taken(client: FlaskClient) -> None:
    page = client.get(f"/rate/{WARD}", headers={"Accept-Encoding": "gzip"})
    form = dict(HIDDEN.findall(gzip.decompress(page.data).decode()))
    assert client.post(f"/rate/{WARD}", data={**form, **ALL_FIVE}).status_code == 303
