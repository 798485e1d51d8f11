"""A survey lead runs a household wave at the desk, from the plan to the figures on the public page."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import analyse, process
from survey.disposition import Disposition
from survey.household import Part
from survey.roles import Role
from survey.store import waves
from survey.store.database import Database
from tests import staff
from tests.households import AFTER, WAVE, ended, frame, interview
from tests.web.test_desk import entered
from tests.web.visitor import hidden

HOME = "/desk/son-la/waves"
ONE = f"{HOME}/{WAVE.code}"
FORM = {
    "code": WAVE.code,
    "vi": WAVE.title["vi"],
    "en": WAVE.title["en"],
    "instrument": WAVE.instrument,
    "starts": "2026-11-02",
    "ends": "2026-11-20",
    "frame": "households",
    "margin": "10",
    "share": "80",
    "response_rate": "85",
    "icc_village": "0.05",
    "icc_commune": "0,02",
    "way": "neyman",
    "villages": "2",
    "people": "6",
    "substitutes": "2",
    "seed": WAVE.seed,
}
PEOPLE = sum(unit.size for unit in frame())


@pytest.fixture
def lead(app: Flask, store: Database) -> FlaskClient:
    return entered(app, store, Role.SURVEY_LEAD, agency="son-la")


def post(client: FlaskClient, path: str, page: str = HOME, **fields: object) -> TestResponse:
    form = hidden(client.get(page))
    return client.post(path, data={**form, **fields}, query_string={"lang": "en"})


def file(text: str, name: str = "file.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), name


def rows() -> str:
    lines = [f"{u.stratum},{u.commune},{u.village},{u.label},{u.size}" for u in frame()]
    return "\n".join(["stratum,commune,village,unit,size", *lines])


def in_field(store: Database, ends: Callable[[int], Disposition]) -> None:
    with store.read() as connection:
        units = [unit for unit in waves.units(connection, WAVE.code) if unit.part is Part.MAIN]
    for number, unit in enumerate(units):
        if (end := ends(number)) is Disposition.COMPLETE:
            interview(store, unit, 5 if number % 4 else 2, sex=1 + number % 2)
        elif end is not Disposition.NOT_ATTEMPTED:
            ended(store, unit, end)
    process.seal_all(store, rng=random.Random(1), today=AFTER)


def test_a_wave_from_its_plan_to_its_figures(
    lead: FlaskClient, client: FlaskClient, app: Flask, store: Database
) -> None:
    wrong = post(lead, HOME, **FORM | {"margin": "wide"})
    assert wrong.status_code == 422 and "Margin of error wanted" in wrong.text
    assert post(lead, HOME, **FORM).status_code == 303
    assert post(lead, HOME, **FORM).status_code == 409

    bad = post(lead, f"{ONE}/frame", ONE, file=file(rows().replace("Hộ 2,", "Hộ 1,", 1)))
    assert bad.status_code == 422 and "stands in line 2 already" in bad.text
    assert post(lead, f"{ONE}/frame", ONE, file=file(rows())).status_code == 303
    assert "Draw the sample" in lead.get(ONE, query_string={"lang": "en"}).text
    assert post(lead, f"{ONE}/draw", ONE).status_code == 303
    assert post(lead, f"{ONE}/open", ONE).status_code == 303

    assert "no account here" in lead.get(ONE, query_string={"lang": "en"}).text.lower()
    staff.settled(store, "mai.lo", Role.INTERVIEWER)
    assert post(lead, f"{ONE}/assign", ONE, interviewer="lan.lo").status_code == 422
    assert post(lead, f"{ONE}/assign", ONE, interviewer="mai.lo").status_code == 303
    listed = list(csv.DictReader(io.StringIO(lead.get(f"{ONE}/sample.csv").text.removeprefix("\ufeff"))))
    assert {row["interviewer"] for row in listed} == {"mai.lo"}

    in_field(store, lambda n: Disposition.REFUSED if n % 7 == 3 else Disposition.COMPLETE)
    refused = next(row for row in listed if row["part"] == "main" and row["place"] == "4")
    replaced = post(lead, f"{ONE}/substitute", ONE, unit=refused["code"], reason="từ chối")
    assert replaced.status_code == 303, replaced.text
    assert post(lead, f"{ONE}/close", ONE).status_code == 409
    assert post(lead, f"{ONE}/close", ONE, rest="yes").status_code == 303

    assert analyse.report(store, wave=WAVE.code).index.estimate.n == 0
    apart = "margin,category,people\nsex,1,700\nsex,2,710\nstratum,urban,9\nstratum,rural,9\n"
    how = {"classes": "stratum", "calibration": "rake", "low": "0.3", "high": "3"}
    bad = post(lead, f"{ONE}/weights", ONE, file=file(apart), **how)
    assert bad.status_code == 422 and "not of one population" in bad.text
    census = f"margin,category,people\nsex,1,{PEOPLE * 0.4}\nsex,2,{PEOPLE * 0.6}\n"
    assert post(lead, f"{ONE}/weights", ONE, file=file(census), **how).status_code == 303
    assert "60.0%" in lead.get(ONE, query_string={"lang": "en"}).text
    found = analyse.report(store, wave=WAVE.code).index.estimate
    main = sum(row["part"] == "main" for row in listed)
    assert found.n == main - len(range(3, main, 7)) and found.value is not None
    assert str(found.value) in client.get(f"/waves/{WAVE.code}.csv").text
    assert client.get(f"/waves/{WAVE.code}").status_code == 200
    record = lead.get(f"{ONE}/weights.json").json
    assert record[0]["version"] == 1 and record[0]["margins"][0]["calibration"] == pytest.approx(0.4)
    assert "RR1" in lead.get(f"{ONE}/progress.csv").text


def test_only_whoever_leads_surveys_runs_them(app: Flask, store: Database, lead: FlaskClient) -> None:
    post(lead, HOME, **FORM)
    auditor = entered(app, store, Role.AUDITOR, agency="son-la", name="an.ha")
    assert auditor.get(ONE).status_code == 200 and "multipart" not in auditor.get(ONE).text
    assert auditor.get(f"{ONE}/sample.csv").status_code == 403
    assert entered(app, store, Role.ANALYST, agency="son-la", name="vi.ha").get(HOME).status_code == 403
