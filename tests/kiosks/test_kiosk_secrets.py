"""What opens a kiosk, and what is kept of it and of times."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from survey import collect, errors
from survey.device import Device, Heartbeat, Queue, slot_of, start_of
from survey.formats import kiosk
from survey.receipt import read_code
from survey.store.database import Database
from survey.store.schema import metadata
from tests.conftest import TODAY, Chance
from tests.kiosk import (
    COUNTER,
    DAY,
    SENT,
    ZONE,
    again,
    batch,
    days_of,
    deliver,
    entry,
    outcomes,
    rows_of,
    sealed,
)

# Secrets.


def test_a_code_works_once_and_not_after_a_day(province: Database) -> None:
    chance = Chance(3).randbytes
    code = collect.issue(province, COUNTER, at=SENT, chance=chance).code
    made = collect.activate(province, code.lower(), at=SENT, chance=chance)
    assert collect.authorised(province, f"{made.device.id}.{made.key}").id == made.device.id
    old = collect.issue(province, COUNTER, at=SENT - DAY - timedelta(minutes=20), chance=chance).code
    for wrong in (code, old, "", "0000-0000-0000", "٣" * 12):
        with pytest.raises(errors.WrongActivationCode):
            collect.activate(province, wrong, at=SENT, chance=chance)


def test_of_two_that_use_a_code_at_once_one_gets_the_device(province: Database) -> None:
    code = collect.issue(province, COUNTER, at=SENT, chance=Chance(3).randbytes).code

    def activate(seed: int) -> bool:
        try:
            collect.activate(province, code, at=SENT, chance=Chance(seed).randbytes)
        except errors.WrongActivationCode:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(activate, range(4))) == 1


def test_no_secret_of_a_device_is_in_the_database(province: Database, province_url: str) -> None:
    chance = Chance(3).randbytes
    issued = collect.issue(province, COUNTER, at=SENT, chance=chance, pin="2468")
    (before,) = rows_of(province, "device")
    key = collect.activate(province, issued.code, at=SENT, chance=chance).key
    (after,) = rows_of(province, "device")
    held = repr(before) + repr(after)
    assert not any(secret in held for secret in (issued.code, issued.code.replace("-", ""), key, "2468"))


@pytest.mark.parametrize(
    "token", ["", ".", "a.b", "ä.b", "\0.b", "{id}.", "{id}", "{id}.{key}x", "{id}.{key}.{key}"]
)
def test_a_token_that_is_not_exactly_right_opens_nothing(province: Database, token: str) -> None:
    chance = Chance(3).randbytes
    code = collect.issue(province, COUNTER, at=SENT, chance=chance).code
    made = collect.activate(province, code, at=SENT, chance=chance)
    with pytest.raises(errors.UnknownDevice):
        collect.authorised(province, token.format(id=made.device.id, key=made.key))


def test_a_device_that_was_never_activated_opens_nothing(province: Database) -> None:
    issued = collect.issue(province, COUNTER, at=SENT, chance=Chance(3).randbytes)
    with pytest.raises(errors.UnknownDevice):
        collect.authorised(province, f"{issued.device}.")


def test_a_revoked_device_delivers_its_queue_once_it_is_activated_anew(province: Database) -> None:
    chance = Chance(3).randbytes
    since = SENT - 40 * DAY
    issued = collect.issue(province, COUNTER, at=since, chance=chance)
    made = collect.activate(province, issued.code, at=since, chance=chance)
    token = f"{made.device.id}.{made.key}"
    collect.revoke(province, made.device.id, at=SENT)
    with pytest.raises(errors.DeviceRevoked):
        collect.authorised(province, token)
    with pytest.raises(errors.DeviceRevoked):
        collect.deliver(province, made.device, kiosk.delivery(batch(entry(1))), at=SENT)
    code = collect.reissue(province, made.device.id, at=SENT, chance=chance).code
    new = collect.activate(province, code, at=SENT, chance=chance)
    assert new.device.id == made.device.id
    with pytest.raises(errors.UnknownDevice):
        collect.authorised(province, token)
    device = collect.authorised(province, f"{new.device.id}.{new.key}")
    assert outcomes(deliver(province, device, entry(1, at=SENT - 20 * DAY))) == ["kept"]
    assert days_of(province) == [(TODAY - 20 * DAY).isoformat()]


def test_a_code_that_waits_opens_nothing_after_its_device_was_revoked(province: Database) -> None:
    chance = Chance(3).randbytes
    issued = collect.issue(province, COUNTER, at=SENT, chance=chance)
    collect.revoke(province, issued.device, at=SENT)
    with pytest.raises(errors.WrongActivationCode):
        collect.activate(province, issued.code, at=SENT, chance=chance)


def test_what_is_not_there_is_named(province: Database) -> None:
    chance = Chance(3).randbytes
    with pytest.raises(errors.UnknownCounter):
        collect.issue(province, "nowhere", at=SENT, chance=chance)
    with pytest.raises(errors.UnknownDevice):
        collect.reissue(province, "nobody", at=SENT, chance=chance)
    with pytest.raises(errors.UnknownDevice):
        collect.revoke(province, "nobody", at=SENT)


# What a kiosk tells of itself, and what is kept of times.


def test_a_heartbeat_tells_what_waits_and_where_it_is_stored(province: Database, device: Device) -> None:
    told = Heartbeat(Queue(waiting=7, oldest=SENT - DAY, dead=1), app="1.2", persisted=True, free=2**40)
    collect.hear(province, device, told, at=SENT)
    heard = again(province, device)
    assert (heard.waiting, heard.dead, heard.app, heard.persisted, heard.free) == (7, 1, "1.2", True, 2**40)
    assert heard.oldest == slot_of(SENT - DAY) and heard.heard == slot_of(SENT)


def test_nothing_but_counts_of_ten_minutes_is_kept_of_when_people_pressed(
    province: Database, device: Device
) -> None:
    at = SENT - timedelta(hours=2)
    deliver(province, device, *(entry(n, at=at + timedelta(minutes=n)) for n in range(1, 13)))
    slots = [(row[0], start_of(row[1], ZONE), row[2]) for row in rows_of(province, "arrival")]
    assert slots == [(COUNTER, at, 9), (COUNTER, at + timedelta(minutes=10), 3)]


def test_no_table_holds_a_number_or_time_beside_an_answer(province: Database, device: Device) -> None:
    """All that was pressed alike is alike to the last byte, and no row counts one press alone."""
    presses = [entry(n, at=SENT - timedelta(seconds=90 * n)) for n in range(1, 30)]
    deliver(province, device, *presses)
    assert len({each.canonical() for each in sealed(province)}) == 1
    assert rows_of(province, "sequence") == [(device.id, 1, 29)]
    with province.read() as connection:
        dump = repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])
    assert not any(press["id"] in dump or press["at"][:16] in dump for press in presses)


def test_receipts_of_a_batch_are_those_of_its_commitments(province: Database, device: Device) -> None:
    told = deliver(province, device, entry(1), entry(2))
    codes = {read_code(str(each.receipt)) for each in told.results}
    with province.read() as connection:
        held = {bytes(row[0])[:10] for row in connection.execute(text("SELECT commitment FROM inbox"))}
    assert codes == held
