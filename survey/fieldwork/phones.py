"""Interviewers' phones: issued to an account, activated once by a code, revoked when lost.

A phone is a device as a kiosk is, with its interviewer in the place of a counter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey import collect, design, errors
from survey.account import Account, Deed
from survey.collect import Activated, Issued
from survey.collect.devices import Chance
from survey.device import (
    CODE_LETTERS,
    CODE_LIFETIME,
    ID_LETTERS,
    DeadLetter,
    Device,
    gaps,
    grouped,
    hash_of_code,
    letters,
    slot_of,
)
from survey.disposition import Disposition
from survey.household import HouseholdWave, Progress, SampleUnit
from survey.store import accounts, audit, devices, visits, waves
from survey.store.database import Connection, Database
from survey.visit import Conflict


@dataclass(frozen=True)
class Phone:
    """A phone, whose it is, how many of its numbers never arrived, and what was refused for good."""

    device: Device
    account: Account
    missing: int
    refused: tuple[DeadLetter, ...]


@dataclass(frozen=True)
class Task:
    """A unit that an interviewer visits, and how her visits and those of others ended."""

    unit: SampleUnit
    visits: tuple[Disposition, ...]


@dataclass(frozen=True)
class Round:
    """What a phone takes along: open waves and the units of its interviewer in each."""

    account: Account
    waves: tuple[HouseholdWave, ...]
    tasks: tuple[Task, ...]


def issue(db: Database, to: Account, *, by: Account, at: datetime, chance: Chance) -> Issued:
    """Make a phone for an interviewer, with a code that activates it within 24 hours."""
    code = letters(chance(CODE_LETTERS))
    device = Device(letters(chance(ID_LETTERS)), "", account=to.id, code_until=slot_of(at + CODE_LIFETIME))
    with db.write_in_turn() as connection:
        devices.issue(connection, device, hash_of_code(db.keys.salt, code))
        _note(connection, db, Deed.PHONE_ISSUED, f"{device.id} to {to.name}", by, at)
    return Issued(device.id, grouped(code))


def reissue(db: Database, device: str, *, by: Account, at: datetime, chance: Chance) -> Issued:
    """Another code for the same phone, which keeps what it holds; its PIN can be chosen anew with it.

    Raises UnknownDevice.
    """
    code = letters(chance(CODE_LETTERS))
    with db.write_in_turn() as connection:
        hashed, until = hash_of_code(db.keys.salt, code), slot_of(at + CODE_LIFETIME)
        if not devices.reissue(connection, device, hashed, until=until, pin=None):
            raise errors.UnknownDevice(device=device)
        _note(connection, db, Deed.PHONE_ISSUED, f"{device} again", by, at)
    return Issued(device, grouped(code))


def revoke(db: Database, device: str, *, by: Account, at: datetime) -> None:
    """Let a phone that was lost send nothing more. Raises UnknownDevice."""
    with db.write_in_turn() as connection:
        if not devices.revoke(connection, device, slot=slot_of(at)):
            raise errors.UnknownDevice(device=device)
        _note(connection, db, Deed.PHONE_REVOKED, device, by, at)


def activate(db: Database, typed: str, *, at: datetime, chance: Chance) -> Activated:
    """Use a code up and give its phone a key. Raises WrongActivationCode."""
    return collect.activate(db, typed, at=at, chance=chance, phone=True)


def authorised(db: Database, token: str) -> Device:
    """The phone that shows `id.key`. Raises UnknownDevice, DeviceRevoked."""
    return collect.authorised(db, token, phone=True)


def phone(db: Database, device: str) -> Device:
    """A phone by its id. Raises UnknownDevice."""
    with db.read() as connection:
        found = devices.find(connection, device)
    if found is None or found.account is None:
        raise errors.UnknownDevice(device=device)
    return found


def phones_within(db: Database, agency: str) -> tuple[Phone, ...]:
    """The phones of the interviewers of an agency and of all below it, by name."""
    known = design.reference(db)
    with db.read() as connection:
        people = {one.id: one for one in accounts.listed(connection) if known.under(agency, one.agency)}
        found = [
            Phone(each, people[each.account], _missing(connection, each), _letters(connection, each))
            for each in devices.phones(connection)
            if each.account in people
        ]
    return tuple(sorted(found, key=lambda each: (each.account.person, each.device.id)))


def _missing(connection: Connection, device: Device) -> int:
    return sum(last - first + 1 for first, last in gaps(devices.ranges(connection, device.id)))


def _letters(connection: Connection, device: Device) -> tuple[DeadLetter, ...]:
    return tuple(devices.letters(connection, device.id))


def conflicts_within(db: Database, agency: str) -> tuple[tuple[HouseholdWave, Conflict, Account], ...]:
    """Visits to units that were done with, of every wave of an agency and those below it that goes on."""
    known = design.reference(db)
    with db.read() as connection:
        people = {one.id: one for one in accounts.listed(connection)}
        return tuple(
            (wave, each, people[each.account])
            for wave in waves.waves(connection)
            if wave.progress is not Progress.PLANNED and known.under(agency, wave.root)
            for each in visits.conflicts(connection, wave.code)
        )


def round_of(db: Database, device: Device) -> Round:
    """What a phone takes along now: nothing for somebody whose account was disabled."""
    assert device.account is not None, "a phone is somebody's"
    with db.read() as connection:
        account = accounts.account(connection, device.account)
        opened = [each for each in waves.waves(connection) if each.progress is Progress.OPEN]
        if account.disabled:
            return Round(account, (), ())
        units = [unit for each in opened for unit in waves.units(connection, each.code, account=account.id)]
        made = visits.of_units(connection, [unit.code for unit in units])
    held = {unit.wave for unit in units}
    tasks = tuple(Task(unit, made.get(unit.code, ())) for unit in units)
    return Round(account, tuple(wave for wave in opened if wave.code in held), tasks)


def _note(connection: Connection, db: Database, what: Deed, thing: str, by: Account, at: datetime) -> None:
    audit.record(connection, db.keys.salt, at=int(at.timestamp()), account=by.id, what=what, thing=thing)
