"""The catalogue of Sơn La, and what its reader refuses."""

from __future__ import annotations

import unicodedata
from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from survey.agency import Catalogue, Event, Status
from survey.errors import BadData
from survey.formats import catalogue

FOLDER = Path(__file__).parents[2] / "survey" / "catalogue"

SMALL: dict[str, str] = {
    "agencies.csv": (
        "code,name_vi,name_en,kind,parent,valid_from,valid_to,source,status\n"
        "son-la,Tỉnh Sơn La,Sơn La Province,province,,,,list,found\n"
        "03646,Phường Tô Hiệu,Tô Hiệu Ward,ward,son-la,2025-07-01,,list,found\n"
    ),
    "counters.csv": (
        "code,name_vi,name_en,receiver,agency,valid_from,valid_to,source,status\n"
        "03646-1,Quầy một,Counter one,03646,03646,,,rule,assumed\n"
    ),
    "fields.csv": (
        "code,name_vi,name_en,ministry,group,source,status\ndat-dai,Đất đai,Land,Bộ,land,list,derived\n"
    ),
    "procedures.csv": (
        "code,name_vi,field,ministry,department,level,at_commune,group,name_official,"
        "valid_from,valid_to,source,status\n"
        "1.000028,Cấp giấy phép,dat-dai,Bộ,,province;commune,0,land,1,,,list,found\n"
    ),
    "targets.csv": (
        "code,scope,document,measure,name_vi,name_en,groups,year,operator,value,source,status\n"
        "a-2030,national,QĐ 1,satisfaction,Chung,Overall,,2030,>=,95,text,found\n"
    ),
    "published.csv": (
        "place,year,indicator,indicator_vi,indicator_en,series,value,unit,note,source,status\n"
        "son-la,2022,sipas:overall,Chỉ số,Index,sipas-population,82.18,percent,,text,found\n"
    ),
    "succession.csv": "predecessor,successor,date,share,event,document,source,status\n",
    "reforms.csv": "code,name_vi,name_en,source,status\nprocedures,Thủ tục,Procedures,plan,memory\n",
}


@pytest.fixture(scope="module")
def son_la() -> Catalogue:
    return catalogue.parse({path.name: path.read_text("utf-8") for path in FOLDER.glob("*.csv")})


def changed(file: str, old: str, new: str) -> dict[str, str]:
    assert SMALL[file].count(old) == 1
    return {**SMALL, file: SMALL[file].replace(old, new)}


def faults(files: Mapping[str, str]) -> list[str]:
    with pytest.raises(BadData) as refusal:
        catalogue.parse(files)
    return refusal.value.faults


# The real files.


def test_the_province_has_its_bodies_and_its_75_communes_and_wards(son_la: Catalogue) -> None:
    kinds = Tally(agency.kind for agency in son_la.agencies if agency.valid_to is None)
    assert (kinds["province"], kinds["commune"], kinds["ward"]) == (1, 67, 8)
    assert kinds.total() == 1 + 21 + 75


def test_the_200_communes_of_before_are_there_with_codes_of_their_own(son_la: Catalogue) -> None:
    """As the resolution counted them: 177 communes, 15 wards, 8 townships, in 12 districts."""
    before = Tally(agency.kind for agency in son_la.agencies if agency.valid_to == date(2025, 6, 30))
    assert before == {"commune": 177, "ward": 15, "township": 8, "district": 12}
    assert len({agency.code for agency in son_la.agencies}) == len(son_la.agencies)


def test_each_of_the_200_has_one_of_the_75_after_it(son_la: Catalogue) -> None:
    merged = [edge for edge in son_la.succession if edge.event is not Event.ABOLISHED]
    assert len({edge.predecessor for edge in merged}) == len(merged) == 200
    assert len({edge.successor for edge in merged}) == 75
    assert {(edge.on, edge.share) for edge in merged} == {(date(2025, 7, 1), Fraction(1))}
    assert Tally(edge.event.value for edge in merged) == {"merge": 193, "rename": 7}


def test_official_codes_keep_their_leading_zeros(son_la: Catalogue) -> None:
    codes = [a.code for a in son_la.agencies if a.kind in ("commune", "ward") and not a.valid_to]
    assert all(len(code) == 5 and code.isdigit() and code.startswith("0") for code in codes)
    assert "03646" in codes


def test_every_commune_stands_under_the_province_since_districts_ended(son_la: Catalogue) -> None:
    communes = [
        agency for agency in son_la.agencies if agency.kind in ("commune", "ward") and not agency.valid_to
    ]
    assert {(agency.parent, agency.valid_from) for agency in communes} == {("son-la", date(2025, 7, 1))}


def test_fields_and_procedures_are_all_there(son_la: Catalogue) -> None:
    assert (len(son_la.fields), len(son_la.procedures), len(son_la.reforms)) == (82, 1351, 6)
    assert sum(not procedure.name_official for procedure in son_la.procedures) == 25


def test_every_field_of_a_target_group_has_procedures_of_that_group(son_la: Catalogue) -> None:
    group = {field.code: field.group for field in son_la.fields}
    told = {p.code for p in son_la.procedures if p.field and p.group != group[p.field]}
    assert told == set()
    assert {p.group for p in son_la.procedures} == {None, "land", "construction", "investment"}


def test_the_department_mirrors_the_ministry(son_la: Catalogue) -> None:
    """Assigned by rule; the tax office is the one body that shares a ministry with a department."""
    bodies: dict[str, set[str]] = {}
    for procedure in son_la.procedures:
        if procedure.department:
            bodies.setdefault(procedure.ministry, set()).add(procedure.department)
    assert {ministry for ministry, codes in bodies.items() if len(codes) > 1} == {"Bộ Tài chính"}
    assert bodies["Bộ Tài chính"] == {"tai-chinh", "thue"}


def test_every_commune_has_a_counter_and_each_counter_says_it_is_assumed(son_la: Catalogue) -> None:
    communes = {
        agency.code
        for agency in son_la.agencies
        if agency.kind in ("commune", "ward") and not agency.valid_to
    }
    assert communes == {counter.receiver for counter in son_la.counters} - {"ttpvhcc"}
    assert {counter.status for counter in son_la.counters} == {Status.ASSUMED}


def test_only_what_was_read_or_follows_from_it_is_verified(son_la: Catalogue) -> None:
    targets = {target.code: target for target in son_la.targets}
    assert len(targets) == 18
    assert targets["qd282-2030"].verified
    assert (targets["qd282-2030"].value, targets["qd282-2030-lci"].value) == (95, 90)
    assert not targets["nq76-2025-lci"].verified
    assert not any(target.verified for target in son_la.targets if target.scope == "son-la")


def test_the_published_index_pools_criteria_with_equal_weight(son_la: Catalogue) -> None:
    """(23 policy criteria and 16 service criteria) / 39 gives the figure that was published for 2024."""
    national = [f for f in son_la.published if (f.place, f.year) == ("viet-nam", 2024)]
    figures = {figure.indicator: figure.value for figure in national}
    policy, service = figures["sipas:component:policy"], figures["sipas:component:service"]
    assert policy is not None
    assert service is not None
    assert round((23 * policy + 16 * service) / 39, 2) == figures["sipas:overall"] == 83.94


def test_the_published_series_breaks_where_the_method_changed(son_la: Catalogue) -> None:
    sipas = [figure for figure in son_la.published if figure.indicator.startswith("sipas")]
    assert {figure.series for figure in sipas if figure.year <= 2021} == {"sipas-users"}
    assert {figure.series for figure in sipas if figure.year >= 2022} == {"sipas-population"}


def test_a_year_without_a_figure_is_missing_and_not_zero(son_la: Catalogue) -> None:
    without = [figure for figure in son_la.published if figure.value is None]
    assert {figure.status for figure in without} == {Status.MISSING}
    assert {figure.year for figure in without} == {2017, 2019, 2020, 2023, 2024}


def test_every_row_names_its_source_and_is_composed_unicode(son_la: Catalogue) -> None:
    for rows in vars(son_la).values():
        for row in rows:
            assert row.source
            assert unicodedata.is_normalized("NFC", str(asdict(row)))


# What is read.


def test_an_order_mark_and_windows_line_ends_are_read_over() -> None:
    windows = {file: "\ufeff" + text.replace("\n", "\r\n") for file, text in SMALL.items()}
    assert catalogue.parse(windows) == catalogue.parse(SMALL)


def test_columns_may_stand_in_any_order() -> None:
    text = "status,source,name_en,name_vi,code\nmemory,plan,Procedures,Thủ tục,procedures\n"
    assert catalogue.parse({**SMALL, "reforms.csv": text}) == catalogue.parse(SMALL)


def test_a_comma_in_a_procedure_code_is_a_dot() -> None:
    files = changed("procedures.csv", "1.000028", '"1,000028"')
    assert catalogue.parse(files).procedures[0].code == "1.000028"


def test_a_procedure_code_may_carry_the_suffix_of_a_province() -> None:
    files = changed("procedures.csv", "1.000028", "1.000028.H52")
    assert catalogue.parse(files).procedures[0].code == "1.000028.H52"


def test_a_standing_target_has_no_year() -> None:
    assert catalogue.parse(changed("targets.csv", "2030,>=", ",>=")).targets[0].year is None


# What is refused, each with its file and line.


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("agencies.csv", "\n03646,", "\nson-la,", "agencies.csv:3: 'son-la' is already on line 2"),
        ("agencies.csv", "ward,son-la", "ward,son-lo", "agencies.csv:3: unknown parent 'son-lo'"),
        ("agencies.csv", "ward,son-la", "ward,", "agencies.csv:3: a second root; the first is on line 2"),
        ("agencies.csv", "province,,", "province,03646,", "agencies.csv:2: 'son-la' is its own ancestor"),
        ("agencies.csv", "Ward,ward", "Ward,hamlet", "agencies.csv:3: unknown kind 'hamlet'"),
        ("agencies.csv", "\n03646,", "\n03 646,", "agencies.csv:3: code '03 646' is malformed"),
        ("agencies.csv", "Tô Hiệu Ward", "", "agencies.csv:3: name_en is empty"),
        (
            "agencies.csv",
            "2025-07-01,",
            "01/07/2025,",
            "agencies.csv:3: valid_from '01/07/2025' is not a date like 2025-07-01",
        ),
        ("agencies.csv", "2025-07-01,", "20250701,", "agencies.csv:3: valid_from '20250701' is not a date"),
        (
            "agencies.csv",
            "2025-07-01,",
            "2025-07-01,2025-06-30",
            "agencies.csv:3: valid_to 2025-06-30 is before valid_from 2025-07-01",
        ),
        ("agencies.csv", "Phường Tô Hiệu", " Phường Tô Hiệu", "agencies.csv:3: name_vi has odd white space"),
        (
            "agencies.csv",
            "Phường Tô Hiệu",
            unicodedata.normalize("NFD", "Phường Tô Hiệu"),
            "agencies.csv:3: name_vi is not in Unicode normal form C",
        ),
        ("counters.csv", "03646,03646", "03647,03646", "counters.csv:2: unknown receiver '03647'"),
        ("counters.csv", "03646,03646", "03646,03647", "counters.csv:2: unknown agency '03647'"),
        ("counters.csv", "rule,assumed", "rule,guess", "counters.csv:2: unknown status 'guess'"),
        ("counters.csv", "rule,assumed", ",assumed", "counters.csv:2: source is empty"),
        ("counters.csv", ",assumed", "", "counters.csv:2: 8 cells where the header has 9"),
        ("counters.csv", "Quầy một", '"Quầy một', "counters.csv:2: is no CSV: unexpected end of data"),
        ("fields.csv", ",land,", ",sea,", "fields.csv:2: unknown group 'sea'"),
        ("fields.csv", "ministry,group", "group,group", "fields.csv:1: column 'ministry' is missing"),
        ("fields.csv", "ministry,group", "ministry,Group", "fields.csv:1: unknown column 'Group'"),
        ("procedures.csv", "dat-dai", "dat", "procedures.csv:2: unknown field 'dat'"),
        ("procedures.csv", "1.000028", "1.28", "procedures.csv:2: code '1.28' is malformed"),
        ("procedures.csv", "province;commune", "province;hamlet", "procedures.csv:2: unknown level 'hamlet'"),
        ("procedures.csv", "commune,0,", "commune,no,", "procedures.csv:2: unknown at_commune 'no'"),
        ("procedures.csv", "Bộ,,", "Bộ,thue,", "procedures.csv:2: unknown department 'thue'"),
        ("targets.csv", ",95,", ",95%,", "targets.csv:2: value '95%' is not a number from 0 to 100"),
        ("targets.csv", ",95,", ',"9,500",', "targets.csv:2: value '9,500' is not a number from 0 to 100"),
        ("targets.csv", ",95,", ",950,", "targets.csv:2: value '950' is not a number from 0 to 100"),
        ("targets.csv", ",95,", ",nan,", "targets.csv:2: value 'nan' is not a number from 0 to 100"),
        ("targets.csv", ",95,", ",,", "targets.csv:2: value is empty"),
        ("targets.csv", ",>=,", ",=>,", "targets.csv:2: unknown operator '=>'"),
        ("targets.csv", "2030,>=", "2030.5,>=", "targets.csv:2: year '2030.5' is not a whole number"),
        ("targets.csv", "Overall,,", "Overall,land;sea,", "targets.csv:2: unknown groups 'sea'"),
        ("targets.csv", "1,satisfaction", "1,joy", "targets.csv:2: unknown measure 'joy'"),
        (
            "published.csv",
            "percent",
            "rank/63",
            "published.csv:2: value '82.18' is not a number from 1 to 63",
        ),
        ("published.csv", "percent", "stars", "published.csv:2: unknown unit 'stars'"),
        ("published.csv", "82.18", "", "published.csv:2: value is empty, so status must be missing"),
        ("published.csv", "sipas-population", "sipas", "published.csv:2: unknown series 'sipas'"),
        ("published.csv", "sipas:overall", "SIPAS", "published.csv:2: indicator 'SIPAS' is malformed"),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(file: str, old: str, new: str, told: str) -> None:
    assert any(fault.startswith(told) for fault in faults(changed(file, old, new)))


def test_a_number_may_have_a_comma_as_people_write_it() -> None:
    [target] = catalogue.parse(changed("targets.csv", ",95,", ',"95,5",')).targets
    assert target.value == 95.5


def test_a_figure_published_twice_is_told() -> None:
    again = SMALL["published.csv"].splitlines()[1] + "\n"
    files = {**SMALL, "published.csv": SMALL["published.csv"] + again}
    assert faults(files) == ["published.csv:3: 'son-la 2022 sipas:overall' is already on line 2"]


def test_all_faults_of_all_files_are_told_at_once() -> None:
    files = changed("agencies.csv", "Ward,ward", "Ward,hamlet")
    files["fields.csv"] = SMALL["fields.csv"].replace(",land,", ",sea,")
    del files["reforms.csv"]
    files["notes.csv"] = "anything"
    assert faults(files) == [
        f"agencies.csv:3: unknown kind 'hamlet'; one of {', '.join(sorted(catalogue.KINDS))}",
        "fields.csv:2: unknown group 'sea'; one of construction, investment, land",
        "notes.csv:1: is no file of the catalogue",
        "reforms.csv:1: is missing",
    ]


def test_an_empty_file_is_told() -> None:
    assert faults({**SMALL, "reforms.csv": ""}) == ["reforms.csv:1: is empty"]


def test_a_cell_over_two_lines_does_not_shift_the_lines_after_it() -> None:
    rows = 'procedures,"Thủ\ntục",Procedures,plan,memory\norganisation,,Organisation,plan,memory\n'
    files = {**SMALL, "reforms.csv": "code,name_vi,name_en,source,status\n" + rows}
    assert faults(files) == [
        "reforms.csv:2: name_vi has odd white space",
        "reforms.csv:4: name_vi is empty",
    ]
