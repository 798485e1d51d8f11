"""Three numbers stand side by side: none is made of another, and a missing score is never the best."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey import design, process
from survey.agency import PublishedFigure, Status
from survey.analyse.shelves import shelves
from survey.formats import shelves as shelves_format
from survey.instrument import Instrument
from survey.shelves import band_of, process_scores
from survey.store.agencies import Reference
from survey.store.database import Database
from tests.conftest import TODAY, Chance


@pytest.fixture
def known(province: Database) -> Reference:
    return design.reference(province)


def decree(known: Reference) -> Instrument:
    return known.instruments["decree61@2018"]


def points(known: Reference, *given: float, place: str = "noi-vu", year: int = 2024) -> list[PublishedFigure]:
    items = [item.code for item in decree(known).items][: len(given)]
    return [
        PublishedFigure(
            place, year, f"decree61:{code}", value, "points/2", {}, "decree61", "", "report", Status.FOUND
        )
        for code, value in zip(items, given, strict=True)
    ]


def test_nine_indices_make_a_total_and_a_class(known: Reference) -> None:
    rows = points(known, 2, 2, 2, 2, 2, 2, 2, 1, 0)
    (score,) = process_scores(rows, known.agencies, decree(known))
    assert (score.total, score.band and score.band.code, score.verified) == (15, "excellent", True)


@pytest.mark.parametrize(
    ("total", "code"),
    [
        (18, "excellent"),
        (15, "excellent"),
        (14.9, "good"),
        (12, "good"),
        (9, "fair"),
        (6, "average"),
        (5, "weak"),
        (0, "weak"),
    ],
)
def test_a_class_holds_its_lower_limit(known: Reference, total: float, code: str) -> None:
    band = band_of(decree(known), total)
    assert band is not None and band.code == code


def test_an_index_without_a_score_leaves_no_total(known: Reference) -> None:
    rows = points(known, 2, 2, 2, 2, 2, 2, 2, 2)
    rows += [replace(rows[0], indicator="decree61:online", value=None, status=Status.MISSING)]
    (score,) = process_scores(rows, known.agencies, decree(known))
    assert (len(score.points), score.total, score.band) == (8, None, None)


def test_the_newest_year_of_each_known_body_is_told(known: Reference) -> None:
    rows = points(known, *[1] * 9, year=2023) + points(known, *[2] * 9)
    rows += points(known, *[2] * 9, place="viet-nam")
    rows.append(
        PublishedFigure(
            "03646", 2024, "decision766:satisfaction", 16.5, "points/18", {}, "decision766", "", "portal"
        )
    )
    found = process_scores(rows, known.agencies, decree(known))
    assert {(each.agency.code, each.year, each.total, each.satisfaction) for each in found} == {
        ("noi-vu", 2024, 18, None),
        ("03646", 2024, None, 16.5),
    }


def test_each_shelf_comes_from_its_own_road(province: Database, chance: Chance) -> None:
    process.seal_all(province, rng=chance, today=TODAY)
    found = shelves(province)
    assert found.households == () and found.process == () and found.rating.wave.headline
    told = shelves_format.as_json(found)
    assert [set(told) - {"format"}] == [{"households", "ratings", "process"}]
    assert told["ratings"][0]["value"] is None and "ratings" in shelves_format.as_csv(found)
