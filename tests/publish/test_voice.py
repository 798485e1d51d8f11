"""What people asked for, and what became of it: in the report, and in a bundle, where it can be checked."""

from __future__ import annotations

import csv
import io
import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from survey import analyse, publish
from survey.case import Counters, Event, Move
from survey.comment import Kind, Weighed
from survey.publish import checking, voiced
from survey.publish.released import Released, Said
from survey.receipt import Keys
from survey.store import cases, readings
from survey.store import database as databases
from survey.store.database import Database
from tests.conftest import KEYS
from tests.publish import province as small
from tests.publish.test_verify import contents, packed
from tests.web.service import opened as serving

#: topics of comments, and how many are about each
TOPICS = {"access_1": 24, "attitude_1": 15, "procedure_2": 4}
#: cases of each agency, how many were answered in time, and how many of these were confirmed
CASES = {"03646": (20, 15, 9), "noi-vu": (12, 6, 6), "03679": (3, 1, 0)}


def fill(db: Database) -> None:
    rng = random.Random(3)
    with db.write() as connection:
        some = [
            readings.New(
                rng.randbytes(32), "03646", "03646", Kind.FEEDBACK, "vi", date(2026, 10, 5), "…",
                (Weighed(topic, 2.0, ("chờ",)),), (), (), ("cho",),
            )
            for topic, n in TOPICS.items()
            for _ in range(n)
        ]  # fmt: skip
        readings.add(connection, some)
        for agency, (n, in_time, confirmed) in CASES.items():
            for place in range(n):
                day = date(2026, 9, 1) if place or agency != "03646" else date(2025, 9, 1)
                key = rng.randbytes(32)
                case = cases.open_(
                    connection, key, agency=agency, desk=agency, kind="feedback", opened=day, due=date(2026, 9, 10)
                )  # fmt: skip
                if place < in_time:
                    state = "confirmed" if place < confirmed else "claimed"
                    step = Event(0, date(2026, 9, 9), "staff", None, Move.CLAIM.value, None, "")
                    cases.add(connection, case, step, answered=step.on, state=state)


@pytest.fixture(scope="module")
def filled(filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(filled_sqlite, tmp_path_factory.mktemp("voice") / "survey.sqlite3"))
    db = databases.connect(f"sqlite:///{path}", KEYS)
    fill(db)
    db.dispose()
    return path


@pytest.fixture
def spoken(filled: Path, tmp_path: Path, keys: Keys) -> Iterator[Database]:
    opened = databases.connect(f"sqlite:///{shutil.copy(filled, tmp_path / 'voice.sqlite3')}", keys)
    yield opened
    opened.dispose()


def test_few_comments_and_few_cases_are_told_together_or_not_at_all(spoken: Database) -> None:
    voice = analyse.voice(spoken, "rating-short", 2026, on=small.TODAY)
    assert voice is not None and voice.comments == 43
    assert [(one.topic, one.comments) for one in voice.topics] == [
        ("access_1", 24),
        ("attitude_1", 15),
        ("procedure_2", None),
    ]
    assert voice.topics[0].label["vi"].startswith("Điểm phục vụ")
    assert voice.cases == Counters(34, 21, 14, 0, 13)  # one was opened the year before
    told = {agency.code: counted for agency, counted in voice.agencies}
    assert told["03646"] == Counters(19, 14, 8, 0, 5)
    assert told["03679"] is None and told["noi-vu"] is None  # or the first's follow by subtraction
    assert analyse.voice(spoken, "rating-short", 2025, on=small.TODAY).cases is None  # type: ignore[union-attr]


def test_a_bundle_tells_the_same_and_what_is_changed_in_it_is_found(spoken: Database) -> None:
    edition = small.proposed(spoken, small.person(spoken, "an.ha"))
    files = contents(b"".join(publish.stream(spoken, edition)))
    rows = list(csv.DictReader(io.StringIO(files["figures/voice.csv"].decode())))
    told = {(row["part"], row["code"]): row for row in rows}
    assert float(told["topic", "access_1"]["share"]) == 24 / 43
    assert told["topic", "procedure_2"]["n"] == "" and told["topic", "procedure_2"]["withheld"] == "too-few"
    assert (told["cases", ""]["n"], told["cases", ""]["confirmed"]) == ("34", "14")
    counts = files["counts/voice.csv"]
    for was, now in ((b",24,", b",25,"), (b"34,21,14", b"34,21,15")):
        assert was in counts
        changed = packed(files | {"counts/voice.csv": counts.replace(was, now, 1)}, rehashed=True)
        found = [one for one in checking.verify(io.BytesIO(changed)).findings if one.code == "figure-differs"]
        assert found and {one.where.split()[0] for one in found} == {"figures/voice.csv"}


@pytest.fixture
def app(filled: Path, tmp_path: Path) -> Iterator[Flask]:
    path = shutil.copy(filled, tmp_path / "survey.sqlite3")
    with serving(f"sqlite:///{path}", tmp_path) as made:
        yield made


def test_the_report_tells_what_people_asked_for_and_what_became_of_it(app: Flask) -> None:
    page = app.test_client().get("/report?year=2026&lang=en").text
    assert "What people asked for" in page and "Cases and their answers" in page
    assert "Of 43 comments that reached agencies in 2026" in page and "55.8%" in page.replace(" %", "%")
    assert "1 topic was named in fewer than ten comments" in page
    assert "Of 34 cases received, 61.8" in page and "2 agencies had too few cases" in page


def test_a_revision_lists_what_is_counted_otherwise() -> None:
    before = Released(said={("cases", ""): Said(12, {}, (9, 4, 0, 1)), ("topic", "a"): Said(None)})
    after = Released(said={("cases", ""): Said(12, {}, (9, 6, 0, 1)), ("topic", "a"): Said(11)})
    assert list(voiced.differences(before, after)) == [
        {"part": "cases", "code": "", "was": [12, 9, 4, 0, 1], "is": [12, 9, 6, 0, 1]},
        {"part": "topic", "code": "a", "was": None, "is": [11]},
    ]
    assert not list(voiced.differences(after, after))
