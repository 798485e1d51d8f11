"""What was made once and is shown to many: bounded, and dropped oldest first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from flask import current_app

#: pages, reports and charts that one process keeps; the largest are some 200 KB
MOST = 2048


class Kept:
    """Values by key. Two threads may make the same value; one of the two equal values stays."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self.most:
                self._values.popitem(last=False)
        return value


def kept(key: Hashable, make: Callable[[], Any]) -> Any:
    """The value that this application keeps for `key`, made now if there is none."""
    return current_app.extensions["kept"].get(key, make)
