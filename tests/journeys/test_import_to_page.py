"""Somebody else's survey, from its file to the page: the same figures that its publisher gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey import collect, process
from survey.formats import importmap, table
from tests.conftest import NOW, TODAY, Chance
from tests.web.service import serving
from tests.web.visitor import dead_links

EXAMPLE = Path(__file__).parents[2] / "examples" / "juarez-2023"
COLUMNS = ("resultId", "Q1", "Q2", "date", "Q40", "Q45", "Q46", "Q47", "Q51", "Q61")


def file_with_dirt() -> bytes:
    """Twenty people in each of nine districts; 0, 11 and 99 are no ratings, and no date is one."""
    lines = [",".join(COLUMNS)]
    for n in range(180):
        swing = n // 9 % 2 * 2 - 1
        ratings = [9 + swing, 7 + swing, 0 if n == 0 else 8 + swing, 7 + swing, 5 + swing, 6 + swing]
        ratings[5] = {0: 99, 9: 11}.get(n, ratings[5])
        lines.append(",".join(map(str, [n, n % 20, 2 + n % 9, "1582-10-14", *ratings])))
    return "\n".join(lines).encode()


@pytest.fixture
def visitor(sqlite_province: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    file = tmp_path / "wave.csv"
    file.write_bytes(file_with_dirt())
    plan = importmap.parse("map.toml", (EXAMPLE / "map.toml").read_text(encoding="utf-8"))
    name = plan.wave.instrument
    instrument = {name: (EXAMPLE / name).read_text(encoding="utf-8")}
    with serving(sqlite_province, tmp_path) as app, file.open("rb") as opened:
        db = app.extensions["store"]
        collect.import_table(db, table.read(opened, file.name, plan.options), plan, instrument, at=NOW)
        process.seal_all(db, rng=Chance(1), today=TODAY)
        yield app.test_client()


def test_the_means_are_on_the_page_with_their_people(visitor: FlaskClient) -> None:
    page = visitor.get("/waves/juarez-2023?lang=en").text
    means = page.split('id="means"')[1].split("</section>")[0]
    rows = re.findall(
        r'<data value="([^"]+)">([^<]+)</data>.*?<td class="n">(\d+)</td></tr>', means, re.DOTALL
    )
    assert [(text, n) for _, text, n in rows] == [
        ("9.00", "180"), ("7.00", "180"), ("8.01", "179"), ("7.00", "180"), ("5.00", "180"), ("6.00", "178"),
    ]  # fmt: skip


def test_every_question_stands_in_every_district_with_its_interval(visitor: FlaskClient) -> None:
    page = visitor.get("/waves/juarez-2023?lang=en").text
    cross = page.split('id="breakdown"')[1].split("</section>")[0]
    assert cross.count("<data ") == 9 * 6
    assert cross.count("20 people") >= 9 * 4
    records = visitor.get("/waves/juarez-2023.json").get_json()["figures"]
    broken_down = [record for record in records if record["part"] == "breakdown"]
    assert [float(v) for v in re.findall(r'<data value="([^"]+)"', cross)] == [
        record["value"]
        for agency in dict.fromkeys(record["domain"] for record in broken_down)
        for record in broken_down
        if record["domain"] == agency
    ]


def test_another_places_survey_is_held_against_no_target_of_ours(visitor: FlaskClient) -> None:
    page = visitor.get("/waves/juarez-2023").text
    assert 'class="verdict' not in page and "SIPAS" not in page
    assert "juarez" not in visitor.get("/").text


def test_every_link_and_picture_of_an_imported_survey_leads_somewhere(visitor: FlaskClient) -> None:
    assert dead_links(visitor, "/waves/juarez-2023") == []
