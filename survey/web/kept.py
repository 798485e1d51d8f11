"""What was made once and is shown to many: bounded, and dropped oldest first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from flask import Response, current_app, request

#: pages and charts that one process keeps; the largest are some 200 KB
MOST = 2048


class Kept:
    """Values by key, each made of something: when that is replaced, the value is made anew.

    Two threads may make the same value at once; one of the two equal values stays.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._values: OrderedDict[Hashable, tuple[object, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any], *, of: object = None) -> Any:
        """The value for `key` that was made of this very object, or a new one."""
        with self._lock:
            known = self._values.get(key)
            if known is not None and known[0] is of:
                self._values.move_to_end(key)
                return known[1]
        value = make()
        with self._lock:
            self._values[key] = (of, value)
            while len(self._values) > self.most:
                self._values.popitem(last=False)
        return value


def kept(key: Hashable, make: Callable[[], Any], *, of: object = None) -> Any:
    """The value that this application keeps for `key`, made now if there is none."""
    return current_app.extensions["kept"].get(key, make, of=of)


def cacheable(answer: Response) -> Response:
    """Let caches keep an answer that is asked for again before it is shown again (RFC 9111)."""
    answer.cache_control.public = True
    answer.cache_control.no_cache = True
    answer.add_etag()
    answer.make_conditional(request)
    return answer
