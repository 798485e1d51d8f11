"""Household waves from plan to figure, on both engines: what is refused, and that nothing is half done."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from math import fsum

import pytest

from survey import analyse, collect, design, errors, fieldwork, process
from survey.disposition import Disposition
from survey.household import Part, Progress, SampleUnit, Stages, Wanted
from survey.response import Mode
from survey.roles import Role
from survey.store import waves
from survey.store.database import Database
from survey.wave_weights import How
from tests.answering import rated
from tests.conftest import TODAY
from tests.households import (
    AFTER,
    COMMUNES,
    ENDS,
    IN_FIELD,
    STARTS,
    WAVE,
    account,
    asked,
    drawn,
    ended,
    frame,
    interview,
    opened,
)
from tests.staff import AT, settled

PEOPLE = sum(unit.size for unit in frame())


def progress(db: Database) -> Progress:
    with db.read() as connection:
        return waves.wave(connection, WAVE.code).progress


def close(db: Database, **more: bool) -> None:
    fieldwork.close(db, WAVE.code, rest_unknown=more.get("rest_unknown", False), by=None, at=AT, on=AFTER)


def weigh(db: Database, margins: dict[str, dict[str, float]], how: How) -> fieldwork.Weighting:
    return fieldwork.weight(db, WAVE.code, margins, how, by=None, at=AT, on=AFTER)


# Before the wave opens.


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"code": "Sipas 2026"}, "code"),
        ({"title": {"vi": "Khảo sát", "en": " "}}, "title"),
        ({"instrument": "onestop-short@2026.1"}, "instrument"),
        ({"ends": STARTS - timedelta(days=1)}, "ends"),
        ({"stages": Stages(villages=0)}, "stages"),
        ({"seed": ""}, "seed"),
        ({"wanted": Wanted(margin=0)}, "outside of its range: margin 0, p 0.8"),
        ({"wanted": Wanted(way="fair")}, "way fair"),
    ],
)
def test_a_wave_that_makes_no_sense_is_refused_by_what_is_wrong(
    province: Database, wrong: dict[str, object], what: str
) -> None:
    with pytest.raises(errors.WaveOutOfRange) as refusal:
        fieldwork.plan(province, replace(WAVE, **wrong))
    assert refusal.value.detail["what"] == what


def test_a_code_is_used_once(province: Database) -> None:
    fieldwork.plan(province, WAVE)
    for code in (WAVE.code, "rating-short"):
        with pytest.raises(errors.WaveTaken):
            fieldwork.plan(province, replace(WAVE, code=code))


def test_what_a_sample_will_show_is_known_before_it_is_drawn(province: Database) -> None:
    fieldwork.plan(province, WAVE)
    with pytest.raises(errors.NotDrawn):
        fieldwork.precision(province, WAVE.code)
    fieldwork.load_frame(province, WAVE.code, frame())
    found = fieldwork.precision(province, WAVE.code)
    assert sum(found.people.values()) == PEOPLE and set(found.people) == set(COMMUNES)
    assert found.plan.deff == pytest.approx(1 + 5 * 0.05 + 6 * 0.02)
    assert found.invited == 12 * found.units and found.answers == round(found.invited * 0.85)
    assert found.margin is not None and found.margin <= WAVE.wanted.margin
    assert fieldwork.draw(province, WAVE.code) == found


def test_planning_otherwise_takes_the_sample_back_and_drawing_again_gives_the_same(
    province: Database,
) -> None:
    before = drawn(province)
    fieldwork.change(province, replace(WAVE, wanted=Wanted(margin=0.2)))
    with province.read() as connection:
        assert waves.units(connection, WAVE.code) == ()
    fieldwork.change(province, WAVE)
    fieldwork.draw(province, WAVE.code)
    with province.read() as connection:
        assert waves.units(connection, WAVE.code) == before


def test_a_wave_opens_with_a_sample_and_stays_as_it_was_planned(province: Database) -> None:
    fieldwork.plan(province, WAVE)
    with pytest.raises(errors.NotDrawn):
        fieldwork.open_wave(province, WAVE.code, by=None, at=AT, on=STARTS)
    fieldwork.load_frame(province, WAVE.code, frame())
    fieldwork.draw(province, WAVE.code)
    fieldwork.open_wave(province, WAVE.code, by=None, at=AT, on=STARTS)
    assert design.reference(province).wave(WAVE.code).instrument == WAVE.instrument
    for change in (
        lambda: fieldwork.change(province, WAVE),
        lambda: fieldwork.load_frame(province, WAVE.code, frame()),
        lambda: fieldwork.draw(province, WAVE.code),
        lambda: fieldwork.open_wave(province, WAVE.code, by=None, at=AT, on=STARTS),
    ):
        with pytest.raises(errors.WaveFixed):
            change()


def test_nobody_answers_a_household_wave_on_the_open_page(province: Database) -> None:
    opened(province)
    with pytest.raises(errors.UnknownWave):
        design.questionnaire(province, "03646", on=TODAY, wave=WAVE.code)
    with pytest.raises(errors.Refusal):
        collect.submit(
            province, rated(wave=WAVE.code, instrument=WAVE.instrument, mode=Mode.ONLINE), at=IN_FIELD
        )


# In the field.


def test_communes_are_shared_evenly_and_whole(province: Database) -> None:
    units = drawn(province)
    settled(province, "mai.lo", Role.INTERVIEWER)
    settled(province, "an.lo", Role.OFFICER)
    given = fieldwork.assign(province, WAVE.code, ["mai.lo", "an.lo"])
    assert sum(given.values()) == len(units)
    assert abs(given["mai.lo"] - given["an.lo"]) <= 16
    with province.read() as connection:
        visitors = waves.assignments(connection, WAVE.code)
    assert all(len({visitors[u.code] for u in units if u.commune == c.commune}) == 1 for c in units)


def test_who_is_no_interviewer_of_the_agency_gets_no_unit(province: Database) -> None:
    drawn(province)
    settled(province, "mai.lo", Role.INTERVIEWER)
    settled(province, "ha.lo", Role.ANALYST)
    for names in (["ha.lo"], ["mai.lo", "nobody"], []):
        with pytest.raises(errors.UnknownInterviewer):
            fieldwork.assign(province, WAVE.code, names)
    with province.read() as connection:
        assert waves.assignments(connection, WAVE.code) == {}


def test_a_unit_opens_for_its_interviewer_alone(province: Database) -> None:
    units = opened(province)
    other = settled(province, "an.lo", Role.INTERVIEWER).id
    assert fieldwork.visited(province, units[0].code.lower(), account(province)).unit == units[0]
    with pytest.raises(errors.ForeignUnit):
        fieldwork.visited(province, units[0].code, other)
    for typed in ("", "0000", units[0].code[:-1] + "?"):
        with pytest.raises(errors.UnknownUnit):
            fieldwork.visited(province, typed, account(province))


def test_a_substitute_stands_in_once_and_in_its_own_village(province: Database) -> None:
    units = opened(province)
    first = units[0]
    beside = [unit for unit in units if (unit.commune, unit.village) == (first.commune, first.village)]
    spare = [unit for unit in beside if unit.part is Part.SUBSTITUTE]

    def substitute(unit: SampleUnit, reason: str = "đã chuyển đi") -> str:
        return fieldwork.substitute(province, unit.code, reason, by=None, on=IN_FIELD.date()).substitute

    def why(unit: SampleUnit, reason: str = "đã chuyển đi") -> object:
        with pytest.raises(errors.SubstituteRefused) as refusal:
            substitute(unit, reason)
        return refusal.value.detail["why"]

    assert why(first) == "not-visited" and why(first, " ") == "no-reason" and why(spare[0]) == "not-main"
    interview(province, beside[1], 5)
    assert why(beside[1]) == "answered"
    ended(province, first, Disposition.VACANT)
    assert substitute(first) == spare[0].code and why(first) == "used"
    ended(province, spare[0], Disposition.REFUSED)
    assert substitute(spare[0]) == spare[1].code
    ended(province, beside[2], Disposition.REFUSED)
    assert why(beside[2]) == "none-left"
    found = fieldwork.field_progress(province, WAVE.code)
    assert found.whole.substitutes == 2 and found.whole.counts[Disposition.VACANT] == 1
    with province.read() as connection:
        assert [made.reason for made in waves.substitutions(connection, WAVE.code)] == ["đã chuyển đi"] * 2


def test_rates_are_those_of_the_units_that_were_drawn_first(province: Database) -> None:
    units = [unit for unit in opened(province) if unit.part is Part.MAIN]
    for unit in units[:10]:
        interview(province, unit, 4)
    for unit in units[10:14]:
        ended(province, unit, Disposition.REFUSED)
    ended(province, units[14], Disposition.VACANT)
    found = fieldwork.field_progress(province, WAVE.code)
    assert found.whole.units == len(units) and found.whole.answered == 10
    assert found.whole.unfinished == len(units) - 15
    assert found.whole.rates.response[0] == pytest.approx(10 / (len(units) - 1))
    assert found.whole.rates.cooperation[0] == pytest.approx(10 / 14)
    assert sum(stratum.units for stratum in found.strata) == len(units)
    assert found.interviewers == {account(province): (len(units), 10)}


def test_a_wave_is_closed_when_its_last_day_is_over_and_nothing_is_unfinished(province: Database) -> None:
    units = opened(province)
    with pytest.raises(errors.WaveTooEarly):
        fieldwork.close(province, WAVE.code, rest_unknown=True, by=None, at=AT, on=ENDS)
    with pytest.raises(errors.UnitsUnfinished) as refusal:
        close(province)
    assert refusal.value.detail["units"] == sum(unit.part is Part.MAIN for unit in units)
    assert progress(province) is Progress.OPEN
    close(province, rest_unknown=True)
    assert progress(province) is Progress.CLOSED
    with pytest.raises(errors.WaveNotOpen):
        close(province, rest_unknown=True)
    with pytest.raises(errors.WaveNotOpen):
        fieldwork.visited(province, units[0].code, account(province))


# Weights.


def test_answers_count_with_their_weights_and_not_before(province: Database) -> None:
    units = asked(province, lambda unit: unit.stratum == "urban")
    assert analyse.report(province, wave=WAVE.code).index.estimate.n == 0
    with pytest.raises(errors.WaveNotClosed):
        weigh(province, {}, How(calibration="none"))
    close(province)
    made = weigh(province, {}, How(calibration="none"))
    assert [step["people"] for step in made.record["steps"]] == pytest.approx([PEOPLE] * 3)
    found = analyse.report(province, wave=WAVE.code).index.estimate
    urban = sum(unit.size for unit in frame() if unit.stratum == "urban")
    assert found.value == pytest.approx(urban / PEOPLE) and found.n == len(units)
    assert found.weight_total == pytest.approx(PEOPLE * 39) or found.answers == 39 * len(units)
    assert process.rebuild(province).equal and progress(province) is Progress.WEIGHTED
    with province.read() as connection:
        assert {unit.label for unit in waves.units(connection, WAVE.code)} == {None}
        assert {unit.label for unit in waves.frame(connection, WAVE.code)} == {""}


def test_weights_are_made_again_as_a_new_version_in_place_of_the_last(province: Database) -> None:
    asked(province, lambda unit: int(unit.code, 36) % 3 > 0)
    close(province)
    weigh(province, {}, How(calibration="none"))
    plain = analyse.report(province, wave=WAVE.code).index.estimate
    margins = {"sex": {"1": PEOPLE * 0.5, "2": PEOPLE * 0.5}}
    second = weigh(province, margins, How())
    assert (second.version, len(fieldwork.weightings(province, WAVE.code))) == (2, 2)
    rows = {(row["category"]): row for row in second.record["margins"]}
    assert rows["1"]["design"] == pytest.approx(1 / 3, abs=0.05)
    assert rows["1"]["calibration"] == pytest.approx(0.5) == rows["1"]["population"]
    again = analyse.report(province, wave=WAVE.code).index.estimate
    assert again.value != plain.value and again.n == plain.n
    assert process.rebuild(province).equal
    with province.read() as connection:
        assert fsum(waves.weights(connection, WAVE.code).values()) == pytest.approx(PEOPLE)


def test_those_who_answered_stand_for_those_who_did_not_in_their_stratum(province: Database) -> None:
    units = [unit for unit in opened(province) if unit.part is Part.MAIN]
    silent = [unit for number, unit in enumerate(units) if unit.stratum == "urban" and number % 2]
    for unit in units:
        if unit in silent:
            ended(province, unit, Disposition.REFUSED)
        else:
            interview(province, unit, 5 if unit.stratum == "urban" else 1)
    process.seal_all(province, rng=random.Random(1), today=AFTER)
    close(province)
    made = weigh(province, {}, How(calibration="none"))
    factors = {row["class"]: row["factor"] for row in made.record["nonresponse"]}
    assert factors["rural"] == pytest.approx(1) and factors["urban"] == pytest.approx(2)
    urban = sum(unit.size for unit in frame() if unit.stratum == "urban")
    assert analyse.report(province, wave=WAVE.code).index.estimate.value == pytest.approx(urban / PEOPLE)


def test_where_nobody_answered_nothing_is_weighted(province: Database) -> None:
    units = [unit for unit in opened(province) if unit.part is Part.MAIN]
    for unit in units:
        if unit.stratum == "urban":
            ended(province, unit, Disposition.REFUSED)
        else:
            interview(province, unit, 5)
    process.seal_all(province, rng=random.Random(1), today=AFTER)
    close(province)
    with pytest.raises(errors.NobodyAnswered) as refusal:
        weigh(province, {}, How(calibration="none"))
    assert refusal.value.detail["classes"] == ["urban"]
    assert progress(province) is Progress.CLOSED and fieldwork.weightings(province, WAVE.code) == ()


def test_weights_that_agree_with_nothing_are_refused_and_change_nothing(province: Database) -> None:
    asked(province, lambda unit: True)
    close(province)
    far = {"sex": {"1": PEOPLE * 0.999, "2": PEOPLE * 0.001}}
    with pytest.raises(errors.WeightsDoNotConverge):
        weigh(province, far, How(calibration="logit"))
    empty = {"age": {"1": PEOPLE * 0.5, "2": PEOPLE * 0.5}}
    with pytest.raises(errors.BadMargins):
        weigh(province, empty, How())
    assert progress(province) is Progress.CLOSED
    assert analyse.report(province, wave=WAVE.code).index.estimate.n == 0
