"""The one door in: what it takes, what it refuses, and that it takes nothing twice."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from survey import collect, design, errors, process
from survey.frame import Wave, WaveKind
from survey.instrument import Missing
from survey.receipt import leaf_hash, root_from_proof, verify
from survey.response import Answer, Mode, Response
from survey.store import inbox, responses
from survey.store.database import Database
from tests.answering import SHORT, answers, new_id, rated
from tests.conftest import NOW, TODAY, Chance


def test_a_response_is_promised_and_waits(province: Database) -> None:
    receipt = collect.submit(province, rated(), at=NOW)
    assert verify(province.keys.signing.public_key(), receipt.commitment, receipt.signature)
    assert process.waiting(province) == 1
    assert collect.trace(province, receipt.code).position is None


def test_the_same_response_twice_is_stored_once_with_the_same_receipt(province: Database) -> None:
    response = rated(4)
    first = collect.submit(province, response, at=NOW)
    assert collect.submit(province, response, at=NOW + timedelta(days=1)) == first
    assert process.waiting(province) == 1


def test_a_press_sent_again_after_midnight_is_the_same_press(province: Database) -> None:
    response = rated(4)
    first = collect.submit(province, response, at=NOW)
    after_midnight = replace(response, day=TODAY + timedelta(days=1))
    assert collect.submit(province, after_midnight, at=NOW + timedelta(days=1)) == first
    with pytest.raises(errors.SameIdOtherContent):
        collect.submit(province, replace(after_midnight, answers=answers(1)), at=NOW + timedelta(days=1))
    assert process.waiting(province) == 1


def test_other_answers_on_the_first_day_of_a_wave_are_refused_by_their_name(province: Database) -> None:
    first_day = design.reference(province).wave("rating-short").starts
    at = datetime.combine(first_day, NOW.time())
    response = rated(4, day=first_day)
    collect.submit(province, response, at=at)
    with pytest.raises(errors.SameIdOtherContent):
        collect.submit(province, replace(response, answers=answers(1)), at=at)


def test_an_agency_is_rated_as_long_as_it_exists(province: Database) -> None:
    known = design.reference(province)
    closed = replace(known.agency("03646"), code="closed", valid_to=TODAY - timedelta(days=1))
    design.open_wave(province, known.wave("rating-short"), {}, (closed,), on=TODAY)
    with pytest.raises(errors.UnknownAgency):
        collect.submit(province, rated(agency="closed", counter=None), at=NOW)
    yesterday = rated(agency="closed", counter=None, day=TODAY - timedelta(days=1))
    assert collect.submit(province, yesterday, at=NOW)


def test_a_replay_after_sealing_is_known(province: Database, chance: Chance) -> None:
    response = rated(4)
    first = collect.submit(province, response, at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    assert collect.submit(province, response, at=NOW) == first
    assert process.waiting(province) == 0


def test_a_known_id_with_another_content_is_refused_and_the_first_stays(province: Database) -> None:
    response = rated(4)
    first = collect.submit(province, response, at=NOW)
    with pytest.raises(errors.SameIdOtherContent):
        collect.submit(province, replace(response, answers=answers(1)), at=NOW)
    assert process.waiting(province) == 1
    assert collect.submit(province, response, at=NOW) == first


def test_many_presses_at_once_are_each_stored_once(province: Database) -> None:
    given = [rated(step) for step in (1, 2, 3, 4, 5) for _ in range(10)]
    with ThreadPoolExecutor(8) as presses:
        receipts = list(presses.map(lambda r: collect.submit(province, r, at=NOW), [*given, *given]))
    assert receipts[: len(given)] == receipts[len(given) :]
    assert len({receipt.commitment for receipt in receipts}) == len(given)
    assert process.waiting(province) == len(given)


def test_a_receipt_is_signed_alike_whoever_looks_and_however_late(province: Database) -> None:
    receipt = collect.submit(province, rated(), at=NOW)
    later = collect.trace(province, receipt.code).receipt
    assert later.signature == receipt.signature
    assert verify(province.keys.signing.public_key(), receipt.commitment, later.signature)


def test_of_two_contents_under_one_id_exactly_one_is_taken(province: Database) -> None:
    id_ = new_id()
    rivals = [rated(step, id=id_) for step in (1, 2, 3, 4, 5)]

    def press(response: Response) -> str:
        try:
            return collect.submit(province, response, at=NOW).code
        except errors.SameIdOtherContent as refusal:
            return refusal.code

    with ThreadPoolExecutor(5) as presses:
        told = list(presses.map(press, rivals))
    assert told.count(errors.SameIdOtherContent.code) == 4
    assert process.waiting(province) == 1


class _DiskFull(Exception):
    pass


def test_nothing_is_acknowledged_that_could_not_be_stored(
    province: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise _DiskFull

    hot = "_keep_one" if province.sqlite else "_keep_first"
    with monkeypatch.context() as patch:
        patch.setattr(inbox, hot, fail)
        with pytest.raises((errors.TemporarilyUnavailable, _DiskFull)):
            collect.submit(province, rated(), at=NOW)
    assert process.waiting(province) == 0
    collect.submit(province, rated(), at=NOW)
    assert process.waiting(province) == 1


REFUSED: dict[str, tuple[type[errors.Refusal], dict[str, Any]]] = {
    "an id that no client of ours makes": (errors.MalformedId, {"id": "x"}),
    "an id with control characters": (errors.MalformedId, {"id": "a" * 20 + "\n"}),
    "an unknown wave": (errors.UnknownWave, {"wave": "rating-2019"}),
    "another version of the questionnaire": (errors.WrongVersion, {"instrument": "onestop-short@2025.1"}),
    "an unknown agency": (errors.UnknownAgency, {"agency": "99999"}),
    "an unknown counter": (errors.UnknownCounter, {"counter": "03646-9"}),
    "an unknown procedure": (errors.UnknownProcedure, {"procedure": "9.999999"}),
    "tomorrow": (errors.DateOutOfRange, {"day": TODAY + timedelta(days=1)}),
    "before the wave began": (errors.DateOutOfRange, {"day": date(2025, 6, 30)}),
    "a weight of zero": (errors.WeightNotPositive, {"weight": 0.0}),
    "a weight that is no number": (errors.WeightNotPositive, {"weight": float("nan")}),
    "an endless weight": (errors.WeightNotPositive, {"weight": float("inf")}),
    "a language nobody was asked in": (errors.UnknownChoice, {"language": "fr"}),
    "a mode that there is not": (errors.UnknownChoice, {"mode": "telepathy"}),
    "a respondent that there is not": (errors.UnknownChoice, {"respondent": "robot"}),
    "an item that is not asked": (errors.UnknownItem, {"answers": (Answer("weather", (5,)),)}),
    "a step above the scale": (errors.UnknownStep, {"answers": (Answer("overall", (6,)),)}),
    "a step below the scale": (errors.UnknownStep, {"answers": (Answer("overall", (0,)),)}),
    "two steps at once": (errors.UnknownStep, {"answers": (Answer("overall", (4, 5)),)}),
    "neither a step nor a reason": (errors.UnknownStep, {"answers": (Answer("overall"),)}),
    "both a step and a reason": (
        errors.AnsweredAndMissing,
        {"answers": (Answer("overall", (5,), Missing.DONT_KNOW),)},
    ),
    "one item twice": (
        errors.AnsweredAndMissing,
        {"answers": (Answer("overall", (5,)), Answer("overall", (1,)))},
    ),
    "no answer at all": (errors.NothingAnswered, {"answers": answers(Missing.REFUSED)}),
    "an empty form": (errors.NothingAnswered, {"answers": ()}),
}


@pytest.mark.parametrize(("refusal", "content"), REFUSED.values(), ids=REFUSED.keys())
def test_is_refused_by_name_and_not_stored(
    province: Database, refusal: type[errors.Refusal], content: dict[str, Any]
) -> None:
    with pytest.raises(refusal):
        collect.submit(province, rated(**content), at=NOW)
    assert process.waiting(province) == 0


@pytest.fixture
def closed(province: Database) -> Wave:
    """A wave that ended yesterday."""
    title = {"vi": "Đợt cũ", "en": "Old wave"}
    wave = Wave(
        "spring",
        title,
        WaveKind.CONTINUOUS,
        "onestop-short@2026.1",
        "son-la",
        date(2026, 3, 1),
        TODAY - timedelta(days=1),
    )
    design.open_wave(province, wave, {}, (), on=TODAY)
    return wave


def test_a_closed_wave_takes_nothing(province: Database, closed: Wave) -> None:
    late = rated(wave=closed.code, day=date(2026, 3, 2))
    with pytest.raises(errors.WaveClosed):
        collect.submit(province, late, at=NOW)
    assert collect.submit(province, late, at=NOW - timedelta(days=1))


def test_an_item_that_was_not_shown_is_not_asked(province: Database, chance: Chance) -> None:
    collect.submit(province, rated(answers=(Answer("overall", (5,)),)), at=NOW)
    assert _sealed(province, chance)["answers"] == {
        item: 5 if item == "overall" else "not_asked" for item in SHORT
    }


def test_the_catalogue_completes_what_was_said(province: Database, chance: Chance) -> None:
    known = design.reference(province)
    land = next(p for p in known.procedures.values() if p.group == "land")
    collect.submit(province, rated(procedure=land.code), at=NOW)
    sealed = _sealed(province, chance)
    assert (sealed["group"], sealed["procedure"]) == ("land", land.code)
    assert (sealed["stratum"], sealed["psu"]) == ("03646", "03646-1:2026-11-23")


def test_where_and_by_whom_are_different_references(province: Database, chance: Chance) -> None:
    counter = next(c for c in design.reference(province).counters.values() if c.receiver == "ttpvhcc")
    collect.submit(province, rated(counter=counter.code, agency="noi-vu"), at=NOW)
    sealed = _sealed(province, chance)
    assert (sealed["agency"], sealed["counter"], sealed["stratum"]) == ("noi-vu", counter.code, "ttpvhcc")


def test_online_people_of_one_agency_and_day_are_one_unit(province: Database, chance: Chance) -> None:
    collect.submit(province, rated(counter=None, mode=Mode.ONLINE), at=NOW)
    assert _sealed(province, chance)["psu"] == "online:03646:2026-11-23"


def test_nothing_that_identifies_is_kept_with_an_answer(province: Database, chance: Chance) -> None:
    response = rated()
    collect.submit(province, response, at=NOW)
    sealed = _sealed(province, chance)
    assert response.id not in json.dumps(sealed)
    assert set(sealed) <= {
        "wave", "instrument", "agency", "day", "month", "mode", "respondent", "language", "answers",
        "stratum", "psu", "counter", "weight",
    }  # fmt: skip


def test_a_bulk_door_counts_what_it_refuses_and_takes_the_rest(province: Database) -> None:
    good, again = rated(), rated(3)
    collect.submit(province, again, at=NOW)
    clash = replace(again, answers=answers(1))
    taken = collect.submit_many(province, [good, again, clash, rated(agency="99999"), good], at=NOW)
    assert (taken.new, taken.known) == (1, 2)
    assert taken.refused == {"unknown-agency": 1, "same-id-other-content": 1}
    assert process.waiting(province) == 2


def test_the_holder_of_a_receipt_can_prove_its_place(province: Database, chance: Chance) -> None:
    receipts = [collect.submit(province, rated(), at=NOW) for _ in range(9)]
    process.seal_all(province, rng=chance, today=TODAY)
    positions = set()
    for receipt in receipts:
        trace = collect.trace(province, receipt.code.lower())
        assert trace.receipt == receipt
        assert trace.position is not None and trace.size == 9
        leaf = leaf_hash(receipt.commitment)
        assert root_from_proof(leaf, trace.position, trace.size, trace.proof) == trace.root
        positions.add(trace.position)
    assert positions == set(range(9))


@pytest.mark.parametrize("code", ["", "not a code", "AAAA-AAAA-AAAA-AAAA"])
def test_a_code_that_nobody_was_given_leads_nowhere(province: Database, code: str) -> None:
    with pytest.raises(errors.UnknownReceipt):
        collect.trace(province, code)


def _sealed(province: Database, chance: Chance) -> dict[str, Any]:
    """The one response of the test as the ledger keeps it."""
    process.seal_all(province, rng=chance, today=TODAY)
    with province.read() as connection:
        (rows,) = responses.stream(connection, until=1)
    content: dict[str, Any] = json.loads(rows[0][2])
    return content
