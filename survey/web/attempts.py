"""Guessing costs time: few wrong activation codes are looked at in ten minutes, then none for a while."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic

from survey.errors import TooManyAttempts

#: wrong codes that one process looks at within a span, and the span in seconds
MOST, SPAN = 30, 600.0


class Attempts:
    """Wrong attempts of everybody together: a hall shares one address, and a code is no one's name.

    Guessing 60 bits thirty at a time is hopeless; whoever tries only makes new kiosks wait.
    """

    def __init__(
        self, *, most: int = MOST, span: float = SPAN, clock: Callable[[], float] = monotonic
    ) -> None:
        self._most, self._span, self._clock = most, span, clock
        self._wrong: list[float] = []
        self._lock = Lock()

    def check(self) -> None:
        """Raise `TooManyAttempts`, with the seconds until the next one, where there were too many."""
        with self._lock:
            now = self._clock()
            self._wrong = [at for at in self._wrong if now - at < self._span]
            if len(self._wrong) >= self._most:
                raise TooManyAttempts(seconds=int(self._wrong[0] + self._span - now) + 1)

    def failed(self) -> None:
        """Note a wrong attempt."""
        with self._lock:
            self._wrong.append(self._clock())
