"""The shelf of devices, kiosks and phones: issued, activated by a code, heard of, revoked. Secrets are kept as hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, func, select, tuple_, update

from survey.device import DeadLetter, Device, Heartbeat, Pin, Queue, Range, merged, slot_of
from survey.store import bulk, schema

_PLAIN = tuple(field.name for field in fields(Device) if field.name != "pin")


def issue(connection: Connection, device: Device, code_hash: bytes) -> None:
    """Add a device that waits to be activated."""
    row = {name: getattr(device, name) for name in _PLAIN} | {"counter": device.counter or None}
    connection.execute(schema.device.insert().values(**row, **_pin(device.pin), code_hash=code_hash))


def reissue(connection: Connection, device: str, code_hash: bytes, *, until: int, pin: Pin | None) -> bool:
    """Give a device another code, and another PIN if one is named; whether there is such a device."""
    changes: dict[str, Any] = {"code_hash": code_hash, "code_until": until}
    if pin is not None:
        changes |= _pin(pin)
    changed = connection.execute(update(schema.device).where(schema.device.c.id == device).values(changes))
    return changed.rowcount == 1


def activate(
    connection: Connection, code_hash: bytes, key_hash: bytes, *, slot: int, phone: bool = False
) -> Device | None:
    """Give the device that a code was issued for its key, and use the code up; None if it opens nothing.

    phone: whether it is an interviewer's phone that is activated, and no kiosk
    """
    device = schema.device.c
    kind = device.account.is_not(None) if phone else device.account.is_(None)
    connection.execute(
        update(schema.device)
        .where(device.code_hash == code_hash, device.code_until > slot, device.since.is_(None), kind)
        .values(since=slot)
    )
    taken = connection.execute(
        update(schema.device)
        .where(device.code_hash == code_hash, device.code_until > slot, kind)
        .values(key_hash=key_hash, code_hash=None, code_until=None, revoked=None, heard=slot)
        .returning(*schema.device.c)
    ).first()
    return None if taken is None else _device(taken)


def revoke(connection: Connection, device: str, *, slot: int) -> bool:
    """Let a device's key and its open code open nothing more; whether there is such a device."""
    changed = connection.execute(
        update(schema.device)
        .where(schema.device.c.id == device)
        .values(revoked=func.coalesce(schema.device.c.revoked, slot), code_hash=None, code_until=None)
    )
    return changed.rowcount == 1


def find(connection: Connection, device: str, *, lock: bool = False) -> Device | None:
    """A device by its id. lock: whether no other transaction may change it before this one ends."""
    rows = select(schema.device).where(schema.device.c.id == device)
    found = connection.execute(rows.with_for_update() if lock else rows).first()
    return None if found is None else _device(found)


def every(connection: Connection) -> list[Device]:
    """All kiosks, by counter."""
    device = schema.device.c
    rows = select(schema.device).where(device.account.is_(None)).order_by(device.counter, device.id)
    return [_device(row) for row in connection.execute(rows)]


def phones(connection: Connection, accounts: Sequence[int] | None = None) -> list[Device]:
    """The phones of interviewers, of all or of some, by account."""
    device = schema.device.c
    rows = select(schema.device).where(device.account.is_not(None)).order_by(device.account, device.id)
    if accounts is not None:
        rows = rows.where(device.account.in_(accounts))
    return [_device(row) for row in connection.execute(rows)]


def hear(connection: Connection, device: str, heartbeat: Heartbeat, *, slot: int) -> None:
    """Keep what a device tells of itself."""
    told = {**queue(heartbeat.queue), "app": heartbeat.app, "heard": slot}
    told |= {"persisted": heartbeat.persisted, "free": heartbeat.free}
    if heartbeat.queue.waiting == 0:
        told["cleared"] = slot
    connection.execute(update(schema.device).where(schema.device.c.id == device).values(told))


def queue(told: Queue) -> dict[str, int | None]:
    """The columns that hold a device's word on its queue."""
    oldest = None if told.oldest is None else slot_of(told.oldest)
    return {"waiting": told.waiting, "oldest": oldest, "dead": told.dead}


def ranges(connection: Connection, device: str, *, limit: int | None = None) -> list[Range]:
    """The ranges of sequence numbers that arrived from a device."""
    sequence = schema.sequence.c
    rows = select(sequence.first, sequence.last).where(sequence.device == device).order_by(sequence.first)
    return [(first, last) for first, last in connection.execute(rows.limit(limit))]


def highest(connection: Connection, device: str) -> int:
    """The highest sequence number that arrived from a device, 0 before the first."""
    sequence = schema.sequence.c
    return connection.scalar(select(func.max(sequence.last)).where(sequence.device == device)) or 0


def near(connection: Connection, device: str, low: int, high: int) -> list[Range]:
    """The ranges that hold a number from low to high, or end or begin right beside them."""
    sequence = schema.sequence.c
    rows = select(sequence.first, sequence.last).where(
        sequence.device == device, sequence.last >= low - 1, sequence.first <= high + 1
    )
    return [(first, last) for first, last in connection.execute(rows)]


def widen(connection: Connection, device: str, known: list[Range], numbers: set[int]) -> None:
    """Put numbers into the ranges `known`, which hold all that are near them."""
    found = merged([*known, *((number, number) for number in numbers)])
    gone = [(device, first) for first, last in known if (first, last) not in found]
    bulk.delete(connection, schema.sequence, gone)
    bulk.insert(connection, schema.sequence, [(device, *each) for each in found if each not in known])


def letters(connection: Connection, device: str | None = None) -> list[DeadLetter]:
    """Refused entries, of one device or of all kiosks."""
    dead, known = schema.dead_letter, schema.device.c
    rows = select(dead).order_by(dead.c.device, dead.c.received, dead.c.key)
    kiosk = select(known.id).where(known.account.is_(None))
    rows = rows.where(dead.c.device.in_(kiosk) if device is None else dead.c.device == device)
    return [DeadLetter(**row._mapping) for row in connection.execute(rows)]


def letters_known(connection: Connection, device: str, keys: list[bytes]) -> tuple[int, set[bytes]]:
    """How many refused entries of a device are kept, and which of `keys` are among them."""
    dead = schema.dead_letter.c
    kept = select(func.count()).select_from(schema.dead_letter).where(dead.device == device)
    among = select(dead.key).where(tuple_(dead.device, dead.key).in_([(device, key) for key in keys]))
    return connection.scalar(kept) or 0, {bytes(key) for key in connection.scalars(among)}


def _pin(pin: Pin | None) -> dict[str, bytes | None]:
    return {"pin_salt": pin.salt if pin else None, "pin_hash": pin.hash if pin else None}


def _device(row: Row[Any]) -> Device:
    told = row._mapping
    pin = None if told["pin_hash"] is None else Pin(bytes(told["pin_salt"]), bytes(told["pin_hash"]))
    values = {name: told[name] for name in _PLAIN} | {"counter": told["counter"] or ""}
    return Device(**values, pin=pin)
