"""What is asked, of whom and where; loading the catalogue changes nothing when nothing has changed."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources

import pytest

from survey import design, errors
from survey.agency import plain
from survey.frame import Wave, WaveKind
from survey.planning import Question
from survey.store.database import Database
from tests.conftest import TODAY

PACKAGE = resources.files("survey")
INSTRUMENTS = {
    file.name: file.read_text(encoding="utf-8")
    for file in (PACKAGE / "instruments").iterdir()
    if file.name.endswith(".toml")
}


def shipped(folder: str, ending: str) -> dict[str, str]:
    files = (PACKAGE / folder).iterdir()
    return {file.name: file.read_text(encoding="utf-8") for file in files if file.name.endswith(ending)}


def load(db: Database, **changed: str) -> design.Loaded:
    catalogue = shipped("catalogue", ".csv") | {k: v for k, v in changed.items() if k.endswith(".csv")}
    instruments = shipped("instruments", ".toml") | {k: v for k, v in changed.items() if "@" in k}
    waves = changed.get("waves") or (PACKAGE / "catalogue" / "waves.toml").read_text(encoding="utf-8")
    return design.load(db, catalogue, instruments, waves, on=TODAY)


def test_the_real_catalogue_is_there(province: Database) -> None:
    known = design.reference(province)
    kinds = [agency.kind for agency in known.agencies.values() if agency.valid_on(TODAY)]
    assert (kinds.count("commune"), kinds.count("ward")) == (67, 8)
    assert len(kinds) == 1 + 21 + 75
    assert len(known.agencies) - len(kinds) == 200 + 12
    assert len(known.procedures) == 1351
    assert len(known.fields) == 82
    assert set(known.instruments) == {
        "onestop-short@2026.1",
        "sipas-service@2024",
        "sipas-household@2024",
        "decree61@2018",
    }
    assert len(known.reforms) == 6 and known.targets and known.published


def test_loading_again_changes_nothing(province: Database) -> None:
    before = design.reference(province)
    assert load(province) == design.Loaded(0, 0, 0)
    assert design.reference(province) is before


def test_a_changed_row_is_loaded_and_seen_by_everybody(province: Database) -> None:
    agencies = shipped("catalogue", ".csv")["agencies.csv"].replace(
        "03646,Phường Tô Hiệu", "03646,Phường Tô Hiệu mới"
    )
    assert load(province, **{"agencies.csv": agencies}).rows == 1
    assert design.reference(province).agency("03646").name["vi"] == "Phường Tô Hiệu mới"


def test_a_row_that_left_the_files_stays_because_answers_refer_to_it(province: Database) -> None:
    counters = shipped("catalogue", ".csv")["counters.csv"].splitlines(keepends=True)
    assert load(province, **{"counters.csv": "".join(counters[:-1])}).rows == 0
    assert len(design.reference(province).counters) == len(counters) - 1


def test_a_version_of_a_questionnaire_never_changes(province: Database) -> None:
    name = "onestop-short@2026.1.toml"
    changed = INSTRUMENTS[name].replace("Rất hài lòng", "Quá hài lòng")
    assert changed != INSTRUMENTS[name]
    with pytest.raises(errors.BadData, match=r"onestop-short@2026\.1"):
        load(province, **{name: changed})
    assert "Quá hài lòng" not in str(design.reference(province).instruments)


def test_a_faulty_file_is_told_whole_and_loads_nothing(database: Database) -> None:
    agencies = shipped("catalogue", ".csv")["agencies.csv"]
    lines = agencies.splitlines(keepends=True)
    with pytest.raises(errors.BadData) as told:
        load(database, **{"agencies.csv": agencies + lines[-1] + lines[-2]})
    assert [fault.split(":")[0] for fault in told.value.faults] == ["agencies.csv"] * 2
    assert not design.reference(database).agencies


WAVES = (
    ('headline = true\n', 'headline = true\nheadline2 = true\n', "unknown key 'headline2'"),
    ('instrument = "sipas-service@2024"', 'instrument = "sipas@1999"', "unknown instrument 'sipas@1999'"),
    ('root = "son-la"\nstarts = "2025-07-01"\nheadline', 'root = "lai-chau"\nstarts = "2025-07-01"\nheadline', "unknown root"),
    ('starts = "2025-07-01"\nvi', 'starts = "2025-07-32"\nvi', "is not a date"),
    ('starts = "2025-07-01"\nvi', 'starts = "2025-07-01"\nends = "2025-01-01"\nvi', "ends is before starts"),
    ('code = "rating-long"', 'code = "rating-short"', "already there"),
    ('starts = "2025-07-01"\nvi', 'starts = "2025-07-01"\nheadline = true\nvi', "a second headline"),
    ("[[waves]]", "[[waves", "is no TOML"),
)  # fmt: skip


@pytest.mark.parametrize(("was", "becomes", "sentence"), WAVES, ids=[sentence for _, _, sentence in WAVES])
def test_a_faulty_wave_is_named(database: Database, was: str, becomes: str, sentence: str) -> None:
    text = (PACKAGE / "catalogue" / "waves.toml").read_text(encoding="utf-8")
    assert was in text
    with pytest.raises(errors.BadData, match=sentence):
        load(database, waves=text.replace(was, becomes))


def test_an_agency_is_asked_about_with_the_short_form_first(province: Database) -> None:
    asked = design.questionnaire(province, "03646", on=TODAY)
    assert (asked.wave.code, asked.instrument.ref) == ("rating-short", "onestop-short@2026.1")
    long = design.questionnaire(province, "03646", on=TODAY, form="long")
    assert len([item for item in long.instrument.items if item.factor]) == 16


@pytest.mark.parametrize(
    ("refusal", "names"),
    [
        (errors.UnknownAgency, {"agency": "00000"}),
        (errors.UnknownWave, {"agency": "03646", "form": "endless"}),
        (errors.UnknownWave, {"agency": "03646", "wave": "rating-1999"}),
        (errors.UnknownCounter, {"agency": "03646", "counter": "x"}),
        (errors.UnknownProcedure, {"agency": "03646", "procedure": "x"}),
    ],
)
def test_what_cannot_be_asked_is_refused(
    province: Database, refusal: type[errors.Refusal], names: dict[str, str]
) -> None:
    with pytest.raises(refusal):
        design.questionnaire(province, on=TODAY, **names)  # type: ignore[arg-type]


def test_a_wave_that_is_over_asks_nobody(province: Database) -> None:
    wave = replace(design.reference(province).wave("rating-short"), code="over", headline=False)
    over = replace(wave, ends=TODAY - timedelta(days=1))
    design.open_wave(province, over, {}, (), on=TODAY)
    with pytest.raises(errors.WaveClosed):
        design.questionnaire(province, "03646", wave="over", on=TODAY)
    assert [w.code for w in design.waves(province)] == ["rating-short", "over", "rating-long"]


def test_another_place_is_not_rated_in_the_provinces_wave(province: Database) -> None:
    elsewhere = replace(design.reference(province).agency("03646"), code="elsewhere", parent=None)
    wave = Wave("there", {"vi": "Nơi khác", "en": "Elsewhere"}, WaveKind.IMPORTED, "onestop-short@2026.1", "elsewhere", date(2026, 1, 1))  # fmt: skip
    design.open_wave(province, wave, {}, (elsewhere,), on=TODAY)
    with pytest.raises(errors.UnknownAgency):
        design.questionnaire(province, "elsewhere", on=TODAY)
    assert "elsewhere" not in [place.code for place in design.places(province, on=TODAY)]


def until_yesterday(name: str, code: str) -> str:
    """A shipped file of the catalogue in which the row with this code ends the day before TODAY."""
    rows = list(csv.DictReader(shipped("catalogue", ".csv")[name].splitlines()))
    next(row for row in rows if row["code"] == code)["valid_to"] = str(TODAY - timedelta(days=1))
    written = io.StringIO()
    writer = csv.DictWriter(written, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def test_an_agency_that_is_no_more_is_neither_listed_nor_asked_about(province: Database) -> None:
    load(province, **{"agencies.csv": until_yesterday("agencies.csv", "03646")})
    assert "03646" not in [place.code for place in design.places(province, on=TODAY)]
    assert "03646" in [place.code for place in design.places(province, on=TODAY - timedelta(days=1))]
    with pytest.raises(errors.UnknownAgency):
        design.questionnaire(province, "03646", on=TODAY)


def test_a_procedure_that_is_no_longer_in_force_is_not_asked_about(province: Database) -> None:
    code = "1.001193"
    load(province, **{"procedures.csv": until_yesterday("procedures.csv", code)})
    with pytest.raises(errors.UnknownProcedure):
        design.questionnaire(province, "03646", procedure=code, on=TODAY)
    assert design.questionnaire(province, "03646", procedure=code, on=TODAY - timedelta(days=1)).procedure


@pytest.mark.parametrize("query", ["khai sinh", "KHAI SINH", "dang ky khai sinh", "Đăng ký khai sinh"])
def test_a_procedure_is_found_with_and_without_diacritics(province: Database, query: str) -> None:
    found = design.procedures(province, "03646", query, on=TODAY)
    assert any("khai sinh" in procedure.name.lower() for procedure in found)


def test_a_department_is_searched_for_its_own_procedures(province: Database) -> None:
    found = design.procedures(province, "noi-vu", "", on=TODAY)
    assert found and {procedure.department for procedure in found} <= {"noi-vu", None}
    assert "commune" not in {procedure.level for procedure in found}


def test_a_commune_is_searched_for_all_that_communes_decide(province: Database) -> None:
    every = design.reference(province).procedures.values()
    decided = {p.code for p in every if p.valid_on(TODAY) and "commune" in p.level.split(";")}
    found = design.procedures(province, "03646", "", on=TODAY, limit=len(every))
    assert len(decided) > 100
    assert decided <= {procedure.code for procedure in found}


def test_a_search_without_a_match_finds_nothing(province: Database) -> None:
    assert design.procedures(province, "03646", "xyzzy", on=TODAY) == ()


def test_real_and_simulated_data_never_share_a_database(province: Database) -> None:
    with pytest.raises(errors.WrongDatabase):
        design.dedicate(province, "simulated")
    design.dedicate(province, "real")
    assert design.purpose(province) == "real"


@pytest.mark.parametrize(
    ("text", "bare"), [("Đất đai", "dat dai"), ("ƯỚC lượng", "uoc luong"), ("abc", "abc")]
)
def test_words_are_compared_without_diacritics(text: str, bare: str) -> None:
    assert plain(text) == bare


def test_a_plan_that_no_formula_takes_is_refused_by_name(province: Database) -> None:
    with pytest.raises(errors.PlanOutOfRange) as refusal:
        design.plan(province, Question(margin=2.0), on=TODAY)
    assert "margin" in str(refusal.value)


def test_only_agencies_that_can_be_rated_are_strata(province: Database) -> None:
    names = {part.part.name["vi"] for part in design.plan(province, Question(), on=TODAY).parts}
    assert names == {place.name["vi"] for place in design.places(province, on=TODAY)}
