"""The kiosks themselves: issued for a counter, activated once, heard of, revoked."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey import design, errors
from survey.account import Deed
from survey.design import Asked
from survey.device import (
    CODE_LETTERS,
    CODE_LIFETIME,
    ID_LETTERS,
    DeadLetter,
    Device,
    Heartbeat,
    Pin,
    Range,
    gaps,
    grouped,
    hash_of_code,
    hash_of_key,
    letters,
    read,
    read_code,
    slot_of,
    written,
)
from survey.store import audit, devices
from survey.store.database import Connection, Database

#: random bytes, as many as asked for
Chance = Callable[[int], bytes]


@dataclass(frozen=True)
class Issued:
    """A device and the code that activates it, once."""

    device: str
    code: str


@dataclass(frozen=True)
class Activated:
    """A device and the key that it shows from now on; kept nowhere else."""

    device: Device
    key: str


def issue(
    db: Database, counter: str, *, at: datetime, chance: Chance, pin: str | None = None, by: int | None = None
) -> Issued:
    """Make a device for a counter, with a code that activates it within 24 hours.

    pin: digits that open the kiosk's hidden exit · by: the account that does it, None for the operator
    at the command line; the audit tells. Raises UnknownCounter.
    """
    return issue_all(db, [counter], at=at, chance=chance, pin=pin, by=by)[0]


def issue_all(
    db: Database,
    counters: Sequence[str],
    *,
    at: datetime,
    chance: Chance,
    pin: str | None = None,
    by: int | None = None,
) -> tuple[Issued, ...]:
    """Make a device for each of the counters named, all of them or none. As `issue`."""
    known = design.reference(db).counters
    for counter in counters:
        if counter not in known:
            raise errors.UnknownCounter(counter=counter)
    made = []
    with db.write_in_turn() as connection:
        for counter in counters:
            code = letters(chance(CODE_LETTERS))
            device = Device(
                letters(chance(ID_LETTERS)),
                counter,
                code_until=slot_of(at + CODE_LIFETIME),
                pin=None if pin is None else Pin.of(pin, chance(16)),
            )
            devices.issue(connection, device, hash_of_code(db.keys.salt, code))
            _note(connection, db, Deed.KIOSK_ISSUED, f"{device.id} at {counter}", by, at)
            made.append(Issued(device.id, grouped(code)))
    return tuple(made)


def reissue(
    db: Database, device: str, *, at: datetime, chance: Chance, pin: str | None = None, by: int | None = None
) -> Issued:
    """Another code for the same device: its old key works until the code is used, its queue stays good.

    Raises UnknownDevice.
    """
    code = letters(chance(CODE_LETTERS))
    new = None if pin is None else Pin.of(pin, chance(16))
    with db.write_in_turn() as connection:
        hashed, until = hash_of_code(db.keys.salt, code), slot_of(at + CODE_LIFETIME)
        if not devices.reissue(connection, device, hashed, until=until, pin=new):
            raise errors.UnknownDevice(device=device)
        _note(connection, db, Deed.KIOSK_ISSUED, f"{device} again", by, at)
    return Issued(device, grouped(code))


def activate(db: Database, typed: str, *, at: datetime, chance: Chance, phone: bool = False) -> Activated:
    """Use a code up and give its kiosk, or its phone, a key. Raises WrongActivationCode."""
    code = read_code(typed)
    if code is None:
        raise errors.WrongActivationCode
    key = chance(32)
    with db.write_in_turn() as connection:
        hashed = hash_of_code(db.keys.salt, code), hash_of_key(db.keys.salt, key)
        device = devices.activate(connection, *hashed, slot=slot_of(at), phone=phone)
        if device is None:
            raise errors.WrongActivationCode
    return Activated(device, written(key))


def authorised(db: Database, token: str, *, phone: bool = False) -> Device:
    """The kiosk, or the phone, that shows `id.key`. Raises UnknownDevice, DeviceRevoked."""
    name, _, shown = token.partition(".")
    key = read(shown)
    with db.read() as connection:
        device = devices.find(connection, name) if name.isascii() and "\0" not in name else None
    expected = device.key_hash if device and device.key_hash else b""
    same = hmac.compare_digest(hash_of_key(db.keys.salt, key or b""), expected)
    if not same or device is None or phone is (device.account is None):
        raise errors.UnknownDevice
    if device.revoked is not None:
        raise errors.DeviceRevoked
    return device


def asked_at(db: Database, device: Device, *, at: datetime) -> Asked:
    """What a kiosk asks now: the short form on what its counter is for. Raises WaveClosed."""
    counter = design.reference(db).counters[device.counter]
    agency = counter.agency or counter.receiver
    return design.questionnaire(db, agency, on=at.date(), counter=counter.code)


def next_number(db: Database, device: Device) -> int:
    """The sequence number that a device goes on with if it has forgotten its own."""
    with db.read() as connection:
        return devices.highest(connection, device.id) + 1


def hear(db: Database, device: Device, heartbeat: Heartbeat, *, at: datetime) -> None:
    """Keep what a device tells of itself between presses."""
    with db.write_in_turn() as connection:
        devices.hear(connection, device.id, heartbeat, slot=slot_of(at))


def revoke(db: Database, device: str, *, at: datetime, by: int | None = None) -> None:
    """Let a device's key open nothing from now on. Raises UnknownDevice."""
    with db.write_in_turn() as connection:
        if not devices.revoke(connection, device, slot=slot_of(at)):
            raise errors.UnknownDevice(device=device)
        _note(connection, db, Deed.KIOSK_REVOKED, device, by, at)


def _note(connection: Connection, db: Database, what: Deed, thing: str, by: int | None, at: datetime) -> None:
    moment = int(at.timestamp())
    audit.record(connection, db.keys.salt, at=moment, account=by, what=what, thing=thing)


def kiosks(db: Database) -> list[Device]:
    """Every device, by counter."""
    with db.read() as connection:
        return devices.every(connection)


@dataclass(frozen=True)
class Missing:
    """The sequence numbers of a device that never arrived, up to the highest that did."""

    device: Device
    ranges: tuple[Range, ...]

    @property
    def answers(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)


def missing(db: Database) -> list[Missing]:
    """What every device has counted and never delivered; some of it may still wait in it."""
    with db.read() as connection:
        found = [
            Missing(one, tuple(gaps(devices.ranges(connection, one.id)))) for one in devices.every(connection)
        ]
    return [each for each in found if each.ranges]


def dead_letters(db: Database, device: str | None = None) -> list[DeadLetter]:
    """Entries that were refused for good, for review."""
    with db.read() as connection:
        return devices.letters(connection, device)
