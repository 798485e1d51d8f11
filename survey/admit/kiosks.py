"""Kiosks as their agency decides about them: those at the counters that it, or one below it, runs."""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass
from datetime import date, datetime

from survey import collect, design, errors
from survey.account import Account
from survey.agency import Counter
from survey.collect import Issued
from survey.collect.devices import Chance
from survey.device import Device
from survey.store.database import Database


@dataclass(frozen=True)
class Kiosk:
    """A device at its counter, how many of its numbers never arrived, and what was refused for good.

    refused: (code of the refusal, day, entries); what was in them is not told
    """

    device: Device
    counter: Counter
    missing: int
    refused: tuple[tuple[str, date, int], ...]


def counters_of(db: Database, agency: str) -> tuple[Counter, ...]:
    """The counters that an agency or one below it runs, by code."""
    known = design.reference(db)
    found = (each for each in known.counters.values() if known.under(agency, each.receiver))
    return tuple(sorted(found, key=lambda each: each.code))


def kiosks_of(db: Database, agency: str) -> tuple[Kiosk, ...]:
    """The kiosks at an agency's counters, by counter."""
    counters = {each.code: each for each in counters_of(db, agency)}
    missing = {each.device.id: each.answers for each in collect.missing(db)}
    refused = Tally((each.device, each.code, each.received) for each in collect.dead_letters(db))
    return tuple(
        Kiosk(
            device,
            counters[device.counter],
            missing.get(device.id, 0),
            tuple(
                (code, day, often) for (of, code, day), often in sorted(refused.items()) if of == device.id
            ),
        )
        for device in collect.kiosks(db)
        if device.counter in counters
    )


def issue(
    db: Database, by: Account, agency: str, counter: str, *, at: datetime, chance: Chance, pin: str
) -> Issued:
    """A new kiosk for a counter of the agency. Raises UnknownCounter, BadPin."""
    if counter not in {each.code for each in counters_of(db, agency)}:
        raise errors.UnknownCounter(counter=counter)
    return collect.issue(db, counter, at=at, chance=chance, pin=read_pin(pin), by=by.id)


def reissue(db: Database, by: Account, agency: str, device: str, *, at: datetime, chance: Chance) -> Issued:
    """Another code for a kiosk of the agency. Raises UnknownDevice."""
    _check(db, agency, device)
    return collect.reissue(db, device, at=at, chance=chance, by=by.id)


def revoke(db: Database, by: Account, agency: str, device: str, *, at: datetime) -> None:
    """Let a kiosk of the agency send nothing more. Raises UnknownDevice."""
    _check(db, agency, device)
    collect.revoke(db, device, at=at, by=by.id)


def _check(db: Database, agency: str, device: str) -> None:
    counters = {each.code for each in counters_of(db, agency)}
    if not any(each.id == device and each.counter in counters for each in collect.kiosks(db)):
        raise errors.UnknownDevice(device=device)


def read_pin(digits: str) -> str | None:
    """A PIN as it was typed, None for none. Raises BadPin."""
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and 4 <= len(digits) <= 8):
        raise errors.BadPin
    return digits
