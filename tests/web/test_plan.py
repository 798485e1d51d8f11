"""The page that plans a survey: made from its address, in both languages, with each fault at its field."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.web.visitor import dead_links

OWN = {"strata": "Mai Sơn; 14.500; 84\nMộc Châu; 32000; 80,5\n\nYên Châu;900", "margin": "3"}


def asked(client: FlaskClient, **query: str) -> dict:
    answer = client.get(f"/plan.json?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_the_first_look_shows_the_default_plan(client: FlaskClient) -> None:
    page = client.get("/plan")
    assert page.status_code == 200
    assert "Cần bao nhiêu người?" in page.text and ">988<" in page.text
    assert "± 6,6 điểm" in page.text  # Yamane's five points
    assert dead_links(client, "/plan") == []


def test_page_json_and_address_are_one_plan(client: FlaskClient) -> None:
    plan = asked(client, **OWN)
    page = client.get(f"/plan?{urlencode({**OWN, 'lang': 'en'})}")
    assert f">{plan['size']['invitations']:,}<" in page.text
    for stratum in plan["strata"]:
        assert stratum["name"] in page.text
        assert f">{stratum['equal']['invitations']:,}<br>" in page.text
    assert plan["population"] == 47_400
    assert [stratum["share"] for stratum in plan["strata"]] == [0.84, 0.805, None]


def test_the_agencies_are_the_strata_until_somebody_brings_others(client: FlaskClient) -> None:
    plan = asked(client, population="1.400.000")
    assert len(plan["strata"]) > 90 and plan["assumed_equal"]
    assert {stratum["people"] for stratum in plan["strata"]} == {1_400_000 / len(plan["strata"])}
    assert {"vi", "en"} <= plan["strata"][0]["name"].keys()
    assert asked(client, population="50")["strata"] == []


def test_a_comma_or_a_point_is_a_decimal_sign(client: FlaskClient) -> None:
    assert asked(client, margin="2,5")["size"] == asked(client, margin=" 2.5 ")["size"]


def test_the_language_changes_and_the_question_stays(client: FlaskClient) -> None:
    page = client.get(f"/plan?{urlencode(OWN)}")
    assert "margin=3&amp;strata=Mai+S%C6%A1n" in page.text and "lang=en" in page.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"margin": "x"}, "margin"),
        ({"margin": ""}, "margin"),
        ({"margin": "0"}, "margin"),
        ({"margin": "nan"}, "margin"),
        ({"margin": "1e9"}, "margin"),
        ({"margin": "-5"}, "margin"),
        ({"level": "100"}, "level"),
        ({"share": "0"}, "share"),
        ({"response_rate": "0"}, "response_rate"),
        ({"population": "0"}, "population"),
        ({"population": "12 người"}, "population"),
        ({"deff": "0"}, "deff"),
        ({"people_per_unit": "20"}, "icc"),
        ({"icc": "0.1"}, "people_per_unit"),
        ({"icc": "1.5", "people_per_unit": "20"}, "icc"),
        ({"change": "0"}, "change"),
        ({"strata": "Mai Sơn"}, "strata"),
        ({"strata": "Mai Sơn; 0"}, "strata"),
        ({"strata": "Mai Sơn; 10; 100"}, "strata"),
        ({"strata": "; 10"}, "strata"),
        ({"strata": "a; 1; 50; 7"}, "strata"),
        ({"strata": "a;1\n" * 401}, "strata"),
        ({"strata": "a; 10", "population": "10"}, "population"),
    ],
)
def test_a_fault_stands_at_its_field(client: FlaskClient, query: dict[str, str], field: str) -> None:
    page = client.get(f"/plan?{urlencode(query)}")
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text and f'id="{field}-fault"' in page.text
    assert 'class="big"' not in page.text
    problem = client.get(f"/plan.json?{urlencode(query)}")
    assert (problem.status_code, problem.get_json()["code"]) == (422, "plan-out-of-range")
    assert list(problem.get_json()["fields"]) == [field]


def test_what_was_typed_is_still_there(client: FlaskClient) -> None:
    page = client.get(f"/plan?{urlencode({'margin': '<b>', 'strata': '</textarea><script>'})}")
    assert 'value="&lt;b&gt;"' in page.text and "&lt;/textarea&gt;&lt;script&gt;</textarea>" in page.text


def test_a_plan_is_no_reason_to_keep_a_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/plan?margin=3").headers
