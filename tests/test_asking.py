"""Which version of its questionnaire a continuous wave asks, and from which day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from survey import asking, collect, design, errors, process
from survey.formats import instrument as instrument_format
from survey.formats import instrument_draft as drafts
from survey.roles import Role
from survey.store import agencies
from survey.store.database import Database
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance
from tests.staff import AT, deeds, settled

WAVE, OLD, NEW = "rating-short", "onestop-short@2026.1", "onestop-short@2027.1"
TEXT = (Path(asking.__file__).parent / "instruments" / f"{OLD}.toml").read_text("utf-8")
TOMORROW = TODAY + timedelta(days=1)


def published(db: Database, *, said: str = "") -> None:
    """The next version: word for word the same, or with other words in one question that nothing was said of."""
    data = drafts.begin(TEXT, "2027.1")
    if said:
        data["items"][0] = {key: value for key, value in data["items"][0].items() if key != "lineage"}
        data["items"][0]["vi"] = said
    text = drafts.text(data)
    made = instrument_format.parse(f"{NEW}.toml", text)
    with db.write() as connection:
        agencies.load_instruments(connection, {NEW: (made.digest, text)})
        agencies.next_stamp(connection, TODAY)


def asked(db: Database) -> str:
    return design.questionnaire(db, "03646", on=TODAY, form="short").instrument.ref


def test_a_wave_asks_another_version_from_its_day_on(province: Database, chance: Chance) -> None:
    published(province)
    lead = settled(province, "lead", Role.SURVEY_LEAD)
    collect.submit(province, rated(), at=NOW)
    asking.turn_to(province, lead, WAVE, NEW, TOMORROW, at=AT, on=TODAY)
    assert asked(province) == OLD and asking.take_turns(province, on=TODAY) == 0
    asking.take_turns(province, on=TOMORROW)
    assert asked(province) == NEW and asking.take_turns(province, on=TOMORROW) == 0
    design.load_shipped(province, on=TOMORROW)  # a set-up does not take it back
    assert asked(province) == NEW
    collect.submit(province, replace(rated(), instrument=NEW), at=NOW)  # counted with the earlier one
    process.seal_all(province, rng=chance, today=TOMORROW)
    assert process.rebuild(province).equal
    assert "version-set" in deeds(province)
    (first, *_) = asking.listed(province)
    assert (first.wave.code, first.instrument.ref, len(first.turns)) == (WAVE, NEW, 1)


def test_what_is_set_for_a_later_day_can_be_taken_back(province: Database) -> None:
    published(province)
    lead = settled(province, "lead", Role.SURVEY_LEAD)
    asking.turn_to(province, lead, WAVE, NEW, TOMORROW, at=AT, on=TODAY)
    asking.take_back(province, lead, WAVE, TOMORROW, at=AT, on=TODAY)
    assert asking.take_turns(province, on=TOMORROW) == 0 and asked(province) == OLD
    asking.turn_to(province, lead, WAVE, NEW, TODAY, at=AT, on=TODAY)
    assert asked(province) == NEW
    with pytest.raises(errors.DayPassed):
        asking.take_back(province, lead, WAVE, TODAY, at=AT, on=TODAY)


def test_what_cannot_be_counted_together_is_not_asked_in_one_wave(province: Database) -> None:
    published(province, said="Ông/bà thấy thời tiết hôm nay thế nào?")
    lead = settled(province, "lead", Role.SURVEY_LEAD)
    for ref, day, refusal in (
        (NEW, TODAY, errors.VersionApart),
        (OLD, TODAY - timedelta(days=1), errors.DayPassed),
        ("sipas-service@2024", TODAY, errors.UnknownInstrument),
    ):
        with pytest.raises(refusal):
            asking.turn_to(province, lead, WAVE, ref, day, at=AT, on=TODAY)
    assert asked(province) == OLD and not asking.listed(province)[0].turns
