"""A map is checked whole, alone and against its instrument, before a row is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from survey.errors import BadData
from survey.formats import instrument as instruments
from survey.formats.importmap import ImportMap, code_of, fit, parse
from survey.frame import WaveKind
from survey.instrument import Instrument, Kind, Missing
from survey.response import Mode, Respondent

EXAMPLE = Path(__file__).parents[2] / "examples" / "juarez-2023"

MAP = """\
instrument = "short@1"
source = "a letter"
[wave]
code = "w-2024"
title = { vi = "Đợt", en = "Wave" }
starts = "2024-01-01"
ends = "2024-12-31"
[date]
fallback = "2024-06-30"
[domain]
parent = "son-la"
[items.overall]
variable = "q1"
valid = [1, 5]
"""


def faults(text: str) -> list[str]:
    with pytest.raises(BadData) as refused:
        parse("map.toml", text)
    return refused.value.faults


def juarez() -> tuple[ImportMap, Instrument]:
    plan = parse("map.toml", (EXAMPLE / "map.toml").read_text())
    name = plan.wave.instrument
    return plan, instruments.parse(name, (EXAMPLE / name).read_text())


def misfits(plan: ImportMap, instrument: Instrument) -> list[str]:
    with pytest.raises(BadData) as refused:
        fit(plan, instrument)
    return refused.value.faults


def test_a_short_map_says_enough() -> None:
    plan = parse("map.toml", MAP)
    assert (plan.wave.code, plan.wave.kind, plan.wave.ends) == (
        "w-2024",
        WaveKind.IMPORTED,
        date(2024, 12, 31),
    )
    assert (plan.domain.root, plan.domain.column, plan.domain.agencies) == ("son-la", None, ())
    assert (plan.mode, plan.respondent, plan.language) == (Mode.INTERVIEWER, Respondent.UNSTATED, "vi")
    assert not plan.instrument_is_file


def test_the_example_fits_its_instrument() -> None:
    plan, instrument = juarez()
    assert plan.instrument_is_file
    assert fit(plan, instrument).wave.instrument == "juarez-services@2023"


def test_the_example_brings_the_city_and_its_districts() -> None:
    brought = juarez()[0].domain.agencies
    assert [(agency.code, agency.parent) for agency in brought[:2]] == [
        ("juarez", None),
        ("juarez-district-2", "juarez"),
    ]
    assert {agency.kind for agency in brought[1:]} == {"district"}
    assert len(brought) == 10
    assert all(agency.source for agency in brought)


def test_a_value_may_mean_an_agency_that_is_there() -> None:
    plan = parse("map.toml", MAP.replace("[items", 'column = "x"\nvalues = { A1 = "03646" }\n[items'))
    assert (plan.domain.of_value, plan.domain.agencies) == ({"a1": "03646"}, ())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('instrument = "short@1"', "", "map.toml:1: instrument is missing"),
        ('starts = "2024-01-01"', "", "map.toml:3: starts is missing"),
        ('starts = "2024-01-01"', 'starts = "2024"', "map.toml:6: starts '2024' is not a date"),
        ('ends = "2024-12-31"', 'ends = "2023-12-31"', "map.toml:7: ends lies before starts"),
        ('code = "w-2024"', 'code = "W 2024"', "map.toml:4: code 'W 2024' is malformed"),
        ('fallback = "2024-06-30"', "", "map.toml:8: needs a column, a fallback, or both"),
        ('fallback = "2024-06-30"', 'fallback = "1999-01-01"', "map.toml:9: fallback is no day of the wave"),
        ("fallback", 'column = "d"\nformat = "%d %B"\nfallback', "map.toml:10: format must tell year, month"),
        ("fallback", 'column = "d"\nformat = "%Q"\nfallback', "map.toml:10: format must tell year, month"),
        ('parent = "son-la"', "", "map.toml:10: parent is missing"),
        (
            'parent = "son-la"',
            'parent = "son-la"\ncolumn = "x"',
            "map.toml:10: column and values go together",
        ),
        ("[wave]", '[wave]\nkind = "other"', "map.toml:4: unknown kind 'other'"),
        ("[wave]", "[wave]\ncolour = 1", "map.toml:4: unknown key 'colour'"),
        ("[wave]", '[file]\nencoding = "latin-9"\n[wave]', "map.toml:4: unknown encoding 'latin-9'"),
        ("[wave]", '[response]\nmode = "fax"\n[wave]', "map.toml:4: unknown mode 'fax'"),
        ('variable = "q1"', "", "map.toml:12: variable is missing"),
        ("valid = [1, 5]", "", "map.toml:12: needs either valid"),
        ("valid = [1, 5]", "valid = [1, 5]\nsteps = { a = 1 }", "map.toml:12: needs either valid"),
        ("valid = [1, 5]", "valid = [5, 1]", "map.toml:14: valid must be the lowest and the highest value"),
        ("valid = [1, 5]", "valid = [1.0, 5]", "map.toml:14: valid must be the lowest and the highest value"),
        ("valid = [1, 5]", "steps = { a = 1 }\nreverse = true", "map.toml:15: reverse goes with valid"),
        ("valid = [1, 5]", 'steps = { a = "good" }', "map.toml:14: a is not a whole number"),
        ("valid = [1, 5]", 'steps = { 1 = 1, "1.0" = 2 }', "map.toml:14: '1.0' is the same value"),
        (
            "valid = [1, 5]",
            'steps = { 9 = 1 }\nmissing = { 9 = "refused" }',
            "map.toml:15: '9' is a step as well",
        ),
        ("valid = [1, 5]", 'valid = [1, 5]\nmissing = { 9 = "shy" }', "map.toml:15: unknown reason 'shy'"),
        ("[items.overall]", "[items.overall", "map.toml:12: is no TOML"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, told: str) -> None:
    found = faults(MAP.replace(old, new, 1))
    assert any(fault.startswith(told) for fault in found), found


def test_all_faults_are_told_at_once() -> None:
    broken = MAP.replace('"w-2024"', '"W"').replace('parent = "son-la"', "").replace("[1, 5]", "[5]")
    assert [fault.split(":")[1] for fault in faults(broken)] == ["4", "10", "14"]


def test_no_item_is_no_map() -> None:
    assert any("no item is mapped" in fault for fault in faults(MAP.split("[items", maxsplit=1)[0]))


def test_a_district_whose_code_would_be_malformed_is_refused() -> None:
    broken = MAP.replace("[items", 'column = "x"\nvalues = { "Mộc Châu" = { vi = "a", en = "b" } }\n[items')
    assert any("the agency code 'mộc châu' is malformed" in fault for fault in faults(broken))


def test_an_item_that_the_instrument_lacks_is_named_with_its_line() -> None:
    plan, instrument = juarez()
    strange = replace(plan, items=(replace(plan.items[0], item="parks"), *plan.items[1:]))
    assert misfits(strange, instrument) == [
        f"map.toml:{plan.items[0].line}: parks: juarez-services@2023 has no such item"
    ]


def test_values_that_are_no_steps_need_a_mapping() -> None:
    plan, instrument = juarez()
    wide = replace(plan, items=(replace(plan.items[0], valid=(0, 10)),))
    assert "the scale 'ten' has no step 0" in misfits(wide, instrument)[0]


def test_a_step_that_the_scale_lacks_is_refused() -> None:
    plan, instrument = juarez()
    wrong = replace(plan, items=(replace(plan.items[0], valid=None, steps={"good": 11}),))
    assert "the scale 'ten' has no step 11" in misfits(wrong, instrument)[0]


def test_a_reason_that_the_item_does_not_know_is_refused() -> None:
    plan, instrument = juarez()
    first = replace(instrument.items[0], missing=(Missing.REFUSED,))
    mapped = replace(
        plan.items[0], missing={"99": Missing.DONT_KNOW, "98": Missing.REFUSED, "": Missing.NOT_ASKED}
    )
    found = misfits(replace(plan, items=(mapped,)), replace(instrument, items=(first,)))
    assert [fault.split(": ", 1)[1] for fault in found] == [
        "rubbish: the item does not know the reason 'dont_know'"
    ]


def test_an_item_of_several_choices_cannot_be_imported() -> None:
    plan, instrument = juarez()
    first = replace(instrument.items[0], kind=Kind.CHOICES)
    found = misfits(replace(plan, items=plan.items[:1]), replace(instrument, items=(first,)))
    assert "needs several columns" in found[0]


def test_a_language_that_the_instrument_lacks_is_refused() -> None:
    plan, instrument = juarez()
    assert "'fr' is no language" in misfits(replace(plan, language="fr"), instrument)[0]


@pytest.mark.parametrize("text", ["7", "7.0", "07", " 7 ", "7\u00ad", "+7"])
def test_a_code_is_the_same_however_it_was_written(text: str) -> None:
    assert code_of(text) == "7"


def test_long_codes_are_told_apart_where_a_float_could_not() -> None:
    assert code_of("90071992547409921") != code_of("90071992547409920")


def test_words_are_compared_without_their_case() -> None:
    assert code_of("Hài LÒNG") == code_of("hài lo\u0300ng")


@pytest.mark.parametrize(
    ("code", "step"), [("1", 5), ("5", 1), ("0", None), ("6", None), ("2.5", None), ("x", None)]
)
def test_a_reversed_item_turns_its_range_around(code: str, step: int | None) -> None:
    mapped = replace(parse("map.toml", MAP).items[0], reverse=True)
    assert mapped.step_of(code) == step
