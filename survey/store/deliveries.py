"""A kiosk's batch in one transaction: its answers, and all that is counted beside them.

What is kept beside the answers has no row for any of them: ranges of numbers, counts of ten minutes
and of months. A database cannot be read back into which number, time or device an answer had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Connection, Table, select, update

from survey import errors
from survey.device import DeadLetter, Device, Queue, Range
from survey.store import bulk, devices, inbox, schema
from survey.store.database import Database
from survey.store.inbox import Waiting

#: refused entries that are kept of one device
LETTERS = 1_000
#: ranges of numbers that a kiosk is told of
ACKNOWLEDGED = 200


class Outcome(StrEnum):
    """What became of an entry: kept now, known before, or refused for good."""

    KEPT = "kept"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Press:
    """An entry that can be kept, with what is counted beside it.

    slot: the ten minutes it was pressed in · late: wave and month of the event, if it came after either
    same: whether another commitment is to the same answers, pressed on another day the clock allows
    letter: the entry for review, if its id turns out to be known with other answers
    """

    seq: int
    waiting: Waiting
    slot: int
    late: tuple[str, str] | None
    steady: bool
    same: Callable[[bytes], bool]
    letter: Callable[[], DeadLetter]


@dataclass(frozen=True)
class Unfit:
    """An entry that is refused for good."""

    seq: int | None
    letter: DeadLetter


@dataclass(frozen=True)
class Kept:
    """What became of each entry (with the commitment that is known for it), and which numbers arrived."""

    outcomes: tuple[tuple[Outcome, bytes | None], ...]
    ranges: tuple[Range, ...]


def keep(
    db: Database, device: str, batch: Sequence[Press | Unfit], queue: Queue, *, slot: int, month: str
) -> Kept:
    """Keep a device's batch durably, each of its answers once.

    slot, month: when it is received. Raises DeviceRevoked, UnknownDevice, TemporarilyUnavailable.
    """
    return inbox.stored(
        db.write_in_turn, lambda connection: _keep(connection, device, batch, queue, slot, month)
    )


def _keep(
    connection: Connection, id_: str, batch: Sequence[Press | Unfit], queue: Queue, slot: int, month: str
) -> Kept:
    device = sending(connection, id_)
    outcomes, new, letters = _answers(connection, batch)
    fresh, cloned = numbers(connection, id_, batch, new)
    _count(connection, schema.arrival, [(device.counter, press.slot) for press in new])
    count_late(connection, Counter(press.late for press in new if press.late), received=month)
    refused = bury(connection, id_, letters, fresh)
    unsteady = sum(not press.steady for press in new)
    heard(connection, device, queue, len(batch), slot, cloned=cloned, unsteady=unsteady, refused=refused)
    return Kept(tuple(outcomes), tuple(devices.ranges(connection, id_, limit=ACKNOWLEDGED)))


def sending(connection: Connection, id_: str) -> Device:
    """The device that sends a batch; nothing else of it is kept meanwhile. Raises DeviceRevoked, UnknownDevice."""
    device = devices.find(connection, id_, lock=True)
    if device is None or device.revoked is not None:
        raise errors.DeviceRevoked if device else errors.UnknownDevice
    return device


def heard(
    connection: Connection,
    device: Device,
    queue: Queue,
    sent: int,
    slot: int,
    *,
    cloned: int,
    unsteady: int,
    refused: int,
) -> None:
    """Keep that a device was heard of, with what is unusual about what it sent."""
    told = devices.queue(queue)
    if queue.waiting is not None:
        told["waiting"] = max(0, queue.waiting - sent)
    connection.execute(
        update(schema.device)
        .where(schema.device.c.id == device.id)
        .values(
            **told,
            heard=slot,
            cloned=device.cloned + cloned,
            unsteady=device.unsteady + unsteady,
            refused=device.refused + refused,
        )
    )


class Numbered(Protocol):
    """What has the number that its device gave it."""

    @property
    def seq(self) -> int | None: ...


Letter = tuple[int | None, DeadLetter]


def _answers(
    connection: Connection, batch: Sequence[Press | Unfit]
) -> tuple[list[tuple[Outcome, bytes | None]], list[Press], list[Letter]]:
    """Keep what can be kept; the outcomes, the presses that were new, and the entries to review."""
    added = inbox.add(connection, [each.waiting for each in batch if isinstance(each, Press)])
    first = {id(one) for one in added.new}
    outcomes: list[tuple[Outcome, bytes | None]] = []
    new: list[Press] = []
    letters: list[Letter] = []
    for each in batch:
        if isinstance(each, Unfit):
            outcomes.append((Outcome.REFUSED, None))
            letters.append((each.seq, each.letter))
            continue
        commitment = bytes(added.known[each.waiting.id_hash])
        if id(each.waiting) in first:
            outcomes.append((Outcome.KEPT, commitment))
            new.append(each)
        elif commitment == each.waiting.commitment or each.same(commitment):
            outcomes.append((Outcome.KNOWN, commitment))
        else:
            outcomes.append((Outcome.REFUSED, None))
            letters.append((each.seq, each.letter()))
    return outcomes, new, letters


def numbers(
    connection: Connection, device: str, batch: Sequence[Numbered], new: Sequence[Numbered]
) -> tuple[set[int], int]:
    """Note the numbers that arrived; those that had not before, and new answers under one that was taken."""
    arrived = {each.seq for each in batch if each.seq is not None}
    if not arrived:
        return set(), 0
    known = devices.near(connection, device, min(arrived), max(arrived))
    fresh = {n for n in arrived if not any(first <= n <= last for first, last in known)}
    devices.widen(connection, device, known, fresh)
    often = Counter(press.seq for press in new)
    cloned = sum(times - (number in fresh) for number, times in often.items())
    return fresh, cloned


def count_late(connection: Connection, late: Mapping[tuple[str, str], int], *, received: str) -> None:
    """Add answers that came late to those of their wave and month. received: the month they came in."""
    rows = [(*key, received, often) for key, often in late.items()]
    bulk.add_to(connection, schema.late, ["answers"], rows)


def _count(connection: Connection, table: Table, keys: Sequence[tuple[str | int, ...]]) -> None:
    rows = [(*key, times) for key, times in Counter(keys).items()]
    bulk.add_to(connection, table, ["answers"], rows)


def add_arrivals(connection: Connection, counted: Mapping[tuple[str, int], int]) -> None:
    """Add to the answers that arrived at (counter, slot)."""
    bulk.add_to(connection, schema.arrival, ["answers"], [(*key, number) for key, number in counted.items()])


def arrivals(connection: Connection, since: int) -> list[tuple[str, int, int]]:
    """(counter, slot, answers) from a slot on."""
    arrival = schema.arrival.c
    rows = select(arrival.counter, arrival.slot, arrival.answers).where(arrival.slot >= since)
    return [(counter, slot, answers) for counter, slot, answers in connection.execute(rows)]


def bury(connection: Connection, device: str, letters: Sequence[Letter], fresh: set[int]) -> int:
    """Keep refused entries for review, as far as there is room; how many were refused for the first time."""
    if not letters:
        return 0
    kept, known = devices.letters_known(connection, device, [letter.key for _, letter in letters])
    new = {letter.key: letter for _, letter in letters if letter.key not in known}
    days = connection.dialect.name == "sqlite"
    rows = [
        (one.device, one.key, one.code, one.received.isoformat() if days else one.received, one.content)
        for one in list(new.values())[: max(0, LETTERS - kept)]
    ]
    bulk.insert(connection, schema.dead_letter, rows)
    return sum(letter.key in new if seq is None else seq in fresh for seq, letter in letters)
