"""The questionnaires as they stand, and what their reader refuses."""

from __future__ import annotations

import unicodedata
from collections import Counter as Tally
from dataclasses import asdict
from pathlib import Path

import pytest

from survey.errors import BadData
from survey.formats import catalogue, instrument
from survey.instrument import Instrument, Kind, Missing

FOLDER = Path(__file__).parents[2] / "survey"
ALL = ("decree61@2018", "onestop-short@2026.1", "sipas-household@2024", "sipas-service@2024")

SMALL = """\
code = "small"
version = "1"
form = "rating"
source = "a test"

[title]
vi = "Phiếu"
en = "Form"

[intro]
vi = "Mời"
en = "Please"

[index]
code = "small@1"
vi = "Chỉ số"
en = "Index"

[scales.satisfaction]
satisfied_from = 2
steps = [
    { value = 1, face = 1, vi = "Không", en = "No" },
    { value = 2, face = 5, vi = "Có", en = "Yes" },
]

[groups.block]
vi = "Phần"
en = "Block"

[[factors]]
code = "officer"
reforms = ["civil-service"]
vi = "Công chức"
en = "Officers"

[[items]]
code = "officer_1"
factor = "officer"
scale = "satisfaction"
group = "block"
in_index = true
missing = ["refused"]
lineage = [{ item = "old.1", equated = true, note = "same" }]
vi = "Lịch sự"
en = "Polite"

[[items]]
code = "overall"
scale = "satisfaction"
vi = "Chung"
en = "Overall"

[[bands]]
code = "low"
low = 0
high = 1.5
vi = "Thấp"
en = "Low"

[[bands]]
code = "high"
low = 1.5
vi = "Cao"
en = "High"
"""


@pytest.fixture(scope="module")
def real() -> dict[str, Instrument]:
    files = {path.name: path.read_text("utf-8") for path in (FOLDER / "instruments").glob("*.toml")}
    return {one.ref: one for one in instrument.parse_all(files)}


def faults(text: str, name: str = "small@1.toml") -> list[str]:
    with pytest.raises(BadData) as refusal:
        instrument.parse(name, text)
    return refusal.value.faults


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def line_of(text: str, part: str) -> int:
    """The first line of `text` that holds `part`."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


# The real questionnaires.


def test_the_four_questionnaires_load(real: dict[str, Instrument]) -> None:
    assert tuple(sorted(real)) == ALL
    assert {one.form for one in real.values()} == {"rating", "household", "process"}


def test_the_short_form_is_one_question_for_each_factor_and_one_on_the_whole(
    real: dict[str, Instrument],
) -> None:
    short = real["onestop-short@2026.1"]
    counted = [item.factor for item in short.items if item.in_index]
    assert counted == ["access", "procedure", "officer", "result", "feedback"]
    assert [item.code for item in short.items if not item.in_index] == ["overall"]
    assert short.index is not None
    assert (short.index.code, short.minutes) == ("short@1", 1)
    assert [step.face for step in short.scales["satisfaction"].steps] == [1, 2, 3, 4, 5]


def test_the_service_form_has_the_16_criteria_in_five_factors(real: dict[str, Instrument]) -> None:
    form = real["sipas-service@2024"]
    assert [len(form.criteria(factor.code)) for factor in form.factors] == [3, 4, 3, 3, 3]
    assert all(item.in_index for item in form.items)


def test_the_household_form_has_the_39_criteria(real: dict[str, Instrument]) -> None:
    form = real["sipas-household@2024"]
    component = {factor.code: factor.component for factor in form.factors}
    tally = Tally(component[item.factor] for item in form.ratings if item.factor)
    assert tally == {"policy": 23, "service": 16}
    assert sum(item.in_index for item in form.items) == 39


def test_the_service_criteria_are_worded_alike_in_both_forms(real: dict[str, Instrument]) -> None:
    household = real["sipas-household@2024"].by_code
    for item in real["sipas-service@2024"].items:
        assert household[item.code].text == item.text
        assert household[item.code].lineage == item.lineage


def test_the_household_form_offers_no_way_to_say_it_does_not_apply(real: dict[str, Instrument]) -> None:
    offered = {reason for item in real["sipas-household@2024"].items for reason in item.missing}
    assert offered == {Missing.REFUSED, Missing.DONT_KNOW}


def test_feedback_never_given_does_not_apply_after_a_transaction(real: dict[str, Instrument]) -> None:
    form = real["sipas-service@2024"]
    assert all(Missing.NOT_APPLICABLE in item.missing for item in form.criteria("feedback"))
    assert Missing.NOT_APPLICABLE not in form.by_code["officer_1"].missing


def test_age_bands_do_not_overlap(real: dict[str, Instrument]) -> None:
    steps = real["sipas-household@2024"].scales["age"].steps
    labels = [step.label["en"] for step in steps]
    assert labels == ["18–24", "25–34", "35–49", "50–60", "61 or over"]


def test_nobody_must_tell_the_ethnic_group(real: dict[str, Instrument]) -> None:
    form = real["sipas-household@2024"]
    ethnicity = form.by_code["ethnicity"]
    assert Missing.REFUSED in ethnicity.missing
    assert len(form.scale_of(ethnicity).steps) == 7 + 1


def test_an_item_whose_wording_changed_is_not_equated(real: dict[str, Instrument]) -> None:
    form = real["sipas-household@2024"]
    (suitable,) = form.by_code["quality_1"].lineage
    assert (suitable.item, suitable.equated) == ("sipas2022.quality.1", False)
    assert all(line.note for item in form.items for line in item.lineage)


def test_decree_61_scores_nine_indices_up_to_18_points(real: dict[str, Instrument]) -> None:
    form = real["decree61@2018"]
    counted = [form.scale_of(item) for item in form.items if item.in_index]
    assert [(scale.low, scale.high) for scale in counted] == [(0, 2)] * 9
    assert form.ratings == ()


def test_every_score_of_decree_61_falls_into_exactly_one_class(real: dict[str, Instrument]) -> None:
    bands = real["decree61@2018"].bands
    held = {
        score: [b.code for b in bands if b.low <= score and (b.high is None or score < b.high)]
        for score in range(19)
    }
    assert all(len(codes) == 1 for codes in held.values())
    assert (held[15], held[14], held[6], held[5]) == (["excellent"], ["good"], ["average"], ["weak"])


def test_everything_is_worded_in_both_languages_in_composed_unicode(real: dict[str, Instrument]) -> None:
    for one in real.values():
        assert {"vi", "en"} <= set(one.languages)
        assert all(set(item.text) == set(one.languages) for item in one.items)
        assert unicodedata.is_normalized("NFC", str(asdict(one)))


def test_every_factor_informs_a_content_of_the_reform_plan(real: dict[str, Instrument]) -> None:
    files = {path.name: path.read_text("utf-8") for path in (FOLDER / "catalogue").glob("*.csv")}
    assert {reform.code for reform in catalogue.parse(files).reforms} == instrument.REFORMS
    assert all(factor.reforms for one in real.values() for factor in one.factors)


# The digest.


def test_reading_again_gives_the_same_digest() -> None:
    first = instrument.parse("small@1.toml", SMALL)
    assert first == instrument.parse("small@1.toml", SMALL)
    assert first.digest == instrument.digest(first) == instrument.parse("small@1.toml", SMALL).digest


def test_a_comment_or_another_order_of_keys_keeps_the_digest() -> None:
    other = "# a comment\n" + changed('vi = "Chung"\nen = "Overall"', 'en = "Overall"\nvi = "Chung"')
    assert instrument.parse("small@1.toml", other).digest == instrument.parse("small@1.toml", SMALL).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [('"Polite"', '"Very polite"'), ("satisfied_from = 2", "satisfied_from = 1"), ("face = 5", "face = 4")],
)
def test_a_changed_word_or_step_changes_the_digest(old: str, new: str) -> None:
    before = instrument.parse("small@1.toml", SMALL).digest
    assert instrument.parse("small@1.toml", changed(old, new)).digest != before


# What is read.


def test_what_an_item_leaves_out_comes_from_the_instrument() -> None:
    item = instrument.parse("small@1.toml", SMALL).by_code["overall"]
    assert (item.kind, item.missing, item.source) == (Kind.RATING, (Missing.REFUSED,), "a test")


def test_a_third_language_must_be_worded_everywhere() -> None:
    text = changed('form = "rating"', 'form = "rating"\nlanguages = ["vi", "en", "blt"]')
    assert f"small@1.toml:{line_of(text, '[title]')}: blt is missing" in faults(text)


# What is refused, each with its file and line.


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('code = "overall"', 'code = "officer_1"', "48: code 'officer_1' occurs twice in items"),
        ('factor = "officer"', 'factor = "officers"', "38: unknown factor 'officers'"),
        ('group = "block"', 'group = "blocks"', "40: unknown group 'blocks'"),
        ('missing = ["refused"]', 'missing = ["tired"]', "42: unknown missing 'tired'"),
        ('missing = ["refused"]', 'missing = ["not_asked"]', "42: unknown missing 'not_asked'"),
        ('["civil-service"]', '["joy"]', "32: unknown reforms 'joy'"),
        ('vi = "Lịch sự"\n', "", "36: vi is missing"),
        ('en = "Yes"', 'en = ""', "23: en is missing"),
        ('"Lịch sự"', '"Lịch  sự"', "44: vi has odd white space"),
        (
            '"Lịch sự"',
            f'"{unicodedata.normalize("NFD", "Lịch sự")}"',
            "44: vi is not in Unicode normal form C",
        ),
        ("value = 2", "value = 1", "23: value 1 does not increase after 1"),
        ("value = 2, face = 5", "face = 2", "23: value is missing"),
        ("face = 5", "face = 6", "23: face 6 is not from 1 to 5"),
        ("satisfied_from = 2", "satisfied_from = 3", "20: satisfied_from 3 is no step of the scale"),
        ("low = 1.5", "low = 1", "60: band 'low' overlaps band 'high'"),
        ("low = 1.5", "low = 2", "60: band 'low' leaves a gap to band 'high'"),
        ("low = 0\n", "low = 1.25\n", "53: no band holds a score of 1"),
        ("low = 1.5", "low = 1.5\nhigh = 2", "60: the highest band has an upper end"),
        ('form = "rating"', 'form = "poll"', "3: unknown form 'poll'"),
        ('form = "rating"', 'form = "rating"\nminute = 2', "4: unknown key 'minute'"),
        ('form = "rating"', 'form = "rating"\nminutes = "two"', "4: minutes is not a whole number"),
        ('code = "small@1"', 'code = "small"', "15: code 'small' is malformed"),
        ("equated = true, ", "", "43: equated is missing"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert f"small@1.toml:{told}" in faults(changed(old, new))


def test_both_languages_are_required() -> None:
    text = changed('form = "rating"', 'form = "rating"\nlanguages = ["vi"]')
    assert "small@1.toml:4: languages lack 'en'" in faults(text)


def test_a_band_without_its_lower_limit_is_told() -> None:
    assert "small@1.toml:60: low is missing" in faults(changed("low = 1.5\n", ""))


def test_a_scale_of_one_step_is_told() -> None:
    text = changed('    { value = 1, face = 1, vi = "Không", en = "No" },\n', "")
    assert "small@1.toml:21: a scale has at least two steps" in faults(text)


def test_an_unknown_scale_is_told() -> None:
    text = changed('code = "overall"\nscale = "satisfaction"', 'code = "overall"\nscale = "stars"')
    assert faults(text) == [f"small@1.toml:{line_of(text, 'stars')}: unknown scale 'stars'"]


def test_a_file_is_named_after_its_version() -> None:
    told = "holds small@1, so its name must be small@1.toml"
    assert faults(SMALL, "small@2.toml") == [f"small@2.toml:2: {told}"]


def test_an_index_has_items_and_its_items_have_an_index() -> None:
    assert faults(changed("in_index = true\n", "")) == ["small@1.toml:14: the index has no items"]
    start, end = SMALL.index("[index]"), SMALL.index("[scales")
    (told,) = faults(SMALL[:start] + SMALL[end:])
    assert told.endswith("item 'officer_1' is in no index")


def test_an_index_of_satisfaction_counts_only_who_can_be_satisfied() -> None:
    (told,) = faults(changed("satisfied_from = 2\n", ""))
    assert told.endswith("item 'officer_1' does not tell who is satisfied")


def test_a_factor_without_an_item_is_told() -> None:
    (told,) = faults(changed('factor = "officer"\n', ""))
    assert told == f"small@1.toml:{line_of(SMALL, '[[factors]]')}: factor 'officer' has no item"


def test_an_empty_file_lacks_everything() -> None:
    told = faults("", "small@1.toml")
    assert "small@1.toml:1: code is missing" in told
    assert "small@1.toml:1: has no items" in told


def test_a_file_that_is_no_toml_is_told_with_its_line() -> None:
    (told,) = faults(changed('form = "rating"', 'form = "rating'))
    assert told.startswith("small@1.toml:3: is no TOML: ")


def test_something_else_where_a_table_is_due_is_told() -> None:
    (told,) = faults(changed("lineage = [{ item", "lineage = [1, { item"))
    assert told.endswith("lineage holds something that is no table")


def test_the_faults_of_all_files_are_told_at_once() -> None:
    files = {"small@1.toml": changed('"Polite"', '""'), "other@1.toml": "code = "}
    with pytest.raises(BadData) as refusal:
        instrument.parse_all(files)
    assert [fault.split(":")[0] for fault in refusal.value.faults] == ["other@1.toml", "small@1.toml"]
