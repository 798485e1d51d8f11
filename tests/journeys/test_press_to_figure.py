"""The whole river, once on each engine: a citizen rates, and the agency's index moves on every surface."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import process
from survey.receipt import leaf_hash, root_from_proof
from survey.web.context import today
from tests.conftest import Chance
from tests.web.service import opened
from tests.web.visitor import ALL_FIVE, send

#: a number as a page shows it, with all its digits behind it
DATA = re.compile(r'<data value="([^"]+)">([^<]+)</data>')


@pytest.fixture
def service(province_url: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(province_url, tmp_path) as made:
        yield made


@pytest.fixture
def visitor(service: Flask) -> FlaskClient:
    return service.test_client()


def seal(service: Flask) -> None:
    process.seal_all(service.extensions["store"], rng=Chance(1), today=today())


def rate(visitor: FlaskClient, times: int, **steps: str) -> list[str]:
    """Rate Tô Hiệu ward; the codes of the receipts."""
    given = [
        send(visitor, {**ALL_FIVE, **{f"item-{item}": step for item, step in steps.items()}})
        for _ in range(times)
    ]
    assert {answer.status_code for answer in given} == {303}
    return [answer.headers["Location"].split("/receipt/")[1].split("?")[0] for answer in given]


def index_of(visitor: FlaskClient, path: str = "/agencies/03646") -> dict[str, Any]:
    figures = visitor.get(f"{path}.json").get_json()["figures"]
    found: dict[str, Any] = next(f for f in figures if f["part"] == "index")
    return found


def test_a_citizen_rates_and_the_index_moves(service: Flask, visitor: FlaskClient) -> None:
    rate(visitor, 12)
    assert index_of(visitor)["value"] is None
    seal(service)
    first = index_of(visitor)
    assert (first["value"], first["n"], first["flags"]) == (
        None,
        12,
        ["few-answers", "model-based", "above-90"],
    )
    rate(visitor, 30, officer="2", result="1")
    seal(service)
    second = index_of(visitor)
    assert (second["n"], second["value"]) == (42, pytest.approx((12 * 5 + 30 * 3) / (42 * 5)))
    assert second["low"] < second["value"] < second["high"]


def test_a_receipt_proves_its_place_and_tells_no_answer(service: Flask, visitor: FlaskClient) -> None:
    codes = rate(visitor, 11)
    waiting = visitor.get(f"/receipt/{codes[0]}.json").get_json()
    assert waiting["position"] is None
    seal(service)
    proof = visitor.get(f"/receipt/{codes[0]}.json").get_json()
    checkpoint = visitor.get("/ledger.json").get_json()
    leaf = leaf_hash(bytes.fromhex(proof["commitment"]))
    path = [bytes.fromhex(step) for step in proof["proof"]]
    root = root_from_proof(leaf, proof["position"], proof["size"], path)
    assert root.hex() == proof["root"] == checkpoint["root"]
    assert set(proof) == {
        "code", "commitment", "signature", "public_key", "sealed", "position", "size", "root", "proof", "review",
    }  # fmt: skip
    page = visitor.get(f"/receipt/{codes[0]}").text
    assert codes[0] in page
    assert not any(step in page for step in ("Rất hài lòng", "Không hài lòng", "Bình thường", "item-"))


@pytest.mark.parametrize("path", ["/waves/rating-short", "/agencies/03646"])
def test_page_json_and_csv_show_the_same_figure_to_the_last_digit(
    service: Flask, visitor: FlaskClient, path: str
) -> None:
    rate(visitor, 35)
    rate(visitor, 25, officer="2", access="3", feedback="refused")
    seal(service)
    figures = visitor.get(f"{path}.json").get_json()["figures"]
    rows = list(csv.DictReader(io.StringIO(visitor.get(f"{path}.csv").text.removeprefix("\ufeff"))))
    assert [row["code"] for row in rows] == [figure["code"] for figure in figures]
    for figure, row in zip(figures, rows, strict=True):
        for name in ("value", "se", "low", "high", "deff", "n_eff"):
            assert (float(row[name]) if row[name] else None) == figure[name]
        assert int(row["n"]) == figure["n"]
    page = visitor.get(f"{path}?lang=en").text
    shown = {float(value): unescape(text) for value, text in DATA.findall(page)}
    told = [
        f
        for f in figures
        if f["value"] is not None
        and f["part"] not in ("mean", "distribution", "responses")
        and f["kind"] == "share"
    ]
    assert len(told) > 8
    for figure in told:
        assert figure["value"] in shown, (figure["part"], figure["code"])
    assert shown.pop(0.0) == "None of 60 ratings was disputed."
    for value, text in shown.items():
        digits = text.replace("%", "").replace(",", "")
        expected = f"{value * 100:.1f}" if "%" in text else f"{value:.0f}"
        assert digits == expected


def test_a_withheld_figure_is_nowhere(service: Flask, visitor: FlaskClient) -> None:
    rate(visitor, 7, officer="2")
    seal(service)
    for path in ("/agencies/03646", "/"):
        assert not DATA.findall(visitor.get(path).text)
    for record in visitor.get("/agencies/03646.json").get_json()["figures"]:
        assert record["value"] is None and record["low"] is None and not record["n"]
