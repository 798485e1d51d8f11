"""Inviting: once per dossier, spent with the answer or not at all, and counted where it was completed."""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta
from typing import Any

import pytest

from survey import analyse, collect, errors, invite, process
from survey.coverage import SELECTIVE
from survey.formats import figures
from survey.invite import Issued, Opened
from survey.response import Invitation, Mode, Response
from survey.store.database import Database
from survey.token import LIFETIME, Dossier, Outcome, Told
from tests import staff
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance

COUNTER, WARD = "03646-1", "03646"


def issued(db: Database, number: str = "H52-1", outcome: Outcome = Outcome.GRANTED, **more: Any) -> Issued:
    dossier = Dossier(number, more.pop("counter", COUNTER), outcome, **more)
    bound = invite.checked(db, dossier, within="son-la", on=TODAY)
    made = invite.issue(db, [(dossier, bound)], within="son-la", at=NOW, chance=secrets.token_bytes)[0]
    assert isinstance(made, Issued)
    return made


def answer(opened: Opened, **more: Any) -> Response:
    told: dict[str, Any] = {
        "mode": Mode.ONLINE,
        "invitation": Invitation.DOSSIER,
        "counter": opened.bound.counter,
    }
    return rated(agency=opened.bound.agency, **told | more)


def opened(db: Database, made: Issued) -> Opened:
    return invite.opened(db, made.code, on=TODAY)


def test_a_dossier_has_one_invitation_however_often_it_is_asked_for(province: Database) -> None:
    first, again = issued(province, procedure="1.004964"), issued(province, outcome=Outcome.LATE)
    assert (first.new, again.new) == (True, False)
    assert (first.code, first.bound) == (again.code, again.bound)
    assert first.bound.procedure == "1.004964"
    assert issued(province, "H52-2").code != first.code


def test_a_dossier_is_rated_once(province: Database) -> None:
    found = opened(province, issued(province))
    assert not found.used
    response = answer(found)
    receipt = collect.submit(province, response, at=NOW, token=found.spent)
    assert invite.opened(province, found.code, on=TODAY).used
    with pytest.raises(errors.InvitationSpent):
        collect.submit(province, answer(found), at=NOW, token=found.spent)
    assert process.waiting(province) == 1
    assert collect.submit(province, response, at=NOW, token=found.spent).code == receipt.code
    assert collect.submit(province, answer(found, invitation=Invitation.NONE), at=NOW) is not None


def test_of_many_presses_with_one_invitation_one_is_kept(province: Database) -> None:
    found = opened(province, issued(province))
    taken: list[str] = []

    def press() -> None:
        try:
            taken.append(collect.submit(province, answer(found), at=NOW, token=found.spent).code)
        except errors.InvitationSpent:
            taken.append("spent")

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken)[-5:] == ["spent"] * 5
    assert process.waiting(province) == 1


def test_forged_and_expired_codes_are_told_apart_from_good_ones(province: Database) -> None:
    made = issued(province)
    for typed in ("", "no code", "0000-0000-0000", made.code[:-1]):
        with pytest.raises(errors.UnknownInvitation):
            invite.opened(province, typed, on=TODAY)
    typed = made.code.lower().replace("0", "o")
    assert invite.opened(province, typed, on=TODAY + timedelta(days=LIFETIME - 1)).bound == made.bound
    with pytest.raises(errors.InvitationExpired):
        invite.opened(province, made.code, on=TODAY + timedelta(days=LIFETIME))


def test_an_agency_invites_for_its_own_counters_alone(province: Database) -> None:
    made = issued(province)
    dossier = Dossier("H52-1", COUNTER, Outcome.GRANTED)
    with pytest.raises(errors.ForeignInvitation):
        invite.checked(province, dossier, within="03679", on=TODAY)
    elsewhere = Dossier("H52-1", "03679-1", Outcome.GRANTED)
    bound = invite.checked(province, elsewhere, within="03679", on=TODAY)
    told = invite.issue(province, [(elsewhere, bound)], within="03679", at=NOW, chance=secrets.token_bytes)
    assert isinstance(told[0], errors.ForeignInvitation)
    assert made.code not in str(told[0])


def test_a_sender_is_known_by_its_key_until_it_is_revoked(province: Database) -> None:
    head = staff.settled(province)
    given = invite.add_sender(province, head, WARD, " Một cửa  điện tử ", at=1, chance=secrets.token_bytes)
    assert invite.sender_of(province, given.key).name == "Một cửa điện tử"
    for shown in ("", given.sender.id, f"{given.sender.id}.AAAA", f"nobody.{given.key}", given.key[:-1]):
        with pytest.raises(errors.UnknownSender):
            invite.sender_of(province, shown)
    with pytest.raises(errors.UnknownSender):
        invite.revoke_sender(province, head, "03679", given.sender.id, at=2)
    invite.revoke_sender(province, head, "son-la", given.sender.id, at=2)
    with pytest.raises(errors.SenderRevoked):
        invite.sender_of(province, given.key)
    assert staff.deeds(province)[-2:] == ["sender-added", "sender-revoked"]


def test_coverage_stands_beside_the_answers_and_selection_shows(province: Database, chance: Chance) -> None:
    for number in range(30):
        found = opened(province, issued(province, f"H52-{number}"))
        if number < 12:
            collect.submit(province, answer(found), at=NOW, token=found.spent)
    collect.submit(province, rated(mode=Mode.ONLINE), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    told = [
        Told(COUNTER, "2026-11", Outcome.GRANTED, 60),
        Told(COUNTER, "2026-11", Outcome.REFUSED, 40),
    ]
    invite.tell_completed(province, told, within=WARD, at=NOW)
    whole, counter = analyse.report(province, agency=WARD).coverage
    assert (counter.completed, counter.invited, counter.answered.estimate.value) == (100, 30, 12.0)
    assert counter.flags == whole.flags == (SELECTIVE,)
    rows = [
        r
        for r in figures.as_json(analyse.report(province, agency=WARD))["figures"]
        if r["part"] == "coverage"
    ]
    assert [row["coverage"]["invited"] for row in rows] == [30, 30]
    assert "selective-invitation" in figures.as_csv(analyse.report(province, agency=WARD))
    assert process.rebuild(province).equal
    assert process.rebuild(province, replace=True).differing["answered"] == 0


def test_fewer_than_ten_who_answered_are_not_told(province: Database, chance: Chance) -> None:
    found = opened(province, issued(province))
    collect.submit(province, answer(found), at=NOW, token=found.spent)
    process.seal_all(province, rng=chance, today=TODAY)
    report = analyse.report(province, agency=WARD)
    assert all(
        each.answered.estimate.value is None and each.answered_share is None for each in report.coverage
    )
    with_number = [
        record["n"] for record in figures.as_json(report)["figures"] if record["part"] == "coverage"
    ]
    assert with_number == [None, None]


def test_numbers_that_cannot_be_are_refused_and_nothing_is_kept(province: Database) -> None:
    good = Told(COUNTER, "2026-11", Outcome.GRANTED, 5)
    for month, completed in (("2026-13", 1), ("26-11", 1), ("2026-12", 1), ("2026-11", -1)):
        bad = Told(COUNTER, month, Outcome.LATE, completed)
        with pytest.raises(errors.BadNumber):
            invite.tell_completed(province, [good, bad], within=WARD, at=NOW)
    assert analyse.report(province, agency=WARD).coverage == ()


def test_a_number_is_kept_under_the_counter_s_code_however_it_was_typed(province: Database) -> None:
    told = Told("TTPVHCC-Noi-Vu", "2026-11", Outcome.LATE, 1)
    kept = invite.checked_told(province, told, within="son-la", on=TODAY)
    assert kept == Told("ttpvhcc-noi-vu", "2026-11", Outcome.LATE, 1)
