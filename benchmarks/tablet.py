"""A tablet that is modelled: what its disk keeps, how it forgets, and how it sends. Chance decides what goes wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks import outbox

#: body -> the status and the parsed answer of the service
Door = Callable[[bytes], tuple[int, dict[str, Any]]]

ITEMS = ("overall", "access", "procedure", "officer", "result", "feedback")


class Killed(Exception):
    """The power is gone at this very moment."""


class Full(Exception):
    """The disk has no room: nothing of the transaction was kept."""


class Lost(Exception):
    """No answer came; whether the request arrived is not known."""


@dataclass(frozen=True)
class Rates:
    """How often things go wrong: of each write, request, session or answer, one in so many."""

    kill: int = 60
    full: int = 400
    lost_request: int = 12
    lost_answer: int = 12
    doubled: int = 15
    stale: int = 10
    unavailable: int = 25
    two_windows: int = 20
    clock: int = 100
    unreadable: int = 2_000
    wiped: int = 5_000


NOTHING = Rates(*[0] * len(fields(Rates)))


@dataclass
class Disk:
    """What outlives the power: the app's stores, and the mark beside them. A write is whole or not at all."""

    last: int = 0
    mark: int = 0
    waiting: dict[int, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)

    def wipe(self) -> list[dict[str, Any]]:
        """Lose the app's stores, as a browser does that finds them broken; what was in them."""
        gone = list(self.waiting.values())
        self.last, self.waiting, self.refused = 0, {}, {}
        return gone


@dataclass
class Faults:
    """What was made to go wrong, counted."""

    kills: int = 0
    full: int = 0
    lost: int = 0
    doubled: int = 0
    stale: int = 10
    unavailable: int = 0
    windows: int = 0
    jumps: int = 0
    wiped: int = 0


class Wire:
    """A network that loses, doubles and delays."""

    def __init__(self, door: Door, rates: Rates, rng: random.Random, faults: Faults) -> None:
        self._door, self._rates, self._rng, self._faults = door, rates, rng, faults
        self._older: list[bytes] = []

    def heal(self) -> None:
        self._rates = NOTHING

    def send(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Raises `Lost`."""
        rng, rates, faults = self._rng, self._rates, self._faults
        if one_in(rng, rates.lost_request):
            faults.lost += 1
            raise Lost
        if one_in(rng, rates.unavailable):
            faults.unavailable += 1
            return 503, {}
        if self._older and one_in(rng, rates.stale):
            faults.stale += 1
            self._door(rng.choice(self._older))
        told = self._door(body)
        if one_in(rng, rates.doubled):
            faults.doubled += 1
            told = self._door(body)
        self._older = [*self._older[-3:], body]
        if one_in(rng, rates.lost_answer):
            faults.lost += 1
            raise Lost
        return told


class Tablet:
    """The app on one tablet. `began` are the ids whose first answer was kept, the order of the day."""

    def __init__(self, wire: Wire, rates: Rates, rng: random.Random, faults: Faults) -> None:
        self.disk = Disk()
        self.began: dict[str, dict[str, Any]] = {}
        self.told: set[str] = set()
        self.burnt: list[int] = []
        self._wire, self._rates, self._rng, self._faults = wire, rates, rng, faults
        self._ahead = self._offset = timedelta(0)
        self._met = False
        self._bounds: list[outbox.Entry] | None = None
        self._open: str | None = None
        self._booted: datetime | None = None

    def session(self, at: datetime, *, online: bool, visits: int) -> datetime:
        """From switching on to switching off, or to a power cut; gives the time it then is."""
        self._booted, self._open, self._met, self._bounds = at, None, False, None
        if online:  # the network sets the clock right
            self._ahead = timedelta(0)
        if one_in(self._rng, self._rates.clock):
            self._faults.jumps += 1
            self._ahead = timedelta(days=self._rng.choice((-9_000, -400, -1, 1, 30, 2_000)))
        if online:
            self._meet()
        try:
            for _ in range(visits):
                at += timedelta(seconds=self._rng.randrange(20, 900))
                self._visit(at)
                if online and one_in(self._rng, 3):
                    self.drain(at)
            if online:
                self.drain(at)
        except Killed:
            self._faults.kills += 1
        return at

    def _visit(self, at: datetime) -> None:
        """One person: the first answer, perhaps more, and then an end or none."""
        rng = self._rng
        entry: dict[str, Any] = {
            "id": str(UUID(int=rng.getrandbits(128), version=4)),
            "instrument": "onestop-short@2026.1",
            "wave": "rating-short",
            "language": rng.choice(("vi", "vi", "en")),
            "partial": True,
            "answers": {"overall": 9 if one_in(rng, self._rates.unreadable) else rng.randint(1, 5)},
            "pressed": at,
            "ahead": self._ahead,
            "offset": self._offset,
            "met": self._met,
            "time": {"session": str(self._booted)},
        }
        self._open = entry["id"]
        try:
            entry = self._begin(entry)
            for item in ITEMS[1 : rng.randint(1, 6)]:
                entry = self._update({**entry, "answers": {**entry["answers"], item: rng.randint(1, 5)}})
            if not one_in(rng, 4):
                entry = self._update({**entry, "partial": False})
                self.told.add(entry["id"])
        except Full:
            self._faults.full += 1
        self._open = None

    def _meet(self) -> None:
        """The service says what time it is."""
        self._offset, self._met = -self._ahead, True

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """The power may go before anything is kept, or after all of it was; the disk may be full."""
        if one_in(self._rng, self._rates.kill):
            raise Killed
        if one_in(self._rng, self._rates.full):
            raise Full
        yield
        if one_in(self._rng, self._rates.kill):
            raise Killed

    def _begin(self, entry: dict[str, Any]) -> dict[str, Any]:
        with self._transaction():
            number = outbox.next_after(self.disk.last, self.disk.mark)
            entry = {**entry, "seq": number}
            self.disk.last, self.disk.waiting[number] = number, entry
            self.began[entry["id"]] = entry
        self.disk.mark = number
        return entry

    def _update(self, entry: dict[str, Any]) -> dict[str, Any]:
        with self._transaction():
            self.disk.waiting[entry["seq"]] = entry
            self.began[entry["id"]] = entry
        return entry

    def heal(self) -> None:
        """From now on nothing goes wrong."""
        self._open, self._rates = None, NOTHING
        self._wire.heal()

    # Sending.

    def drain(self, at: datetime) -> None:
        """Send until nothing waits or something has to be waited for."""
        if self._bounds is None:
            self._bounds = outbox.bounds(self.disk.waiting.values())
        while sent := self._batch():
            if one_in(self._rng, self._rates.two_windows):
                self._faults.windows += 1
                self._deliver(self._batch(), at)
            if not self._deliver(sent, at):
                return
        self._bounds = []

    def _batch(self) -> list[dict[str, Any]]:
        return [dict(entry) for entry in outbox.batch(self.disk.waiting.values(), answering=self._open)]

    def _deliver(self, sent: list[dict[str, Any]], at: datetime) -> bool:
        waiting = {"waiting": len(self.disk.waiting), "oldest": None, "dead": len(self.disk.refused)}
        batch = [self._written(entry, at) for entry in sent]
        around = [self._timed(entry, at) for entry in self._bounds or ()]
        body = json.dumps({"batch": batch, "around": around, **waiting}).encode()
        try:
            status, told = self._wire.send(body)
            self._meet()
            if status != 200:
                return outbox.after(status, len(sent)) != "wait"
            settled = outbox.settle(sent, told["results"])
            with self._transaction():
                self.disk.refused |= {entry["id"]: entry for entry in settled["refused"]}
                for number in [*settled["held"], *(entry["seq"] for entry in settled["refused"])]:
                    self.disk.waiting.pop(number, None)
        except (Lost, Full):
            return False
        return True

    def _written(self, entry: dict[str, Any], at: datetime) -> dict[str, Any]:
        """An entry as the app sends it."""
        names = ("id", "instrument", "wave", "language", "partial", "answers")
        return {name: entry[name] for name in names} | self._timed(entry, at)

    def _timed(self, entry: outbox.Entry, at: datetime) -> dict[str, Any]:
        """When an entry was pressed, by a clock that may be wrong; its age within one session."""
        same = self._booted is not None and entry["pressed"] >= self._booted
        clock = {
            "offset_ms": entry["offset"] // timedelta(milliseconds=1),
            "age_ms": (at - entry["pressed"]) // timedelta(milliseconds=1) if same else None,
            "steady": entry["met"],
        }
        return {"seq": entry["seq"], "at": (entry["pressed"] + entry["ahead"]).isoformat(), "clock": clock}


def one_in(rng: random.Random, number: int) -> bool:
    """True once in so many times; never for 0."""
    return number > 0 and rng.randrange(number) == 0
