"""Values that are made once and shown to many: for how long they are kept, and who makes them when.

Making one takes the processor from everybody else in the process. So each is made once, whoever asks meanwhile waits
for it, and of those that may be a little old only one is made at a time (docs/decisions/0039).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from survey import errors

#: values that are kept; the largest are some megabytes
MOST = 1_024

#: seconds for which a value is shown without a look at whether it has changed
FRESH = 30
#: seconds for which it is shown while another one is made
OLDEST = 300

#: how many may wait for their turn: each holds one of the threads (`survey serve --threads`), and some are for those
#: who answer
WAITING = 24


#: seconds after which somebody who found too many waiting should ask again
AGAIN = 5


@dataclass(frozen=True)
class Seen:
    """A value and the moment (seconds since 1970) at which it was as it is."""

    value: Any
    at: int


class Keeping:
    """What one process keeps. All of it can be made anew from the database."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[object, Any]] = OrderedDict()
        self._making: dict[str, threading.RLock] = {}
        self._seen: OrderedDict[str, tuple[object, Seen]] = OrderedDict()
        self._keeping = threading.Lock()
        self._made = threading.RLock()
        self._waiting = 0

    def kept(self, name: str, stamp: object, make: Callable[[], Any]) -> Any:
        """The value `make` gave for `name` at this `stamp`; made again when the stamp has moved.

        Who asks while another makes the same value waits for it.
        """
        with self._keeping:
            making = self._making.setdefault(name, threading.RLock())
        with making:
            known = self._kept.get(name)
            if known is None or known[0] != stamp:
                known = (stamp, make())
            with self._keeping:
                for dropped in _put(self._kept, name, known):
                    self._making.pop(dropped, None)
        return known[1]

    def lately(self, name: str, stamp: object, make: Callable[[], Any], *, at: int) -> Seen:
        """What `make` gave for `name` at this `stamp`, not long before the moment `at`.

        It is `FRESH` seconds old at the most, or `OLDEST` while something else is made. What nobody has asked
        for yet is made in its turn. Raises AskedByMany.
        """
        seen = self._lately(name, stamp, at, OLDEST)
        if seen is not None and (at - seen.at < FRESH or not self._is_free()):
            return seen
        with self.turn():
            other = self._lately(name, stamp, at, OLDEST)
            if other is not None and other is not seen:
                return other  # somebody made it while this one waited
            made = Seen(make(), at)
            with self._keeping:
                _put(self._seen, name, (stamp, made))
        return made

    def _lately(self, name: str, stamp: object, at: int, oldest: int) -> Seen | None:
        with self._keeping:
            known = self._seen.get(name)
            if known is None or known[0] != stamp or abs(at - known[1].at) >= oldest:
                return None
            self._seen.move_to_end(name)
        return known[1]

    def _is_free(self) -> bool:
        """Whether nothing that takes turns is being made."""
        if not self._made.acquire(blocking=False):
            return False
        self._made.release()
        return True

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold everybody else up who takes turns. Raises AskedByMany where too many wait already."""
        if not self._made.acquire(blocking=False):
            self._wait()
        try:
            yield
        finally:
            self._made.release()

    def _wait(self) -> None:
        with self._keeping:
            if self._waiting >= WAITING:
                raise errors.AskedByMany(seconds=AGAIN)
            self._waiting += 1
        try:
            self._made.acquire()
        finally:
            with self._keeping:
                self._waiting -= 1


def _put(held: OrderedDict[str, Any], name: str, value: Any) -> list[str]:
    """Keep a value as the one that was used last; the names of those that had to go."""
    held[name] = value
    held.move_to_end(name)
    return [held.popitem(last=False)[0] for _ in range(len(held) - MOST)]
